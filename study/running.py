"""A study run from beginning to end: ledger, model, shops and browsers put together."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from agent.actions import Frozen
from agent.browser import Terms
from agent.errors import UserError
from study.batch import Batch, Enough, Sessions, Why
from study.deciding import Minds, minds_of
from study.ledger import Ledger, State
from study.local import LocalSessions
from study.plan import Planned, plan
from study.progress import BatchProgress
from study.resolved import Resolved
from study.visiting import terms_of

LEFTOVERS = "leftovers.log"
"""File of what went wrong beside the sessions."""


@dataclass(frozen=True, slots=True)
class Machinery:
    """With what a study is run.

    Attributes:
        workers: sessions at once.
        browsers: started on this machine.
        addresses: of browsers that run already, in place of those.
        ray: address of a Ray cluster; None: sessions run here.
        api_key: for model servers that want one.
        logins: a file of accounts at the sites; None for the environment.
    """

    workers: int
    browsers: int = 1
    addresses: tuple[str, ...] = ()
    ray: str | None = None
    api_key: str | None = None
    logins: Path | None = None


class RunTold(Frozen):
    """What came of running a study.

    Attributes:
        total: its sessions.
        done: of these, done.
        faults: of these, given up after all tries.
        why: why it came to its end.
        sentence: the same for people.
    """

    total: int
    done: int
    faults: int
    why: Why
    sentence: str


def run_study(
    resolved: Resolved, folder: Path, place: Path, machinery: Machinery, console: Console
) -> RunTold:
    """Runs all sessions of a study that are not done.

    Args:
        resolved: the study.
        folder: the study's.
        place: from where the study's calibration is read.
        machinery: with what.
        console: where progress is shown.

    Raises:
        UserError: it cannot run, or cannot go on.
        KeyboardInterrupt: it was stopped; `--resume` goes on.
    """
    with Ledger(folder) as ledger:
        sessions = plan(resolved)
        ledger.enter(sessions)
        if ledger.counts()[State.DONE] == len(sessions):
            return _told(ledger, len(sessions), Why.COMPLETE)
        if ledger.notes().get("why") == Why.STOPPED_EARLY:
            return _told(ledger, len(sessions), Why.STOPPED_EARLY)
        terms = terms_of(resolved.study, machinery.logins)
        minds = minds_of(resolved, place, machinery.api_key, lambda text: console.print(Text(text, "dim")))
        ledger.note("workers", str(machinery.workers))
        progress = BatchProgress(console)
        with progress.shown():
            why = asyncio.run(_run(resolved, folder, ledger, minds, terms, machinery, progress))
        ledger.note("why", why.value)
        return _told(ledger, len(sessions), why)


async def _run(
    resolved: Resolved,
    folder: Path,
    ledger: Ledger,
    minds: Minds,
    terms: Mapping[str, Terms],
    machinery: Machinery,
    progress: BatchProgress,
) -> Why:
    async with _where(resolved, minds, terms, folder, machinery) as where:
        asyncio.get_running_loop().set_exception_handler(_leftovers(folder / LEFTOVERS))
        sessions = plan(resolved)
        enough = _stopping_rule(resolved, sessions, ledger, folder)
        batch = Batch(resolved, sessions, ledger, folder, where, machinery.workers, progress.tell, enough)
        return await batch.run()


def _leftovers(log: Path) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    """Writes down what nobody waited for: Playwright leaves such things where its browser was killed."""

    def write(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        with suppress(OSError), log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat()} {context['message']}: {error!r}\n")

    return write


def _stopping_rule(
    resolved: Resolved, sessions: Sequence[Planned], ledger: Ledger, folder: Path
) -> Enough | None:
    """The rule by which the study stops early, told of all that was done before; None: it never does."""
    if not resolved.study.analysis.stop_early:
        return None
    from study.outcomes import StoppingRule  # noqa: PLC0415 - statistics are heavy, and needed by few studies

    rule = StoppingRule(sessions, tuple(resolved.study.arms), resolved.study.analysis, folder)
    by_key = {planned.key: planned for planned in sessions}
    for entry in ledger.entries(State.DONE):
        if entry.ran is not None:
            rule.note(by_key[entry.key], entry.ran)
    return rule.note


def _where(
    resolved: Resolved, minds: Minds, terms: Mapping[str, Terms], folder: Path, machinery: Machinery
) -> AbstractAsyncContextManager[Sessions]:
    if machinery.ray is not None:
        return _on_ray(resolved, minds, terms, folder, machinery)
    return LocalSessions(
        resolved,
        minds,
        folder,
        workers=machinery.workers,
        terms=terms,
        browsers=machinery.browsers,
        addresses=machinery.addresses,
    )


def _on_ray(
    resolved: Resolved, minds: Minds, terms: Mapping[str, Terms], folder: Path, machinery: Machinery
) -> AbstractAsyncContextManager[Sessions]:
    try:
        from study.on_ray import RaySessions  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise UserError("--ray needs Ray: pip install 'simagent[ray]', here and on every node") from error
    return RaySessions(resolved, minds, terms, folder, machinery.ray or "auto", machinery.workers)


def _told(ledger: Ledger, total: int, why: Why) -> RunTold:
    counts = ledger.counts()
    done, faults = counts[State.DONE], counts[State.FAULT]
    sentence = f"{done:,} of {total:,} sessions are done."
    if why is Why.STOPPED_EARLY:
        sentence = f"Stopped early, as agreed on: {done:,} of {total:,} sessions were enough."
    return RunTold(total=total, done=done, faults=faults, why=why, sentence=sentence)
