"""One shop, put together: what it sells, its books, its design, and how its pages are rendered."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2

from sandbox_shop.books import Books, Visit
from sandbox_shop.cart import Coupon, DeliveryWay, Line, coupon_of, totals
from sandbox_shop.checkout import day_label, month_label
from sandbox_shop.database import CatalogueDatabase
from sandbox_shop.design import Design
from sandbox_shop.money import dollars
from sandbox_shop.search import SearchEngine
from sandbox_shop.shelf import Card

HERE = Path(__file__).parent
A_SECTION = 4
"""Products in a section of the home page."""
STATIC_FOLDER = HERE / "static"


@dataclass(frozen=True)
class Shop:
    """Everything that a page needs besides the request."""

    database: CatalogueDatabase
    books: Books
    design: Design

    @cached_property
    def search(self) -> SearchEngine:
        """Search over what the shop sells."""
        return SearchEngine(self.database)

    @cached_property
    def front(self) -> list[tuple[str, list[Card]]]:
        """What the home page shows, by heading; each product once."""
        found = (
            ("Best sellers", self.search.popular(None, most=A_SECTION)),
            ("Today's deals", self.search.reduced(most=2 * A_SECTION)),
            ("Loved by customers", self.search.top_rated(most=3 * A_SECTION)),
        )
        shown: set[str] = set()
        sections = []
        for title, cards in found:
            new = [card for card in cards if card.code not in shown][:A_SECTION]
            shown |= {card.code for card in new}
            if new:
                sections.append((title, new))
        return sections

    @property
    def page_size(self) -> int:
        """Products on a page of a listing."""
        return self.design.page_size or self.database.page_size

    @cached_property
    def version(self) -> str:
        """Changes whenever a style sheet, a script or a picture might: a part of their addresses."""
        digest = hashlib.sha256()
        for path in sorted(STATIC_FOLDER.iterdir()):
            digest.update(path.read_bytes())
        database = self.database
        digest.update(f"{database.name} {len(database.shelves)} {database.shop_title}".encode())
        for row in database.connection.execute("SELECT code, title FROM product ORDER BY id LIMIT 50"):
            digest.update(repr(row).encode())
        return digest.hexdigest()[:10]

    @cached_property
    def _everywhere(self) -> dict[str, Any]:
        """What every template may use."""
        return {
            "design": self.design,
            "shop_title": self.database.shop_title,
            "version": self.version,
            "departments": self.database.children(None)[:8],
        }

    def render(self, template: str, **context: Any) -> str:
        """The page that this template makes of this context."""
        return _templates().get_template(template).render(**self._everywhere, **context)

    def cart_lines(self, visit: Visit) -> tuple[Line, ...]:
        """The visitor's cart with its products; what is no longer sold is left out."""
        kept = self.books.cart(visit)
        products = self.database.products(line.code for line in kept)
        return tuple(
            Line(line.id, products[line.code], line.choices, line.quantity)
            for line in kept
            if line.code in products
        )

    def cost(self, lines: Iterable[Line], visit: Visit, way: DeliveryWay) -> dict[str, Any]:
        """What a summary of costs says: the totals and the coupon behind them."""
        coupon: Coupon | None = coupon_of(visit.coupon)
        return {"totals": totals(lines, coupon, way), "coupon": coupon, "way": way}


@cache
def _templates() -> jinja2.Environment:
    """The templates, compiled once a process: they are the same for every shop."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"dollars": dollars, "day": day_label, "month": month_label}
    return environment
