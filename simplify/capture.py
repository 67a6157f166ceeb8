"""Captures a live page: what a person sees of it, as one annotated document, and the elements behind it.

The reading scripts (`capture_*.js`) run in a world of their own inside the page (an isolated world of the
DevTools protocol): the page cannot mislead or notice them. One call reads the page with all frames that live
in its process; a frame in another process is read there, under its own deadline, all of a level at the same
time, and what it shows is put where its iframe element stands. A frame that fails or hangs costs its own
content and a note, never the page. The annotated document is plain text: it can be stored and simplified
again, with the same result, when the page is long gone.

This is the only module of the package that speaks to a browser.
"""

import asyncio
import html
import re
import secrets
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from playwright.async_api import CDPSession, ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from simplify.observation import Target

Value = TypeVar("Value")

UNREADABLE = "The page could not be read: it keeps navigating, or its scripts stand in the way."
WORLD = "simplify"
READER = "globalThis.reader"
MAX_ELEMENTS = 300_000
MAX_FRAMES = 60
RELEASE_SECONDS = 0.5
COMING_SECONDS = 0.5
FRAME_MARK = re.compile(r"<iframe data-frame='(\d+)'([^>]*)/>")
SCRIPTS = ("dom", "markup", "sight", "words", "targets", "fields", "walk", "reader")
ERROR_PAGE = "chrome-error:"
OUTERMOST = "(() => { try { return parent === window || !parent.document; } catch { return true; } })()"
"""Whether no document around this one is shown by the same process."""


class ChromiumNeeded(TypeError):
    """The page belongs to another browser, which has no DevTools protocol."""


class _ScriptFailed(PlaywrightError):
    """A script of ours threw in the page: its document fell apart under it, or memory ran out."""


