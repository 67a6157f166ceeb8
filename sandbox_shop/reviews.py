"""What customers wrote about a product, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox_shop.catalogue.product import Review
from sandbox_shop.database import CatalogueDatabase

REVIEWS_A_PAGE = 4
REVIEW_SORTS: Mapping[str, str] = {
    "helpful": "Most helpful",
    "newest": "Newest",
    "highest": "Highest rated",
    "lowest": "Lowest rated",
}
_ORDERS: Mapping[str, str] = {
    "helpful": "r.helpful DESC, r.place",
    "newest": "r.date DESC, r.place",
    "highest": "r.rating DESC, r.helpful DESC, r.place",
    "lowest": "r.rating, r.helpful DESC, r.place",
}


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some of a product's reviews; `page` of `pages`, both 0 where there are none."""

    reviews: tuple[Review, ...]
    sort: str
    page: int
    pages: int
    total: int


def reviews_of(database: CatalogueDatabase, code: str, *, sort: str, page: int) -> ReviewPage:
    """One page of a product's reviews; an unknown sort is the most helpful first."""
    sort = sort if sort in _ORDERS else "helpful"
    among = "FROM review AS r JOIN product AS p ON p.id = r.product WHERE p.code = ?"
    total = int(database.connection.execute(f"SELECT count(*) {among}", (code,)).fetchone()[0])
    pages = -(-total // REVIEWS_A_PAGE)
    page = max(1, min(page, pages)) if pages else 0
    columns = "r.author, r.date, r.rating, r.title, r.text, r.helpful, r.verified"
    rows = database.connection.execute(
        f"SELECT {columns} {among} ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?",
        (code, REVIEWS_A_PAGE, max(0, page - 1) * REVIEWS_A_PAGE),
    )
    return ReviewPage(tuple(Review(*row) for row in rows), sort, page, pages, total)


def rating_shares(database: CatalogueDatabase, code: str) -> dict[int, int]:
    """How many of the written reviews gave each number of stars, from 5 to 1."""
    rows = database.connection.execute(
        "SELECT r.rating, count(*) FROM review AS r JOIN product AS p ON p.id = r.product"
        " WHERE p.code = ? GROUP BY r.rating",
        (code,),
    )
    counts = dict(rows.fetchall())
    return {stars: counts.get(stars, 0) for stars in range(5, 0, -1)}
