"""A study's results as tables: `sessions.parquet` and `steps.parquet`.

Recordings are read one after the other and written in groups of rows, so that a study of any size passes
through a bounded memory. Both files are written aside, put on disk whole and renamed, so that whoever reads
them while a study runs reads a whole table, of now or of before.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from agent.actions import name_in, text_in
from agent.errors import UserError
from agent.recording import Recording, read_recording
from agent.session import Step, Totals
from study.columns import SESSION_COLUMNS, STEP_COLUMNS
from study.journey.reading import Journey, read_journey
from study.journey.recorded import last_page
from study.ledger import Entry, State
from study.plan import Planned
from study.themes import themes_of
from study.visiting import SESSIONS

RESULTS = "results"
SESSIONS_TABLE = "sessions.parquet"
STEPS_TABLE = "steps.parquet"
GROUP = 5_000
"""Rows that are held before they are written: some megabytes of them."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that is done: its recording, and the journey that it was."""

    recording: Recording
    journey: Journey


def read_visit(folder: Path) -> Visit:
    """A session that is done, from its recording's folder.

    Raises:
        UserError: it cannot be read.
    """
    recording = read_recording(folder)
    return Visit(recording, read_journey(recording, last_page(recording)))


def write_tables(
    folder: Path, sessions: Iterable[tuple[Planned, Entry]], arms: Sequence[str], group: int = GROUP
) -> None:
    """Writes both tables of a study into its folder, whole or not at all.

    Args:
        folder: the study's, with its recordings.
        sessions: all that are planned, with their lines in the ledger.
        arms: names of the arms; the first is the control.
        group: rows that are held before they are written.

    Raises:
        UserError: a recording cannot be read, or the tables cannot be written.
    """
    place = {arm: at for at, arm in enumerate(arms)}
    ordered = sorted(sessions, key=lambda each: (each[0].pair, place[each[0].arm]))
    results = folder / RESULTS
    try:
        results.mkdir(exist_ok=True)
        with _growing(results, group) as (session_table, step_table):
            for planned, entry in ordered:
                done = entry.state is State.DONE
                visit = read_visit(folder / SESSIONS / planned.key) if done else None
                session_table.append(session_row(planned, entry, visit))
                for row in step_rows(planned, visit) if visit else ():
                    step_table.append(row)
    except OSError as error:
        raise UserError(f"{results} cannot be written to: {error.strerror or error}") from error


@contextmanager
def _growing(results: Path, group: int) -> Iterator[tuple["_Growing", "_Growing"]]:
    """The two tables while they are written; both take their places when all went well, or neither does."""
    tables = (
        _Growing(results / SESSIONS_TABLE, SESSION_COLUMNS, group),
        _Growing(results / STEPS_TABLE, STEP_COLUMNS, group),
    )
    try:
        yield tables
        for table in tables:
            table.finish()
    except BaseException:
        for table in tables:
            table.discard()
        raise
    for table in tables:
        table.take_place()


def session_row(planned: Planned, entry: Entry, visit: Visit | None) -> Row:
    """A session's row.

    Args:
        planned: the session as it was to be.
        entry: its line in the ledger.
        visit: what it came to; None where it is not done.
    """
    persona, ran = planned.persona, entry.ran
    row: dict[str, Any] = {
        "session": planned.key,
        "pair": planned.pair,
        "arm": planned.arm,
        "order": planned.number,
        "persona": persona.id,
        "persona_name": persona.name,
        "age": persona.age,
        "gender": persona.gender,
        "patience": persona.patience,
        "price_sensitivity": persona.price_sensitivity,
        "web_experience": persona.web_experience,
        "device": persona.device,
        "intent": planned.intent,
        "seed": planned.seed,
        "state": State.WAITING if entry.state is State.RUNNING else entry.state,
        "attempts": entry.attempts,
    }
    if ran is not None:
        row |= {"started": ran.started, "ended": ran.ended, "ending": ran.ending, "message": ran.message}
    if ran is not None and visit is not None:
        row |= {**_visited(visit), "seconds": ran.seconds, "recording": f"{SESSIONS}/{planned.key}"}
    return row


