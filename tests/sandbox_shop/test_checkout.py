from collections.abc import Callable

import pytest

from sandbox_shop.checkout import DECLINED_CARDS, TEST_CARDS, address_problems, arrival, card_problems
from sandbox_shop.shop import Shop
from tests.sandbox_shop.visitor import ADDRESS, CARD, Visitor


def test_a_purchase_ends_on_a_page_that_says_what_was_bought(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/cart/add", code="S1", quantity="2", **{"option-Size": "M", "option-Colour": "Red"})
    visitor.post("/cart/coupon", coupon="WELCOME10")
    review = visitor.checkout()
    assert review.path == "/checkout/review"
    assert "Visa ending in 4242" in review.text
    page = visitor.post("/checkout/order")
    order = next(event for event in shop.books.events() if event.kind == "order")
    for said in (
        "Thank you for your order",
        f"Order number {order.detail['number']}",
        "Linen Shirt (Size: M, Colour: Red) 2 $60.00",
        "Total $54.00",
        "Maya Lind, 12 Elm Street, Portland, OR 97201, United States",
    ):
        assert said in page.text
    assert order.detail["total_cents"] == 5400
    assert order.detail["items"] == [
        {
            "code": "S1",
            "title": "Linen Shirt (Size: M, Colour: Red)",
            "choices": {"Size": "M", "Colour": "Red"},
            "quantity": 2,
            "cents": 6000,
        }
    ]
    assert page.one(".to-cart .count").text == "0"


def test_the_books_tell_a_purchase_step_by_step(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.checkout()
    visitor.post("/checkout/order")
    steps = [event for event in shop.books.events() if event.kind not in {"page", "visit"}]
    assert [(event.kind.value, event.detail.get("step")) for event in steps] == [
        ("add", None),
        ("checkout", "address"),
        ("checkout", "delivery"),
        ("checkout", "payment"),
        ("order", None),
    ]
    assert {event.visit for event in shop.books.events()} == {visitor.client.cookies["visit"]}


def test_an_order_is_placed_once_however_often_the_button_is_pressed(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.checkout()
    visitor.post("/checkout/order")
    assert visitor.post("/checkout/order").path == "/cart"
    assert sum(event.kind == "order" for event in shop.books.events()) == 1


def test_an_address_can_be_typed_field_by_field(visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    typed: dict[str, str] = {}
    page = visitor.get("/checkout/address")
    for name, value in ADDRESS.items():
        kept = {str(each["name"]): str(each["value"]) for each in page.soup.select(".form input")}
        typed = {**kept, name: value}
        page = visitor.post("/checkout/address", **typed)
        if page.path == "/checkout/delivery":
            break
        assert page.one(f"#{name}")["value"] == value
        assert not page.soup.select(f"#{name}-problem")
    assert page.path == "/checkout/delivery"
    assert {**typed, "country": "United States"} == ADDRESS


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "maya"}, "email"),
        ({"email": "maya@example"}, "email"),
        ({"name": ""}, "name"),
        ({"postal_code": "9720"}, "postal_code"),
        ({"postal_code": "97201", "country": "Canada"}, "postal_code"),
        ({"country": "Atlantis"}, "country"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_at_its_field(change: dict[str, str], field: str) -> None:
    assert list(address_problems({**ADDRESS, **change})) == [field]


@pytest.mark.parametrize(
    ("country", "code"),
    [("Canada", "K1A 0B1"), ("United Kingdom", "SW1A 1AA"), ("United States", "97201-1234")],
)
def test_postal_codes_of_each_country_are_taken(country: str, code: str) -> None:
    assert not address_problems({**ADDRESS, "country": country, "postal_code": code})


@pytest.mark.parametrize("number", [*TEST_CARDS, "4242-4242-4242-4242"])
def test_test_cards_are_taken(number: str) -> None:
    assert not card_problems({**CARD, "number": number})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"number": "4111 1111 1111 1111"}, "Only test cards are taken here, such as 4242 4242 4242 4242."),
        ({"number": "4242 4242 4242 4241"}, "This card number is not valid. Check the digits."),
        ({"number": "my card"}, "This card number is not valid. Check the digits."),
        ({"number": ""}, "Enter your card number."),
        ({"number": next(iter(DECLINED_CARDS))}, "Your card was declined. Try another card."),
        ({"expiry": "03/26"}, "This card has expired."),
        ({"expiry": "13/30"}, "Enter the expiry date as MM/YY, such as 12/30."),
        ({"expiry": "soon"}, "Enter the expiry date as MM/YY, such as 12/30."),
        ({"security_code": "12"}, "The security code has 3 or 4 digits."),
        ({"holder": ""}, "Enter the name on the card."),
    ],
)
def test_a_card_that_is_not_taken_is_refused_with_a_reason(change: dict[str, str], message: str) -> None:
    assert list(card_problems({**CARD, **change}).values()) == [message]


