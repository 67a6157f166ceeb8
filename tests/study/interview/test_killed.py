"""The command as a process: killed, interrupted, and started again."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.scripted_model import scripted_model
from tests.study.interview.visits import a_study, answering, lines_of

CHECKOUT = Path(__file__).parents[3]
WHY = "Why did you leave?"


def command(study: Path, url: str) -> list[str]:
    asked = ["interview", str(study), WHY, "--questionnaire", "sus", "--workers", "2"]
    return [sys.executable, "-m", "cli", *asked, "--model-url", url]


@pytest.mark.parametrize(("how", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_what_was_answered_stands_and_the_rest_is_asked_when_it_is_started_again(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    """Stopped while it waits for its 16th answer; both shoppers were being asked then."""
    study = a_study(tmp_path / "s", 3, "a")
    reached, go_on = threading.Event(), threading.Event()
    answers = answering("So.")
    number = iter(range(1_000_000))

    def script(request: dict[str, Any]) -> str | None:
        if next(number) >= 15 and not go_on.is_set():
            reached.set()
            go_on.wait()
            return None
        return answers(request)

    with scripted_model(script) as model:
        process = subprocess.Popen(
            command(study, model.url), cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip
        assert reached.wait(timeout=120)
        os.killpg(process.pid, how)
        _, errors = process.communicate(timeout=60)
        go_on.set()
        assert process.returncode == status, errors
        assert "Traceback" not in errors
        kept = {
            folder: lines_of(folder) for folder in (study / "sessions").iterdir() if list(folder.glob("int*"))
        }
        already = sum("answer" in line for lines in kept.values() for line in lines)
        assert 10 <= already <= 15
        model.requests.clear()
        done = subprocess.run(
            command(study, model.url), cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120
        )
    assert done.returncode == 0, done.stderr
    assert len(model.requests) == 33 - already
    for folder in (study / "sessions").iterdir():
        lines = lines_of(folder)
        assert lines[: len(kept.get(folder, []))] == kept.get(folder, [])
        assert [line.get("item", "total") for line in lines] == [None, *range(1, 11), "total"]
