"""A recording's journal (`session.jsonl`), read forgivingly and within bounds, as plain JSON.

What is looked at may be cut off, damaged, endless, or written by somebody who means harm. So nothing raises
here: what can be read is read, everything has its type, texts can be written to any file, and the first fault
is told in words. `agent.recording.read_recording` is the strict reader, for those who reckon with it.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from viewer.places import read_regular

JOURNAL = "session.jsonl"
MOST_BYTES = 32 * 2**20
MOST_STEPS = 2_000
MOST_CHARS = 20_000
_LARGEST = 1e15
"""No time, count or place in a recording is greater: what is, is no number of ours."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the window, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the mouse pressed.

    Attributes:
        x: CSS pixels from the window's left.
        y: from its top.
        box: of the element, then.
        window: its width and height.
        scrolled: the page was scrolled to it first.
    """

    x: float
    y: float
    box: Box | None
    window: tuple[float, float]
    scrolled: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step, as its line tells it; times in seconds, `at` in UTC."""

    index: int
    at: datetime | None
    url: str
    title: str
    rationale: str
    action: str
    name: str
    text: str
    accepted: bool
    message: str
    url_after: str
    touch: Touch | None
    observe: float
    decide: float
    perform: float
    prompt_tokens: float
    completion_tokens: float


@dataclass(frozen=True, slots=True)
class EndingLine:
    """How a session ended."""

    ended: str
    message: str
    at: datetime | None
    order_number: str
    total: str
    items: tuple[str, ...]
    traceback: str


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """What a session was before its first step.

    Attributes:
        persona: name and the rest, as it stands there.
        study: name of the study that it belongs to; empty where it belongs to none.
        session: its key in the study.
        arm: of the study.
        policy: what decides, as it stands there.
        settings: all others, as they stand there.
    """

    started: datetime | None
    version: str
    persona: Mapping[str, Any]
    persona_name: str
    persona_id: str
    intent: str
    site: str
    seed: str
    study: str
    session: str
    arm: str
    policy: Mapping[str, Any]
    settings: Mapping[str, Any]


@dataclass(slots=True)
class Journal:
    """A journal as far as it could be read.

    Attributes:
        header: its first line; None where that is none.
        steps: in their order.
        ending: None where the session goes on, or was cut off.
        damage: the first fault, in words; empty where there is none.
    """

    header: HeaderLine | None = None
    steps: list[StepLine] = field(default_factory=list)
    ending: EndingLine | None = None
    damage: str = ""

    def fault(self, words: str) -> None:
        """Takes note of a fault, if it is the first."""
        self.damage = self.damage or words


def read_journal(folder: Path) -> Journal:
    """The journal of the recording in a folder."""
    journal = Journal()
    try:
        content = read_regular(folder / JOURNAL, MOST_BYTES + 1)
    except OSError as error:
        journal.fault(f"{JOURNAL} cannot be read: {error.strerror or 'it is no regular file'}")
        return journal
    if len(content) > MOST_BYTES:
        journal.fault(f"{JOURNAL} is longer than {MOST_BYTES // 2**20} MB; its beginning is shown")
    # What follows the last line break is a line in the making, or half a one.
    for number, line in enumerate(content[:MOST_BYTES].split(b"\n")[:-1], start=1):
        _take(journal, number, line)
    if journal.header is None:
        journal.fault(f"{JOURNAL} does not begin with a header line")
    return journal


def _take(journal: Journal, number: int, line: bytes) -> None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        journal.fault(f"line {number} of {JOURNAL} is no JSON")
        return
    if not isinstance(entry, dict):
        journal.fault(f"line {number} of {JOURNAL} is no object")
        return
    match entry.get("kind"):
        case "header" if journal.header is None:
            journal.header = _header(entry)
        case "step" if len(journal.steps) < MOST_STEPS:
            journal.steps.append(_step(entry, len(journal.steps) + 1))
        case "step":
            journal.fault(f"more than {MOST_STEPS:,} steps; the first ones are shown")
        case "ending":
            journal.ending = _ending(entry)
        case _:
            journal.fault(f"line {number} of {JOURNAL} is of no kind that is known")


def _header(entry: Mapping[str, Any]) -> HeaderLine:
    persona, settings = mapping(entry.get("persona")), mapping(entry.get("settings"))
    arm = settings.get("arm")
    return HeaderLine(
        started=moment(entry.get("started")),
        version=text(entry.get("version")),
        persona=persona,
        persona_name=text(persona.get("name")) or text(persona.get("id")) or "Somebody",
        persona_id=text(persona.get("id")),
        intent=text(entry.get("intent")),
        site=text(entry.get("site")),
        seed=text(entry.get("seed")),
        study=text(settings.get("study")),
        session=text(settings.get("session")),
        arm=text(mapping(arm).get("name") if isinstance(arm, dict) else arm),
        policy=mapping(entry.get("policy")),
        settings=settings,
    )


def _step(entry: Mapping[str, Any], place: int) -> StepLine:
    decision, outcome = mapping(entry.get("decision")), mapping(entry.get("outcome"))
    action, timing = mapping(decision.get("action")), mapping(entry.get("timing"))
    usage = mapping(entry.get("usage"))
    index = int(number(entry.get("index"), place))
    return StepLine(
        index=index if 0 < index < 1_000_000 else place,
        at=moment(entry.get("at")),
        url=text(entry.get("url")),
        title=text(entry.get("title")),
        rationale=text(decision.get("rationale")),
        action=text(action.get("type")),
        name=text(action.get("name")),
        text=text(action.get("text")),
        accepted=outcome.get("accepted") is not False,
        message=text(outcome.get("message")),
        url_after=text(outcome.get("url")),
        touch=_touch(outcome.get("touch")),
        observe=number(timing.get("observe")),
        decide=number(timing.get("decide")),
        perform=number(timing.get("perform")),
        prompt_tokens=number(usage.get("prompt_tokens")),
        completion_tokens=number(usage.get("completion_tokens")),
    )


def _touch(value: object) -> Touch | None:
    touch = mapping(value)
    window, box = touch.get("window"), mapping(touch.get("box"))
    if not isinstance(window, list) or len(window) != 2:
        return None
    width, height = number(window[0]), number(window[1])
    if width <= 0 or height <= 0:
        return None
    return Touch(
        x=number(touch.get("x")),
        y=number(touch.get("y")),
        box=Box(*(number(box.get(side)) for side in ("x", "y", "width", "height"))) if box else None,
        window=(width, height),
        scrolled=touch.get("scrolled") is True,
    )


def _ending(entry: Mapping[str, Any]) -> EndingLine:
    purchase = mapping(entry.get("purchase"))
    items = purchase.get("items")
    return EndingLine(
        ended=text(entry.get("ended")),
        message=text(entry.get("message")),
        at=moment(entry.get("at")),
        order_number=text(purchase.get("order_number")),
        total=text(purchase.get("total")),
        items=tuple(map(text, items[:100])) if isinstance(items, list) else (),
        traceback=text(entry.get("traceback")),
    )


def text(value: object) -> str:
    """A text that can be written anywhere; empty where there is none. Numbers are told as they are."""
    if isinstance(value, str):
        cut = value[:MOST_CHARS].replace("\0", "\ufffd")
        return cut if cut.isascii() else _SURROGATE.sub("\ufffd", cut)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{number(value):.15g}"
    return ""


def number(value: object, otherwise: float = 0.0) -> float:
    """A finite number of a sensible size, or the other."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    return value if math.isfinite(value) and abs(value) < _LARGEST else otherwise


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def moment(value: object) -> datetime | None:
    """A time in UTC; None where it cannot be read."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
