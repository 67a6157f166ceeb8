"""The catalogue as a database: built once, then only read.

Generating ten thousand products takes seconds, and nothing about them ever changes. So the database is a
file in the user's cache, named after everything that decides what is in it (catalogue, seed, size, and the
code and data that make it), written under another name and renamed into place, and opened read-only.
"""

import hashlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import platformdirs

from sandbox_shop.building import write_catalogue
from sandbox_shop.catalogue import catalogue_named
from sandbox_shop.catalogue.product import (
    Catalogue,
    Choice,
    Placement,
    Product,
    ProductOption,
    Question,
)
from sandbox_shop.shelf import CARD_COLUMNS, Card, Shelf


class CatalogueDatabase:
    """What the shop sells, to be asked by the pages. Safe to be read by several threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read what is small and asked all the time: the category tree."""
        self.connection = connection
        row = connection.execute("SELECT name, shop_title, page_size, source FROM about").fetchone()
        self.name: str
        self.shop_title: str
        self.page_size: int
        self.source: str
        self.name, self.shop_title, self.page_size, self.source = row
        columns = "id, last, slug, title, parent, products, placed_pages"
        rows = connection.execute(f"SELECT {columns} FROM category ORDER BY id")  # noqa: S608  columns are fixed
        self.shelves: tuple[Shelf, ...] = tuple(Shelf(*each) for each in rows)
        rated = connection.execute("SELECT 1 FROM product WHERE rating IS NOT NULL LIMIT 1").fetchone()
        self.has_ratings = rated is not None
        self._by_slug: Mapping[str, Shelf] = {shelf.slug: shelf for shelf in self.shelves}
        self._by_id: Mapping[int, Shelf] = {shelf.id: shelf for shelf in self.shelves}

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """Build the database of this catalogue in memory."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        write_catalogue(connection, catalogue)
        return cls(connection)

    @classmethod
    def cached(cls, name: str, *, seed: int, size: int) -> Self:
        """Open the database of a named catalogue, built on first use; in memory where no file can be.

        Raises:
            CatalogueError: there is no such catalogue, or its file cannot be read.
        """
        path = _cache_folder() / _file_name(name, seed=seed, size=size)
        if not path.is_file():
            catalogue = catalogue_named(name, seed=seed, size=size)
            try:
                _write_file(path, catalogue)
            except OSError:
                return cls.of(catalogue)
        address = f"file:{quote(str(path))}?mode=ro&immutable=1"
        return cls(sqlite3.connect(address, uri=True, check_same_thread=False))

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def shelf(self, slug: str) -> Shelf | None:
        """The category of that slug."""
        return self._by_slug.get(slug)

    def children(self, shelf: Shelf | None) -> tuple[Shelf, ...]:
        """The categories right below this one, or the topmost ones."""
        parent = shelf.id if shelf else None
        return tuple(each for each in self.shelves if each.parent == parent and each.products)

    def path(self, shelf: Shelf) -> tuple[Shelf, ...]:
        """From the topmost category down to this one, which is the last."""
        above = self._by_id[shelf.parent] if shelf.parent is not None else None
        return (*self.path(above), shelf) if above else (shelf,)

    def product(self, code: str) -> Product | None:
        """The product of that code, without its reviews (see `reviews`)."""
        columns = "code, title, brand, category, price_cents, list_price_cents, rating, rating_count, stock"
        rest = "free_delivery, delivery_days, standing, placed_page, placed_place, detail"
        row = self.connection.execute(
            f"SELECT {columns}, {rest} FROM product JOIN product_detail ON product = id WHERE code = ?",  # noqa: S608  columns are fixed
            (code,),
        ).fetchone()
        return self._read_product(row) if row else None

    def products(self, codes: Iterable[str]) -> dict[str, Product]:
        """The products of those codes that exist."""
        found = {code: self.product(code) for code in dict.fromkeys(codes)}
        return {code: product for code, product in found.items() if product}

    def cards(self, codes: Sequence[str]) -> list[Card]:
        """The listing's words on those products, in the order of the codes."""
        rows = self.connection.execute(
            f"SELECT {CARD_COLUMNS} FROM json_each(?) AS wanted"  # noqa: S608  columns are fixed
            " JOIN product AS p ON p.code = wanted.value ORDER BY wanted.key",
            (json.dumps(list(codes)),),
        )
        return [Card(*row) for row in rows]

    def _read_product(self, row: Sequence[Any]) -> Product:
        code, title, brand, category, price, list_price, rating, count, stock, free, days, standing, *rest = (
            row
        )
        page, place, detail_text = rest
        detail = json.loads(detail_text)
        slug = self._by_id[category].slug
        return Product(
            code=code,
            title=title,
            category=slug,
            price_cents=price,
            brand=brand,
            list_price_cents=list_price,
            rating=rating,
            rating_count=count,
            description=detail["description"],
            bullets=tuple(detail["bullets"]),
            attributes=detail["attributes"],
            options=tuple(
                ProductOption(each["label"], tuple(Choice(**choice) for choice in each["choices"]))
                for each in detail["options"]
            ),
            questions=tuple(Question(**each) for each in detail["questions"]),
            stock=stock,
            free_delivery=bool(free),
            delivery_days=days,
            picture=detail["picture"],
            placement=Placement(slug, page, place) if page is not None else None,
            popularity=standing,
        )


def _cache_folder() -> Path:
    return platformdirs.user_cache_path("simagent") / "shop"


def _file_name(name: str, *, seed: int, size: int) -> str:
    digest = hashlib.sha256(f"{seed} {size} {name}".encode())
    for part in _makers():
        digest.update(part)
    given = Path(name).expanduser()
    if given.is_file():
        digest.update(given.read_bytes())
    label = re.sub(r"[^A-Za-z0-9]+", "-", given.stem)[:40]
    return f"{label}-{seed}-{size}-{digest.hexdigest()[:16]}.sqlite"


def _makers() -> Iterator[bytes]:
    """The code and the data that decide what a catalogue's database holds."""
    package = resources.files("sandbox_shop")
    yield (package / "building.py").read_bytes()
    yield (package / "schema" / "catalogue.sql").read_bytes()
    yield from _files_below(package / "catalogue")


def _files_below(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files_below(entry)
        elif entry.is_file():
            yield entry.name.encode() + entry.read_bytes()


def _write_file(path: Path, catalogue: Catalogue) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
    os.close(handle)
    try:
        with closing(sqlite3.connect(unfinished)) as connection:
            write_catalogue(connection, catalogue)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
