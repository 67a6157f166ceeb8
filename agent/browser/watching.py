"""What a page does of its own accord: navigations, requests, dialogs, downloads, its end.

Navigations of the page itself are held at the browser, before a request leaves, until it is known that they
stay on the shop's site; each hop of a redirect is held again. Only documents are held, so that all else keeps
its speed and the cache.
"""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.async_api import (
    CDPSession,
    Dialog,
    Download,
    FileChooser,
    Frame,
    Page,
    Request,
    Response,
    WebSocket,
)
from playwright.async_api import Error as PlaywrightError

from agent.browser.painting import MOST_BYTES, fitted
from agent.browser.script import bounded, hand_script
from agent.browser.site import Site, host_of
from simplify.capture import put_beside

AWAITED = frozenset({"document", "xhr", "fetch", "script"})
"""Kinds of request that bring content; pictures and open channels are not waited for."""

CHANNELS = frozenset({"eventsource", "websocket"})
"""Kinds of request through which something can come at any time."""

DIALOGS_TOLD = 3

REDIRECTING = 0.01
"""Seconds within which the browser follows a redirect whose answer has come."""

STOPPING = 2.0
"""Seconds within which the browser gives up a navigation; it does so itself, without asking the page."""


@dataclass(slots=True)
class Journal:
    """What happened in a window and is not told yet.

    Attributes:
        told: sentences.
        away: addresses off the site that something wanted to lead to.
        downloads: names of files that came and were not kept.
    """

    told: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    dialogs: int = 0

    def take(self) -> list[str]:
        """What is to be told as having happened by itself, after which it is told."""
        told = [
            *self.told,
            *(f"The page tried to lead away to {host_of(url)}, and was kept." for url in self.away),
        ]
        told += [f'A file ("{name}") came as a download and was not kept.' for name in self.downloads]
        self.told.clear()
        self.away.clear()
        self.downloads.clear()
        self.dialogs = 0
        return told