class _World:
    """The reader inside one process that shows a part of a page, and the way to it.

    Attributes:
        frame: the outermost frame of that process's part, or one whose document is closed to those around it.
        frames: the frames in it that have worlds of their own, by the reader's numbers.
    """

    def __init__(self, frame: Frame, session: CDPSession, beside: str, frame_id: str | None = None) -> None:
        self.frame = frame
        self.frames: dict[int, Frame] = {}
        self._session = session
        self._beside = beside
        self._frame_id = frame_id
        self._root_id: str | None = None
        self._reader: dict[str, str] | None = None  # where it is, in the protocol's words
        self._coming = asyncio.Event()  # not set while a new document is, into which it is put by itself
        self._coming.set()

    async def closed(self, frame: Frame, number: int) -> "_World":
        """The world of a frame in this process whose document is of no origin (sandboxed, `data:`).

        Not even a world with access to all origins gets there from the outside.
        """
        ours = await self.call("frame", number, by_value=False)
        node = (await self._session.send("DOM.describeNode", {"objectId": ours}))["node"]
        return _World(frame, self._session, self._beside, node["frameId"])

    async def call(self, method: str, *arguments: object, by_value: bool = True) -> Any:
        """Calls a function of the reader, which is put into the document first where it is not there.

        Returns:
            What it returns, or what it promises once that has come.
        """
        reader = await self._installed()
        try:
            answer = await self._session.send(
                "Runtime.callFunctionOn",
                {
                    **reader,
                    "functionDeclaration": f"(method, ...all) => {READER}[method](...all)",
                    "arguments": [{"value": value} for value in (method, *arguments)],
                    "returnByValue": by_value,
                    "awaitPromise": True,
                },
            )
        except PlaywrightError:
            if self._reader is reader:  # the document is another one, perhaps
                self.forget()
            raise
        _check(answer)
        result = answer["result"]
        return result.get("value") if by_value else result.get("objectId")

    def forget(self) -> None:
        """The document is another one, perhaps: the reader is put in anew at the next call."""
        self._reader = None

    def await_documents(self, frame_id: str) -> None:
        """Learns from the session where the reader is in each new document, into which it is put by itself.

        Args:
            frame_id: of the outermost frame.
        """
        self._root_id = frame_id
        self._session.on("Runtime.executionContextCreated", self._on_context)
        self._session.on("Runtime.executionContextsCleared", self._on_left)

    def _on_left(self, _event: object) -> None:
        self.forget()
        self._coming.clear()

    def _on_context(self, event: dict[str, Any]) -> None:
        context = event["context"]
        if context["name"] == WORLD and context["auxData"]["frameId"] == self._root_id:
            self._reader = {"uniqueContextId": context["uniqueId"]}
            self.frames.clear()
            self._coming.set()

    async def _installed(self) -> dict[str, str]:
        if self._reader is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._coming.wait(), COMING_SECONDS)
        if self._reader is None:
            made = await self._install()
            if self._reader is None:  # a call that was given up may have come first
                self._reader = {"objectId": made}
                self.frames.clear()
        return self._reader

    async def _install(self) -> str:
        answer = await self._session.send(
            "Runtime.evaluate",
            {"expression": _installing(self._beside), "contextId": await self._context()},
        )
        _check(answer)
        reader: str = answer["result"]["objectId"]
        return reader

    async def _context(self) -> int:
        """The isolated world of the document; made where it is not there."""
        frame_id = self._frame_id or self._root_id
        if frame_id is None:  # it stays the same from document to document
            tree = await self._session.send("Page.getFrameTree")
            frame_id = self._root_id = tree["frameTree"]["frame"]["id"]
        try:
            made = await self._session.send(
                "Page.createIsolatedWorld",
                {"frameId": frame_id, "worldName": WORLD, "grantUniveralAccess": True},  # spelled so
            )
        except PlaywrightError:
            self._root_id = None
            raise
        context: int = made["executionContextId"]
        return context

    async def handle(self, which: str, *place: object) -> ElementHandle | None:
        """Playwright's handle of a node of the reader: `node` of a capture, or a `frame` element."""
        asked = await asyncio.gather(
            self.call("whereIsNode" if which == "node" else "whereIsFrame", *place),
            self.call(which, *place, by_value=False),
        )
        where, ours = asked
        if where is None or ours is None:
            return None
        depth, url = where
        node = (await self._session.send("DOM.describeNode", {"objectId": ours}))["node"]
        resolved = await self._session.send("DOM.resolveNode", {"backendNodeId": node["backendNodeId"]})
        key = secrets.token_hex(16)
        await self._session.send(
            "Runtime.callFunctionOn",
            {
                "objectId": resolved["object"]["objectId"],
                "functionDeclaration": _script("capture_handover.js"),
                "arguments": [{"value": key}],
            },
        )
        for frame in self._candidates(depth, url):
            found = await frame.evaluate_handle(_script("capture_take.js"), key)
            element = found.as_element()
            if element is not None:
                return element
            await found.dispose()
        return None

    def _candidates(self, depth: int, url: str) -> list[Frame]:
        """The frames that the element may stand in, the likeliest first."""
        level = [self.frame]
        for _ in range(depth):
            level = [inner for frame in level for inner in frame.child_frames]
        return sorted(level, key=lambda frame: frame.url != url)


class _Worlds:
    """The worlds of one page, kept from capture to capture.

    Attributes:
        beside: what the caller put beside the reader in each of them.
    """

    def __init__(self) -> None:
        self.beside = "() => ({})"
        self._worlds: dict[Frame, _World] = {}

    async def of_page(self, page: Page) -> _World:
        """The world of a page."""
        frame = page.main_frame
        world = self._worlds.get(frame)
        if world is None:
            session = await page.context.new_cdp_session(page)
            world = self._worlds[frame] = _World(frame, session, self.beside)
        return world

    async def of_frame(self, frame: Frame, around: _World, number: int) -> _World:
        """The world of a frame that the reader around it cannot enter, by its number there."""
        world = self._worlds.get(frame)
        if world is None:
            try:
                session = await frame.page.context.new_cdp_session(frame)
                world = _World(frame, session, self.beside)
            except PlaywrightError:  # it lives in the process of what is around it
                world = await around.closed(frame, number)
            self._worlds[frame] = world
        return world

    def begin(self, frame: Frame, session: CDPSession, frame_id: str) -> _World:
        """Uses the caller's own session for the outermost frame of a process."""
        world = self._worlds[frame] = _World(frame, session, self.beside)
        world.await_documents(frame_id)
        return world

    def known(self, frame: Frame) -> _World | None:
        """The world of a frame, where there is one already."""
        return self._worlds.get(frame)

    def drop(self, frame: Frame) -> None:
        """Forgets a frame, which moved to another process or went away."""
        self._worlds.pop(frame, None)


