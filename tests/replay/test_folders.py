import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.errors import UserError
from agent.recording import JOURNAL, read_recording
from replay.folders import Choice, Condition, Part, condition, delete, drop_parts, entries, pack
from tests.agent.test_recording import recorded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recorded(tmp_path / "all" / "whole")
    recorded(tmp_path / "all" / "deep" / "cut", ended=False)
    altered = recorded(tmp_path / "all" / "altered")
    (altered / "observations" / "0001.html").write_text("another page")
    damaged = tmp_path / "all" / "damaged"
    damaged.mkdir()
    (damaged / "session.jsonl").write_text("nonsense\n")
    return tmp_path / "all"


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "cli", "recordings", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_every_recording_below_a_folder_is_found_with_its_condition(folder: Path) -> None:
    found = {entry.folder.relative_to(folder).as_posix(): entry for entry in entries(folder)}
    assert {name: condition(entry)[0] for name, entry in found.items()} == {
        "altered": Condition.ALTERED,
        "damaged": Condition.UNREADABLE,
        "deep/cut": Condition.UNCHECKED,
        "whole": Condition.WHOLE,
    }
    assert [found[name].ending for name in ("whole", "deep/cut", "damaged")] == [
        "purchased",
        "cut off",
        "unreadable",
    ]


def test_the_commands_say_what_there_is_and_what_is_wrong(folder: Path) -> None:
    listed = command("list", folder)
    assert listed.returncode == 0
    assert listed.stdout.splitlines()[-1].startswith("4 recordings, ")
    told = json.loads(command("list", folder, "--json").stdout)
    assert [each["recording"] for each in told] == ["altered", "damaged", "deep/cut", "whole"]
    verified = command("verify", folder)
    assert verified.returncode == 1
    assert "observations/0001.html: changed" in verified.stdout
    assert command("verify", folder / "whole").returncode == 0


def test_a_list_reads_no_more_of_a_recording_than_it_shows(folder: Path) -> None:
    shutil.rmtree(folder / "whole" / "observations")
    journal = folder / "deep" / "cut" / JOURNAL
    header, _, *others = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([header, "nonsense\n", *others]))
    found = {entry.folder.name: entry for entry in entries(folder)}
    assert [(found[name].steps, found[name].ending) for name in ("whole", "cut")] == [
        (3, "purchased"),
        (3, "cut off"),
    ]
    assert [condition(found[name])[0] for name in ("whole", "cut")] == [Condition.UNREADABLE] * 2


def test_a_recording_without_a_step_is_listed(folder: Path) -> None:
    journal = folder / "whole" / JOURNAL
    header, *_, ending = journal.read_text().splitlines(keepends=True)
    journal.write_text(header)
    (entry,) = entries(folder / "whole")
    assert (entry.steps, entry.ending) == (0, "cut off")
    journal.write_text(header + ending)
    (entry,) = entries(folder / "whole")
    assert (entry.steps, entry.ending) == (0, "purchased")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("", "does not begin with a header line"),
        ("HEADER{}\n", "line 2"),
        ("HEADER[]\n", "line 2"),
        ('HEADER{"kind": "ending", "ended": "eaten"}\n', "its ending: "),
        ("LATER", "install a later one"),
    ],
)
def test_what_is_wrong_with_the_first_or_the_last_line_is_listed(
    folder: Path, lines: str, problem: str
) -> None:
    journal = folder / "whole" / JOURNAL
    header = journal.read_text().splitlines(keepends=True)[0]
    later = header.replace('"format": 2', '"format": 99')
    journal.write_text(lines.replace("HEADER", header).replace("LATER", later))
    (entry,) = entries(folder / "whole")
    assert (entry.ending, entry.header) == ("unreadable", None)
    assert problem in entry.problem


def test_nothing_goes_without_yes(folder: Path) -> None:
    said = command("prune", folder, "--ending", "cut off")
    assert "would delete" in said.stdout
    assert (folder / "deep" / "cut").exists()
    assert command("prune", folder, "--ending", "cut off", "--yes").returncode == 0
    assert not (folder / "deep" / "cut").exists()
    assert (folder / "whole").exists()


def test_pruning_wants_to_be_told_what_may_go(folder: Path) -> None:
    said = command("prune", folder, "--yes")
    assert said.returncode == 2
    assert "say what may go" in said.stderr
    assert len(list(entries(folder))) == 4


def test_a_recording_without_its_pictures_and_pages_is_whole_and_smaller(folder: Path) -> None:
    drop_parts(folder / "whole", [Part.SCREENSHOTS, Part.PAGES])
    (entry,) = entries(folder / "whole")
    assert condition(entry)[0] is Condition.WHOLE
    assert not list((folder / "whole" / "screenshots").iterdir())
    assert len(read_recording(folder / "whole").steps) == 3


def test_sessions_of_a_study_are_thinned_out_but_never_deleted(folder: Path) -> None:
    study = folder / "study"
    shutil.copytree(folder / "whole", study / "sessions" / "00001-a")
    (study / "study.json").write_text("{}")
    said = command("prune", folder, "--ending", "purchased", "--yes")
    assert "belong to studies and stay" in said.stderr
    assert (study / "sessions" / "00001-a").exists()
    assert not (folder / "whole").exists()
    assert command("prune", folder, "--drop", "screenshots", "--yes").returncode == 0
    assert not list((study / "sessions" / "00001-a" / "screenshots").iterdir())


def test_age_counts_from_the_beginning_of_the_session(folder: Path) -> None:
    (entry,) = entries(folder / "whole")
    began = entry.started or datetime.now(UTC)
    choice = Choice(older_than=timedelta(days=30))
    assert not choice.holds(entry, began + timedelta(days=29))
    assert choice.holds(entry, began + timedelta(days=31))


def test_what_cannot_be_read_has_no_age(folder: Path) -> None:
    (entry,) = entries(folder / "damaged")
    assert not Choice(older_than=timedelta(days=0)).holds(entry, datetime.now(UTC))
    assert Choice(endings=frozenset({"unreadable"})).holds(entry, datetime.now(UTC))


def test_a_packed_recording_is_read_where_it_is_unpacked(folder: Path, tmp_path: Path) -> None:
    done = command("pack", folder, "--out", tmp_path / "all.zip")
    assert done.returncode == 0, done.stderr
    assert f"{folder / 'altered'} is altered" in done.stderr
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        archive.extractall(tmp_path / "out")
    found = {entry.folder.name: condition(entry)[0] for entry in entries(tmp_path / "out")}
    assert found["whole"] is Condition.WHOLE
    assert len(found) == 4


def test_a_pack_is_never_written_over_and_never_half(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("mine")
    found = list(entries(folder))
    with pytest.raises(UserError, match="exists already"):
        pack(folder, found, tmp_path / "all.zip", lambda _: None)

    def fails(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(folder, found, tmp_path / "new.zip", fails)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all", "all.zip"]


def test_a_deleted_recording_is_gone_at_once(folder: Path) -> None:
    delete(folder / "whole")
    assert sorted(path.name for path in folder.iterdir()) == ["altered", "damaged", "deep"]


def test_where_there_is_nothing_it_is_said(tmp_path: Path) -> None:
    said = command("list", tmp_path / "nowhere")
    assert said.returncode == 2
    assert "is no folder" in said.stderr
    assert "there is no recording to pack" in command("pack", tmp_path, "--out", tmp_path / "x.zip").stderr
