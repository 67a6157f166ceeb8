"""The scripts that run in the page, and how Python waits for them: never without an end."""

import asyncio
from collections.abc import Awaitable
from functools import cache
from importlib import resources
from typing import Any, TypeVar

Value = TypeVar("Value")


SCRIPTS = ("element", "look", "quiet", "reach", "control", "hand")


@cache
def hand_script() -> str:
    """This package's scripts as one function, to be put beside the reader of a page (`simplify.capture`)."""
    folder = resources.files("agent.browser")
    parts = "\n".join(folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return f"(reader) => {{\n{parts}\n}}"


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


def abandon(task: "asyncio.Future[Any]") -> None:
    """Lets a call end by itself; what becomes of it is dropped."""
    task.add_done_callback(_drop)


def _drop(task: "asyncio.Future[Any]") -> None:
    if not task.cancelled():
        task.exception()
