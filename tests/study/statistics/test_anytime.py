"""Tests and intervals that hold at every look: what they are, and that they do, by simulation."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from benchmarks.study_false_alarms import Shares, held_at_looks
from study.statistics import anytime, fixed
from study.statistics.paired import Table

STUDIES = 2000
counts = st.integers(min_value=0, max_value=60)


def test_evidence_is_the_ratio_of_a_mixture_of_coins_to_the_fair_one() -> None:
    of, wins = np.mgrid[:40, :40]
    wins = np.minimum(wins, of)
    expected = betabinom.logpmf(wins, of, 1, 1) - binom.logpmf(wins, of, 0.5)
    assert anytime.log_evidence(wins, of) == pytest.approx(expected, abs=1e-9)


@given(counts, counts, counts)
def test_bets_against_no_difference_earn_what_the_test_says(low: int, same: int, high: int) -> None:
    capital = anytime.log_capital(0.5, low, same, high)
    assert float(capital) == pytest.approx(float(anytime.log_evidence(high, low + high)), abs=1e-9)


@given(counts, counts, counts)
def test_an_interval_leaves_out_zero_exactly_when_there_is_enough_evidence(
    only_control: int, same: int, only_arm: int
) -> None:
    interval = anytime.share_difference(Table(0, only_control, only_arm, same))
    if interval is None:
        assert only_control + same + only_arm == 0
        return
    enough = anytime.log_evidence(only_arm, only_control + only_arm) >= math.log(20)
    assert enough == (not interval.low <= 0 <= interval.high)


@given(counts, counts, counts)
def test_intervals_hold_what_was_seen_and_turn_round_with_the_arms(low: int, same: int, high: int) -> None:
    interval = anytime.share_difference(Table(0, low, high, same))
    turned = anytime.share_difference(Table(0, high, low, same))
    if interval is None or turned is None:
        return
    assert (interval.low, interval.high) == pytest.approx((-turned.high, -turned.low), abs=1e-6)
    assert -100 <= interval.low <= 100 * (high - low) / (low + same + high) <= interval.high <= 100


def test_intervals_are_wider_than_those_of_one_look_but_narrow_with_pairs() -> None:
    widths = []
    for size in (1, 10, 100):
        table = Table(0, 5 * size, 5 * size, 90 * size)
        looked_at, once = anytime.share_difference(table), fixed.share_difference(table)
        assert looked_at is not None
        assert once is not None
        assert looked_at.high - looked_at.low > once.high - once.low
        widths.append(looked_at.high - looked_at.low)
    assert widths[0] > 2 * widths[1] > 4 * widths[2]


def test_a_share_of_nothing_has_no_interval_and_one_of_everything_ends_at_one() -> None:
    assert anytime.share_interval(0, 0) is None
    whole, none = anytime.share_interval(50, 50), anytime.share_interval(0, 50)
    assert whole is not None
    assert none is not None
    assert whole.high == 1
    assert 0.8 < whole.low < 0.95
    assert none.low == 0
    assert none.high == pytest.approx(1 - whole.low)


def test_p_is_the_smallest_at_any_look() -> None:
    towards = np.ones(8)
    # 8 of 8: 1 / (2^8 / 9).
    assert anytime.share_p(towards) == pytest.approx(9 / 2**8)
    assert anytime.share_p(np.concatenate([towards, -towards])) == pytest.approx(9 / 2**8)
    assert anytime.share_p(np.concatenate([np.zeros(30), -towards])) == pytest.approx(9 / 2**8)
    assert anytime.share_p(np.array([1.0, -1.0])) == 1
    assert anytime.share_p(np.zeros(5)) == anytime.share_p(np.zeros(0)) == 1


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), max_size=80))
def test_p_never_rises_with_another_pair(differences: list[float]) -> None:
    looks = [anytime.share_p(np.array(differences[:pairs])) for pairs in range(len(differences) + 1)]
    assert all(later <= earlier for earlier, later in pairwise(looks))
    assert looks[0] == 1


@pytest.mark.parametrize(
    ("pairs", "shares"),
    [(100, Shares(0.05, 0.05)), (100, Shares(0.02, 0.3)), (200, Shares(0.2, 0.1)), (100, Shares(0, 0.05))],
)
def test_intervals_of_differences_hold_the_truth_at_every_look(pairs: int, shares: Shares) -> None:
    differences = shares.differences(STUDIES, pairs, np.random.default_rng(1))
    assert held_at_looks(shares, differences) >= 0.95 * STUDIES


def test_what_the_bets_have_not_refuted_is_the_interval() -> None:
    table = Table(0, 7, 19, 74)
    interval = anytime.share_difference(table)
    assert interval is not None
    for end in (interval.low, interval.high):
        mean = (1 + end / 100) / 2
        assert float(anytime.log_capital(mean, 7, 74, 19)) == pytest.approx(math.log(20), abs=1e-6)


def test_numbers_have_an_interval_from_thirty_on_where_they_differ() -> None:
    values = np.random.default_rng(1).normal(size=30)
    assert anytime.mean_interval(values[:29]) is None
    assert anytime.mean_interval(np.ones(50)) is None
    looked_at, once = anytime.mean_interval(values), fixed.mean_interval(values)
    assert looked_at is not None
    assert once is not None
    assert looked_at.low < once.low < once.high < looked_at.high


def test_intervals_of_mean_differences_hold_the_truth_at_every_look() -> None:
    seconds = np.random.default_rng(1).lognormal(3, 1, size=(2, 200, 300))
    held = 0
    for differences in seconds[1] - seconds[0]:
        looks = [anytime.mean_interval(differences[:pairs]) for pairs in range(30, 301, 5)]
        held += all(interval is not None and interval.low <= 0 <= interval.high for interval in looks)
    assert held >= 0.95 * 200
