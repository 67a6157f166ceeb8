"""A session once more: the same loop in a real browser, with the recorded decisions; no model is asked."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from agent.actions import Action, Decision, Type, TypeAndSubmit, name_in
from agent.awaiting import AwaitingWindow, Awaits
from agent.browser import BrowserSettings, Device, Terms, open_browser
from agent.checksums import altered
from agent.errors import UserError
from agent.loop import Limits, run_session
from agent.masking import STAND_INS, USER_NAME, Secrets
from agent.model import model_dir, token_counter, tokenizer_path
from agent.page_view import PageView
from agent.persona import Persona
from agent.policy import Decided, RecitingPolicy
from agent.recording import PERSON, Recorder, Recording, read_recording
from agent.session import EndingKind, Step
from replay.comparison import Comparison, StepCheck, Told, compared, difference, ending_told
from replay.names import Found, find
from simplify import Observation, simplify, without_clocks
from simplify.pipeline import estimate_tokens
from viewer.places import read_regular

Counter = Callable[[str], int]
OnCheck = Callable[[StepCheck], None]

MOST_PAGE = 64 * 2**20
"""Bytes of a captured page: a small file may unpack to any size."""

PATIENCE = 10_000
"""Rejected actions in a row: a recording ends where it ended, whatever is rejected on the way."""

LONGEST_WAIT = 3.0
"""Seconds for which a page is awaited that is not yet as it was, after a shopper who took longer."""

_BY_THE_PAGE = frozenset(
    {EndingKind.PURCHASED, EndingKind.LEFT, EndingKind.PURCHASE_INTENT, EndingKind.BOT_CHECK}
)
"""Endings that come of what the shopper did; a limit, a fault or Ctrl-C does not come again."""


@dataclass(slots=True)
class _Recital:
    """Says the recorded decisions, each with the name that its target has by now.

    Attributes:
        recording: what is said.
        found: where each target was found, as far as the session got.
    """

    recording: Recording
    policy: RecitingPolicy
    found: list[Found] = field(default_factory=list)

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """The decision whose turn it is (see `agent.policy.Policy`)."""
        decided = await self.policy.decide(persona, intent, steps, observation)
        action = decided.decision.action
        name = name_in(action)
        if name is None:
            self.found.append(Found(None, same=True))
            return decided
        page = _page(self.recording.folder, self.recording.steps[len(steps)])
        place = find(name, page, observation)
        self.found.append(place)
        return decided._replace(decision=_said(decided.decision, place.name or name))


def _said(decision: Decision, name: str) -> Decision:
    action = decision.action
    changes = {"name": name}
    if isinstance(action, TypeAndSubmit | Type):
        changes["text"] = STAND_INS.get(action.text, action.text)
    return decision.model_copy(update={"action": action.model_copy(update=changes)})


async def rerun(recording: Recording, site: str, out: Path, on_check: OnCheck, terms: Terms) -> Comparison:
    """Runs a recorded session again, and holds it against the recording.

    Args:
        recording: whose decisions are said again.
        site: address of the start page, of a shop that is as it was.
        out: folder of the new recording.
        on_check: told each step as soon as it was held against the recorded one.
        terms: what may be done there.

    Raises:
        UserError: the site cannot be visited, there is no browser, or the new recording cannot be written.
    """
    if not recording.steps:
        raise UserError(f"nothing was done in {recording.folder}: there is nothing to run again")
    header = recording.header
    budget, count = _measure(recording)
    settings = BrowserSettings(budget=budget, count_tokens=count, screenshots=_has_pictures(recording))
    checks: list[StepCheck] = []
    decisions = tuple(step.decision for step in recording.steps)
    recital = _Recital(recording, RecitingPolicy(decisions))

    async with (
        open_browser(settings) as browser,
        browser.visit(site, _device(header.settings), terms) as window,
    ):
        again = header.model_copy(update={"site": site, "policy": {"kind": "reciting", "of": header.policy}})
        recorder = Recorder(out, again, mask_contacts=header.policy.get("kind") == PERSON)
        if (header.settings.get("terms") or {}).get("login"):
            recorder.secrets.know({USER_NAME: STAND_INS[USER_NAME]})
        limits = Limits(steps=len(recording.steps), seconds=3600.0, rejected=PATIENCE)

        def check(step: Step) -> None:
            checks.append(_check(recording, recital, _kept(step, recorder.secrets)))
            on_check(checks[-1])

        try:
            patient = AwaitingWindow(window, _awaiting(recording, recorder.secrets, checks))
            await run_session(header.persona, header.intent, recital, patient, recorder, limits, check)
        finally:
            recorder.close()
    return _comparison(recording, tuple(checks), read_recording(out))


def _comparison(recording: Recording, checks: tuple[StepCheck, ...], again: Recording) -> Comparison:
    files = altered(recording.folder)
    before, after = ending_told(recording.ending), ending_told(again.ending)
    if recording.ending is None:
        before = after
    elif len(checks) == len(recording.steps) and recording.ending.kind not in _BY_THE_PAGE:
        before = after  # what ended it was no page: the decisions are said, and it is over
    return Comparison(
        steps=checks,
        recorded=len(recording.steps),
        ending=before == after,
        ending_difference=difference("ending", before, after),
        altered=tuple(f"{name} ({what})" for name, what in (files or {}).items()),
        notes=tuple(_notes(recording, checks, checked=files is not None)),
    )


def _notes(recording: Recording, checks: Sequence[StepCheck], *, checked: bool) -> Iterator[str]:
    typed = [getattr(step.decision.action, "text", "") for step in recording.steps]
    for mask in sorted({text for text in typed if text in STAND_INS}):
        yield f"In place of {mask}, a stand-in was typed."
    clocks = sum(check.clocks for check in checks)
    if clocks:
        yield f"At {clocks} of {len(checks)} steps a clock showed another time, which makes no difference."
    if recording.ending is None:
        yield "The recording was cut off, and was run up to its last step."
    if not checked:
        yield "The recording has no checksums: whether it was altered cannot be told."


def _check(recording: Recording, recital: _Recital, now: Step) -> StepCheck:
    place = now.index - 1
    before, found = recording.steps[place], recital.found[place]
    name = _name(before.decision.action)
    moved = found.name if found.name not in {None, name} else None
    target = name if found.same else "another thing" if name in now.observation else "not on the page"
    if moved is not None:
        target = f"moved: {moved}"
    return compared(
        now.index,
        Told.of(before, name),
        Told.of(now, target),
        target_same=found.same,
        moved=moved,
    )


def _awaiting(recording: Recording, secrets: Secrets, checks: Sequence[StepCheck]) -> Awaits:
    """Waits as long as the shopper took, until a page is as it was; if one differed, for the target."""

    def awaits(place: int, view: PageView) -> float:
        if not 0 < place < len(recording.steps):
            return 0.0
        before, now = recording.steps[place], view.observation
        if any(not each.observation for each in checks) and _name(before.decision.action) in {
            "",
            *now.targets,
        }:
            return 0.0
        if without_clocks(secrets.in_markup(now.html)) == without_clocks(before.observation):
            return 0.0
        passed = (before.at - recording.steps[place - 1].at).total_seconds()
        return min(passed, LONGEST_WAIT)

    return awaits


def _kept(step: Step, secrets: Secrets) -> Step:
    """The step as the new recording has it, where secrets are masked as in the recorded one."""
    return secrets.in_step(step).model_copy(update={"observation": secrets.in_markup(step.observation)})


def _name(action: Action) -> str:
    return name_in(action) or ""


def _page(folder: Path, step: Step) -> Observation:
    """The recorded page of a step, whole; an empty one where it was not kept."""
    return simplify(_captured(folder, step) or "")


def _captured(folder: Path, step: Step) -> str | None:
    """The captured page of a step; None where it was not kept, or is damaged.

    Raises:
        UserError: no page is as large as what is packed there.
    """
    path = folder / "pages" / f"{step.index:04}.html.gz"
    try:
        with gzip.GzipFile(fileobj=BytesIO(read_regular(path, MOST_PAGE))) as file:
            page = file.read(MOST_PAGE + 1)
    except (OSError, EOFError, zlib.error):
        return None
    if len(page) > MOST_PAGE:
        raise UserError(
            f"{path} unpacks to more than {MOST_PAGE // 2**20} MiB, which no captured page does: "
            "the recording was altered; delete this file to run it without"
        )
    return page.decode("utf-8", "replace")


def _measure(recording: Recording) -> tuple[int | None, Counter]:
    """The budget of the recorded observations, and how tokens were counted for them.

    The header says no more than the budget: the count is the one with which the recorded page gives the
    recorded observation again.
    """
    budget = recording.header.settings.get("observation_budget")
    if not isinstance(budget, int):
        return None, estimate_tokens
    for count in _counters():
        if _gives_again(recording, budget, count):
            return budget, count
    return budget, estimate_tokens


def _counters() -> Iterator[Counter]:
    yield estimate_tokens
    folder = model_dir()
    if folder is not None and tokenizer_path(folder).is_file():
        yield token_counter(folder)


def _gives_again(recording: Recording, budget: int, count: Counter) -> bool:
    for step in recording.steps:
        html = _captured(recording.folder, step)
        if html is not None and simplify(html, budget=budget, count_tokens=count).html == step.observation:
            return True
    return False


def _has_pictures(recording: Recording) -> bool:
    return any((recording.folder / "screenshots").glob("*.jpg"))


def _device(settings: Mapping[str, Any]) -> Device | None:
    """The window of the recording; None for the one that all had before headers told of it.

    Raises:
        UserError: the header tells of none that can be opened.
    """
    described = settings.get("device")
    if described is None:
        return None
    try:
        return Device.of(described)
    except ValueError as error:
        raise UserError(f"the recording's window cannot be opened again: {error}") from error
