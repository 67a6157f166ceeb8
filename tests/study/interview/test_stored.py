import re
from pathlib import Path

import pytest

from agent.errors import UserError
from study.interview.stored import INTERVIEWS, AnswerLine, TotalLine, append, read_interviews
from tests.agent.values import NOON
from tests.study.interview.visits import lines_of


def answer(words: str, score: int | None = None) -> AnswerLine:
    return AnswerLine(
        at=NOON,
        model="m",
        questionnaire="sus",
        item=1,
        question="q",
        answer=words,
        score=score,
        scale=(1, 5),
        seed=0,
    )


def total() -> TotalLine:
    return TotalLine(at=NOON, model="m", questionnaire="sus", total=72.5, seed=0)


def test_lines_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    for line in (answer("“Ja”, sagte sie: \x1b[1m\nneu", 4), total()):
        append(tmp_path, line)
    assert read_interviews(tmp_path) == (answer("“Ja”, sagte sie: \x1b[1m\nneu", 4), total())
    assert lines_of(tmp_path) == [
        {
            "at": "2026-01-02T12:00:00Z",
            "model": "m",
            "questionnaire": "sus",
            "item": 1,
            "question": "q",
            "answer": "“Ja”, sagte sie: \x1b[1m\nneu",
            "score": 4,
            "scale": [1, 5],
            "seed": 0,
        },
        {"at": "2026-01-02T12:00:00Z", "model": "m", "questionnaire": "sus", "total": 72.5, "seed": 0},
    ]


def test_the_lines_of_the_documentation_are_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "interviews.md").read_text()
    examples = re.findall(r"^```json\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    (tmp_path / INTERVIEWS).write_text("".join(examples))
    read = read_interviews(tmp_path)
    assert [type(line) for line in read] == [AnswerLine, TotalLine]


def test_there_may_be_none(tmp_path: Path) -> None:
    assert read_interviews(tmp_path) == ()


@pytest.mark.parametrize("half", ['{"at": "2026', "\ufffd", '{"at": "2026-01-02T12:00:00Z", "model": "m"}'])
def test_half_a_last_line_is_passed_over_and_taken_away(tmp_path: Path, half: str) -> None:
    append(tmp_path, answer("one"))
    with (tmp_path / INTERVIEWS).open("a") as file:
        file.write(half)
    assert read_interviews(tmp_path) == (answer("one"),)
    append(tmp_path, answer("two"))
    assert read_interviews(tmp_path) == (answer("one"), answer("two"))
    assert len(lines_of(tmp_path)) == 2


def test_half_a_first_line_is_taken_away_too(tmp_path: Path) -> None:
    (tmp_path / INTERVIEWS).write_text('{"at"')
    append(tmp_path, answer("one"))
    assert read_interviews(tmp_path) == (answer("one"),)


def test_a_damaged_line_before_the_last_is_told(tmp_path: Path) -> None:
    append(tmp_path, answer("one"))
    with (tmp_path / INTERVIEWS).open("a") as file:
        file.write("{}\n")
    with pytest.raises(UserError, match=r"interviews\.jsonl, line 2: it is neither an answer nor a total"):
        read_interviews(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the answers cannot be written to"):
        append(tmp_path / "no", answer("one"))