@dataclass(slots=True)
class _Piece:
    """What the process of one frame said, with marks where frames of others stand.

    Attributes:
        html: the annotated markup.
        numbers: of the frames that stand at the marks, as the reader of its world has them.
        world: where it was said.
    """

    html: str
    numbers: list[int]
    world: _World

    @classmethod
    def of(cls, said: Mapping[str, Any], world: _World) -> "_Piece":
        return cls(said["html"], [number for number, _ in said["remote"]], world)

    def with_frames(self, pieces: Mapping[Frame, "_Piece"]) -> str:
        """The markup with the frames in their places, as far as there is a piece of them."""

        def put(mark: re.Match[str]) -> str:
            frame = self.world.frames.get(self.numbers[int(mark[1])])
            piece = pieces.get(frame) if frame is not None else None
            return f"<iframe{mark[2]}>{piece.with_frames(pieces) if piece else ''}</iframe>"

        return FRAME_MARK.sub(put, self.html)


@dataclass(slots=True)
class Capture:
    """What was captured of a page, and a hold on its elements.

    Attributes:
        url: address of the page when it was read.
        title: its title.
        html: the annotated document, all frames in their places.
        notes: what could not be read, in words.
        answered: whether the page answered at all.
        document: tells one loaded document of the page from the next; None where it was not read.
        key: under which the page's reader keeps its elements.
    """

    url: str
    title: str
    html: str
    notes: tuple[str, ...]
    answered: bool = True
    document: float | None = None
    key: str = field(default="", repr=False)
    _worlds: dict[str, _World] = field(default_factory=dict, repr=False)
    _pieces: dict[Frame, _Piece] = field(default_factory=dict, repr=False)

    @classmethod
    def alone(cls, said: Mapping[str, Any]) -> "Capture":
        """What a reader said by itself: no more than its own process shows, and no hold on the elements.

        Args:
            said: what its `read` returned.
        """
        markup = FRAME_MARK.sub(lambda mark: f"<iframe{mark[2]}></iframe>", said["html"])
        return cls(
            url=said["url"],
            title=html.unescape(said["title"]),
            html=_document(said["title"], markup),
            notes=tuple(said["notes"]),
            document=said["document"],
        )

    def renewed(self, frame: Frame, said: Mapping[str, Any]) -> str | None:
        """The annotated document once a part of it was read again by what stands beside its reader.

        Args:
            frame: the page's own frame, or the outermost one that another process shows.
            said: what the reader's `read` returned there.

        Returns:
            The document, with what other processes show as it was captured; None where that frame was not
            captured, or where the page's own is another document by now.
        """
        main = frame.page.main_frame
        piece = self._pieces.get(frame)
        if piece is None or main not in self._pieces:
            return None
        if frame is main and said["document"] != self.document:
            return None
        pieces = self._pieces | {frame: _Piece.of(said, piece.world)}
        title = said["title"] if frame is main else html.escape(self.title)
        return _document(title, pieces[main].with_frames(pieces))

    def apart(self) -> Mapping[int, str]:
        """What other processes show of the page: the markup of their frames, by the page reader's numbers."""
        pieces = self._pieces
        main = next((piece for frame, piece in pieces.items() if frame.parent_frame is None), None)
        frames = main.world.frames if main else {}
        return {
            number: pieces[frame].with_frames(pieces) for number, frame in frames.items() if frame in pieces
        }

    def frame_addresses(self) -> list[str]:
        """Addresses of the frames that can be seen and whose documents are closed to those around them."""
        return [world.frame.url for path, world in self._worlds.items() if path]

    def frames_around(self, target: Target) -> list[str]:
        """Addresses of the frames around a target whose documents are closed to those around them."""
        path, _ = self._place(target)
        urls = []
        while path:
            world = self._worlds.get(path)
            urls += [world.frame.url] if world is not None else []
            path = path.rpartition(".")[0]
        return urls

    async def element(self, target: Target, *, deadline: float = 5.0) -> ElementHandle | None:
        """Finds the very element that the target was made from.

        Args:
            target: of an observation that was made from this capture.
            deadline: seconds that the page, or the frame that the element stands in, has to answer.

        Returns:
            The element, or None when it (or its frame) has left the document, when the target comes from
            another capture, or when no browser stood behind it.

        Raises:
            TimeoutError: the page or the frame hangs.
        """
        path, _, number = (target.ref or "").rpartition(":")
        world = self._worlds.get(path)
        if world is None or not number.isdecimal():
            return None
        try:
            return await _bounded(world.handle("node", self.key, int(number)), deadline)
        except PlaywrightError:
            return None  # the frame went elsewhere and took its elements along

    async def ask(self, target: Target, function: str, *arguments: object) -> Any:
        """Calls a function that was put beside the reader (`put_beside`) on the element of a target.

        Args:
            target: of an observation that was made from this capture.
            function: its name; it is given the element first, or null where that is not known any more.
            arguments: what else it is given.

        Returns:
            What it returns or promises, as JSON has it.

        Raises:
            playwright.async_api.Error: its document is gone, or no browser stood behind the capture.
        """
        path, number = self._place(target)
        world = self._worlds.get(path)
        if world is None:
            raise _ScriptFailed("The element is not known to this capture.")
        return await world.call("askOf", self.key, number, function, *arguments)

    def in_page(self, target: Target) -> int | None:
        """The number of a target's element, where it is shown by the page's own process; None elsewhere."""
        path, number = self._place(target)
        return number if path == "" and path in self._worlds else None

    async def in_window(self, target: Target, x: float, y: float) -> tuple[float, float] | None:
        """Where a point of the process that shows a target lies in the page's window.

        Args:
            target: of an observation that was made from this capture.
            x: of the point, in the window of the outermost document of its process.
            y: likewise.

        Returns:
            The point in CSS pixels; None where something lies over the frame there.

        Raises:
            playwright.async_api.Error: a frame around the element is gone.
        """
        path, _ = self._place(target)
        while path:
            inner = self._worlds[path]
            path = path.rpartition(".")[0]
            around = self._worlds[path]
            number = next((each for each, frame in around.frames.items() if frame is inner.frame), None)
            found = await around.call("outwardOf", number, x, y) if number is not None else None
            if found is None:
                return None
            x, y = found
        return x, y

    def _place(self, target: Target) -> tuple[str, int]:
        """Under which path a target's element is known, and its number there."""
        path, _, number = (target.ref or "").rpartition(":")
        return path, int(number) if number.isdecimal() else -1

    async def ref_of(self, target: Target, earlier: "Capture") -> str | None:
        """The ref that the element of a target of an earlier capture has in this one.

        Returns:
            The ref, or None when the element is no target here.
        """
        path, _, number = (target.ref or "").rpartition(":")
        world = self._worlds.get(path)
        if world is None or not number.isdecimal():
            return None
        try:
            place = await world.call("whichNode", earlier.key, int(number), self.key)
        except PlaywrightError:
            return None  # the frame went elsewhere and took its elements along
        return f"{path}:{place}" if place >= 0 else None

    async def dispose(self, *, but_of: str | None = None) -> None:
        """Lets go of the elements, so that the browser can forget them; safe to call again.

        Args:
            but_of: the path of a world that let go of them already.
        """
        worlds = [world for path, world in self._worlds.items() if path != but_of]
        self._worlds.clear()
        await asyncio.gather(*(_release(world, self.key) for world in worlds))


