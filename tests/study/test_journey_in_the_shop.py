"""Sessions in the sandbox shop, held against what the shop itself wrote down of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox_shop import Design, Event, EventKind, ShopSettings, running_shop
from tests.study.shopping import Script, buys, click, journey, reciting, shop, type_in, wandering


@dataclass(frozen=True)
class Truth:
    """What a visit was by the shop's own books."""

    searched: bool
    viewed: bool
    added: bool
    checkout: bool
    bought: bool
    searches: int
    zero_result_searches: int
    products: int


def truth(events: Sequence[Event]) -> Truth:
    """What the books of one visit say.

    A search is a listing asked for with other words than the one before: paging, filtering, sorting and
    reloading ask for a list with the same words.
    """
    listings = [event.detail for event in events if event.kind is EventKind.SEARCH]
    searches = [
        found
        for before, found in zip([None, *listings], listings, strict=False)
        if found["text"] and (before is None or found["text"] != before["text"])
    ]
    viewed = {event.detail["code"] for event in events if event.kind is EventKind.VIEW}
    kinds = {event.kind for event in events}
    pages = [
        event.detail for event in events if event.kind is EventKind.PAGE and event.detail["status"] == 200
    ]
    checkout = any(
        page["path"].startswith("/checkout/")
        and "/card" not in page["path"]
        and "/confirmation" not in page["path"]
        for page in pages
    )
    assert checkout or EventKind.CHECKOUT not in kinds
    return Truth(
        searched=bool(searches),
        viewed=bool(viewed),
        added=EventKind.ADD in kinds,
        checkout=checkout,
        bought=EventKind.ORDER in kinds,
        searches=len(searches),
        zero_result_searches=sum(found["results"] == 0 for found in searches),
        products=len(viewed),
    )


async def assert_agreement(
    folder: Path, settings: ShopSettings, *scripts: Script, steps: int = 30, budget: int | None = None
) -> list[Truth]:
    """Runs a visit a script, and holds each journey against the books of its visit."""
    with running_shop(settings) as running:
        recordings = await shop(running.url, folder, *scripts, steps=steps, budget=budget)
        events = running.events()
    visits = list(dict.fromkeys(event.visit for event in events))
    assert len(visits) == len(recordings)
    truths = []
    for visit, recording in zip(visits, recordings, strict=True):
        read = journey(recording)
        told = truth([event for event in events if event.visit == visit])
        names = list(Truth.__dataclass_fields__)
        assert {name: getattr(read, name) for name in names} == {
            name: getattr(told, name) for name in names
        }, [(s.url, s.decision.action, s.outcome.message) for s in recording.steps]
        truths.append(told)
    return truths


def market(*switches: str) -> ShopSettings:
    return ShopSettings(size=400, design=Design.parse(switches))


QUIET = ("newsletter=off", "cookie_banner=off")
SEARCH = "search_the_shop"


async def test_a_purchase(tmp_path: Path) -> None:
    [told] = await assert_agreement(tmp_path, market("quick_add=on"), buys("kettle"))
    assert told.bought


async def test_searches_without_results(tmp_path: Path) -> None:
    looking = reciting(
        type_in(SEARCH, "zzqx flurbish"),
        type_in(SEARCH, "kettle"),
        click("under_25"),
        type_in(SEARCH, "qqqqq"),
        click("^cart$"),
    )
    [told] = await assert_agreement(tmp_path, market(), looking)
    assert (told.searches, told.zero_result_searches) == (3, 2)


async def test_leaving_at_the_checkout_and_at_the_door_of_an_account(tmp_path: Path) -> None:
    to_checkout = reciting(
        type_in(SEARCH, "kettle"),
        click("Kettle"),
        click("add_to_cart"),
        click("proceed_to_checkout"),
        type_in("email", "ann@example.com"),
    )
    [guest] = await assert_agreement(tmp_path / "guest", market(*QUIET, "layout=list"), to_checkout)
    [asked] = await assert_agreement(tmp_path / "asked", market(*QUIET, "guest_checkout=off"), to_checkout)
    assert guest.checkout
    assert not asked.checkout
    assert asked.added


async def test_an_add_button_that_asks_for_a_size_first_adds_nothing(tmp_path: Path) -> None:
    shirts = ShopSettings(catalogue="clothing2008", design=Design.parse(QUIET))
    hasty = reciting(click("departments.blouses"), click(" Blouse "), click("add_to_cart"))
    waiting = reciting(
        click("departments.blouses"), click(" Blouse "), click(r"size\."), click("add_to_cart")
    )
    first, second = await assert_agreement(tmp_path, shirts, hasty, waiting)
    assert not first.added
    assert second.added
    assert (first.products, first.searches) == (1, 0)


@pytest.mark.parametrize(
    ("switches", "seed", "budget"),
    [
        (("quick_add=on", "layout=list"), 1, None),
        (("page_size=4", "filters=top", "urgency=on"), 2, 700),
        (("quick_add=on", "page_size=8", *QUIET, "free_delivery_banner=on"), 3, None),
        (("buy_now=off", "reviews=hidden", "ratings=off", "related=off", "filters=hidden"), 4, None),
        (("guest_checkout=off", "suggestions=off", "sponsored=off", "sort=price"), 5, 500),
    ],
)  # fmt: skip
async def test_wandering_through_a_shop_of_any_design(
    switches: tuple[str, ...], seed: int, budget: int | None, tmp_path: Path
) -> None:
    await assert_agreement(
        tmp_path, market(*switches), wandering(seed, 12), wandering(seed + 100, 12), budget=budget
    )
