"""Captures a live page: what a person sees of it, as one annotated document, and the elements behind it.

Each frame is read by one walk of its own inside the page (`capture.js`), under its own deadline, all frames
of a level at the same time; what a frame shows is put where its iframe element stands. A frame that fails
or hangs costs its own content and a note, never the page. The annotated document is plain text: it can be
stored and simplified again, with the same result, when the page is long gone.

This is the only module of the package that speaks to a browser.
"""

import asyncio
import html
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from playwright.async_api import ElementHandle, Frame, JSHandle, Page
from playwright.async_api import Error as PlaywrightError

from simplify.observation import Target

UNREADABLE = "The page could not be read: it keeps navigating, or its scripts stand in the way."
MAX_ELEMENTS = 300_000
MAX_FRAMES = 60
MAX_FRAME_DEPTH = 10
FRAME_MARK = re.compile(r'<iframe data-frame="(\d+)"([^>]*)/>')


@dataclass(slots=True)
class Capture:
    """What was captured of a page, and a hold on its elements.

    Attributes:
        url: address of the page when it was read.
        title: its title.
        html: the annotated document, all frames in their places.
        notes: what could not be read, in words.
    """

    url: str
    title: str
    html: str
    notes: tuple[str, ...]
    _handles: dict[str, JSHandle] = field(default_factory=dict, repr=False)

    async def element(self, target: Target) -> ElementHandle | None:
        """Finds the very element that the target was made from.

        Returns:
            The element, or None when it (or its frame) has left the document, when the target comes from
            another capture, or when no browser stood behind it.
        """
        path, _, number = (target.ref or "").rpartition(":")
        handle = self._handles.get(path)
        if handle is None or not number.isdecimal():
            return None
        try:
            return await _node(handle, "nodes", int(number))
        except PlaywrightError:
            return None  # the frame went elsewhere and took its elements along

    async def dispose(self) -> None:
        """Lets go of the elements, so that the browser can forget them; safe to call again."""
        handles = list(self._handles.values())
        self._handles.clear()
        await asyncio.gather(*(_dispose(handle) for handle in handles))


@dataclass(slots=True)
class _Reading:
    """What one frame said, its inner frames included."""

    url: str = ""
    title: str = ""
    html: str = ""
    notes: list[str] = field(default_factory=list)
    handles: dict[str, JSHandle] = field(default_factory=dict)


class _Reader:
    """Reads the frames of one page against one clock."""

    def __init__(self, deadline: float) -> None:
        self._clock = asyncio.get_running_loop().time
        self._ends = self._clock() + deadline
        self._frames = 0

    def left(self) -> float:
        """Seconds until the page's deadline, never below zero."""
        return max(0.0, self._ends - self._clock())

    async def main(self, page: Page) -> _Reading:
        """Reads the page; one that navigates meanwhile is read again on its new document."""
        try:
            async with asyncio.timeout(self.left()):
                for _ in range(3):
                    try:
                        return await self._frame(page.main_frame, "", 0)
                    except PlaywrightError:
                        if page.is_closed():
                            raise
                        await page.wait_for_load_state("domcontentloaded", timeout=self.left() * 1000 + 1)
                return _Reading(page.url, await page.title(), "", [UNREADABLE])
        except TimeoutError:
            return _Reading(url=page.url, notes=["The page did not answer in time."])

    async def _frame(self, frame: Frame, path: str, depth: int) -> _Reading:
        prefix = f"{path}:" if path else ":"
        # A third of the time stays for the way back and for the frames inside.
        options = {"prefix": prefix, "milliseconds": self.left() * 650, "maxElements": MAX_ELEMENTS}
        handle = await frame.evaluate_handle(_script("capture.js"), options)
        said: dict[str, Any] = await handle.evaluate(_script("capture_report.js"))
        reading = _Reading(said["url"], said["title"], said["html"], list(said["notes"]), {path: handle})
        if said["frames"]:
            await self._inner_frames(reading, handle, path, depth, int(said["frames"]))
        return reading

    async def _inner_frames(
        self, reading: _Reading, handle: JSHandle, path: str, depth: int, count: int
    ) -> None:
        room = max(0, MAX_FRAMES - self._frames) if depth < MAX_FRAME_DEPTH else 0
        if count > room:
            reading.notes.append(
                f"{count - room} frames are left out: there are too many, or one holds itself."
            )
        read = min(count, room)
        self._frames += read
        seconds = self.left() * 0.7
        inner = await asyncio.gather(
            *(
                self._inner(handle, index, f"{path}:{index}" if path else str(index), depth, seconds)
                for index in range(read)
            )
        )
        for one in inner:
            reading.notes += one.notes
            reading.handles |= one.handles

        def place(mark: re.Match[str]) -> str:
            index = int(mark[1])
            return f"<iframe{mark[2]}>{inner[index].html}</iframe>" if index < read else ""

        reading.html = FRAME_MARK.sub(place, reading.html)

    async def _inner(self, parent: JSHandle, index: int, path: str, depth: int, seconds: float) -> _Reading:
        where = "A frame"
        try:
            async with asyncio.timeout(seconds):
                element = await _node(parent, "frames", index)
                frame = await element.content_frame() if element is not None else None
                if frame is None:
                    return _Reading(notes=["A frame has no document; its content is left out."])
                where = f"The frame {frame.url[:100]}" if frame.url else where
                return await self._frame(frame, path, depth + 1)
        except TimeoutError:
            return _Reading(notes=[f"{where} did not answer in time; its content is left out."])
        except PlaywrightError:
            return _Reading(notes=[f"{where} could not be read; its content is left out."])


async def capture(page: Page, *, deadline: float = 5.0) -> Capture:
    """Captures what a person sees of a live page, without writing anything to it.

    Args:
        page: the page, of Playwright's async API.
        deadline: seconds after which whatever has been read is returned, with a note on what is missing.

    Returns:
        The capture. It keeps the page's elements in the browser's memory until `dispose`, or until the page
        is left.

    Raises:
        playwright.async_api.Error: if the page was closed or has crashed.
    """
    reading = await _Reader(deadline).main(page)
    document = f'<html data-capture="1"><title>{reading.title}</title>{reading.html}</html>'
    return Capture(
        url=reading.url,
        title=html.unescape(reading.title),
        html=document,
        notes=tuple(dict.fromkeys(reading.notes)),
        _handles=reading.handles,
    )


async def _node(handle: JSHandle, which: str, index: int) -> ElementHandle | None:
    found = await handle.evaluate_handle(_script("capture_node.js"), {"list": which, "index": index})
    element = found.as_element()
    if element is None:
        await found.dispose()
    return element


async def _dispose(handle: JSHandle) -> None:
    try:
        await handle.dispose()
    except PlaywrightError:
        return  # its page is closed: nothing is held any more


@cache
def _script(name: str) -> str:
    return resources.files("simplify").joinpath(name).read_text(encoding="utf-8")
