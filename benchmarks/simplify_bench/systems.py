"""The systems that run in this process: ours in its ways, and Playwright's accessibility snapshots."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from benchmarks.simplify_bench.browser import script
from benchmarks.simplify_bench.judge import Judge
from benchmarks.simplify_bench.observed import Entry, Look, SystemFailed, Verdict
from simplify import Observation, Target, TargetKind, simplify
from simplify.capture import Capture, capture

OURS = "simagent"
WINDOW = "simagent window"
REFERENCE = "aria_snapshot"
DEADLINE = 60.0
"""Seconds for a capture; far more than it takes, so that only a hang meets it."""
ACTIONABLE = frozenset(
    {
        "button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "menuitemcheckbox",
        "menuitemradio", "option", "combobox", "textbox", "searchbox", "spinbutton", "slider", "treeitem",
        "listbox",
    }
)  # fmt: skip
ARIA_LINE = re.compile(
    r"""^\s*-\s'?(?P<role>[a-z]+)(?:\s"(?P<name>(?:[^"\\]|\\.)*)")?"""
    r"""(?P<rest>[^"]*?)(?::\s*(?P<text>.*))?$"""
)
ARIA_REF = re.compile(r"\[ref=(\w+)\]")


class System(Protocol):
    """Something that reads pages for a model."""

    @property
    def name(self) -> str:
        """How the table calls it."""

    async def awake(self) -> None:
        """Waits until the page, which may have been halted, has caught up.

        Raises:
            SystemFailed: it does not answer.
        """

    async def look(self) -> Look:
        """Reads the page that is open.

        Raises:
            SystemFailed: it could not.
        """

    async def judge(self) -> Verdict:
        """Compares what it said last with what a person can act on.

        Raises:
            SystemFailed: it could not.
        """


@dataclass(slots=True)
class Opened:
    """A page that is open for the systems of this process.

    Attributes:
        page: Playwright's page.
        judge: it has read the page.
        path: the file.
    """

    page: Page
    judge: Judge
    path: Path

    async def awake(self) -> None:
        """Waits until the page, which may have been halted, has caught up."""
        await self.page.evaluate(script("awake.js"))


async def elements_of(captured: Capture, observation: Observation) -> list[ElementHandle | None]:
    """The element of every target, in the observation's order."""
    return await asyncio.gather(*(captured.element(target) for target in observation.targets.values()))


class Simagent:
    """Ours on the live page: capture, then simplify."""

    def __init__(self, opened: Opened, name: str, simplified: Callable[[Capture], Observation]) -> None:
        self.name = name
        self._opened = opened
        self._simplified = simplified
        self._last: tuple[Capture, Observation] | None = None

    async def awake(self) -> None:
        """Waits for the page."""
        await self._opened.awake()

    async def look(self) -> Look:
        """Reads the page; the halves are timed apart."""
        await self._forget()
        started = time.perf_counter()
        captured = await capture(self._opened.page, deadline=DEADLINE)
        between = time.perf_counter()
        observation = self._simplified(captured)
        ended = time.perf_counter()
        self._last = captured, observation
        parts = {"capture_ms": (between - started) * 1000, "simplify_ms": (ended - between) * 1000}
        return Look((ended - started) * 1000, observation.html, _entries(observation), parts)

    async def judge(self) -> Verdict:
        """Judges by the very elements of the targets."""
        if self._last is None:
            raise SystemFailed("it has read nothing yet")
        captured, observation = self._last
        elements = await elements_of(captured, observation)
        verdict = await self._opened.judge.by_elements(elements)
        await self._forget()
        names = list(observation.targets)
        return replace(
            verdict, unseen=tuple(replace(each, name=names[each.place]) for each in verdict.unseen)
        )

    async def _forget(self) -> None:
        if self._last is not None:
            await self._last[0].dispose()
            self._last = None


