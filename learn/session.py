"""A session that somebody else recorded: what a person, or a simulated shopper, saw and did.

The words are those of `agent.session`; the type is lighter. Tens of thousands of people looked at the same
few pages, so a turn holds the page itself, shared, and not a copy of its text; and what nobody measured (the
model's tokens, how long the browser took) has no place here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from agent.actions import Decision
from agent.persona import Persona
from agent.session import EndingKind, Outcome, Step, Timing
from simplify import Observation

UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands in a step whose time nobody noted: a step has a time, and the prompt does not tell it."""


RECORDED = "recorded"
"""Who wrote a rationale: it was noted with the action, by whoever acted."""


class Evidence(StrEnum):
    """How we know that something was done."""

    RECORDED = "recorded"
    """It stands in the data."""
    INFERRED = "inferred"
    """The data do not have it, but what they have could not have happened without."""


class Author(StrEnum):
    """Who shopped."""

    HUMAN = "human"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Turn:
    """One page that was looked at, and what was done on it.

    Attributes:
        observation: the page; shared by all turns that show the same page.
        decision: what was done, with the rationale as far as one is known; empty where none is.
        outcome: what came of it.
        evidence: whether the action stands in the data or is inferred from them.
        at: when, where the data say so (UTC).
        rationale_by: who wrote the rationale, where there is one: `RECORDED`, or what wrote it afterwards.
    """

    observation: Observation
    decision: Decision
    outcome: Outcome
    evidence: Evidence = Evidence.RECORDED
    at: datetime | None = None
    rationale_by: str = RECORDED

    def with_rationale(self, said: str, by: str) -> "Turn":
        """The same turn with a thought before the action, and who wrote it."""
        return replace(self, decision=Decision(rationale=said, action=self.decision.action), rationale_by=by)

    def step(self, index: int) -> Step:
        """The turn as the agent would remember it.

        Args:
            index: place in the session, from 1.
        """
        return Step(
            index=index,
            at=self.at or UNKNOWN_TIME,
            url=self.observation.url,
            title=self.observation.title,
            observation=self.observation.html,
            decision=self.decision,
            outcome=self.outcome,
            timing=Timing(observe=0.0, decide=0.0, perform=0.0),
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One visit.

    Attributes:
        id: unique within its source.
        source: name of the data set.
        author: a person, or a simulated shopper.
        user: whose session it is, where users are known; None otherwise.
        persona: who shopped, as far as is known.
        intent: what the visit was for, in words.
        turns: what was seen and done, oldest first.
        ending: how it ended; None where the data do not say.
    """

    id: str
    source: str
    author: Author
    user: str | None
    persona: Persona
    intent: str
    turns: tuple[Turn, ...]
    ending: EndingKind | None

    @property
    def key(self) -> str:
        """Unique among all sources."""
        return f"{self.source}:{self.id}"

    def steps(self) -> tuple[Step, ...]:
        """The turns as the agent would remember them."""
        return tuple(turn.step(index) for index, turn in enumerate(self.turns, start=1))

    def moments(self) -> Iterator["Moment"]:
        """What the person decided, one recorded action each.

        Actions that were inferred (the way to a listing) belong to the recorded action that they led to, so
        that one is right when the way and the action are both right. Inferred actions that nothing recorded
        follows are no decision that the data can confirm, and are left out.
        """
        start = 0
        for place, turn in enumerate(self.turns):
            if turn.evidence is Evidence.RECORDED:
                yield Moment(self, start, place + 1)
                start = place + 1

    def with_rationales(self, rationales: Sequence[str], *, by: str = RECORDED) -> "Session":
        """The same session with a thought before each action.

        Args:
            rationales: one for each turn; an empty one leaves the turn's own.
            by: who wrote them.

        Raises:
            ValueError: there are more or fewer than turns.
        """
        turns = tuple(
            turn.with_rationale(said, by) if said else turn
            for turn, said in zip(self.turns, rationales, strict=True)
        )
        return replace(self, turns=turns)


@dataclass(frozen=True, slots=True)
class Moment:
    """One decision of a session: the turns from `start` up to, but without, `stop`.

    The last of them is recorded; those before it are the inferred way to its page.
    """

    session: Session
    start: int
    stop: int

    @property
    def past(self) -> tuple[Turn, ...]:
        """What happened before."""
        return self.session.turns[: self.start]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was done."""
        return self.session.turns[self.start : self.stop]

    @property
    def observation(self) -> Observation:
        """The page that the person stood on."""
        return self.session.turns[self.start].observation
