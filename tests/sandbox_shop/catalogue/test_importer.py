"""Catalogues from files."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox_shop.catalogue import Category, Choice, ProductOption, Question, catalogue_named
from sandbox_shop.catalogue.importer import load_catalogue
from sandbox_shop.errors import CatalogueError, ShopError

KETTLE = {
    "code": "K-1",
    "title": "Brindle Kettle",
    "price": 34.5,
    "list_price": "$49.99",
    "category": "Home > Kitchen > Kettles",
    "brand": "Brindle",
    "rating": 4.3,
    "rating_count": 812,
    "description": "Boils.",
    "bullets": ["Quiet", "Quick"],
    "attributes": {"Capacity": "1.7 L", "Watts": 2200},
    "options": {"Colour": ["Red", "Black (sold out)", {"value": "Gold", "extra": 5, "available": True}]},
    "questions": [{"question": "Is it quiet?", "answer": "Yes."}],
    "stock": 7,
    "free_delivery": True,
    "delivery_days": 2,
    "picture": {"shape": "kettle", "colour": "#aa3322"},
    "warehouse": "left aside",
}
ITEM = {
    "asin": "B09QKP7XQL",
    "name": "Curl Cream, 8 oz",
    "product_category": "Beauty \u203a Hair Care \u203a Creams",
    "category": "beauty",
    "pricing": "$12.99$15.49",
    "small_description": ["Soft curls", "No frizz"],
    "full_description": "A cream.",
    "average_rating": "4.4 out of 5",
    "total_reviews": "1,204",
    "customization_options": {
        "size": [
            {"value": "8 oz", "price": 12.99, "asin": "B09QKP7XQL", "image": None},
            {"value": "16 oz", "price": "$15.49", "asin": "B000000002"},
        ],
        "flavor": None,
    },
    "Attributes": ["sulfate free", "curly hair"],
    "images": ["https://example.invalid/1.jpg"],
}


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    return written(path, "".join(json.dumps(row) + "\n" for row in rows))


def test_json_lines_are_read_with_all_their_fields(tmp_path: Path) -> None:
    catalogue = load_catalogue(lines(tmp_path / "my_shop.jsonl", KETTLE))
    (product,) = catalogue.products
    assert (catalogue.name, catalogue.shop_title) == ("my_shop", "My Shop")
    assert catalogue.categories == (
        Category("home", "Home"),
        Category("home--kitchen", "Kitchen", "home"),
        Category("home--kitchen--kettles", "Kettles", "home--kitchen"),
    )
    assert product.category == "home--kitchen--kettles"
    assert (product.price_cents, product.list_price_cents) == (3450, 4999)
    assert (product.rating, product.rating_count, product.stock, product.delivery_days) == (4.3, 812, 7, 2)
    assert product.bullets == ("Quiet", "Quick")
    assert product.attributes == {"Capacity": "1.7 L", "Watts": "2200"}
    assert product.options == (
        ProductOption(
            "Colour", (Choice("Red"), Choice("Black", available=False), Choice("Gold", extra_cents=500))
        ),
    )
    assert product.questions == (Question("Is it quiet?", "Yes."),)
    assert product.free_delivery
    assert product.picture == {"shape": "kettle", "colour": "#aa3322"}


def test_csv_is_read_with_lists_written_in_its_cells(tmp_path: Path) -> None:
    text = (
        "\ufeffsku,name,price,category,bullets,attributes,options,free_delivery,colour\n"
        'T1,"Towel, large","$1,012.50",Bath > Towels,Soft | Thick,Material=cotton | Size=90 cm,'
        '"Size=S,M (sold out); Colour=red",yes,#aa0000\n'
        "T2,Soap,3,,,,,,\n"
    )
    towel, soap = load_catalogue(written(tmp_path / "bath.csv", text), name="bath").products
    assert (towel.code, towel.title, towel.price_cents) == ("T1", "Towel, large", 101250)
    assert towel.bullets == ("Soft", "Thick")
    assert towel.attributes == {"Material": "cotton", "Size": "90 cm"}
    assert towel.options == (
        ProductOption("Size", (Choice("S"), Choice("M", available=False))),
        ProductOption("Colour", (Choice("red"),)),
    )
    assert towel.free_delivery
    assert towel.picture == {"colour": "#aa0000"}
    assert (soap.category, soap.stock, soap.rating) == ("all-products", 100, None)


def test_a_missing_code_is_taken_from_the_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"title": "A", "price": 1}, {"title": "B", "price": 2})
    assert [product.code for product in load_catalogue(path).products] == ["line-1", "line-2"]


def test_a_json_list_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", json.dumps([KETTLE], indent=2))
    assert load_catalogue(path).products[0].title == "Brindle Kettle"


def test_a_product_above_other_categories_gets_a_leaf_of_its_own(tmp_path: Path) -> None:
    top = {"title": "A", "price": 1, "category": "Home"}
    deep = {"title": "B", "price": 1, "category": "Home > Kettles"}
    catalogue = load_catalogue(lines(tmp_path / "a.jsonl", top, deep))
    assert [product.category for product in catalogue.products] == ["home--more", "home--kettles"]
    assert Category("home--more", "More", "home") in catalogue.categories


def test_ratings_come_from_the_reviews_where_nothing_else_says_them(tmp_path: Path) -> None:
    row = {"title": "A", "price": 1, "reviews": [{"rating": 5, "text": "Good"}, {"rating": 2}]}
    (product,) = load_catalogue(lines(tmp_path / "a.jsonl", row)).products
    assert (product.rating, product.rating_count) == (3.5, 2)


def test_webshop_items_are_read(tmp_path: Path) -> None:
    nan = {**ITEM, "asin": "nan"}
    priceless = {**ITEM, "asin": "B2", "pricing": None, "customization_options": None}
    path = written(tmp_path / "items.json", json.dumps([ITEM, nan, ITEM, priceless]))
    cream, other = load_catalogue(path).products
    assert (cream.code, cream.title, cream.price_cents) == ("B09QKP7XQL", "Curl Cream, 8 oz", 1299)
    assert cream.category == "beauty--hair-care--creams"
    assert (cream.rating, cream.rating_count) == (4.4, 1204)
    assert cream.options == (ProductOption("Size", (Choice("8 oz"), Choice("16 oz", extra_cents=250))),)
    assert cream.bullets == ("Soft curls", "No frizz")
    assert cream.attributes == {"Features": "sulfate free, curly hair"}
    assert other.price_cents == 10000


def test_webshop_price_lists_are_read(tmp_path: Path) -> None:
    path = written(tmp_path / "items.json", json.dumps([{**ITEM, "pricing": ["$22.00", "$19.50"]}]))
    assert load_catalogue(path).products[0].price_cents == 1950


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"title": "A", "price": 1}\n{"title": "B"}\n', "a.jsonl, line 2: no price"),
        ("a.jsonl", '{"price": 1}\n', "a.jsonl, line 1: no title"),
        ("a.jsonl", '{"title": "A", "price": 1\n', "a.jsonl, line 1: no JSON: Expecting ',' delimiter"),
        ("a.jsonl", '{"title": "A", "price": 1}\n\n[1, 2]\n', "a.jsonl, line 3: a product must be an object"),
        ("a.jsonl", '{"title": "A", "price": "dear"}\n', "line 1: price: .*such as 12.99, not 'dear'"),
        ("a.jsonl", '{"title": "A", "price": -4}\n', "line 1: price: .*such as 12.99"),
        ("a.jsonl", '{"title": "A", "price": true}\n', "line 1: price: .*an amount in dollars"),
        ("a.jsonl", '{"title": "A", "price": 1, "rating": 7}\n', "line 1: rating: "),
        (
            "a.jsonl",
            '{"title": "A", "price": 1, "options": ["S"]}\n',
            "line 1: options: .*an object of lists",
        ),
        ("a.jsonl", '{"title": "A", "price": 1, "code": "a b"}\n', "line 1: code: "),
        ("a.jsonl", '{"title":"A","price":1,"id":"x"}\n' * 2, "line 2: code x is that of line 1 already"),
        ("a.csv", "title,price\nA,1\nB,\n", "a.csv, line 3: no price"),
        ("a.csv", "title,price\nA,1,2\n", "a.csv, line 2: more values than the header has columns"),
        ("a.csv", 'title,price\n"A,1\n', "a.csv, line 2: no CSV"),
        (
            "a.csv",
            "title,price,attributes\nA,1,steel\n",
            "line 2: attributes: .*'steel' should read name=value",
        ),
        ("a.csv", "title,price\n", "a.csv: no products in it"),
        ("a.json", '[{"title": "A",\n "price": }]', "a.json, line 2: no JSON"),
        ("a.json", '[{"asin": "B1", "pricing": "$1"}]', "a.json, item 1: no title"),
        ("a.xlsx", "", "unknown kind of file '.xlsx'; .csv, .jsonl and .json are read"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=said) as caught:
        load_catalogue(written(tmp_path / name, text))
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ShopError)


def test_characters_that_no_page_can_hold_are_dropped(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", {"title": " Ket\x00tle\x01 ", "price": 1, "brand": "\x7f"})
    (product,) = load_catalogue(path).products
    assert (product.title, product.brand) == ("Ket tle", "")


def test_a_title_of_nothing_but_blanks_is_none(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="line 1: title: "):
        load_catalogue(lines(tmp_path / "a.jsonl", {"title": "  \x00 ", "price": 1}))


def test_several_broken_rows_are_named_together_and_many_are_counted(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", *({"title": "A"} for _ in range(9)))
    with pytest.raises(CatalogueError, match=r"line 1: no price; line 2: no price; .*; and 4 more$"):
        load_catalogue(path)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read: No such file"):
        load_catalogue(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_bytes(b"title,price\n\xff\xfe,1\n")
    with pytest.raises(CatalogueError, match=r"is not UTF-8 text \(byte 12\)"):
        load_catalogue(tmp_path / "a.csv")


def test_a_path_names_a_catalogue(tmp_path: Path) -> None:
    path = lines(tmp_path / "mine.jsonl", KETTLE)
    assert catalogue_named(str(path)).name == "mine"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(sorted({*KETTLE, *ITEM})),
)
@settings(max_examples=200, deadline=None)
def test_no_value_of_a_field_ends_in_anything_but_products_or_one_clear_line(
    tmp_path_factory: pytest.TempPathFactory, value: Any, field: str
) -> None:
    base = ITEM if field in ITEM else KETTLE
    path = written(tmp_path_factory.getbasetemp() / "fields.jsonl", json.dumps({**base, field: value}) + "\n")
    try:
        load_catalogue(path)
    except CatalogueError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either ending is right, and only this one has words
