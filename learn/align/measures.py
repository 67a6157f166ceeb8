"""What is compared of two populations: quantities of visits to the clothing listings, as distributions.

A visit is the sequence of products that were clicked. Each measure sorts something (visits, clicks, pairs of
clicks, runs) by a value, and counts it; the counts are kept for each visit, so that visits can be drawn anew
without counting again. Total variation and Jensen-Shannon distance are taken between bins of values,
Kolmogorov-Smirnov and Wasserstein-1 between the values themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from learn.clothing2008 import LISTING_PAGES, category_of, listings, page_of
from learn.policies.sequence_features import ON_A_PAGE
from learn.walks import Clicks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LONGEST = 300
"""Clicks; longer visits count as visits of so many."""

SHARE_STEPS = 20
"""Shares within a visit are rounded to so many parts of one."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The clicks of many visits, one visit after the other.

    Attributes:
        visits: how many visits there are.
        visit: of each click, the number of its visit.
        click: of each click, the product.
        before: of each click, the product clicked before it in the same visit; -1 for a visit's first.
    """

    visits: int
    visit: Ints
    click: Ints
    before: Ints

    @classmethod
    def of(cls, visits: Sequence[Clicks]) -> "Trail":
        """These visits."""
        lengths = np.array([len(clicks) for clicks in visits], np.int64)
        visit = np.repeat(np.arange(len(visits)), lengths)
        click = np.array([product for clicks in visits for product in clicks], np.int64)
        before = np.concatenate([[-1], click[:-1]])[: len(click)].astype(np.int64)
        before[np.concatenate([[True], visit[1:] != visit[:-1]])[: len(click)]] = -1
        return cls(len(visits), visit, click, before)


@dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """What is read of each product: place, position on the page, price, and so on, one entry a product."""

    place: Ints
    position: Ints
    category: Ints
    page: Ints
    price: Floats
    colour: Ints
    colours: tuple[str, ...]
    prices: tuple[float, ...]


Sorted = tuple[Ints, Ints]
"""Of each thing counted, the number of its visit, and its value as a place in `Measure.values`."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity.

    Attributes:
        name: in files.
        title: for people.
        counted: what is counted, in words.
        labels: of the bins.
        bins: for each value, its bin.
        values: numbers where the quantity is ordered, ascending; None where it is not.
        unit: of the values.
        sort: sorts what is counted.
    """

    name: str
    title: str
    counted: str
    labels: tuple[str, ...]
    bins: tuple[int, ...]
    values: tuple[float, ...] | None
    unit: str
    sort: Callable[[Trail, Shop], Sorted]

    def counts(self, trail: Trail) -> Floats:
        """How often each value occurs in each visit, shape (visits, values)."""
        visit, value = self.sort(trail, shop())
        size = len(self.bins)
        flat = np.bincount(visit * size + value, minlength=trail.visits * size)
        return flat.reshape(trail.visits, size).astype(np.float64)

    def binned(self, counts: Floats) -> Floats:
        """Counts of values (last axis) added up to counts of bins."""
        into = np.zeros((len(self.bins), len(self.labels)))
        into[np.arange(len(self.bins)), self.bins] = 1
        return np.asarray(counts @ into)


@cache
def shop() -> Shop:
    """The clothing shop."""
    products = list(listings().products.values())
    colours = tuple(sorted({product.colour for product in products}))
    prices = np.array([product.price_cents / 100 for product in products])
    categories = list(LISTING_PAGES)
    return Shop(
        place=np.array([product.place for product in products]),
        position=np.array([product.position for product in products]),
        category=np.array([categories.index(category_of(product.place)) for product in products]),
        page=np.array([page_of(product.place) for product in products]),
        price=prices,
        colour=np.array([colours.index(product.colour) for product in products]),
        colours=colours,
        prices=tuple(sorted(set(prices.tolist()))),
    )


def _length(trail: Trail, _: Shop) -> Sorted:
    lengths = np.bincount(trail.visit, minlength=trail.visits)
    return np.arange(trail.visits), np.minimum(lengths, LONGEST)


def _category(trail: Trail, on: Shop) -> Sorted:
    return trail.visit, on.category[trail.click]


def _category_flow(trail: Trail, on: Shop) -> Sorted:
    later = trail.before >= 0
    flow = on.category[trail.before[later]] * len(LISTING_PAGES) + on.category[trail.click[later]]
    return trail.visit[later], flow


def _page(trail: Trail, on: Shop) -> Sorted:
    return trail.visit, on.page[trail.click] - 1


def _position(trail: Trail, on: Shop) -> Sorted:
    return trail.visit, on.position[trail.click]


def _price(trail: Trail, on: Shop) -> Sorted:
    return trail.visit, np.searchsorted(on.prices, on.price[trail.click])


def _colour(trail: Trail, on: Shop) -> Sorted:
    return trail.visit, on.colour[trail.click]


def _revisit(trail: Trail, on: Shop) -> Sorted:
    pairs = trail.visit * len(on.place) + trail.click
    first = np.zeros(len(pairs), bool)
    first[np.unique(pairs, return_index=True)[1]] = True
    return trail.visit, np.where(first, 0, np.where(trail.before == trail.click, 1, 2))


def _distance(trail: Trail, on: Shop) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Of each click, whether it is on the page of the one before, and how many products further on."""
    later = trail.before >= 0
    same_page = later & (on.place[trail.click] == on.place[trail.before])
    return same_page, np.where(same_page, on.position[trail.click] - on.position[trail.before], 0)