@dataclass(slots=True)
class _Reading:
    """What one process said, the frames in others included."""

    url: str = ""
    title: str = ""
    html: str = ""
    notes: list[str] = field(default_factory=list)
    answered: bool = True
    document: float | None = None


class _Reader:
    """Reads the frames of one page against one clock.

    Attributes:
        worlds: all that were called, by the path of their frames. One that did not answer in time may do what
            it was asked to later, and then holds elements that have to be released.
        pieces: what was said, by the outermost frame of each process.
    """

    def __init__(self, worlds: _Worlds, key: str, deadline: float, instead_of: str) -> None:
        self._worlds = worlds
        self._key = key
        self._instead_of = instead_of
        self._clock = asyncio.get_running_loop().time
        self._ends = self._clock() + deadline
        self._frames = 0
        self.worlds: dict[str, _World] = {}
        self.pieces: dict[Frame, _Piece] = {}

    def left(self) -> float:
        """Seconds until the page's deadline, never below zero."""
        return max(0.0, self._ends - self._clock())

    async def main(self, page: Page) -> _Reading:
        """Reads the page; one that navigates meanwhile is read again on its new document."""
        try:
            return await _bounded(self._main(page), self.left())
        except (TimeoutError, PlaywrightTimeout):
            return _Reading(url=page.url, notes=["The page did not answer in time."], answered=False)

    async def _main(self, page: Page) -> _Reading:
        for _ in range(3):
            try:
                return await self._read(await self._worlds.of_page(page), "", 0)
            except PlaywrightError:
                if page.is_closed():
                    raise
                await page.wait_for_load_state("domcontentloaded", timeout=self.left() * 1000 + 1)
        return _Reading(page.url, await page.title(), "", [UNREADABLE])

    async def _read(self, world: _World, path: str, depth: int) -> _Reading:
        self.worlds[path] = world
        options = {
            "key": self._key,
            "instead": self._instead_of,
            "prefix": f"{path}:",
            "milliseconds": self.left() * 650,  # a third stays for the way back and the frames inside
            "maxElements": MAX_ELEMENTS,
            "maxFrames": MAX_FRAMES - self._frames,
            "frameDepth": depth,
        }
        try:
            said: dict[str, Any] = await world.call("read", options)
        except PlaywrightError:
            world.forget()  # also where its script failed
            try:
                said = await world.call("read", options)
            except PlaywrightError:
                self._worlds.drop(world.frame)
                raise
        self._frames += int(said["frames"])
        reading = _Reading(
            said["url"], said["title"], said["html"], list(said["notes"]), document=said["document"]
        )
        self.pieces[world.frame] = _Piece.of(said, world)
        if said["remote"]:
            await self._remote(reading, world, path, said["remote"])
        return reading

    async def _remote(
        self, reading: _Reading, world: _World, path: str, places: list[tuple[int, int]]
    ) -> None:
        """Reads the frames in other processes, each by its number and its depth."""
        seconds = self.left() * 0.7
        inner = await asyncio.gather(
            *(
                self._inner(world, number, f"{path}.{index}" if path else str(index), depth, seconds)
                for index, (number, depth) in enumerate(places)
            )
        )
        for one in inner:
            reading.notes += one.notes
        reading.html = FRAME_MARK.sub(
            lambda mark: f"<iframe{mark[2]}>{inner[int(mark[1])].html}</iframe>", reading.html
        )

    async def _inner(self, world: _World, number: int, path: str, depth: int, seconds: float) -> _Reading:
        where = "A frame"
        frame = world.frames.get(number)
        try:
            async with asyncio.timeout(seconds):
                if frame is None:
                    element = await _bounded(world.handle("frame", number), seconds)
                    frame = await element.content_frame() if element is not None else None
                if frame is None:
                    return _Reading(notes=["A frame has no document; its content is left out."])
                world.frames[number] = frame
                where = f"The frame {frame.url[:100]}" if frame.url else where
                if frame.url.startswith(ERROR_PAGE):
                    return _Reading(notes=["A frame could not be loaded; its content is left out."])
                return await _bounded(self._read_frame(frame, world, number, path, depth), seconds)
        except TimeoutError:
            return _Reading(notes=[f"{where} did not answer in time; its content is left out."])
        except PlaywrightError:
            world.frames.pop(number, None)
            return _Reading(notes=[f"{where} could not be read; its content is left out."])

    async def _read_frame(self, frame: Frame, around: _World, number: int, path: str, depth: int) -> _Reading:
        return await self._read(await self._worlds.of_frame(frame, around, number), path, depth)


