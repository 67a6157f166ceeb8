"""The promise: where arms do not differ, at most alpha of all studies raise any false alarm."""

import numpy as np
import pytest

from benchmarks.study_false_alarms import (
    Plan,
    alarms,
    alike,
    false_alarms,
    p_at_end,
    p_at_looks,
    p_at_looks_wrongly,
)
from study.statistics.comparison import compare
from study.statistics.findings import Measure, Settings

STUDIES = 2000


@pytest.mark.parametrize("arms", [1, 3])
@pytest.mark.parametrize("personas", [5, 400])
def test_at_most_alpha_of_the_studies_raise_a_false_alarm(arms: int, personas: int) -> None:
    at_end = at_looks = 0
    for sessions in alike(Plan(arms, personas=personas), STUDIES, np.random.default_rng(1)):
        at_end += alarms(p_at_end(sessions))
        at_looks += alarms(p_at_looks(sessions))
    # More than none: a test that never says anything would keep the promise, too.
    assert 0.005 * STUDIES < at_end <= 0.05 * STUDIES
    assert 0.005 * STUDIES < at_looks <= 0.05 * STUDIES


def test_one_test_alone_raises_hardly_fewer_than_alpha() -> None:
    found = 0
    for sessions in alike(Plan(arms=1), STUDIES, np.random.default_rng(1)):
        found += alarms(p_at_end(sessions[:, :, 1:2]))
    assert 0.03 * STUDIES < found <= 0.05 * STUDIES


def test_looking_often_at_a_test_for_one_look_raises_many() -> None:
    sessions = next(alike(Plan(arms=1), 200, np.random.default_rng(1)))
    assert alarms(p_at_looks_wrongly(sessions)) > 0.15 * 200


def test_what_is_simulated_is_what_findings_say() -> None:
    names = ("searched", "viewed", "added", "bought")
    sessions = next(alike(Plan(arms=3, pairs=120, personas=12), 10, np.random.default_rng(1)))
    p_values = p_at_end(sessions)
    for study, simulated in zip(sessions, p_values, strict=True):
        outcomes = {
            Measure(name, name): dict(zip(("control", "a", "b", "c"), study[:, place], strict=True))
            for place, name in enumerate(names)
        }
        findings = compare(outcomes, [f"{pair % 12}" for pair in range(120)], Settings())
        assert [each.p for each in findings.comparisons] == simulated.ravel().tolist()
        significant = any(each.significant for each in findings.comparisons)
        assert significant == (alarms(simulated[np.newaxis]) == 1)


def test_the_printed_table_counts_every_study() -> None:
    for line in false_alarms(studies=50, seed=1):
        assert line.of == 50
        assert 0 <= line.interval.low <= line.share <= line.interval.high <= 1
