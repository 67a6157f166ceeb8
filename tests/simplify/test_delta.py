"""What changed since the last look: told in little, and nothing of it lost."""

import re

from hypothesis import given, settings

from simplify import simplify, since
from tests.simplify.trees import PAGES

URL = "http://shop.example/pots"


def shop(*, cart: int = 0, sort: str = "Newest", note: str = "", count: int = 20) -> str:
    cards = "".join(
        f"<li><a href='/{n}'>Steel Pot of kind {n}</a> ${n}.00 <button>Add to cart</button></li>"
        for n in range(count)
    )
    said = f"<p>{note}</p>" if note else ""
    return (
        f"<title>Pots</title><header><a href='/cart'>Cart ({cart})</a></header>{said}"
        f"<main><h1>Pots and pans</h1><p>Sorted by {sort}</p><ol>{cards}</ol></main>"
    )


def test_only_what_changed_is_told() -> None:
    before, after = simplify(shop(), url=URL), simplify(shop(cart=1, note="Added to your cart."), url=URL)
    told = since(before, after)
    assert "Added to your cart." in told.html
    assert "(1)" in told.html
    assert "Steel Pot of kind 7" not in told.html
    assert re.search(r"… \d+ lines as before", told.html)
    assert len(told.html) * 4 < len(after.html)
    assert told.targets == after.targets
    assert "Only what changed" in told.notes[-1]


def test_what_cannot_be_acted_on_any_more_is_named() -> None:
    before, after = simplify(shop(count=20), url=URL), simplify(shop(count=18), url=URL)
    told = since(before, after)
    assert told.html.endswith(
        "No longer here: steel_pot_18, steel_pot_18.add_to_cart, steel_pot_19, steel_pot_19.add_to_cart"
    )


def test_another_page_is_told_whole() -> None:
    before = simplify(shop(), url=URL)
    other = simplify("<h1>Help</h1><p>How to return a pot.</p>", url="http://shop.example/help")
    assert since(before, other) is other
    replaced = simplify("<h1>Help</h1><p>How to return a pot.</p>", url=URL)
    assert since(before, replaced) is replaced


def test_a_page_that_stayed_is_one_line() -> None:
    page = simplify(shop(), url=URL)
    lines = page.html.count("\n") + 1
    assert since(page, page).html == f"… {lines} lines as before"


@settings(max_examples=100, deadline=None)
@given(PAGES, PAGES)
def test_every_line_is_told_or_stood_there_before(one: str, other: str) -> None:
    before, after = simplify(one, url=URL), simplify(other, url=URL)
    told = since(before, after)
    assert told == since(before, after)
    shown = set(told.html.split("\n"))
    assert all(line in shown or line in before.html.split("\n") for line in after.html.split("\n"))
