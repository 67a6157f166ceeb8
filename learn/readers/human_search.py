"""What people typed into a shop's search bar for a goal.

Goals and queries were written by crowd workers for WebShop (Yao et al., 2022, arXiv 2207.01206; MIT). Where
they shopped is not our shop: each query is set into the search field of the sandbox market's home page. What
the search then showed is not in the data, so the shopper is told that the results opened and that she went
back.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.actions import Decision, TypeAndSubmit
from agent.persona import Persona
from agent.session import Outcome
from learn.captured import captured
from learn.reading import Reading, Unreadable, none_twice, numbered_lines
from learn.session import Author, Session, Turn
from learn.split import Part, part_of
from simplify import Observation, TargetKind, simplify

SOURCE = "human_search"
SITE = "http://market.test"
PATH = "/"

_Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Line(BaseModel):
    """A goal with the queries that were typed for it, in their order."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    goal: _Text
    queries: Annotated[tuple[_Text, ...], Field(min_length=1)]


def read_human_search(path: Path) -> Reading:
    """The sessions of a file of goals with queries, JSON Lines: `{"goal": str, "queries": [str, ...]}`.

    Raises:
        UserError: the file cannot be read.
    """
    unreadable = []
    sessions = []
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        try:
            told = _Line.model_validate_json(line)
            sessions.append(session_of(told.goal, told.queries))
        except ValidationError as error:
            unreadable.append(Unreadable(str(path), number, reason_of(error)))
    reading = none_twice(sessions, str(path))
    return Reading(reading.sessions, (*unreadable, *reading.unreadable))


def reason_of(error: ValidationError) -> str:
    """The first thing that is wrong with a value, in one line."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def goals(part: Part) -> list[str]:
    """Goals that come along and stand in a part of the split, most of them without a query."""
    with as_file(files("learn").joinpath("datasets", SOURCE, "goals.jsonl.gz")) as path:
        told = [str(json.loads(line)["goal"]).strip() for _, line in numbered_lines(path)]
    return [goal for goal in told if part_of(session_of(goal, ())) is part]


@cache
def market_home() -> Observation:
    """The home page of the sandbox market, as the agent sees it."""
    pages: Mapping[str, str] = captured("market")
    return simplify(pages[SITE + PATH], url=SITE + PATH)


def session_of(goal: str, queries: Sequence[str]) -> Session:
    """The session of someone who has a goal, and types queries for it one after the other."""
    page = market_home()
    field = next(target.name for target in page.targets.values() if target.kind is TargetKind.TEXT)
    turns = tuple(
        Turn(
            page,
            Decision(rationale="", action=TypeAndSubmit(name=field, text=query)),
            Outcome(accepted=True, message=_outcome(query, page.title), url=page.url),
        )
        for query in queries
    )
    identity = sha256(goal.encode()).hexdigest()[:16]
    persona = Persona(id="shopper", name="an online shopper", intent=goal)
    return Session(identity, SOURCE, Author.HUMAN, None, persona, persona.intent, turns, None)


def _outcome(query: str, home: str) -> str:
    results = f'The page "Results for "{query}" - {home}" opened.'
    return f'{results} You went back to the page "{home}".'