async def capture(page: Page, *, deadline: float = 5.0, instead_of: Capture | None = None) -> Capture:
    """Captures what a person sees of a live page, without writing anything to it.

    Args:
        page: the page of a Chromium, of Playwright's async API.
        deadline: seconds after which whatever has been read is returned, with a note on what is missing.
        instead_of: a capture of this page that is not needed any more, and is disposed of along the way.

    Returns:
        The capture. It keeps the page's elements in the browser's memory until `dispose`, or until the page
        is left.

    Raises:
        ChromiumNeeded: the page belongs to another browser.
        playwright.async_api.Error: the page was closed or has crashed.
    """
    browser = page.context.browser
    if browser is not None and browser.browser_type.name != "chromium":
        name = browser.browser_type.name
        raise ChromiumNeeded(f"a page can be captured in Chromium only, not in {name}: launch Chromium")
    key = secrets.token_hex(8)
    reader = _Reader(_worlds_of(page), key, deadline, instead_of.key if instead_of else "")
    reading = await reader.main(page)
    if instead_of is not None:
        await instead_of.dispose(but_of="")  # which the page's own reader let go of along the way
    return Capture(
        url=reading.url,
        title=html.unescape(reading.title),
        html=_document(reading.title, reading.html),
        notes=tuple(dict.fromkeys(reading.notes)),
        answered=reading.answered,
        document=reading.document,
        key=key,
        _worlds=reader.worlds,
        _pieces=reader.pieces,
    )