class PageWatch:
    """Follows one page from its first moment to its end.

    Attributes:
        page: the page.
        navigation: the request of a document that will replace the page's own, while it is under way.
        failure: how the last navigation that failed did so, in the browser's own code; for display alone.
        status: HTTP status of the last document.
        content_type: its media type, as the server says.
        opening: windows that the page opened on the shopper's gesture and that have not come yet.
        crashed: the page's process died.
    """

    def __init__(self, page: Page, cdp: CDPSession, main_frame: str, site: Site, journal: Journal) -> None:
        self.page = page
        self.navigation: Request | None = None
        self.failure: str | None = None
        self.status: int | None = None
        self.content_type = ""
        self.opening = 0
        self.crashed = False
        self._cdp = cdp
        self._main_frame = main_frame
        self._site = site
        self._journal = journal
        self._pending: set[Request] = set()
        self._announced = False  # the page decided to navigate, and the browser has not begun yet
        self._came_to_nothing = False  # a navigation did, in the course of this action
        self._channels = 0
        self._reads = False
        self._pulse = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def follow(cls, page: Page, site: Site, journal: Journal) -> Self:
        """Begins to follow a page, and to keep it on the site."""
        cdp = await page.context.new_cdp_session(page)
        tree = await cdp.send("Page.getFrameTree")
        watch = cls(page, cdp, tree["frameTree"]["frame"]["id"], site, journal)
        watch._listen()
        patterns = [{"resourceType": "Document", "requestStage": "Request"}]
        await asyncio.gather(
            cdp.send("Page.enable"),
            put_beside(page, cls.script(), cdp, watch._main_frame),
            cdp.send("Fetch.enable", {"patterns": patterns}),
        )
        return watch

    @classmethod
    def script(cls) -> str:
        """What is put beside the page's reader."""
        return hand_script()

    @property
    def alive(self) -> bool:
        """Whether the page can still be looked at."""
        return not self.crashed and not self.page.is_closed()

    @property
    def busy(self) -> bool:
        """Whether content is on its way that was asked for since the last `begin`."""
        return self.navigation is not None or self._announced or bool(self._pending)

    @property
    def works_alone(self) -> bool:
        """Whether nothing but the page's own thread is known to work on what it shows.

        A worker may be at work, something may come through an open channel, and of a navigation that led
        nowhere the browser may still have to tell what it did instead.
        """
        return not self._came_to_nothing and not self._channels and not self.page.workers

    @property
    def reads(self) -> bool:
        """Whether the document, as far as is known, is still being read."""
        return self._reads

    def begin(self) -> None:
        """An action begins: what was under way before is none of its doing, and is not waited for."""
        self.wait_no_more()
        self.opening = 0
        self._came_to_nothing = False
        self.status = None
        self.failure = None

    def wait_no_more(self) -> None:
        """What is still under way has had its time: nobody waits for it again."""
        self._pending.clear()
        self._announced = False

    async def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Waits until something that this watch sees makes the condition true.

        Returns:
            Whether it came true in time.
        """
        clock = asyncio.get_running_loop().time
        ends = clock() + seconds
        while not condition():
            self._pulse.clear()
            try:
                async with asyncio.timeout(ends - clock()):
                    await self._pulse.wait()
            except TimeoutError:
                return condition()
        return True

    async def done(self, task: "asyncio.Future[Any]", seconds: float) -> bool:
        """Waits for something that is asked of the page.

        While a navigation is under way, Chromium passes no question on to the page: it is answered once the
        navigation is over, or never, when the page was left.

        Returns:
            Whether it was answered before a navigation began and before time was up.
        """
        task.add_done_callback(lambda _: self._pulse.set())
        await self.until(lambda: task.done() or self.navigation is not None, seconds)
        return task.done()

    async def picture(self, seconds: float) -> bytes | None:
        """The viewport as a JPEG; None where it does not come in time."""
        how = {"format": "jpeg", "quality": 60, "optimizeForSpeed": True}
        try:
            taken = await bounded(self._cdp.send("Page.captureScreenshot", how), seconds)
        except TimeoutError:
            return None
        picture = b64decode(taken["data"])
        return picture if len(picture) <= MOST_BYTES else await asyncio.to_thread(fitted, picture)

    async def stop_loading(self) -> None:
        """Gives up the navigation that is under way, as the browser's own stop button does."""
        self._spawn(self._send("Page.stopLoading", {}))
        await self.until(lambda: self.navigation is None, STOPPING)
        self.navigation = None

    async def stop_script(self, seconds: float) -> bool:
        """Stops the script that keeps the page from answering.

        Returns:
            Whether one was stopped.
        """
        try:
            await bounded(self._cdp.send("Runtime.terminateExecution"), seconds)
        except TimeoutError:
            return False
        self._journal.told.append("A script of the page ran without end and was stopped.")
        return True

    async def has_page_before(self, seconds: float) -> bool:
        """Whether the browser's own way back leads to a page; the empty one of a new window is none.

        Raises:
            TimeoutError: the page hangs.
        """
        history = await bounded(self._cdp.send("Page.getNavigationHistory"), seconds)
        before = history["entries"][: history["currentIndex"]]
        return bool(before) and before[-1]["url"] != "about:blank"

    def _listen(self) -> None:
        self._cdp.on("Fetch.requestPaused", self._on_paused)
        self._cdp.on("Page.windowOpen", self._on_window_open)
        self._cdp.on("Page.frameScheduledNavigation", self._on_announced)
        self._cdp.on("Page.frameRequestedNavigation", self._on_announced)
        self._cdp.on("Page.frameClearedScheduledNavigation", self._on_begun)
        self._cdp.on("Page.frameNavigated", self._on_document)
        self._cdp.on("Page.domContentEventFired", self._on_read)
        page = self.page
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfinished", self._on_request_finished)
        page.on("requestfailed", self._on_request_failed)
        page.on("framenavigated", self._on_navigated)
        page.on("websocket", self._on_channel)
        page.on("dialog", self._on_dialog)
        page.on("download", self._on_download)
        page.on("filechooser", self._on_file_chooser)
        page.on("crash", self._on_crash)
        page.on("close", self._on_close)

    def _on_paused(self, event: dict[str, Any]) -> None:
        url: str = event["request"]["url"]
        leaves = event["frameId"] == self._main_frame and not self._site.holds(url)
        if leaves:
            self._journal.away.append(url)
        request = {"requestId": event["requestId"]}
        if leaves:
            self._spawn(self._send("Fetch.failRequest", request | {"errorReason": "Aborted"}))
        else:
            self._spawn(self._send("Fetch.continueRequest", request))

    def _on_window_open(self, event: dict[str, Any]) -> None:
        if not event["userGesture"]:
            return  # the browser blocks these
        if self._site.holds(event["url"] or "about:blank"):
            self.opening += 1
        else:
            self._journal.away.append(event["url"])

    def _on_announced(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self._main_frame and event.get("disposition", "currentTab") == "currentTab":
            self._announced = True
            self._pulse.set()

    def _on_begun(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self._main_frame:
            self._announced = False
            self._pulse.set()

    def _on_document(self, event: dict[str, Any]) -> None:
        if event["frame"]["id"] == self._main_frame:
            self._reads = True

    def _on_read(self, _event: dict[str, Any]) -> None:
        self._reads = False

    def _on_request(self, request: Request) -> None:
        if self._replaces_page(request):
            self.navigation = request
            self._came_to_nothing = False
        elif request.resource_type in CHANNELS:
            self._channels += 1
        elif request.resource_type in AWAITED:
            self._pending.add(request)
        self._pulse.set()

    def _on_channel(self, _channel: WebSocket) -> None:
        self._channels += 1

    def _on_response(self, response: Response) -> None:
        if response.request == self.navigation:
            self.status = response.status
            self.content_type = response.headers.get("content-type", "")

    def _on_request_finished(self, request: Request) -> None:
        if request == self.navigation:  # a redirect, as a rule: the next request follows at once
            asyncio.get_running_loop().call_later(REDIRECTING, self._on_request_end, request)
        else:
            self._on_request_end(request)

    def _on_request_end(self, request: Request) -> None:
        self._pending.discard(request)
        if request == self.navigation:
            self.navigation = None
            self._came_to_nothing = True
        self._pulse.set()

    def _on_request_failed(self, request: Request) -> None:
        if request == self.navigation:
            self.failure = request.failure
        self._on_request_end(request)

    def _on_navigated(self, frame: Frame) -> None:
        if (
            frame.parent_frame is None
            and self.navigation is not None
            and _same(frame.url, self.navigation.url)
        ):
            self.navigation = None
            self._pending.clear()
            self._channels = 0
        self._pulse.set()

    def _on_dialog(self, dialog: Dialog) -> None:
        self._journal.dialogs += 1
        agreed = dialog.type != "prompt" or bool(dialog.default_value)
        if self._journal.dialogs <= DIALOGS_TOLD:
            self._journal.told.append(_dialog_told(dialog, agreed=agreed))
        self._spawn(self._answer(dialog, agreed=agreed))
        self._pulse.set()

    def _on_download(self, download: Download) -> None:
        self._journal.downloads.append(download.suggested_filename)
        self._spawn(self._cancel(download))
        self._pulse.set()

    def _on_file_chooser(self, _chooser: FileChooser) -> None:
        self._journal.told.append("The page asked for a file of this computer; none was given.")

    def _on_crash(self, _page: Page) -> None:
        self.crashed = True
        self._pulse.set()

    def _on_close(self, _page: Page) -> None:
        self._pulse.set()

    def _replaces_page(self, request: Request) -> bool:
        if not request.is_navigation_request():
            return False
        try:
            return request.frame.parent_frame is None
        except PlaywrightError:
            return True  # the page's first document: its frame is not there yet

    async def _answer(self, dialog: Dialog, *, agreed: bool) -> None:
        try:
            await (dialog.accept(dialog.default_value or None) if agreed else dialog.dismiss())
        except PlaywrightError:
            return  # the page was left or closed, and the dialog with it

    async def _cancel(self, download: Download) -> None:
        try:
            await download.cancel()
        except PlaywrightError:
            return  # it is over already

    async def _send(self, method: str, params: dict[str, Any]) -> None:
        try:
            await self._cdp.send(method, params)
        except PlaywrightError:
            return  # the page was closed, or gave the request up itself

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _same(url: str, other: str) -> bool:
    """Whether two addresses are of one document; a script may change the rest without loading another."""
    return url.partition("#")[0] == other.partition("#")[0]


def _dialog_told(dialog: Dialog, *, agreed: bool) -> str:
    if dialog.type == "beforeunload":
        return "The page asked whether to leave it, and was left."
    answer = (dialog.default_value or "OK") if agreed else "Cancel"
    return f'A message box of the page said "{dialog.message.strip()[:200]}" and was answered "{answer}".'
