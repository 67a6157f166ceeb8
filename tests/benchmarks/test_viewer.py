"""The benchmark of the viewer measures what it says; how fast it is, no test asks."""

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.viewer import ASKED, measure, table, write_recordings
from viewer.journal import read_journal


def test_its_recordings_are_whole(tmp_path: Path) -> None:
    write_recordings(tmp_path, 3)
    folders = sorted(path.parent for path in tmp_path.rglob("session.jsonl"))
    assert [(len(journal.steps), journal.damage) for journal in map(read_journal, folders)] == [(10, "")] * 3


def test_it_measures_everything_that_it_tells(capsys: pytest.CaptureFixture[str]) -> None:
    speed = measure(60, rounds=1)
    assert speed.sessions == 60
    assert speed.warm.keys() == ASKED.keys()
    assert all(
        seconds > 0 for seconds in (speed.command, speed.first_start, speed.cold, *speed.warm.values())
    )
    Console(width=100).print(table(speed))
    assert "asked again: words of rationales" in capsys.readouterr().out
