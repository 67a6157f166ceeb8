"""The loop: observe, decide, perform, append, until the shopper buys or leaves, or cannot go on."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from agent.actions import Action, Terminate
from agent.errors import SessionFault
from agent.page_view import PageView
from agent.persona import Persona
from agent.policy import Policy
from agent.purchase import purchase_on
from agent.recording import Recorder
from agent.session import Ending, EndingKind, Outcome, Purchase, Step, Timing
from simplify import Observation

Value = TypeVar("Value")

WOULD_HAVE_ORDERED = "The shopper was about to order; no orders may be placed here, and nothing was sent."


class Window(Protocol):
    """The shopper's browser window: what the loop needs of a browser."""

    async def observe(self) -> PageView:
        """Looks at the page once it has come to rest."""
        ...

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        """Does the action on the page that the observation was made of."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends without the shopper's doing.

    Attributes:
        steps: most actions.
        seconds: longest duration.
        rejected: actions in a row that could not be done, after which the shopper is stuck.
        overtime: seconds past the longest duration in which what was begun in time has to be over.
    """

    steps: int = 30
    seconds: float = 1800.0
    rejected: int = 4
    overtime: float = 300.0


async def run_session(
    persona: Persona,
    intent: str,
    policy: Policy,
    window: Window,
    recorder: Recorder,
    limits: Limits,
    on_step: Callable[[Step], None],
) -> tuple[tuple[Step, ...], Ending]:
    """One visit, from the start page to its ending, all of it recorded as it happens.

    Args:
        persona: who shops.
        intent: what the visit is for.
        policy: what decides.
        window: a browser window that stands on the site's start page.
        recorder: where every step goes before the next one begins.
        limits: when to stop.
        on_step: told each step once it is recorded, masked as there.

    Returns:
        The steps and the ending. A fault of the browser or of the model server is an ending, too.

    Raises:
        UserError: the recording cannot be written.
        asyncio.CancelledError: the run was stopped; the recording says `interrupted`.
    """
    visit = _Visit(persona, intent, policy, window, recorder, limits, on_step)
    at_most = asyncio.timeout(limits.seconds + limits.overtime)
    try:
        async with at_most:
            ending = await visit.run()
    except TimeoutError:
        if not at_most.expired():
            raise
        ending = _ending(EndingKind.FAULT, f"{_late(limits).message} The browser did not answer any more.")
    except SessionFault as fault:
        ending = _ending(EndingKind.FAULT, str(fault), trace=traceback.format_exc())
    except asyncio.CancelledError:
        visit.close(_ending(EndingKind.INTERRUPTED, "The run was stopped."))
        raise
    visit.close(ending)
    return tuple(visit.steps), ending


@dataclass(slots=True)
class _Visit:
    """A session in the making: its parts, and what is on record of it so far."""

    persona: Persona
    intent: str
    policy: Policy
    window: Window
    recorder: Recorder
    limits: Limits
    on_step: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    unrecorded: PageView | None = None
    """The page that was looked at last, as long as no step tells of it."""

    async def run(self) -> Ending:
        deadline = time.monotonic() + self.limits.seconds
        while True:
            view, observing = await _timed(self.window.observe())
            self.unrecorded, at = view, datetime.now(UTC)
            ending = _over(self.steps, view, self.limits, late=time.monotonic() > deadline)
            if ending is not None:
                return ending
            time_left = asyncio.timeout(deadline - time.monotonic())
            try:
                async with time_left:
                    (decision, usage), deciding = await _timed(
                        self.policy.decide(self.persona, self.intent, self.steps, view.observation)
                    )
            except TimeoutError:
                if not time_left.expired():
                    raise
                return _late(self.limits)
            outcome, performing = await _timed(self.window.perform(decision.action, view.observation))
            step = Step(
                index=len(self.steps) + 1,
                at=at,
                url=view.observation.url,
                title=view.observation.title,
                observation=view.observation.html,
                decision=decision,
                outcome=outcome,
                usage=usage,
                timing=Timing(observe=observing, decide=deciding, perform=performing),
            )
            self.append(step, view)
            if outcome.held == "order":
                return _ending(EndingKind.PURCHASE_INTENT, WOULD_HAVE_ORDERED)
            if isinstance(decision.action, Terminate):
                return _ending(EndingKind.LEFT, "The shopper left without buying.")

    def append(self, step: Step, view: PageView) -> None:
        kept = self.recorder.append(step, view)
        self.steps.append(step)
        self.unrecorded = None
        self.on_step(kept)

    def close(self, ending: Ending) -> None:
        self.recorder.end(ending, len(self.steps), self.unrecorded)


async def _timed(awaitable: Awaitable[Value]) -> tuple[Value, float]:
    """What the awaitable gives, and the seconds that it took."""
    started = time.perf_counter()
    value = await awaitable
    return value, time.perf_counter() - started


def _over(steps: list[Step], view: PageView, limits: Limits, *, late: bool) -> Ending | None:
    """The ending that has come with this page, if one has."""
    purchase = purchase_on(view.observation, steps)
    if purchase is not None:
        what = f"order {purchase.order_number}" if purchase.order_number else "an order"
        return _ending(EndingKind.PURCHASED, f"The shopper placed {what}.", purchase=purchase)
    if view.bot_check is not None:
        return _ending(
            EndingKind.BOT_CHECK, f"The shop asked whether a person is there, with {view.bot_check}."
        )
    last = steps[-limits.rejected :]
    if len(last) == limits.rejected and not any(step.outcome.accepted for step in last):
        return _ending(EndingKind.STUCK, f"{len(last)} actions in a row could not be done.")
    if len(steps) >= limits.steps:
        return _ending(EndingKind.LIMIT, f"The limit of {limits.steps} steps was reached.")
    if late:
        return _late(limits)
    return None


def _late(limits: Limits) -> Ending:
    return _ending(EndingKind.LIMIT, f"The limit of {limits.seconds:.0f} seconds was reached.")


def _ending(
    kind: EndingKind, message: str, *, purchase: Purchase | None = None, trace: str | None = None
) -> Ending:
    return Ending(kind=kind, message=message, at=datetime.now(UTC), purchase=purchase, traceback=trace)
