"""A real Chromium, and a server of the small pages beside this file under two origins."""

import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.loopback import LoopbackServer

PAGES = Path(__file__).with_name("pages")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line on the terminal for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden argument
        """Says nothing."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the small pages; the same port answers to `localhost`, which is another origin."""
    with LoopbackServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(PAGES))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(chromium: Browser) -> AsyncIterator[Page]:
    """A fresh page in a context of its own."""
    context = await chromium.new_context(viewport={"width": 1000, "height": 700})
    yield await context.new_page()
    await context.close()
