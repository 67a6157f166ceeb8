"""What a study can find: the chance of finding a difference, the smallest effect, and the pairs it takes.

Exact, without approximation or simulation. How many pairs are discordant is binomial, and how many of these
favour the arm is binomial again; what the test says is summed over both. Found is what is significant in the
right direction at alpha divided by the number of tests: the first step of Holm's correction, which is the
hardest, so that more is never promised than kept.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import xlogy
from scipy.stats import binom

from agent.errors import UserError
from study.statistics.anytime import log_evidence
from study.statistics.findings import Settings
from study.statistics.paired import Floats, Table

MOST_PAIRS = 100_000
"""Larger studies are not looked for."""

_NEGLIGIBLE = 1e-9
"""Of the binomial's mass, left out at either end."""

Integers = npt.NDArray[np.int_]


def observed_discordance(table: Table) -> float:
    """The share of discordant pairs, with the two pseudo-pairs of the interval: never none.

    So a study without a single discordant pair counts as one with two among two pairs more.
    """
    return (table.only_control + table.only_arm + 2) / (table.pairs + 2)


def expected_discordance(control: float, arm: float) -> float:
    """The share of discordant pairs if twins are no more alike than two strangers.

    Twins share persona, intent and seed, so fewer are to be expected: this is the bad case for planning.

    Args:
        control: share of its sessions of which the measure is true, 0 to 1.
        arm: the same.
    """
    return control * (1 - arm) + arm * (1 - control)


def power(pairs: int, difference: float, discordant: float, settings: Settings, tests: int = 1) -> float:
    """The chance that a study finds a difference.

    Args:
        pairs: how many are compared, or, if sequential, are looked at before the study ends anyway.
        difference: percentage points between the two shares, of either sign.
        discordant: the share of pairs whose two sessions differ, 0 to 1; taken as the difference where it is
            below that, since every point of difference takes discordant pairs.
        settings: alpha, and whether the study is sequential.
        tests: how many tests alpha is shared by.
    """
    apart = abs(difference) / 100
    discordant = max(apart, discordant)
    if pairs == 0 or discordant == 0:
        return 0.0
    low, high = binom.ppf([_NEGLIGIBLE, 1 - _NEGLIGIBLE], pairs, discordant)
    counts = np.arange(int(low), int(high) + 1)
    found = _found_at_looks if settings.sequential else _found_at_end
    chances = found(counts, (1 + apart / discordant) / 2, settings.alpha / tests)
    return float(binom.pmf(counts, pairs, discordant) @ chances)


def smallest_effect(pairs: int, discordant: float, settings: Settings, tests: int = 1) -> float | None:
    """The smallest difference that a study finds with the wanted power, in percentage points.

    Args:
        pairs: as for `power`.
        discordant: as for `power`; from `observed_discordance`, or `expected_discordance` beforehand.
        settings: alpha, power, and whether the study is sequential.
        tests: how many tests alpha is shared by.

    Returns:
        None where no difference, however large, is found with that power.
    """

    def surplus(difference: float) -> float:
        return power(pairs, difference, discordant, settings, tests) - settings.power

    if surplus(100) < 0:
        return None
    nearly_nothing = 1e-6
    if surplus(nearly_nothing) >= 0:  # a power below the level of the test needs no effect
        return nearly_nothing
    return float(brentq(surplus, nearly_nothing, 100, xtol=1e-4))


