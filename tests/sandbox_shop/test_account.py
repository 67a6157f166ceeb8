import pytest

from sandbox_shop.shop import Shop
from tests.sandbox_shop.visitor import Visitor

MAYA = {"name": "Maya Lind", "email": "Maya@example.com", "password": "secret1"}


def test_an_account_keeps_its_orders_and_wishes_across_visits(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/wish-list/add", code="S1")
    assert "Your account is open" in visitor.post("/account/register", **MAYA).text
    visitor.post("/cart/add", code="K1")
    visitor.checkout()
    visitor.post("/checkout/order")
    elsewhere = Visitor(shop)
    page = elsewhere.post("/account/login", email="maya@example.com", password="secret1")
    assert page.path == "/account"
    number = page.all(".order td a")[0]
    assert f"Order {number}" in elsewhere.get(f"/account/orders/{number}").text
    assert elsewhere.get("/wish-list").all(".lines h2") == ["Linen Shirt"]
    elsewhere.post("/account/logout")
    assert elsewhere.get("/account").path == "/account/login"
    assert elsewhere.get(f"/account/orders/{number}").status == 404


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Enter your full name."),
        ({"email": "maya"}, "Enter an email address such as name@example.com."),
        ({"password": "short"}, "Choose a password of at least 6 characters."),
    ],
)
def test_a_registration_says_what_is_missing_and_keeps_the_rest(
    visitor: Visitor, change: dict[str, str], message: str
) -> None:
    page = visitor.post("/account/register", **{**MAYA, **change})
    assert page.all(".problem") == [message]
    assert page.one("#name")["value"] == {**MAYA, **change}["name"]
    assert not page.one("#password").has_attr("value")


def test_an_address_has_one_account(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/account/register", **MAYA)
    assert "There is an account with this email" in Visitor(shop).post("/account/register", **MAYA).text


def test_a_wrong_password_does_not_open_an_account(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/account/register", **MAYA)
    stranger = Visitor(shop)
    page = stranger.post("/account/login", email="maya@example.com", password="guess12")
    assert "This email and password do not belong together." in page.text
    assert stranger.get("/account").path == "/account/login"
    answers = [event.detail for event in shop.books.events() if event.kind == "account"]
    assert answers[-1] == {"action": "login", "accepted": False}


def test_passwords_are_kept_hashed(shop: Shop, visitor: Visitor) -> None:
    visitor.post("/account/register", **MAYA)
    assert "secret1" not in "\n".join(shop.books._connection.iterdump())


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_nobody_is_sent_to_another_site(visitor: Visitor, address: str) -> None:
    reply = visitor.client.post("/account/register", data={**MAYA, "next": address}, follow_redirects=False)
    assert reply.headers["location"] == "/"


def test_the_cookie_banner_stays_until_it_is_answered(shop: Shop, visitor: Visitor) -> None:
    assert visitor.get("/").soup.select(".cookies")
    page = visitor.post("/cookies", answer="reject", back="/c/kettles?page=2")
    assert page.path == "/c/kettles?page=2"
    assert not page.soup.select(".cookies")
    answer = next(event for event in shop.books.events() if event.kind == "answer")
    assert answer.detail == {"to": "cookies", "answer": "rejected"}


def test_the_newsletter_comes_up_on_the_third_page_once_and_never_over_business(visitor: Visitor) -> None:
    def asks(path: str) -> bool:
        return bool(visitor.get(path).soup.select("#newsletter"))

    assert [asks(path) for path in ("/", "/cart", "/c/kettles", "/cart", "/product/K1", "/product/K2")] == [
        False,
        False,
        False,
        False,
        True,
        False,
    ]


def test_subscribing_gives_the_coupon_and_a_wrong_address_is_told(visitor: Visitor) -> None:
    assert "WELCOME10" in visitor.post("/newsletter", newsletter_email="m@example.com", back="/").text
    assert "could not subscribe" in visitor.post("/newsletter", newsletter_email="m", back="/").text
