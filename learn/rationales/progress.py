"""Shows how far a long piece of work is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from learn.commands import err


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[str], None]]:
    """Shows on standard error how far it is, and the time that is left.

    Args:
        total: pieces of work.
        what: they are, in the plural.

    Yields:
        To be called after each piece, with a note to show.
    """
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task("", total=total, note="")
        yield lambda note: shown.update(task, advance=1, note=note)
