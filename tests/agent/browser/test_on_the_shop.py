"""A whole purchase on the sandbox shop, and what the shop's own books say of it."""

import pytest

from agent.browser import AT_HOME, Browser, Tab
from sandbox_shop import Design, ShopSettings, running_shop
from tests.agent.browser.shopper import click, type_into
from tests.sandbox_shop.small_catalogue import small_catalogue

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUIET = Design(newsletter="off", cookie_banner="off")
ADDRESS = {
    "Email": "maya@shop.example",
    "Full name": "Maya Lind",
    "Street address": "1 Elm Street",
    "City": "Portland",
    "State or region": "Oregon",
    "ZIP or postal code": "97201",
}
CARD = {
    "Name on card": "Maya Lind",
    "Expiry date (MM/YY)": "12/30",
    "Security code": "123",
    "Card number": "4242 4242 4242 4242",
}


async def fill(tab: Tab, texts: dict[str, str]) -> str:
    """Types into one field after the other, each submitted as all typing is; the last outcome."""
    message = ""
    for label, text in texts.items():
        outcome = await type_into(tab, label, text)
        assert outcome.accepted, outcome.message
        message = outcome.message
    return message


async def test_a_shopper_searches_chooses_and_buys_and_the_books_agree(chromium: Browser) -> None:
    with running_shop(ShopSettings(design=QUIET), catalogue=small_catalogue()) as shop:
        async with chromium.visit(shop.url, terms=AT_HOME) as tab:
            assert "Results for" in (await type_into(tab, "Search the shop", "linen shirt")).message
            assert "Linen Shirt" in (await click(tab, "Linen Shirt")).message
            assert "Choose a size." in (await click(tab, "Add to cart")).message
            assert not (await click(tab, "L (sold out)")).accepted
            assert "is chosen now" in (await click(tab, "XL (+$2.00)")).message
            assert "is chosen now" in (await click(tab, "Blue")).message
            assert 'says: "Added to cart: Linen Shirt."' in (await click(tab, "Add to cart")).message
            assert "Checkout" in (await click(tab, "Proceed to checkout")).message
            assert "Delivery" in await fill(tab, ADDRESS)
            assert "Payment" in (await click(tab, "Continue to payment")).message
            assert "Review" in await fill(tab, CARD)
            view = await tab.observe()
            place = next(one.label for one in view.observation.targets.values() if "Place order" in one.label)
            assert "Thank you" in (await click(tab, place)).message
        orders = [event for event in shop.events() if event.kind == "order"]
    assert [order.detail["items"][0]["choices"] for order in orders] == [{"Size": "XL", "Colour": "Blue"}]
