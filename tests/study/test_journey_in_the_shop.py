"""Sessions in the sandbox shop, held against what the shop itself wrote down of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from sandbox_shop import Design, Event, EventKind, ShopSettings, running_shop
from study.journey.page_kind import PageKind
from tests.study.shopping import Script, buys, click, journey, reciting, shop, type_in, wandering

QUIET = ("newsletter=off", "cookie_banner=off")
SEARCH = "search_the_shop"
NO_STEP = ("/checkout/card", "/checkout/confirmation")
"""Below the checkout's address, and none of its steps."""


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

    A search is a listing that is asked for with other words than the one before: paging, filtering, sorting
    and reloading ask for a list with the same words.
    """
    listings = [event.detail for event in events if event.kind is EventKind.SEARCH]
    before = [None, *(listing["text"] for listing in listings)]
    searches = [
        found
        for said, found in zip(before, listings, strict=False)
        if found["text"] and found["text"] != said
    ]
    viewed = {event.detail["code"] for event in events if event.kind is EventKind.VIEW}
    kinds = {event.kind for event in events}
    pages = [event.detail for event in events if event.kind is EventKind.PAGE]
    shown = [page["path"] for page in pages if page["status"] == 200]
    checkout = any(path.startswith("/checkout/") and not path.startswith(NO_STEP) for path in shown)
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


async def agreed(
    folder: Path, settings: ShopSettings, *scripts: Script, budget: int | None = None
) -> list[Truth]:
    """Runs a visit a script, and holds each journey against the books of its visit."""
    with running_shop(settings) as running:
        recordings = await shop(running.url, folder, *scripts, budget=budget)
        events = running.events()
    visits = list(dict.fromkeys(event.visit for event in events))
    truths = []
    for visit, recording in zip(visits, recordings, strict=True):
        told = truth([event for event in events if event.visit == visit])
        read = journey(recording)
        done = [(step.url, step.decision.action, step.outcome.message) for step in recording.steps]
        assert {name: getattr(read, name) for name in asdict(told)} == asdict(told), done
        truths.append(told)
    return truths


def market(*switches: str) -> ShopSettings:
    return ShopSettings(size=400, design=Design.parse(switches))


async def test_a_purchase(tmp_path: Path) -> None:
    [told] = await agreed(tmp_path, market("quick_add=on", *QUIET), buys("kettle"))
    assert told.bought


async def test_searches_without_results(tmp_path: Path) -> None:
    looking = reciting(
        type_in(SEARCH, "zzqx flurbish"), type_in(SEARCH, "kettle"), click("under_25"),
        type_in(SEARCH, "qqqqq"),
    )  # fmt: skip
    [told] = await agreed(tmp_path, market(), looking)
    assert (told.searches, told.zero_result_searches) == (3, 2)


async def test_leaving_at_the_checkout_and_at_the_door_of_an_account(tmp_path: Path) -> None:
    ordering = reciting(
        type_in(SEARCH, "kettle"), click("Kettle"), click("add_to_cart"), click("proceed_to_checkout"),
        type_in("email", "ann@example.com"),
    )  # fmt: skip
    [guest] = await agreed(tmp_path / "guest", market(*QUIET, "layout=grid"), ordering)
    [asked] = await agreed(tmp_path / "asked", market(*QUIET, "guest_checkout=off"), ordering)
    assert (guest.checkout, asked.checkout, asked.added) == (True, False, True)


async def test_an_add_button_that_asks_for_a_size_first_adds_nothing(tmp_path: Path) -> None:
    shirts = ShopSettings(catalogue="clothing2008", design=Design.parse(QUIET))
    hasty = reciting(click("departments.blouses"), click(" Blouse "), click("add_to_cart"))
    waiting = reciting(
        click("departments.blouses"), click(" Blouse "), click(r"size\."), click("add_to_cart")
    )
    first, second = await agreed(tmp_path, shirts, hasty, waiting)
    assert (first.added, second.added) == (False, True)
    assert (first.products, first.searches) == (1, 0)


async def test_where_a_wish_list_and_a_missing_page_belong(tmp_path: Path) -> None:
    with running_shop(market(*QUIET)) as running:
        [seen] = await shop(
            running.url, tmp_path, reciting(click("wish_list"), click("help"), click("account"))
        )
    assert list(journey(seen).kinds) == [PageKind.HOME, PageKind.ACCOUNT, PageKind.OTHER, PageKind.ACCOUNT]


@pytest.mark.parametrize(
    ("switches", "seed", "budget"),
    [
        (("quick_add=on", "layout=list", "urgency=on"), 1, None),
        (("page_size=4", "filters=top", "buy_now=off", "ratings=off"), 2, 700),
        (("quick_add=on", "page_size=8", *QUIET, "free_delivery_banner=on", "guest_checkout=off"), 3, 500),
    ],
)  # fmt: skip
async def test_wandering_through_a_shop_of_any_design(
    switches: tuple[str, ...], seed: int, budget: int | None, tmp_path: Path
) -> None:
    await agreed(tmp_path, market(*switches), wandering(seed, 9), wandering(seed + 100, 9), budget=budget)
