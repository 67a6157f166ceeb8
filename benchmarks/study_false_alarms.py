"""How often the statistics of a study are wrong: `python -m benchmarks.study_false_alarms [--studies 2000]`.

Studies are simulated by the thousand, of which the truth is known, and put through the tests and intervals of
`study.statistics`. Personas differ strongly in what they are inclined to do (beta-distributed, most of them
near always or near never), and repeat; measures are the stages of one funnel. First all arms are alike, and
every difference that is found is a false alarm; then there is a difference, and what is found is held against
the calculated power; then intervals are counted that miss the truth. Tables are printed as Markdown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.stats import binom

from study.statistics import anytime, fixed
from study.statistics.correction import holm
from study.statistics.findings import LEVEL, Interval, Settings
from study.statistics.paired import Floats, Table
from study.statistics.power import power, smallest_effect

Truths = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int_]

ALPHA = 0.05
STAGES = 4
"""Searched, viewed, added, bought: each only after the one before."""

INCLINED, DISINCLINED = 1.2, 0.4
"""Of the beta distribution of a persona's inclination to go on to the next stage: 0.75 on average."""

_AT_ONCE = 200
"""Studies held in memory."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Studies of one shape, in which all arms are alike."""

    arms: int
    pairs: int = 400
    personas: int = 40


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of so many, with Wilson's interval."""

    what: str
    count: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.count / self.of

    @property
    def interval(self) -> Interval:
        """Of the share."""
        found = fixed.share_interval(self.count, self.of)
        assert found is not None
        return found

    def row(self) -> tuple[str, ...]:
        """Cells of a table."""
        low, high = (f"{100 * end:.1f}" for end in (self.interval.low, self.interval.high))
        return self.what, f"{self.count:,} of {self.of:,}", f"{100 * self.share:.1f} %", f"{low} to {high} %"


