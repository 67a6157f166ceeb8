"""The judge's Python side: runs `judge.js` in every visible frame of a page and puts the answers together."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from playwright.async_api import ElementHandle, Frame, JSHandle, Page

from benchmarks.simplify_bench.browser import script
from benchmarks.simplify_bench.observed import Entry, Judged, Unseen, Verdict, match_by_text, verdict_of


class Judge:
    """What a person can see and act on, on one open page."""

    def __init__(self) -> None:
        self._frames: list[tuple[Frame, JSHandle, list[dict[str, Any]]]] = []

    async def read(self, page: Page) -> None:
        """Lists the elements of the page as it is now."""
        self._frames = []
        for frame in page.frames:
            if frame.is_detached() or not await _seen(frame):
                continue
            judge = await frame.evaluate_handle(script("judge.js"))
            self._frames.append((frame, judge, await judge.evaluate("judge => judge.list()")))

    async def by_elements(self, elements: Sequence[ElementHandle | None], text: str = "") -> Verdict:
        """Judges a system that knows its elements.

        Args:
            elements: those of its targets, in any order; None for one that is gone.
            text: its output, for the options that it only writes.
        """
        places = await asyncio.gather(*(_place(element) for element in elements))
        judged: list[Judged] = []
        unseen: list[Unseen] = []
        for frame, judge, listed in self._frames:
            inside = [(index, path) for index, (owner, path) in enumerate(places) if owner == frame]
            paths = [path for _, path in inside]
            hows = await judge.evaluate("(judge, paths) => judge.cover(paths)", paths)
            judged += verdict_of(listed, hows, text).judged
            hidden = await judge.evaluate("(judge, paths) => judge.unseen(paths)", paths)
            unseen += [Unseen(inside[each["index"]][0], each["reason"], each["markup"]) for each in hidden]
        return Verdict(tuple(judged), tuple(unseen))

    def by_text(self, entries: Sequence[Entry], text: str) -> Verdict:
        """Judges a system that names no elements: by role and words of its entries."""
        listed: list[dict[str, Any]] = []
        for _, _, records in self._frames:
            before = len(listed)  # twins are counted within their frame
            listed += [{**record, "twin": record["twin"] + before} for record in records]
        return replace(verdict_of(listed, match_by_text(listed, entries), text), unseen=())


async def _seen(frame: Frame) -> bool:
    if frame.parent_frame is None:
        return True
    element = await frame.frame_element()
    box = await element.bounding_box()
    return box is not None and box["width"] > 2 and box["height"] > 2 and await element.is_visible()


async def _place(element: ElementHandle | None) -> tuple[Frame | None, str]:
    if element is None:
        return None, ""
    frame, path = await asyncio.gather(element.owner_frame(), element.evaluate(script("path.js")))
    return (frame, path) if isinstance(path, str) else (None, "")
