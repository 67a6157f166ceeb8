"""The sessions of a study in the order in which they run: a pure function of the resolved study.

Every session of an arm has its twin in every other arm: same persona, same intent, same seed. Twins run one
after the other, and which arm comes first changes from pair to pair: over the study, every arm has every
place in the order equally often, so that what changes with time (the machine's load, a shop's stock) weighs
on all arms alike (a balanced crossover).

Repetitions come one after the other, shuffled within, so that a study that is stopped half-way has seen
everybody about equally often.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import permutations

from agent.persona import Persona
from study.resolved import Resolved

FULLY_BALANCED = 4
"""Most arms of which every order is used; of more, the rotations of each arm's place are (a Latin square)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One session that is to be.

    Attributes:
        number: place in the order of running, from 1.
        pair: number of the twins, from 1; in order of running.
        arm: which design.
        persona: who shops.
        intent: what the visit is for.
        seed: of the policy; the twins have the same.
    """

    number: int
    pair: int
    arm: str
    persona: Persona
    intent: str
    seed: int

    @property
    def key(self) -> str:
        """The session's name, and its folder's: `00012-control`."""
        return f"{self.pair:05}-{self.arm}"


def plan(resolved: Resolved) -> tuple[Planned, ...]:
    """All sessions, in the order in which they run."""
    orders = _orders(tuple(resolved.study.arms), resolved.study.seed)
    sessions: list[Planned] = []
    for pair, (persona, intent, seed) in enumerate(_twins(resolved), start=1):
        for arm in next(orders):
            sessions.append(Planned(len(sessions) + 1, pair, arm, persona, intent, seed))
    return tuple(sessions)


def _twins(resolved: Resolved) -> Iterator[tuple[Persona, str, int]]:
    """Who comes for what with which seed, once for all arms."""
    seed = resolved.study.seed
    for repetition in range(resolved.study.repetitions):
        visits = [
            (persona, intent)
            for persona, intents in zip(resolved.personas, resolved.intents, strict=True)
            for intent in intents
        ]
        random.Random(f"{seed} {repetition}").shuffle(visits)  # noqa: S311 - no secret
        for persona, intent in visits:
            yield persona, intent, _seed(seed, persona.id, intent, repetition)


def _seed(*parts: object) -> int:
    """31 bits that other visits of the study do not share, unless by chance."""
    digest = blake2b("\0".join(map(str, parts)).encode(), digest_size=4).digest()
    return int.from_bytes(digest) >> 1


def _orders(arms: Sequence[str], seed: int) -> Iterator[tuple[str, ...]]:
    """Orders of the arms, pair by pair: every order once, shuffled, then all again."""
    if len(arms) <= FULLY_BALANCED:
        block = list(permutations(arms))
    else:
        block = [(*arms[place:], *arms[:place]) for place in range(len(arms))]
    chances = random.Random(f"orders {seed}")  # noqa: S311 - no secret
    while True:
        yield from chances.sample(block, len(block))
