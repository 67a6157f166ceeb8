"""The shop as a person meets it: in a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from sandbox_shop import Design, RunningShop, ShopSettings, running_shop
from tests.sandbox_shop.small_catalogue import small_catalogue

QUIET = Design(newsletter="off", cookie_banner="off")


@pytest.fixture(scope="module")
def open_shop() -> Iterator[RunningShop]:
    with running_shop(ShopSettings(design=QUIET), catalogue=small_catalogue()) as shop:
        yield shop


@pytest.fixture
def quiet(open_shop: RunningShop, page: Page) -> RunningShop:
    """The shop with nothing that interrupts, fresh for each test."""
    open_shop.reset()
    page.set_default_timeout(20_000)
    return open_shop


@pytest.fixture(autouse=True)
def complaints(page: Page) -> Iterator[list[str]]:
    """No page may complain in the console, fail in its script, or ask for anything but the shop's own."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            heard.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", watch)
    yield heard
    assert heard == []


def fill_address(page: Page) -> None:
    for label, text in {
        "Email": "maya@example.com",
        "Full name": "Maya Lind",
        "Street address": "12 Elm Street",
        "City": "Portland",
        "State or region": "OR",
        "ZIP or postal code": "97201",
    }.items():
        page.get_by_label(label, exact=True).fill(text)


def test_a_person_searches_chooses_and_buys(quiet: RunningShop, page: Page) -> None:
    page.goto(quiet.url)
    page.get_by_label("Search the shop").fill("linen shrit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Showing results for linen shirt instead of linen shrit")).to_be_visible()
    page.get_by_role("link", name="Linen Shirt").click()

    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("Choose a size.")).to_be_visible()
    page.get_by_label("XL (+$2.00)").check()
    page.get_by_label("Blue").check()
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Add to cart").click()

    expect(page.get_by_role("status")).to_have_text("Added to cart: Linen Shirt.")
    page.get_by_label("Coupon code").fill("WELCOME10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Total")).to_contain_text("$57.60")
    page.get_by_role("link", name="Proceed to checkout").click()

    page.get_by_label("City").fill("Portland")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter your full name.")).to_be_visible()
    expect(page.get_by_label("City")).to_have_value("Portland")
    fill_address(page)
    page.get_by_role("button", name="Continue to delivery").click()
    page.get_by_label("Express delivery").check()
    page.get_by_role("button", name="Continue to payment").click()

    card = page.frame_locator("iframe")
    card.get_by_label("Card number").fill("4111 1111 1111 1111")
    card.get_by_label("Card number").press("Enter")
    expect(card.get_by_text("Only test cards are taken here")).to_be_visible()
    expect(card.get_by_label("Card number")).to_have_value("4111 1111 1111 1111")
    for label, text in {
        "Card number": "4242 4242 4242 4242",
        "Expiry date (MM/YY)": "12/30",
        "Security code": "123",
        "Name on card": "Maya Lind",
    }.items():
        card.get_by_label(label).fill(text)
    card.get_by_role("button", name="Pay with this card").click()

    page.get_by_role("button", name="Place order ($70.55)").click()
    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()
    expect(page.get_by_text("Total $70.55")).to_be_visible()
    order = next(event for event in quiet.events() if event.kind == "order")
    expect(page.get_by_text(f"Order number {order.detail['number']}")).to_be_visible()
    assert order.detail["total_cents"] == 7055
    assert order.detail["items"][0]["choices"] == {"Size": "XL", "Colour": "Blue"}


