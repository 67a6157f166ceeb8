"""What was met most often: places, targets, words, messages, each with the sessions it was met in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from study.report.figures.shares import Share, share

SHOWN = 10
"""Lines of a ranking that are open to see."""

FOLDED = 20
"""Lines after these that can be unfolded; what comes later is only counted."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class StepAt:
    """A step of a session, to be linked to."""

    session: str
    index: int


class Met(NamedTuple):
    """Something that was met once.

    Attributes:
        what: by what it is counted.
        detail: how it looked this time: a title, a message.
        arm: of the session.
        at: where.
    """

    what: str
    detail: str
    arm: str
    at: StepAt


@dataclass(frozen=True, slots=True)
class Place:
    """Something that was met, and by how many.

    Attributes:
        what: by what it was counted.
        detail: how it mostly looked.
        times: how often it was met in all.
        sessions: of each arm's sessions, those in which it was met at least once.
        example: the first step at which it was met.
    """

    what: str
    detail: str
    times: int
    sessions: tuple[Share, ...]
    example: StepAt


@dataclass(frozen=True, slots=True)
class Top(Generic[Item]):
    """The first of a ranking.

    Attributes:
        shown: to be seen at once.
        folded: to be unfolded.
        left_out: how many more there were.
    """

    shown: tuple[Item, ...]
    folded: tuple[Item, ...]
    left_out: int


@dataclass(slots=True)
class _Tally:
    example: StepAt
    times: int = 0
    details: Counter[str] = field(default_factory=Counter)
    sessions: dict[str, set[str]] = field(default_factory=dict)


def top(items: Iterable[Item], shown: int = SHOWN, folded: int = FOLDED) -> Top[Item]:
    """The first of what is in order already."""
    listed = tuple(items)
    end = shown + folded
    # One or two lines more are shorter than the fold that would hide them.
    if len(listed) <= shown + 2:
        return Top(listed, (), 0)
    return Top(listed[:shown], listed[shown:end], max(0, len(listed) - end))


def ranked(met: Iterable[Met], sizes: Mapping[str, int]) -> tuple[Place, ...]:
    """What was met, by the sessions in which it was, then by how often, then in the order of meeting.

    Args:
        met: in the order of meeting; of other arms than those of `sizes`, nothing is counted.
        sizes: how many sessions each arm is measured by.
    """
    tallies: dict[str, _Tally] = {}
    for each in met:
        tally = tallies.setdefault(each.what, _Tally(each.at))
        tally.times += 1
        tally.details[each.detail] += 1
        tally.sessions.setdefault(each.arm, set()).add(each.at.session)
    order = sorted(tallies.items(), key=lambda item: (-_sessions(item[1]), -item[1].times))
    return tuple(_place(what, tally, sizes) for what, tally in order)


def _sessions(tally: _Tally) -> int:
    return sum(map(len, tally.sessions.values()))


def _place(what: str, tally: _Tally, sizes: Mapping[str, int]) -> Place:
    return Place(
        what=what,
        detail=tally.details.most_common(1)[0][0],
        times=tally.times,
        sessions=tuple(share(len(tally.sessions.get(arm, ())), size) for arm, size in sizes.items()),
        example=tally.example,
    )
