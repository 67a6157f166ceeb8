import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.errors import UserError
from agent.model.cache import CACHE_VARIABLE, locked, made_folder, make_once


def silent(_: str) -> None:
    """Progress that nobody reads."""


def fill(folder: Path) -> Mapping[str, object]:
    (folder / "part").write_text("whole")
    return {"made": "in a test"}


def test_a_folder_is_made_once(cache: Path) -> None:
    folder = make_once("thing", fill, silent, needs_bytes=1)
    (folder / "part").write_text("changed since")
    assert make_once("thing", fill, silent, needs_bytes=1) == folder == cache / "thing"
    assert (folder / "part").read_text() == "changed since"
    assert json.loads((folder / "complete.json").read_text()) == {"made": "in a test"}


def test_a_build_that_was_killed_in_the_middle_is_made_again(cache: Path) -> None:
    program = (
        "import signal, sys\n"
        "from agent.model.cache import make_once\n"
        "def build(folder):\n"
        "    (folder / 'part').write_text('half')\n"
        "    (folder / 'debris').touch()\n"
        "    print('half way', flush=True)\n"
        "    signal.pause()\n"
        "make_once('thing', build, print, needs_bytes=1)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "half way\n"
        builder.send_signal(signal.SIGKILL)
    assert made_folder("thing") is None
    folder = make_once("thing", fill, silent, needs_bytes=1)
    assert (folder / "part").read_text() == "whole"
    assert not (folder / "debris").exists()


def test_a_build_that_fails_leaves_nothing_that_counts_as_made(cache: Path) -> None:
    def fail(folder: Path) -> Mapping[str, object]:
        (folder / "part").write_text("half")
        raise UserError("no such luck")

    with pytest.raises(UserError, match="no such luck"):
        make_once("thing", fail, silent, needs_bytes=1)
    assert made_folder("thing") is None


def test_whoever_waits_for_another_process_is_told_so(cache: Path) -> None:
    program = (
        "import sys\n"
        "from agent.model.cache import locked\n"
        "with locked('door.lock', print):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        told: list[str] = []

        def let_go(words: str) -> None:
            told.append(words)
            if holder.stdin is not None:
                holder.stdin.close()

        with locked("door.lock", let_go):
            assert told
        assert holder.wait(timeout=10) == 0
    assert "another simagent" in told[0]


def test_a_disk_with_too_little_room_is_told_before_anything_is_done(cache: Path) -> None:
    with pytest.raises(UserError, match="the disk is too full for thing") as caught:
        make_once("thing", fill, silent, needs_bytes=2**60)
    assert CACHE_VARIABLE in str(caught.value)
    assert not (cache / "thing").exists()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    with pytest.raises(UserError, match="cannot be written"):
        make_once("thing", fill, silent, needs_bytes=1)


def test_a_disk_that_fills_up_in_the_middle_is_told(cache: Path) -> None:
    def overflow(folder: Path) -> Mapping[str, object]:
        Path("/dev/full").write_text("more than fits")
        return {}

    with pytest.raises(UserError, match=r"cannot be written \(No space left on device\)"):
        make_once("thing", overflow, silent, needs_bytes=1)
