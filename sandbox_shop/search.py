"""Finding products: full text, filters with counts, sorting, and help where nothing was found.

A search tries, in this order: products with all words; the same with misspelt words corrected to the nearest
word of the catalogue; products with some of the words. What it did is part of the result, so that the page
can say so.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox_shop.database import CatalogueDatabase
from sandbox_shop.query import LONGEST_QUERY, Facet, FacetValue, Query, Results, Suggestion, price_label
from sandbox_shop.shelf import CARD_COLUMNS, WORD, Card, Shelf
from sandbox_shop.wording import WordFinder

PRICE_STEPS = (0, 2500, 5000, 10000, 20000, None)
"""Borders of the price filter's ranges, in cents; the last range is open."""
TOP_BRANDS = 5
TOP_CATEGORIES = 6

_TEXT_RANK = "bm25(product_text, 10.0, 6.0, 6.0, 2.0, 1.0) * (1.0 + 0.3 * p.standing)"
_ORDERS: Mapping[str, str] = {
    "relevance": "p.standing DESC",
    "price": "p.price_cents, p.standing DESC",
    "price_down": "p.price_cents DESC, p.standing DESC",
    "rating": "p.rating IS NULL, p.rating DESC, p.rating_count DESC, p.standing DESC",
    "newest": "p.id DESC",
}
_CONDITIONS: Mapping[str, str] = {
    "text": "p.id IN (SELECT rowid FROM product_text WHERE product_text MATCH :match)",
    "category": "p.category BETWEEN :first AND :last",
    "brand": "p.brand IN (SELECT value FROM json_each(:brands))",
    "price": "p.price_cents >= :low AND p.price_cents < :high",
    "rating": "p.rating >= :rating",
    "delivery": "p.free_delivery = 1",
}


