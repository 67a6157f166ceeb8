"""Where a step's time goes: the functions that do its parts, timed while the agent makes its visit."""

import asyncio
import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from agent.browser import tab
from agent.browser.acting import Hand
from agent.browser.deed import Deed
from agent.browser.grip import Grip
from agent.browser.pages import Pages
from agent.browser.watching import PageWatch
from agent.recording import Recorder

TIMED: tuple[tuple[str, object, str], ...] = (
    ("observe", tab.Tab, "observe"),
    ("observe: wait", tab, "settle"),
    ("observe: capture", tab, "capture"),
    ("observe: simplify", tab, "simplify"),
    ("observe: screenshot", PageWatch, "picture"),
    ("perform", tab.Tab, "perform"),
    ("perform: find, look before", Grip, "take"),
    ("perform: click", Hand, "click"),
    ("perform: type", Hand, "type"),
    ("perform: come to rest, look after", Pages, "rest"),
    ("perform: words", Deed, "_told"),
    ("record", Recorder, "append"),
)
"""A part, and the function that does it. The picture is taken while the page is simplified."""


@contextmanager
def timed_parts() -> Iterator[dict[str, list[float]]]:
    """Times the parts as long as the block lasts.

    Yields:
        The seconds of each call, by part.
    """
    spent: dict[str, list[float]] = defaultdict(list)
    originals = [(owner, name, vars(owner)[name]) for _, owner, name in TIMED]
    for part, owner, name in TIMED:
        setattr(owner, name, _timed(vars(owner)[name], spent[part].append))
    try:
        yield spent
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)


def _timed(function: Any, note: Callable[[float], None]) -> Any:
    if isinstance(function, classmethod):
        return classmethod(_timed(function.__func__, note))
    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return await function(*given, **named)
            finally:
                note(time.perf_counter() - started)

        return awaited

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            note(time.perf_counter() - started)

    return called
