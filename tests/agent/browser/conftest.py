"""One Chromium for all tests of the browser, and the pages that it is sent to."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from agent.browser import Browser, BrowserSettings, Deadlines, open_browser
from tests.agent.browser.server import PageServer, serving

HASTY = Deadlines(start=3.0, response=0.6, load=0.6, change=0.6, reach=0.4, observe=4.0, hang=3.0)
"""For pages that make one wait in vain."""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[PageServer]:
    """A site that is not the shop."""
    with serving() as server:
        yield server


@pytest.fixture
def shop(elsewhere: PageServer) -> Iterator[PageServer]:
    with serving(away=elsewhere.origin) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with open_browser(BrowserSettings(screenshots=False)) as browser:
        yield browser


@pytest.fixture
def hasty_chromium(chromium: Browser) -> Browser:
    return with_settings(chromium, BrowserSettings(screenshots=False, deadlines=HASTY))


def with_settings(browser: Browser, settings: BrowserSettings) -> Browser:
    """The same Chromium under other settings: a start costs more than a test."""
    return Browser(browser._chromium, settings)
