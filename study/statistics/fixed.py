"""Tests and intervals of a study that is looked at once, at its end.

They hold if the number of pairs does not depend on what the sessions showed; `anytime` is for where it does.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t, wilcoxon
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from study.statistics.findings import FEWEST_PERSONAS, LEVEL, Interval, Methods
from study.statistics.paired import Floats, Table

METHODS = Methods(
    share="Wilson score",
    share_difference="Bonett-Price adjusted Wald for paired proportions",
    share_test="exact McNemar test",
    mean="Student's t",
    mean_test="Wilcoxon signed-rank test",
    personas="cluster-robust by persona, t with one degree of freedom fewer than personas",
)


def share_interval(count: int, of: int) -> Interval | None:
    """Wilson's score interval (1927) for a share; None of nothing."""
    if of == 0:
        return None
    low, high = proportion_confint(count, of, alpha=1 - LEVEL, method="wilson")
    return Interval(low=max(0.0, float(low)), high=min(1.0, float(high)))


def share_difference(table: Table) -> Interval | None:
    """Interval for the difference of two paired shares, in points; None of no pairs.

    Two pseudo-pairs, one discordant each way, keep it honest where few pairs or none are discordant: Bonett
    and Price (2012), Adjusted Wald confidence interval for a difference of binomial proportions based on
    paired data, Journal of Educational and Behavioral Statistics 37(4).
    """
    if table.pairs == 0:
        return None
    pairs = table.pairs + 2
    arm, control = (table.only_arm + 1) / pairs, (table.only_control + 1) / pairs
    scale = np.sqrt((arm + control - (arm - control) ** 2) / pairs)
    low, high = norm.interval(LEVEL, loc=arm - control, scale=scale)
    return Interval(low=100 * max(-1.0, float(low)), high=100 * min(1.0, float(high)))


def share_p(differences: Floats) -> float:
    """Two-sided p-value that a difference of paired truths is none; differences are -1, 0 and 1."""
    return exact_mcnemar(int((differences < 0).sum()), int((differences > 0).sum()))


@lru_cache(maxsize=100_000)
def exact_mcnemar(only_control: int, only_arm: int) -> float:
    """McNemar's test (1947) by the binomial distribution of the discordant pairs; 1 where there are none."""
    return float(mcnemar([[0, only_control], [only_arm, 0]], exact=True).pvalue)


def mean_interval(values: Floats) -> Interval | None:
    """Student's interval for a mean; None where the values are fewer than two or all the same."""
    if len(values) < 2 or np.ptp(values) == 0:
        return None
    low, high = DescrStatsW(values).tconfint_mean(alpha=1 - LEVEL)
    return Interval(low=float(low), high=float(high))


def mean_p(differences: Floats) -> float:
    """Wilcoxon's signed-rank test (1945) that differences lie around zero; 1 where nothing differs."""
    moved = differences[differences != 0]
    return float(wilcoxon(moved).pvalue) if len(moved) else 1.0


def personas_interval(
    differences: Floats, personas: npt.NDArray[np.str_], *, shares: bool
) -> Interval | None:
    """Interval for the mean difference that also holds for other personas than those that took part.

    The standard error is robust to whatever the visits of one persona have in common: Cameron and Miller
    (2015), A practitioner's guide to cluster-robust inference, Journal of Human Resources 50(2), section VI
    for the degrees of freedom. Shares get the two pseudo-pairs of `share_difference`, each as a persona of
    its own.

    Args:
        differences: arm less control, of shape (pairs,).
        personas: whose pair it is, of shape (pairs,).
        shares: whether these are differences of truths; the interval is in points then.

    Returns:
        None where personas are fewer than 10, or each has one pair: `share_difference` and `mean_interval`
        hold for other personas, too, then. And where means do not vary at all.
    """
    names, groups = np.unique(personas, return_inverse=True)
    if len(names) < FEWEST_PERSONAS or len(names) == len(personas):
        return None
    if shares:
        differences = np.concatenate([differences, [-1.0, 1.0]])
        groups = np.concatenate([groups, len(names) + np.arange(2)])
    elif np.ptp(differences) == 0:
        return None
    fit = OLS(differences, np.ones(len(differences))).fit(cov_type="cluster", cov_kwds={"groups": groups})
    low, high = t.interval(LEVEL, len(names) - 1, loc=fit.params[0], scale=fit.bse[0])
    if shares:
        return Interval(low=100 * max(-1.0, float(low)), high=100 * min(1.0, float(high)))
    return Interval(low=float(low), high=float(high))
