"""The answer to a study's question, in a sentence or two an arm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from study.report.figures import Figures
from study.report.figures.comparisons import SAID, Amount, Comparison, label_of
from study.report.figures.shares import Share, share
from study.report.wording import counted, interval, number, percent, signed
from study.resolved import Resolved
from study.statistics.findings import Finding


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What is said of one arm.

    Attributes:
        headline: the conclusion with its counts.
        details: interval, test and power; empty where nothing was tested.
    """

    headline: str
    details: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer.

    Attributes:
        lines: one an arm besides the control, or what can be said without a comparison.
        measure: that decides, in words.
        rates: in each arm; empty where no session is done.
    """

    lines: tuple[AnswerLine, ...]
    measure: str
    rates: tuple[Share, ...]


def answer_of(resolved: Resolved, figures: Figures) -> Answer:
    """What the measure that decides came to."""
    measure = resolved.study.analysis.measures[0]
    label = label_of(measure)
    rates = _rates(figures, measure) if figures.cost.sessions else ()
    return Answer(tuple(_lines(figures, label, rates)), label, rates)


def _rates(figures: Figures, measure: str) -> tuple[Share, ...]:
    lines = [*(stage.line for stage in figures.funnel), *figures.endings]
    # An ending that never occurred has no line.
    nobody = tuple(share(0, cost.sessions) for cost in figures.costs.values())
    return next((line.shares for line in lines if line.key == measure), nobody)


def _lines(figures: Figures, label: str, rates: tuple[Share, ...]) -> Iterator[AnswerLine]:
    if not rates:
        yield AnswerLine("Nothing can be said: no session is done.", "")
        return
    deciding = [each for each in figures.comparisons if each.decides]
    for each in deciding:
        yield AnswerLine(headline(each), each.finding.verdict)
    if not deciding:
        yield AnswerLine(_uncompared(figures.arms, label, rates), "")


def _uncompared(arms: Sequence[str], label: str, rates: Sequence[Share]) -> str:
    told = [f"{counted(rate)} ({percent(rate)}, 95 % interval {interval(rate)})" for rate in rates]
    if len(arms) == 1:
        return f"{label}: {told[0]}. There is one arm, so there is nothing to compare it with."
    by_arm = "; ".join(f"{arm} {rate}" for arm, rate in zip(arms, told, strict=True))
    return f"{label}: {by_arm}. The arms were not compared: take no difference between them for an effect."


def headline(each: Comparison) -> str:
    """A comparison's conclusion with its counts and its interval, in a sentence or two."""
    finding = each.finding
    if finding.difference is None:
        return f"Nothing can be said of {finding.arm}: no pair of twins is complete."
    said = SAID.get(finding.measure)
    what = f"simulated shoppers {said}" if said else each.label.lower()
    arm, control = _amount(each.arm), _amount(each.control)
    seen = f"{arm} {what} in {finding.arm}, against {control} in {finding.control}"
    told = f"difference {signed(finding.difference)}{' points' if each.unit else ''}"
    if finding.interval is not None:
        told += f", 95 % interval {signed(finding.interval.low)} to {signed(finding.interval.high)}"
    return f"{_conclusion(finding)} {seen} ({told}).{_beware(finding)}"


def _amount(amount: Amount) -> str:
    return number(amount.value, 1) if amount.count is None else f"{amount.count:,} of {amount.of:,}"


def _conclusion(finding: Finding) -> str:
    if finding.significant is None:
        return "This was not tested:"
    # Whether it holds for other personas, too, is for the verdict to say.
    return "A difference was shown for these personas:" if finding.significant else "No difference was shown:"


def _beware(finding: Finding) -> str:
    interval = finding.interval
    if finding.significant is not False or interval is None or interval.low <= 0 <= interval.high:
        return ""
    return (
        " The interval leaves out 0, but is of this comparison alone; the test, corrected for all, decides."
    )
