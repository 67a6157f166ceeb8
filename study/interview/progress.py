"""How far many interviews are: a bar on a terminal, a line now and then in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

LINES = 10
"""Lines in a log for all of it."""


@contextmanager
def progress(total: int, console: Console) -> Iterator[Callable[[int, int], None]]:
    """Shows how far it is, where there is more than one interview.

    Args:
        total: interviews.
        console: where to.

    Yields:
        To be called after each interview with how many are done, and how many of these failed.
    """
    if total == 1:
        yield lambda _done, _failed: None
        return
    if not console.is_terminal:
        yield _logging(total, console)
        return
    columns = (
        TextColumn("interviews"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=total, note="")
        yield lambda done, failed: shown.update(task, completed=done, note=_failed(failed).strip(", "))


def _logging(total: int, console: Console) -> Callable[[int, int], None]:
    def tell(done: int, failed: int) -> None:
        if done * LINES // total > (done - 1) * LINES // total:
            console.print(Text(f"{done} of {total} interviews{_failed(failed)}"))

    return tell


def _failed(failed: int) -> str:
    return f", {failed} failed" if failed else ""
