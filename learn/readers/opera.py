"""OPeRA: people's actions on Amazon.com, with what they thought (arXiv 2506.05606).

`NEU-HAI/OPeRA`, CC BY 4.0: Parquet files of actions, and, where they are at hand, of users. All
columns are texts; some are JSON within JSON. `semantic_id` is the `name` in `simplified_html`. The
vocabularies are mapped to the three actions of arXiv 2503.20749:

    input, and the search click that follows it      type_and_submit, one decision
    input                                             type_and_submit
    click, of any `click_type`                        click
    terminate                                         terminate
    scroll, navigation, tab_activate (full set)       none: they are no actions of the paper, and are listed

A session ends as a purchase where its last click has the click type `purchase`.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.errors import UserError
from agent.persona import Persona
from agent.session import EndingKind, Outcome
from learn.observed import observed
from learn.readers.journal import plain
from learn.reading import Reading, Unreadable
from learn.session import Author, Session, Turn
from simplify import Observation

SOURCE = "opera"
INTENT = "what I have in mind"
"""The data set names no intents."""

REQUIRED = ("session_id", "action_type", "semantic_id", "simplified_html")
OPTIONAL = ("timestamp", "click_type", "url", "rationale", "input_text")
OUTSIDE = {"scroll", "navigation", "tab_activate"}
"""Action types that the paper's action space does not have."""

_BATCH = 64
"""Rows at a time: one may hold 600 kB of HTML."""

_MILLISECONDS = 1e11
"""A number above this counts milliseconds, below it seconds, since 1970."""


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    line: int
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def kind(self) -> str:
        return self["action_type"].strip().lower()


def read_opera(place: Path) -> Reading:
    """The sessions of a file of actions, or of a folder as the data set is laid out.

    Args:
        place: a Parquet file of actions, or a folder in which such files stand in folders called `action`,
            and files of users in folders called `user`.

    Raises:
        UserError: there are no actions, a file is no Parquet, or lacks a column.
    """
    files, users = _files(place)
    personas = {user: persona for path in users for user, persona in _personas(path)}
    rows: dict[str, list[_Row]] = defaultdict(list)
    unreadable: list[Unreadable] = []
    for path in files:
        for row in _rows(path, REQUIRED, OPTIONAL):
            if row.kind in OUTSIDE:
                unreadable.append(Unreadable(row.where, row.line, f"{row.kind} is no action of the paper"))
            else:
                rows[row["session_id"]].append(row)
    sessions: list[Session] = []
    for identity, actions in rows.items():
        try:
            sessions.append(_session(identity, _in_order(actions), personas))
        except _Broken as broken:
            unreadable.append(Unreadable(broken.row.where, broken.row.line, str(broken)))
    return Reading(tuple(sessions), tuple(unreadable))


class _Broken(ValueError):
    """A row that no action can be made of; its session is left out."""

    def __init__(self, row: _Row, reason: str) -> None:
        super().__init__(f"{reason}; session {row['session_id'] or '(none)'} is left out")
        self.row = row


def _files(place: Path) -> tuple[list[Path], list[Path]]:
    if place.is_file():
        return [place], []
    actions, users = (
        sorted(path for path in place.rglob("*.parquet") if folder in path.relative_to(place).parts[:-1])
        for folder in ("action", "user")
    )
    if not actions:
        raise UserError(f"{place} holds no OPeRA: no .parquet file in a folder called action")
    return actions, users


def _rows(path: Path, required: tuple[str, ...], optional: tuple[str, ...]) -> Iterator[_Row]:
    try:
        table = pq.ParquetFile(path)
        names = set(table.schema_arrow.names)
        missing = [name for name in required if name not in names]
        if missing:
            raise UserError(f"{path} has no column {missing[0]!r}")
        wanted = [name for name in (*required, *optional) if name in names]
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH, columns=wanted):
            for values in batch.to_pylist():
                number += 1
                texts = {name: "" if value is None else str(value) for name, value in values.items()}
                yield _Row(str(path), number, texts)
    except pa.ArrowInvalid as error:
        raise UserError(f"{path} is no Parquet file: {error}") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error}") from error


