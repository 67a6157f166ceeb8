"""A study that is looked at after every pair."""

import numpy as np
import pytest

from benchmarks.study_false_alarms import Plan, alike, p_at_looks
from study.statistics.comparison import compare
from study.statistics.correction import holm
from study.statistics.findings import Measure, Settings
from study.statistics.paired import Outcomes
from study.statistics.stopping import decide
from tests.study.statistics.outcomes import BOUGHT, LEFT, STEPS, truths

SEQUENTIAL = Settings(sequential=True)


def cut(outcomes: Outcomes, pairs: int) -> Outcomes:
    return {
        measure: {arm: np.asarray(values[:pairs], dtype=float) for arm, values in by_arm.items()}
        for measure, by_arm in outcomes.items()
    }


def test_a_study_stops_at_the_first_pair_that_shows_a_difference() -> None:
    outcomes: Outcomes = {BOUGHT: truths(5, 0, 30, 5)}
    looks = [decide(cut(outcomes, pairs), SEQUENTIAL) for pairs in range(41)]
    # After five pairs of one mind, 8 of 8: evidence of 2^8 / 9 is the first one beyond 20.
    assert [look.stop for look in looks] == [pairs >= 13 for pairs in range(41)]
    assert looks[4].told == "Pairs looked at: 4; no difference is shown yet."
    assert looks[20].told == "Pairs looked at: 20; a difference is shown: bought (free-delivery)."


def test_one_arm_that_differs_by_the_first_measure_is_enough() -> None:
    bought = truths(0, 0, 15, 5)
    outcomes: Outcomes = {
        BOUGHT: {"control": bought["control"], "same": bought["control"], "other": bought["free-delivery"]}
    }
    look = decide(outcomes, SEQUENTIAL)
    assert look.stop
    assert look.p_corrected["same"] == 1
    assert look.p_corrected["other"] <= 0.05
    assert look.told == "Pairs looked at: 20; a difference is shown: bought (other)."


def test_other_measures_do_not_stop_a_study_but_count_as_tests() -> None:
    steps = {"control": [1] * 20, "free-delivery": [9] * 20}
    assert not decide({BOUGHT: truths(20, 0, 0, 0), STEPS: steps}, SEQUENTIAL).stop
    assert decide({STEPS: steps, BOUGHT: truths(20, 0, 0, 0)}, SEQUENTIAL).stop
    alone = decide({BOUGHT: truths(0, 0, 8, 12), LEFT: truths(0, 0, 8, 12)}, SEQUENTIAL)
    added = Measure("added", "added")
    among_two = decide({BOUGHT: truths(0, 0, 8, 12), added: truths(20, 0, 0, 0)}, SEQUENTIAL)
    assert among_two.p_corrected["free-delivery"] == pytest.approx(2 * alone.p_corrected["free-delivery"])


def test_a_study_that_is_not_sequential_never_stops_early() -> None:
    look = decide({BOUGHT: truths(0, 0, 500, 0)}, Settings())
    assert not look.stop
    assert look.told == "This study is looked at once, at its end."


def test_nothing_to_look_at_stops_nothing() -> None:
    for outcomes in (
        {},
        {LEFT: truths(0, 0, 20, 0)},
        {BOUGHT: {"control": [True] * 9}},
        {BOUGHT: truths(0, 0, 0, 0)},
    ):
        assert not decide(outcomes, SEQUENTIAL).stop


def test_a_missing_session_leaves_its_pair_out() -> None:
    whole = decide({BOUGHT: truths(0, 0, 6, 0)}, SEQUENTIAL)
    values = truths(0, 0, 6, 0)
    gaps: Outcomes = {
        BOUGHT: {
            "control": [*values["control"], None, False],
            "free-delivery": [*values["free-delivery"], True, None],
        }
    }
    assert decide(gaps, SEQUENTIAL).p_corrected == whole.p_corrected


def test_the_last_look_and_the_findings_agree_and_both_with_the_simulation() -> None:
    stages = [Measure(name, name) for name in ("bought", "added", "viewed", "searched")]
    sessions = next(alike(Plan(arms=2, pairs=150, personas=15), 10, np.random.default_rng(1)))[:, :, ::-1]
    for study, p_values in zip(sessions, p_at_looks(sessions), strict=True):
        outcomes = {
            stage: dict(zip(("control", "first", "second"), study[:, place], strict=True))
            for place, stage in enumerate(stages)
        }
        findings = compare(outcomes, ["persona"] * 150, SEQUENTIAL)
        assert [each.p for each in findings.comparisons] == pytest.approx(p_values.ravel().tolist())
        corrected = holm(p_values.ravel().tolist())
        assert [each.p_corrected for each in findings.comparisons] == pytest.approx(corrected)
        assert list(decide(outcomes, SEQUENTIAL).p_corrected.values()) == pytest.approx(corrected[::4])
