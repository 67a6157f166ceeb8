from pathlib import Path

import pytest

from sandbox_shop import CatalogueError, database
from sandbox_shop.database import CatalogueDatabase
from sandbox_shop.reviews import reviews_of
from tests.sandbox_shop.small_catalogue import REVIEWS, SHIRT, placed_catalogue, small_catalogue


def test_a_product_comes_back_as_it_went_in() -> None:
    stored = CatalogueDatabase.of(small_catalogue())
    found = stored.product("S1")
    assert found
    same = {
        "code",
        "title",
        "price_cents",
        "options",
        "questions",
        "attributes",
        "bullets",
        "picture",
        "stock",
    }
    assert {name: getattr(found, name) for name in same} == {name: getattr(SHIRT, name) for name in same}
    newest = reviews_of(stored, "S1", sort="newest", page=1)
    assert newest.reviews == tuple(reversed(REVIEWS))[:4]
    assert (newest.pages, newest.total) == (3, 10)
    stored.close()


def test_a_category_counts_what_stands_below_it() -> None:
    stored = CatalogueDatabase.of(small_catalogue())
    kitchen = stored.shelf("kitchen")
    assert kitchen
    assert kitchen.products == 23
    assert [shelf.slug for shelf in stored.children(kitchen)] == ["kettles", "toasters"]
    kettles = stored.shelf("kettles")
    assert kettles
    assert [shelf.slug for shelf in stored.path(kettles)] == ["kitchen", "kettles"]
    stored.close()


def test_placed_pages_are_counted() -> None:
    stored = CatalogueDatabase.of(placed_catalogue())
    assert stored.shelves[0].placed_pages == 2
    stored.close()


def test_a_catalogue_is_built_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CatalogueDatabase.cached("market", seed=1, size=60).close()
    files = list(cache.rglob("*"))
    assert [path.suffix for path in files if path.is_file()] == [".sqlite"]

    def build_again(*_: object, **__: object) -> None:
        raise AssertionError("it was built already")

    monkeypatch.setattr(database, "catalogue_named", build_again)
    again = CatalogueDatabase.cached("market", seed=1, size=60)
    assert sum(shelf.products for shelf in again.shelves if shelf.parent is None) == 60
    again.close()


def test_a_changed_file_of_products_is_read_again(cache: Path, tmp_path: Path) -> None:
    products = tmp_path / "products.csv"
    products.write_text("title,category,price\nRed Mug,Mugs,5.00\n")
    first = CatalogueDatabase.cached(str(products), seed=0, size=0)
    products.write_text("title,category,price\nBlue Mug,Mugs,5.00\n")
    second = CatalogueDatabase.cached(str(products), seed=0, size=0)
    titles = [each.connection.execute("SELECT title FROM product").fetchall() for each in (first, second)]
    assert titles == [[("Red Mug",)], [("Blue Mug",)]]
    first.close()
    second.close()


def test_without_a_cache_folder_the_catalogue_is_built_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    stored = CatalogueDatabase.cached("market", seed=1, size=60)
    assert stored.shop_title
    stored.close()


def test_an_unknown_catalogue_is_an_error_of_the_shops_kind(cache: Path) -> None:
    with pytest.raises(CatalogueError):
        CatalogueDatabase.cached("bazaar", seed=0, size=10)
