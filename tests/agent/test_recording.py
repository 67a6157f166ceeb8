import errno
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from agent.actions import Type
from agent.checksums import altered
from agent.errors import UserError
from agent.recording import FORMAT, JOURNAL, Header, Recorder, read_recording
from agent.session import Ending, EndingKind, Purchase
from tests.agent.values import NOON, maya, step, view

GOLDEN = Path(__file__).parent / "recordings"


def header() -> Header:
    return Header(
        version="0.1.0",
        started=NOON,
        persona=maya(),
        intent="a kettle",
        site="http://shop.test/",
        policy={"kind": "reciting"},
        seed=7,
        settings={"max_steps": 5},
    )


def bought() -> Ending:
    return Ending(
        kind=EndingKind.PURCHASED,
        message="The shopper placed order 12.",
        at=NOON,
        purchase=Purchase(order_number="12", items=("Kettle $34.50",), total="$34.50"),
    )


def recorded(folder: Path, steps: int = 3, *, ended: bool = True) -> Path:
    recorder = Recorder(folder, header())
    for index in range(1, steps + 1):
        recorder.append(step(index, observation=view().observation.html), view())
    if ended:
        recorder.end(bought(), steps, view())
    recorder.close()
    return folder


def test_a_session_is_read_back_as_it_was(tmp_path: Path) -> None:
    recording = read_recording(recorded(tmp_path / "r"))
    assert recording.header == header()
    assert recording.steps == tuple(step(i, observation=view().observation.html) for i in (1, 2, 3))
    assert recording.ending == bought()


def test_each_step_keeps_what_was_seen(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "r", steps=1)
    assert (folder / "observations" / "0001.html").read_text() == view().observation.html
    assert gzip.decompress((folder / "pages" / "0001.html.gz").read_bytes()).decode() == view().html
    assert (folder / "screenshots" / "0001.jpg").read_bytes() == view().screenshot
    assert (folder / "screenshots" / "0002.jpg").exists(), "the last page, on which nothing was done"


def test_every_line_is_json_of_its_own(tmp_path: Path) -> None:
    lines = (recorded(tmp_path / "r") / JOURNAL).read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["header", "step", "step", "step", "ending"]


def test_what_was_cut_off_anywhere_is_read_up_to_its_last_whole_line(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "r", steps=2)
    journal = (folder / JOURNAL).read_bytes()
    first_line = journal.index(b"\n") + 1
    for length in range(first_line, len(journal)):
        (folder / JOURNAL).write_bytes(journal[:length])
        recording = read_recording(folder)
        assert recording.ending is None
        assert len(recording.steps) == journal[:length].count(b"\n") - 1


def test_a_killed_run_leaves_all_its_finished_steps(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tests.agent.test_recording import *\n"
        "recorder = Recorder(Path(sys.argv[1]), header())\n"
        "for index in range(1, 10_000):\n"
        "    recorder.append(step(index, observation=view().observation.html), view())\n"
        "    print(index, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "r")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    reported = 0
    for line in process.stdout:
        reported = int(line)
        if reported == 20:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    reported = max([reported, *map(int, process.stdout.read().split())])
    process.stdout.close()
    recording = read_recording(tmp_path / "r")
    assert recording.ending is None
    assert [s.index for s in recording.steps][:reported] == list(range(1, reported + 1))
    assert len(recording.steps) in (reported, reported + 1)


def test_a_folder_that_holds_something_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(UserError, match="is not empty"):
        Recorder(tmp_path, header())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["precious.txt"]


def test_a_place_where_nothing_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot be written to .*file/r: .*file is no folder; name another"):
        Recorder(tmp_path / "file" / "r", header())
    with pytest.raises(UserError, match=r"cannot be written to /proc/recordings: .*; name another --out"):
        Recorder(Path("/proc/recordings"), header())


def test_a_full_disk_is_one_line_and_what_was_recorded_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path / "r", header())
    recorder.append(step(1, observation=view().observation.html), view())

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"the disk is full: the recording in .* stays readable"):
        recorder.append(step(2, observation=view().observation.html), view())
    recorder.close()
    assert read_recording(tmp_path / "r").steps[0].index == 1


