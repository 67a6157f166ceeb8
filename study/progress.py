"""How far a batch is, for people: a line that moves on a terminal, now and then a line in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from agent.session import EndingKind
from study.batch import Now

LOG_EVERY = 30.0
"""Seconds between two lines in a log."""

_FAILED = frozenset({EndingKind.FAULT, EndingKind.INTERRUPTED})


class BatchProgress:
    """Tells a batch on its way.

    Args:
        console: where to; a terminal sees a moving line, a log a line now and then.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._told = float("-inf")
        self._bar: Progress | None = None
        self._told_done = -1

    @contextmanager
    def shown(self) -> Iterator["BatchProgress"]:
        """While the batch runs."""
        if not self._console.is_terminal:
            yield self
            return
        columns = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"))
        with Progress(*columns, console=self._console, transient=True) as bar:
            bar.add_task("beginning", total=None)
            self._bar = bar
            yield self

    def tell(self, now: Now) -> None:
        """A session began or ended."""
        if now.last is not None and now.last.ending in _FAILED:
            self._console.print(Text(f"fault in {now.key}: {now.last.message}", "red"))
        if self._bar is not None:
            [task] = self._bar.task_ids
            over = now.done + now.faults
            self._bar.update(task, total=now.total, completed=over, description=self.line(now))
            return
        over = now.done + now.faults == now.total
        if (time.monotonic() - self._told >= LOG_EVERY or over) and now.done != self._told_done:
            self._told, self._told_done = time.monotonic(), now.done
            self._console.print(Text(self.line(now)))

    def line(self, now: Now) -> str:
        """Done, running, faults, rate, time left."""
        parts = [f"{now.done:,} of {now.total:,} done", f"{now.running} running"]
        if now.faults:
            parts.append(f"{now.faults} given up")
        minutes = (time.monotonic() - self._began) / 60
        if now.fresh and minutes > 0:
            rate = now.fresh / minutes
            parts.append(f"{rate:.1f} a minute")
            left = now.total - now.done - now.faults
            if left:
                parts.append(f"{duration(60 * left / rate)} left")
        return ", ".join(parts)


def duration(seconds: float) -> str:
    """A stretch of time, roughly, for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
