"""Sessions on small sites of other makes than the clothing listings, with pages of known content."""

from collections.abc import Sequence
from functools import cache

from agent.actions import Action, Decision
from agent.session import EndingKind, Outcome
from learn.observed import observed
from learn.session import Author, Session, Turn
from learn.sources import bundled
from simplify import Observation
from tests.agent.values import maya

Goods = Sequence[tuple[str, str]]
"""Titles with their prices."""

KETTLES: Goods = (
    ("Arlen Kettle, Blue", "$34.50"),
    ("Brindle Cordless Kettle", "$29.00"),
    ("Corra Kettle, Blue", "$41.99"),
    ("Delph Electric Kettle, Red", "$1,029.00"),
    ("Ember Kettle", "$29.00"),
    ("Fenn Mug, Navy Blue", "$12.25"),
)


@cache
def people(source: str) -> tuple[Session, ...]:
    """The sessions of a data set that comes along, read once."""
    return bundled(source).sessions


def slug(title: str) -> str:
    return "_".join(title.lower().replace(",", "").split())


def ours(goods: Goods, *, title: str = "Kettles", number: int = 1) -> Observation:
    """A listing as this project writes pages."""
    rows = "\n".join(f'<li><a name="{slug(name)}">{name}</a> 4.5 (1,020), {price}' for name, price in goods)
    return observed(
        f"<title>{title} - Shop</title>\n"
        '<form role="search"><input name="search_the_shop"/> <button name="go">Go</button></form>\n'
        '<nav><a name="cart">Cart 0</a> <a name="kettles">Kettles</a> <a name="sale">Sale</a></nav>\n'
        '<select><option name="sort.price_low">Price: low to high<option name="sort.newest">Newest</select>\n'
        'Price: <a name="under_25">Under $25 (5)</a> <a name="25_to_50">$25 to $50 (45)</a>\n'
        f"<ul>{rows}</ul>\n"
        '<a name="previous">Previous</a> <a name="pages.2">2</a> <a name="next">Next</a>\n'
        '<footer>Free delivery from $50 <a name="help">Help</a></footer>',
        url=f"http://shop.test/{title}/{number}",
    )  # fmt: skip


def papers(goods: Goods) -> Observation:
    """A page of results as arXiv 2503.20749, appendix B, and OPeRA write them."""
    rows = "".join(
        f'<div class="search-result"><a name="search_results.{slug(name)}.view_product" class="product-name">'
        f'{name}</a><div class="product-review"><span class="product-rating">4.3 out of 5</span></div>'
        f'<div class="product-price">{price}</div><div class="product-delivery">FREE delivery</div></div>'
        for name, price in goods
    )
    return observed(
        "<head><title>Amazon.com : kettle</title></head>"
        '<form role="search"><input name="search_input" type="text" value="kettle"/>'
        '<button name="search_button">Go</button></form>'
        '<ul><li name="refinements.brands.arlen" role="checkbox">Arlen<input type="checkbox"/></li></ul>'
        f'{rows}<span name="pagination.2" aria-label="Go to page 2">2</span>',
        url="https://www.amazon.com/s",
    )


def product(name: str, price: str) -> Observation:
    """One product's own page."""
    return observed(
        f"<title>{name} - Shop</title><h1>{name}</h1>{price} "
        '<button name="add_to_cart">Add to cart</button> <button name="buy_now">Buy now</button>',
        url=f"http://shop.test/p/{slug(name)}",
    )


def visit(*steps: tuple[Observation, Action], intent: str = "an electric kettle under $40") -> Session:
    """A session of these steps."""
    turns = tuple(
        Turn(
            page,
            Decision(rationale="", action=action),
            Outcome(accepted=True, message="The page changed.", url=page.url),
        )
        for page, action in steps
    )
    return Session("v1", "test", Author.HUMAN, None, maya(), intent, turns, EndingKind.LEFT)
