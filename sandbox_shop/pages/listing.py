"""Listings: search results and category pages, whose filters are real links."""

import re
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox_shop.events import EventKind
from sandbox_shop.pages.page import Page
from sandbox_shop.query import LONGEST_QUERY, Query, Results, price_label
from sandbox_shop.shelf import Card
from sandbox_shop.shop import Shop

SORTS = {
    "relevance": "Featured",
    "price": "Price: low to high",
    "price_down": "Price: high to low",
    "rating": "Customer rating",
    "newest": "Newest",
}
SPONSORED_PLACES = (3, 10)
"""Where on a page, counted from 0, the paid places are."""
HIGHEST_PRICE = 10**9
LAST_PAGE = 10**6


def search(page: Page) -> Response:
    """Results of a search in the whole shop."""
    query = _read_query(page, page.query.get("category") or None)
    if query.category and page.shop.database.shelf(query.category) is None:
        query = replace(query, category=None)
    return _listing(page, query)


def category(page: Page) -> Response:
    """All that stands in a category, or below it."""
    slug = page.params["slug"]
    if page.shop.database.shelf(slug) is None:
        return page.not_found()
    return _listing(page, replace(_read_query(page, slug), text=""))


def suggest(shop: Shop, request: Request) -> Response:
    """What to show under the search box, as JSON: lines with a label and an address."""
    text = request.query_params.get("q", "")
    found = shop.search.suggest(text) if shop.design.suggestions == "on" else ()
    return JSONResponse(
        [
            {
                "label": each.label,
                "kind": "category" if each.slug else "product",
                "href": f"/c/{each.slug}" if each.slug else f"/product/{each.code}",
            }
            for each in found
        ]
    )


def _listing(page: Page, query: Query) -> Response:
    shop = page.shop
    paid = len(SPONSORED_PLACES) if shop.design.sponsored == "on" else 0
    results = shop.search.search(
        query, default_sort=shop.design.sort, page_size=shop.page_size, sponsored=paid
    )
    page.note(EventKind.SEARCH, **_logged(results))
    shelf = shop.database.shelf(query.category) if query.category else None
    return page.answer(
        "listing.html",
        query=results.query,
        results=results,
        shelf=shelf,
        trail=shop.database.path(shelf) if shelf else (),
        facets=[
            (facet.title, [(value.label, value.count, address_of(value.query)) for value in facet.values])
            for facet in results.facets
        ],
        active=_active_filters(results.query, shelf.title if shelf else ""),
        cells=_cells(results),
        sorts={name: label for name, label in SORTS.items() if name != "rating" or shop.database.has_ratings},
        sort=query.sort or shop.design.sort,
        hidden=_pairs(replace(results.query, sort=None, page=1)),
        action=f"/c/{query.category}" if _is_category_page(query) else "/search",
        links=_page_links(results),
        bare=address_of(Query(text=query.text, category=None if query.text else query.category)),
        suggestions=shop.search.popular(None, most=4) if not results.total else (),
    )


def _read_query(page: Page, category: str | None) -> Query:
    """What an address asks for; parts that make no sense are as good as left out."""
    given = page.query
    text = " ".join(given.get("q", "").split())[:LONGEST_QUERY]
    low, high = _read_price(given.get("price", ""))
    brands = tuple(sorted({brand for brand in given.getlist("brand") if brand}))[:10]
    rating, number = given.get("rating", ""), given.get("page", "")
    sort = given.get("sort")
    return Query(
        text=text,
        category=category,
        brands=brands,
        low_cents=low,
        high_cents=high,
        rating=int(rating) if rating in {"1", "2", "3", "4", "5"} else None,
        free_delivery=given.get("delivery") == "free",
        sort=sort if sort in SORTS else None,
        page=min(int(number), LAST_PAGE) if re.fullmatch(r"[1-9][0-9]{0,8}", number) else 1,
    )


def _read_price(text: str) -> tuple[int, int | None]:
    found = re.fullmatch(r"([0-9]{0,7})-([0-9]{0,7})", text)
    if not found:
        return 0, None
    low, high = found.groups()
    return min(int(low or 0) * 100, HIGHEST_PRICE), min(int(high) * 100, HIGHEST_PRICE) if high else None


def _is_category_page(query: Query) -> bool:
    return bool(query.category) and not query.text


def _pairs(query: Query) -> list[tuple[str, str]]:
    """The query of a listing's address, always in the same order."""
    pairs = [("q", query.text)] if query.text else []
    if query.category and query.text:
        pairs.append(("category", query.category))
    pairs += [("brand", brand) for brand in query.brands]
    if query.has_price:
        high = "" if query.high_cents is None else str(query.high_cents // 100)
        pairs.append(("price", f"{query.low_cents // 100}-{high}"))
    if query.rating:
        pairs.append(("rating", str(query.rating)))
    if query.free_delivery:
        pairs.append(("delivery", "free"))
    if query.sort:
        pairs.append(("sort", query.sort))
    if query.page > 1:
        pairs.append(("page", str(query.page)))
    return pairs


def address_of(query: Query) -> str:
    """The address of the listing that answers this query."""
    base = f"/c/{query.category}" if _is_category_page(query) else "/search"
    pairs = _pairs(query)
    return f"{base}?{urlencode(pairs)}" if pairs else base


def _active_filters(query: Query, category_title: str) -> list[tuple[str, str]]:
    """Each filter that is on, with the address without it."""
    first = replace(query, page=1)
    active = []
    if query.category and query.text:
        active.append((category_title, replace(first, category=None)))
    for brand in query.brands:
        rest = tuple(each for each in query.brands if each != brand)
        active.append((brand, replace(first, brands=rest)))
    if query.has_price:
        label = price_label(query.low_cents, query.high_cents)
        active.append((label, replace(first, low_cents=0, high_cents=None)))
    if query.rating:
        active.append((f"{query.rating} stars & up", replace(first, rating=None)))
    if query.free_delivery:
        active.append(("Free delivery", replace(first, free_delivery=False)))
    return [(label, address_of(without)) for label, without in active]


def _cells(results: Results) -> list[tuple[Card, bool]]:
    """The products in the order in which they are shown, each with whether its place is paid for."""
    cells = [(card, False) for card in results.cards]
    for place, card in zip(SPONSORED_PLACES, results.sponsored, strict=False):
        cells.insert(min(place, len(cells)), (card, True))
    return cells


def _page_links(results: Results) -> list[tuple[str, str | None]]:
    """Labels of the pagination with their addresses; no address where one is, or pages are left out."""
    here, last = results.query.page, results.pages
    if last < 2:
        return []
    shown = sorted({1, here - 1, here, here + 1, last} & set(range(1, last + 1)))
    links: list[tuple[str, str | None]] = []
    if here > 1:
        links.append(("Previous", address_of(replace(results.query, page=here - 1))))
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            links.append(("…", None))
        address = None if number == here else address_of(replace(results.query, page=number))
        links.append((str(number), address))
    if here < last:
        links.append(("Next", address_of(replace(results.query, page=here + 1))))
    return links


def _logged(results: Results) -> dict[str, Any]:
    return {**asdict(results.query), "results": results.total, "corrected": results.corrected}
