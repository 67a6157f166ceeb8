"""Sessions in a file of our own: JSON Lines that hold each page once.

    {"kind": "sessions", "format": 1, "version": "0.1.0"}
    {"kind": "observation", "id": "3f…", "url": …, "title": …, "html": …, "targets": […]}
    {"kind": "session", "id": …, "source": …, "persona": {…}, "turns": [{"observation": "3f…", …}], …}

A page stands before the first session that shows it. A file is written beside its place and put there when it
is complete, so that there is never half a one.
"""

import gzip
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, BinaryIO, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.actions import Decision
from agent.errors import UserError
from agent.persona import Persona
from agent.session import EndingKind, Outcome
from learn.readers.human_search import reason_of
from learn.reading import Reading, Unreadable, numbered_lines
from learn.session import RECORDED, Author, Evidence, Session, Turn
from simplify import Observation, Target

FORMAT = 1
"""Number of the format that is written. Every number that was ever written is read."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _HeadLine(_Line):
    kind: Literal["sessions"] = "sessions"
    format: int = FORMAT
    version: str


class _ObservationLine(_Line):
    kind: Literal["observation"] = "observation"
    id: str
    url: str
    title: str
    html: str
    targets: tuple[Target, ...]

    def observation(self) -> Observation:
        targets = MappingProxyType({target.name: target for target in self.targets})
        return Observation(self.url, self.title, self.html, targets)


class _TurnLine(_Line):
    observation: str
    decision: Decision
    outcome: Outcome
    evidence: Evidence = Evidence.RECORDED
    at: datetime | None = None
    rationale_by: str = RECORDED


class _SessionLine(_Line):
    kind: Literal["session"] = "session"
    id: str
    source: str
    author: Author
    user: str | None = None
    persona: Persona
    intent: str
    turns: tuple[_TurnLine, ...]
    ending: EndingKind | None = None

    def session(self, pages: dict[str, Observation]) -> Session:
        """Raises KeyError where a page does not stand before it."""
        turns = tuple(
            Turn(
                pages[turn.observation],
                turn.decision,
                turn.outcome,
                turn.evidence,
                turn.at,
                turn.rationale_by,
            )
            for turn in self.turns
        )
        return Session(
            self.id, self.source, self.author, self.user, self.persona, self.intent, turns, self.ending
        )


_LINE: TypeAdapter[_HeadLine | _ObservationLine | _SessionLine] = TypeAdapter(
    Annotated[_HeadLine | _ObservationLine | _SessionLine, Field(discriminator="kind")]
)


def write_sessions(sessions: Iterable[Session], out: Path) -> None:
    """Writes sessions; gzipped where the name ends in `.gz`.

    Raises:
        UserError: it cannot be written there.
    """
    known: dict[int, str] = {}
    kept: dict[str, Observation] = {}
    with whole_file(out) as file:
        _put(file, _HeadLine(version=version("simagent")))
        for session in sessions:
            for turn in session.turns:
                page = turn.observation
                if id(page) not in known:
                    known[id(page)] = identity = _identity(page)
                    if identity not in kept:
                        _put(file, _observation_line(identity, page))
                    kept[identity] = page  # held, so that no other page can get its id()
            _put(file, _session_line(session, known))


def read_sessions_file(path: Path) -> Reading:
    """Reads sessions back.

    Raises:
        UserError: the file cannot be read, does not begin with its header, or is of a later format.
    """
    pages: dict[str, Observation] = {}
    sessions: list[Session] = []
    unreadable: list[Unreadable] = []
    for number, text in numbered_lines(path):
        try:
            line = _LINE.validate_json(text)
            if number == 1:
                _require_head(line, path)
            if isinstance(line, _ObservationLine):
                pages[line.id] = line.observation()
            elif isinstance(line, _SessionLine):
                sessions.append(line.session(pages))
        except ValidationError as error:
            unreadable.append(Unreadable(str(path), number, reason_of(error)))
        except KeyError as error:
            unreadable.append(Unreadable(str(path), number, f"no page {error} stands before it"))
    return Reading(tuple(sessions), tuple(unreadable))


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file to write that stands in its place only once it is complete.

    Args:
        out: its place; what is written is gzipped where the name ends in `.gz`.

    Raises:
        UserError: it cannot be written there.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            if out.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield raw
        part.chmod(0o644)
        part.replace(out)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def _require_head(line: BaseModel, path: Path) -> None:
    if not isinstance(line, _HeadLine):
        raise UserError(f"{path} does not begin with a line of kind sessions: it is no file of sessions")
    if line.format > FORMAT:
        raise UserError(
            f"{path} is of format {line.format}, and this simagent reads up to {FORMAT}: install a later one"
        )


def _put(file: BinaryIO, line: BaseModel | dict[str, Any]) -> None:
    value = line.model_dump(mode="json") if isinstance(line, BaseModel) else line
    file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _identity(page: Observation) -> str:
    text = "\x00".join([page.url, page.title, page.html, *map(repr, page.targets.values())])
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _observation_line(identity: str, page: Observation) -> _ObservationLine:
    return _ObservationLine(
        id=identity, url=page.url, title=page.title, html=page.html, targets=tuple(page.targets.values())
    )


def _session_line(session: Session, known: dict[int, str]) -> _SessionLine:
    turns = tuple(
        _TurnLine(
            observation=known[id(turn.observation)],
            decision=turn.decision,
            outcome=turn.outcome,
            evidence=turn.evidence,
            at=turn.at,
            rationale_by=turn.rationale_by,
        )
        for turn in session.turns
    )
    return _SessionLine(
        id=session.id,
        source=session.source,
        author=session.author,
        user=session.user,
        persona=session.persona,
        intent=session.intent,
        turns=turns,
        ending=session.ending,
    )