def _document(title: str, markup: str) -> str:
    """The annotated document.

    Args:
        title: escaped.
        markup: of all that the page shows.
    """
    return f'<html data-capture="1"><title>{title}</title>{markup}</html>'


async def put_beside(page: Page, script: str, session: CDPSession, frame_id: str) -> None:
    """Puts functions of the caller's own beside the reader: the page can neither notice nor mislead them.

    Args:
        page: one of which nothing was captured yet.
        script: an expression of JavaScript, a function that is given the reader (`node(key, index)` is an
            element of a capture, `isFresh(key)` whether nothing happened on the page since) and returns an
            object of functions.
        session: a DevTools session with the page, in which its domain `Page` is enabled. It is used from now
            on; new documents find the reader in place, and it costs no call to find it there.
        frame_id: of the page's outermost frame, in the protocol.

    Raises:
        playwright.async_api.Error: the page was closed or has crashed.
    """
    worlds = _worlds_of(page)
    worlds.beside = script
    worlds.begin(page.main_frame, session, frame_id)
    # Frames in the page's process are read from the outermost document, and need no reader of their own.
    standing = {"source": f"if (window === parent) {_installing(script)}", "worldName": WORLD}
    await asyncio.gather(
        session.send("Page.addScriptToEvaluateOnNewDocument", standing), session.send("Runtime.enable")
    )


