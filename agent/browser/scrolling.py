"""Scrolling a page by most of a window, as a turn of the mouse's wheel does, and what that brings."""

from typing import Literal

from agent.browser import wording
from agent.browser.pages import Pages
from agent.browser.script import bounded
from agent.browser.settings import Deadlines
from agent.browser.settling import Sight
from agent.browser.watching import PageWatch
from simplify.capture import ask

SHARE = 0.8
"""Of the window's height: some of what was read before stays in sight, as people like it."""

USUAL_HEIGHT = 800
"""Of a window whose height is not known, in CSS pixels."""

BEGINNING = 0.4
"""Seconds within which a page that can scroll begins to."""


async def scroll(
    pages: Pages, watch: PageWatch, direction: Literal["down", "up"], deadlines: Deadlines
) -> tuple[bool, list[str]]:
    """Scrolls the page in front, and waits until what that sets off is over.

    Args:
        pages: the window that it is done in.
        watch: over the page in front, for which an action has begun.
        direction: to where.
        deadlines: when waiting ends.

    Returns:
        Whether anything moved, and what came of it.

    Raises:
        TimeoutError: the page hangs.
        BrowserFault: the page hangs for good.
        playwright.async_api.Error: the page was left, closed or has crashed.
    """
    down = direction == "down"
    before = await pages.look(watch)
    await bounded(ask(watch.page, "beforeWheel", down), deadlines.hang)
    window = watch.page.viewport_size
    width, height = (window["width"], window["height"]) if window else (USUAL_HEIGHT, USUAL_HEIGHT)
    await bounded(watch.page.mouse.move(width / 2, height / 2), deadlines.hang)
    length = SHARE * height
    await bounded(watch.page.mouse.wheel(0, length if down else -length), deadlines.hang)
    moved = await bounded(ask(watch.page, "afterWheel", BEGINNING * 1000), deadlines.hang)
    await pages.rest(watch, Sight())
    after = await pages.look(pages.front())
    change = wording.changed(before, after) if before is not None and after is not None else None
    if not moved and change is None:
        return False, [f"The page does not scroll any further {direction}."]
    return True, [f"The page scrolled {direction}.", *([change] if change else [])]
