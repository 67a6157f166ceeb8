"""The rebuilt listings: what stands on them, how one gets about, and that they are what the agent sees."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Click
from agent.browser import AT_HOME, Browser
from learn.capture_pages import CAPTURED, captured_pages
from learn.captured import captured
from learn.clothing2008 import HOME, PATHS, SITE, listings, place_of, read_listings
from learn.readers.human_clicks import INTENT
from learn.rebuilt_shop import rebuilt_shop
from sandbox_shop.catalogue import catalogue_named
from simplify import simplify

places = st.integers(0, len(PATHS) - 1)


def test_products_stand_where_they_stood_at_their_price_and_in_their_colour() -> None:
    shop = listings()
    catalogue = {product.code: product for product in catalogue_named("clothing2008").products}
    assert set(shop.products) == set(catalogue)
    for code, product in shop.products.items():
        known = catalogue[code]
        assert known.placement is not None
        assert (product.price_cents, product.title) == (known.price_cents, known.title)
        assert PATHS[product.place].startswith(f"/c/{known.category}")
        assert product.position + 1 == known.placement.place
    assert max(Counter(product.place for product in shop.products.values()).values()) == 18


@given(places, st.integers(1, len(PATHS) - 1))
def test_a_way_leads_from_one_place_to_the_other_by_links_that_stand_there(start: int, end: int) -> None:
    shop = listings()
    here = start
    for at, click, there in shop.through(start, shop.way(start, end)):
        assert at == here
        assert click.name in shop.observations[at].targets
        here = there
    assert here == end


def test_each_page_knows_its_place() -> None:
    assert [place_of(page) for page in listings().observations] == list(range(15))


@pytest.mark.parametrize("catalogue", CAPTURED)
def test_the_kept_pages_are_what_the_agents_browser_sees_now(catalogue: str) -> None:
    kept, live = captured(catalogue), captured_pages(catalogue)
    assert kept.keys() == live.keys()
    for address in kept:
        assert simplify(kept[address], url=address) == simplify(live[address], url=address), (
            "make the kept pages anew: python -m learn.capture_pages"
        )


@pytest.mark.asyncio(loop_scope="session")
async def test_the_inferred_way_can_be_walked_and_the_browser_says_the_same(chromium: Browser) -> None:
    shop = listings()
    product = shop.products["P70"]
    with rebuilt_shop("clothing2008") as live:
        async with chromium.visit(live.url, terms=AT_HOME) as window:
            for here, click, there in shop.through(HOME, shop.way(HOME, product.place)):
                seen = (await window.observe()).observation
                assert seen.html == shop.observations[here].html
                outcome = await window.perform(click, seen)
                assert outcome.message == shop.opened(there).message
                assert outcome.url == shop.opened(there).url.replace(SITE, live.url)
            seen = (await window.observe()).observation
            assert seen.html == shop.observations[product.place].html
            outcome = await window.perform(Click(name=product.name), seen)
            assert shop.looked_at(product).message.startswith(outcome.message)


def test_pages_without_what_they_should_show_are_refused() -> None:
    with pytest.raises(KeyError):
        read_listings({})
    assert INTENT
