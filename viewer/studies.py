"""A study as it stands: how far it is, who came how far in each arm, how visits ended, twins to compare.

How far its sessions are, the ledger tells. What they were is read from the recordings, a little with each
look at the page, and kept in the index; where `simagent study results` has written its tables, it comes from
there.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agent.errors import UserError
from study.layout import STUDY
from study.ledger import LEDGER, State, read_ledger
from study.report.figures.funnel import ENDINGS, STAGES, Line
from study.report.figures.shares import share
from study.report.wording import arm_told
from study.resolved import read_resolved
from study.tables import RESULTS, SESSIONS_TABLE, read_visit
from viewer.index.asking import Row, Study, pairs_of
from viewer.index.store import Store
from viewer.places import OutsideError, Root, path_of

READING = 0.6
"""Seconds that one look at the page reads recordings."""
MOST_BYTES = 8 * 2**20
"""Of a journal that is read as a journey; a longer one is none of ours."""
RECENT = 30.0
"""Seconds in which the index has surely been brought up to date."""
UNREADABLE = -1
_OVER = "ended NOT IN ('', 'damaged', 'fault', 'interrupted')"
_STAGES = tuple(STAGES)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sessions by how far they are."""

    done: int
    running: int
    waiting: int
    fault: int

    @property
    def total(self) -> int:
        """All that are planned."""
        return self.done + self.running + self.waiting + self.fault


@dataclass(frozen=True, slots=True)
class StudyShown:
    """A study as its page shows it.

    Attributes:
        arms: the control first; what has an entry an arm is in their order.
        designs: what each arm is, in words.
        counts: of its sessions.
        funnel: who reached which stage.
        endings: how sessions ended that are over.
        pairs: twins of the first two arms, those that ended differently first.
        unread: sessions that are done and not read yet.
        going_on: whether more is to come.
        trouble: what cannot be read, in words; empty where all can.
    """

    name: str
    question: str
    arms: tuple[str, ...]
    designs: tuple[str, ...]
    counts: Counts
    funnel: tuple[Line, ...]
    endings: tuple[Line, ...]
    pairs: tuple[tuple[Row, Row], ...]
    unread: int
    going_on: bool
    trouble: str


def counts_of(folder: Path) -> tuple[Counts, Mapping[str, Counter[str]]] | None:
    """How far a study's sessions are, and how those that are over ended, by arm; None where nobody knows."""
    try:
        Root(folder).find(LEDGER)
        entries, _ = read_ledger(folder / LEDGER)
    except (OutsideError, sqlite3.Error, OSError, ValueError):
        return None
    states = Counter(entry.state for entry in entries)
    endings: dict[str, Counter[str]] = {}
    for entry in entries:
        if entry.ran is not None and entry.state in {State.DONE, State.FAULT}:
            endings.setdefault(entry.key.partition("-")[2], Counter())[entry.ran.ending.value] += 1
    counted = (states[state] for state in (State.DONE, State.RUNNING, State.WAITING, State.FAULT))
    return Counts(*counted), endings


def read_study(store: Store, folder: Path, known: Study) -> StudyShown:
    """The study in a folder, as it stands.

    Args:
        store: the index, in which journeys are kept.
        folder: the study's.
        known: what the index knows of it.
    """
    trouble, designs = "", tuple("" for _ in known.arms)
    try:
        Root(folder).find(STUDY)
        study = read_resolved(folder / STUDY).study
        designs = tuple(arm_told(study, arm) for arm in study.arms.values())
    except (UserError, OutsideError) as error:
        trouble = str(error)
    with store.reading() as connection:
        _read_journeys(connection, folder, known)
        funnel, read = _funnel(connection, known)
        pairs, unread = pairs_of(connection, known.address, known.arms), len(_unread(connection, known))
        told = counts_of(folder) or _counts_by_recordings(connection, known)
    counts, endings = told
    return StudyShown(
        name=known.name,
        question=known.question,
        arms=known.arms,
        designs=designs,
        counts=counts,
        funnel=funnel,
        endings=_endings(endings, known.arms),
        pairs=pairs,
        unread=unread,
        going_on=bool(
            unread or counts.running or (counts.waiting and read) or _is_behind(folder, known, counts)
        ),
        trouble=trouble,
    )


def _is_behind(folder: Path, known: Study, counts: Counts) -> bool:
    """Whether sessions were done a moment ago that the index does not know of yet."""
    if counts.done <= known.over:
        return False
    try:
        written = max(path.lstat().st_mtime for path in folder.glob(f"{LEDGER}*"))
    except (OSError, ValueError):
        return False
    return time.time() - written < RECENT


