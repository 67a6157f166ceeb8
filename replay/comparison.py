"""What is the same in a session that was run once more, step by step, and what is not."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from agent.session import Ending, Outcome, Step
from simplify import without_clocks

CONTEXT_LINES = 2
MOST_LINES = 40
LINE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class StepCheck:
    """One recorded step, held against the same step of the re-run.

    Attributes:
        index: of the step, from 1.
        observation: whether the page read the same.
        target: whether what was acted on was there, and was the same thing.
        outcome: whether the same came of it.
        moved: the name under which the target was found, where that is another one.
        clocks: whether a clock on the page, which says nothing of the shopper, showed another time.
        difference: lines of the first thing that differs, as `diff -u` has them; empty where all is the same.
    """

    index: int
    observation: bool
    target: bool
    outcome: bool
    moved: str | None = None
    clocks: bool = False
    difference: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all of the step is."""
        return self.observation and self.target and self.outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """A recording, held against its re-run.

    Attributes:
        steps: the recorded steps that were reached.
        recorded: how many steps were recorded.
        ending: whether the session ended in the same way.
        ending_difference: as above.
        altered: files of the recording that are not as they were made, with what happened to each.
        notes: what a reader has to know of the re-run.
    """

    steps: tuple[StepCheck, ...]
    recorded: int
    ending: bool
    ending_difference: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all is as it was recorded."""
        every = len(self.steps) == self.recorded and all(step.same for step in self.steps)
        return every and self.ending and not self.altered

    @property
    def first(self) -> StepCheck | None:
        """The first step that is not the same."""
        return next((step for step in self.steps if not step.same), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What of a step is compared, where addresses count from the site's root on."""

    observation: str
    target: str
    outcome: str

    @classmethod
    def of(cls, step: Step, target: str) -> "Told":
        """A step as it was recorded, or as it went this time."""
        return cls(step.observation, target, outcome_told(step.outcome))


def outcome_told(outcome: Outcome) -> str:
    """What came of an action, in lines that can be compared."""
    done = "done" if outcome.accepted else "refused"
    return f"{done}: {outcome.message}\nat {path_of(outcome.url)}"


def ending_told(ending: Ending | None) -> str:
    """How a session ended, likewise."""
    if ending is None:
        return "cut off"
    bought = ending.purchase
    lines = [f"{ending.kind.value}: {ending.message}"]
    if bought is not None:
        lines += [f"order {bought.order_number}", *bought.items, f"total {bought.total}"]
    return "\n".join(lines)


def path_of(url: str) -> str:
    """An address without the host, which may be another one in a re-run."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme="", netloc="").geturl() or "/"


def compared(index: int, recorded: Told, now: Told, *, target_same: bool, moved: str | None) -> StepCheck:
    """Holds a step against the recorded one; that clocks go on makes no difference."""
    pairs = (
        ("observation", recorded.observation, now.observation),
        ("target", recorded.target, now.target),
        ("outcome", recorded.outcome, now.outcome),
    )
    same = {name: without_clocks(before) == without_clocks(after) for name, before, after in pairs}
    same["target"] = same["target"] and target_same
    first = next(((name, before, after) for name, before, after in pairs if not same[name]), None)
    return StepCheck(
        index=index,
        observation=same["observation"],
        target=same["target"],
        outcome=same["outcome"],
        moved=moved,
        clocks=any(same[name] and before != after for name, before, after in pairs),
        difference=difference(*first) if first else (),
    )


def difference(what: str, before: str, after: str) -> tuple[str, ...]:
    """Where two texts differ, in few lines: those around each difference, and how many are left out."""
    lines = list(
        difflib.unified_diff(
            before.splitlines(),
            after.splitlines(),
            f"recorded {what}",
            f"{what} now",
            n=CONTEXT_LINES,
            lineterm="",
        )
    )
    told = [_cut(one) for one in _paired(lines)]
    if len(told) > MOST_LINES:
        told = [*told[:MOST_LINES], f"… {len(told) - MOST_LINES} more lines differ"]
    return tuple(told)


def _cut(line: str) -> str:
    return line if len(line) <= LINE_LENGTH else line[: LINE_LENGTH - 1] + "…"


def _paired(lines: Sequence[str]) -> Iterator[str]:
    """Long lines that were replaced by similar ones begin where they differ: lines of a page are long."""
    at = 0
    while at < len(lines):
        removed, added = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
        is_pair = removed.startswith("-") and added.startswith("+") and not removed.startswith("---")
        if not is_pair or max(len(removed), len(added)) <= LINE_LENGTH:
            yield removed
            at += 1
            continue
        shared = _shared(removed[1:], added[1:])
        skipped = max(0, shared - 40)
        lead = "…" if skipped else ""
        yield f"-{lead}{removed[1 + skipped :]}"
        yield f"+{lead}{added[1 + skipped :]}"
        at += 2


def _shared(one: str, other: str) -> int:
    """Characters that two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
