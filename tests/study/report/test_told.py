"""What is told in sentences: the answer, the warnings, the facts."""

from dataclasses import replace
from pathlib import Path

import pytest

from study.file import Analysis, Arm, ModelPolicy, Pace, RecitingChoice, RulesPolicy, StudyFile, Thinking
from study.report import Figures, Results, figures_of, read_results
from study.report.answer import answer_of, headline
from study.report.figures.comparisons import comparisons
from study.report.figures.shares import share
from study.report.told import facts, warnings
from study.report.wording import (
    arm_told,
    chance,
    duration,
    interval,
    percent,
    policy_named,
    shortened,
    signed,
)
from study.statistics.comparison import compare
from study.statistics.findings import Findings, Measure, Settings
from tests.study.report.demo_study import TWO_ARMS, Demo, write_study
from tests.study.report.made_rows import a_plan


def of(folder: Path, demo: Demo) -> tuple[Results, Figures]:
    results = read_results(write_study(folder, demo))
    return results, figures_of(results)


def found(control: list[bool], arm: list[bool], *, tests: int = 1) -> Findings:
    values = {"control": control, "b": arm}
    measures = [
        Measure("bought", "bought"),
        *(Measure(f"other-{place}", "other") for place in range(tests - 1)),
    ]
    outcomes = {
        measure: values if measure.name == "bought" else {"control": control, "b": control}
        for measure in measures
    }
    return compare(outcomes, [f"p{place}" for place in range(len(control))], Settings())


def test_the_answer_says_what_was_shown_with_counts_and_interval() -> None:
    [shown] = comparisons(found([True] * 4 + [False] * 26, [True] * 24 + [False] * 6))
    assert headline(shown).startswith(
        "A difference was shown for these personas: 24 of 30 simulated shoppers bought in b, against 4 of 30 "
        "in control (difference +66.7 points, 95 % interval +"
    )
    [same] = comparisons(found([True, False] * 9, [False, True] * 9))
    assert headline(same).startswith(
        "No difference was shown: 9 of 18 simulated shoppers bought in b, against 9"
    )
    assert "leaves out 0" not in headline(same)


def test_an_interval_without_zero_that_is_no_finding_is_explained() -> None:
    first, *_ = comparisons(found([False] * 30, [True] * 7 + [False] * 23, tests=5))
    assert first.finding.significant is False
    assert headline(first).startswith("No difference was shown:")
    assert headline(first).endswith(
        "The interval leaves out 0, but is of this comparison alone; the test, corrected for all, decides."
    )


def test_without_a_whole_pair_nothing_is_concluded() -> None:
    [nothing] = comparisons(found([], []))
    assert headline(nothing) == "Nothing can be said of b: no pair of twins is complete."


def test_one_arm_is_answered_without_a_comparison(tmp_path: Path) -> None:
    results, figures = of(tmp_path, Demo(arms={"only": {}}, repetitions=1, faults=0, files=False))
    [line] = answer_of(results.resolved, figures).lines
    bought = sum(visit.bought for visit in results.visits)
    assert line.headline.startswith(
        f"Bought: {bought}\u00a0of\u00a028 ({percent(share(bought, 28))}, 95 % interval "
    )
    assert line.headline.endswith("There is one arm, so there is nothing to compare it with.")


def test_arms_that_nobody_compared_are_told_as_such(tmp_path: Path) -> None:
    results, _ = of(tmp_path, Demo(arms=TWO_ARMS, repetitions=1, files=False))
    results = replace(results, findings=None)
    [line] = answer_of(results.resolved, figures_of(results)).lines
    assert line.headline.endswith(
        "The arms were not compared: take no difference between them for an effect."
    )


def test_a_measure_that_nobody_reached_has_a_rate_of_none(tmp_path: Path) -> None:
    results, figures = of(tmp_path, Demo(arms=TWO_ARMS, repetitions=1, faults=0, files=False))
    figures = replace(figures, endings=())
    study = results.resolved.study.model_copy(update={"analysis": Analysis(measures=("stuck",))})
    answer = answer_of(results.resolved.model_copy(update={"study": study}), figures)
    assert (answer.measure, [rate.count for rate in answer.rates]) == ("Got stuck", [0, 0])


def told_of(folder: Path, *states: str, analysis: Analysis | None = None) -> str:
    """The warnings of a study of pairs in these states, `done/fault` for instance."""
    results, _ = of(folder, Demo(arms=TWO_ARMS, repetitions=1, files=False))
    planned = [
        a_plan(number, arm, state, message="No answer.")
        for number, pair in enumerate(states, start=1)
        for arm, state in zip(TWO_ARMS, pair.split("/"), strict=True)
    ]
    study = results.resolved.study.model_copy(update={"analysis": analysis or Analysis()})
    return "\n".join(warnings(study, figures_of(replace(results, planned=tuple(planned)))))