def _funnel(connection: sqlite3.Connection, known: Study) -> tuple[tuple[Line, ...], int]:
    sums = ", ".join(f"sum({stage})" for stage in _STAGES)
    rows = connection.execute(
        f"SELECT arm, count(*), {sums} FROM recording JOIN journey ON recording = id"  # noqa: S608
        " WHERE study = ? AND landed >= 0 GROUP BY arm",
        (known.address,),
    ).fetchall()
    by_arm = {arm: tuple(numbers) for arm, *numbers in rows}
    nobody = (0,) * (1 + len(_STAGES))
    lines = tuple(
        Line(
            stage,
            STAGES[stage],
            tuple(share(by_arm.get(arm, nobody)[place], by_arm.get(arm, nobody)[0]) for arm in known.arms),
        )
        for place, stage in enumerate(_STAGES, start=1)
    )
    return lines, sum(numbers[0] for numbers in by_arm.values())


def _endings(counts: Mapping[str, Counter[str]], arms: Sequence[str]) -> tuple[Line, ...]:
    occurred = {ending for count in counts.values() for ending in count}
    order = [*(key for key in ENDINGS if key in occurred), *sorted(occurred - ENDINGS.keys())]
    of = {arm: counts.get(arm, Counter()) for arm in arms}
    return tuple(
        Line(
            key,
            ENDINGS.get(key, key),
            tuple(share(of[arm][key], of[arm].total()) for arm in arms),
        )
        for key in order
    )


def _counts_by_recordings(
    connection: sqlite3.Connection, known: Study
) -> tuple[Counts, Mapping[str, Counter[str]]]:
    """The same as far as recordings tell, where the ledger cannot be read."""
    rows = connection.execute(
        "SELECT arm, ended, count(*) FROM recording WHERE study = ? AND pair != '' GROUP BY arm, ended",
        (known.address,),
    ).fetchall()
    endings: dict[str, Counter[str]] = {}
    for arm, ended, count in rows:
        if ended:
            endings.setdefault(arm, Counter())[ended] += count
    done = sum(count.total() for count in endings.values())
    return Counts(done, 0, 0, 0), endings


def _unread(connection: sqlite3.Connection, known: Study) -> list[tuple[int, str]]:
    rows = connection.execute(
        f"SELECT id, address FROM recording WHERE study = ? AND pair != '' AND {_OVER} AND size < ?"  # noqa: S608
        " AND id NOT IN (SELECT recording FROM journey)",
        (known.address, MOST_BYTES),
    )
    return [(number, address) for number, address in rows]


def _read_journeys(connection: sqlite3.Connection, folder: Path, known: Study) -> None:
    unread = _unread(connection, known)
    if not unread:
        return
    table = _from_tables(folder)
    until = time.monotonic() + READING
    found: list[tuple[int, ...]] = []
    for number, address in unread:
        key = path_of(address).rpartition("/")[2]
        if key in table:
            found.append((number, *table[key]))
        elif time.monotonic() < until:
            found.append((number, *_stages(folder, key)))
    with connection:
        _keep(connection, found)


def _keep(connection: sqlite3.Connection, rows: Iterable[tuple[int, ...]]) -> None:
    places = ", ".join("?" for _ in range(1 + len(_STAGES)))
    connection.executemany(f"INSERT OR REPLACE INTO journey VALUES ({places})", rows)  # noqa: S608


def _from_tables(folder: Path) -> Mapping[str, tuple[int, ...]]:
    """Stages of the sessions that are done, by key, where the study's tables have been written."""
    try:
        path = Root(folder).find(f"{RESULTS}/{SESSIONS_TABLE}")
        rows = pq.read_table(path, columns=["session", "state", *_STAGES]).to_pylist()
    except (OutsideError, OSError, pa.ArrowException, KeyError):
        return {}
    return {
        row["session"]: tuple(int(row[stage]) for stage in _STAGES)
        for row in rows
        if row["state"] == State.DONE and all(isinstance(row[stage], bool) for stage in _STAGES)
    }


def _stages(folder: Path, key: str) -> tuple[int, ...]:
    """Which stages a session reached; none that count where its recording cannot be read."""
    try:
        journey = read_visit(folder / "sessions" / key).journey
    except UserError:
        return (UNREADABLE,) * len(_STAGES)
    return tuple(int(getattr(journey, stage)) for stage in _STAGES)