MOVES = (
    "same product", "next", "previous", "2-3 on", "further on", "2-3 back", "further back",
    "next page", "other page", "other category", "its later page",
)  # fmt: skip


def _move(trail: Trail, on: Shop) -> Sorted:
    later = trail.before >= 0
    same_page, by = _distance(trail, on)
    near = np.select(
        [by == 0, by == 1, by == -1, (by > 1) & (by <= 3), by > 3, (by < -1) & (by >= -3)],
        [0, 1, 2, 3, 4, 5],
        default=6,
    )
    same_category = on.category[trail.click] == on.category[trail.before]
    pages_on = on.page[trail.click] - on.page[trail.before]
    far = np.where(same_category, np.where(pages_on == 1, 7, 8), np.where(on.page[trail.click] == 1, 9, 10))
    return trail.visit[later], np.where(same_page, near, far)[later]


def _share_next(trail: Trail, on: Shop) -> Sorted:
    later = trail.before >= 0
    same_page, by = _distance(trail, on)
    moves = np.bincount(trail.visit[later], minlength=trail.visits)
    nexts = np.bincount(trail.visit[same_page & (by == 1)], minlength=trail.visits)
    visits = np.flatnonzero(moves > 0)
    return visits, np.rint(SHARE_STEPS * nexts[visits] / moves[visits]).astype(np.int64)


def _runs(trail: Trail, on: Shop) -> Sorted:
    same_page, by = _distance(trail, on)
    starts = np.flatnonzero(~(same_page & (by == 1)))
    lengths = np.diff(np.append(starts, len(trail.click)))
    return trail.visit[starts], lengths - 1


def _persistence(trail: Trail, on: Shop) -> Sorted:
    same_page, by = _distance(trail, on)
    moving = same_page & (by != 0)
    pair = moving[1:] & moving[:-1]
    back = (by < 0).astype(np.int64)
    return trail.visit[1:][pair], (2 * back[:-1] + back[1:])[pair]


def _edges(count: int, starts: Sequence[int]) -> tuple[int, ...]:
    """The bin of each of `count` values, where bins begin at these."""
    return tuple((np.searchsorted(starts, np.arange(count), side="right") - 1).tolist())