def _visited(visit: Visit) -> Row:
    steps, journey, purchase = visit.recording.steps, visit.journey, visit.journey.purchase
    totals = Totals.of(steps)
    return {
        "steps": totals.steps,
        "rejected": sum(not step.outcome.accepted for step in steps),
        "landed": journey.landed,
        "searched": journey.searched,
        "viewed": journey.viewed,
        "added": journey.added,
        "checkout": journey.checkout,
        "bought": journey.bought,
        "searches": journey.searches,
        "zero_result_searches": journey.zero_result_searches,
        "products": journey.products,
        "repeats": sum(journey.repeats),
        "last_page": journey.last_page,
        "last_url": journey.last_url,
        "last_title": journey.last_title,
        "last_target": journey.last_target,
        "order_number": purchase.order_number if purchase else None,
        "order_total": purchase.total if purchase else None,
        "order_amount": journey.order_amount,
        "items": purchase.items if purchase else (),
        "prompt_tokens": totals.prompt_tokens,
        "cached_tokens": totals.cached_tokens if _says_cached(steps) else None,
        "completion_tokens": totals.completion_tokens,
        "browser_seconds": totals.browser_seconds,
        "model_seconds": totals.model_seconds,
    }


def _says_cached(steps: Sequence[Step]) -> bool:
    return any(step.usage.cached_tokens is not None for step in steps)


def step_rows(planned: Planned, visit: Visit) -> Iterator[Row]:
    """The rows of a session's steps, in order."""
    journey = visit.journey
    for step, page, repeat, zero in zip(
        visit.recording.steps, journey.kinds, journey.repeats, journey.zero_results, strict=True
    ):
        action, usage, timing = step.decision.action, step.usage, step.timing
        yield {
            "session": planned.key,
            "pair": planned.pair,
            "arm": planned.arm,
            "persona": planned.persona.id,
            "index": step.index,
            "at": step.at,
            "page": page,
            "url": step.url,
            "title": step.title,
            "action": action.type,
            "name": name_in(action),
            "text": text_in(action),
            "rationale": step.decision.rationale,
            "themes": themes_of(step.decision.rationale),
            "accepted": step.outcome.accepted,
            "outcome": step.outcome.message,
            "url_after": step.outcome.url,
            "repeat": repeat,
            "zero_results": zero,
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": usage.completion_tokens,
            "attempts": usage.attempts,
            "observe_seconds": timing.observe,
            "decide_seconds": timing.decide,
            "perform_seconds": timing.perform,
        }


class _Growing:
    """A table that is written beside its place until all of it is on disk.

    Args:
        path: where the table is to be.
        columns: its schema.
        group: rows that are held before they are written.
    """

    def __init__(self, path: Path, columns: pa.Schema, group: int) -> None:
        self._path = path
        self._aside = path.with_name(f"{path.name}.part")
        self._columns = columns
        self._group = group
        self._rows: list[Row] = []
        self._file = self._aside.open("wb")
        self._writer = pq.ParquetWriter(self._file, columns, compression="zstd")

    def append(self, row: Row) -> None:
        self._rows.append(row)
        if len(self._rows) >= self._group:
            self._flush()

    def finish(self) -> None:
        """Puts all of it on disk, still beside its place."""
        self._flush()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def take_place(self) -> None:
        """Becomes the table that readers find."""
        self._aside.replace(self._path)

    def discard(self) -> None:
        """Leaves nothing behind; the table that was there before stays."""
        with suppress(OSError):  # what went wrong before is told, not what comes of it
            self._writer.close()
        self._file.close()
        self._aside.unlink(missing_ok=True)

    def _flush(self) -> None:
        rows = [{name: row.get(name) for name in self._columns.names} for row in self._rows]
        self._writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=self._columns))
        self._rows.clear()