def _in_order(rows: list[_Row]) -> list[_Row]:
    """By time, where every row tells one; as they stand otherwise."""
    times = [_time(row["timestamp"]) for row in rows]
    if any(time is None for time in times):
        return rows
    return [
        row
        for _, _, row in sorted((time, row.line, row) for time, row in zip(times, rows, strict=True) if time)
    ]


def _time(text: str) -> datetime | None:
    try:
        number = float(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at.replace(tzinfo=at.tzinfo or UTC)
    try:
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _session(identity: str, rows: list[_Row], personas: Mapping[str, Persona]) -> Session:
    if not identity:
        raise _Broken(rows[0], "it names no session")
    user = identity.split("_", maxsplit=1)[0]
    pages = [observed(row["simplified_html"], url=row["url"]) for row in rows]
    turns: list[Turn] = []
    place = 0
    while place < len(rows):
        row = rows[place]
        last = place + 1 if _is_submitted(rows, place) else place
        after = last + 1
        outcome = _outcome(pages[place], pages[after] if after < len(rows) else None)
        decision = Decision(rationale=row["rationale"] or rows[last]["rationale"], action=_action(row))
        turns.append(Turn(pages[place], decision, outcome, at=_time(row["timestamp"])))
        place = after
    persona = personas.get(user) or Persona(id="shopper", name="an online shopper", intent=INTENT)
    return Session(
        identity, SOURCE, Author.HUMAN, user, persona, persona.intent, tuple(turns), _ending(rows[-1])
    )


def _is_submitted(rows: list[_Row], place: int) -> bool:
    """Whether this is a text whose search button is clicked next: both are one decision."""
    following = rows[place + 1] if place + 1 < len(rows) else None
    return (
        rows[place].kind == "input"
        and following is not None
        and following.kind == "click"
        and following["click_type"] == "search"
    )


def _action(row: _Row) -> Action:
    name = row["semantic_id"].strip()
    if row.kind == "terminate":
        return Terminate()
    if row.kind not in {"click", "input"}:
        raise _Broken(row, f"there is no action type {row.kind!r}")
    if not name:
        raise _Broken(row, f"a {row.kind} names no element")
    if row.kind == "click":
        return Click(name=name)
    if not row["input_text"].strip():
        raise _Broken(row, "an input has no text")
    return TypeAndSubmit(name=name, text=row["input_text"].strip())


def _outcome(before: Observation, after: Observation | None) -> Outcome:
    if after is None:
        return Outcome(accepted=True, message="The visit is over.", url=before.url)
    changed = after.url != before.url or after.title != before.title
    message = f'The page "{after.title or after.url}" opened.' if changed else "The page changed."
    return Outcome(accepted=True, message=message, url=after.url)


def _ending(last: _Row) -> EndingKind | None:
    if last.kind == "terminate":
        return EndingKind.LEFT
    return EndingKind.PURCHASED if last["click_type"] == "purchase" else None


def _personas(path: Path) -> Iterator[tuple[str, Persona]]:
    """What is known of the users: their answers to the survey, as a free text."""
    for row in _rows(path, ("user_id",), ("survey", "interview_transcript_processed")):
        sections = list(_sections(row["survey"]))
        interview = row["interview_transcript_processed"].strip()
        if interview:
            sections.append(f"Interview\n{interview}")
        profile = "\n\n".join(sections)[:50_000] or None
        yield row["user_id"], Persona(id="shopper", name="an online shopper", intent=INTENT, profile=profile)


def _sections(survey: str) -> Iterator[str]:
    """The survey's sections; a survey that is no JSON is one section as it stands."""
    try:
        answers = plain(survey) if survey.strip() else {}
    except ValueError:
        yield survey.strip()
        return
    for title, section in answers.items() if isinstance(answers, dict) else [("", answers)]:
        lines = (
            [f"{question}: {_answer(answer)}" for question, answer in section.items()]
            if isinstance(section, dict)
            else [_answer(section)]
        )
        yield "\n".join([str(title), *lines]).strip()


def _answer(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
