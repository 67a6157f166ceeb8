"""Whatever decides: a language model, a statistical baseline, a recording."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from agent.actions import Decision
from agent.errors import SessionFault
from agent.persona import Persona
from agent.session import Step, Usage
from simplify import Observation


class Decided(NamedTuple):
    """A decision and what it cost."""

    decision: Decision
    usage: Usage


class Policy(Protocol):
    """Decides the next action from all that is known: it keeps nothing of its own between steps."""

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """The next decision.

        Raises:
            ModelFault: no decision is to be had.
        """
        ...


class NothingLeftToRecite(SessionFault):
    """The session goes on after the last decision that there was to recite."""


class RecitingPolicy:
    """Says decisions that are known beforehand, in order: a replay, and the test double."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._decisions = tuple(decisions)

    async def decide(
        self,
        persona: Persona,  # noqa: ARG002 - a recital asks nobody
        intent: str,  # noqa: ARG002
        steps: Sequence[Step],
        observation: Observation,  # noqa: ARG002
    ) -> Decided:
        """The decision whose turn it is: as many have been said as there are steps.

        Raises:
            NothingLeftToRecite: all of them have been said.
        """
        if len(steps) >= len(self._decisions):
            raise NothingLeftToRecite(
                f"the recital has {len(self._decisions)} decisions, and the session is not over after them"
            )
        return Decided(self._decisions[len(steps)], Usage(attempts=0))
