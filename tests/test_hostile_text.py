"""What others wrote is shown on a terminal, and never obeyed: nobody's title clears the screen."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.actions import Click
from agent.checksums import CHECKSUMS
from agent.recording import JOURNAL, read_recording
from agent.session import Ending, EndingKind, Purchase
from agent.terminal import inert
from cli import Narrator
from learn.participants import commands as participants
from replay import commands, told
from replay.comparison import Comparison, StepCheck, difference
from tests.agent.test_recording import recorded
from tests.agent.values import NOON, maya, step

TITLE = "\x1b]0;owned\x1b\\"
CLEAR = "\x1b[2J\x9b2J"
BACKWARDS = "\u202egnp.exe\u2066"
ORDERS = TITLE + CLEAR + BACKWARDS
SHOWN = r"\x1b]0;owned\x1b\\x1b[2J\x9b2J\u202egnp.exe\u2066"


def assert_obeyed_nowhere(told_to_user: str, times: int) -> None:
    assert not [sign for sign in told_to_user if sign != "\n" and not sign.isprintable()]
    assert told_to_user.count(SHOWN) == times


def test_all_but_line_breaks_and_tabs_is_written_out() -> None:
    assert inert(ORDERS) == SHOWN
    assert inert("a\tb\nc \u00e9 \u05d0 \U0001f600") == "a\tb\nc \u00e9 \u05d0 \U0001f600"
    assert inert("\r\x00\x07\x7f\x85\ud800") == r"\x0d\x00\x07\x7f\x85\ud800"
    assert inert(inert(ORDERS)) == SHOWN


def test_a_visit_is_told_inertly(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator(quiet=False)
    hostile = step(1, action=Click(name=ORDERS), title=ORDERS, message=ORDERS, url=f"http://shop/{ORDERS}")
    hostile = hostile.model_copy(
        update={"decision": hostile.decision.model_copy(update={"rationale": ORDERS})}
    )
    ending = Ending(
        kind=EndingKind.PURCHASED, message=ORDERS, at=NOON, purchase=Purchase(items=(ORDERS,), total=ORDERS)
    )
    narrator.opening(maya(), ORDERS, ORDERS, "a model")
    narrator.step(hostile)
    narrator.ending(ending, (hostile,), Path("out"))
    assert_obeyed_nowhere(capsys.readouterr().out, times=10)


def test_a_participants_visit_is_told_inertly(capsys: pytest.CaptureFixture[str]) -> None:
    participants._tell(step(1, title=ORDERS, message=ORDERS))
    assert_obeyed_nowhere(capsys.readouterr().out, times=2)


def test_a_rerun_is_told_inertly(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = recorded(tmp_path / "r")
    rewrite(folder, 1, lambda line: line["decision"]["action"].update(type="click", name=ORDERS))
    lines = difference("outcome", f"done: {ORDERS}", "done: nothing")
    check = StepCheck(1, observation=True, target=True, outcome=False, moved=ORDERS, difference=lines)
    commands.out.print(told.step_line(read_recording(folder), check))
    found = Comparison((check,), 3, ending=False, ending_difference=(ORDERS,), altered=(ORDERS,))
    for line in told.result_lines(found):
        commands.out.print(line)
    assert_obeyed_nowhere(capsys.readouterr().out, times=5)


def test_recordings_are_listed_and_verified_inertly(tmp_path: Path) -> None:
    recorded(tmp_path / ORDERS)
    unreadable = recorded(tmp_path / "unreadable")
    rewrite(unreadable, -1, lambda line: line.update(ended=ORDERS))
    altered = recorded(tmp_path / "altered")
    (altered / CHECKSUMS).write_text(f"{'0' * 64}  {TITLE}{CLEAR}\n", encoding="utf-8")
    listed = command("list", tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert_obeyed_nowhere(listed.stdout, times=1)
    verified = command("verify", tmp_path)
    assert verified.returncode == 1
    assert_obeyed_nowhere(verified.stdout, times=0)
    assert r"\x1b]0;owned\x1b\\x1b[2J" in verified.stdout


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "cli", "recordings", *map(str, arguments)]
    wide = os.environ | {"COLUMNS": "200"}
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=wide)


def rewrite(folder: Path, index: int, change: Callable[[dict[str, Any]], None]) -> None:
    lines = [json.loads(line) for line in (folder / JOURNAL).read_text().splitlines()]
    change(lines[index])
    (folder / JOURNAL).write_text("".join(json.dumps(line) + "\n" for line in lines))
