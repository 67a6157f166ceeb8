"""The scripts that run in the page, and how Python waits for them: never without an end."""

import asyncio
import json
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

Value = TypeVar("Value")


SCRIPTS = ("element", "look", "quiet", "reach", "control", "scrolling", "hand")

LISTENING_SCRIPTS = ("element", "look", "shade", "bar", "listening")


@cache
def hand_script() -> str:
    """This package's scripts as one function, to be put beside the reader of a page (`simplify.capture`)."""
    return _function(*SCRIPTS)


@cache
def listening_script() -> str:
    """The same, with what hears what a person does, and shows them that it is heard."""
    style = json.dumps(_file("bar.css"))
    listening = (
        f"(reader) => {{ const BAR_STYLE = {style}; return ({_function(*LISTENING_SCRIPTS)})(reader); }}"
    )
    return f"(reader) => ({{ ...({hand_script()})(reader), ...({listening})(reader) }})"


@cache
def listening_frame_script() -> str:
    """What has every new document listened to by the outermost one of its process."""
    return _file("listening_frame.js")


def _function(*names: str) -> str:
    """These scripts as one function, which is given the reader of a page."""
    parts = "\n".join(_file(f"{name}.js") for name in names)
    return f"(reader) => {{\n{parts}\n}}"


def _file(name: str) -> str:
    return resources.files("agent.browser").joinpath(name).read_text(encoding="utf-8")


async def bounded(awaitable: Awaitable[Value], seconds: float) -> Value:
    """What the awaitable gives, if it comes in time.

    One that is late is left to end by itself, and what becomes of it is dropped: a call into a page that
    hangs cannot be taken back, and cancelling it would lose its error to the event loop's log.

    Raises:
        TimeoutError: it took longer.
    """
    task = asyncio.ensure_future(awaitable)
    try:
        done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
    except asyncio.CancelledError:
        abandon(task)
        task.cancel()
        raise
    if not done:
        abandon(task)
        raise TimeoutError
    return task.result()


class Errands:
    """Work that nobody waits for, held until it is done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Begins it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def tell(session: CDPSession, method: str, params: dict[str, Any]) -> None:
    """Tells the browser something; a page that is gone, or gave it up itself, need not hear it."""
    with suppress(PlaywrightError):
        await session.send(method, params)


def abandon(task: "asyncio.Future[Any]") -> None:
    """Lets a call end by itself; what becomes of it is dropped."""
    task.add_done_callback(_drop)


def _drop(task: "asyncio.Future[Any]") -> None:
    if not task.cancelled():
        task.exception()
