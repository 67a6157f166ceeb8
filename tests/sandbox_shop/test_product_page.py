import json
from pathlib import Path

from sandbox_shop.catalogue.importer import load_catalogue
from sandbox_shop.server import open_shop
from sandbox_shop.shop import Shop
from tests.sandbox_shop.visitor import Visitor


def test_a_product_page_says_everything_about_its_product(visitor: Visitor) -> None:
    page = visitor.get("/product/S1")
    for said in (
        "Linen Shirt",
        "by Marrish",
        "$30.00",
        "$40.00",
        "You save $10.00",
        "arrives Thu, Apr 9",
        "Airy.",
        "Breathes",
        "Material linen",
        "Does it shrink? Hardly.",
    ):
        assert said in page.text
    assert page.one("star-rating")["value"] == "4.4"
    assert page.one("star-rating")["shares"] == "2 2 2 2 2"
    assert page.all(".trail a") == ["Home", "Clothes", "Shirts"]


def test_sold_out_choices_cannot_be_chosen(shop: Shop, visitor: Visitor) -> None:
    page = visitor.get("/product/S1")
    assert [each["value"] for each in page.soup.select("input[type=radio][disabled]")] == ["L"]
    answer = visitor.post("/cart/add", code="S1", **{"option-Size": "L", "option-Colour": "Red"})
    assert "L is sold out. Choose another size." in answer.text
    assert answer.one("input[value=Red]").has_attr("checked")
    assert not [event for event in shop.books.events() if event.kind == "add"]


def test_options_must_be_chosen_and_what_was_chosen_stays(visitor: Visitor) -> None:
    answer = visitor.post("/cart/add", code="S1", quantity="3", **{"option-Size": "M"})
    assert answer.all(".problem") == ["Choose a colour."]
    assert answer.one("input[value=M]").has_attr("checked")
    assert answer.one("#quantity")["value"] == "3"


def test_a_quantity_that_cannot_be_had_is_refused(visitor: Visitor) -> None:
    for quantity in ("0", "4", "-1", "many", "99999999999999999999"):
        answer = visitor.post("/cart/add", code="T2", quantity=quantity)
        assert "Enter a quantity from 1 to 3." in answer.text
    assert visitor.post("/cart/add", code="T2", quantity="3").path == "/cart"


def test_a_sold_out_product_cannot_be_bought(visitor: Visitor) -> None:
    assert visitor.get("/product/T1").one(".actions .primary").has_attr("disabled")
    assert "This product is sold out." in visitor.post("/cart/add", code="T1").text


def test_reviews_come_four_at_a_time_in_the_order_asked_for(visitor: Visitor) -> None:
    first = visitor.get("/product/S1/reviews?sort=newest")
    assert first.all(".reviews h3") == ["Review 10", "Review 9", "Review 8", "Review 7"]
    assert visitor.get("/product/S1/reviews?sort=newest&page=3").all(".reviews h3") == [
        "Review 2",
        "Review 1",
    ]
    assert visitor.get("/product/S1/reviews?sort=newest&page=99").all(".reviews h3") == [
        "Review 2",
        "Review 1",
    ]
    lowest = visitor.get("/product/S1/reviews?sort=lowest").all(".by")
    assert [line[0] for line in lowest] == ["1", "1", "2", "2"]
    assert visitor.get("/product/S1/reviews?sort=nonsense&page=x").all(".reviews h3")[0] == "Review 10"


def test_a_product_without_reviews_says_so(visitor: Visitor) -> None:
    assert "Nobody has written a review yet" in visitor.get("/product/K1/reviews").text


def test_related_products_are_others_of_the_same_kind(visitor: Visitor) -> None:
    related = visitor.get("/product/K5").all("section .cards h3")
    assert len(related) == 4
    assert all("Kettle" in title and not title.endswith("No 5") for title in related)


def test_every_product_has_a_picture(visitor: Visitor) -> None:
    reply = visitor.client.get("/pictures/S1/0.svg")
    assert reply.headers["content-type"] == "image/svg+xml"
    assert reply.text.startswith("<svg")
    assert visitor.client.get("/pictures/S1/7.svg").status_code == 404
    assert visitor.client.get("/pictures/nothing/0.svg").status_code == 404


def test_what_is_not_there_is_a_real_404_in_the_shops_own_look(visitor: Visitor) -> None:
    for path in ("/nowhere", "/product/nothing", "/c/nothing", "/help/nothing", "/checkout/confirmation/1"):
        page = visitor.get(path)
        assert page.status == 404
        assert "We cannot find this page" in page.text
        assert page.soup.select("#q")
    assert visitor.client.put("/cart").status_code == 404


def test_the_books_say_which_product_was_looked_at(shop: Shop, visitor: Visitor) -> None:
    visitor.get("/product/S1")
    kinds = [(event.kind.value, dict(event.detail)) for event in shop.books.events()]
    assert kinds == [
        ("visit", {}),
        ("page", {"method": "GET", "path": "/product/S1", "status": 200}),
        ("view", {"code": "S1"}),
    ]


def test_a_picture_is_told_in_words_where_the_catalogue_has_some(tmp_path: Path, visitor: Visitor) -> None:
    told = {"code": "A", "title": "Tea Pot", "price": 9, "picture": {"alt": 'Round, 20 cm "wide"'}}
    file = tmp_path / "pots.jsonl"
    file.write_text(json.dumps(told), encoding="utf-8")
    with open_shop(catalogue=load_catalogue(file)) as shop:
        picture = Visitor(shop).get("/product/A").one(".product-picture img")
    assert picture["alt"] == 'Round, 20 cm "wide"'
    assert visitor.get("/product/T1").one(".product-picture img")["alt"] == ""
