import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.actions import Action, Click, Decision, Terminate
from agent.errors import BrowserFault
from agent.loop import Limits, run_session
from agent.page_view import PageView
from agent.policy import Decided, Policy, RecitingPolicy
from agent.recording import Recorder, read_recording
from agent.session import Ending, EndingKind, Outcome, Step
from simplify import Observation
from tests.agent.test_recording import header
from tests.agent.values import maya, page, view

LOOK = Decision(rationale="Let me see.", action=Click(name="tea_kettle"))
LEAVE = Decision(rationale="Not for me.", action=Terminate())


class PaperWindow:
    """A window in which pages turn one by one, and only what stands on a page can be clicked."""

    def __init__(self, pages: Sequence[Observation | BaseException]) -> None:
        self._pages = pages
        self._turned = 0

    async def observe(self) -> PageView:
        seen = self._pages[min(self._turned, len(self._pages) - 1)]
        if isinstance(seen, BaseException):
            raise seen
        return view(seen)

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        if isinstance(action, Click) and action.name not in observation.targets:
            return Outcome(accepted=False, message=f"There is no {action.name}.", url=observation.url)
        self._turned += 1
        return Outcome(accepted=True, message="Done.", url=observation.url)


class CheckingWindow(PaperWindow):
    """The first page asks whether a person is there."""

    async def observe(self) -> PageView:
        return replace(await super().observe(), bot_check='a page that calls itself "Robot check"')


class HangingWindow(PaperWindow):
    """No action ever comes to an end."""

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        await asyncio.sleep(60)
        raise AssertionError


class HoldingWindow(PaperWindow):
    """Every action would order."""

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        return Outcome(accepted=False, message="This would order.", url=observation.url, held="order")


class Ponderous:
    """Never comes to a decision."""

    async def decide(self, *_: object) -> Decided:
        await asyncio.sleep(60)
        raise AssertionError


async def end_of(folder: Path, window: PaperWindow, policy: Policy, limits: Limits) -> tuple[int, Ending]:
    recorder = Recorder(folder, header())
    try:
        await run_session(maya(), "a kettle", policy, window, recorder, limits, lambda _: None)
    finally:
        recorder.close()
    recording = read_recording(folder)
    assert recording.ending is not None
    return len(recording.steps), recording.ending


async def test_a_check_of_whether_a_person_is_there_ends_the_session(tmp_path: Path) -> None:
    steps, ending = await end_of(tmp_path, CheckingWindow([page()]), RecitingPolicy([LOOK]), Limits())
    assert (steps, ending.kind) == (0, EndingKind.BOT_CHECK)
    assert ending.message == (
        'The shop asked whether a person is there, with a page that calls itself "Robot check".'
    )


async def test_an_order_that_may_not_be_placed_ends_the_session_as_an_intent(tmp_path: Path) -> None:
    steps, ending = await end_of(tmp_path, HoldingWindow([page()]), RecitingPolicy([LOOK]), Limits())
    assert (steps, ending.kind) == (1, EndingKind.PURCHASE_INTENT)
    assert "nothing was sent" in ending.message


async def test_a_decision_that_never_comes_does_not_outlast_the_time(tmp_path: Path) -> None:
    steps, ending = await end_of(tmp_path, PaperWindow([page()]), Ponderous(), Limits(seconds=0.2))
    assert (steps, ending.kind) == (0, EndingKind.LIMIT)


async def test_an_action_that_never_ends_outlasts_the_time_by_no_more_than_is_allowed(tmp_path: Path) -> None:
    limits = Limits(seconds=0.1, overtime=0.1)
    steps, ending = await end_of(tmp_path, HangingWindow([page()]), RecitingPolicy([LOOK]), limits)
    assert (steps, ending.kind) == (0, EndingKind.FAULT)
    assert ending.message == "The limit of 0 seconds was reached. The browser did not answer any more."


async def visit(
    folder: Path,
    decisions: Sequence[Decision],
    pages: Sequence[Observation | BaseException] = (page(),),
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
) -> tuple[tuple[Step, ...], Ending]:
    told: list[Step] = []
    recorder = Recorder(folder, header())
    try:
        steps, ending = await run_session(
            maya(), "a kettle", RecitingPolicy(decisions), PaperWindow(pages), recorder, limits, told.append
        )
    finally:
        recorder.close()
    recording = read_recording(folder)
    assert recording.steps == steps == tuple(told)
    assert recording.ending == ending
    return steps, ending


async def test_a_shopper_looks_acts_and_leaves(tmp_path: Path) -> None:
    steps, ending = await visit(tmp_path / "r", [LOOK, LOOK, LEAVE])
    assert [step.decision for step in steps] == [LOOK, LOOK, LEAVE]
    assert ending.kind is EndingKind.LEFT


async def test_a_confirmed_order_ends_the_session_as_a_purchase(tmp_path: Path) -> None:
    checkout = page(title="Checkout: review", url="http://shop.test/checkout/review")
    thanks = page(
        title="Thank you",
        html="<h1>Thank you for your order</h1><p>Order number 1001</p>"
        "<ul><li>1 x Tea kettle $30.00</li></ul><p>Total $34.50</p>",
    )
    steps, ending = await visit(tmp_path / "r", [LOOK, LEAVE], [checkout, thanks])
    assert len(steps) == 1
    assert ending.kind is EndingKind.PURCHASED
    assert ending.purchase is not None
    assert ending.purchase.model_dump() == {
        "order_number": "1001", "items": ("1 x Tea kettle $30.00",), "total": "$34.50",
    }  # fmt: skip


async def test_several_impossible_actions_in_a_row_are_being_stuck(tmp_path: Path) -> None:
    impossible = Decision(rationale="That one.", action=Click(name="nowhere"))
    steps, ending = await visit(tmp_path / "r", [LOOK, *[impossible] * 9], limits=Limits(rejected=3))
    assert ending.kind is EndingKind.STUCK
    assert [step.outcome.accepted for step in steps] == [True, False, False, False]


async def test_steps_and_time_run_out(tmp_path: Path) -> None:
    steps, ending = await visit(tmp_path / "a", [LOOK] * 9, limits=Limits(steps=4))
    assert (len(steps), ending.kind) == (4, EndingKind.LIMIT)
    steps, ending = await visit(tmp_path / "b", [LOOK] * 9, limits=Limits(seconds=-1.0))
    assert (len(steps), ending.kind) == (0, EndingKind.LIMIT)


async def test_a_fault_ends_the_session_with_its_traceback_on_record(tmp_path: Path) -> None:
    steps, ending = await visit(tmp_path / "r", [LOOK] * 9, [page(), BrowserFault("the browser crashed")])
    assert len(steps) == 1
    assert (ending.kind, ending.message) == (EndingKind.FAULT, "the browser crashed")
    assert ending.traceback is not None
    assert "BrowserFault" in ending.traceback


async def test_a_bug_is_no_fault(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        await visit(tmp_path / "r", [LOOK], [ZeroDivisionError("a bug")])


async def test_a_run_that_is_stopped_says_so_on_record(tmp_path: Path) -> None:
    with pytest.raises(asyncio.CancelledError):
        await visit(tmp_path / "r", [LOOK, LOOK], [page(), asyncio.CancelledError()])
    recording = read_recording(tmp_path / "r")
    assert recording.ending is not None
    assert (len(recording.steps), recording.ending.kind) == (1, EndingKind.INTERRUPTED)
