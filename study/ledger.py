"""Which sessions of a study are done: one SQLite file, on disk at every moment, whatever is killed.

A session is waiting, running, done or a fault. What was running when everything ended is found out from its
recording: one that came to its ending is done, whatever else is begun anew. One process holds the ledger at a
time.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from filelock import FileLock, Timeout

from agent.errors import UserError
from agent.session import EndingKind
from study.plan import Planned

LEDGER = "ledger.sqlite"
FORMAT = 1
SCHEMA = """
CREATE TABLE session (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, pair INTEGER NOT NULL, arm TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
    faults INTEGER NOT NULL DEFAULT 0, started TEXT, ended TEXT, ending TEXT, message TEXT,
    steps INTEGER, prompt_tokens INTEGER, completion_tokens INTEGER, seconds REAL
);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class State(StrEnum):
    """How far a session has got."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAULT = "fault"
    """Tried as often as allowed, and something failed under it each time."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one try of a session.

    Attributes:
        started: UTC.
        ended: UTC.
        ending: how it ended; a fault is one, too.
        message: a sentence about the ending.
        steps: how many actions.
        prompt_tokens: in all.
        completion_tokens: in all.
        seconds: from the open window to the ending.
    """

    started: datetime
    ended: datetime
    ending: EndingKind
    message: str
    steps: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A session's line in the ledger.

    Attributes:
        key: the session's.
        state: how far it has got.
        attempts: how often it was begun.
        faults: how often something failed under it, since the last `forgive`.
        ran: what came of the last try; None before.
    """

    key: str
    state: State
    attempts: int
    faults: int
    ran: Ran | None


class Ledger:
    """The ledger of one study, held by one process.

    Args:
        folder: the study's.

    Raises:
        UserError: another process holds it, it is of a later format, or the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / f"{LEDGER}.lock", timeout=0)
        try:
            self._lock.acquire()
        except Timeout:
            raise UserError(
                f"{folder} is being worked on by another simagent: wait for it, or stop it"
            ) from None
        except OSError as error:
            raise UserError(f"{folder} cannot be written to: {error.strerror or error}") from error
        try:
            with self._disk():
                self._connection = _open(folder / LEDGER)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._lock.release()

    def enter(self, sessions: Iterable[Planned]) -> None:
        """Writes down what is planned; what stands there already stays."""
        rows = [(each.number, each.key, each.pair, each.arm) for each in sessions]
        self._change("INSERT OR IGNORE INTO session (number, key, pair, arm) VALUES (?, ?, ?, ?)", rows)

    def begin(self, key: str) -> None:
        """A session is tried."""
        self._change(
            "UPDATE session SET state = 'running', attempts = attempts + 1 WHERE key = ? AND state != 'done'",
            [(key,)],
        )

    def done(self, key: str, ran: Ran) -> None:
        """A session came to its end."""
        self._close(key, State.DONE, ran, faults=0)

    def failed(self, key: str, ran: Ran, *, again: bool) -> None:
        """Something failed under a session; it waits for another try, or stays a fault."""
        self._close(key, State.WAITING if again else State.FAULT, ran, faults=1)

    def put_back(self, key: str) -> None:
        """A session was stopped, or cut off: it waits again, and no fault is counted."""
        self._change("UPDATE session SET state = 'waiting' WHERE key = ? AND state = 'running'", [(key,)])

    def forgive(self) -> None:
        """Sessions that are faults wait again, as often as at first."""
        self._change("UPDATE session SET state = 'waiting', faults = 0 WHERE state = 'fault'", [()])

    def entry(self, key: str) -> Entry:
        """The line of a session."""
        [entry] = self._entries("WHERE key = :key", key=key)
        return entry

    def entries(self, state: State | None = None) -> list[Entry]:
        """The lines of all sessions, or of those that have got so far, in order of running."""
        return self._entries("WHERE :state IS NULL OR state = :state", state=state)

    def counts(self) -> Counter[State]:
        """How many sessions have got how far."""
        with self._disk():
            rows = self._connection.execute("SELECT state, count(*) FROM session GROUP BY state").fetchall()
        return Counter({State(state): count for state, count in rows})

    def note(self, name: str, value: str) -> None:
        """Keeps a fact about the study as a whole."""
        self._change("INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)", [(name, value)])

    def notes(self) -> Mapping[str, str]:
        """The facts that were kept."""
        with self._disk():
            return dict(self._connection.execute("SELECT name, value FROM note").fetchall())

    def _close(self, key: str, state: State, ran: Ran, faults: int) -> None:
        self._change(
            "UPDATE session SET state = ?, faults = faults + ?, started = ?, ended = ?, ending = ?,"
            " message = ?, steps = ?, prompt_tokens = ?, completion_tokens = ?, seconds = ?"
            " WHERE key = ? AND state != 'done'",
            [
                (
                    state.value, faults, ran.started.isoformat(), ran.ended.isoformat(), ran.ending.value,
                    ran.message, ran.steps, ran.prompt_tokens, ran.completion_tokens, ran.seconds, key,
                )
            ],
        )  # fmt: skip

    def _entries(self, where: str, **values: object) -> list[Entry]:
        with self._disk():
            return _entries(self._connection, where, **values)

    def _change(self, sql: str, rows: Iterable[tuple[object, ...]]) -> None:
        with self._disk(), self._connection:
            self._connection.executemany(sql, rows)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise UserError(
                f"the ledger {self._folder / LEDGER} cannot be kept ({error}): is the disk full, or gone? "
                "Make room, and go on with --resume"
            ) from error


def read_ledger(path: Path) -> tuple[list[Entry], dict[str, str]]:
    """The lines of a ledger and its notes, also while another process holds it.

    Raises:
        sqlite3.Error: there is none, or it cannot be read.
    """
    with closing(
        sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=10.0)
    ) as connection:
        notes = dict(connection.execute("SELECT name, value FROM note").fetchall())
        return _entries(connection, ""), notes


def _entries(connection: sqlite3.Connection, where: str, **values: object) -> list[Entry]:
    columns = (
        "key, state, attempts, faults, started, ended, ending, message, steps, prompt_tokens,"
        " completion_tokens, seconds"
    )
    rows = connection.execute(
        f"SELECT {columns} FROM session {where} ORDER BY number",  # noqa: S608 - constants
        values,
    ).fetchall()
    return [
        Entry(key, State(state), attempts, faults, _told(*told))
        for key, state, attempts, faults, *told in rows
    ]


def _told(started: str | None, ended: str | None, ending: str | None, *rest: Any) -> Ran | None:
    if started is None or ended is None or ending is None:
        return None
    return Ran(datetime.fromisoformat(started), datetime.fromisoformat(ended), EndingKind(ending), *rest)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    [(number,)] = connection.execute("PRAGMA user_version")
    if number > FORMAT:
        connection.close()
        raise UserError(
            f"{path} is of format {number}, and this simagent reads up to {FORMAT}: install a later one"
        )
    if number == 0:
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")
    return connection
