"""A shopper who does anything that the page allows, at random: no way through a shop is safe from it."""

import random
from collections.abc import Sequence

from agent.actions import Action, Back, Click, Decision, Hover, Scroll, Terminate, Type, TypeAndSubmit
from agent.persona import Persona
from agent.policy import Decided
from agent.session import Step, Usage
from simplify import Observation, TargetKind

TEXTS = (
    "kettle",
    "red scarf",
    "zzz",
    "2",
    "ann@example.com",
    "43004",
    "4242 4242 4242 4242",
    "12/30",
    "O'Neil <b>",
)
LEAVES = 0.08
"""Chance of leaving, at each step."""
ELSEWISE = 0.1
"""Chance of going back, scrolling or hovering."""


class Wandering:
    """Decides by chance alone.

    Args:
        seed: the same seed on the same pages decides the same.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    async def decide(
        self,
        persona: Persona,  # noqa: ARG002 - it is nobody
        intent: str,  # noqa: ARG002
        steps: Sequence[Step],
        observation: Observation,
    ) -> Decided:
        """The next decision."""
        chances = random.Random(f"{self._seed} {len(steps)}")  # noqa: S311 - no secret
        action = _action(observation, chances)
        return Decided(Decision(rationale="Why not?", action=action), Usage(attempts=0))


def _action(observation: Observation, chances: random.Random) -> Action:
    targets = list(observation.targets.values())
    if not targets or chances.random() < LEAVES:
        return Terminate()
    target = chances.choice(targets)
    possible: list[Action] = [Click(name=target.name)]
    if chances.random() < ELSEWISE:
        possible = [Back(), Scroll(), Hover(name=target.name)]
    elif target.kind is TargetKind.TEXT:
        text = chances.choice(TEXTS)
        possible = [TypeAndSubmit(name=target.name, text=text), Type(name=target.name, text=text)]
    return chances.choice(possible)
