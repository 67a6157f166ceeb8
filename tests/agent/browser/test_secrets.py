"""What is typed into a field for secrets can be read on no picture, and is in no capture."""

import io

import pytest
from PIL import Image

from agent.actions import Type
from agent.browser import Browser, BrowserSettings
from tests.agent.browser.conftest import with_settings
from tests.agent.browser.server import PageServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


def shades(picture: bytes | None, box: tuple[int, int, int, int]) -> int:
    """How far the darkest and the lightest point of a part of a picture are apart, of 255."""
    assert picture is not None
    points = Image.open(io.BytesIO(picture)).convert("L").crop(box).tobytes()
    return max(points) - min(points)


async def test_a_card_number_is_painted_over_in_the_picture(chromium: Browser, shop: PageServer) -> None:
    browser = with_settings(chromium, BrowserSettings(viewport=(640, 400), screenshots=True))
    async with browser.visit(f"{shop.origin}/secrets.html") as tab:
        for name, text in (
            ("card_number", "4242 4242 4242 4242"),
            ("name", "Ann Example"),
            ("security_code", "737"),
        ):
            view = await tab.observe()
            outcome = await tab.perform(Type(name=name, text=text), view.observation)
            assert outcome.accepted, outcome.message
        view = await tab.observe()
    assert "4242" not in view.html
    assert "737" not in view.html
    assert "4242" not in view.observation.html
    assert shades(view.screenshot, (45, 65, 335, 95)) < 40
    assert shades(view.screenshot, (45, 245, 235, 265)) < 40, "in a frame"
    assert shades(view.screenshot, (45, 165, 335, 195)) > 150, "the name can be read"


async def test_a_frame_of_others_that_shows_a_secret_is_painted_over(
    chromium: Browser, shop: PageServer
) -> None:
    browser = with_settings(chromium, BrowserSettings(viewport=(640, 400), screenshots=True))
    async with browser.visit(f"{shop.origin}/secrets.html") as tab:
        await tab._page.evaluate(
            "(url) => { document.body.innerHTML = `<iframe src='${url}' width=500 height=150></iframe>"
            "<div style='position: absolute; left: 60px; top: 60px; width: 500px; height: 40px'></div>`; }",
            f"{shop.other_origin}/secrets.html",
        )
        await tab.observe()
        await tab._page.frames[1].evaluate(
            "document.querySelector('[name=pan]').value = '4242 4242 4242 4242'"
        )
        view = await tab.observe()
    assert "•" in view.html
    assert shades(view.screenshot, (60, 70, 340, 105)) < 40
