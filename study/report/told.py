"""What is told of a study in sentences and in pairs: the same in the page and in the terminal."""

from collections.abc import Callable, Iterator

from study.file import Analysis, Limits, Pace, StudyFile
from study.report.figures import Figures
from study.report.figures.comparisons import label_of
from study.report.figures.cost import Cost
from study.report.figures.standing import Gaps, Standing
from study.report.wording import duration, number, plural, policy_named
from study.resolved import Resolved

UNEVEN = 0.05
"""Difference between two arms' shares of faults from which the reader is told: who is missing may matter."""


def facts(resolved: Resolved, figures: Figures) -> tuple[tuple[str, str], ...]:
    """What was run, as names and values."""
    study = resolved.study
    return tuple((name, value) for name, value in _facts(resolved, study, figures) if value)


def _facts(resolved: Resolved, study: StudyFile, figures: Figures) -> Iterator[tuple[str, str]]:
    several = len(study.arms) > 1
    yield "Shoppers", _shoppers(resolved)
    twins = f", {resolved.sessions:,} in all; twins in every arm share persona, intent and seed"
    yield "Sessions", plural(resolved.pairs, "session") + " an arm" + (twins if several else "")
    yield "Decided by", policy_named(study)
    yield "Seed", str(study.seed)
    yield "Ended at the latest", _limits(study.limits)
    yield "Window", study.browser.device
    yield "Pace", _pace(study.pace)
    if figures.first is not None and figures.last is not None:
        yield "When", f"{figures.first:%Y-%m-%d %H:%M} to {figures.last:%Y-%m-%d %H:%M} UTC"
    if several:
        yield "Settled beforehand", _analysis(study.analysis)
    yield "simagent", resolved.version


def _shoppers(resolved: Resolved) -> str:
    intents = len({intent for own in resolved.intents for intent in own})
    repetitions = plural(resolved.study.repetitions, "repetition")
    return f"{plural(len(resolved.personas), 'persona')}, {plural(intents, 'intent')}, {repetitions}"


def _limits(limits: Limits) -> str:
    rejected = f"{plural(limits.rejected, 'action')} in a row that could not be done"
    return f"after {plural(limits.steps, 'step')}, {duration(limits.seconds)}, or {rejected}"


def _analysis(analysis: Analysis) -> str:
    stops = "; stops as soon as that differs" if analysis.stop_early else ""
    chances = f"chance of any false alarm {analysis.alpha:g}, power {analysis.power:g}"
    return f"“{label_of(analysis.measures[0])}” decides; {chances}{stops}"


def _pace(pace: Pace) -> str:
    told = []
    if pace.thinking is not None:
        told.append(f"{pace.thinking.median:g} s before an action in the middle")
    if pace.arrivals_per_minute is not None:
        told.append(f"{pace.arrivals_per_minute:g} arrivals a minute")
    return ", ".join(told)


def warnings(study: StudyFile, figures: Figures) -> tuple[str, ...]:
    """What a reader must know before believing a number; empty where nothing is missing."""
    return tuple(_warnings(study, figures, figures.gaps))


def _warnings(study: StudyFile, figures: Figures, gaps: Gaps) -> Iterator[str]:
    total = gaps.total
    if total.planned == 0:
        yield "The study has no sessions."
        return
    if total.waiting:
        yield (
            f"{number(total.waiting)} of {plural(total.planned, 'planned session')} "
            f"{'has' if total.waiting == 1 else 'have'} not run: {_why_waiting(study, figures)}"
        )
    if total.faulted:
        yield (
            f"{plural(total.faulted, 'session')} failed and "
            f"{'is' if total.faulted == 1 else 'are'} left out: the browser, the site or the model gave way. "
            f"Most often: {'; '.join(f'{message} ({count:,})' for message, count in gaps.faults)}"
        )
    uneven = _uneven(figures)
    if uneven:
        yield uneven
    if gaps.broken_pairs and len(figures.arms) > 1:
        yield (
            f"{plural(gaps.broken_pairs, 'pair')} of twins {'is' if gaps.broken_pairs == 1 else 'are'} "
            "incomplete: comparisons leave them out, all other figures count the twin that is done."
        )
    if gaps.interrupted:
        yield f"{plural(gaps.interrupted, 'session')} ended because somebody stopped the run."
    if total.done == 0:
        yield "No session is done: there is nothing to be told yet."


def _why_waiting(study: StudyFile, figures: Figures) -> str:
    if study.analysis.stop_early and any(
        each.decides and each.finding.significant for each in figures.comparisons
    ):
        return (
            "the study was to stop as soon as its first measure differs, and it did. The comparisons allow "
            "for that; all other figures are those of a study that stopped there."
        )
    return "the study was stopped early or still goes on. What stands here may change."


def _uneven(figures: Figures) -> str | None:
    shares = {arm: _faulted(standing) for arm, standing in figures.standings.items()}
    most, least = max(shares, key=lambda arm: shares[arm]), min(shares, key=lambda arm: shares[arm])
    if shares[most] - shares[least] < UNEVEN:
        return None
    return (
        f"Failures are uneven: {100 * shares[most]:.0f} % of what was tried in {most}, "
        f"{100 * shares[least]:.0f} % in {least}. If it is a certain kind of visit that fails, the arms "
        "can no longer be compared."
    )


def _faulted(standing: Standing) -> float:
    tried = standing.done + standing.faulted
    return standing.faulted / tried if tried else 0.0


CostLine = tuple[str, tuple[str, ...]]


def costs_told(figures: Figures) -> tuple[tuple[str, tuple[CostLine, ...]], ...]:
    """Costs as heads with lines under them: an entry an arm, and one for all where there are several."""
    each = list(figures.costs.values())
    if len(each) > 1:
        each.append(figures.cost)
    return tuple(
        (head, tuple((label, tuple(map(told, each))) for label, told in lines)) for head, lines in _COSTS
    )


_COSTS: tuple[tuple[str, tuple[tuple[str, Callable[[Cost], str]], ...]], ...] = (
    (
        "In all",
        (
            ("Sessions", lambda cost: number(cost.sessions)),
            ("Steps", lambda cost: number(cost.steps)),
            ("Tokens sent to the model", lambda cost: number(cost.prompt_tokens)),
            ("Of these, found in its cache", lambda cost: number(cost.cached_tokens)),
            ("Tokens said by the model", lambda cost: number(cost.completion_tokens)),
            ("Time of the model", lambda cost: duration(cost.model_seconds)),
            ("Time of the browser", lambda cost: duration(cost.browser_seconds)),
        ),
    ),
    (
        "A session",
        (
            ("Steps", lambda cost: number(cost.a_session(cost.steps), 1)),
            ("Tokens, sent and said", lambda cost: number(cost.a_session(cost.tokens))),
            ("Time of the model", lambda cost: duration(cost.a_session(cost.model_seconds))),
            ("Time of the browser", lambda cost: duration(cost.a_session(cost.browser_seconds))),
            ("Time from start to end", lambda cost: duration(cost.a_session(cost.seconds))),
        ),
    ),
    (
        "A purchase",
        (
            ("Purchases", lambda cost: number(cost.bought)),
            ("Tokens, sent and said", lambda cost: number(cost.a_purchase(cost.tokens))),
            ("Time of the model", lambda cost: duration(cost.a_purchase(cost.model_seconds))),
        ),
    ),
)
