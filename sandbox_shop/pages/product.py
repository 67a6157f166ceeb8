"""The product page, its reviews, and pictures."""

import hashlib
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sandbox_shop.cart import FREE_FROM_CENTS, most_of
from sandbox_shop.catalogue.pictures import picture as draw
from sandbox_shop.catalogue.product import Product
from sandbox_shop.checkout import arrival
from sandbox_shop.events import EventKind
from sandbox_shop.pages.page import Page
from sandbox_shop.reviews import REVIEW_SORTS, rating_shares, reviews_of
from sandbox_shop.shop import Shop

RELATED = 4
VIEWS = ("0", "1", "2")
FEW_LEFT = 5


def product(page: Page) -> Response:
    """The product page."""
    found = page.shop.database.product(page.params["code"])
    if found is None:
        return page.not_found()
    page.note(EventKind.VIEW, code=found.code)
    return show_product(page, found)


def show_product(
    page: Page,
    found: Product,
    *,
    chosen: Mapping[str, str] | None = None,
    quantity: str = "1",
    problems: Mapping[str, str] | None = None,
) -> Response:
    """The page of this product, with what was chosen on it and what is wrong with that."""
    shop = page.shop
    shelf = shop.database.shelf(found.category)
    assert shelf is not None
    design = shop.design
    return page.answer(
        "product.html",
        product=found,
        trail=shop.database.path(shelf),
        chosen=chosen or {},
        quantity=quantity,
        problems=problems or {},
        most=most_of(found),
        arrives=arrival(found.delivery_days),
        free=found.free_delivery or found.price_cents >= FREE_FROM_CENTS,
        shares=rating_shares(shop.database, found.code),
        related=shop.search.related(found.code, found.category, found.price_cents, most=RELATED)
        if design.related == "on"
        else (),
        wished=found.code in shop.books.wishes(page.visit),
        urgency=_urgency(found) if design.urgency == "on" else (),
        review_sort=page.query.get("reviews", "helpful"),
        review_page=page.query.get("reviews_page", "1"),
    )


def reviews(shop: Shop, request: Request) -> Response:
    """A page of reviews, as the part of the product page that loads late."""
    found = shop.database.product(request.path_params["code"])
    if found is None or shop.design.reviews == "hidden":
        return HTMLResponse(shop.render("no_reviews.html"), 404)
    number = request.query_params.get("page", "1")
    shown = reviews_of(
        shop.database,
        found.code,
        sort=request.query_params.get("sort", ""),
        page=int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number) else 1,
    )
    return HTMLResponse(shop.render("reviews.html", product=found, shown=shown, sorts=REVIEW_SORTS))


def picture(shop: Shop, request: Request) -> Response:
    """A picture of a product, drawn."""
    found = shop.database.product(request.path_params["code"])
    view = request.path_params["view"]
    if found is None or view not in VIEWS:
        return Response("There is no such picture.", 404, media_type="text/plain")
    svg = draw(found, int(view))
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


def _urgency(found: Product) -> tuple[str, ...]:
    lines = [f"Only {found.stock} left in stock."] if 0 < found.stock <= FEW_LEFT else []
    bought = hashlib.sha256(found.code.encode()).digest()[0] % 40 + 3
    return (*lines, f"{bought} people bought this today.")
