"""Chromium's start, and a visit's: one browser, and a window for every shopper that knows of no other."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from agent.browser.attended import AttendedWindow
from agent.browser.device import Device
from agent.browser.guard import Guard
from agent.browser.openings import Openings
from agent.browser.robots import AGENT, Robots
from agent.browser.script import bounded
from agent.browser.settings import BrowserSettings
from agent.browser.sheet import Sheet
from agent.browser.site import Site
from agent.browser.tab import Tab
from agent.browser.terms import BY_A_PERSON, Terms
from agent.chromium import find_chromium
from agent.errors import BrowserFault, UserError

WITHOUT = (
    # What Playwright leaves out; naming others takes its list's place.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    # Pages of the browser's own, under the address bar of every window that opens: two processes each.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
)
"""Features of Chromium that are switched off."""

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(WITHOUT)}",
)
"""Chromium keeps to what the page asks for: nothing is fetched behind the shopper's back."""

NO_IMAGES = ("--blink-settings=imagesEnabled=false", "--disable-remote-fonts")

UNWANTED_DEFAULTS = ("--disable-popup-blocking", "--disable-ipc-flooding-protection")
"""Of what Playwright passes: with the first, a page may open windows that nobody asked for; with the second,
one that writes its history without end keeps the browser from everything else."""

CONNECTING = 30.0
"""Seconds within which a browser that runs already must answer."""

TRACING = 60.0
"""Seconds within which a trace must be written."""

OPENING = 60.0
"""Seconds within which an empty window must open; no page has a part in it."""

CLOSING = 10.0
"""Seconds after which a browser that does not close is left to Playwright, which ends its process."""


class Browser:
    """A running Chromium."""

    def __init__(self, chromium: Chromium, settings: BrowserSettings) -> None:
        self._chromium = chromium
        self._settings = settings
        self._gone = False
        self._agent: str | None = None
        self._openings: asyncio.Future[Openings] | None = None
        self._robots = Robots(_honest("Mozilla/5.0"))

    @property
    def alive(self) -> bool:
        """Whether it can open windows."""
        return self._chromium.is_connected() and not self._gone

    @property
    def windows(self) -> int:
        """How many are open."""
        return len(self._chromium.contexts)

    @asynccontextmanager
    async def visit(
        self, url: str, device: Device | None = None, terms: Terms | None = None
    ) -> AsyncIterator[Tab]:
        """A fresh window on a shop, which closes in the end; any number may be open at once.

        Args:
            url: the shop's start page, an http or https address.
            device: what the window is like; None: as the settings say.
            terms: what may be done there; None: as little as can be.

        Yields:
            The window, its start page open and at rest.

        Raises:
            UserError: the start page cannot be visited.
            BrowserFault: the browser is gone.
        """
        terms = terms or Terms()
        guard = Guard(Site.of(url, terms.also), terms, self._robots)
        async with self._window(device) as page:
            touches = device is not None and device.touch
            openings = await self._held_openings()
            tab = Tab(page, self._settings, guard, openings, touches=touches)
            await tab.open(url)
            yield tab

    @asynccontextmanager
    async def attend(self, url: str, also: Iterable[str] = ()) -> AsyncIterator[AttendedWindow]:
        """A fresh window on a shop for a person to shop in, which closes in the end.

        Args:
            url: the shop's start page, an http or https address.
            also: hosts of other sites that belong to it, where one pays, say.

        Yields:
            The window, its start page open and at rest.

        Raises:
            UserError: the start page cannot be visited.
            BrowserFault: the browser is gone.
        """
        guard = Guard(Site.of(url, also), BY_A_PERSON)
        async with self._window(None, free=self._settings.headed) as page:
            window = AttendedWindow(page, self._settings, guard, await self._held_openings())
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
        page = await self._opened(device or Device(self._settings.viewport), free=free)
        try:
            async with _traced(page.context, self._settings.trace):
                yield page
        finally:
            if not await _close(page.context) and not await self._answers():
                self._gone = True  # where its driver was killed, Playwright does not notice

    async def _opened(self, device: Device, *, free: bool) -> Page:
        """An empty page in a context of its own.

        Raises:
            UserError: the browser refuses its settings.
            BrowserFault: the browser is gone, or opens none.
        """
        for tries_left in (1, 0):  # a page whose process is killed while it begins is refused once
            try:
                return await self._new_page(device, free=free)
            except TimeoutError as error:  # the browser hangs, or that process was killed
                self._gone = not await self._answers()
                raise BrowserFault("The browser does not answer any more.") from error
            except PlaywrightError as error:
                if not await self._answers():
                    self._gone = True  # Playwright does not notice where its own driver was killed
                    raise BrowserFault("The browser was closed.") from error
                if not tries_left:
                    raise UserError(f"the browser refuses its settings: {_first_line(error)}") from error
        raise AssertionError

    async def _new_page(self, device: Device, *, free: bool) -> Page:
        width, height = device.viewport
        opening = self._chromium.new_context(
            viewport=None if free else {"width": width, "height": height},
            no_viewport=free or None,
            locale=device.locale or self._settings.locale,
            timezone_id=device.timezone or self._settings.timezone,
            color_scheme=device.colours or self._settings.colours,
            user_agent=self._settings.user_agent or _honest(device.user_agent or await self._own_name()),
            device_scale_factor=None if free else device.scale,
            is_mobile=None if free else device.touch,
            has_touch=None if free else device.touch,
            accept_downloads=False,
            service_workers="block",
        )
        context = await bounded(opening, OPENING)
        try:
            return await bounded(context.new_page(), OPENING)
        except (PlaywrightError, TimeoutError, asyncio.CancelledError):
            await _close(context)
            raise

    async def _held_openings(self) -> Openings:
        """What holds the windows that pages open, of all shoppers alike.

        Raises:
            BrowserFault: the browser is gone.
        """
        if self._openings is None:
            self._openings = asyncio.ensure_future(Openings.of(self._chromium))
        try:
            return await asyncio.shield(self._openings)
        except (PlaywrightError, TimeoutError) as error:
            self._gone = True
            raise BrowserFault("The browser was closed.") from error

    async def _own_name(self) -> str:
        """What the browser calls itself."""
        if self._agent is None:
            session = await bounded(self._chromium.new_browser_cdp_session(), CLOSING)
            said = await bounded(session.send("Browser.getVersion"), CLOSING)
            self._agent = str(said["userAgent"])
            await bounded(session.detach(), CLOSING)
        return self._agent

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


async def _close(what: Chromium | BrowserContext) -> bool:
    """Whether it could be closed; if not, it is gone already, or Playwright's own end will take it along."""
    try:
        await bounded(what.close(), CLOSING)
    except (PlaywrightError, TimeoutError):
        return False
    return True


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _honest(user_agent: str) -> str:
    """A browser's name with ours behind it, so that a shop can tell who came."""
    return f"{user_agent} {AGENT}/{version('simagent')}"


def _first_line(error: PlaywrightError) -> str:
    return error.message.strip().partition("\n")[0]
