"""What the sequence model is told of a visit to the clothing shop: nothing that a shopper could not see.

What carries people's next click is on the page and in their history: whether they sweep the listing in
reading order, how far they have got on each page, what they have looked at already, how long they have been
here. All of it is given relative to the last click, so that what is learned on one listing holds on all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from learn.clothing2008 import LISTING_PAGES, Listings, Product, category_of, listings, page_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ON_A_PAGE = 18
"""Most products on a listing."""

_SAME, _NEXT, _PREVIOUS, _FAR, _FIRST, _ELSEWHERE = 0, 37, 55, 73, 75, 93
NO_RELATION = 95
"""The relation to a click that was not made."""
RELATIONS = 96
"""Relations: on the same page by distance; on the next and the previous by position; further on and further
back; on another category's first page by position; on its page of the same number; elsewhere in it; none."""

AGES = 6
SEEN_CLASSES = 9
"""Never looked at; by how many clicks ago, up to `AGES`; more than once, before; more than once, just now."""

NOT_ON_THE_PAGE = 37
FRONTIERS = 38
"""By distance from the furthest product looked at on the same page; no product looked at there."""

LIKENESSES = 13
"""By price above or below the last product's, in steps of seven dollars, and whether the colour is the
same; none."""

NUMBERS = 7
"""How long the visit is and how it goes: `Visit.numbers`."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The shop as numbers.

    Attributes:
        codes: of the products, in the order of all columns.
        index: column of each code.
        relations: of each product to each, shape (products + 1, products); the last row is for no click.
        likeness: of each product to each, in price and colour; shape and last row as of `relations`.
        colour: of each product, from 0.
        features: of each product, shape (products, features): category, page and place on it, colour, price.
        page: of each product, from 0.
        position: of each product on its page, from 0.
    """

    codes: tuple[str, ...]
    index: dict[str, int]
    relations: Ints
    likeness: Ints
    colour: Ints
    features: Floats
    page: Ints
    position: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A visit after 0, 1, 2, … clicks: T rows for T - 1 clicks.

    Attributes:
        last: product clicked last, shape (T,); the number of products where there is none.
        before_last: the one before.
        third: the one before that.
        move: relation of the last to the one before.
        numbers: shape (T, NUMBERS): clicks so far (logarithm, and by 30), none yet, one, length of the run in
            reading order, clicks in a row on this page and pages seen (logarithms).
        seen: class of each product, shape (T, products), below `SEEN_CLASSES`.
        frontier: class of each product, shape (T, products), below `FRONTIERS`.
        colour_share: share of the clicks so far on products of each product's colour, shape (T, products).
    """

    last: Ints
    before_last: Ints
    third: Ints
    move: Ints
    numbers: Floats
    seen: npt.NDArray[np.int8]
    frontier: npt.NDArray[np.int8]
    colour_share: npt.NDArray[np.float32]


@cache
def shelf() -> Shelf:
    """The clothing shop."""
    return shelf_of(listings())


def shelf_of(shop: Listings) -> Shelf:
    """The products of a shop as numbers."""
    products = list(shop.products.values())
    relations = np.full((len(products) + 1, len(products)), NO_RELATION)
    for row, here in enumerate(products):
        relations[row] = [_relation(here, there) for there in products]
    return Shelf(
        codes=tuple(shop.products),
        index={code: place for place, code in enumerate(shop.products)},
        relations=relations,
        likeness=_likeness(products),
        colour=np.array([_colours(products).index(product.colour) for product in products]),
        features=_features(products),
        page=np.array([product.place - 1 for product in products]),
        position=np.array([product.position for product in products]),
    )


def visit_of(clicks: Sequence[int], on: Shelf) -> Visit:
    """What the model is told after each of some clicks, and before the first.

    Args:
        clicks: columns of the products that were clicked, in order.
        on: the shop.
    """
    none, length = len(on.codes), len(clicks) + 1
    last, before_last, third = (np.full(length, none) for _ in range(3))
    last[1:], before_last[2:], third[3:] = clicks, clicks[:-1], clicks[:-2]
    move = np.full(length, NO_RELATION)
    move[2:] = on.relations[before_last[2:], last[2:]]
    seen = np.zeros((length, none), np.int8)
    frontier = np.full((length, none), NOT_ON_THE_PAGE, np.int8)
    history = _History(on)
    numbers = np.zeros((length, NUMBERS))
    numbers[0] = history.numbers(0)
    for time, click in enumerate(clicks, start=1):
        history.add(click, int(move[time]))
        numbers[time] = history.numbers(time)
        seen[time] = history.seen()
        frontier[time] = history.frontier()
    return Visit(last, before_last, third, move, numbers, seen, frontier, _colour_share(clicks, on))


def _colour_share(clicks: Sequence[int], on: Shelf) -> npt.NDArray[np.float32]:
    clicked = np.eye(int(on.colour.max()) + 1)[on.colour[np.array(clicks, np.int64)]]
    counts = np.concatenate([np.zeros((1, clicked.shape[1])), clicked.cumsum(axis=0)])
    shares = counts / np.arange(1, len(counts) + 1)[:, None]
    return shares[:, on.colour].astype(np.float32)


class _History:
    """What is known of a visit up to a click."""

    def __init__(self, on: Shelf) -> None:
        self._on = on
        self._age = np.full(len(on.codes), -1)
        self._times = np.zeros(len(on.codes), np.int64)
        self._furthest = np.full(int(on.page.max()) + 1, -1)
        self._run = self._stay = 0
        self._page = -1

    def add(self, click: int, move: int) -> None:
        self._age[self._age >= 0] += 1
        self._age[click] = 0
        self._times[click] += 1
        page = int(self._on.page[click])
        self._furthest[page] = max(self._furthest[page], self._on.position[click])
        self._run = self._run + 1 if move == _SAME + ON_A_PAGE + 1 else 0
        self._stay = self._stay + 1 if page == self._page else 1
        self._page = page

    def numbers(self, clicks: int) -> list[float]:
        pages = int((self._furthest >= 0).sum())
        return [
            np.log1p(clicks),
            clicks / 30,
            float(clicks == 0),
            float(clicks == 1),
            min(self._run, 8) / 4,
            np.log1p(self._stay),
            np.log1p(pages),
        ]

    def seen(self) -> Ints:
        classes = np.where(self._age >= 0, 1 + np.minimum(self._age, AGES - 1), 0)
        again = self._times > 1
        classes[again] = np.where(self._age[again] > 0, AGES + 1, AGES + 2)
        return classes

    def frontier(self) -> Ints:
        furthest = self._furthest[self._on.page]
        return np.where(furthest >= 0, ON_A_PAGE + self._on.position - furthest, NOT_ON_THE_PAGE)


def _relation(here: Product, there: Product) -> int:
    if here.place == there.place:
        return _SAME + ON_A_PAGE + there.position - here.position
    if category_of(here.place) == category_of(there.place):
        if there.place == here.place + 1:
            return _NEXT + there.position
        if there.place == here.place - 1:
            return _PREVIOUS + there.position
        return _FAR + (there.place < here.place)
    if page_of(there.place) == 1:
        return _FIRST + there.position
    return _ELSEWHERE + (page_of(there.place) != page_of(here.place))


def _features(products: Sequence[Product]) -> Floats:
    categories, colours = list(LISTING_PAGES), _colours(products)
    most = max(LISTING_PAGES.values())
    prices = np.array([product.price_cents for product in products], float)
    blocks = [
        _one_hot([categories.index(category_of(product.place)) for product in products], len(categories)),
        _one_hot([page_of(product.place) - 1 for product in products], most),
        _one_hot([product.position // 3 for product in products], ON_A_PAGE // 3),
        _one_hot([colours.index(product.colour) for product in products], len(colours)),
        ((prices - prices.mean()) / prices.std())[:, None],
        np.array([product.position / ON_A_PAGE for product in products])[:, None],
    ]
    return np.concatenate(blocks, axis=1)


def _colours(products: Sequence[Product]) -> list[str]:
    return sorted({product.colour for product in products})


def _likeness(products: Sequence[Product]) -> Ints:
    prices = np.array([product.price_cents for product in products]) / 100
    colours = np.array([product.colour for product in products])
    dearer = np.clip(np.round((prices[None, :] - prices[:, None]) / 7), -3, 2).astype(np.int64) + 3
    likeness = dearer + np.where(colours[None, :] == colours[:, None], 6, 0)
    return np.concatenate([likeness, np.full((1, len(products)), LIKENESSES - 1)])


def _one_hot(classes: Sequence[int], count: int) -> Floats:
    return np.asarray(np.eye(count)[np.array(classes)])
