"""Tests and intervals that hold at every look, however often one looks and whenever one stops.

All are by betting (Shafer 2021): capital that a fair game leaves constant on average grows beyond 1 / alpha
with a chance of at most alpha, ever (Ville 1939). So capital is evidence: what is not true loses to it.
Between identical arms each discordant pair is a fair coin; what a mixture of all its biases earns against
the fair one is Robbins's beta-binomial test (1970, Statistical methods related to the law of the iterated
logarithm, Annals of Mathematical Statistics 41(5); Howard, Ramdas, McAuliffe and Sekhon 2021, Time-uniform,
nonparametric, nonasymptotic confidence sequences, Annals of Statistics 49(2)). The intervals hold all values
against which the same bets have not earned enough, so that test and interval agree.
"""

import math
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import betaln, roots_legendre

from study.statistics.findings import LEVEL, Interval, Methods
from study.statistics.paired import Floats, Table

Counts = int | npt.NDArray[np.int_]

BETS = 256
"""Sizes of the bets on either side: any finite number is valid, more only come closer to all sizes."""

TIGHTEST = 100
"""Pairs at which the asymptotic sequence is narrowest compared with a fixed interval."""

FEWEST_VALUES = 30
"""Before so many, an asymptotic sequence is not given."""

METHODS = Methods(
    share="confidence sequence by betting",
    share_difference="confidence sequence by betting on the pairs",
    share_test="sequential beta-binomial test of the discordant pairs",
    mean="asymptotic confidence sequence",
    mean_test="sequential beta-binomial sign test",
    personas=None,
)


def log_evidence(wins: Counts, of: Counts) -> Floats:
    """Logarithm of what an even mixture of all biases earned against a fair coin.

    It is the ratio of the beta-binomial probability with both parameters 1 to the binomial one: 2^n B(k + 1,
    n - k + 1) for k of n.

    Args:
        wins: times that the coin fell to one side; any shape.
        of: times that it was thrown.
    """
    return np.asarray(of * math.log(2) + betaln(np.add(wins, 1), np.subtract(of, wins) + 1))


def share_p(differences: Floats) -> float:
    """P-value that holds at every look: the smallest 1 / evidence of all looks so far, at most 1.

    Args:
        differences: arm less control, of shape (pairs,), in the order in which pairs were looked at. Only
            their signs count.
    """
    moved = differences[differences != 0]
    if len(moved) == 0:
        return 1.0
    evidence = log_evidence(np.cumsum(moved > 0), np.arange(1, len(moved) + 1))
    return min(1.0, math.exp(-float(evidence.max())))


mean_p = share_p
"""Of numbers the signs are tested: whether the arm's is the larger one as often as the smaller one."""


def share_interval(count: int, of: int) -> Interval | None:
    """Confidence sequence for a share; None of nothing."""
    return _sequence(of - count, 0, count) if of else None


def share_difference(table: Table) -> Interval | None:
    """Confidence sequence for the difference of two paired shares, in points; None of no pairs.

    It leaves out 0 exactly when the test's evidence is beyond its level.
    """
    if table.pairs == 0:
        return None
    found = _sequence(table.only_control, table.same, table.only_arm)
    return Interval(low=200 * found.low - 100, high=200 * found.high - 100)


def mean_interval(values: Floats) -> Interval | None:
    """Asymptotic confidence sequence for a mean; None of fewer than 30 values, or if all are the same.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Time-uniform central limit theory and asymptotic
    confidence sequences, Annals of Statistics 52(6), theorem 2.2.
    """
    count = len(values)
    if count < FEWEST_VALUES or np.ptp(values) == 0:
        return None
    alpha = 1 - LEVEL
    scale = (-2 * math.log(alpha) + math.log(-2 * math.log(alpha)) + 1) / TIGHTEST
    grown = count * scale + 1
    width = math.sqrt(2 * grown / (count**2 * scale) * math.log(math.sqrt(grown) / alpha))
    middle, spread = float(np.mean(values)), float(np.std(values))
    return Interval(low=middle - spread * width, high=middle + spread * width)


def log_capital(mean: float, low: Counts, middle: Counts, high: Counts) -> Floats:
    """Logarithm of what bets against a mean have earned on outcomes of 0, one half and 1.

    A bet puts a part s of the capital on the outcome y, at odds that are fair if its mean is m: each outcome
    multiplies the capital by 1 - s + s y / m. Half of the capital is spread evenly over s from 0 to 1, the
    other half bets alike on 1 - y. Waudby-Smith and Ramdas (2024), Estimating means of bounded random
    variables by betting, Journal of the Royal Statistical Society B 86(1), section 4. Against a mean of one
    half this is `log_evidence` of high among low and high.

    Args:
        mean: between 0 and 1, both excluded.
        low: how many outcomes are 0; any shape.
        middle: how many are one half.
        high: how many are 1.
    """
    parts, log_weights = _bets()
    kept = np.log1p(-parts)

    def capital(lost: Counts, won: Counts, mean: float) -> Floats:
        whole, half = (np.log1p(parts * (outcome / mean - 1)) for outcome in (1, 0.5))
        grown = (np.multiply.outer(n, each) for n, each in ((lost, kept), (middle, half), (won, whole)))
        return np.asarray(np.logaddexp.reduce(sum(grown) + log_weights, axis=-1))

    return np.logaddexp(capital(low, high, mean), capital(high, low, 1 - mean)) - math.log(2)


@cache
def _bets() -> tuple[Floats, Floats]:
    places, weights = roots_legendre(BETS)
    return (places + 1) / 2, np.log(weights / 2)


def _sequence(low: int, middle: int, high: int) -> Interval:
    """All means against which the bets have not earned 1 / alpha.

    Each bet's capital is convex in the mean, so these means are an interval; and at the mean of the outcomes
    no bet has earned anything, so that one lies in it.
    """
    return Interval(low=_lowest(low, middle, high), high=1 - _lowest(high, middle, low))


def _lowest(low: int, middle: int, high: int) -> float:
    mean = (middle / 2 + high) / (low + middle + high)
    nearly_nothing = 1e-12

    def missing(candidate: float) -> float:
        return float(log_capital(candidate, low, middle, high)) + math.log(1 - LEVEL)

    if mean <= nearly_nothing or missing(nearly_nothing) <= 0:
        return 0.0
    # Not at a mean of 1 itself, where bets on the other side have no odds.
    return float(brentq(missing, nearly_nothing, min(mean, 1 - nearly_nothing)))
