"""What the sequence model is told of a visit to the clothing shop: nothing that a shopper could not see.

What carries people's next click is on the page and in their history: whether they sweep the listing in
reading order, how far they have got on each page, what they have looked at already, how long they have been
here. All of it is given relative to the last click, so that what is learned on one listing holds on all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
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
    histories, alone = Histories(1, on), np.zeros(1, np.int64)
    rows = [histories.now(alone)]
    for click in clicks:
        histories.add(alone, np.array([click]))
        rows.append(histories.now(alone))
    return Visit(*(np.concatenate([getattr(row, each.name) for row in rows]) for each in fields(Visit)))


class Histories:
    """What is known of some visits, each up to its last click.

    Args:
        visits: how many there are.
        on: the shop.
    """

    def __init__(self, visits: int, on: Shelf) -> None:
        self._on = on
        products = len(on.codes)
        self._clicked = np.full((visits, 3), products)  # the last three, latest first
        self._clicks = np.zeros(visits, np.int64)
        self._age = np.full((visits, products), -1)
        self._times = np.zeros((visits, products), np.int64)
        self._furthest = np.full((visits, int(on.page.max()) + 1), -1)
        self._coloured = np.zeros((visits, int(on.colour.max()) + 1), np.int64)
        self._run, self._stay = np.zeros(visits, np.int64), np.zeros(visits, np.int64)
        self._page = np.full(visits, -1)

    def add(self, rows: Ints, clicks: Ints) -> None:
        """Some visits go on by a click each.

        Args:
            rows: numbers of the visits, each once.
            clicks: the products, one for each of these visits.
        """
        on = self._on
        self._clicked[rows] = np.concatenate([clicks[:, None], self._clicked[rows, :2]], axis=1)
        self._clicks[rows] += 1
        ages = self._age[rows]
        self._age[rows] = np.where(ages >= 0, ages + 1, ages)
        self._age[rows, clicks] = 0
        self._times[rows, clicks] += 1
        self._coloured[rows, on.colour[clicks]] += 1
        page = on.page[clicks]
        self._furthest[rows, page] = np.maximum(self._furthest[rows, page], on.position[clicks])
        swept = self._moves(rows) == _SAME + ON_A_PAGE + 1
        self._run[rows] = np.where(swept, self._run[rows] + 1, 0)
        self._stay[rows] = np.where(page == self._page[rows], self._stay[rows] + 1, 1)
        self._page[rows] = page

    def now(self, rows: Ints) -> Visit:
        """What the model is told of these visits, one row each."""
        last, before_last, third = self._clicked[rows].T
        shares = self._coloured[rows] / (self._clicks[rows] + 1)[:, None]
        return Visit(
            last=last,
            before_last=before_last,
            third=third,
            move=self._moves(rows),
            numbers=self._numbers(rows),
            seen=self._seen(rows).astype(np.int8),
            frontier=self._frontier(rows).astype(np.int8),
            colour_share=shares[:, self._on.colour].astype(np.float32),
        )

    def _moves(self, rows: Ints) -> Ints:
        # The row for no click holds no relation, so it does not matter which column is read of it.
        last = np.minimum(self._clicked[rows, 0], len(self._on.codes) - 1)
        return np.asarray(self._on.relations[self._clicked[rows, 1], last])

    def _numbers(self, rows: Ints) -> Floats:
        clicks = self._clicks[rows]
        return np.stack(
            [
                np.log1p(clicks),
                clicks / 30,
                clicks == 0,
                clicks == 1,
                np.minimum(self._run[rows], 8) / 4,
                np.log1p(self._stay[rows]),
                np.log1p((self._furthest[rows] >= 0).sum(axis=1)),
            ],
            axis=1,
        ).astype(np.float64)

    def _seen(self, rows: Ints) -> Ints:
        age, again = self._age[rows], self._times[rows] > 1
        once = np.where(age >= 0, 1 + np.minimum(age, AGES - 1), 0)
        return np.where(again, np.where(age > 0, AGES + 1, AGES + 2), once)

    def _frontier(self, rows: Ints) -> Ints:
        furthest = self._furthest[rows][:, self._on.page]
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
