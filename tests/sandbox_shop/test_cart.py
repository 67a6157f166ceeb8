import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox_shop.cart import (
    COUPONS,
    DELIVERY_WAYS,
    FREE_FROM_CENTS,
    Line,
    coupon_of,
    delivery_cents,
    totals,
)
from sandbox_shop.catalogue import Product
from sandbox_shop.money import dollars
from sandbox_shop.shop import Shop
from tests.sandbox_shop.small_catalogue import SHIRT, kettle
from tests.sandbox_shop.visitor import Visitor

STANDARD, EXPRESS = DELIVERY_WAYS


def line(product: Product, quantity: int = 1, **choices: str) -> Line:
    return Line(1, product, choices, quantity)


def test_choices_that_cost_extra_are_added_to_the_price() -> None:
    assert line(SHIRT, 3, Size="XL", Colour="Red").cents == 3 * (3000 + 200)
    assert line(SHIRT, 3, Size="S", Colour="Red").cents == 3 * 3000


@pytest.mark.parametrize(
    ("code", "goods", "discount"),
    [("WELCOME10", 3199, 319), ("WELCOME10", 9, 0), ("SAVE5", 3999, 0), ("SAVE5", 4000, 500)],
)
def test_a_coupon_takes_off_what_it_says(code: str, goods: int, discount: int) -> None:
    coupon = coupon_of(f" {code.lower()} ")
    assert coupon
    assert coupon.discount(goods) == discount


def test_an_unknown_coupon_is_none() -> None:
    assert coupon_of("FREE100") is None
    assert coupon_of("") is None


def test_standard_delivery_is_free_from_a_worth_on_or_for_products_delivered_free() -> None:
    dear, cheap, free = kettle(5), kettle(1), kettle(4)
    assert delivery_cents([line(dear)], STANDARD) == 0
    assert delivery_cents([line(cheap)], STANDARD) == 495
    assert delivery_cents([line(Product("F", "F", "toys", 100, free_delivery=True))], STANDARD) == 0
    assert free.free_delivery
    assert delivery_cents([line(dear)], EXPRESS) == EXPRESS.cents
    assert delivery_cents([], STANDARD) == 0


@given(
    st.lists(st.tuples(st.integers(1, 100_000), st.integers(1, 10)), min_size=1, max_size=8),
    st.sampled_from([None, *COUPONS]),
    st.sampled_from(DELIVERY_WAYS),
)
def test_a_total_is_goods_less_discount_plus_delivery_and_never_negative(
    prices: list[tuple[int, int]], coupon: object, way: object
) -> None:
    lines = [line(Product("P", "P", "toys", price), quantity) for price, quantity in prices]
    found = totals(lines, coupon, way)  # type: ignore[arg-type]  # sampled_from is not typed by its elements
    assert found.goods_cents == sum(price * quantity for price, quantity in prices)
    assert 0 <= found.discount_cents <= found.goods_cents
    assert found.total_cents == found.goods_cents - found.discount_cents + found.delivery_cents
    assert found.goods_cents < FREE_FROM_CENTS or way is EXPRESS or found.delivery_cents == 0


@pytest.mark.parametrize(
    ("cents", "text"), [(5, "$0.05"), (123450, "$1,234.50"), (-319, "-$3.19"), (0, "$0.00")]
)
def test_money_is_written_as_people_write_it(cents: int, text: str) -> None:
    assert dollars(cents) == text


def test_a_cart_is_added_up_and_can_be_changed(visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1", quantity="2")
    page = visitor.post("/cart/add", code="S1", **{"option-Size": "XL", "option-Colour": "Blue"})
    assert page.path == "/cart"
    assert "Added to cart: Linen Shirt." in page.text
    assert page.one(".to-cart .count").text == "3"
    assert "Total $52.00" in page.text
    first = page.soup.select(".lines form")[0]["action"]
    page = visitor.post(str(first), quantity="5", do="update")
    assert "Total $82.00" in page.text
    page = visitor.post(str(first), quantity="5", do="remove")
    assert "Removed from cart: Norrland Kettle No 1." in page.text
    assert "Items $32.00" in page.text
    assert "Total $36.95" in page.text
    assert "Add $3.00 more for free delivery." in page.text


def test_the_same_thing_twice_is_one_line_and_another_choice_is_another(visitor: Visitor) -> None:
    for size in ("S", "S", "M"):
        visitor.post("/cart/add", code="S1", **{"option-Size": size, "option-Colour": "Red"})
    assert [each["value"] for each in visitor.get("/cart").soup.select(".lines input")] == ["2", "1"]


def test_a_cart_never_holds_more_than_there_is(visitor: Visitor) -> None:
    for _ in range(2):
        visitor.post("/cart/add", code="T2", quantity="2")
    assert visitor.get("/cart").one(".lines input")["value"] == "3"


def test_a_quantity_that_is_none_changes_nothing(visitor: Visitor) -> None:
    page = visitor.post("/cart/add", code="K1")
    action = str(page.one(".lines form")["action"])
    for quantity in ("", "-3", "11", "lots"):
        page = visitor.post(action, quantity=quantity, do="update")
        assert "Enter a quantity from 1 to 10 for Norrland Kettle No 1." in page.text
        assert page.one(".lines input")["value"] == "1"
    assert "Your cart is empty" in visitor.post(action, quantity="0", do="update").text


def test_nobody_changes_somebody_elses_cart(shop: Shop, visitor: Visitor) -> None:
    page = visitor.post("/cart/add", code="K1")
    stranger = Visitor(shop)
    stranger.post(str(page.one(".lines form")["action"]), quantity="9", do="update")
    assert visitor.get("/cart").one(".lines input")["value"] == "1"
    assert "Your cart is empty" in stranger.get("/cart").text


def test_a_coupon_can_be_used_and_taken_back(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K5")
    assert "The coupon NOPE is not valid." in visitor.post("/cart/coupon", coupon="NOPE").text
    page = visitor.post("/cart/coupon", coupon="welcome10")
    assert "Coupon WELCOME10 -$5.00" in page.text
    assert "Total $45.00" in page.text
    assert "Total $50.00" in visitor.post("/cart/coupon", do="remove").text
    tried = [event.detail for event in shop.books.events() if event.kind == "coupon"]
    assert tried == [{"code": "NOPE", "accepted": False}, {"code": "welcome10", "accepted": True}]


def test_the_valid_coupons_are_told_on_the_help_page(visitor: Visitor) -> None:
    text = visitor.get("/help/payment").text
    assert all(coupon.code in text and coupon.meaning in text for coupon in COUPONS)


def test_a_notice_is_shown_once(visitor: Visitor) -> None:
    assert "Added to cart" in visitor.post("/cart/add", code="K1").text
    assert "Added to cart" not in visitor.get("/cart").text


def test_a_wish_list_keeps_products(shop: Shop, visitor: Visitor) -> None:
    page = visitor.post("/wish-list/add", code="S1")
    assert page.path == "/product/S1"
    assert "On your wish list" in page.text
    assert visitor.get("/wish-list").all(".lines h2") == ["Linen Shirt"]
    assert "Your wish list is empty" in visitor.post("/wish-list/remove", code="S1", back="/wish-list").text
    kinds = [event.kind.value for event in shop.books.events()]
    assert kinds.count("wish") == kinds.count("unwish") == 1
