"""Chromium's start, and a visit's: one browser, and a window for every shopper that knows of no other."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from agent.browser.script import bounded
from agent.browser.settings import BrowserSettings
from agent.browser.site import Site
from agent.browser.tab import Tab
from agent.chromium import find_chromium
from agent.errors import BrowserFault, UserError

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Chromium keeps to what the page asks for: nothing is fetched behind the shopper's back."""

UNWANTED_DEFAULTS = ("--disable-popup-blocking",)
"""Of what Playwright passes: with it, a page may open windows that nobody asked for."""

CLOSING = 10.0
"""Seconds after which a browser that does not close is left to Playwright, which ends its process."""


class Browser:
    """A running Chromium."""

    def __init__(self, chromium: Chromium, settings: BrowserSettings) -> None:
        self._chromium = chromium
        self._settings = settings

    @asynccontextmanager
    async def visit(self, url: str) -> AsyncIterator[Tab]:
        """A fresh window on a shop, which closes in the end; any number may be open at once.

        Args:
            url: the shop's start page, an http or https address.

        Yields:
            The window, its start page open and at rest.

        Raises:
            UserError: the start page cannot be visited.
            BrowserFault: the browser is gone.
        """
        site = Site.of(url)
        async with self._window() as page:
            tab = Tab(page, self._settings, site)
            await tab.open(url)
            yield tab

    @asynccontextmanager
    async def _window(self) -> AsyncIterator[Page]:
        """An empty page in a context of its own, which closes in the end."""
        width, height = self._settings.viewport
        try:
            # `new_page` makes a context for the page alone, and closes both where it fails.
            page = await self._chromium.new_page(
                viewport={"width": width, "height": height},
                locale=self._settings.locale,
                timezone_id=self._settings.timezone,
                user_agent=self._settings.user_agent,
                accept_downloads=False,
                service_workers="block",
            )
        except PlaywrightError as error:
            if self._chromium.is_connected():
                raise UserError(f"the browser refuses its settings: {_first_line(error)}") from error
            raise BrowserFault("The browser was closed.") from error
        try:
            yield page
        finally:
            await _close(page.context)


@asynccontextmanager
async def open_browser(settings: BrowserSettings) -> AsyncIterator[Browser]:
    """Starts Chromium, and ends it.

    Raises:
        UserError: there is no Chromium, or it does not start.
    """
    executable = settings.executable or find_chromium()
    if settings.headed and sys.platform == "linux" and not _has_display():
        raise UserError(
            "a window needs a display, and there is none here: leave --headed out, or set DISPLAY"
        )
    async with async_playwright() as playwright:
        chromium = await _start(playwright, executable, headed=settings.headed)
        try:
            yield Browser(chromium, settings)
        finally:
            await _close(chromium)


async def _start(playwright: Playwright, executable: Path, *, headed: bool) -> Chromium:
    try:
        return await playwright.chromium.launch(
            executable_path=executable,
            headless=not headed,
            args=list(FLAGS),
            ignore_default_args=list(UNWANTED_DEFAULTS),
            chromium_sandbox=not _is_root(),
            # Stopping is for the program that started the browser: it still has a recording to finish.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except PlaywrightError as error:
        raise UserError(
            f"the browser {executable} does not start ({_first_line(error)}): "
            "try it by hand, or install another with `playwright install chromium`"
        ) from error


async def _close(what: Chromium | BrowserContext) -> None:
    try:
        await bounded(what.close(), CLOSING)
    except (PlaywrightError, TimeoutError):
        return  # it is gone already, or Playwright's own end will take it along


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _first_line(error: PlaywrightError) -> str:
    return error.message.strip().partition("\n")[0]
