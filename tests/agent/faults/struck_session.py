"""Real sessions in which something goes wrong on purpose, and what must hold of each, whatever it was."""

import asyncio
import gc
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.actions import Action, Back, Click, Decision, Scroll, Terminate, TypeAndSubmit
from agent.browser import AT_HOME, Browser, Deadlines, Tab
from agent.browser.script import tell
from agent.errors import BrowserFault, SiteClosed
from agent.loop import Limits, run_session
from agent.persona import Persona
from agent.policy import Decided, Policy
from agent.recording import Recorder, read_recording
from agent.session import Ending, EndingKind, Step, Usage
from simplify import Observation, TargetKind
from study.rules import RulesPolicy
from tests.agent.faults.faulty_shop import FaultyShop
from tests.agent.test_recording import header
from tests.agent.values import maya

BRISK = Deadlines(start=10.0, response=2.0, load=2.0, change=1.0, reach=1.0, observe=8.0, hang=4.0)
"""For faults that make one wait in vain, on a machine that may be busy with other things."""

ALLOWANCE = 60.0
"""Seconds by which a session may be longer than its limit: what was begun in time may be finished."""

PLAYWRIGHTS_OWN = "Connection closed while reading from the driver"
"""What Playwright itself leaves behind where its driver is killed; nobody else can wait for it."""

Strike = Callable[[Tab], Awaitable[None]]


@dataclass(slots=True)
class Struck:
    """A session as it was run, and as it was recorded.

    Attributes:
        steps: those that the caller was told of, in order.
        ending: of it.
        seconds: that it took, its window's opening and closing included.
        recorded: whether there is a recording; there is none where the start page could not be visited.
    """

    steps: tuple[Step, ...]
    ending: Ending
    seconds: float
    recorded: bool

    @property
    def messages(self) -> list[str]:
        """What came of its steps."""
        return [step.outcome.message for step in self.steps]


async def session(
    browser: Browser, url: str, folder: Path, policy_in: Callable[[Tab], Policy], limits: Limits
) -> Struck:
    """Runs one session as a study does, and asserts what holds of every one."""
    told: list[Step] = []
    steps: tuple[Step, ...] = ()
    recorded = False
    clock = time.monotonic()
    try:
        async with browser.visit(url, terms=AT_HOME) as tab:
            recorder, recorded = Recorder(folder, header()), True
            try:
                steps, ending = await run_session(
                    maya(), "a kettle under 50 dollars", policy_in(tab), tab, recorder, limits, told.append
                )
            finally:
                recorder.close()
    except (SiteClosed, BrowserFault) as fault:
        ending = Ending(kind=EndingKind.FAULT, message=str(fault), at=datetime.now(UTC))
    struck = Struck(tuple(told), ending, time.monotonic() - clock, recorded)
    assert steps == struck.steps
    assert_whole(struck, folder, limits)
    if browser.alive:
        await assert_no_window(browser)
    return struck


def assert_whole(struck: Struck, folder: Path, limits: Limits) -> None:
    """The ending is told in words, the recording is complete, and the time limit held."""
    message = struck.ending.message
    assert message
    assert "Traceback" not in message
    assert "\n" not in message
    assert struck.seconds < limits.seconds + ALLOWANCE, struck
    if not struck.recorded:
        assert not struck.steps
        return
    recording = read_recording(folder)
    # What was typed may be masked in all texts of a recording, those of a traceback included.
    assert recording.ending is not None
    assert (recording.ending.kind, recording.ending.at) == (struck.ending.kind, struck.ending.at)
    assert recording.ending.message
    assert bool(recording.ending.traceback) == (struck.ending.traceback is not None)
    assert [(step.index, step.at, step.timing) for step in recording.steps] == [
        (step.index, step.at, step.timing) for step in struck.steps
    ]
    for step in recording.steps:
        assert (folder / "pages" / f"{step.index:04}.html.gz").exists()


async def assert_no_window(browser: Browser) -> None:
    """No window of a session is left once it is over; one that is being closed has a little time."""
    ends = time.monotonic() + 10
    while browser._chromium.contexts and browser.alive and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    assert not browser._chromium.contexts or not browser.alive


