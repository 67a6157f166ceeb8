"""Which recordings are wanted, and what a list says of them."""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from viewer.film import WORDS
from viewer.index.summary import OPEN, Line

PAGE = 50
"""Recordings on a page of the list."""
RUNNING_FOR = 180.0
"""Seconds after its last line in which a session without an ending is taken to be running."""
MOST_CHOICES = 300
_MARKED = re.compile("\x02(.*?)\x03", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; an empty text asks for nothing.

    Attributes:
        persona: part of the shopper's name.
        ending: a key of `viewer.film.WORDS`.
        arm: of a study.
        page: a kind of page, or part of a title or path.
        text: words of the rationales; each begins a word there.
        study: address of a study.
        first: place of the first recording on the page, from 0.
    """

    persona: str = ""
    ending: str = ""
    arm: str = ""
    page: str = ""
    text: str = ""
    study: str = ""
    first: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether it is not simply everything."""
        return any((self.persona, self.ending, self.arm, self.page, self.text, self.study))


@dataclass(frozen=True, slots=True)
class Row(Line):
    """A recording in the list.

    Attributes:
        address: of its folder.
        study: address of the study that it lies in; empty where it lies in none.
        excerpt: of the rationales, in pieces, every second one a word that was asked for.
    """

    address: str
    study: str
    excerpt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A study in the list; `sessions` of it are on record, and `over` of these came to an end."""

    address: str
    name: str
    question: str
    arms: tuple[str, ...]
    sessions: int
    over: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What was found.

    Attributes:
        rows: of this page.
        count: of all that are wanted.
        total: of all that are known.
        personas: names to choose from, at most `MOST_CHOICES`.
        arms: to choose from.
        studies: in the folder.
    """

    rows: tuple[Row, ...]
    count: int
    total: int
    personas: tuple[str, ...]
    arms: tuple[str, ...]
    studies: tuple[Study, ...]


@dataclass(slots=True)
class _Query:
    """A question in the making."""

    tables: list[str] = field(default_factory=lambda: ["recording"])
    conditions: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)

    @property
    def body(self) -> str:
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"FROM {' '.join(self.tables)}{where}"


def ask(connection: sqlite3.Connection, wanted: Wanted) -> Asked:
    """The recordings that are wanted, newest first."""
    query = _query(wanted)
    excerpt = "snippet(said, 0, char(2), char(3), '…', 20)" if "said" in query.body else "''"
    columns = ", ".join(f"recording.{column.name}" for column in fields(Row)[:-1])
    values = query.values | {"first": max(0, wanted.first), "now": time.time_ns()}
    rows = connection.execute(
        f"SELECT {columns}, {excerpt} AS excerpt, recording.mtime_ns AS mtime_ns {query.body}"
        f" ORDER BY recording.started DESC, recording.address LIMIT {PAGE} OFFSET :first",
        values,
    ).fetchall()
    [(count,)] = connection.execute(f"SELECT count(*) {query.body}", query.values)
    [(total,)] = connection.execute("SELECT count(*) FROM recording")
    return Asked(
        rows=tuple(_row(row) for row in rows),
        count=count,
        total=total,
        personas=_choices(connection, "persona"),
        arms=_choices(connection, "arm"),
        studies=studies(connection),
    )


def studies(connection: sqlite3.Connection) -> tuple[Study, ...]:
    """All studies, by name."""
    rows = connection.execute(
        "SELECT study.address, name, question, arms, count(recording.id), coalesce(sum(ended != ''), 0)"
        " FROM study LEFT JOIN recording ON recording.study = study.address AND pair != ''"
        " GROUP BY study.address ORDER BY name, study.address"
    )
    return tuple(
        Study(address, name, question, tuple(arms.split("\n")) if arms else (), *counts)
        for address, name, question, arms, *counts in rows
    )


def study_of(connection: sqlite3.Connection, address: str) -> str:
    """The address of the study that a recording lies in; empty where it lies in none, or is not known yet."""
    row = connection.execute("SELECT study FROM recording WHERE address = ?", (address,)).fetchone()
    return str(row[0]) if row else ""


