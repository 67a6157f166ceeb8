"""What comes of a study: counts, what is left out, corrected p-values, sentences, and nothing that is NaN."""

import json
from collections.abc import Mapping

import numpy as np
import pytest

from study.statistics import anytime, fixed
from study.statistics.comparison import compare
from study.statistics.findings import Findings, MeanFinding, Measure, Settings, ShareFinding
from study.statistics.paired import Outcomes, Table, Values
from tests.study.statistics.outcomes import BOUGHT, LEFT, STEPS, personas, truths

FIXED, SEQUENTIAL = Settings(), Settings(sequential=True)


def shares(findings: Findings, place: int = 0) -> ShareFinding:
    found = findings.comparisons[place]
    assert isinstance(found, ShareFinding)
    return found


def means(findings: Findings, place: int = 0) -> MeanFinding:
    found = findings.comparisons[place]
    assert isinstance(found, MeanFinding)
    return found


def test_pairs_are_counted() -> None:
    found = shares(compare({BOUGHT: truths(3, 5, 14, 178)}, personas(200, 200), FIXED))
    assert (found.both, found.only_control, found.only_arm, found.neither) == (3, 5, 14, 178)
    assert (found.in_control.count, found.in_arm.count) == (8, 17)
    assert (found.in_control.share, found.in_arm.share) == (0.04, 0.085)
    assert found.difference == pytest.approx(4.5)
    assert (found.planned, found.pairs, found.personas) == (200, 200, 200)
    assert found.p == found.p_corrected == fixed.exact_mcnemar(5, 14)
    assert found.personas_interval is None


def test_pairs_of_which_a_session_is_missing_are_left_out_measure_by_measure() -> None:
    outcomes: Outcomes = {
        BOUGHT: {"control": [1, None, 0, 1], "arm": [0, 1, None, 1]},
        STEPS: {"control": [5, 7, None, 4], "arm": [8, 7, 3, None]},
    }
    findings = compare(outcomes, personas(4, 2), FIXED)
    assert (shares(findings).planned, shares(findings).pairs) == (4, 2)
    assert (shares(findings).only_control, shares(findings).both) == (1, 1)
    number = means(findings, 1)
    assert (number.pairs, number.in_control.mean, number.in_arm.mean, number.difference) == (2, 6, 7.5, 1.5)
    assert (number.more, number.less, number.same) == (1, 0, 1)


@pytest.mark.parametrize("dtype", [np.bool_, np.float64, np.int64])
def test_arrays_do_as_well_as_lists(dtype: type) -> None:
    lists = truths(3, 5, 14, 8)
    arrays: Mapping[str, Values] = {arm: np.array(values, dtype=dtype) for arm, values in lists.items()}
    assert compare({BOUGHT: arrays}, personas(30, 6), FIXED) == compare(
        {BOUGHT: lists}, personas(30, 6), FIXED
    )


def test_all_tested_measures_of_all_arms_are_one_family() -> None:
    bought, steps = truths(0, 1, 12, 87), {"control": [5] * 100, "free-delivery": [5, 5, 6, 4] * 25}
    outcomes: Outcomes = {
        BOUGHT: {**bought, "hidden": bought["control"]},
        LEFT: {**bought, "hidden": bought["control"]},
        STEPS: {**steps, "hidden": [6] * 100},
    }
    findings = compare(outcomes, personas(100, 100), FIXED)
    assert findings.tests == 4
    assert findings.primary == "bought"
    assert [(each.arm, each.measure) for each in findings.comparisons] == [
        (arm, measure) for arm in ("free-delivery", "hidden") for measure in ("bought", "left", "steps")
    ]
    bought_p = fixed.exact_mcnemar(1, 12)
    first, described, *_ = findings.comparisons
    # The second smallest of four is multiplied by three.
    assert first.p == bought_p
    assert first.p_corrected == pytest.approx(3 * bought_p)
    assert first.significant
    assert described.p is described.p_corrected is None
    assert described.significant is None
    assert described.interval == first.interval
    assert findings.comparisons[-1].significant
    assert [each.significant for each in findings.comparisons].count(True) == 2


