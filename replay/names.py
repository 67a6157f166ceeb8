"""The recorded target on the page of today: under its name, or under another where that is certain."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simplify import Observation, Target, without_clocks

_NAME = re.compile(r'\s?name="[^"]*"')


@dataclass(frozen=True, slots=True)
class Found:
    """A recorded target, looked for on another page.

    Attributes:
        name: what it is called there; None where it is not there, or nothing is certain.
        same: whether it is what it was: of the same kind, saying the same, and as able to react.
    """

    name: str | None
    same: bool


def find(name: str, recorded: Observation, now: Observation) -> Found:
    """Looks for a target of a recorded page on a page.

    A name is looked for first. Where it is gone, or names something else by now, the target is what is of the
    same kind and says the same: if there is one such thing on either page, or if only one stands in the very
    same line.

    Args:
        name: the target's, in the recording.
        recorded: the page then.
        now: the page as it is.
    """
    meant, there = recorded.targets.get(name), now.targets.get(name)
    if meant is None:  # a name that never was: it is said again, and refused again
        return Found(name, same=there is None)
    if there is not None and _alike(meant, there, clocks=False):
        return Found(name, same=meant.enabled is there.enabled)
    moved = _certain(meant, recorded, now)
    return Found(moved.name if moved else None, same=False)


def _alike(one: Target, other: Target, *, clocks: bool = True) -> bool:
    """Whether two things are of the same kind and say the same, or all but the time."""
    said = [each.label if clocks else without_clocks(each.label) for each in (one, other)]
    return one.kind is other.kind and said[0] == said[1]


def _certain(meant: Target, recorded: Observation, now: Observation) -> Target | None:
    before = [each for each in recorded.targets.values() if _alike(each, meant)]
    after = [each for each in now.targets.values() if _alike(each, meant)]
    if len(before) == 1 and len(after) == 1:
        return after[0]
    line = _line_of(meant.name, recorded.html)
    in_line = [each for each in after if line is not None and _line_of(each.name, now.html) == line]
    is_only_one = line is not None and _lines(recorded.html, before).get(line) == 1
    return in_line[0] if is_only_one and len(in_line) == 1 else None


def _lines(html: str, targets: Iterable[Target]) -> Mapping[str | None, int]:
    counts: dict[str | None, int] = {}
    for target in targets:
        line = _line_of(target.name, html)
        counts[line] = counts.get(line, 0) + 1
    return counts


def _line_of(name: str, html: str) -> str | None:
    """The line that a target stands in, without any names; None where it stands in none."""
    mark = f'name="{name}"'
    line = next((line for line in html.splitlines() if mark in line), None)
    return None if line is None else _NAME.sub("", line)
