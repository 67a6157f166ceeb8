"""A study on a Ray cluster of several nodes: its results come back to one place, also when a node is lost."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.recording import read_recording
from tests.study.test_killing import CHECKOUT, assert_whole

STUDY = """
study: on-ray
personas: [{sample: 6}]
arms: {a: {}, b: {set: {layout: list}}}
policy: {kind: rules}
limits: {steps: 4}
shop: {size: 50}
browser: {screenshots: false}
"""


@pytest.fixture
def scratch() -> Iterator[Path]:
    """The folder of what the nodes' processes leave for themselves; its path is short, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def cluster(scratch: Path) -> Iterator[subprocess.Popen[str]]:
    """Three nodes of one core each."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.study.ray_nodes", "3"],
        cwd=CHECKOUT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(scratch)},
    )  # fmt: skip
    yield process
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def batch(folder: Path, *arguments: str) -> list[str]:
    file = folder.with_suffix(".yaml")
    file.write_text(STUDY)
    return [sys.executable, "-m", "cli", "batch", str(file), "--out", str(folder), *arguments]


@pytest.mark.timeout(600)
def test_a_study_runs_on_all_nodes_and_survives_the_loss_of_one(
    cluster: subprocess.Popen[str], scratch: Path, tmp_path: Path
) -> None:
    assert cluster.stdout is not None
    assert cluster.stdin is not None
    address = cluster.stdout.readline().strip()
    folder = tmp_path / "study"
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(
            batch(folder, "--ray", address, "--workers", "3"), cwd=CHECKOUT, stdout=log, stderr=log
        )
        while running.poll() is None and len(list(folder.glob("sessions/*/session.jsonl"))) < 3:
            time.sleep(0.1)
        cluster.stdin.write("lose\n")
        cluster.stdin.flush()
        assert running.wait(timeout=500) == 0, (tmp_path / "log").read_text()
    assert_whole(folder)
    shops = {read_recording(each).header.site for each in folder.glob("sessions/*")}
    assert len(shops) >= 4, "each engine has a shop for each arm"
    left = list(scratch.glob("simagent-engine-*"))
    assert len(left) <= 1, "the node that was lost could clear nothing away, and the others did"


def test_no_cluster_is_told_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        batch(tmp_path / "study", "--ray", "127.0.0.1:1"),
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no Ray cluster at 127.0.0.1:1" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
