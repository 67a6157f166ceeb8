"""Extract the product table of the clothing shop from the clicks of its visitors.

    python -m sandbox_shop.catalogue.extract_clothing2008 CLICKS.csv.gz OUT.csv

The clicks are those of "clickstream data for online shopping" (M. Łapczyński, S. Białowąs, 2019, UCI
Machine Learning Repository, CC BY 4.0), all of them or a part. Each click names the product and
everything that is known of it, so the table is the set of products that were clicked. Two things need a
word:

- Of 131,623 clicks one shows a product (A18) in a category that is not its own; what most clicks say
  counts.
- The shop had 217 products, numbered within each category. A part of the clicks may lack one that was
  hardly ever clicked, as some of the sale were. `P54` is then put back where its number says that it
  stood, between P53 and P55 on the third page of the sale; what its number does not say (colour, view,
  price) is taken from P53, and its `clicks` are 0.
"""

import csv
import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

_CATEGORIES = {"1": "trousers", "2": "skirts", "3": "blouses", "4": "sale"}
_COLOURS = (
    "beige", "black", "blue", "brown", "burgundy", "gray", "green",
    "navy blue", "many colours", "olive", "pink", "red", "violet", "white",
)  # fmt: skip
_VIEWS = {"1": "en face", "2": "profile"}
_HARDLY_CLICKED = "P54"
_BESIDE_IT = "P53"
_LAST_CELL = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One product of the table.

    Attributes:
        code: letter of the category and number within it.
        category: `trousers`, `skirts`, `blouses` or `sale`.
        colour: the one of 14 that the data set names.
        location: cell of the page, 1 top left to 6 bottom right.
        view: how the model was photographed, `en face` or `profile`.
        price: US dollars.
        page: listing page of the category, from 1.
        clicks: how many clicks of the file were on it.
    """

    code: str
    category: str
    colour: str
    location: int
    view: str
    price: int
    page: int
    clicks: int


def products(clicks: Iterable[Mapping[str, str]]) -> list[Row]:
    """The products that the clicks show, in the order of their codes.

    Raises:
        KeyError: a column of the data set is missing.
        ValueError: a value is none that the data set knows.
    """
    shown: dict[str, Counter[Row]] = defaultdict(Counter)
    for click in clicks:
        row = _row(click)
        shown[row.code][row] += 1
    rows = {code: replace(seen.most_common(1)[0][0], clicks=seen.total()) for code, seen in shown.items()}
    if _HARDLY_CLICKED not in rows and _BESIDE_IT in rows:
        rows[_HARDLY_CLICKED] = replace(rows[_BESIDE_IT], code=_HARDLY_CLICKED, location=_LAST_CELL, clicks=0)
    return sorted(rows.values(), key=lambda row: (row.code[0], int(row.code[1:])))


def _row(click: Mapping[str, str]) -> Row:
    return Row(
        code=click["page 2 (clothing model)"],
        category=_CATEGORIES[click["page 1 (main category)"]],
        colour=_COLOURS[int(click["colour"]) - 1],
        location=int(click["location"]),
        view=_VIEWS[click["model photography"]],
        price=int(click["price"]),
        page=int(click["page"]),
        clicks=0,
    )


def extract(clicks: Path, out: Path) -> int:
    """Read the gzipped clicks, write the table, and return how many products it has."""
    with gzip.open(clicks, "rt", encoding="utf-8") as lines:
        rows = products(csv.DictReader(lines, delimiter=";"))
    with out.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    return len(rows)


def main() -> int:
    """Run as a command."""
    if len(sys.argv) != 3:
        sys.stderr.write(
            "usage: python -m sandbox_shop.catalogue.extract_clothing2008 CLICKS.csv.gz OUT.csv\n"
        )
        return 2
    count = extract(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(f"{count} products in {sys.argv[2]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