def test_what_corrected_p_does_not_show_is_not_significant() -> None:
    outcomes = {Measure(name, name): truths(0, 1, 8, 91) for name in ("bought", "added", "viewed")}
    findings = compare(outcomes, personas(100, 100), FIXED)
    for found in findings.comparisons:
        assert found.p == pytest.approx(20 / 2**9)
        assert found.p_corrected == pytest.approx(60 / 2**9)
        assert found.significant is False
        assert "The interval leaves out 0, but" in found.verdict


def test_a_sequential_study_has_nothing_that_holds_at_one_look_only() -> None:
    control, arm = np.random.default_rng(1).poisson([[6], [7]], size=(2, 100)).tolist()
    outcomes: Outcomes = {BOUGHT: truths(5, 5, 14, 76), STEPS: {"control": control, "free-delivery": arm}}
    findings = compare(outcomes, personas(100, 20), SEQUENTIAL)
    share, number = shares(findings), means(findings, 1)
    differences = np.array(arm, dtype=float) - np.array(control)
    assert share.p == anytime.share_p(np.repeat([0.0, -1.0, 1.0], [5, 5, 14]))
    assert share.interval == anytime.share_difference(table_of(share))
    assert share.in_arm.interval == anytime.share_interval(19, 100)
    assert number.p == anytime.mean_p(differences)
    assert number.interval == anytime.mean_interval(differences)
    assert share.personas_interval is number.personas_interval is None
    assert findings.methods.personas is None
    assert findings.methods.share_test == "sequential beta-binomial test of the discordant pairs"


def table_of(found: ShareFinding) -> Table:
    return Table(found.both, found.only_control, found.only_arm, found.neither)


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
@pytest.mark.parametrize("pairs", [0, 1, 2, 40])
@pytest.mark.parametrize("bought", [True, False])
def test_studies_that_show_nothing_say_so(settings: Settings, pairs: int, bought: bool) -> None:
    alike = {"control": [bought] * pairs, "arm": [bought] * pairs}
    numbers = {"control": [4.0] * pairs, "arm": [4.0] * pairs}
    findings = compare({BOUGHT: alike, STEPS: numbers}, personas(pairs, 20), settings)
    for found in findings.comparisons:
        assert found.p == found.p_corrected == 1
        assert found.significant is False
        assert found.difference == (0 if pairs else None)
    share, number = shares(findings), means(findings, 1)
    assert share.in_arm.share == (float(bought) if pairs else None)
    assert number.interval is number.in_arm.interval is None
    if pairs:
        assert share.interval is not None
        assert share.interval.low < 0 < share.interval.high
        assert "no difference was shown" in share.verdict
    else:
        assert share.interval is None
        assert share.smallest_effect is None
        assert share.verdict == "arm: no pair has both its sessions, so nothing can be said (bought)."
    json.dumps(findings.model_dump(mode="json"), allow_nan=False)


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
def test_findings_are_plain_json_and_read_back(settings: Settings) -> None:
    outcomes: Outcomes = {
        BOUGHT: truths(5, 5, 14, 76),
        STEPS: {"control": [3, 4] * 50, "free-delivery": [4, 3, 5, 6] * 25},
    }
    findings = compare(outcomes, personas(100, 20), settings)
    text = json.dumps(findings.model_dump(mode="json"), allow_nan=False)
    assert Findings.model_validate_json(text) == findings


@pytest.mark.parametrize("settings", [FIXED, SEQUENTIAL])
def test_a_study_of_one_arm_or_of_no_measure_has_no_comparison(settings: Settings) -> None:
    alone = compare({BOUGHT: {"control": [True, False]}}, personas(2, 2), settings)
    assert (alone.comparisons, alone.tests, alone.primary) == ((), 0, "bought")
    assert compare({}, [], settings).comparisons == ()


