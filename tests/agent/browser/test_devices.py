"""Windows of phones and of people: fingers, languages, clocks, colours."""

import pytest

from agent.browser import DEVICES, Browser, Device, persona_device
from agent.persona import Persona
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_finger_taps_and_every_control_takes_it(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/phone.html", DEVICES["phone"]) as tab:
        tapped = await click(tab, "Tap me")
        assert "touchstart" in tapped.message
        assert "click:touch" in tapped.message
        assert (await click(tab, "Large")).message == '"Large" is chosen now.'
        assert (await click(tab, "Gift wrap")).message == '"Gift wrap" is ticked now.'
        assert (await type_into(tab, "Search", "kettle")).message == 'The field now says "kettle".'
        assert (await click(tab, "Plain page")).message == 'The page "Plain" opened.'


async def test_a_page_that_is_not_made_for_phones_is_tapped_too(chromium: Browser, shop: PageServer) -> None:
    """Where a double tap would zoom, the browser waits before it takes a tap for a click."""
    async with chromium.visit(f"{shop.origin}/controls.html", DEVICES["phone"]) as tab:
        outcome = await click(tab, "Add to cart")
        assert outcome.message == 'The page changed: it says "Added to the cart".'


async def test_a_persona_shops_with_its_own_device_language_clock_and_colours(
    chromium: Browser, shop: PageServer
) -> None:
    lena = Persona(
        id="lena",
        name="Lena",
        device="an older Android phone",
        locale="de-DE",
        timezone="Asia/Tokyo",
        colours="dark",
        intent="Ein Wasserkocher.",
    )
    async with chromium.visit(f"{shop.origin}/phone.html", persona_device(lena)) as tab:
        text = await seen(tab)
    for fact in ("true | de-DE | Asia/Tokyo | true | true | true | 9 | 1.234,5",):
        assert fact in text
    async with chromium.visit(f"{shop.origin}/phone.html") as tab:
        assert "1280 | false | en-US | " in await seen(tab)


async def test_a_device_comes_back_from_a_header_as_it_was() -> None:
    device = Device((412, 915), touch=True, locale="pl-PL", timezone="Europe/Warsaw", colours="dark")
    assert Device.of(device.described) == device
    older = {"viewport": [412, 915], "touch": True, "scale": 1.0, "user_agent": None}
    assert Device.of(older) == Device((412, 915), touch=True)
