"""What stands in shadow roots and in frames of the same and of another origin."""

import pytest

from agent.browser import Browser
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_button_in_a_shadow_root_is_pressed(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/shadow.html") as tab:
        assert "Thank you for five stars" in (await click(tab, "Five stars")).message


async def test_a_form_in_a_shadow_root_is_sent_or_refused(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/shadow.html") as tab:
        assert (await click(tab, "Send it")).message == 'The page shows at "Why": Please fill out this field.'
        assert "Sent: It boils" in (await type_into(tab, "Why", "It boils")).message


async def test_controls_in_frames_of_either_origin_are_used(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/frames.html") as tab:
        for which in ("same", "other"):
            paid = await click(tab, f"Pay in {which}")
            assert paid.message == f'The page changed: it now shows "Paid in {which}".'
            typed = await type_into(tab, f"{which} card", "4242")
            assert typed.message == ('The field now says "4242". The page changed: it now shows "Card 4242".')


async def test_what_lies_over_a_frame_keeps_the_mouse_from_it(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/covered-frame.html") as tab:
        outcome = await click(tab, "Pay in same")
        assert not outcome.accepted
        assert outcome.message == '"Pay in same" cannot be reached with the mouse at the moment.'