def test_a_journal_on_a_disk_that_is_full_is_closed_all_the_same(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "r", header())
    recorder._journal.close()
    with suppress(OSError), Path("/dev/full").open("w", encoding="utf-8") as full:
        recorder._journal = full
        with pytest.raises(UserError, match="the disk is full"):
            recorder.append(step(1, observation=view().observation.html), view())
        recorder.close()
        assert full.closed


def test_what_is_no_recording_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no recording"):
        read_recording(tmp_path)
    (tmp_path / JOURNAL).write_text("")
    with pytest.raises(UserError, match="does not begin with a header line"):
        read_recording(tmp_path)
    (tmp_path / JOURNAL).write_text('{"kind": "weather"}\n')
    with pytest.raises(UserError, match=r"session\.jsonl, line 1: "):
        read_recording(tmp_path)


def test_a_later_format_is_refused_with_advice(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "r")
    journal = (folder / JOURNAL).read_text()
    (folder / JOURNAL).write_text(journal.replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}', 1))
    with pytest.raises(UserError, match="install a later one"):
        read_recording(folder)


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_a_recording_of_every_format_that_was_ever_written_is_read(folder: Path) -> None:
    recording = read_recording(folder)
    assert recording.ending is not None
    assert recording.ending.kind is {"format-1": EndingKind.PURCHASED}.get(folder.name, EndingKind.LEFT)
    assert [s.index for s in recording.steps] == list(range(1, len(recording.steps) + 1))
    assert recording.header.format == int(folder.name.removeprefix("format-"))


def test_what_format_2_added_is_read() -> None:
    recording = read_recording(GOLDEN / "format-2")
    touches = [step.outcome.touch for step in recording.steps if step.outcome.accepted]
    assert all(touch is not None and touch.window == (640, 400) for touch in touches[:-1])
    typed = [action for action in (s.decision.action for s in recording.steps) if isinstance(action, Type)]
    assert typed[0] == Type(name="full_name", text="Ann Example")
    assert altered(recording.folder) == {}


GOLDEN_BYTES = sorted(random.Random(1).sample(range((GOLDEN / "format-2" / JOURNAL).stat().st_size), 1000))


def test_a_recording_cut_off_at_any_byte_opens_up_to_its_last_whole_step(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOLDEN / "format-2", tmp_path / "cut"))
    journal = (folder / JOURNAL).read_bytes()
    ends = [at + 1 for at, byte in enumerate(journal) if byte == ord("\n")]
    for length in sorted({*ends, *(end - 1 for end in ends), *GOLDEN_BYTES}):
        (folder / JOURNAL).write_bytes(journal[:length])
        if length < ends[0]:
            with pytest.raises(UserError, match="does not begin with a header line"):
                read_recording(folder)
            continue
        recording = read_recording(folder)
        whole = sum(end <= length for end in ends) - 1
        assert len(recording.steps) == min(whole, len(ends) - 2)
        assert (recording.ending is None) == (length < len(journal))


def test_what_was_altered_since_is_told(tmp_path: Path) -> None:
    folder = recorded(tmp_path / "r", steps=2)
    assert altered(folder) == {}
    (folder / "observations" / "0001.html").write_text("another")
    (folder / "pages" / "0002.html.gz").unlink()
    (folder / "screenshots" / "0009.jpg").write_bytes(b"")
    assert altered(folder) == {
        "observations/0001.html": "changed",
        "pages/0002.html.gz": "missing",
        "screenshots/0009.jpg": "added",
    }


def test_a_recording_that_was_cut_off_has_no_checksums(tmp_path: Path) -> None:
    assert altered(recorded(tmp_path / "r", ended=False)) is None
