"""Whatever is killed at whatever moment: no session is lost, none is done twice, none is half."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from agent.recording import read_recording
from study.folder import read_folder
from study.ledger import State

CHECKOUT = Path(__file__).parents[2]
KILLS = 50
STUDY = """
study: killed
personas: [{{sample: 10}}]
arms: {{a: {{}}, b: {{}}}}
repetitions: {repetitions}
policy: {{url: "http://127.0.0.1:{port}"}}
shop: {{size: 50}}
browser: {{screenshots: false}}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Scene:
    """A study that runs, its model server, and all that can be killed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.file = folder.with_suffix(".yaml")
        self.port = port
        self.model = self._start_model()
        self.batch = self._start_batch()
        self.kills: Counter[str] = Counter()

    def _start_model(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.study.model_process", str(self.port)]
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL)

    def _start_batch(self) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-m", "cli", "batch", str(self.file)),
            *("--out", str(self.folder), "--workers", "3", "--resume"),
        ]
        log = self.folder.with_suffix(".log").open("ab")
        with log:
            return subprocess.Popen(command, cwd=CHECKOUT, stdout=log, stderr=log)

    def kill(self, what: str) -> bool:
        """Whether there was such a process to kill."""
        victim = self.model.pid if what == "model" else self._pid(what)
        if victim is None:
            return False
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.kills[what] += 1
        return True

    def _pid(self, what: str) -> int | None:
        if what == "batch":
            return self.batch.pid if self.batch.poll() is None else None
        try:
            below = psutil.Process(self.batch.pid).children(recursive=True)
            lines = {each.pid: " ".join(each.cmdline()) for each in below}
        except psutil.NoSuchProcess:
            return None
        marks = {"browser": "--remote-debugging-pipe", "shop": "-m sandbox_shop", "driver": "run-driver"}
        return next(
            (pid for pid, line in lines.items() if marks[what] in line and "--type=" not in line), None
        )

    def wait_for_a_session(self) -> None:
        """Until a session of this very run of the batch is under way, or the batch is over."""
        begun = self._begun()
        while self.batch.poll() is None and self._begun() == begun:
            self.mend()
            time.sleep(0.05)

    def _begun(self) -> int:
        sessions = self.folder / "sessions"
        return sum(1 for _ in sessions.glob("*/session.jsonl")) if sessions.exists() else 0

    def mend(self) -> None:
        """Whoever runs this starts again what does not come back by itself."""
        if self.model.poll() is not None:
            self.model = self._start_model()
        if self.batch.poll() not in {None, 0}:
            self.batch = self._start_batch()

    @property
    def over(self) -> bool:
        return self.batch.poll() == 0

    def end(self) -> None:
        for process in (self.batch, self.model):
            if process.poll() is None:
                process.kill()
            process.wait()


@contextmanager
def scene(folder: Path, repetitions: int) -> Iterator[Scene]:
    port = free_port()
    folder.with_suffix(".yaml").write_text(STUDY.format(port=port, repetitions=repetitions))
    running = Scene(folder, port)
    try:
        yield running
    finally:
        running.end()


def told(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """What every session did, by its key."""
    return {
        each.name: [(step.decision.model_dump_json(), step.title) for step in read_recording(each).steps]
        for each in sorted((folder / "sessions").iterdir())
    }


def assert_whole(folder: Path) -> None:
    """Every planned session is done, once, and its recording is whole."""
    resolved, sessions, _ = read_folder(folder)
    assert len(sessions) == resolved.sessions
    assert {entry.state for _, entry in sessions} == {State.DONE}
    recorded = sorted(each.name for each in (folder / "sessions").iterdir())
    assert recorded == sorted(planned.key for planned, _ in sessions)
    for planned, entry in sessions:
        recording = read_recording(folder / "sessions" / planned.key)
        assert recording.ending is not None
        assert entry.ran is not None
        assert recording.ending.kind is entry.ran.ending
        assert len(recording.steps) == entry.ran.steps
        assert recording.header.seed == planned.seed
        assert recording.header.persona == planned.persona
        for number in range(1, len(recording.steps) + 1):
            assert (folder / "sessions" / planned.key / "pages" / f"{number:04}.html.gz").exists()


@pytest.mark.timeout(1500)
def test_fifty_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    chances = random.Random(5)
    kills: Counter[str] = Counter()
    for round_number in range(1, 20):
        folder = tmp_path / f"round-{round_number}"
        with scene(folder, repetitions=4 if round_number == 1 else 1) as running:
            while not running.over:
                if chances.random() < 0.8:
                    running.wait_for_a_session()
                time.sleep(chances.uniform(0.0, 2.0))
                if kills.total() + running.kills.total() < KILLS:
                    running.kill(chances.choice(["batch", "batch", "browser", "shop", "model", "driver"]))
                    time.sleep(0.05)
                running.mend()
            kills += running.kills
        assert_whole(folder)
        if kills.total() >= KILLS:
            break
    assert kills.total() >= KILLS
    assert all(kills[what] for what in ("batch", "browser", "shop", "model", "driver")), kills
