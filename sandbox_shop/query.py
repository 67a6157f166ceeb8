"""What a listing is asked, and what it answers: the values that search and pages speak in."""

from dataclasses import dataclass

from sandbox_shop.shelf import Card

LONGEST_QUERY = 120


@dataclass(frozen=True, slots=True)
class Query:
    """What the shopper asks a listing for.

    Attributes:
        text: the words; empty on a category's own page.
        category: slug; None for the whole shop.
        brands: any of these; empty for all.
        low_cents: the least price, included.
        high_cents: the highest price, excluded; None for no bound.
        rating: the least mean rating; None for any.
        free_delivery: only what is delivered free of charge.
        sort: one of the keys of `Sort` in the design; None leaves it to the design.
        page: from 1.
    """

    text: str = ""
    category: str | None = None
    brands: tuple[str, ...] = ()
    low_cents: int = 0
    high_cents: int | None = None
    rating: int | None = None
    free_delivery: bool = False
    sort: str | None = None
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether any filter besides the category is on."""
        return bool(self.brands or self.has_price or self.rating or self.free_delivery)

    @property
    def has_price(self) -> bool:
        """Whether the price is bounded."""
        return bool(self.low_cents) or self.high_cents is not None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter: the query that one gets by choosing it, and how many products that finds."""

    label: str
    count: int
    query: Query


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with the values that would find something."""

    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    Attributes:
        query: what was asked, with the page brought into range.
        cards: the products of this page.
        sponsored: products that pay for their place; never among `cards`.
        total: products on all pages.
        pages: how many pages.
        facets: the filters.
        corrected: the text that was searched for in place of the one given; None where it was taken as is.
        relaxed: no product has all words; these have some.
        placed: the products stand at fixed places, in two rows of three cells with three products each.
    """

    query: Query
    cards: tuple[Card, ...]
    sponsored: tuple[Card, ...]
    total: int
    pages: int
    facets: tuple[Facet, ...]
    corrected: str | None
    relaxed: bool = False
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line under the search box: a category to go to, or a product."""

    label: str
    slug: str | None = None
    code: str | None = None


def price_label(low_cents: int, high_cents: int | None) -> str:
    """What a person reads for a range of prices."""
    if high_cents is None:
        return f"${low_cents // 100} & above"
    if not low_cents:
        return f"Under ${high_cents // 100}"
    return f"${low_cents // 100} to ${high_cents // 100}"
