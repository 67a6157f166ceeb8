"""Chromium's start, and a visit's: one browser, and a window for every shopper that knows of no other."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from agent.browser.attended import AttendedWindow
from agent.browser.device import Device
from agent.browser.script import bounded
from agent.browser.settings import BrowserSettings
from agent.browser.sheet import Sheet
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

NO_IMAGES = ("--blink-settings=imagesEnabled=false", "--disable-remote-fonts")

UNWANTED_DEFAULTS = ("--disable-popup-blocking",)
"""Of what Playwright passes: with it, a page may open windows that nobody asked for."""

CONNECTING = 30.0
"""Seconds within which a browser that runs already must answer."""

TRACING = 60.0
"""Seconds within which a trace must be written."""

CLOSING = 10.0
"""Seconds after which a browser that does not close is left to Playwright, which ends its process."""


class Browser:
    """A running Chromium."""

    def __init__(self, chromium: Chromium, settings: BrowserSettings) -> None:
        self._chromium = chromium
        self._settings = settings
        self._gone = False

    @property
    def alive(self) -> bool:
        """Whether it can open windows."""
        return self._chromium.is_connected() and not self._gone

    @asynccontextmanager
    async def visit(self, url: str, device: Device | None = None) -> AsyncIterator[Tab]:
        """A fresh window on a shop, which closes in the end; any number may be open at once.

        Args:
            url: the shop's start page, an http or https address.
            device: what the window is like; None: as the settings say.

        Yields:
            The window, its start page open and at rest.

        Raises:
            UserError: the start page cannot be visited.
            BrowserFault: the browser is gone.
        """
        site = Site.of(url)
        async with self._window(device) as page:
            tab = Tab(page, self._settings, site)
            await tab.open(url)
            yield tab

    @asynccontextmanager
    async def attend(self, url: str) -> AsyncIterator[AttendedWindow]:
        """A fresh window on a shop for a person to shop in, which closes in the end.

        Args:
            url: the shop's start page, an http or https address.

        Yields:
            The window, its start page open and at rest.

        Raises:
            UserError: the start page cannot be visited.
            BrowserFault: the browser is gone.
        """
        site = Site.of(url)
        async with self._window(None, free=self._settings.headed) as page:
            window = AttendedWindow(page, self._settings, site)
            await window.open(url)
            yield window

    @asynccontextmanager
    async def sheet(self, html: str) -> AsyncIterator[Sheet]:
        """A page of our own in a window of its own, which closes in the end.

        Raises:
            BrowserFault: the browser is gone.
        """
        async with self._window(None, free=self._settings.headed) as page:
            sheet = Sheet(page)
            await sheet.open(html)
            yield sheet

    @asynccontextmanager
    async def _window(self, device: Device | None, *, free: bool = False) -> AsyncIterator[Page]:
        """An empty page in a context of its own, which closes in the end.

        Args:
            device: what the window is like; None: as the settings say.
            free: the page is as large as the window, which a person may make smaller or larger.
        """
        device = device or Device(self._settings.viewport)
        width, height = device.viewport
        try:
            # `new_page` makes a context for the page alone, and closes both where it fails.
            page = await self._chromium.new_page(
                viewport=None if free else {"width": width, "height": height},
                no_viewport=free or None,
                locale=self._settings.locale,
                timezone_id=self._settings.timezone,
                user_agent=self._settings.user_agent or device.user_agent,
                device_scale_factor=None if free else device.scale,
                is_mobile=None if free else device.touch,
                has_touch=None if free else device.touch,
                accept_downloads=False,
                service_workers="block",
            )
        except PlaywrightError as error:
            if await self._answers():
                raise UserError(f"the browser refuses its settings: {_first_line(error)}") from error
            self._gone = True  # Playwright does not notice where its own driver was killed
            raise BrowserFault("The browser was closed.") from error
        try:
            async with _traced(page.context, self._settings.trace):
                yield page
        finally:
            await _close(page.context)

    async def _answers(self) -> bool:
        """Whether the browser is still there: a question that any settings allow."""
        try:
            session = await bounded(self._chromium.new_browser_cdp_session(), CLOSING)
            await bounded(session.detach(), CLOSING)
        except (PlaywrightError, TimeoutError):
            return False
        return True


@asynccontextmanager
async def _traced(context: BrowserContext, trace: Path | None) -> AsyncIterator[None]:
    """Keeps Playwright's trace of what happens in a context, where one is wanted."""
    if trace is None:
        yield
        return
    await context.tracing.start(screenshots=True, snapshots=True)
    try:
        yield
    finally:
        try:
            await bounded(context.tracing.stop(path=trace), TRACING)
        except (PlaywrightError, TimeoutError):
            return  # the browser is gone, and its trace with it


@asynccontextmanager
async def open_browser(settings: BrowserSettings) -> AsyncIterator[Browser]:
    """Starts Chromium, and ends it.

    Raises:
        UserError: there is no Chromium, or it does not start.
    """
    if settings.address is not None:
        async with _playwright() as playwright:
            yield Browser(await _connect(playwright, settings.address), settings)
        return
    executable = settings.executable or find_chromium()
    if settings.headed and sys.platform == "linux" and not _has_display():
        raise UserError(
            "a window needs a display, and there is none here: set DISPLAY, leave --headed out, or name a "
            "browser that runs elsewhere where the command has --browser"
        )
    async with _playwright() as playwright:
        chromium = await _start(playwright, executable, settings)
        try:
            yield Browser(chromium, settings)
        finally:
            await _close(chromium)


@asynccontextmanager
async def _playwright() -> AsyncIterator[Playwright]:
    """Playwright's driver, a process of its own.

    Raises:
        UserError: it does not start.
    """
    try:
        playwright = await async_playwright().start()
    except Exception as error:
        raise UserError(f"Playwright's driver ended while it started ({error}): try again") from error
    try:
        yield playwright
    finally:
        await playwright.stop()


async def _connect(playwright: Playwright, address: str) -> Chromium:
    """The browser that runs at an address; leaving it does not end it."""
    speaks_cdp = address.startswith(("http://", "https://")) or "/devtools/" in address
    connect = playwright.chromium.connect_over_cdp if speaks_cdp else playwright.chromium.connect
    try:
        return await connect(address, timeout=CONNECTING * 1000)
    except PlaywrightError as error:
        kind = "a browser that speaks CDP" if speaks_cdp else "a Playwright server"
        raise UserError(
            f"{kind} does not answer at {address} ({_first_line(error)}): is it running, is the address "
            "right, and is its Playwright of the same version?"
        ) from error


async def _start(playwright: Playwright, executable: Path, settings: BrowserSettings) -> Chromium:
    try:
        return await playwright.chromium.launch(
            executable_path=executable,
            headless=not settings.headed,
            args=[*FLAGS, *(() if settings.images else NO_IMAGES)],
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