class SearchEngine:
    """Answers queries over one catalogue. Asks only fixed SQL; what people type goes in as parameters."""

    def __init__(self, database: CatalogueDatabase) -> None:
        """Search this catalogue."""
        self._database = database
        self._connection = database.connection
        self._words = WordFinder(database.connection)

    def search(self, query: Query, *, default_sort: str, page_size: int, sponsored: int) -> Results:
        """The page of products that the query asks for, with paid places where enough is found."""
        wording = self._words.word(query.text)
        if query.text and wording.match is None:
            return Results(replace(query, page=1), (), (), 0, 0, (), None)
        shelf = self._database.shelf(query.category) if query.category else None
        sort = query.sort or default_sort
        bound = _bind(query, wording.match, shelf)
        total = self._count(query, bound)
        if shelf and shelf.placed_pages and not query.text and not query.filtered and sort == "relevance":
            return self._placed(query, shelf, bound, total)
        paid_places = min(sponsored, page_size - 1) if total > page_size else 0
        per_page = page_size - paid_places
        pages = -(-total // per_page)
        query = replace(query, page=max(1, min(query.page, pages)))
        cards = self._page(query, bound, sort, per_page)
        paid = self._paid(query, bound, {card.code for card in cards}, paid_places)
        facets = self._facets(query, bound, shelf)
        return Results(query, cards, paid, total, pages, facets, wording.corrected, wording.relaxed)

    def suggest(self, text: str, *, most: int = 6) -> tuple[Suggestion, ...]:
        """Categories and well-known products that what has been typed so far may become."""
        words = WORD.findall(text.lower()[:LONGEST_QUERY])
        if not words:
            return ()
        shelves = [
            Suggestion(shelf.title, slug=shelf.slug)
            for shelf in self._database.shelves
            if shelf.products and _begins(shelf.title, words)
        ]
        match = " ".join(f'"{word}"' for word in words) + "*"
        rows = self._connection.execute(
            "SELECT p.title, p.code FROM product_text JOIN product AS p ON p.id = product_text.rowid"
            " WHERE product_text MATCH ? ORDER BY p.standing DESC LIMIT ?",
            ("{title brand} : (" + match + ")", most),
        )
        products = [Suggestion(title, code=code) for title, code in rows]
        return tuple((shelves[: most // 2] + products)[:most])

    def popular(self, shelf: Shelf | None, *, most: int, leaving_out: str = "") -> tuple[Card, ...]:
        """The best-known products of a category, or of the shop."""
        within = "p.category BETWEEN :first AND :last AND" if shelf else ""
        return self._cards(
            f"FROM product AS p WHERE {within} p.code <> :without ORDER BY p.standing DESC, p.id LIMIT :most",
            {
                "first": shelf.id if shelf else None,
                "last": shelf.last if shelf else None,
                "without": leaving_out,
                "most": most,
            },
        )

    def reduced(self, *, most: int) -> tuple[Card, ...]:
        """Well-known products whose price was cut by at least a tenth, one a category."""
        return self._cards(
            "FROM (SELECT *, max(standing) FROM product"
            " WHERE list_price_cents * 9 >= price_cents * 10 AND stock > 0 GROUP BY category) AS p"
            " ORDER BY p.standing DESC, p.id LIMIT :most",
            {"most": most},
        )

    def top_rated(self, *, most: int) -> tuple[Card, ...]:
        """The best rated product of each of the best rated categories."""
        return self._cards(
            "FROM (SELECT *, max(rating * 1000 + min(rating_count, 900)) AS worth FROM product"
            " WHERE rating_count >= 20 GROUP BY category) AS p ORDER BY p.worth DESC, p.id LIMIT :most",
            {"most": most},
        )

    def related(self, code: str, category: str, price_cents: int, *, most: int) -> tuple[Card, ...]:
        """Products of the same category at about the same price, then of the category above."""
        shelf = self._database.shelf(category)
        if shelf is None:
            return ()
        for wider in reversed(self._database.path(shelf)):
            found = self._cards(
                "FROM product AS p WHERE p.category BETWEEN :first AND :last AND p.code <> :without"
                " ORDER BY abs(p.price_cents - :price) / 1000, p.standing DESC, p.id LIMIT :most",
                {
                    "first": wider.id,
                    "last": wider.last,
                    "without": code,
                    "price": price_cents,
                    "most": most,
                },
            )
            if len(found) == most:
                return found
        return self.popular(None, most=most, leaving_out=code)

    def _count(self, query: Query, bound: Mapping[str, Any]) -> int:
        return int(self._connection.execute(f"SELECT count(*) {_from(query)}", bound).fetchone()[0])

    def _page(self, query: Query, bound: Mapping[str, Any], sort: str, size: int) -> tuple[Card, ...]:
        limits = {**bound, "most": size, "skipped": (query.page - 1) * size}
        if query.text and sort == "relevance":
            rest = " AND ".join([_CONDITIONS[name] for name in _active(query) if name != "text"] or ["1"])
            return self._cards(
                "FROM product_text JOIN product AS p ON p.id = product_text.rowid"
                f" WHERE product_text MATCH :match AND {rest}"
                f" ORDER BY {_TEXT_RANK}, p.id LIMIT :most OFFSET :skipped",
                limits,
            )
        return self._cards(
            f"{_from(query)} ORDER BY {_ORDERS[sort]}, p.id LIMIT :most OFFSET :skipped", limits
        )

    def _placed(self, query: Query, shelf: Shelf, bound: Mapping[str, Any], total: int) -> Results:
        pages = shelf.placed_pages or 1
        query = replace(query, page=max(1, min(query.page, pages)))
        cards = self._cards(
            "FROM product AS p WHERE p.category = :first AND p.placed_page = :page"
            " ORDER BY p.placed_place, p.id",
            {"first": shelf.id, "page": query.page},
        )
        facets = self._facets(query, bound, shelf)
        return Results(query, cards, (), total, pages, facets, None, placed=True)

    def _paid(self, query: Query, bound: Mapping[str, Any], shown: set[str], most: int) -> tuple[Card, ...]:
        """Products that the query finds too, but that stand elsewhere: somebody pays to be seen here."""
        if not most:
            return ()
        cards = self._cards(
            f"{_from(query)} AND p.stock > 0"
            " ORDER BY (p.id * 7919 + :page * 104729) % 10007, p.id LIMIT :most",
            {**bound, "page": query.page, "most": most + len(shown)},
        )
        return tuple(card for card in cards if card.code not in shown)[:most]

    def _cards(self, rest: str, bound: Mapping[str, Any]) -> tuple[Card, ...]:
        sql = f"SELECT {CARD_COLUMNS} {rest}"
        return tuple(Card(*row) for row in self._connection.execute(sql, bound))

    def _facets(self, query: Query, bound: Mapping[str, Any], shelf: Shelf | None) -> tuple[Facet, ...]:
        facets = (
            Facet("Category", self._category_values(query, bound, shelf)),
            Facet("Brand", self._brand_values(query, bound)),
            Facet("Price", self._price_values(query, bound)),
            Facet("Rating", self._rating_values(query, bound)),
            Facet("Delivery", self._delivery_values(query, bound)),
        )
        return tuple(facet for facet in facets if facet.values)

    def _grouped(self, column: str, query: Query, bound: Mapping[str, Any], without: str) -> sqlite3.Cursor:
        sql = f"SELECT {column}, count(*) {_from(query, without=without)} GROUP BY 1 ORDER BY 2 DESC, 1"
        return self._connection.execute(sql, bound)

    def _category_values(
        self, query: Query, bound: Mapping[str, Any], shelf: Shelf | None
    ) -> tuple[FacetValue, ...]:
        counts = dict(self._grouped("p.category", query, bound, "").fetchall())

        def count(each: Shelf) -> int:
            return sum(number for category, number in counts.items() if each.id <= category <= each.last)

        choices = [(each, count(each)) for each in self._database.children(shelf)]
        choices = [(each, number) for each, number in choices if number]
        while len(choices) == 1 and (below := self._database.children(choices[0][0])):
            choices = [(each, number) for each in below if (number := count(each))]
        if len(choices) < 2:
            return ()
        choices.sort(key=lambda each: -each[1])
        return tuple(
            FacetValue(each.title, number, replace(query, category=each.slug, page=1))
            for each, number in choices[:TOP_CATEGORIES]
        )

    def _brand_values(self, query: Query, bound: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        rows = [(brand, number) for brand, number in self._grouped("p.brand", query, bound, "brand") if brand]
        free = [(brand, number) for brand, number in rows if brand not in query.brands]
        if len(rows) < 2:
            return ()
        return tuple(
            FacetValue(brand, number, replace(query, brands=tuple(sorted({*query.brands, brand})), page=1))
            for brand, number in free[: TOP_BRANDS - len(query.brands)]
        )

    def _price_values(self, query: Query, bound: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        if query.has_price:
            return ()
        column = " + ".join(f"(p.price_cents >= {step})" for step in PRICE_STEPS[1:-1])
        counts = dict(self._grouped(column, query, bound, "price").fetchall())
        if len(counts) < 2:
            return ()
        values = []
        for place, number in sorted(counts.items()):
            low, high = PRICE_STEPS[place] or 0, PRICE_STEPS[place + 1]
            chosen = replace(query, low_cents=low, high_cents=high, page=1)
            values.append(FacetValue(price_label(low, high), number, chosen))
        return tuple(values)

    def _rating_values(self, query: Query, bound: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        if query.rating:
            return ()
        column = "CASE WHEN p.rating >= 4 THEN 4 WHEN p.rating >= 3 THEN 3 ELSE 0 END"
        counts = dict(self._grouped(column, query, bound, "rating").fetchall())
        four, three = counts.get(4, 0), counts.get(4, 0) + counts.get(3, 0)
        found = [(4, four), (3, three)] if three > four else [(4, four)]
        return tuple(
            FacetValue(f"{rating} stars & up", number, replace(query, rating=rating, page=1))
            for rating, number in found
            if number
        )

    def _delivery_values(self, query: Query, bound: Mapping[str, Any]) -> tuple[FacetValue, ...]:
        if query.free_delivery:
            return ()
        counts = dict(self._grouped("p.free_delivery", query, bound, "delivery").fetchall())
        if not counts.get(1):
            return ()
        return (FacetValue("Free delivery", counts[1], replace(query, free_delivery=True, page=1)),)


def _begins(title: str, words: list[str]) -> bool:
    """Whether each word begins a word of the title."""
    parts = WORD.findall(title.lower())
    return all(any(part.startswith(word) for part in parts) for word in words)


def _active(query: Query) -> tuple[str, ...]:
    chosen = {
        "text": query.text,
        "category": query.category,
        "brand": query.brands,
        "price": query.has_price,
        "rating": query.rating,
        "delivery": query.free_delivery,
    }
    return tuple(name for name, given in chosen.items() if given)


def _from(query: Query, *, without: str = "") -> str:
    conditions = [_CONDITIONS[name] for name in _active(query) if name != without]
    return f"FROM product AS p WHERE {' AND '.join(conditions) or '1'}"


def _bind(query: Query, match: str | None, shelf: Shelf | None) -> dict[str, Any]:
    return {
        "match": match,
        "first": shelf.id if shelf else 0,
        "last": shelf.last if shelf else 0,
        "brands": json.dumps(query.brands),
        "low": query.low_cents,
        "high": query.high_cents if query.high_cents is not None else 2**62,
        "rating": query.rating,
    }
