"""A study's folder read in."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.errors import UserError
from study.report import read_results
from tests.study.report.demo_study import REALISTIC, TWO_ARMS, Demo, write_study

SMALL = replace(REALISTIC, repetitions=1, files=False)
ANSWER = {
    "at": "2026-11-20T10:00:00Z",
    "model": "m",
    "questionnaire": "sus",
    "item": 1,
    "question": "Easy?",
    "answer": "Yes.",
    "score": 4,
    "scale": [1, 5],
}


def test_all_of_it_is_read(realistic: Path) -> None:
    results = read_results(realistic)
    states = [row.state for row in results.planned]
    assert len(results.planned) == 112
    assert len(results.visits) == states.count("done") < 112
    assert {step.session for step in results.steps} == {visit.session for visit in results.visits}
    assert results.findings is not None
    assert len(results.totals) == len(results.visits)


def test_a_study_without_findings_and_interviews_is_read(tmp_path: Path) -> None:
    results = read_results(write_study(tmp_path, Demo(arms={"only": {}}, repetitions=1, files=False)))
    assert (results.findings, results.answers, results.totals) == (None, (), ())


def test_of_several_answers_to_a_question_the_last_one_counts(tmp_path: Path) -> None:
    folder = write_study(tmp_path, SMALL)
    visit = read_results(folder).visits[0]
    lines = [
        ANSWER,
        {**ANSWER, "question": "Fast?", "item": 2},
        {**ANSWER, "answer": "No.", "score": 1},
        {"at": ANSWER["at"], "model": "m", "questionnaire": "sus", "total": 50},
        {"at": ANSWER["at"], "model": "m", "questionnaire": "sus", "total": 60},
    ]
    (folder / visit.recording).mkdir(parents=True)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / visit.recording / "interviews.jsonl").write_text(text + '{"cut off', encoding="utf-8")
    results = read_results(folder)
    assert [(answer.line.question, answer.line.score) for answer in results.answers] == [
        ("Easy?", 1),
        ("Fast?", 4),
    ]
    assert [(total.arm, total.line.total) for total in results.totals] == [(visit.arm, 60)]


@pytest.mark.parametrize(
    "name", ["study.json", "results/sessions.parquet", "results/steps.parquet", "results/statistics.json"]
)
def test_what_cannot_be_read_is_told_with_its_path(tmp_path: Path, name: str) -> None:
    folder = write_study(tmp_path, SMALL)
    (folder / name).write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match=name.replace(".", r"\.")):
        read_results(folder)


def test_a_folder_that_is_no_study_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"study\.json"):
        read_results(tmp_path)
    folder = write_study(tmp_path, Demo(arms=TWO_ARMS, repetitions=1, files=False))
    (folder / "results" / "steps.parquet").unlink()
    with pytest.raises(UserError, match=r"steps\.parquet"):
        read_results(folder)
