"""The rebuilt clothing shop."""

import csv
import gzip
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from sandbox_shop.catalogue import Catalogue, Placement, Product
from sandbox_shop.catalogue.clothing2008 import clothing2008
from sandbox_shop.catalogue.extract_clothing2008 import extract, products

COLUMNS = [
    "year", "month", "day", "order", "country", "session ID", "page 1 (main category)",
    "page 2 (clothing model)", "colour", "location", "model photography", "price", "price 2", "page",
]  # fmt: skip


def click(
    code: str, category: int, *, colour: int = 2, location: int = 1, price: int = 30, page: int = 1
) -> str:
    return f"2008;4;1;1;29;1;{category};{code};{colour};{location};1;{price};2;{page}"


def clicked(*lines: str) -> list[dict[str, str]]:
    return list(csv.DictReader([";".join(COLUMNS), *lines], delimiter=";"))


@pytest.fixture(scope="module")
def shop() -> Catalogue:
    return clothing2008()


def placed(product: Product) -> Placement:
    assert product.placement is not None
    return product.placement


def test_it_has_217_products_in_four_categories(shop: Catalogue) -> None:
    assert len(shop.products) == 217
    assert [category.slug for category in shop.categories] == ["trousers", "skirts", "blouses", "sale"]
    assert Counter(product.category for product in shop.products) == {
        "trousers": 43,
        "skirts": 33,
        "blouses": 59,
        "sale": 82,
    }


def test_fourteen_pages_hold_as_many_products_as_were_recorded(shop: Catalogue) -> None:
    pages = Counter((placed(product).category, placed(product).page) for product in shop.products)
    assert pages == {
        ("trousers", 1): 18, ("trousers", 2): 18, ("trousers", 3): 7,
        ("skirts", 1): 17, ("skirts", 2): 16,
        ("blouses", 1): 18, ("blouses", 2): 18, ("blouses", 3): 18, ("blouses", 4): 5,
        ("sale", 1): 18, ("sale", 2): 18, ("sale", 3): 18, ("sale", 4): 18, ("sale", 5): 10,
    }  # fmt: skip
    assert max(pages.values()) <= shop.page_size


def test_products_stand_on_their_page_in_the_order_of_their_numbers_and_cells(shop: Catalogue) -> None:
    by_place = sorted(shop.products, key=lambda product: (placed(product).category, placed(product).page))
    for _, group in groupby(by_place, key=lambda product: (placed(product).category, placed(product).page)):
        page = sorted(group, key=lambda product: placed(product).place)
        numbers = [int(product.code[1:]) for product in page]
        cells = [int(product.picture["location"]) for product in page]
        assert [placed(product).place for product in page] == list(range(1, len(page) + 1))
        assert numbers == sorted(numbers)
        assert cells == sorted(cells)
        assert all(1 <= cell <= 6 for cell in cells)
        assert max(Counter(cells).values()) <= 3


def test_single_products_are_as_recorded(shop: Catalogue) -> None:
    known = {product.code: product for product in shop.products}
    assert known["A13"].title == "Beige Trousers A13"
    assert known["A13"].price_cents == 2800
    assert known["A13"].placement == Placement("trousers", 1, 13)
    assert known["B4"].attributes["Colour"] == "Olive"
    assert known["B4"].price_cents == 5200
    assert known["B19"].placement == Placement("skirts", 2, 1)
    assert known["P82"].placement == Placement("sale", 5, 10)
    assert "B18" not in known


def test_titles_are_unique_and_name_the_colour(shop: Catalogue) -> None:
    assert len({product.title for product in shop.products}) == 217
    for product in shop.products:
        assert product.title.lower().startswith(product.attributes["Colour"].lower())
        assert product.title.endswith(product.code)


def test_prices_are_whole_dollars_and_sizes_can_be_chosen(shop: Catalogue) -> None:
    assert all(product.price_cents % 100 == 0 for product in shop.products)
    assert all(1800 <= product.price_cents <= 8200 for product in shop.products)
    choices = [product.options[0].choices for product in shop.products]
    assert all(any(choice.available for choice in offered) for offered in choices)
    assert 30 < sum(not choice.available for offered in choices for choice in offered) < 150


def test_the_source_and_its_licence_are_named(shop: Catalogue) -> None:
    assert "Łapczyński" in shop.source
    assert "CC BY 4.0" in shop.source


def test_what_most_clicks_say_of_a_product_counts() -> None:
    rows = products(clicked(click("A18", 1), click("A18", 2), click("A18", 1)))
    assert [(row.code, row.category, row.clicks) for row in rows] == [("A18", "trousers", 3)]


def test_products_are_listed_by_number_not_by_letters() -> None:
    rows = products(clicked(click("A10", 1), click("A9", 1), click("A1", 1)))
    assert [row.code for row in rows] == ["A1", "A9", "A10"]


def test_the_product_that_nobody_clicked_is_put_back_beside_its_neighbour() -> None:
    rows = products(clicked(click("P53", 4, colour=12, location=6, price=48, page=3)))
    back = {row.code: row for row in rows}["P54"]
    assert (back.category, back.page, back.location, back.colour, back.price) == ("sale", 3, 6, "red", 48)
    assert back.clicks == 0


def test_a_product_that_was_clicked_is_taken_as_recorded() -> None:
    rows = products(clicked(click("P53", 4, price=48, page=3), click("P54", 4, price=23, page=3)))
    back = {row.code: row for row in rows}["P54"]
    assert (back.price, back.clicks) == (23, 1)


def test_the_table_is_written_from_gzipped_clicks(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "clicks.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join([";".join(COLUMNS), click("C1", 3, colour=9, price=57)]))
    assert extract(tmp_path / "clicks.csv.gz", tmp_path / "table.csv") == 1
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == (
        "code,category,colour,location,view,price,page,clicks\nC1,blouses,many colours,1,en face,57,1,1\n"
    )
