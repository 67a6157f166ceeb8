"""A study's folder: begun once, gone on with when it is said so, never mixed up with another study."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import UserError
from study.folder import begin, read_folder
from study.layout import STUDY
from study.ledger import Ledger
from study.plan import plan
from tests.study.studies import resolved

CHECKOUT = Path(__file__).parents[2]


def complaint(*arguments: str | Path) -> str:
    """The one line with which a command ends that cannot be done."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("simagent: ")
    return last


def test_a_study_is_begun_once_and_gone_on_with_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    study = resolved()
    assert begin(folder, study, resume=False) == study
    with pytest.raises(UserError, match="go on with --resume"):
        begin(folder, study, resume=False)
    assert begin(folder, study, resume=True) == study


def test_resuming_what_was_never_begun_begins_it(tmp_path: Path) -> None:
    begin(tmp_path / "s", resolved(), resume=True)
    assert (tmp_path / "s" / STUDY).exists()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"repetitions": 3}, "(repetitions differ)"),
        ({"personas": ["maya", "joy"]}, "(personas differ)"),
        ({"limits": {"steps": 4}}, "(limits differ)"),
    ],
)
def test_another_study_never_goes_on_in_its_folder(
    tmp_path: Path, other: dict[str, object], told: str
) -> None:
    begin(tmp_path, resolved(), resume=False)
    with pytest.raises(UserError) as raised:
        begin(tmp_path, resolved(Path(), **other), resume=True)
    assert told in str(raised.value)


def test_a_persona_file_that_was_changed_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "ann.yaml"
    file.write_text("name: Ann\nbackground: You knit.\nintent: Wool.\n")
    begin(tmp_path / "s", resolved(tmp_path, personas=["ann.yaml"]), resume=False)
    file.write_text("name: Ann\nbackground: You do not knit.\nintent: Wool.\n")
    with pytest.raises(UserError, match=r"\(personas differ\)"):
        begin(tmp_path / "s", resolved(tmp_path, personas=["ann.yaml"]), resume=True)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(UserError, match=r"it holds thesis\.tex"):
        begin(tmp_path, resolved(), resume=False)
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_study_is_read_while_it_is_worked_on(tmp_path: Path) -> None:
    study = begin(tmp_path, resolved(), resume=False)
    with Ledger(tmp_path) as ledger:
        ledger.enter(plan(study))
        ledger.begin(plan(study)[0].key)
        read, sessions, _ = read_folder(tmp_path)
    assert read == study
    assert [planned for planned, _ in sessions] == list(plan(study))


def test_mistakes_of_the_command_line_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("study: s\npersonas: maya\narms: {a: {set: {reviews: maybe}}}\n")
    assert "reviews" in complaint("study", "check", tmp_path / "s.yaml")
    assert "There is no file" in complaint("batch", tmp_path / "none.yaml")
    assert "cannot be read" in complaint("study", "results", tmp_path)
    assert "cannot be read" in complaint("batch", tmp_path)
    good = tmp_path / "good.yaml"
    good.write_text("study: s\npersonas: maya\narms: {a: {}}\npolicy: {url: 'http://127.0.0.1:1'}\n")
    assert "http://127.0.0.1:1" in complaint("batch", good, "--out", tmp_path / "s")
    assert "has no session that is done" in complaint("study", "check", good, "--like", tmp_path / "s")
