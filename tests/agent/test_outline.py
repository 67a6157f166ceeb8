"""A page told by its names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.outline import changed, outline
from learn.clothing2008 import listings
from simplify import simplify


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a name="blue_trousers_a2"/> $43.00 <a name="next"/>', "blue_trousers_a2 $43 next"),
        ('<a name="navy_blue">Navy Blue Trousers A1</a> $28.50', "navy_blue (Navy Blue Trousers A1) $28.50"),
        ('<button name="add_to_cart">Add to cart</button>', "add_to_cart"),
        ('<a name="cart">Cart 0</a>', "cart (Cart 0)"),
        ('<input name="search" type="text" value="kettle"/>', "search [value kettle]"),
        ('<button name="buy" disabled/>', "buy [disabled]"),
        (
            '<select name="s"><option name="s.low">Low to high<option name="s.new" selected/></select> x',
            "s s.low (Low to high) s.new [selected] x",
        ),
        ("<title>Blouses - Nine Months</title>\n<main><h1>Blouses</h1>\n</main>", "Blouses\nBlouses"),
        ("<nav>\n</nav>", ""),
        ("plain &lt;text&gt;", "plain &lt;text&gt;"),
        ('<a name="kettle"><em>Brindle</em> kettle</a> 4.3', "kettle (Brindle kettle) 4.3"),
        ("</title>", ""),
        ("", ""),
    ],
)
def test_names_stand_for_what_can_be_acted_on(html: str, told: str) -> None:
    assert outline(html) == told


def test_every_name_and_every_word_of_a_page_is_told() -> None:
    for page in listings().observations:
        told = outline(page.html)
        assert all(re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", told) for name in page.targets)
        assert "<" not in told
        words = set(re.findall(r"\w+", re.sub(r"<[^>]*>|\$\d+\.00", " ", page.html)))
        said = set(re.findall(r"[^\W_]+", told.lower()))
        site = set(re.findall(r"\w+", "Nine Months Maternity"))
        assert {word.lower() for word in words - site} <= said


def test_an_outline_is_a_fraction_of_its_page() -> None:
    page = listings().observations[1]
    assert len(outline(page.html)) < 0.75 * len(page.html)


def test_of_a_page_that_is_known_only_what_changed_is_told() -> None:
    before, after = (listings().observations[place].html for place in (1, 2))
    told = changed(before, after)
    assert told.startswith("…\nred_trousers_a19 $33 ")
    assert "account" not in told
    assert "lines as before" not in told
    assert changed(after, after) == ""


markup = st.lists(st.sampled_from([*'<>/="an &$0 \n', "<title>", "</title>", ' name="', "</a>"])).map("".join)


@given(markup)
def test_anything_at_all_has_an_outline(html: str) -> None:
    told = outline(html)
    assert all(line.strip() for line in told.split("\n") if told)


@given(st.lists(st.text(alphabet="abc xyz", min_size=1, max_size=12), max_size=12))
def test_nothing_that_a_person_reads_is_lost(texts: list[str]) -> None:
    html = (
        "<ul>"
        + "".join(f"<li><a href='/{place}'>{text}</a></li>" for place, text in enumerate(texts))
        + "</ul>"
    )
    page = simplify(html, url="https://shop.test/")
    said = set(re.findall(r"[^\W_]+", outline(page.html)))
    assert {word for target in page.targets.values() for word in target.label.split()} <= said
