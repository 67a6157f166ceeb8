"""A session as a film: its frames, and when each of them begins.

A frame is a step: the page that was looked at, the thought, the action, what came of it. The page on which
the session ended, where nothing was done any more, is the last frame. Pictures and pages are named here, and
read by whoever shows the film.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from viewer.answers import Answer, read_answers
from viewer.journal import HeaderLine, Journal, StepLine, read_journal
from viewer.observed import MOST_CHARS, Observed, observed
from viewer.places import OutsideError, Root

MOST_OBSERVED = 3_000_000
"""Characters of observations that stand in a film; those of further steps have pages of their own."""

WORDS = {
    "purchased": "Bought",
    "purchase_intent": "About to order",
    "bot_check": "Asked for a person",
    "left": "Left",
    "stuck": "Stuck",
    "limit": "Limit reached",
    "fault": "Fault",
    "interrupted": "Interrupted",
    "running": "Running",
    "cut-off": "Cut off",
    "damaged": "Damaged",
}
"""Endings, and states of sessions without one, in a word or two."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is seen at a time.

    Attributes:
        number: of the step, or the one after the last step.
        step: None of the page that was seen last.
        start: seconds from the session's beginning; None where the recording does not say.
        seconds: that it took.
        look: name of the picture that was looked at, such as `0001.jpg`; empty where there is none.
        touched: name of the picture of the moment of the action, where the page was scrolled for it.
        page: whether the recorded page is there.
        observation: what the model was shown; None where it is not there, or the film is too long already.
        has_observation: whether it is there at all.
    """

    number: int
    step: StepLine | None
    start: float | None
    seconds: float
    look: str
    touched: str
    page: bool
    observation: Observed | None
    has_observation: bool

    @property
    def action(self) -> str:
        """What was done, in words, without the name of the thing."""
        kinds = {
            "click": "clicks",
            "type_and_submit": "types and presses Enter in",
            "type": "types into",
            "terminate": "leaves",
        }
        return kinds.get(self.step.action, self.step.action) if self.step else ""


@dataclass(frozen=True, slots=True)
class Film:
    """A session.

    Attributes:
        header: None where the journal has none.
        frames: in their order.
        ended: how it ended, or `running`, `cut-off`, `damaged`: a key of `WORDS`, unless somebody made it up.
        message: a sentence about the ending.
        window: width and height of the shopper's window, where a step tells; pictures are scaled by it.
        seconds: from the beginning to the end, as far as the recording says.
        answers: of interviews.
    """

    header: HeaderLine | None
    frames: tuple[Frame, ...]
    ended: str
    message: str
    journal: Journal
    window: tuple[float, float] | None
    seconds: float
    answers: tuple[Answer, ...]

    @property
    def steps(self) -> int:
        """How many actions."""
        return len(self.journal.steps)

    @property
    def who(self) -> str:
        """The shopper's name."""
        return self.header.persona_name if self.header else "Somebody"

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.ended == "running"


def read_film(folder: Path, *, going_on: bool, after: int = 0) -> Film:
    """The film of a recording; of one that is damaged, as much as can be read.

    Args:
        folder: the recording's, every link on the way to it followed.
        going_on: whether it was written to a short time ago, so that one without an ending is running.
        after: frames up to this number are left out; they were seen already.
    """
    journal = read_journal(folder)
    frames = tuple(_frames(folder, journal, after))
    ending = journal.ending
    return Film(
        header=journal.header,
        frames=frames,
        ended=state_of(journal, going_on=going_on),
        message=ending.message if ending else "",
        journal=journal,
        window=next((step.touch.window for step in journal.steps if step.touch), None),
        seconds=seconds_of(journal),
        answers=read_answers(folder),
    )


def state_of(journal: Journal, *, going_on: bool) -> str:
    """How a session ended, or how far it is."""
    if journal.ending is not None:
        return journal.ending.ended or "damaged"
    if journal.header is None:
        return "damaged"
    return "running" if going_on else "cut-off"


def seconds_of(journal: Journal) -> float:
    """From a session's beginning to its end, or to what is known last."""
    beginning = beginning_of(journal)
    last = journal.steps[-1] if journal.steps else None
    end = journal.ending.at if journal.ending else None
    if beginning is None or (end is None and (last is None or last.at is None)):
        return 0.0
    if end is not None:
        return max(0.0, (end - beginning).total_seconds())
    assert last is not None
    assert last.at is not None
    took = last.observe + last.decide + last.perform
    return max(0.0, (last.at - beginning).total_seconds() + took)


def beginning_of(journal: Journal) -> datetime | None:
    """When a session began: at its header, or at its first step where that is missing."""
    if journal.header is not None and journal.header.started is not None:
        return journal.header.started
    return journal.steps[0].at if journal.steps else None


def _frames(folder: Path, journal: Journal, after: int) -> Iterator[Frame]:
    root = Root(folder)
    parts = {part: _names(root, part) for part in ("screenshots", "observations", "pages")}
    beginning = beginning_of(journal)
    room = MOST_OBSERVED
    for step, took in _with_times(journal):
        number = step.index if step else (journal.steps[-1].index if journal.steps else 0) + 1
        if number <= after:
            continue
        name = f"{number:04}"
        if step is None and not any(f"{name}{ending}" in parts[part] for part, ending in _FILES):
            continue
        seen = None
        if f"{name}.html" in parts["observations"] and room > 0:
            seen = read_observation(root, number, step.name if step else "")
            room -= seen.size if seen else 0
        at = step.at if step else journal.ending.at if journal.ending else None
        yield Frame(
            number=number,
            step=step,
            start=max(0.0, (at - beginning).total_seconds()) if at and beginning else None,
            seconds=took,
            look=f"{name}.jpg" if f"{name}.jpg" in parts["screenshots"] else "",
            touched=f"{name}-touch.jpg" if f"{name}-touch.jpg" in parts["screenshots"] else "",
            page=f"{name}.html.gz" in parts["pages"],
            observation=seen,
            has_observation=f"{name}.html" in parts["observations"],
        )


_FILES = (("screenshots", ".jpg"), ("observations", ".html"))


def _with_times(journal: Journal) -> Iterator[tuple[StepLine | None, float]]:
    """Each step with the seconds until the next one, then nothing, for the page that was seen last."""
    steps = journal.steps
    for step, following in pairwise((*steps, None)):
        assert step is not None
        took = step.observe + step.decide + step.perform
        if following is not None and following.at and step.at:
            took = max(took, (following.at - step.at).total_seconds())
        yield step, max(0.0, took)
    if journal.ending is not None or not steps:
        yield None, 0.0


def read_observation(recording: Root, number: int, target: str) -> Observed | None:
    """What the model was shown at a step; None where it cannot be read."""
    try:
        content = recording.read(f"observations/{number:04}.html", 4 * MOST_CHARS + 4)
    except OutsideError:
        return None
    return observed(content, target)


def _names(recording: Root, part: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(recording.find(part)))  # noqa: PTH208 - no paths are wanted
    except (OutsideError, OSError):
        return frozenset()


Picture = Callable[[str], str | None]
"""Where a page finds a picture, by its name (`0001.jpg`); None where it does without."""
