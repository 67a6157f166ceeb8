"""`simagent view`: says where, ends with Ctrl-C, and refuses what cannot be shown in one line."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import UserError
from tests.viewer.asking import ask
from tests.viewer.made import record
from viewer import serving
from viewer.serving import running_viewer

SIMAGENT = Path(sys.executable).with_name("simagent")


def test_it_says_where_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    record(tmp_path / "r" / "maya")
    command = [str(SIMAGENT), "view", str(tmp_path / "r"), "--no-open"]
    environment = {**os.environ, "SIMAGENT_CACHE": str(tmp_path / "cache")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout
        said = running.stdout.readline()
        [url] = re.findall(r"http://127\.0\.0\.1:\d+", said)
        assert "I came for a kettle" in ask(url, "/session/maya").text
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130


def test_what_cannot_be_shown_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is no folder"), running_viewer(tmp_path / "nowhere"):
        pass
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is taken"), running_viewer(tmp_path, port=port):
            pass


@pytest.mark.parametrize(
    ("open_path", "opened"), [(None, "/"), ("a b/maya", "/session/a%20b/maya"), (".", "/session/")]
)
def test_a_recording_is_opened_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_path: str | None, opened: str
) -> None:
    told: list[str] = []

    def stop(_server: object, _on: object) -> None:
        raise KeyboardInterrupt

    def serve(_shown: object, _listener: object, on_ready: Callable[[], None]) -> type:
        on_ready()
        return type("Ended", (), {"run": stop})()  # type: ignore[no-any-return]

    monkeypatch.setattr(serving, "_server", serve)
    with pytest.raises(KeyboardInterrupt):
        serving.view(tmp_path, open_path, open_browser=False, on_ready=told.append)
    assert [re.sub(r"^http://127\.0\.0\.1:\d+", "", url) for url in told] == [opened]


def test_an_interview_is_shown(tmp_path: Path) -> None:
    folder = record(tmp_path / "r" / "maya")
    sus = {"question": "I found it easy", "questionnaire": "sus", "item": 3, "scale": [1, 5]}
    told: list[dict[str, object]] = [
        {"question": "Why did you leave?", "answer": "It was disabled.", "model": "m", "questionnaire": None},
        {**sus, "answer": "No.", "score": 2},
        {**sus, "answer": "Yes.", "score": 4},
        {"questionnaire": "sus", "total": 72.5},
    ]
    answers = "".join(f"{json.dumps(line)}\n" for line in told) + '{"question": "cut off'
    (folder / "interviews.jsonl").write_text(answers)
    with running_viewer(tmp_path / "r") as url:
        page = ask(url, "/session/maya").text
    assert "Why did you leave?" in page
    assert "Yes." in page
    assert "No." not in page
    assert "4 on a scale from 1 to 5" in page
    assert "72.5" in page
    assert "cut off" not in page.lower()
