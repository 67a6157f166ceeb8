"""Whole runs of `simagent run`, held against the shop's own books."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.actions import Terminate, TypeAndSubmit
from agent.recording import Recording, read_recording
from agent.session import EndingKind
from tests.buying import buying
from tests.scripted_model import scripted_model, wandering

CHECKOUT = Path(__file__).parents[1]
SIMAGENT = [sys.executable, "-m", "cli"]


def run(folder: Path, *arguments: str, timeout: float = 240) -> tuple[dict[str, Any], Recording]:
    """Runs one shopper; what `--json` says, and the recording."""
    done = subprocess.run(
        [*SIMAGENT, "run", "--json", "--out", str(folder), *arguments],
        capture_output=True, text=True, timeout=timeout, cwd=CHECKOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), read_recording(folder)


def books(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The details of the shop's events of that kind, in order."""
    events = [json.loads(line) for line in (folder / "shop_events.jsonl").read_text().splitlines()]
    return [event["detail"] for event in events if event["kind"] == kind]


def pages_by_the_recording(recording: Recording) -> list[str]:
    """Path and query of every page that a step says it came to, where the address changed."""
    urls = [recording.header.site, *(step.outcome.url for step in recording.steps)]
    changed = [urls[0], *(url for before, url in pairwise(urls) if url != before)]
    return [urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/" for url in changed]


def assert_in_order(wanted: list[str], found: list[str]) -> None:
    """All that is wanted is found, in that order."""
    rest = iter(found)
    missing = [item for item in wanted if not any(item == other for other in rest)]
    assert not missing, (wanted, found)


def assert_legal(recording: Recording) -> None:
    """Every action names something that stood on the page that was shown."""
    for step in recording.steps:
        action = step.decision.action
        assert isinstance(action, Terminate) or f'name="{action.name}"' in step.observation


def test_a_wandering_shopper_and_the_shops_books_tell_the_same_story(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(wandering(10)) as model:
        summary, recording = run(folder, "--persona", "maya", "--model-url", model.url)
    assert summary["ending"]["kind"] == "left"
    assert len(summary["steps"]) == len(recording.steps) == 11
    assert_legal(recording)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])
    typed = [s.decision.action.text for s in recording.steps if isinstance(s.decision.action, TypeAndSubmit)]
    assert typed == ["kettle"]
    assert books(folder, "search")[0]["text"] == "kettle"


def test_a_purchase_is_seen_as_one_and_agrees_with_the_shops_order(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(buying("kettle")) as model:
        _, recording = run(folder, "--persona", "maya", "--model-url", model.url, "--max-steps", "40")
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.PURCHASED
    purchase = recording.ending.purchase
    assert purchase is not None
    [order] = books(folder, "order")
    assert purchase.order_number == order["number"]
    assert purchase.total == f"${order['total_cents'] / 100:.2f}"
    assert len(purchase.items) == len(order["items"])
    assert order["items"][0]["title"] in purchase.items[0]
    assert all(step.outcome.accepted for step in recording.steps)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])


def test_a_traced_purchase_leaves_a_trace_without_secrets_and_comes_again(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(buying("kettle")) as model:
        arguments = ("--persona", "maya", "--model-url", model.url, "--max-steps", "40", "--trace")
        _, recording = run(folder, *arguments)
    assert "4242" not in (folder / "session.jsonl").read_text()
    with zipfile.ZipFile(folder / "trace.zip") as trace:
        assert any(name.endswith(".trace") for name in trace.namelist())
        told = b"".join(trace.read(name) for name in trace.namelist())
    assert b"Ann Example" in told
    assert b"4242 4242" not in told
    assert not [path for path in folder.iterdir() if "trace" in path.name and path.name != "trace.zip"]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.name != "trace.zip")
    assert size < 100_000 * (len(recording.steps) + 1), "2 MB for 20 steps, pictures included"
    again = subprocess.run(
        [*SIMAGENT, "replay", str(folder), "--verify", "--json"],
        capture_output=True, text=True, timeout=240, cwd=CHECKOUT, check=False,
    )  # fmt: skip
    found = json.loads(again.stdout)
    # Outcomes are told when a page has had its time: on a machine that is busy, they may tell less of it.
    assert found["ending"], again.stderr
    assert all(step["observation"] and step["target"] for step in found["steps"]), again.stderr


def test_ctrl_c_ends_a_run_with_its_recording_finished(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with scripted_model(wandering(1000)) as model:
        process = subprocess.Popen(
            [*SIMAGENT, "run", "--persona", "maya", "--model-url", model.url, "--out", str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CHECKOUT, start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("  2 "):
                os.killpg(process.pid, signal.SIGINT)
                break
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    recording = read_recording(folder)
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.INTERRUPTED
    assert len(recording.steps) >= 2


@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("real_server")
def test_the_real_model_visits_the_real_shop(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    summary, recording = run(folder, "--persona", "maya", "--max-steps", "4", "--seed", "1", timeout=880)
    assert summary["ending"]["kind"] in {"limit", "left", "purchased"}
    assert recording.header.policy["model"].startswith("simagent-")
    assert recording.steps
    assert_legal(recording)
    assert_in_order(pages_by_the_recording(recording), [page["path"] for page in books(folder, "page")])
    for step in recording.steps:
        assert step.decision.rationale
        assert step.usage.attempts == 1
        assert step.usage.prompt_tokens > 400
        assert step.usage.completion_tokens > 10
