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
from collections.abc import Awaitable
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
MAX_ELEMENTS = 300_000
MAX_FRAMES = 60
RELEASE_SECONDS = 0.5
FRAME_MARK = re.compile(r"<iframe data-frame='(\d+)'([^>]*)/>")
SCRIPTS = ("dom", "markup", "sight", "words", "targets", "fields", "walk", "reader")
ERROR_PAGE = "chrome-error:"


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

    def __init__(self, frame: Frame, session: CDPSession, frame_id: str | None = None) -> None:
        self.frame = frame
        self.frames: dict[int, Frame] = {}
        self._session = session
        self._frame_id = frame_id
        self._reader: str | None = None

    async def closed(self, frame: Frame, number: int) -> "_World":
        """The world of a frame in this process whose document is of no origin (sandboxed, `data:`).

        Not even a world with access to all origins gets there from the outside.
        """
        ours = await self.call("frame", number, by_value=False)
        node = (await self._session.send("DOM.describeNode", {"objectId": ours}))["node"]
        return _World(frame, self._session, node["frameId"])

    async def call(self, method: str, *arguments: object, by_value: bool = True) -> Any:
        """Calls a function of the reader, which is put into the document first where it is not there."""
        if self._reader is None:
            self._reader = await self._install()
            self.frames.clear()
        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "objectId": self._reader,
                "functionDeclaration": "function (method, ...all) { return this[method](...all); }",
                "arguments": [{"value": value} for value in (method, *arguments)],
                "returnByValue": by_value,
            },
        )
        _check(answer)
        result = answer["result"]
        return result.get("value") if by_value else result.get("objectId")

    def forget(self) -> None:
        """The document is another one, perhaps: the reader is put in anew at the next call."""
        self._reader = None

    async def _install(self) -> str:
        frame_id = self._frame_id
        if frame_id is None:
            frame_id = (await self._session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        made = await self._session.send(
            "Page.createIsolatedWorld",
            {
                "frameId": frame_id,
                "worldName": "simplify",
                "grantUniveralAccess": True,  # spelled so in the protocol
            },
        )
        answer = await self._session.send(
            "Runtime.evaluate", {"expression": _reader_script(), "contextId": made["executionContextId"]}
        )
        _check(answer)
        reader: str = answer["result"]["objectId"]
        return reader

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
    """The worlds of one page, kept from capture to capture."""

    def __init__(self) -> None:
        self._worlds: dict[Frame, _World] = {}

    async def of_page(self, page: Page) -> _World:
        """The world of a page."""
        frame = page.main_frame
        world = self._worlds.get(frame)
        if world is None:
            world = self._worlds[frame] = _World(frame, await page.context.new_cdp_session(page))
        return world

    async def of_frame(self, frame: Frame, around: _World, number: int) -> _World:
        """The world of a frame that the reader around it cannot enter, by its number there."""
        world = self._worlds.get(frame)
        if world is None:
            try:
                world = _World(frame, await frame.page.context.new_cdp_session(frame))
            except PlaywrightError:  # it lives in the process of what is around it
                world = await around.closed(frame, number)
            self._worlds[frame] = world
        return world

    def drop(self, frame: Frame) -> None:
        """Forgets a frame, which moved to another process or went away."""
        self._worlds.pop(frame, None)


@dataclass(slots=True)
class Capture:
    """What was captured of a page, and a hold on its elements.

    Attributes:
        url: address of the page when it was read.
        title: its title.
        html: the annotated document, all frames in their places.
        notes: what could not be read, in words.
        key: under which the page's reader keeps its elements.
    """

    url: str
    title: str
    html: str
    notes: tuple[str, ...]
    key: str = field(default="", repr=False)
    _worlds: dict[str, _World] = field(default_factory=dict, repr=False)

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

    async def dispose(self) -> None:
        """Lets go of the elements, so that the browser can forget them; safe to call again."""
        worlds = list(self._worlds.values())
        self._worlds.clear()
        await asyncio.gather(*(_release(world, self.key) for world in worlds))


@dataclass(slots=True)
class _Reading:
    """What one process said, the frames in others included."""

    url: str = ""
    title: str = ""
    html: str = ""
    notes: list[str] = field(default_factory=list)


class _Reader:
    """Reads the frames of one page against one clock.

    Attributes:
        worlds: all that were called, by the path of their frames. One that did not answer in time may do what
            it was asked to later, and then holds elements that have to be released.
    """

    def __init__(self, worlds: _Worlds, key: str, deadline: float) -> None:
        self._worlds = worlds
        self._key = key
        self._clock = asyncio.get_running_loop().time
        self._ends = self._clock() + deadline
        self._frames = 0
        self.worlds: dict[str, _World] = {}

    def left(self) -> float:
        """Seconds until the page's deadline, never below zero."""
        return max(0.0, self._ends - self._clock())

    async def main(self, page: Page) -> _Reading:
        """Reads the page; one that navigates meanwhile is read again on its new document."""
        try:
            return await _bounded(self._main(page), self.left())
        except (TimeoutError, PlaywrightTimeout):
            return _Reading(url=page.url, notes=["The page did not answer in time."])

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
            "prefix": f"{path}:",
            "milliseconds": self.left() * 650,  # a third stays for the way back and the frames inside
            "maxElements": MAX_ELEMENTS,
            "maxFrames": MAX_FRAMES - self._frames,
            "frameDepth": depth,
        }
        try:
            said: dict[str, Any] = await world.call("read", options)
        except PlaywrightError:
            world.forget()
            try:
                said = await world.call("read", options)
            except PlaywrightError:
                self._worlds.drop(world.frame)
                raise
        self._frames += int(said["frames"])
        reading = _Reading(said["url"], said["title"], said["html"], list(said["notes"]))
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


async def capture(page: Page, *, deadline: float = 5.0) -> Capture:
    """Captures what a person sees of a live page, without writing anything to it.

    Args:
        page: the page of a Chromium, of Playwright's async API.
        deadline: seconds after which whatever has been read is returned, with a note on what is missing.

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
    worlds = _open_pages().get(page)
    if worlds is None:
        worlds = _open_pages()[page] = _Worlds()
        page.once("close", _forget)
    key = secrets.token_hex(8)
    reader = _Reader(worlds, key, deadline)
    reading = await reader.main(page)
    document = f'<html data-capture="1"><title>{reading.title}</title>{reading.html}</html>'
    return Capture(
        url=reading.url,
        title=html.unescape(reading.title),
        html=document,
        notes=tuple(dict.fromkeys(reading.notes)),
        key=key,
        _worlds=reader.worlds,
    )


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


@cache
def _reader_script() -> str:
    """The reader's files as one expression, which gives the reader."""
    parts = "\n".join(_script(f"capture_{name}.js") for name in SCRIPTS)
    return f"(() => {{ 'use strict';\n{parts}\n}})()"


@cache
def _script(name: str) -> str:
    return resources.files("simplify").joinpath(name).read_text(encoding="utf-8")
