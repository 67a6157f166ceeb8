"""Names: what they are made of, how they are nested, and how twins are told apart."""

import pytest

from simplify import TargetKind, simplify
from simplify.slug import slug, words_of


def names(body: str) -> list[str]:
    return list(simplify(f"<body>{body}</body>").targets)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Add to cart", "add_to_cart"),
        ("Sign in", "sign_in"),
        ("Brindle Cordless Kettle 1.7 L", "brindle_cordless"),
        ("Acme Cordless Kettle 1.7 L", "acme_cordless"),
        ("Under $25 (1,112)", "under_25"),
        ("4 Stars & Up", "4_stars_up"),
        ("Today's deals", "todays_deals"),
        ("1,299 ratings", "1299_ratings"),
        ("4.5", "4_5"),
        ("×", "close"),  # noqa: RUF001 - the sign that closes dialogs
        ("›", "next"),  # noqa: RUF001 - the sign that turns pages
        ("Größe wählen", "größe_wählen"),
        ("ＦＵＬＬ width", "full_width"),  # noqa: RUF001 - letters that look like others
        ("日本語の長い商品名です", "日本語の長い商品"),
        ("東京限定 木製テーブル 特大サイズ", "東京限定"),
        ("Купить сейчас со скидкой", "купить"),  # noqa: RUF001 - it is Russian
        ("สวัสดีครับ", "สวัสดีคร"),
        ("हिन्दी में खरीदें", "हिन्दी_में"),
        ("\U0001f1e9\U0001f1ea", "flag_de"),
        ("x" * 10_000, "x" * 20),
        ('<a name="b">', "a_name_b"),
        ("\u202eevil\u202c", "evil"),
        ("...", "full_stop"),
        ("", ""),
    ],
)
def test_a_label_becomes_a_few_telling_words(label: str, expected: str) -> None:
    assert slug(label) == expected


def test_all_words_are_kept_for_telling_twins_apart() -> None:
    assert words_of("Brindle Cordless Kettle 1.7 L") == ("brindle", "cordless", "kettle", "1_7", "l")


def card(title: str, more: str = "") -> str:
    picture = f'<a href="/{title}"><img alt="{title}"></a>'
    return f'<li>{picture}<a href="/{title}">{title}</a> $5 {more}<button>Add</button></li>'


def test_a_cards_link_has_its_title_and_its_actions_are_nested_under_it() -> None:
    assert names(f"<ul>{card('Red Pot')}{card('Blue Pan')}</ul>") == [
        "red_pot",
        "red_pot.add",
        "blue_pan",
        "blue_pan.add",
    ]


def test_picture_and_title_that_lead_to_one_address_are_one_target() -> None:
    observation = simplify(f"<ul>{card('Red Pot')}</ul>")
    assert [target.kind for target in observation.targets.values()] == [TargetKind.LINK, TargetKind.BUTTON]
    assert "<img" not in observation.html


def test_titles_that_begin_alike_are_told_apart_by_the_words_that_differ() -> None:
    one, two = "Acme Steel Kettle with a very long name, red", "Acme Steel Kettle with a very long name, blue"
    assert names(f"<ul>{card(one)}{card(two)}</ul>")[::2] == [
        "acme_steel_red",
        "acme_steel_blue",
    ]


def test_one_product_in_two_places_is_told_apart_by_the_place() -> None:
    page = f"<h2>Best sellers</h2><ul>{card('Red Pot')}</ul><h2>Deals</h2><ul>{card('Red Pot')}</ul>"
    assert names(page)[::2] == ["sellers.red_pot", "deals.red_pot"]


def test_twins_without_any_difference_are_numbered() -> None:
    assert names("<p><button>Go</button><button>Go</button><button>Go</button></p>") == ["go", "go_2", "go_3"]


def test_a_number_never_takes_a_name_that_is_taken() -> None:
    assert sorted(names("<button>Go 2</button><button>Go</button><button>Go</button>")) == [
        "go",
        "go_2",
        "go_3",
    ]


def test_boxes_are_nested_under_their_group_and_choices_under_their_field() -> None:
    page = (
        "<fieldset><legend>Brand</legend><label><input type=checkbox> Acme (12)</label></fieldset>"
        "<label>Sort by <select><option>Price: low to high<option>Newest</select></label>"
    )
    assert names(page) == ["brand.acme", "sort.price_low", "sort.newest"]


def test_page_numbers_are_nested_under_their_navigation() -> None:
    page = (
        '<nav aria-label="Pages"><a href="?2">2</a><a href="?3">3</a></nav>'
        '<select aria-label="Qty"><option>2</select>'
    )
    assert names(page) == ["pages.2", "pages.3", "qty.2"]


def test_a_menu_link_and_a_footer_link_of_one_label_are_told_apart() -> None:
    page = '<nav><a href="/a">Help</a></nav><footer><a href="/b">Help</a></footer>'
    assert names(page) == ["nav.help", "footer.help"]


def test_the_count_in_a_header_is_no_part_of_a_name() -> None:
    assert names('<header><a href="/cart">Cart 3</a></header>') == ["cart"]


def test_a_time_is_a_name_only_where_nothing_else_tells_two_things_apart() -> None:
    assert names("<button>Your cart 29:58</button>") == ["your_cart"]
    assert names("<button>Ends in 01:02:03</button><button>9:30</button>") == ["ends_in", "9_30"]
    slots = "<button>Monday 10:00</button><button>Monday 12:30</button>"
    assert names(slots) == ["monday_10_00", "monday_12_30"]


def test_more_items_and_another_order_rename_nothing() -> None:
    titles = [f"{colour} {thing}" for colour in ("Red", "Blue", "Green") for thing in ("Pot", "Pan", "Lid")]
    before = set(names(f"<ul>{''.join(map(card, titles))}</ul>"))
    after = set(
        names(f"<ul>{''.join(map(card, [*reversed(titles), 'Yellow Cup']))}</ul><p><a href='/x'>News</a></p>")
    )
    assert before < after


def test_a_cards_heading_titles_no_card_beside_it() -> None:
    def sold(title: str, price: str) -> str:
        return f"<div class=card><div><h5>{title}</h5><p>{price}</p><a href='/{price}'>See it</a></div></div>"

    cards = [sold("Red Kettle", "$19"), sold("Tin Pot", "$9"), sold("Red Kettle", "$25")]
    expected = ["red_kettle_19.see_it", "tin_pot.see_it", "red_kettle_25.see_it"]
    assert names(f"<main>{''.join(cards)}</main>") == expected
    assert names(f"<main>{''.join(reversed(cards))}</main>") == expected[::-1]


def test_a_product_page_with_one_article_does_not_repeat_its_title_in_every_name() -> None:
    page = (
        '<main><article><h1>Red Pot</h1><a href="/brand">Acme</a>'
        "<button>Add to cart</button><button>Buy</button></article></main>"
    )
    assert names(page) == ["acme", "add_to_cart", "buy"]


def test_a_group_without_a_word_tells_nothing_apart() -> None:
    slides = "".join(
        f'<div role="group" aria-label="{number} / 3"><p>{word} lamp</p><button>Quick buy</button></div>'
        for number, word in enumerate(("Oak", "Steel", "Glass"), 1)
    )
    assert names(slides) == ["quick_buy_oak", "quick_buy_steel", "quick_buy_glass"]
