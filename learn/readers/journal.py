r"""Sessions as JSON Lines, one action a line: the plainest form in which somebody else may have them.

Meant for data in the manner of ShopCART (arXiv 2503.20749), whose actions and simplified pages these are. A
line is an object; those with the same `session_id` are one session, in the order of the file:

    {"session_id": "s1", "simplified_html": "<a name=\"tea\">Tea</a>", "rationale": "I want tea.",
     "action": {"type": "click", "name": "tea"}, "user_id": "u7", "intent": "tea", "url": "https://…",
     "timestamp": "2025-03-01T10:00:00Z", "persona": "…", "outcome": "purchase"}

`session_id`, `simplified_html` and `action` must be there. `context` stands for `simplified_html`,
`reasoning` for `rationale`, and the action may be JSON within JSON. `outcome` is `purchase` where the action
bought.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from agent.actions import Action, Decision, Terminate
from agent.persona import Persona
from agent.session import EndingKind, Outcome
from learn.observed import observed
from learn.readers.human_search import reason_of
from learn.reading import Reading, Unreadable, numbered_lines
from learn.session import Author, Session, Turn

SOURCE = "journal"
INTENT = "what I have in mind"
"""Where the data name none."""


def plain(value: object) -> object:
    """A value of JSON that may be JSON within JSON, any number of times over.

    Raises:
        ValueError: it is a text that is no JSON.
    """
    while isinstance(value, str):
        value = json.loads(value)
    return value


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    session_id: Annotated[str, Field(min_length=1)]
    html: Annotated[str, Field(validation_alias=AliasChoices("simplified_html", "context"))]
    action: Annotated[Action, BeforeValidator(plain)]
    rationale: Annotated[str, Field(validation_alias=AliasChoices("rationale", "reasoning"))] = ""
    user_id: str | None = None
    intent: Annotated[str, Field(max_length=2_000)] | None = None
    persona: Annotated[str, Field(max_length=50_000)] | None = None
    url: str = ""
    timestamp: datetime | None = None
    outcome: str | None = None


def read_journal(path: Path) -> Reading:
    """The sessions of a file of actions. A session with an unreadable line is left out whole.

    Raises:
        UserError: the file cannot be read.
    """
    lines: dict[str, list[_Line]] = defaultdict(list)
    first: dict[str, int] = {}
    unreadable: list[Unreadable] = []
    broken: set[str] = set()
    for number, text in numbered_lines(path):
        if not text.strip():
            continue
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            unreadable.append(Unreadable(str(path), number, reason_of(error)))
            broken |= _session_of(text)
            continue
        lines[line.session_id].append(line)
        first.setdefault(line.session_id, number)
    for identity in sorted(broken & set(lines)):
        reason = f"session {identity} is left out, since one of its lines is unreadable"
        unreadable.append(Unreadable(str(path), first[identity], reason))
    sessions = (_session(said) for identity, said in lines.items() if identity not in broken)
    return Reading(tuple(sessions), tuple(unreadable))


def _session_of(text: str) -> set[str]:
    """The session that an unreadable line belongs to, if that much can be read."""
    try:
        value: Any = json.loads(text)
    except ValueError:
        return set()
    identity = value.get("session_id") if isinstance(value, dict) else None
    return {identity} if isinstance(identity, str) else set()


def _session(lines: list[_Line]) -> Session:
    head = lines[0]
    intent = next((line.intent for line in lines if line.intent and line.intent.strip()), INTENT)
    profile = next((line.persona for line in lines if line.persona), None)
    persona = Persona(id="shopper", name="an online shopper", intent=intent, profile=profile)
    turns = tuple(_turn(line, after) for line, after in zip(lines, [*lines[1:], None], strict=True))
    return Session(
        head.session_id, SOURCE, Author.HUMAN, head.user_id, persona, persona.intent, turns, _ending(lines)
    )


def _turn(line: _Line, after: _Line | None) -> Turn:
    page = observed(line.html, url=line.url)
    message = "The shopper closed the window."
    if not isinstance(line.action, Terminate):
        title = observed(after.html).title if after else ""
        message = f'The page "{title}" opened.' if title and title != page.title else "The page changed."
    at = line.timestamp and line.timestamp.replace(tzinfo=line.timestamp.tzinfo or UTC)
    decision = Decision(rationale=line.rationale, action=line.action)
    outcome = Outcome(accepted=True, message=message, url=after.url if after else line.url)
    return Turn(page, decision, outcome, at=at)


def _ending(lines: list[_Line]) -> EndingKind | None:
    if any(line.outcome == "purchase" for line in lines):
        return EndingKind.PURCHASED
    return EndingKind.LEFT if isinstance(lines[-1].action, Terminate) else None
