"""One Chromium for all tests of participants."""

from collections.abc import AsyncIterator

import pytest_asyncio

from agent.browser import Browser, BrowserSettings, open_browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with open_browser(BrowserSettings()) as browser:
        yield browser
