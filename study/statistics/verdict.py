"""A finding in a sentence or two, for people. It never says that arms are equal: that cannot be shown."""

import math
from collections.abc import Callable

from study.statistics.findings import (
    FEWEST_PERSONAS,
    Finding,
    Interval,
    Mean,
    MeanFinding,
    Measure,
    Methods,
    Settings,
    Share,
    ShareFinding,
)


def verdict(
    finding: ShareFinding | MeanFinding, measure: Measure, settings: Settings, methods: Methods, tests: int
) -> str:
    """What was seen, what was tested, and what may be concluded."""
    if finding.difference is None:
        return f"{finding.arm}: no pair has both its sessions, so nothing can be said ({measure.said})."
    details = [*_difference(finding), _test(finding, methods, tests)]
    seen = f"{_seen(finding, measure)} ({'; '.join(part for part in details if part)})"
    if finding.p is None:
        return f"{finding.arm}: {seen}; described, not tested."
    return f"{finding.arm}: {seen}: {_conclusion(finding, settings)}"


def _seen(finding: ShareFinding | MeanFinding, measure: Measure) -> str:
    if isinstance(finding, ShareFinding):
        arm, control = _percent(finding.in_arm), _percent(finding.in_control)
        return f"{arm} {measure.said} against {control} in {finding.control}"
    arm, control = _mean(finding.in_arm), _mean(finding.in_control)
    return f"{arm} {measure.said} on average against {control} in {finding.control}"


def _difference(finding: ShareFinding | MeanFinding) -> list[str]:
    assert finding.difference is not None
    is_share = isinstance(finding, ShareFinding)
    said = _points if is_share else _number
    told = f"difference {said(finding.difference)}{' points' if is_share else ''}"
    if finding.interval is not None:
        told += f", 95 % interval {_range(finding.interval, said)}"
    if finding.personas_interval is None:
        return [told]
    return [told, f"for other personas, too: {_range(finding.personas_interval, said)}"]


def _test(finding: ShareFinding | MeanFinding, methods: Methods, tests: int) -> str:
    if isinstance(finding, ShareFinding):
        test = methods.share_test
        counts = f"{_pairs(finding.only_arm)} only in {finding.arm} and {finding.only_control} only in "
        counts += finding.control
    else:
        test = methods.mean_test
        counts = f"{_pairs(finding.more)} with more in {finding.arm} and {finding.less} with less"
    if finding.p is None or finding.p_corrected is None:
        return counts
    told = f"{test}, {counts}; {_p(finding.p)}"
    return told if tests == 1 else f"{told}, corrected for {tests} tests {_p(finding.p_corrected)}"


def _conclusion(finding: ShareFinding | MeanFinding, settings: Settings) -> str:
    if finding.significant:
        if _holds_for_others(finding):
            return "a difference was shown."
        return "a difference was shown for these personas; whether it holds for others is open."
    told = ["no difference was shown."]
    if finding.interval is not None and not finding.interval.low <= 0 <= finding.interval.high:
        told.append("The interval leaves out 0, but it is of this comparison alone; the test decides.")
    if isinstance(finding, ShareFinding):
        told.append(_sharpness(finding, settings))
    return " ".join(told)


def _holds_for_others(finding: Finding) -> bool:
    others = finding.personas_interval
    if finding.personas < FEWEST_PERSONAS:
        return False
    return finding.personas == finding.pairs if others is None else not others.low <= 0 <= others.high


def _sharpness(finding: ShareFinding, settings: Settings) -> str:
    power = f"{100 * settings.power:.0f} % power"
    study = f"With {_pairs(finding.pairs)} this study"
    if finding.smallest_effect is None:
        return f"{study} could not have found any difference, however large, with {power}."
    # Rounded up, since no less was promised.
    effect = math.ceil(10 * finding.smallest_effect) / 10
    return f"{study} would have found a difference of {effect:.1f} points or more with {power}."


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"


def _percent(share: Share) -> str:
    return "none" if share.share is None else f"{100 * share.share:.1f} %"


def _mean(mean: Mean) -> str:
    return "none" if mean.mean is None else f"{mean.mean:,.{_decimals(mean.mean)}f}"


def _points(value: float) -> str:
    return _signed(f"{value:+.1f}")


def _number(value: float) -> str:
    return _signed(f"{value:+,.{_decimals(value)}f}")


def _signed(number: str) -> str:
    """With the minus sign that the report's figures have."""
    return number.replace("-", "\N{MINUS SIGN}")


def _decimals(value: float) -> int:
    return 1 if abs(value) >= 10 else 2


def _range(interval: Interval, said: Callable[[float], str]) -> str:
    return f"{said(interval.low)} to {said(interval.high)}"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3g}"