def pairs_needed(
    control: float,
    difference: float,
    settings: Settings,
    tests: int = 1,
    discordant: float | None = None,
) -> int | None:
    """How many pairs a study needs to find a difference with the wanted power.

    Args:
        control: the expected share in the control, 0 to 1.
        difference: percentage points that the arm is expected to differ by, of either sign.
        settings: alpha, power, and whether the study is sequential; then the most pairs it may need.
        tests: how many tests alpha is shared by.
        discordant: the expected share of discordant pairs; None for `expected_discordance`.

    Returns:
        None where 100,000 pairs are not enough.

    Raises:
        UserError: no shares can be so, or there is no difference to find.
    """
    arm = control + difference / 100
    if difference == 0:
        raise UserError("no number of pairs finds a difference of 0 points: say which difference matters")
    if not (0 <= control <= 1 and -1e-9 <= arm <= 1 + 1e-9):
        raise UserError(
            f"shares are from 0 to 100 %: {100 * control:.1f} % and {100 * arm:.1f} % cannot both be"
        )
    apart = expected_discordance(control, arm) if discordant is None else discordant
    most = min(control + arm, 2 - control - arm)
    if not abs(difference) / 100 - 1e-9 <= apart <= most + 1e-9:
        raise UserError(
            f"between {100 * control:.1f} % and {100 * arm:.1f} %, from {abs(difference):.1f} to "
            f"{100 * most:.1f} % of the pairs can be discordant, not {100 * apart:.1f} %"
        )
    return _first(lambda pairs: power(pairs, difference, apart, settings, tests) >= settings.power)


def _first(enough: Callable[[int], bool]) -> int | None:
    upper = 1
    while not enough(upper):
        if upper == MOST_PAIRS:
            return None
        upper = min(2 * upper, MOST_PAIRS)
    lower = upper // 2
    while upper - lower > 1:
        middle = (lower + upper) // 2
        lower, upper = (lower, middle) if enough(middle) else (middle, upper)
    return upper


def _found_at_end(discordant: Integers, favour: float, alpha: float) -> Floats:
    """The chance that the exact test rejects in favour of the arm, for each number of discordant pairs."""
    return np.asarray(binom.cdf(_critical(discordant, alpha), discordant, 1 - favour))


def _critical(discordant: Integers, alpha: float) -> Integers:
    """The most pairs against the favoured side with which the test still rejects; -1 for never."""
    quantile = binom.ppf(alpha / 2, discordant, 0.5).astype(np.int_)
    return np.asarray(np.where(binom.cdf(quantile, discordant, 0.5) <= alpha / 2, quantile, quantile - 1))


def _found_at_looks(discordant: Integers, favour: float, alpha: float) -> Floats:
    """The chance that the sequential test has rejected in favour of the arm by so many discordant pairs."""
    most = 1 << int(discordant[-1]).bit_length()
    needed, under_none = _crossings(most, alpha)
    throws = np.flatnonzero(under_none)
    wins = needed[throws]
    # A path's chance depends on where it ends alone, so the fair coin's chances are weighted anew.
    log_ratio = xlogy(wins, 2 * favour) + xlogy(throws - wins, 2 * (1 - favour))
    chances = np.zeros(most + 1)
    chances[throws] = under_none[throws] * np.exp(log_ratio)
    return np.asarray(np.cumsum(chances)[discordant])


@lru_cache(maxsize=16)
def _crossings(most: int, alpha: float) -> tuple[Integers, Floats]:
    """Where a fair coin's path first has evidence of 1 / alpha, and with what chance it does so there.

    Returns:
        for 0 to `most` throws, the wins that are needed (more than throws where none are enough), and the
        chance that exactly these wins at exactly this throw are the first enough, on the winning side.
    """
    needed = _needed(most, alpha)
    chances = np.zeros(most + 1)
    paths = np.zeros(most + 3)  # chance of each number of wins, one place further on, not having crossed
    paths[1] = 1.0
    for throw in range(1, most + 1):
        high = min(int(needed[throw - 1]), throw)
        low = throw - high
        paths[low + 1 : high + 2] = (paths[low + 1 : high + 2] + paths[low : high + 1]) / 2
        if high >= needed[throw]:
            chances[throw] = paths[high + 1]
            paths[[low + 1, high + 1]] = 0.0
    return needed, chances


def _needed(most: int, alpha: float) -> Integers:
    throws = np.arange(most + 1)
    low, high = (throws + 1) // 2, throws + 1  # not enough, or the first that can be; enough, or impossible
    for _ in range(math.ceil(math.log2(most + 2)) + 1):
        middle = (low + high) // 2
        enough = log_evidence(np.minimum(middle, throws), throws) >= -math.log(alpha)
        enough |= middle > throws
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    return np.asarray(high)