def alike(plan: Plan, studies: int, rng: np.random.Generator) -> Iterator[Truths]:
    """Studies whose arms are alike, some at a time.

    Yields:
        what is true of each session, of shape (studies, arms with the control, stages, pairs).
    """
    for start in range(0, studies, _AT_ONCE):
        count = min(_AT_ONCE, studies - start)
        inclined = rng.beta(INCLINED, DISINCLINED, size=(count, 1, STAGES, plan.personas))
        of_pairs = np.tile(inclined, -(-plan.pairs // plan.personas))[..., : plan.pairs]
        went_on = rng.random((count, plan.arms + 1, STAGES, plan.pairs)) < of_pairs
        yield np.logical_and.accumulate(went_on, axis=2)


def p_at_end(sessions: Truths) -> Floats:
    """The exact test's p of each study, arm and stage, of shape (studies, arms, stages)."""
    control, arm = sessions[:, :1], sessions[:, 1:]
    counts = np.stack([(control & ~arm).sum(-1), (~control & arm).sum(-1)], axis=-1)
    pairs, places = np.unique(counts.reshape(-1, 2), axis=0, return_inverse=True)
    p_values = np.array([fixed.exact_mcnemar(int(first), int(second)) for first, second in pairs])
    return np.asarray(p_values[places].reshape(counts.shape[:-1]))


def p_at_looks(sessions: Truths) -> Floats:
    """The sequential test's p after looks at every pair, of shape (studies, arms, stages)."""
    wins, discordant = _paths(sessions)
    evidence = _by_counts(anytime.log_evidence, sessions.shape[-1])
    return np.asarray(np.minimum(1, np.exp(-evidence[discordant, wins].max(-1))))


def p_at_looks_wrongly(sessions: Truths) -> Floats:
    """The smallest p of the exact test over looks at every pair, which is none: of the same shape."""
    wins, discordant = _paths(sessions)

    def exact(wins: Integers, of: Integers) -> Floats:
        return np.asarray(np.minimum(1, 2 * binom.cdf(np.minimum(wins, of - wins), of, 0.5)))

    return np.asarray(_by_counts(exact, sessions.shape[-1])[discordant, wins].min(-1))


def _paths(sessions: Truths) -> tuple[Integers, Integers]:
    control, arm = sessions[:, :1], sessions[:, 1:]
    return np.cumsum(~control & arm, axis=-1), np.cumsum(control ^ arm, axis=-1)


def _by_counts(function: Callable[[Integers, Integers], Floats], most: int) -> Floats:
    of, wins = np.mgrid[: most + 1, : most + 1]
    return function(np.minimum(wins, of), of)


def alarms(p_values: Floats, correct: Callable[[Sequence[float]], Sequence[float]] = holm) -> int:
    """Studies in which any p is at most alpha once it is corrected; p of shape (studies, arms, stages)."""
    families = p_values.reshape(len(p_values), -1).tolist()
    return sum(min(correct(family)) <= ALPHA for family in families)


def false_alarms(studies: int, seed: int) -> list[Counted]:
    """Of each kind of study and test, the studies with any false alarm."""
    rng = np.random.default_rng(seed)
    found = []
    for arms in (1, 3):
        counts = np.zeros(4, dtype=int)
        for sessions in alike(Plan(arms), studies, rng):
            at_end = p_at_end(sessions)
            counts += [
                alarms(at_end),
                alarms(p_at_looks(sessions)),
                alarms(at_end, list),
                alarms(p_at_looks_wrongly(sessions)),
            ]
        plan = f"{arms} arm{'s' if arms > 1 else ''} and the control"
        names = (
            "fixed, at the end",
            "sequential, at every pair",
            "*without correction*, at the end",
            "*fixed test, at every pair*",
        )
        found += [
            Counted(f"{plan}: {name}", int(count), studies) for name, count in zip(names, counts, strict=True)
        ]
    return found


@dataclass(frozen=True, slots=True)
class Shares:
    """Paired truths: which share of the pairs is true of the control alone, and of the arm alone."""

    only_control: float
    only_arm: float

    @property
    def difference(self) -> float:
        """Percentage points."""
        return 100 * (self.only_arm - self.only_control)

    def differences(self, studies: int, pairs: int, rng: np.random.Generator) -> Integers:
        """-1, 0 and 1, of shape (studies, pairs)."""
        drawn = rng.random((studies, pairs))
        return (drawn < self.only_arm).astype(int) - (drawn > 1 - self.only_control)


def found_differences(studies: int, seed: int) -> list[tuple[float, Counted]]:
    """How often the smallest effect of 200 pairs is found, beside how often it should be."""
    rng = np.random.default_rng(seed)
    pairs, discordant = 200, 0.2
    found = []
    for sequential in (False, True):
        for tests in (1, 4):
            settings = Settings(alpha=ALPHA, sequential=sequential)
            effect = smallest_effect(pairs, discordant, settings, tests)
            assert effect is not None
            shares = Shares(discordant / 2 - effect / 200, discordant / 2 + effect / 200)
            test = anytime.share_p if sequential else fixed.share_p
            differences = shares.differences(studies, pairs, rng)
            count = sum(test(row) <= ALPHA / tests for row in differences.astype(float))
            kind = "sequential, up to" if sequential else "fixed,"
            what = f"{kind} {pairs} pairs, level 0.05 / {tests}: {effect:.1f} points"
            expected = power(pairs, effect, discordant, settings, tests)
            found.append((expected, Counted(what, count, studies)))
    return found


def misses(studies: int, seed: int) -> list[Counted]:
    """How often intervals of 95 % hold the truth."""
    rng = np.random.default_rng(seed)
    found = []
    for pairs, shares in ((30, Shares(0.03, 0.03)), (200, Shares(0.01, 0.02)), (200, Shares(0.08, 0.14))):
        what = (
            f"{pairs} pairs, {100 * shares.only_control:.0f} % and {100 * shares.only_arm:.0f} % discordant"
        )
        count = held_at_end(shares, shares.differences(studies, pairs, rng))
        found.append(Counted(f"difference, fixed: {what}", count, studies))
        count = held_at_looks(shares, shares.differences(studies, pairs, rng))
        found.append(Counted(f"difference, sequential, at every pair: {what}", count, studies))
    for personas, visits in ((10, 20), (40, 5)):
        of_these, of_others = held_for_others(studies, personas, visits, rng)
        what = f"other personas: {personas} personas with {visits} pairs each"
        found.append(Counted(f"{what}, cluster-robust", of_others, studies))
        found.append(Counted(f"{what}, *by pairs*", of_these, studies))
    return found


def held_at_end(shares: Shares, differences: Integers) -> int:
    """Studies whose fixed interval holds the true difference; differences of shape (studies, pairs)."""
    counts = np.stack([(differences == sign).sum(-1) for sign in (-1, 0, 1)], axis=-1)
    tables, times = np.unique(counts, axis=0, return_counts=True)
    held = 0
    for (only_control, same, only_arm), count in zip(tables.tolist(), times.tolist(), strict=True):
        interval = fixed.share_difference(Table(0, only_control, only_arm, same))
        assert interval is not None
        held += count * (interval.low <= shares.difference <= interval.high)
    return held


def held_at_looks(shares: Shares, differences: Integers) -> int:
    """Studies whose sequential interval holds the true difference at every single look."""
    most = 1 + differences.shape[-1]
    low, middle, high = ((differences == sign).cumsum(-1) for sign in (-1, 0, 1))
    numbers, places = np.unique((low * most + middle) * most + high, return_inverse=True)
    mean = (1 + shares.difference / 100) / 2
    capital = np.concatenate(
        [
            anytime.log_capital(mean, chunk // most**2, chunk // most % most, chunk % most)
            for chunk in np.array_split(numbers, 1 + len(numbers) // 2000)
        ]
    )
    largest = capital[places].reshape(differences.shape).max(-1)
    return int((largest < -np.log(1 - LEVEL)).sum())


def held_for_others(studies: int, personas: int, visits: int, rng: np.random.Generator) -> tuple[int, int]:
    """Studies whose intervals hold the mean difference of all personas that could have taken part.

    An arm that is good for some personas and bad for others: each has an inclination of its own in each arm.

    Returns:
        of the interval by pairs, and of the cluster-robust one.
    """
    who = np.repeat([f"{number:02}" for number in range(personas)], visits)
    truth = 100 * (0.6 / 1.2 - 0.4 / 1.2)
    by_pairs = by_personas = 0
    for _ in range(studies):
        control, arm = rng.beta(0.4, 0.8, size=(personas, 1)), rng.beta(0.6, 0.6, size=(personas, 1))
        differences = (rng.random((personas, visits)) < arm).astype(float)
        differences -= rng.random((personas, visits)) < control
        minus, none, plus = ((differences == sign).sum() for sign in (-1, 0, 1))
        first = fixed.share_difference(Table(0, int(minus), int(plus), int(none)))
        second = fixed.personas_interval(differences.ravel(), who, shares=True)
        assert first is not None
        assert second is not None
        by_pairs += first.low <= truth <= first.high
        by_personas += second.low <= truth <= second.high
    return by_pairs, by_personas


def main(
    studies: Annotated[int, typer.Option(min=1, help="Simulated studies of each kind.")] = 2000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
) -> None:
    """Prints the tables."""
    _table(
        ("no difference: 4 stages tested", "false alarms", "share", "95 % interval"),
        false_alarms(studies, seed),
    )
    heads = ("a difference", "found", "share", "95 % interval", "calculated")
    found = found_differences(studies, seed)
    _table(heads, [each for _, each in found], [f"{100 * expected:.1f} %" for expected, _ in found])
    _table(("interval of 95 %", "held the truth", "share", "95 % interval"), misses(studies, seed))


def _table(heads: Sequence[str], lines: Sequence[Counted], last: Sequence[str] = ()) -> None:
    rows = [(*line.row(), *last[place : place + 1]) for place, line in enumerate(lines)]
    rule = ("---", *("---:" for _ in heads[1:]))
    for cells in (heads, rule, *rows):
        typer.echo(f"| {' | '.join(cells)} |")
    typer.echo()


if __name__ == "__main__":
    typer.run(main)