def test_a_whole_study_has_nothing_to_warn_of(tmp_path: Path) -> None:
    assert told_of(tmp_path, "done/done", "done/done") == ""


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    text = told_of(tmp_path, "done/done", "done/fault", "done/waiting", "waiting/waiting")
    assert "3 of 8 planned sessions have not run: the study was stopped early or still goes on." in text
    assert "1 session failed and is left out" in text
    assert "Most often: No answer. (1)" in text
    assert "2 pairs of twins are incomplete" in text
    assert "Failures are uneven: 50 % of what was tried in reviews-hidden, 0 % in control." in text


def test_a_study_that_was_to_stop_early_and_did_is_not_called_unfinished(tmp_path: Path) -> None:
    results, _ = of(tmp_path, Demo(arms=TWO_ARMS, repetitions=1, waiting=0.5, files=False))
    results = replace(results, findings=found([False] * 20, [True] * 20))
    study = results.resolved.study.model_copy(update={"analysis": Analysis(stop_early=True)})
    [waiting, *_] = warnings(study, figures_of(results))
    assert "was to stop as soon as its first measure differs, and it did" in waiting
    [still, *_] = warnings(results.resolved.study, figures_of(results))
    assert "still goes on" in still


def test_the_facts_of_a_study(tmp_path: Path) -> None:
    results, figures = of(tmp_path, Demo(arms=TWO_ARMS, repetitions=2, files=False))
    told = dict(facts(results.resolved, figures))
    assert told["Shoppers"] == "28 personas, 28 intents, 2 repetitions"
    assert told["Sessions"].startswith("56 sessions an arm, 112 in all")
    assert told["Settled beforehand"] == "“Bought” decides; chance of any false alarm 0.05, power 0.8"
    assert told["When"].startswith("2026-11-20 09:")
    assert "Pace" not in told
    paced = results.resolved.study.model_copy(
        update={"pace": Pace(thinking=Thinking(median=2.5), arrivals_per_minute=6)}
    )
    told = dict(facts(results.resolved.model_copy(update={"study": paced}), figures))
    assert told["Pace"] == "2.5 s before an action in the middle, 6 arrivals a minute"


def study(**values: object) -> StudyFile:
    return StudyFile.model_validate({"study": "s", "personas": ["maya"], "arms": {"a": {}}, **values})


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        (ModelPolicy(), "simagent-smollm2-135m"),
        (ModelPolicy(model="qwen2.5-7b", url=("http://gpu:8000",)), "qwen2.5-7b"),
        (ModelPolicy(calibration="c.json"), "simagent-smollm2-135m, calibrated"),
        (RulesPolicy(kind="rules"), "simple rules, without a model"),
        (
            RecitingChoice(kind="reciting", decisions="d.yaml"),
            "a list of decisions that was written beforehand",
        ),
    ],
)
def test_what_decided_has_a_name(policy: ModelPolicy | RulesPolicy | RecitingChoice, name: str) -> None:
    assert policy_named(study().model_copy(update={"policy": policy})) == name


def test_a_design_is_told_by_what_differs() -> None:
    assert arm_told(study(), Arm.model_validate({})) == "sandbox shop market, 2,000 products: as it comes"
    changed = Arm.model_validate({"set": {"reviews": "hidden", "ratings": False}})
    assert arm_told(study(), changed) == "sandbox shop market, 2,000 products: reviews hidden, ratings off"
    other = Arm.model_validate({"shop": {"catalogue": "clothing2008"}})
    assert arm_told(study(), other) == "sandbox shop clothing2008: as it comes"
    assert (
        arm_told(study(), Arm.model_validate({"site": "https://shop.example/x"})) == "https://shop.example/x"
    )


def test_numbers_as_a_reader_wants_them() -> None:
    assert (percent(share(1, 3)), percent(share(10, 30)), percent(share(0, 0))) == (
        "33\u00a0%",
        "33.3\u00a0%",
        "\u2013",
    )
    assert interval(share(0, 0)) == "\u2013"
    assert [signed(value) for value in (1.25, -0.04, -3.0, None)] == ["+1.2", "0.0", "\u22123.0", "\u2013"]
    assert [chance(value) for value in (0.0004, 0.0321, None)] == ["< 0.001", "0.032", "\u2013"]
    times = [duration(value).replace("\u00a0", " ") for value in (4.21, 59.6, 3599.7, 7260.0)]
    assert times == ["4.2 s", "1 min 0 s", "1 h 0 min", "2 h 1 min"]
    assert shortened("one\n two  three", 9) == "one two…"