@asynccontextmanager
async def no_noise() -> AsyncIterator[None]:
    """Nothing is left to the event loop's log: no error that nobody waited for."""
    noise: list[str] = []
    loop = asyncio.get_running_loop()

    def hear(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if PLAYWRIGHTS_OWN not in repr(context.get("exception")):
            noise.append(f"{context['message']}: {context.get('exception')!r} in {context.get('future')!r}")

    earlier = loop.get_exception_handler()
    loop.set_exception_handler(hear)
    try:
        yield
        await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0)
    finally:
        loop.set_exception_handler(earlier)
    assert not noise


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a shopper of a test does.

    Attributes:
        action: what; the label of what is clicked stands for a click.
        strike: what happens between the look and the act.
        during: what happens while it is done, so many seconds after it began.
    """

    action: Action | str
    strike: Strike | None = None
    during: tuple[float, Strike] | None = None


class Directed:
    """Makes its moves in order, then leaves."""

    def __init__(self, tab: Tab, moves: Iterable[Move | str]) -> None:
        self._tab = tab
        self._moves = [Move(move) if isinstance(move, str) else move for move in moves]
        self._tasks: list[asyncio.Task[None]] = []

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        if len(steps) >= len(self._moves):
            await asyncio.gather(*self._tasks)
            return _decided(Terminate())
        move = self._moves[len(steps)]
        action = move.action
        if isinstance(action, str):
            names = [each.name for each in observation.targets.values() if each.label == action]
            action = Click(name=names[0] if names else action)
        if move.strike is not None:
            await move.strike(self._tab)
        if move.during is not None:
            self._tasks.append(asyncio.create_task(self._later(*move.during)))
        return _decided(action)

    async def _later(self, seconds: float, strike: Strike) -> None:
        await asyncio.sleep(seconds)
        await strike(self._tab)


async def directed(
    browser: Browser, shop: FaultyShop, folder: Path, moves: Iterable[Move | str], seconds: float = 120.0
) -> Struck:
    """A session of these moves, with nothing left to the event loop's log."""
    async with no_noise():
        return await session(
            browser, shop.url, folder / "session", lambda tab: Directed(tab, moves), Limits(seconds=seconds)
        )


STRIKING = 30.0
"""Seconds within which what a page does to itself is over."""


def in_page(name: str, label: str = "", delay: int = -1) -> Strike:
    """What the page does to itself (`page_faults.js`); with a delay, in so many milliseconds.

    Without one it is waited for; where it ends the page, that is enough.
    """

    async def strike(tab: Tab) -> None:
        script = f"globalThis.faults && faults.strike({json.dumps(name)}, {json.dumps(label)}, {delay})"
        front = tab._pages.front()
        done: list[bool] = []

        async def evaluate() -> None:
            await tell(front._cdp, "Runtime.evaluate", {"expression": script})
            done.append(True)
            front._pulse.set()

        front._errands.run(evaluate())
        await front.until(lambda: bool(done) or not front.alive, STRIKING)

    return strike


def _decided(action: Action) -> Decided:
    return Decided(Decision(rationale="Let me see.", action=action), Usage(attempts=0))


WISHES = ("kettle", "lamp", "chair", "100% cotton", "")


class Wanderer:
    """Walks through a shop at random, by the names that stand on its pages; now and then by the rules.

    Args:
        seed: all chance comes from it and the number of the step.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rules = RulesPolicy(seed)

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        chances = random.Random(f"{self._seed} {len(steps)}")
        if chances.random() < 0.5:
            ruled = await self._rules.decide(persona, intent, steps, observation)
            if not isinstance(ruled.decision.action, Terminate):
                return ruled
        if chances.random() < 0.1:
            others: list[Action] = [Back(), Scroll(direction="down"), Click(name="no_such_thing")]
            return _decided(chances.choice(others))
        targets = [each for each in observation.targets.values() if each.enabled]
        if not targets:
            return _decided(Back())
        target = chances.choice(targets)
        if target.kind is TargetKind.TEXT:
            return _decided(TypeAndSubmit(name=target.name, text=chances.choice(WISHES)))
        return _decided(Click(name=target.name))


@dataclass(frozen=True, slots=True)
class Haunted:
    """A policy under whose decisions something goes wrong now and then.

    Attributes:
        policy: what decides.
        strikes: what can go wrong, by name: given the tab, the label of what is acted on, and chance.
        chances: all chance comes from it.
        share: of the decisions after which something goes wrong.
        struck: told what did.
        tab: the window.
    """

    policy: Policy
    strikes: dict[str, Callable[[Tab, str, random.Random], Awaitable[None]]]
    chances: random.Random
    share: float
    struck: list[str]
    tab: Tab

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        decided = await self.policy.decide(persona, intent, steps, observation)
        if self.chances.random() < self.share:
            name = self.chances.choice(sorted(self.strikes))
            target = observation.targets.get(getattr(decided.decision.action, "name", ""))
            self.struck.append(name)
            await self.strikes[name](self.tab, target.label if target else "", self.chances)
        return decided
