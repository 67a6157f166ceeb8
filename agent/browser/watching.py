"""What a page does of its own accord: navigations, requests, dialogs, downloads, its end.

Navigations of the page itself are held at the browser, before a request leaves, until it is known that they
stay on the shop's site; each hop of a redirect is held again. Only documents are held, so that all else keeps
its speed and the cache; where no order may be placed, also what scripts ask for.
"""

import asyncio
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Self
from urllib.parse import urlsplit

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

from agent.browser import wording
from agent.browser.guard import BY_HAND, Asked, Guard, Stopped, Why
from agent.browser.painting import MOST_BYTES, fitted
from agent.browser.script import Errands, bounded, hand_script, tell
from agent.characters import whole
from simplify.capture import put_beside

AWAITED = frozenset({"document", "xhr", "fetch", "script"})
"""Kinds of request that bring content; pictures and open channels are not waited for."""

BY_SCRIPTS = ("XHR", "Fetch")
"""Kinds of request that a script may send an order by, as the browser names them."""

CHANNELS = frozenset({"eventsource", "websocket"})
"""Kinds of request through which something can come at any time."""

SCHEMES = frozenset({"http", "https", "about", "blob", "javascript"})
"""Of what a page may lead to; a script in an address runs in the page, as any other of its scripts does."""

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
        stopped: documents that something wanted to lead to, and that were not asked for.
        downloads: names of files that came and were not kept.
        dialogs: how many message boxes there were.
        held_order: whether an order was kept from being sent.
    """

    told: list[str] = field(default_factory=list)
    stopped: list[Stopped] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    dialogs: int = 0
    held_order: bool = False

    def stop(self, stopped: Stopped) -> None:
        """Takes note of a document that was not asked for."""
        if stopped not in self.stopped:  # held by the window's own page, too
            self.stopped.append(stopped)
        self.held_order |= stopped.why is Why.ORDER

    def take_held_order(self) -> bool:
        """Whether an order was kept from being sent since this was asked last."""
        held, self.held_order = self.held_order, False
        return held

    def take(self) -> list[str]:
        """What is to be told as having happened by itself, after which it is told."""
        told = [
            *self.told,
            *(wording.stopped(each) for each in self.stopped),
        ]
        told += [f'A file ("{name}") came as a download and was not kept.' for name in self.downloads]
        self.told.clear()
        self.stopped.clear()
        self.downloads.clear()
        self.dialogs = 0
        return told


class Frames:
    """The frames that a page's own process shows, by the browser's own names.

    Attributes:
        main: the outermost one.
    """

    def __init__(self) -> None:
        self.main = ""
        self._names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    @classmethod
    async def of(cls, cdp: CDPSession) -> Self:
        """Those that are there; what comes and goes from now on is noted.

        Args:
            cdp: of the page.
        """
        frames = cls()
        cdp.on("Page.frameAttached", lambda event: frames._names.add(event["frameId"]))
        cdp.on("Page.frameDetached", lambda event: frames._names.discard(event["frameId"]))
        await cdp.send("Page.enable")
        tree = (await cdp.send("Page.getFrameTree"))["frameTree"]
        frames.main = tree["frame"]["id"]
        frames._names.update(_names_in(tree))
        return frames


def _names_in(tree: Mapping[str, Any]) -> Iterator[str]:
    yield tree["frame"]["id"]
    for inner in tree.get("childFrames", ()):
        yield from _names_in(inner)


class PageWatch:
    """Follows one page from its first moment to its end.

    Attributes:
        page: the page.
        frames: those that its own process shows.
        navigation: the request of a document that will replace the page's own, while it is under way.
        failure: how the last navigation that failed did so, in the browser's own code; for display alone.
        status: HTTP status of the last document.
        content_type: its media type, as the server says.
        opening: windows that the page opened on the shopper's gesture and that have not come yet.
        kept: the page was kept from showing another document.
        crashed: the page's process died.
        answered: when the last answer came to what the page's scripts had asked for, by the loop's clock.
    """

    def __init__(self, page: Page, cdp: CDPSession, frames: Frames, guard: Guard, journal: Journal) -> None:
        self.page = page
        self.frames = frames
        self.navigation: Request | None = None
        self.failure: str | None = None
        self.status: int | None = None
        self.content_type = ""
        self.opening = 0
        self.kept = False
        self.crashed = False
        self.answered = -inf
        self._cdp = cdp
        self._guard = guard
        self._pressed: set[str] = set()  # frames in which a link or a form sends for a document
        self._journal = journal
        self._pending: set[Request] = set()
        self._announced = False  # the page decided to navigate, and the browser has not begun yet
        self._came_to_nothing = False  # a navigation did, in the course of this action
        self._channels = 0
        self._reads = False
        self._pulse = asyncio.Event()
        self._errands = Errands()

    @classmethod
    async def follow(cls, page: Page, guard: Guard, journal: Journal) -> Self:
        """Begins to follow a page, and to keep it on the site."""
        cdp = await page.context.new_cdp_session(page)
        watch = cls(page, cdp, await Frames.of(cdp), guard, journal)
        watch._listen()
        kinds = ("Document",) if guard.terms.may_buy else ("Document", *BY_SCRIPTS)
        patterns = [{"resourceType": kind, "requestStage": "Request"} for kind in kinds]
        await asyncio.gather(
            put_beside(page, cls.script(), cdp, watch.frames.main),
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

    def still_reads(self) -> None:
        """The document was there before this watch, and has not been read yet."""
        self._reads = True

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
        self._errands.run(tell(self._cdp, "Page.stopLoading", {}))
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
        self._cdp.on("Page.documentOpened", self._on_document)
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
        if event["resourceType"] in BY_SCRIPTS:
            self._errands.run(self._answer_script(event))
            return
        frame = event["frameId"]
        main = frame == self.frames.main
        asked = Asked.of(event["request"], main=main, by_hand=frame in self._pressed)
        self._errands.run(self._answer_document(event, asked))

    def _on_window_open(self, event: dict[str, Any]) -> None:
        if not event["userGesture"]:
            return  # the browser blocks these
        url = event["url"] or "about:blank"
        if self._guard.site.holds(url):
            self.opening += 1
        else:
            self._journal.stop(Stopped(url, Why.AWAY))

    def _on_announced(self, event: dict[str, Any]) -> None:
        if event["frameId"] != self.frames.main:
            if event["reason"] in BY_HAND:
                self._pressed.add(event["frameId"])
        elif event.get("disposition", "currentTab") == "currentTab":
            if urlsplit(event["url"]).scheme not in SCHEMES:
                self._journal.stop(Stopped(event["url"], Why.AWAY))
            self._announced = True
            self._pulse.set()

    def _on_begun(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.frames.main:
            self._announced = False
            self._pulse.set()

    def _on_document(self, event: dict[str, Any]) -> None:
        if event["frame"]["id"] == self.frames.main:
            self._reads = True
        else:
            self._pressed.discard(event["frame"]["id"])

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
        if request in self._pending:
            self._pending.remove(request)
            if request.resource_type != "script" or not self._reads:  # else it is part of what is read
                self.answered = asyncio.get_running_loop().time()
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
        orders = dialog.type != "alert" and self._guard.keeps_from_agreeing(dialog.message)
        self._journal.held_order |= orders
        agreed = not orders and (dialog.type != "prompt" or bool(dialog.default_value))
        if self._journal.dialogs <= DIALOGS_TOLD:
            self._journal.told.append(_dialog_told(dialog, agreed=agreed))
        self._errands.run(self._answer(dialog, agreed=agreed))
        self._pulse.set()

    def _on_download(self, download: Download) -> None:
        self._journal.downloads.append(whole(download.suggested_filename))
        self._errands.run(self._cancel(download))
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

    async def _answer_document(self, event: dict[str, Any], asked: Asked) -> None:
        why = await self._guard.refusal(asked)
        if why is not None:
            self._journal.stop(Stopped(asked.url, why))
            self.kept |= asked.main
        await release(self._cdp, event, stopped=why is not None)

    async def _answer_script(self, event: dict[str, Any]) -> None:
        orders = self._guard.keeps_from_ordering(event["request"])
        if orders:
            self._journal.stop(Stopped(event["request"]["url"], Why.ORDER))
        await release(self._cdp, event, stopped=orders)

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


async def release(session: CDPSession, event: dict[str, Any], *, stopped: bool) -> None:
    """Lets a request go that the browser holds, or stops it.

    Args:
        session: in which it is held.
        event: by which the browser said so (`Fetch.requestPaused`).
        stopped: whether it is not to be sent.
    """
    request = {"requestId": event["requestId"]}
    if stopped:
        await tell(session, "Fetch.failRequest", request | {"errorReason": "Aborted"})
    else:
        await tell(session, "Fetch.continueRequest", request)


def _same(url: str, other: str) -> bool:
    """Whether two addresses are of one document; a script may change the rest without loading another."""
    return url.partition("#")[0] == other.partition("#")[0]


def _dialog_told(dialog: Dialog, *, agreed: bool) -> str:
    if dialog.type == "beforeunload":
        return "The page asked whether to leave it, and was left."
    answer = (dialog.default_value or "OK") if agreed else "Cancel"
    return (
        f'A message box of the page said "{whole(dialog.message.strip()[:200])}" and was answered "{answer}".'
    )
