"""Writes a catalogue down as a database: see `schema/catalogue.sql`."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import resources

from sandbox_shop.catalogue.product import Catalogue, Product, Review
from sandbox_shop.shelf import WORD, Shelf


def write_catalogue(connection: sqlite3.Connection, catalogue: Catalogue) -> None:
    """Write everything that the catalogue says into an empty database."""
    connection.executescript(
        (resources.files("sandbox_shop") / "schema" / "catalogue.sql").read_text("utf-8")
    )
    about = (catalogue.name, catalogue.shop_title, catalogue.page_size, catalogue.source)
    connection.execute("INSERT INTO about VALUES (?, ?, ?, ?)", about)
    shelves = _number_categories(catalogue)
    rows = [
        (each.id, each.last, each.slug, each.title, each.parent, each.products, each.placed_pages)
        for each in shelves.values()
    ]
    connection.executemany("INSERT INTO category VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    standings = _standings(catalogue.products)
    columns = ", ".join("?" * 16)
    connection.executemany(
        f"INSERT INTO product VALUES ({columns})",  # noqa: S608  question marks only
        [
            _product_row(number, product, shelves[product.category].id, standings[product.code])
            for number, product in enumerate(catalogue.products, start=1)
        ],
    )
    connection.executemany(
        "INSERT INTO product_detail VALUES (?, ?)",
        [(number, _detail(product)) for number, product in enumerate(catalogue.products, start=1)],
    )
    connection.executemany(
        "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (number, place, *_review_row(review))
            for number, product in enumerate(catalogue.products, start=1)
            for place, review in enumerate(product.reviews)
        ],
    )
    _write_text(connection, catalogue, shelves)
    connection.execute("ANALYZE")
    connection.commit()


def _number_categories(catalogue: Catalogue) -> dict[str, Shelf]:
    below: dict[str | None, list[str]] = {}
    for category in catalogue.categories:
        below.setdefault(category.parent, []).append(category.slug)
    titles = {category.slug: category.title for category in catalogue.categories}
    own = Counter(product.category for product in catalogue.products)
    pages: dict[str, int] = {}
    for product in catalogue.products:
        if product.placement:
            pages[product.category] = max(pages.get(product.category, 0), product.placement.page)
    shelves: dict[str, Shelf] = {}

    def number(slug: str, parent: int | None, first: int) -> tuple[int, int]:
        last, products = first, own[slug]
        shelves[slug] = Shelf(first, first, slug, titles[slug], parent, 0, None)
        for child in below.get(slug, ()):
            last, more = number(child, first, last + 1)
            products += more
        shelves[slug] = Shelf(first, last, slug, titles[slug], parent, products, pages.get(slug))
        return last, products

    last = 0
    for slug in below.get(None, ()):
        last, _ = number(slug, None, last + 1)
    return shelves


def _standings(products: Sequence[Product]) -> dict[str, float]:
    ranked = sorted(products, key=lambda each: (-each.popularity, each.code))
    return {each.code: round(1 - place / len(ranked), 6) for place, each in enumerate(ranked)}


def _product_row(number: int, product: Product, category: int, standing: float) -> tuple[object, ...]:
    return (
        number,
        product.code,
        product.title,
        product.brand,
        category,
        product.price_cents,
        product.list_price_cents,
        product.rating,
        product.rating_count,
        product.stock,
        product.free_delivery,
        product.delivery_days,
        standing,
        bool(product.options),
        product.placement.page if product.placement else None,
        product.placement.place if product.placement else None,
    )


def _detail(product: Product) -> str:
    detail = {
        "description": product.description,
        "bullets": product.bullets,
        "attributes": dict(product.attributes),
        "options": [asdict(option) for option in product.options],
        "questions": [asdict(question) for question in product.questions],
        "picture": dict(product.picture),
    }
    return json.dumps(detail)


def _review_row(review: Review) -> tuple[object, ...]:
    return (
        review.author,
        review.date,
        review.rating,
        review.title,
        review.text,
        review.helpful,
        review.verified,
    )


def _write_text(connection: sqlite3.Connection, catalogue: Catalogue, shelves: Mapping[str, Shelf]) -> None:
    by_id = {shelf.id: shelf for shelf in shelves.values()}
    words: Counter[str] = Counter()
    rows = []
    for number, product in enumerate(catalogue.products, start=1):
        titles, shelf = [], by_id.get(shelves[product.category].id)
        while shelf:
            titles.append(shelf.title)
            shelf = by_id.get(shelf.parent) if shelf.parent is not None else None
        attributes = " ".join([*product.attributes.values(), *_choices(product)])
        category = " ".join(titles)
        description = " ".join([product.description, *product.bullets])
        rows.append((number, product.title, product.brand, category, attributes, description))
        names = f"{product.title} {product.brand} {category} {attributes}".lower()
        words.update({word for word in WORD.findall(names) if len(word) > 2 and word.isalpha()})
    connection.executemany(
        "INSERT INTO product_text (rowid, title, brand, category, attributes, description)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.executemany("INSERT INTO word VALUES (?, ?)", sorted(words.items()))


def _choices(product: Product) -> Iterator[str]:
    for option in product.options:
        for choice in option.choices:
            yield choice.value
