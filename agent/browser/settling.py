"""When a page has come to rest: what it loads has come, and it has stopped changing; or time is up."""

import asyncio
from enum import Enum, auto

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from agent.browser.script import abandon, script
from agent.browser.settings import Deadlines
from agent.browser.watching import PageWatch
from agent.errors import BrowserFault


class Rest(Enum):
    """How waiting ended."""

    CALM = auto()
    """Nothing is under way, nothing changes."""
    RESTLESS = auto()
    """The page keeps loading or changing; it can be read as it is."""
    UNANSWERED = auto()
    """The server did not answer a navigation, which was given up; the old page is still there."""


async def settle(watch: PageWatch, deadlines: Deadlines) -> Rest:
    """Waits until the page is at rest, within its deadlines.

    Raises:
        BrowserFault: the page hangs, and stopping its script did not help.
        playwright.async_api.Error: the page was closed or has crashed.
    """
    clock = asyncio.get_running_loop().time
    last = clock() + deadlines.response + deadlines.load
    ends = clock() + deadlines.change
    while clock() < ends:
        if watch.navigation is not None:
            if not await _answered(watch, min(deadlines.response, last - clock())):
                return Rest.UNANSWERED
            if not await _document_read(watch, min(deadlines.load, last - clock())):
                return Rest.RESTLESS
            ends = min(last, clock() + deadlines.change)
        if not await _document_read(watch, ends - clock()):
            return Rest.RESTLESS
        await watch.until(lambda: not watch.busy or watch.navigation is not None, ends - clock())
        if watch.navigation is None and await _quiet(watch, deadlines, ends - clock()) and not watch.busy:
            return Rest.CALM
    watch.wait_no_more()
    return Rest.RESTLESS


async def ensure_answering(watch: PageWatch, deadlines: Deadlines) -> None:
    """Makes sure that the page can be asked: no navigation holds it up, no script without end.

    Raises:
        BrowserFault: the page hangs, and stopping its script did not help.
        playwright.async_api.Error: the page was closed or has crashed.
    """
    if watch.navigation is not None:
        await _answered(watch, deadlines.response)
    await _quiet(watch, deadlines, 0.0)


async def _answered(watch: PageWatch, seconds: float) -> bool:
    """Whether the navigation that is under way gets an answer; one that does not is given up."""
    answered = await watch.until(lambda: watch.navigation is None, seconds)
    if not answered:
        await watch.stop_loading()
    return answered


async def _document_read(watch: PageWatch, seconds: float) -> bool:
    try:
        await watch.page.wait_for_load_state("domcontentloaded", timeout=max(1.0, seconds * 1000))
    except PlaywrightTimeout:
        return False
    return True


async def _quiet(watch: PageWatch, deadlines: Deadlines, seconds: float) -> bool:
    """Whether nothing changed for as long as it takes to be called quiet."""
    options = {"quiet": deadlines.quiet * 1000, "limit": max(0.0, seconds) * 1000}
    for _ in range(2):
        asking = asyncio.ensure_future(_evaluate(watch, options))
        abandon(asking)  # who waits for it may be stopped first
        if await watch.done(asking, max(0.0, seconds) + deadlines.hang):
            return asking.result()
        if watch.navigation is not None:
            return False
        if not await watch.stop_script(deadlines.hang):
            break
    raise BrowserFault(f"The page {watch.page.url} does not answer any more.")


async def _evaluate(watch: PageWatch, options: dict[str, float]) -> bool:
    try:
        quiet: bool = await watch.page.evaluate(script("quiet.js"), options)
    except PlaywrightError:
        if not watch.alive:
            raise
        return False  # the document went away meanwhile: a new one is coming
    return quiet
