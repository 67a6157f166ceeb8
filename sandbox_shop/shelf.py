"""The small values that a catalogue's database is asked for, and how it takes texts apart into words."""

import re
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+")
"""How both the full-text index and a search take a text apart into words."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with its place in the tree.

    Attributes:
        id: number in depth-first order.
        last: the highest id below it (its own where nothing is below).
        slug: used in addresses.
        title: what a person reads.
        parent: id of the category above; None at the top.
        products: how many products stand in it and below.
        placed_pages: pages of its listing where every product has a fixed place; None where sorting decides.
    """

    id: int
    last: int
    slug: str
    title: str
    parent: int | None
    products: int
    placed_pages: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """What a listing says about a product."""

    code: str
    title: str
    brand: str
    price_cents: int
    list_price_cents: int | None
    rating: float | None
    rating_count: int
    stock: int
    free_delivery: bool
    has_options: bool


CARD_COLUMNS = (
    "p.code, p.title, p.brand, p.price_cents, p.list_price_cents, p.rating, p.rating_count, p.stock,"
    " p.free_delivery, p.has_options"
)
"""The columns of a `Card`, in its order, of the product table under the name p."""
