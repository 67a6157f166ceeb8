"""The text of an observation: what is said, what is not said twice, what is folded."""

import pytest

from simplify import TargetKind, estimate_tokens, simplify


def text(body: str) -> str:
    return simplify(f"<body>{body}</body>").html


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<div><div><span>Hello</span> <b>world</b></div></div>", "Hello world"),
        ('<a href="/x" id="i" class="c" style="color:red">Next</a>', '<a name="next"/>'),
        ('<a href="/x">Under $25 (12)</a>', '<a name="under_25">Under $25 (12)</a>'),
        ('<a href="/x">Fjellbo (32)</a>', '<a name="fjellbo"/> (32)'),
        ('<button aria-label="Close">\u00d7</button>', '<button name="close"/>'),
        ('<a href="/x"><img alt="Red pot"></a>', '<a name="red_pot"/>'),
        ('<input type="text" aria-label="Search" value="pot">', '<input name="search" value="pot"/>'),
        ("<h1>Pots</h1><p>One.</p><p>Two.</p>", "<h1>Pots</h1>\nOne.\nTwo."),
        ("<ul><li>Steel<li>1.7 L</ul>", "Steel, 1.7 L"),
        ("<table><tr><th>Material<td>Steel<tr><th>Volume<td>1.7 L</table>", "Material: Steel\nVolume: 1.7 L"),
        ("<p>a &lt;b&gt; &amp;amp; c</p>", "a &lt;b> &amp;amp; c"),
        ('<p>name="next" is not a name</p>', 'name=&quot;next" is not a name'),
        ("<span>★★★★★</span><span>★★★★★</span> 4.3 of 5", "4.3 of 5"),
        ("<button disabled>Sold out</button>", '<button name="sold_out" disabled/>'),
        ('<span role="img" aria-label="4.3 of 5 stars"></span>', '<img alt="4.3 of 5 stars"/>'),
        ("<h3>Brand</h3><ul><li><a href='/a'>Acme (2)</a></li></ul>", 'Brand: <a name="acme"/> (2)'),
        ("<svg><title>Cart</title></svg>", '<img alt="Cart"/>'),
    ],
)
def test_text_is_plain_and_says_nothing_twice(body: str, expected: str) -> None:
    assert text(body) == expected


def test_a_card_stands_on_one_line() -> None:
    page = "".join(
        f'<li><div><a href="/{n}"><h3>Steel pot number {n}, with lid</h3></a></div><div>4.{n} of 5</div>'
        f"<div>${n}.00</div><div><button>Add</button></div></li>"
        for n in (1, 2)
    )
    assert text(f"<ol>{page}</ol>").splitlines()[0] == (
        '<ol><li><a name="steel_pot_1">Steel pot number 1, with lid</a> 4.1 of 5, $1.00 '
        '<button name="steel_pot_1.add"/>'
    )


def test_the_title_is_left_out_where_the_heading_says_it() -> None:
    assert (
        "<title>"
        not in simplify("<title>Pots - Shop</title><h1>Pots and pans</h1>".replace(" and pans", "")).html
    )
    assert simplify("<title>Pots - Shop</title><p>x").html == "<title>Pots - Shop</title>\nx"


def test_a_tick_box_in_a_link_is_one_thing_with_its_state() -> None:
    observation = simplify(
        '<ul><li><a href="/a"><input type="checkbox" checked><span>Acme</span></a></li></ul>'
    )
    assert [(target.name, target.kind) for target in observation.targets.values()] == [
        ("acme", TargetKind.LINK)
    ]
    assert observation.html == '<a name="acme" checked/>'


def products(count: int) -> str:
    cards = "".join(
        f'<li><a href="/{n}"><h3>Pot of kind {n}</h3></a> ${n}.00 <button>Add to cart</button></li>'
        for n in range(count)
    )
    links = "".join(f'<a href="/help{n}">Help topic {n}</a> ' for n in range(30))
    return f"<title>Pots</title><main><h1>All pots</h1><ul>{cards}</ul></main><footer>{links}</footer>"


def test_folding_takes_the_footer_before_the_products_and_says_how_much() -> None:
    observation = simplify(products(10), budget=500)
    assert estimate_tokens(observation.html) <= 500
    assert "kind_9" in observation.html or "pot_kind_9" in observation.targets
    assert "more folded</footer>" in observation.html
    assert "things to act on" in observation.notes[-1]


def test_folding_takes_the_tail_of_a_long_list_first() -> None:
    observation = simplify(products(200), budget=600)
    assert "pot_kind_0" in observation.targets
    assert "pot_kind_199" not in observation.targets
    assert "more items folded" in observation.html


def test_long_prose_loses_its_tail_before_anything_else_goes() -> None:
    prose = " ".join(f"word{n}" for n in range(400))
    observation = simplify(f"<main><p>{prose}</p><button>Buy</button></main>", budget=120)
    assert "buy" in observation.targets
    assert "word0" in observation.html
    assert "more words folded" in observation.html


def test_the_models_own_count_decides() -> None:
    observation = simplify(products(50), budget=40, count_tokens=lambda said: len(said.split()))
    assert len(observation.html.split()) <= 40


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("<p>Größe</p>".encode(), "Größe"),
        ('<meta charset="iso-8859-1"><p>Größe “x”</p>'.encode("cp1252"), "Größe “x”"),
        ('<meta charset="windows-1251"><p>Привет</p>'.encode("cp1251"), "Привет"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>日本語</p>'.encode(
                "shift_jis"
            ),
            "日本語",
        ),
        ("\ufeff<p>Größe</p>".encode("utf-16-le"), "Größe"),
        ("\ufeff<p>Größe</p>".encode(), "Größe"),
        ("<p>Größe</p>".encode("utf-16-le"), "Größe"),
        ("<p>Größe</p>".encode("utf-16-be"), "Größe"),
        ("<title>日本語の商品名</title><p>日本語</p>".encode("utf-16-le"), "日本語"),
        ("<p>Größe</p><p>\ud83d</p>".encode("utf-8", "surrogatepass"), "Größe"),
        (
            ("<p>Цена чайника и доставка по городу сегодня бесплатно для всех</p>" * 3).encode("cp1251"),
            "Цена чайника",
        ),
        ('<meta charset="utf-16"><p>Größe</p>'.encode(), "Größe"),
        ('<meta charset="nonsense"><p>Größe</p>'.encode(), "Größe"),
    ],
)
def test_files_are_read_in_whatever_encoding(data: bytes, expected: str) -> None:
    assert expected in simplify(data).html


@pytest.mark.parametrize("nothing", ["", " \n", b"", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_page_is_told(nothing: str | bytes) -> None:
    observation = simplify(nothing)
    assert observation.html == ""
    assert observation.notes == ("The page is empty.",)


def test_depth_and_size_are_no_matter() -> None:
    deep = "<div>" * 1200 + "<button>Deep</button>" + "</div>" * 1200
    assert "deep" in simplify(deep).targets
    lists = "<ul><li>x" * 700 + "<button>Deep</button>"
    assert len(simplify(lists).targets) == 1
    wide = "".join(f'<a href="/{n}">Link</a>' for n in range(5000))
    assert len(simplify(wide).targets) == 5000
    assert estimate_tokens(simplify(wide, budget=300).html) <= 300