def test_arms_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match=r"bought has .* values for 3 pairs"):
        compare({BOUGHT: {"control": [True] * 3, "arm": [True] * 2}}, personas(3, 3), FIXED)
    mixed = {BOUGHT: {"control": [True], "arm": [True]}, LEFT: {"arm": [True], "control": [True]}}
    with pytest.raises(ValueError, match="left has the arms"):
        compare(mixed, personas(1, 1), FIXED)


def test_a_difference_that_was_not_shown_in_words() -> None:
    found = compare({BOUGHT: truths(10, 5, 14, 171)}, personas(200, 200), FIXED)
    assert shares(found).verdict == (
        "free-delivery: 12.0 % bought against 7.5 % in control (difference +4.5 points, 95 % interval +0.1 "
        "to +8.9; exact McNemar test, 14 pairs only in free-delivery and 5 only in control; p = 0.0636): no "
        "difference was shown. The interval leaves out 0, but it is of this comparison alone; the test "
        "decides. With 200 pairs this study would have found a difference of 6.6 points or more with 80 % "
        "power."
    )


def test_a_difference_that_was_shown_in_words() -> None:
    steps = {"control": [5, 6, 7, 5] * 10, "free-delivery": [6, 7, 9, 8] * 10}
    found = compare({BOUGHT: truths(0, 0, 25, 15), STEPS: steps}, personas(40, 40), FIXED)
    assert shares(found).verdict == (
        "free-delivery: 62.5 % bought against 0.0 % in control (difference +62.5 points, 95 % interval +43.3 "
        "to +75.8; exact McNemar test, 25 pairs only in free-delivery and 0 only in control; p < 0.001, "
        "corrected for 2 tests p < 0.001): a difference was shown."
    )
    assert means(found, 1).verdict == (
        "free-delivery: 7.50 steps on average against 5.75 in control (difference +1.75, 95 % interval +1.48 "
        "to +2.02; Wilcoxon signed-rank test, 40 pairs with more in free-delivery and 0 with less; p < "
        "0.001, corrected for 2 tests p < 0.001): a difference was shown."
    )


def test_what_is_described_is_not_said_to_be_tested() -> None:
    verdict = shares(compare({LEFT: truths(1, 1, 1, 1)}, personas(4, 4), FIXED)).verdict
    assert verdict.startswith(
        "free-delivery: 50.0 % left without buying against 50.0 % in control (difference"
    )
    assert verdict.endswith("1 pair only in free-delivery and 1 only in control); described, not tested.")


@pytest.mark.parametrize(
    ("different", "holds"),
    [(40, True), (20, True), (5, False)],
    ids=["each persona once", "personas that agree", "too few personas"],
)
def test_a_difference_of_some_personas_is_not_said_to_be_everyones(different: int, holds: bool) -> None:
    verdict = shares(compare({BOUGHT: truths(0, 0, 25, 15)}, personas(40, different), FIXED)).verdict
    assert ("whether it holds for others is open" not in verdict) == holds


def test_a_difference_that_personas_do_not_share_is_not_said_to_be_everyones() -> None:
    # Of ten personas, one does it all.
    who = ["one"] * 60 + [f"persona-{number % 9}" for number in range(90)]
    outcomes = {BOUGHT: {"control": [False] * 150, "arm": [True] * 30 + [False] * 120}}
    found = shares(compare(outcomes, who, FIXED))
    assert found.significant
    assert found.personas_interval is not None
    assert found.personas_interval.low < 0
    assert "for other personas, too: \N{MINUS SIGN}" in found.verdict
    assert "for these personas; whether it holds for others is open" in found.verdict


def test_a_study_that_was_too_small_says_so() -> None:
    verdict = shares(compare({BOUGHT: truths(1, 1, 1, 1)}, personas(4, 4), FIXED)).verdict
    assert (
        "With 4 pairs this study could not have found any difference, however large, with 80 % power."
        in verdict
    )
