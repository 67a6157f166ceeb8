"""The sessions of a soak: each has a mark in the address of its start page, by which the books know it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from agent.actions import Decision, Terminate
from agent.browser import AT_HOME, Browser
from agent.loop import Limits, run_session
from agent.persona import Persona, bundled_personas
from agent.policy import Policy, RecitingPolicy
from agent.recording import Header, Recorder
from agent.session import EndingKind, Step
from benchmarks.soak_bench.wandering import Wandering
from benchmarks.step_bench.visits import DECISIONS

MARK = "soak"
"""Parameter of the start page's address."""

LEAVES = Decision(rationale="That will do.", action=Terminate())
SHORT = (*DECISIONS[:5], LEAVES)
"""A search, two dialogs, a product into the cart, and out."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """One session that was run.

    Attributes:
        mark: in the address of its start page; also its folder's name.
        kind: what decided: `order`, `look`, `wander` or `model`.
        ending: how it ended.
        steps: how many actions.
        message: how it ended, in words.
    """

    mark: str
    kind: str
    ending: EndingKind
    steps: int
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One session that is to be."""

    mark: str
    kind: str
    policy: Policy
    most_steps: int


def reciting_and_wandering(sessions: int, seed: int) -> Iterator[Asked]:
    """Of eight sessions, one orders, three look, and four wander."""
    for number in range(sessions):
        mark = f"{number + 1:05}"
        match number % 8:
            case 0:
                yield Asked(mark, "order", RecitingPolicy(DECISIONS), 30)
            case 1 | 2 | 3:
                yield Asked(mark, "look", RecitingPolicy(SHORT), 30)
            case _:
                yield Asked(mark, "wander", Wandering(seed * 1_000_003 + number), 10)


def by_model(policy_of: Callable[[int], Policy]) -> Iterator[Asked]:
    """Sessions of the real model, one persona after the other, without an end."""
    for number in count():
        yield Asked(f"{number + 1:05}", "model", policy_of(number), 15)


async def soaked(asked: Asked, browser: Browser, site: str, folder: Path) -> Soaked:
    """Runs one session, and records it.

    Args:
        asked: which.
        browser: where its window opens.
        site: the shop's start page.
        folder: in which its recording's folder is made.

    Raises:
        SimagentError: it could not be run.
    """
    personas = bundled_personas()
    persona = personas[int(asked.mark) % len(personas)]
    start = f"{site}?{MARK}={asked.mark}"
    async with browser.visit(start, terms=AT_HOME) as window:
        recorder = Recorder(folder / asked.mark, _header(asked, persona, start))
        try:
            steps, ending = await run_session(
                persona, persona.intent, asked.policy, window, recorder, Limits(asked.most_steps), _unheard
            )
        finally:
            recorder.close()
    return Soaked(asked.mark, asked.kind, ending.kind, len(steps), ending.message)


def _header(asked: Asked, persona: Persona, site: str) -> Header:
    return Header(
        version="0",
        started=datetime.now(UTC),
        persona=persona,
        intent=persona.intent,
        site=site,
        policy={"kind": asked.kind},
        seed=int(asked.mark),
        settings={},
    )


def _unheard(_step: Step) -> None:
    """Nobody listens to single steps of a soak."""