async def put_beside_in(frame: Frame, session: CDPSession) -> None:
    """Puts the functions that stand beside the reader of a page into a frame of it, too.

    Args:
        frame: the outermost one that another process shows.
        session: with that process; used from now on.

    Raises:
        playwright.async_api.Error: the frame is gone.
    """
    worlds = _worlds_of(frame.page)
    tree: dict[str, Any]
    tree, _ = await asyncio.gather(session.send("Page.getFrameTree"), session.send("Page.enable"))
    world = worlds.begin(frame, session, tree["frameTree"]["frame"]["id"])
    source = f"if ({OUTERMOST}) {_installing(worlds.beside)}"
    standing = {"source": source, "worldName": WORLD}
    await asyncio.gather(
        session.send("Page.addScriptToEvaluateOnNewDocument", standing), session.send("Runtime.enable")
    )
    await world.call("isFresh", "")  # the document that is there already gets them by being asked


async def ask_in(frame: Frame, function: str, *arguments: object) -> Any:
    """Calls one of the functions that were put beside the reader in the process that shows a frame.

    Args:
        frame: the page's own, or one that `put_beside_in` was given.
        function: its name.
        arguments: what it is given.

    Raises:
        playwright.async_api.Error: the frame is gone, or its document is another one.
    """
    world = _worlds_of(frame.page).known(frame)
    if world is None:
        raise _ScriptFailed("Nothing was put into this frame.")
    return await world.call("ask", function, *arguments)


async def ask(page: Page, function: str, *arguments: object) -> Any:
    """Calls one of the functions that were put beside the reader of a page, in its outermost document.

    Returns:
        What it returns or promises, as JSON has it.

    Raises:
        playwright.async_api.Error: the page navigated, was closed or has crashed. After a navigation the next
            call is made of the new document.
    """
    world = await _worlds_of(page).of_page(page)
    return await world.call("ask", function, *arguments)


def _worlds_of(page: Page) -> _Worlds:
    worlds = _open_pages().get(page)
    if worlds is None:
        worlds = _open_pages()[page] = _Worlds()
        page.once("close", _forget)
    return worlds


@cache
def _open_pages() -> dict[Page, _Worlds]:
    """What is known of each page until it is closed, so that a capture costs one call and no set-up."""
    return {}


def _forget(page: Page) -> None:
    _open_pages().pop(page, None)


async def _bounded(awaitable: Awaitable[Value], seconds: float) -> Value:
    """What comes in time; a late call into a page that hangs ends by itself, and its result is dropped.

    Raises:
        TimeoutError: it took longer.
    """
    task = asyncio.ensure_future(awaitable)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.add_done_callback(_drop)
        raise
    if not done:
        task.add_done_callback(_drop)
        raise TimeoutError
    return task.result()


def _check(answer: dict[str, Any]) -> None:
    """Raises where a call into the page came back with an error of its script."""
    details = answer.get("exceptionDetails")
    if details is not None:
        raise _ScriptFailed(str(details.get("exception", details).get("description", "an error")))


def _drop(task: "asyncio.Future[Any]") -> None:
    if not task.cancelled():
        task.exception()


async def _release(world: _World, key: str) -> None:
    try:
        await _bounded(world.call("release", key), RELEASE_SECONDS)
    except TimeoutError:
        return  # it hangs: it lets go when it comes to itself, and nobody has to wait for that
    except PlaywrightError:
        return  # its page is closed or left: nothing is held any more


def _installing(beside: str) -> str:
    """An expression that puts the reader in its place, with others beside it, and gives it."""
    put = f"(reader) => {{ reader.beside = ({beside})(reader); return reader; }}"
    return f"{READER} = ({put})({_reader_script()})"


@cache
def _reader_script() -> str:
    """The reader's files as one expression, which gives the reader."""
    parts = "\n".join(_script(f"capture_{name}.js") for name in SCRIPTS)
    return f"(() => {{ 'use strict';\n{parts}\n}})()"


@cache
def _script(name: str) -> str:
    return resources.files("simplify").joinpath(name).read_text(encoding="utf-8")
