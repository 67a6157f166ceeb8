"""A study on a disk that is full stops with one line, has lost nothing, and goes on when there is room."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.study.test_killing import CHECKOUT, assert_whole

STUDY = """
study: cramped
personas: [{sample: 5}]
arms: {a: {}, b: {}}
policy: {kind: rules}
limits: {steps: 3}
shop: {size: 50}
"""
ROOM = 2_500_000
"""Bytes of the disk: enough to begin with, too few for all."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can make a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def batch(file: Path, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", "batch", str(file), "--out", str(folder), "--workers", "2", *more],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


def test_a_full_disk_stops_the_study_and_room_resumes_it(tmp_path: Path, small_disk: Path) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(STUDY)
    folder = small_disk / "study"
    full = batch(file, folder)
    assert full.returncode == 2
    assert "Traceback" not in full.stderr
    last = full.stderr.strip().splitlines()[-1]
    assert "full" in last.lower() or "cannot be kept" in last
    subprocess.run(["mount", "-o", "remount,size=100M", str(small_disk)], check=True)
    done = batch(file, folder, "--resume")
    assert done.returncode == 0, done.stderr
    assert_whole(folder)
