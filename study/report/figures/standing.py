"""What has become of the plan: what is done, what is missing, and what that means for the reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.report.rows import PlannedRow

MESSAGES = 3
"""Reasons of faults that are told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Sessions of an arm by their state.

    Attributes:
        planned: all.
        done: those that all figures are about.
        faulted: the browser, the site or the model failed, again and again.
        waiting: have not run.
    """

    planned: int
    done: int
    faulted: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing from a study.

    Attributes:
        total: of all arms.
        broken_pairs: twins of which one is done and another one is not: no comparison counts them.
        interrupted: sessions that the user stopped, counted as done.
        faults: the most frequent reasons of faults, and how often each was met.
    """

    total: Standing
    broken_pairs: int
    interrupted: int
    faults: tuple[tuple[str, int], ...]


def standings(arms: Sequence[str], planned: Sequence[PlannedRow]) -> Mapping[str, Standing]:
    """The states by arm, in the order of the arms."""
    return {arm: _standing([row for row in planned if row.arm == arm]) for arm in arms}


def gaps(planned: Sequence[PlannedRow]) -> Gaps:
    """What is missing."""
    done: dict[int, set[bool]] = {}
    for row in planned:
        done.setdefault(row.pair, set()).add(row.state == "done")
    reasons = Counter(row.message or "no reason was written down" for row in planned if row.state == "fault")
    return Gaps(
        total=_standing(planned),
        broken_pairs=sum(len(states) > 1 for states in done.values()),
        interrupted=sum(row.state == "done" and row.ending == "interrupted" for row in planned),
        faults=tuple(reasons.most_common(MESSAGES)),
    )


def _standing(planned: Sequence[PlannedRow]) -> Standing:
    states = Counter(row.state for row in planned)
    done, faulted = states["done"], states["fault"]
    # What runs at this moment has not run yet.
    return Standing(len(planned), done, faulted, len(planned) - done - faulted)
