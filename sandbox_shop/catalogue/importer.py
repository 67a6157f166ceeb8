"""Catalogues from files: products as JSON Lines, JSON or CSV, and the items of WebShop.

What a file is, is told by its suffix (`.csv`; `.jsonl` or `.ndjson`; `.json` for a list of objects), and
whether its objects are WebShop's, by their `asin`. Columns of a CSV file and keys of an object are the same:

    title           required; `name` is read too
    price           required; dollars, 12.99 or "$12.99"
    code            letters, digits and `-_.`; `id` and `sku` are read too; default: the number of the line
    category        a path such as "Home > Kettles"; default: All products
    brand, description, list_price, rating (1 to 5), rating_count, stock, free_delivery, delivery_days,
    popularity      as in `Product`, prices in dollars
    bullets         a list; in CSV with `|` between
    attributes      an object; in CSV `Material=steel | Capacity=1 L`
    options         an object of lists; in CSV `Size=S,M,L; Colour=red,blue`. A choice is a text, or an object
                    with `value`, `available`, `extra` (dollars); a text that ends in `(sold out)` is
    reviews         a list of objects with rating, title, text, author, date, helpful, verified; JSON only
    questions       a list of objects with question and answer; JSON only
    picture         an object with shape, colour (#rrggbb) and alt (what the product page says in place of the
                    picture); in CSV the columns `shape` and `colour`

Unknown keys are left aside, since files come from other shops with columns of their own.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sandbox_shop.catalogue.product import Catalogue, Category
from sandbox_shop.catalogue.rows import Row, slug_of
from sandbox_shop.catalogue.webshop import rows_of_webshop
from sandbox_shop.errors import CatalogueError

_MOST_PROBLEMS = 5
_PAGE_SIZE = 16

Numbered = tuple[str, Mapping[str, Any]]
"""A row of the file, and how a message names its place, such as `line 7`."""


def load_catalogue(path: Path, *, name: str | None = None) -> Catalogue:
    """Read a catalogue from a file.

    Args:
        path: the file.
        name: name of the catalogue; default: that of the file without its suffix.

    Raises:
        CatalogueError: the file cannot be read, or rows are broken; the message names file and lines.
    """
    rows = list(_rows(path, _text(path)))
    if any("asin" in row for _, row in rows):
        rows = list(rows_of_webshop(rows))
    if not rows:
        raise CatalogueError(f"{path}: no products in it")
    parsed = _on_leaves(_parsed(path, rows))
    called = name or path.stem
    return Catalogue(
        name=called,
        shop_title=called.replace("_", " ").replace("-", " ").title(),
        categories=_tree(parsed),
        products=tuple(row.product() for row in parsed),
        page_size=_PAGE_SIZE,
        source=f"imported from {path.name}",
    )


def _text(path: Path) -> str:
    try:
        # utf-8-sig, since spreadsheet programs put a mark at the beginning.
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CatalogueError(
            f"{path}: cannot be read: {error.strerror or 'input or output failed'}"
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _rows(path: Path, text: str) -> Iterator[Numbered]:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv_rows(path, text)
    elif suffix in {".jsonl", ".ndjson"}:
        yield from _json_lines(path, text)
    elif suffix == ".json" and text.lstrip().startswith("["):
        yield from _json_list(path, text)
    elif suffix == ".json":
        yield from _json_lines(path, text)
    else:
        raise CatalogueError(f"{path}: unknown kind of file '{path.suffix}'; .csv, .jsonl and .json are read")


def _csv_rows(path: Path, text: str) -> Iterator[Numbered]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        for row in reader:
            if None in row:
                raise CatalogueError(
                    f"{path}, line {reader.line_num}: more values than the header has columns"
                )
            yield f"line {reader.line_num}", {key.strip(): value for key, value in row.items() if value}
    except csv.Error as error:
        raise CatalogueError(f"{path}, line {reader.reader.line_num}: no CSV: {error}") from error


def _json_lines(path: Path, text: str) -> Iterator[Numbered]:
    # Not splitlines(): JSON texts may hold other line separators inside their strings.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"line {number}", _object(path, f"line {number}", _decoded(path, line, number))


def _json_list(path: Path, text: str) -> Iterator[Numbered]:
    for number, item in enumerate(_decoded(path, text, 1), start=1):
        yield f"item {number}", _object(path, f"item {number}", item)


def _decoded(path: Path, text: str, first_line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise CatalogueError(f"{path}, line {line}: no JSON: {error.msg} at column {error.colno}") from error


def _object(path: Path, place: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CatalogueError(f"{path}, {place}: a product must be an object, not {json.dumps(value)[:40]}")
    return value


def _parsed(path: Path, rows: list[Numbered]) -> list[Row]:
    parsed: list[Row] = []
    problems: list[str] = []
    places: dict[str, str] = {}
    for place, fields in rows:
        try:
            row = Row.model_validate({"code": place.replace(" ", "-"), **_known_names(fields)})
        except ValidationError as error:
            problems.append(f"{place}: {_in_words(error)}")
            continue
        if row.code in places:
            problems.append(f"{place}: code {row.code} is that of {places[row.code]} already")
        places.setdefault(row.code, place)
        parsed.append(row)
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        rest = f"; and {more} more" if more > 0 else ""
        raise CatalogueError(f"{path}, {'; '.join(problems[:_MOST_PROBLEMS])}{rest}")
    return parsed


def _known_names(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields under our names, without those that say nothing."""
    others = {"name": "title", "id": "code", "sku": "code"}
    known: dict[str, Any] = {}
    for key, value in fields.items():
        ours = others.get(key.lower(), key.lower())
        if value is not None and value != "" and (ours == key.lower() or ours not in fields):
            known[ours] = value
    return known


def _in_words(error: ValidationError) -> str:
    """What is wrong with a row, field by field."""
    said = []
    for problem in error.errors(include_url=False, include_context=False):
        field = ".".join(str(part) for part in problem["loc"])
        said.append(f"no {field}" if problem["type"] == "missing" else f"{field}: {problem['msg']}")
    return ", ".join(said)


def _on_leaves(rows: list[Row]) -> list[Row]:
    """The rows, with those that stand above other categories put into one of their own."""
    inner = {row.category[:depth] for row in rows for depth in range(1, len(row.category))}
    return [
        row.model_copy(update={"category": (*row.category, "More")}) if row.category in inner else row
        for row in rows
    ]


def _tree(rows: list[Row]) -> tuple[Category, ...]:
    """The categories that the rows name, parents before children, in the order of their first product."""
    categories: dict[str, Category] = {}
    for row in rows:
        for depth, title in enumerate(row.category):
            slug = slug_of(row.category[: depth + 1])
            parent = slug_of(row.category[:depth]) if depth else None
            categories.setdefault(slug, Category(slug, title, parent))
    return tuple(categories.values())
