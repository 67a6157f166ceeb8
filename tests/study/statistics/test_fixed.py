"""Intervals and tests at the end of a study: against values worked out by hand, and by simulation."""

import numpy as np
import pytest
from scipy.stats import binomtest, t
from statsmodels.stats.multitest import multipletests

from benchmarks.study_false_alarms import Shares, held_at_end, held_for_others
from study.statistics import fixed
from study.statistics.correction import holm
from study.statistics.paired import Table

STUDIES = 2000


def test_wilsons_interval_of_a_share() -> None:
    # Newcombe (1998), table I: 81 of 263, and 0 of 20.
    for count, of, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0)):
        interval = fixed.share_interval(count, of)
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)
    assert fixed.share_interval(0, 0) is None


def test_the_interval_of_a_paired_difference_has_a_pseudo_pair_either_way() -> None:
    # (15 - 6) / 202, give or take 1.96 times the root of ((15 + 6) / 202 - 0.04455^2) / 202.
    interval = fixed.share_difference(Table(both=10, only_control=5, only_arm=14, neither=171))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.0518, 8.8592), abs=1e-3)


def test_an_interval_without_discordant_pairs_is_not_infinitely_narrow() -> None:
    interval = fixed.share_difference(Table(both=0, only_control=0, only_arm=0, neither=200))
    assert interval is not None
    assert interval.low == -interval.high
    assert 1 < interval.high < 2
    assert fixed.share_difference(Table(0, 0, 0, 0)) is None


def test_no_interval_leaves_the_scale() -> None:
    for table in (Table(0, 1, 0, 0), Table(0, 0, 1, 0), Table(0, 3, 0, 0)):
        interval = fixed.share_difference(table)
        assert interval is not None
        assert -100 <= interval.low < interval.high <= 100


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1), (5, 14), (14, 5), (7, 7), (0, 40)])
def test_the_exact_test_is_the_binomial_one_of_the_discordant_pairs(first: int, second: int) -> None:
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert fixed.exact_mcnemar(first, second) == pytest.approx(expected)
    differences = np.repeat([-1.0, 0.0, 1.0], [first, 10, second])
    assert fixed.share_p(differences) == pytest.approx(expected)


def test_a_mean_has_students_interval() -> None:
    values = np.array([1.0, 2.0, 4.0])
    low, high = t.interval(0.95, 2, loc=7 / 3, scale=np.sqrt(7 / 9))
    interval = fixed.mean_interval(values)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high))


@pytest.mark.parametrize("values", [[], [3.0], [2.0, 2.0, 2.0]])
def test_values_that_say_nothing_about_their_spread_have_no_interval(values: list[float]) -> None:
    assert fixed.mean_interval(np.array(values)) is None


def test_numbers_that_do_not_differ_are_no_evidence() -> None:
    assert fixed.mean_p(np.zeros(0)) == 1
    assert fixed.mean_p(np.zeros(20)) == 1
    assert fixed.mean_p(np.array([0.0, 2.0])) == 1
    assert fixed.mean_p(np.ones(3)) == 0.25  # of 8 equally likely signs, 2 are all alike
    assert fixed.mean_p(np.r_[np.zeros(50), np.ones(40)]) < 1e-6


def test_an_interval_for_other_personas_is_students_one_of_their_means() -> None:
    rng = np.random.default_rng(1)
    of_personas = rng.normal(size=(12, 1)) + rng.normal(size=(12, 5))
    who = np.repeat([f"{number}" for number in range(12)], 5)
    interval = fixed.personas_interval(of_personas.ravel(), who, shares=False)
    expected = fixed.mean_interval(of_personas.mean(axis=1))
    assert interval is not None
    assert expected is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), rel=1e-6)


def test_other_personas_are_spoken_of_only_where_ten_repeat() -> None:
    rng = np.random.default_rng(1)
    differences = rng.integers(-1, 2, size=60).astype(float)
    many, few, once = ([f"{number % count}" for number in range(60)] for count in (20, 9, 60))
    assert fixed.personas_interval(differences, np.array(many), shares=True) is not None
    assert fixed.personas_interval(differences, np.array(few), shares=True) is None
    assert fixed.personas_interval(differences, np.array(once), shares=True) is None
    assert fixed.personas_interval(np.zeros(60), np.array(many), shares=False) is None
    none_discordant = fixed.personas_interval(np.zeros(60), np.array(many), shares=True)
    assert none_discordant is not None
    assert none_discordant.low < -1 < 1 < none_discordant.high


def test_holms_correction() -> None:
    assert holm([]) == []
    assert holm([0.2]) == [0.2]
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1, 1]


def test_holms_correction_is_that_of_statsmodels() -> None:
    p_values = np.random.default_rng(1).random(12) ** 4
    assert holm(p_values.tolist()) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())


@pytest.mark.parametrize(
    ("pairs", "shares"),
    [(30, Shares(0.03, 0.03)), (200, Shares(0.01, 0.02)), (200, Shares(0.08, 0.14)), (100, Shares(0, 0.3))],
)
def test_intervals_of_differences_hold_the_truth(pairs: int, shares: Shares) -> None:
    differences = shares.differences(STUDIES, pairs, np.random.default_rng(1))
    assert held_at_end(shares, differences) >= 0.94 * STUDIES


def test_only_the_second_interval_holds_for_other_personas_where_arms_suit_some_and_not_others() -> None:
    by_pairs, by_personas = held_for_others(600, personas=15, visits=10, rng=np.random.default_rng(1))
    assert by_pairs < 0.8 * 600
    assert by_personas >= 0.93 * 600


def test_intervals_of_mean_differences_hold_the_truth() -> None:
    rng = np.random.default_rng(1)
    seconds = rng.lognormal(3, 1, size=(2, STUDIES, 60)) * np.array([1, 1.2]).reshape(2, 1, 1)
    truth = 0.2 * np.exp(3.5)
    intervals = [fixed.mean_interval(differences) for differences in seconds[1] - seconds[0]]
    held = sum(interval is not None and interval.low <= truth <= interval.high for interval in intervals)
    assert held >= 0.94 * STUDIES


def test_numbers_that_are_drawn_alike_differ_as_rarely_as_alpha_says() -> None:
    steps = np.random.default_rng(1).poisson(6, size=(2, STUDIES, 60)).astype(float)
    alarms = sum(fixed.mean_p(differences) <= 0.05 for differences in steps[1] - steps[0])
    assert 0.035 * STUDIES <= alarms <= 0.06 * STUDIES
