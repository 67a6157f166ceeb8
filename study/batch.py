"""All sessions of a plan, several at once, until each is done: faults tried again, nothing lost, none twice.

Where a session runs is not known here: whatever has a `run` (this machine's browsers, a Ray cluster) is
given one planned session at a time and says what came of it. The ledger is written before a session begins
and after its recording is whole, so that after a kill at any moment the sessions in flight, and these
alone, run again.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from agent.errors import UserError
from study.ledger import Ledger, Ran, State
from study.plan import Planned
from study.resolved import Resolved
from study.visiting import AGAIN, SESSIONS, finished, put_aside

TRIES = 3
"""How often a session is tried in one run under which something failed."""


class Sessions(Protocol):
    """Where sessions run."""

    async def run(self, planned: Planned) -> Ran:
        """Runs one session; its recording is whole, in the study's folder, when this returns.

        Raises:
            UserError: no session can run any more: the disk is full, there is no browser.
        """
        ...


class Why(StrEnum):
    """Why a batch came to its end."""

    COMPLETE = "complete"
    STOPPED_EARLY = "stopped early"
    """The rule that was agreed on beforehand says that enough is known."""


@dataclass(frozen=True, slots=True)
class Now:
    """How far a batch is.

    Attributes:
        total: sessions of the study.
        done: of these, done.
        faults: of these, given up.
        running: under way.
        fresh: done since this run began.
        last: what came of the session that ended last; None at first.
        key: of that session.
    """

    total: int
    done: int
    faults: int
    running: int
    fresh: int
    last: Ran | None = None
    key: str | None = None


Enough = Callable[[Planned, Ran], bool]
"""Told each session that is done or given up; says whether enough is known."""


@dataclass(slots=True)
class Batch:
    """A plan on its way.

    Attributes:
        resolved: the study.
        sessions: all that is planned, in the order of running.
        ledger: which are done.
        folder: the study's.
        where: where sessions run.
        workers: sessions at once.
        tell: told how far it is, after every change.
        enough: the rule by which the study stops early; None: it never does.
    """

    resolved: Resolved
    sessions: Sequence[Planned]
    ledger: Ledger
    folder: Path
    where: Sessions
    workers: int
    tell: Callable[[Now], None]
    enough: Enough | None = None
    _queue: deque[Planned] = field(default_factory=deque)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _counts: Counter[State] = field(default_factory=Counter)
    _faults_in_a_row: int = 0
    _fresh: int = 0
    _stopped: bool = False

    async def run(self) -> Why:
        """Runs every session that is not done.

        Raises:
            UserError: it cannot go on: the disk is full, the site or the model's server is gone. All that
                was done is done, and `--resume` goes on.
            asyncio.CancelledError: it was stopped; the same holds.
        """
        self._queue.extend(_left(self.sessions, self.ledger, self.folder, self.resolved.digest))
        self._counts = self.ledger.counts()
        self._tell(None, None)
        try:
            await self._run_all()
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            with suppress(UserError):  # on a full disk: what stands as running is looked into on resuming
                for entry in self.ledger.entries(State.RUNNING):
                    self.ledger.put_back(entry.key)
        return Why.STOPPED_EARLY if self._stopped else Why.COMPLETE

    async def _run_all(self) -> None:
        clock = asyncio.get_running_loop().time
        gaps = self._gaps()
        next_comes = clock() + next(gaps)
        while self._queue or self._under_way:
            while self._queue and len(self._under_way) < self.workers and clock() >= next_comes:
                self._under_way.add(asyncio.create_task(self._session(self._queue.popleft())))
                next_comes += next(gaps)
            wait = max(0.0, next_comes - clock()) if self._has_room() else None
            if not self._under_way:
                await asyncio.sleep(wait or 0.0)
                continue
            over, _ = await asyncio.wait(self._under_way, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            self._under_way -= over
            failed = [error for error in [task.exception() for task in over] if error is not None]
            if failed:
                raise failed[0]

    def _has_room(self) -> bool:
        return bool(self._queue) and len(self._under_way) < self.workers

    def _gaps(self) -> Iterator[float]:
        """Seconds between two shoppers: none, or exponential ones."""
        rate = self.resolved.study.pace.arrivals_per_minute
        chances = random.Random(f"arrivals {self.resolved.study.seed}")  # noqa: S311 - no secret
        while True:
            yield 0.0 if rate is None else chances.expovariate(rate / 60)

    async def _session(self, planned: Planned) -> None:
        put_aside(self.folder / SESSIONS, planned.key)
        self.ledger.begin(planned.key)
        self._tell(None, None)
        ran = await self.where.run(planned)
        self._note(planned, ran)
        self._tell(planned.key, ran)
        self._refuse_hopeless(ran)

    def _note(self, planned: Planned, ran: Ran) -> None:
        if ran.ending not in AGAIN:
            self.ledger.done(planned.key, ran)
            self._counts[State.DONE] += 1
            self._faults_in_a_row = 0
            self._fresh += 1
            self._ask_whether_enough(planned, ran)
            return
        self._faults_in_a_row += 1
        again = self.ledger.entry(planned.key).faults + 1 < TRIES and not self._stopped
        self.ledger.failed(planned.key, ran, again=again)
        if again:
            self._queue.appendleft(planned)  # so that it runs close to its twins
        else:
            self._counts[State.FAULT] += 1
            self._ask_whether_enough(planned, ran)

    def _ask_whether_enough(self, planned: Planned, ran: Ran) -> None:
        if self.enough is not None and self.enough(planned, ran):
            self._stopped = True
            self._queue.clear()

    def _refuse_hopeless(self, ran: Ran) -> None:
        """Raises where nothing but faults comes: the rest would only fail, too."""
        if self._faults_in_a_row >= 3 * (self.workers + 1):
            why = ran.message.rstrip(".")
            raise UserError(
                f"{self._faults_in_a_row} sessions failed one after the other, the last one so: {why}. "
                "Mend that, and go on with --resume"
            )

    def _tell(self, key: str | None, ran: Ran | None) -> None:
        self.tell(
            Now(
                total=len(self.sessions),
                done=self._counts[State.DONE],
                faults=self._counts[State.FAULT],
                running=len(self._under_way) - (ran is not None),
                fresh=self._fresh,
                last=ran,
                key=key,
            )
        )


def _left(sessions: Sequence[Planned], ledger: Ledger, folder: Path, digest: str) -> list[Planned]:
    """What is to be run, once what was running is looked into."""
    by_key = {planned.key: planned for planned in sessions}
    ledger.enter(sessions)
    ledger.forgive()
    for entry in ledger.entries(State.RUNNING):
        ran = finished(folder / SESSIONS, by_key[entry.key], digest)
        if ran is None:
            ledger.put_back(entry.key)
        else:
            ledger.done(entry.key, ran)
    return [by_key[entry.key] for entry in ledger.entries(State.WAITING)]
