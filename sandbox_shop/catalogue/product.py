"""The words of a catalogue. Everything that a page of the shop says about a product is in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option (`M` of `Size`), and whether it can be had."""

    value: str
    available: bool = True
    extra_cents: int = 0


@dataclass(frozen=True, slots=True)
class ProductOption:
    """Something that the shopper must choose before buying, such as the size."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a customer wrote. `date` is ISO 8601 (a day); `rating` is 1 to 5."""

    author: str
    date: str
    rating: int
    title: str
    text: str
    helpful: int = 0
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a customer asked on the product page, with its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Category:
    """A place in the category tree.

    Attributes:
        slug: unique in the catalogue, used in addresses.
        title: what a person reads.
        parent: slug of the category above; None at the top.
    """

    slug: str
    title: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a listing shows a product: page and place on it, both from 1."""

    category: str
    page: int
    place: int


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the shop knows it.

    Attributes:
        code: unique in the catalogue, stable; used in addresses.
        title: what a person reads on a listing.
        brand: empty where there is none.
        category: slug of the category in which it stands (a leaf of the tree).
        price_cents: US cents.
        list_price_cents: the struck-out earlier price; None where it is not reduced.
        rating: mean of 1 to 5, one decimal; None where nobody has rated it.
        rating_count: how many ratings; the written reviews are a part of these.
        description: one or a few sentences.
        bullets: the main points as a list.
        attributes: what the specification table says, in order, such as {"Material": "steel"}.
        options: what must be chosen.
        stock: how many can be bought; 0 is sold out.
        free_delivery: delivered free of charge whatever the order's worth.
        delivery_days: working days until it arrives.
        picture: traits for the drawing of its picture, such as {"shape": "kettle", "colour": "#aa3322"}, and
            `alt`, what is said in its stead on the product page; empty where there is none.
        placement: a fixed place in its category's listing; None where sorting decides.
        popularity: rank value for the default sort and for suggestions, higher is earlier.
    """

    code: str
    title: str
    category: str
    price_cents: int
    brand: str = ""
    list_price_cents: int | None = None
    rating: float | None = None
    rating_count: int = 0
    description: str = ""
    bullets: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[ProductOption, ...] = ()
    reviews: tuple[Review, ...] = ()
    questions: tuple[Question, ...] = ()
    stock: int = 100
    free_delivery: bool = False
    delivery_days: int = 3
    picture: Mapping[str, str] = field(default_factory=dict)
    placement: Placement | None = None
    popularity: float = 0.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a shop sells.

    Attributes:
        name: `market`, `clothing2008`, or the name of an imported file.
        shop_title: what stands in the shop's header.
        categories: the tree, parents before children.
        products: all products.
        page_size: products on one listing or search page.
        source: where the facts come from and under which licence; empty for generated ones.
    """

    name: str
    shop_title: str
    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    page_size: int = 16
    source: str = ""