@pytest.mark.parametrize("expiry", ["04/26", "12/30", "1230", "12 / 30", "12/2030", "4/27"])
def test_expiry_dates_are_read_as_people_write_them(expiry: str) -> None:
    assert not card_problems({**CARD, "expiry": expiry})


def test_a_refused_card_keeps_what_was_typed_and_its_number_is_never_kept(
    shop: Shop, visitor: Visitor
) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.post("/checkout/address", **ADDRESS)
    visitor.post("/checkout/delivery", delivery="express")
    page = visitor.post("/checkout/card", **{**CARD, "expiry": ""})
    assert page.one("#number")["value"] == CARD["number"]
    assert page.all(".problem")[1:] == ["Enter the expiry date."]
    visitor.post("/checkout/card", **CARD)
    visitor.get("/checkout/review")
    visitor.post("/checkout/order")
    dump = "\n".join(shop.books._connection.iterdump())
    assert "Visa ending in 4242" in dump
    assert "42424242" not in dump.replace(" ", "")


def test_no_step_can_be_skipped(visitor: Visitor) -> None:
    assert visitor.get("/checkout").path == "/cart"
    visitor.post("/cart/add", code="K1")
    for step in ("delivery", "payment", "review"):
        assert visitor.get(f"/checkout/{step}").path == "/checkout/address"
    visitor.post("/checkout/address", **ADDRESS)
    assert visitor.get("/checkout/review").path == "/checkout/delivery"
    assert visitor.post("/checkout/order").path == "/checkout/delivery"
    visitor.post("/checkout/delivery", delivery="standard")
    assert visitor.get("/checkout/review").path == "/checkout/payment"


def test_a_way_of_delivery_must_be_chosen(visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.post("/checkout/address", **ADDRESS)
    assert "Choose how your order is delivered." in visitor.post("/checkout/delivery", delivery="owl").text


def test_express_costs_more_and_comes_sooner(visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.post("/checkout/address", **ADDRESS)
    page = visitor.get("/checkout/delivery")
    assert page.all(".way") == [
        "Standard delivery, $4.95, arrives Thu, Apr 9",
        "Express delivery, $12.95, arrives Tue, Apr 7",
    ]


def test_buying_now_goes_straight_to_the_checkout(visitor: Visitor) -> None:
    assert visitor.post("/cart/buy-now", code="K1").path == "/checkout/address"


def test_an_order_is_shown_to_nobody_else(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/cart/add", code="K1")
    visitor.checkout()
    confirmation = visitor.post("/checkout/order").path
    assert visitor.get(confirmation).status == 200
    assert Visitor(shop).get(confirmation).status == 404


def test_working_days_leave_weekends_out() -> None:
    assert [f"{arrival(days):%a %d}" for days in (1, 4, 5, 6)] == ["Tue 07", "Fri 10", "Mon 13", "Tue 14"]


def test_where_guests_may_not_order_the_checkout_asks_to_log_in(shop_with: Callable[..., Shop]) -> None:
    visitor = Visitor(shop_with("guest_checkout=off"))
    visitor.post("/cart/add", code="K1")
    page = visitor.get("/checkout")
    assert page.path == "/account/login?next=/checkout"
    register = visitor.get(page.link("Create an account"))
    after = str(register.one("input[name=next]")["value"])
    page = visitor.post(
        "/account/register", name="Maya Lind", email="maya@example.com", password="secret1", next=after
    )
    assert page.path == "/checkout/address"
    assert page.one("#email")["value"] == "maya@example.com"