def _spans(starts: Sequence[int], offset: int = 0) -> tuple[str, ...]:
    ends = [start - 1 for start in starts[1:]]
    closed = [
        f"{start + offset}" if start == end else f"{start + offset}-{end + offset}"
        for start, end in zip(starts, ends, strict=False)
    ]
    return (*closed, f"{starts[-1] + offset}+")


LENGTH_STARTS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30)
RUN_STARTS = (0, 1, 2, 3, 4, 6, 9)
PRICE_STARTS = (0, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70)
SHARE_STARTS = (0, 1, 4, 7, 11, 16)


def _each(count: int) -> tuple[int, ...]:
    return tuple(range(count))


@cache
def measures() -> tuple[Measure, ...]:
    """All measures, in the order of reports."""
    on, categories = shop(), tuple(LISTING_PAGES)
    flows = tuple(f"{here} > {there}" for here in categories for there in categories)
    most_pages = max(LISTING_PAGES.values())
    price_bins = tuple(int(np.searchsorted(PRICE_STARTS, price, side="right")) - 1 for price in on.prices)
    used = sorted(set(price_bins))
    return (
        Measure(
            "length", "session length", "visits, by clicks on products",
            _spans(LENGTH_STARTS), _edges(LONGEST + 1, LENGTH_STARTS),
            tuple(float(n) for n in range(LONGEST + 1)), "clicks", _length,
        ),
        Measure("category", "category", "clicks", categories, _each(4), None, "", _category),
        Measure(
            "category_flow", "category flow", "pairs of clicks, by the categories of both",
            flows, _each(16), None, "", _category_flow,
        ),
        Measure(
            "page", "listing page", "clicks, by the number of the listing page",
            tuple(str(n + 1) for n in range(most_pages)), _each(most_pages),
            tuple(float(n + 1) for n in range(most_pages)), "pages", _page,
        ),
        Measure(
            "location", "location on the page", "clicks, by place in reading order; bins of three products",
            ("top left", "top middle", "top right", "bottom left", "bottom middle", "bottom right"),
            tuple(place // 3 for place in range(ON_A_PAGE)),
            tuple(float(place + 1) for place in range(ON_A_PAGE)), "products", _position,
        ),
        Measure(
            "price", "price", "clicks, by the product's price; bins of five dollars",
            tuple(f"${PRICE_STARTS[place]}+" if place else f"to ${PRICE_STARTS[1]}" for place in used),
            tuple(used.index(place) for place in price_bins), on.prices, "dollars", _price,
        ),
        Measure(
            "colour", "colour", "clicks", on.colours, _each(len(on.colours)), None, "", _colour
        ),
        Measure(
            "revisits", "revisits", "clicks, by whether the product was looked at before",
            ("first look", "again at once", "again later"), _each(3), None, "", _revisit,
        ),
        Measure(
            "move", "move from the last click", "pairs of clicks", MOVES, _each(len(MOVES)), None, "", _move
        ),
        Measure(
            "share_next", "share of steps to the next product",
            "visits of two clicks and more, by the share of such steps",
            ("none", "to 15 %", "to 30 %", "to 50 %", "to 75 %", "more"),
            _edges(SHARE_STEPS + 1, SHARE_STARTS),
            tuple(step / SHARE_STEPS for step in range(SHARE_STEPS + 1)), "share", _share_next,
        ),
        Measure(
            "runs", "run length", "runs of clicks each on the product after the last, by clicks",
            _spans(RUN_STARTS, 1), _edges(ON_A_PAGE, RUN_STARTS),
            tuple(float(n + 1) for n in range(ON_A_PAGE)), "clicks", _runs,
        ),
        Measure(
            "persistence", "persistence of direction",
            "pairs of steps on one page, by the directions of both",
            ("forward twice", "forward, back", "back, forward", "back twice"), _each(4), None, "",
            _persistence,
        ),
    )  # fmt: skip