def twins(connection: sqlite3.Connection, address: str) -> tuple[Row, ...]:
    """The sessions of the same persona, intent and seed in the other arms of its study."""
    columns = ", ".join(f"twin.{column.name}" for column in fields(Row)[:-1])
    rows = connection.execute(
        f"SELECT {columns}, '' AS excerpt, twin.mtime_ns AS mtime_ns FROM recording AS one"  # noqa: S608
        " JOIN recording AS twin ON twin.study = one.study AND twin.pair = one.pair AND twin.arm != one.arm"
        " WHERE one.address = ? AND one.pair != '' ORDER BY twin.arm LIMIT 20",
        (address,),
    ).fetchall()
    return tuple(_row(row) for row in rows)


def pairs_of(connection: sqlite3.Connection, study: str, arms: Sequence[str]) -> tuple[tuple[Row, Row], ...]:
    """Twins in the first two arms of a study, those that ended differently first."""
    if len(arms) < 2:
        return ()
    both = connection.execute(
        "SELECT one.id, twin.id FROM recording AS one JOIN recording AS twin"
        " ON twin.study = one.study AND twin.pair = one.pair WHERE one.study = ? AND one.pair != ''"
        " AND one.arm = ? AND twin.arm = ? ORDER BY one.ended = twin.ended, one.pair LIMIT 24",
        (study, arms[0], arms[1]),
    ).fetchall()
    columns = ", ".join(column.name for column in fields(Row)[:-1])

    def row(number: int) -> Row:
        found = f"SELECT {columns}, '' AS excerpt, mtime_ns FROM recording WHERE id = ?"  # noqa: S608
        return _row(connection.execute(found, (number,)).fetchone())

    return tuple((row(one), row(twin)) for one, twin in both)


def state(ended: str, mtime_ns: int) -> str:
    """How a session ended; where it has no ending, whether it is running or was cut off."""
    if ended != OPEN:
        return ended
    return "running" if time.time_ns() - mtime_ns < RUNNING_FOR * 1e9 else "cut-off"


def _row(row: sqlite3.Row) -> Row:
    told: Mapping[str, object] = dict(row)
    values = {column.name: told[column.name] for column in fields(Row)}
    values["ended"] = state(str(told["ended"]), int(str(told["mtime_ns"])))
    values["excerpt"] = tuple(_MARKED.split(str(told["excerpt"]))) if told["excerpt"] else ()
    return Row(**values)  # type: ignore[arg-type]  # columns are fields, of the schema's types


def _query(wanted: Wanted) -> _Query:
    query = _Query()
    for conditions, values in _conditions(wanted):
        query.conditions.append(conditions)
        query.values |= values
    if wanted.text:
        query.tables.append("JOIN said ON said.rowid = recording.id")
    return query


def _conditions(wanted: Wanted) -> Iterator[tuple[str, Mapping[str, object]]]:
    if wanted.persona:
        yield "recording.persona LIKE :persona ESCAPE '\\'", {"persona": _within(wanted.persona)}
    if wanted.arm:
        yield "recording.arm = :arm", {"arm": wanted.arm}
    if wanted.study:
        yield "recording.study = :study", {"study": wanted.study}
    if wanted.ending in {"running", "cut-off"}:
        sign = ">" if wanted.ending == "running" else "<="
        since = time.time_ns() - int(RUNNING_FOR * 1e9)
        yield f"recording.ended = '{OPEN}' AND recording.mtime_ns {sign} :since", {"since": since}
    elif wanted.ending == "damaged":
        yield "recording.damage != ''", {}
    elif wanted.ending in WORDS:
        yield "recording.ended = :ending", {"ending": wanted.ending}
    if wanted.page:
        pages = "SELECT recording FROM page WHERE kind = :kind OR title LIKE :page ESCAPE '\\'"
        yield (
            f"recording.id IN ({pages} OR path LIKE :page ESCAPE '\\')",
            {"kind": wanted.page.lower(), "page": _within(wanted.page)},
        )
    if wanted.text:
        # Nothing of what is typed has a meaning of its own to the search.
        words = [f'"{word}"*' for word in re.findall(r"\w+", wanted.text)[:20]]
        yield "said MATCH :text", {"text": " ".join(words) or '""'}


def _within(text: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


def _choices(connection: sqlite3.Connection, column: str) -> tuple[str, ...]:
    rows: Sequence[tuple[str]] = connection.execute(
        f"SELECT DISTINCT {column} FROM recording WHERE {column} != ''"  # noqa: S608 - a constant
        f" ORDER BY {column} LIMIT {MOST_CHOICES}"
    ).fetchall()
    return tuple(each[0] for each in rows)
