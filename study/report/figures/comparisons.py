"""What the statistics found, as a table and as a picture have it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from study.statistics.findings import Finding, Findings, Interval, Mean, MeanFinding, Share, ShareFinding

SAID = {
    "bought": "bought",
    "checkout": "came to the checkout",
    "added": "put something into the cart",
    "viewed": "looked at a product",
    "searched": "searched",
    "left": "left without buying",
    "stuck": "got stuck",
    "limit": "ran into a limit",
}
"""Measures as a sentence about shoppers has them; one that is not here is called by its name."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """A difference on an axis of its own, 0 to 1, on which no difference is 0.5."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Amount:
    """A rate or a mean of one arm.

    Attributes:
        value: a rate from 0 to 1, or a mean; None of no pairs.
        count: pairs of which it is so; None of a mean.
        of: pairs that were compared.
        interval: of the value.
    """

    value: float | None
    count: int | None
    of: int
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against the control by one measure.

    Attributes:
        finding: of the statistics.
        label: the measure in words.
        decides: whether this measure was said beforehand to decide.
        control: what it is in the control.
        arm: what it is in the arm.
        unit: of the difference: `points` or nothing.
        smallest: effect that the study could have found, in points; None where there is none.
        whisker: the difference as a picture; None where there is no interval.
    """

    finding: Finding
    label: str
    decides: bool
    control: Amount
    arm: Amount
    unit: str
    smallest: float | None
    whisker: Whisker | None


def label_of(measure: str) -> str:
    """A measure in words."""
    return SAID.get(measure, measure.replace("_", " ")).capitalize()


def comparisons(findings: Findings | None) -> tuple[Comparison, ...]:
    """The findings in their order; differences of shares are drawn on one axis, each mean on its own."""
    if findings is None:
        return ()
    reach = _reach(finding for finding in findings.comparisons if isinstance(finding, ShareFinding))
    return tuple(_comparison(finding, findings.primary, reach) for finding in findings.comparisons)


def _comparison(finding: ShareFinding | MeanFinding, primary: str | None, reach: float) -> Comparison:
    is_share = isinstance(finding, ShareFinding)
    return Comparison(
        finding=finding,
        label=label_of(finding.measure),
        decides=finding.measure == primary,
        control=_amount(finding.in_control, finding.pairs),
        arm=_amount(finding.in_arm, finding.pairs),
        unit="points" if is_share else "",
        smallest=_smallest(finding),
        whisker=_whisker(finding, reach if is_share else _reach([finding])),
    )


def _smallest(finding: ShareFinding | MeanFinding) -> float | None:
    if isinstance(finding, MeanFinding) or finding.smallest_effect is None:
        return None
    # Rounded up, as the verdict has it: no less was promised.
    return math.ceil(10 * finding.smallest_effect) / 10


def _amount(found: Share | Mean, pairs: int) -> Amount:
    if isinstance(found, Share):
        return Amount(found.share, found.count, pairs, found.interval)
    return Amount(found.mean, None, pairs, found.interval)


def _reach(findings: Iterable[Finding]) -> float:
    """How far the axis goes to both sides of no difference."""
    intervals = [each.interval for each in findings if each.interval is not None]
    return 1.05 * max((max(abs(each.low), abs(each.high)) for each in intervals), default=0.0) or 1.0


def _whisker(finding: Finding, reach: float) -> Whisker | None:
    if finding.interval is None or finding.difference is None:
        return None

    def along(value: float) -> float:
        return 0.5 + value / reach / 2

    return Whisker(along(finding.interval.low), along(finding.difference), along(finding.interval.high))
