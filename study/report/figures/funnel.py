"""How far shoppers got, and how their visits ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.report.figures.shares import Share, share
from study.report.rows import VisitRow

STAGES = {
    "landed": "Saw the shop",
    "searched": "Searched",
    "viewed": "Looked at a product",
    "added": "Put something into the cart",
    "checkout": "Came to the checkout",
    "bought": "Bought",
}

ENDINGS = {
    "purchased": "Bought",
    "left": "Left without buying",
    "stuck": "Got stuck: several actions in a row could not be done",
    "limit": "Ran into a limit of steps or time",
    "interrupted": "Was stopped from outside",
    "fault": "Browser, site or model failed",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Sessions of which something is so, an entry an arm.

    Attributes:
        key: as the tables call it.
        label: in words.
        shares: of each arm's sessions.
    """

    key: str
    label: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the funnel.

    Attributes:
        line: who reached it.
        onwards: of those who reached the stage before, how many reached this one too, an entry an arm;
            None for the first stage.
    """

    line: Line
    onwards: tuple[Share, ...] | None


def funnel(visits: Mapping[str, Sequence[VisitRow]]) -> tuple[Stage, ...]:
    """The stages in their order.

    A stage counts all who reached it, whichever way: some find a product without searching.

    Args:
        visits: sessions that are done, by arm.
    """
    stages: list[Stage] = []
    before: str | None = None
    for key, label in STAGES.items():
        shares = tuple(share(_reached(all_, key), len(all_)) for all_ in visits.values())
        onwards = None
        if before is not None:
            onwards = tuple(
                share(_reached(all_, before, key), _reached(all_, before)) for all_ in visits.values()
            )
        stages.append(Stage(Line(key, label, shares), onwards))
        before = key
    return tuple(stages)


def _reached(visits: Sequence[VisitRow], *stages: str) -> int:
    return sum(all(getattr(visit, stage) for stage in stages) for visit in visits)


def endings(visits: Mapping[str, Sequence[VisitRow]]) -> tuple[Line, ...]:
    """The endings that occurred, as the words of `ENDINGS` go, then any other."""
    counts = {arm: Counter(visit.ending for visit in all_) for arm, all_ in visits.items()}
    occurred = dict.fromkeys(ending for count in counts.values() for ending in count)
    order = [key for key in ENDINGS if key in occurred] + [key for key in occurred if key not in ENDINGS]
    return tuple(
        Line(key, ENDINGS.get(key, key), tuple(share(counts[arm][key], len(visits[arm])) for arm in visits))
        for key in order
    )
