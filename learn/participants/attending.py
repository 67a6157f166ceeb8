"""A participant's visit: what they do becomes steps, what they answer becomes the steps' rationales."""

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.actions import Decision, Terminate
from agent.browser import Browser
from agent.browser.attended import Act, AttendedWindow, Bar, Closed, Event, Pressed
from agent.errors import SessionFault
from agent.page_view import PageView
from agent.purchase import purchase_on
from agent.recording import Recorder
from agent.session import Ending, EndingKind, Outcome, Purchase, Step, Timing
from learn.participants.asking import Asking, ending_told
from learn.participants.participation import Participation

LABEL = "Recording of your visit"
RECORDING = Bar("Recording", "recording", LABEL, (("pause", "Pause"), ("finish", "Finish")))
PAUSED = Bar(
    "Paused, nothing is recorded", "paused", LABEL, (("resume", "Go on recording"), ("finish", "Finish"))
)
OVER = Bar("You have ordered. The recording is over, thank you.", "over", LABEL, (("finish", "Close"),))


@dataclass(frozen=True, slots=True)
class Attended:
    """What came of a visit: its steps as they were done, and how it ended."""

    steps: tuple[Step, ...]
    ending: Ending


async def attend(browser: Browser, who: Participation, on_step: Callable[[Step], None]) -> Attended:
    """One participant's visit, from the start page to its ending, recorded as it happens.

    Args:
        browser: in which they shop.
        who: takes part.
        on_step: told each step once it is on disk, masked as there.

    Raises:
        UserError: the site cannot be visited, or the recording cannot be written.
        asyncio.CancelledError: the researcher stopped it; the recording says `interrupted`.
    """
    async with browser.attend(who.site, who.also) as window:
        recorder = Recorder(who.out, who.header(window.size), mask_contacts=True)
        visit = _Visit(window, recorder, Asking(who.every), on_step)
        try:
            ending = await visit.run()
        finally:
            recorder.close()
    return Attended(tuple(visit.steps), ending)


@dataclass(slots=True)
class _Unwritten:
    """A step whose question is open."""

    step: Step
    view: PageView


@dataclass(slots=True)
class _Visit:
    """A visit in the making: its parts, and what is on record of it so far."""

    window: AttendedWindow
    recorder: Recorder
    asking: Asking
    on_step: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)
    unwritten: _Unwritten | None = None
    last: PageView | None = None
    """The page that was seen last, as long as no step tells of it."""
    unasked: int = 0
    """Acts since the last question."""
    ended: Ending | None = None

    async def run(self) -> Ending:
        """Until the participant leaves."""
        try:
            await self.window.show(RECORDING)
            async for event in self.window.events():
                if await self._is_last(event):
                    break
        except SessionFault as fault:
            self._end(_ending(EndingKind.FAULT, str(fault), trace=traceback.format_exc()))
        except asyncio.CancelledError:
            self._end(
                _ending(EndingKind.INTERRUPTED, ending_told(EndingKind.INTERRUPTED, self.window.unnamed))
            )
            raise
        assert self.ended is not None
        return self.ended

    async def _is_last(self, event: Event) -> bool:
        match event:
            case Act():
                await self._acted(event)
            case Pressed():
                return await self._pressed(event)
            case Closed():
                self._leave(event.view, event.at, event.notes)
                return True
        return False

    async def _acted(self, act: Act) -> None:
        if self.ended is not None:
            return  # after the order nothing is recorded
        self._write()
        bought = purchase_on(act.view.observation, self.steps)
        if bought is not None:
            self.last = act.view
            await self._bought(bought)
            return
        step = Step(
            index=len(self.steps) + 1,
            at=act.at,
            url=act.view.observation.url,
            title=act.view.observation.title,
            observation=act.view.observation.html,
            decision=Decision(rationale="", action=act.action),
            outcome=act.outcome,
            timing=act.timing,
        )
        self.unwritten, self.last = _Unwritten(step, act.view), act.after
        bought = purchase_on(act.after.observation, [*self.steps, step]) if act.after is not None else None
        if bought is not None:
            await self._bought(bought)
        elif not await self._asked(act):
            self._write()

    async def _asked(self, act: Act) -> bool:
        """Asks why, where it is time to and the participant did not go on already."""
        self.unasked += 1
        if act.after is None or not self.asking.is_due(self.unasked):
            return False
        self.unasked = 0
        return await self.window.ask_why(self.asking.question(act))

    async def _pressed(self, pressed: Pressed) -> bool:
        match pressed.what:
            case "answer" | "skip":
                self._answered(pressed.text)
            case "pause":
                self.window.paused = True
                self._write()
                await self.window.show(PAUSED)
            case "resume":
                self.window.paused = False
                self.window.note("The shopper had paused the recording.")
                await self.window.look()
                await self.window.show(RECORDING)
            case "finish":
                view = await self.window.look()
                self._leave(view, datetime.now(UTC), "")
                return True
        return False

    def _answered(self, text: str) -> None:
        if self.unwritten is None:
            return
        step = self.unwritten.step
        decision = Decision(rationale=text, action=step.decision.action)
        self.unwritten.step = step.model_copy(update={"decision": decision})
        self._write()

    async def _bought(self, bought: Purchase) -> None:
        what = f"order {bought.order_number}" if bought.order_number else "an order"
        self._end(_ending(EndingKind.PURCHASED, f"The shopper placed {what}.", bought))
        self.window.paused = True
        await self.window.show(OVER)

    def _leave(self, view: PageView | None, at: datetime, notes: str) -> None:
        if self.ended is not None:
            return
        self._write()
        if view is not None:
            told = f"{notes} The shopper closed the window.".strip()
            step = Step(
                index=len(self.steps) + 1,
                at=at,
                url=view.observation.url,
                title=view.observation.title,
                observation=view.observation.html,
                decision=Decision(rationale="", action=Terminate()),
                outcome=Outcome(accepted=True, message=told, url=view.observation.url),
                timing=Timing(observe=0.0, decide=0.0, perform=0.0),
            )
            self.unwritten, self.last = _Unwritten(step, view), None
        self._end(_ending(EndingKind.LEFT, ending_told(EndingKind.LEFT, self.window.unnamed)))

    def _write(self) -> None:
        """Puts the step on disk whose question is answered, or over."""
        if self.unwritten is None:
            return
        step, view = self.unwritten.step, self.unwritten.view
        self.unwritten = None
        kept = self.recorder.append(step, view)
        self.steps.append(step)
        self.on_step(kept)

    def _end(self, ending: Ending) -> None:
        if self.ended is not None:
            return
        self._write()
        self.ended = ending
        self.recorder.end(ending, len(self.steps), self.last)


def _ending(
    kind: EndingKind, message: str, purchase: Purchase | None = None, *, trace: str | None = None
) -> Ending:
    return Ending(kind=kind, message=message, at=datetime.now(UTC), purchase=purchase, traceback=trace)