def test_filters_and_sorting_work_by_clicking(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/c/kettles")
    page.get_by_role("link", name="Pico (7)").click()
    expect(page.get_by_text("7 products")).to_be_visible()
    page.get_by_role("link", name="Free delivery (2)").click()
    expect(page.get_by_text("2 products")).to_be_visible()
    page.get_by_label("Sort by").select_option("Price: high to low")
    page.wait_for_url("**/c/kettles?*sort=price_down*")
    expect(page.locator(".found-products h3")).to_have_text(["Pico Kettle No 20", "Pico Kettle No 8"])
    page.get_by_role("link", name="Remove Pico").click()
    expect(page.get_by_text("5 products")).to_be_visible()
    expect(page.get_by_label("Sort by")).to_have_value("price_down")


def test_suggestions_appear_while_typing_and_lead_somewhere(quiet: RunningShop, page: Page) -> None:
    page.goto(quiet.url)
    box = page.get_by_label("Search the shop")
    suggestions = page.get_by_role("list", name="Suggestions")
    box.press_sequentially("kett")
    expect(suggestions.get_by_role("link").first).to_have_text("All in Kettles")
    box.press("Escape")
    expect(suggestions).to_be_hidden()
    box.fill("")
    box.press_sequentially("kettl")
    suggestions.get_by_role("link", name="Brindle Kettle No 3").click()
    page.wait_for_url("**/product/K3")


def test_typing_and_pressing_enter_at_once_searches(quiet: RunningShop, page: Page) -> None:
    page.goto(quiet.url)
    page.get_by_label("Search the shop").fill("toaster")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=toaster")
    expect(page.get_by_role("list", name="Suggestions")).to_be_hidden()


def test_a_sold_out_option_cannot_be_chosen(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/product/S1")
    expect(page.get_by_label("L (sold out)", exact=True)).to_be_disabled()
    expect(page.get_by_label("M", exact=True)).to_be_enabled()
    page.goto(f"{quiet.url}/product/T1")
    expect(page.get_by_role("button", name="Add to cart")).to_be_disabled()


def test_reviews_load_late_and_are_sorted_and_turned_in_place(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/product/S1")
    titles = page.locator("#reviews h3")
    expect(titles).to_have_text(["Review 10", "Review 9", "Review 8", "Review 7"])
    page.get_by_role("link", name="Lowest rated").click()
    expect(titles.first).to_have_text("Review 10")
    expect(page.locator("#reviews .by").first).to_contain_text("1 of 5")
    page.get_by_role("link", name="More reviews").click()
    expect(page.get_by_text("Page 2 of 3")).to_be_visible()
    assert page.url.endswith("/product/S1")


def test_reviews_that_cannot_be_loaded_are_said_to_be_missing(
    quiet: RunningShop, page: Page, complaints: list[str]
) -> None:
    page.route("**/reviews?*", lambda route: route.abort())
    page.goto(f"{quiet.url}/product/K1")
    expect(page.get_by_text("The reviews could not be loaded.")).to_be_visible()
    assert complaints == ["Failed to load resource: net::ERR_FAILED"]
    complaints.clear()


def test_the_rating_shows_its_numbers_from_an_open_shadow_root(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/product/S1")
    assert page.evaluate("document.querySelector('star-rating').shadowRoot.mode") == "open"
    expect(page.get_by_role("row", name="5 stars 2 reviews")).to_be_hidden()
    page.get_by_role("button", name="1,234 ratings").click()
    expect(page.get_by_role("row", name="5 stars 2 reviews")).to_be_visible()


def test_banner_and_dialog_come_up_and_can_be_answered(page: Page) -> None:
    with running_shop(catalogue=small_catalogue()) as shop:
        page.goto(shop.url)
        page.get_by_role("button", name="Only necessary").click()
        expect(page.get_by_role("region", name="Cookies")).to_have_count(0)
        dialog = page.get_by_role("dialog", name="10% off your first order")
        expect(dialog).to_be_hidden()
        page.get_by_role("link", name="Garden").click()
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="No, thanks").click()
        expect(dialog).to_be_hidden()
        page.get_by_text("Departments").click()
        page.get_by_role("link", name="Toys").click()
        expect(page.get_by_role("heading", name="Toys")).to_be_visible()
        expect(dialog).to_have_count(0)
        page.context.clear_cookies()
        for path in ("/", "/c/toys", "/c/garden"):
            page.goto(shop.url + path)
        dialog.get_by_label("Email").fill("maya@example.com")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("WELCOME10")
        page.context.clear_cookies()


def test_every_field_has_a_label_and_every_control_a_name(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/product/K1")
    page.get_by_role("button", name="Buy now").click()
    for path in (
        "/checkout/address",
        "/checkout/card",
        "/c/kettles",
        "/cart",
        "/account/register",
        "/product/S1",
    ):
        page.goto(quiet.url + path)
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select')]"
            ".filter(field => !field.labels.length).map(field => field.outerHTML)"
        )
        assert unnamed == []
        silent = page.evaluate(
            "[...document.querySelectorAll('a:not([aria-hidden]), button')]"
            ".filter(control => control.checkVisibility() && !control.innerText.trim())"
            ".map(control => control.outerHTML)"
        )
        assert silent == []


def test_a_reset_forgets_the_visitor(quiet: RunningShop, page: Page) -> None:
    page.goto(f"{quiet.url}/product/K1")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="Cart 1")).to_be_visible()
    quiet.reset()
    page.reload()
    expect(page.get_by_text("Your cart is empty.")).to_be_visible()
    assert [event.kind for event in quiet.events()] == ["visit", "page"]


def test_the_same_page_is_drawn_twice_the_same(quiet: RunningShop, page: Page) -> None:
    def seen() -> str:
        page.goto(f"{quiet.url}/product/S1")
        expect(page.locator("#reviews h3").first).to_be_visible()
        return page.content()

    first = seen()
    quiet.reset()
    page.context.clear_cookies()
    assert seen() == first


@pytest.mark.parametrize("path", ["/", "/c/kettles", "/product/S1", "/cart", "/checkout/address"])
def test_nothing_is_wider_than_a_phone(quiet: RunningShop, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{quiet.url}/product/K1")
    page.get_by_role("button", name="Add to cart").click()
    page.goto(quiet.url + path)
    expect(page).to_have_title(re.compile("Small Shop"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
