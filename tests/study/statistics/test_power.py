"""The calculated power, against counting every outcome, and against simulated studies."""

from itertools import product
from math import comb, log

import numpy as np
import pytest

from agent.errors import UserError
from benchmarks.study_false_alarms import found_differences
from study.statistics import anytime, fixed
from study.statistics.findings import Settings
from study.statistics.paired import Table
from study.statistics.power import (
    expected_discordance,
    observed_discordance,
    pairs_needed,
    power,
    smallest_effect,
)

FIXED, SEQUENTIAL = Settings(), Settings(sequential=True)


def test_power_is_that_of_counting_every_outcome() -> None:
    pairs, only_arm, only_control = 14, 0.5, 0.1
    chance = 0.0
    for more in range(pairs + 1):
        for less in range(pairs + 1 - more):
            if more > less and fixed.exact_mcnemar(less, more) <= 0.05:
                ways = comb(pairs, more) * comb(pairs - more, less)
                same = pairs - more - less
                chance += ways * only_arm**more * only_control**less * 0.4**same
    assert power(pairs, 40, 0.6, FIXED) == pytest.approx(chance, abs=1e-7)
    assert power(pairs, -40, 0.6, FIXED) == pytest.approx(chance, abs=1e-7)


def test_power_with_looks_is_that_of_counting_every_path() -> None:
    settings = Settings(alpha=0.2, sequential=True)
    pairs, share = 9, {1: 0.5, -1: 0.1, 0: 0.4}
    chance = 0.0
    for path in product((-1, 0, 1), repeat=pairs):
        discordant = more = 0
        for difference in path:
            discordant, more = discordant + abs(difference), more + (difference > 0)
            if 2 * more > discordant and anytime.log_evidence(more, discordant) >= log(1 / 0.2):
                chance += float(np.prod([share[difference] for difference in path]))
                break
            if 2 * more < discordant and anytime.log_evidence(more, discordant) >= log(1 / 0.2):
                break
    assert power(pairs, 40, 0.6, settings) == pytest.approx(chance, abs=1e-7)


def test_differences_are_found_as_often_as_was_calculated() -> None:
    for expected, counted in found_differences(studies=2000, seed=1):
        assert expected == pytest.approx(0.8, abs=1e-3)
        # Four standard errors of a share of 2,000.
        assert counted.share == pytest.approx(expected, abs=0.036)


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
def test_the_smallest_effect_is_found_with_the_wanted_power(settings: Settings) -> None:
    for pairs, discordant in ((20, 0.3), (200, 0.02), (200, 0.5), (5000, 0.2), (200, 1.0)):
        effect = smallest_effect(pairs, discordant, settings, tests=4)
        assert effect is not None
        assert power(pairs, effect, discordant, settings, tests=4) == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
def test_effects_shrink_with_pairs_and_grow_with_tests_and_discordance(settings: Settings) -> None:
    def effect(pairs: int, discordant: float, tests: int) -> float:
        found = smallest_effect(pairs, discordant, settings, tests)
        assert found is not None
        return found

    assert effect(400, 0.2, 1) < effect(100, 0.2, 1) < effect(100, 0.2, 12)
    assert effect(100, 0.1, 1) < effect(100, 0.4, 1)


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
def test_a_study_that_is_too_small_finds_nothing(settings: Settings) -> None:
    assert smallest_effect(0, 1.0, settings) is None
    assert smallest_effect(5, 0.5, settings) is None
    assert power(0, 50, 0.5, settings) == 0


def test_no_power_needs_no_effect() -> None:
    assert smallest_effect(1000, 0.5, Settings(alpha=0.9, power=0.1)) == pytest.approx(0, abs=1e-3)


def test_looking_at_every_pair_costs_some_sharpness() -> None:
    once, looked_at = smallest_effect(200, 0.2, FIXED), smallest_effect(200, 0.2, SEQUENTIAL)
    assert once is not None
    assert looked_at is not None
    assert once < looked_at < 1.5 * once


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
@pytest.mark.parametrize(("control", "difference"), [(0.08, 4.0), (0.5, -20.0), (0.0, 10.0), (0.9, 10.0)])
def test_no_fewer_pairs_than_needed_are_enough(control: float, difference: float, settings: Settings) -> None:
    needed = pairs_needed(control, difference, settings, tests=2)
    discordant = expected_discordance(control, control + difference / 100)
    assert needed is not None
    assert power(needed, difference, discordant, settings, tests=2) >= 0.8
    assert power(needed - 1, difference, discordant, settings, tests=2) < 0.8


def test_twins_that_are_alike_need_fewer_pairs() -> None:
    strangers, twins = pairs_needed(0.08, 4, FIXED), pairs_needed(0.08, 4, FIXED, discordant=0.08)
    assert strangers is not None
    assert twins is not None
    # The normal approximation: (1.96 + 0.84)^2 (0.181 - 0.04^2) / 0.04^2 = 879.
    assert 879 < strangers < 960
    assert twins < strangers / 2


def test_a_difference_can_be_too_small_for_any_study() -> None:
    assert pairs_needed(0.5, 0.1, FIXED) is None


@pytest.mark.parametrize(
    ("control", "difference", "discordant", "said"),
    [
        (0.5, 0.0, None, "which difference matters"),
        (0.5, 60.0, None, "from 0 to 100 %"),
        (-0.1, 20.0, None, "from 0 to 100 %"),
        (0.1, 5.0, 0.01, "from 5.0 to 25.0 % of the pairs can be discordant, not 1.0 %"),
        (0.1, 5.0, 0.5, "can be discordant, not 50.0 %"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    control: float, difference: float, discordant: float | None, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        pairs_needed(control, difference, FIXED, discordant=discordant)


def test_no_discordant_pair_counts_as_two_among_two_more() -> None:
    assert observed_discordance(Table(3, 0, 0, 195)) == 2 / 200
    assert observed_discordance(Table(0, 0, 0, 0)) == 1
    effect = smallest_effect(200, observed_discordance(Table(0, 0, 0, 200)), FIXED)
    assert effect is not None
    assert 3 < effect < 5