class Offline:
    """Ours on the file's bytes, without a browser."""

    name = "simagent offline"

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._bytes = opened.path.read_bytes()
        self._words: tuple[Entry, ...] = ()
        self._text = ""

    async def awake(self) -> None:
        """Waits for the page."""
        await self._opened.awake()

    async def look(self) -> Look:
        """Simplifies the bytes as they were saved."""
        started = time.perf_counter()
        observation = simplify(self._bytes)
        took = time.perf_counter() - started
        rate = {"megabytes_per_second": len(self._bytes) / took / 1e6}
        self._words = tuple(Entry(_role(each), each.label) for each in observation.targets.values())
        self._text = observation.html
        return Look(took * 1000, observation.html, _entries(observation), rate)

    async def judge(self) -> Verdict:
        """Judges by what is written on the targets: without a browser there are no elements."""
        return self._opened.judge.by_text(self._words, self._text)


class AriaSnapshot:
    """Playwright's accessibility snapshot of the whole page, the reference for time."""

    name = REFERENCE

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._look: Look | None = None

    async def awake(self) -> None:
        """Waits for the page."""
        await self._opened.awake()

    async def look(self) -> Look:
        """Takes the snapshot as Playwright makes it by default."""
        self._look = await _snapshot(lambda: self._opened.page.locator("html").aria_snapshot(timeout=0))
        return self._look

    async def judge(self) -> Verdict:
        """Judges by role and words: this snapshot names no elements."""
        if self._look is None:
            raise SystemFailed("it has read nothing yet")
        return self._opened.judge.by_text(self._look.entries, self._look.text)


class AriaSnapshotForModels:
    """The same in the mode that is meant for models: its entries carry references to elements."""

    name = "aria_snapshot ai"

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._look: Look | None = None

    async def awake(self) -> None:
        """Waits for the page."""
        await self._opened.awake()

    async def look(self) -> Look:
        """Takes the snapshot with references."""
        html = self._opened.page.locator("html")
        self._look = await _snapshot(lambda: html.aria_snapshot(mode="ai", timeout=0))
        return self._look

    async def judge(self) -> Verdict:
        """Judges by the elements that the references of its last snapshot lead to."""
        if self._look is None:
            raise SystemFailed("it has read nothing yet")
        self._look = await self.look()  # the references of a snapshot end with the next one of anybody
        lines = [line for line in self._look.text.splitlines() if _is_offered(line)]
        references = [found[1] for line in lines if (found := ARIA_REF.search(line))]
        elements = await asyncio.gather(*(self._element(reference) for reference in references))
        return await self._opened.judge.by_elements(elements, self._look.text)

    async def _element(self, reference: str) -> ElementHandle | None:
        try:
            return await self._opened.page.locator(f"aria-ref={reference}").element_handle(timeout=5_000)
        except PlaywrightError:
            return None  # the reference leads nowhere: its entry stands for nothing


def systems(opened: Opened) -> list[System]:
    """All systems of this process on an open page, in the table's order."""
    return [
        Simagent(opened, OURS, lambda captured: simplify(captured.html, url=captured.url)),
        Simagent(opened, WINDOW, lambda captured: simplify(captured.html, url=captured.url, window=True)),
        Offline(opened),
        AriaSnapshot(opened),
        AriaSnapshotForModels(opened),
    ]


NAMES = (OURS, WINDOW, Offline.name, AriaSnapshot.name, AriaSnapshotForModels.name)
"""What `systems` makes, by name."""


def _entries(observation: Observation) -> tuple[Entry, ...]:
    return tuple(Entry(each.kind.value, each.name) for each in observation.targets.values())


def _role(target: Target) -> str:
    return {TargetKind.TEXT: "textbox", TargetKind.OTHER: "generic"}.get(target.kind, target.kind.value)


async def _snapshot(take: Callable[[], Awaitable[str]]) -> Look:
    started = time.perf_counter()
    try:
        text = await take()
    except PlaywrightError as error:
        raise SystemFailed(error.message.splitlines()[0]) from error
    took = time.perf_counter() - started
    return Look(took * 1000, text, aria_entries(text.splitlines()))


def _is_offered(line: str) -> bool:
    found = ARIA_LINE.match(line)
    return "[cursor=pointer]" in line or (found is not None and found["role"] in ACTIONABLE)


def aria_entries(lines: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of an accessibility snapshot that can be acted on."""
    found = (ARIA_LINE.match(line) for line in lines if _is_offered(line))
    return tuple(Entry(each["role"], each["name"] or each["text"] or "") for each in found if each)
