"""The processes behind a browser: which there are, how they are killed, and whether any is left behind."""

import os
import signal
import time
from collections.abc import Callable

import psutil

LEAVING = 30.0
"""Seconds within which processes of a browser that was closed have to be gone."""


class Processes:
    """All that this test starts, from the moment in which this is made."""

    def __init__(self) -> None:
        self._before = set(psutil.Process().children(recursive=True))
        self._seen: set[psutil.Process] = set()

    def now(self) -> list[psutil.Process]:
        """Those that run at the moment."""
        running = [each for each in psutil.Process().children(recursive=True) if self._is_new(each)]
        self._seen.update(running)  # whose parent dies is a child of ours no more
        return running

    def _is_new(self, process: psutil.Process) -> bool:
        """Whether it was started by this test, and not by a browser that ran before, or by Python itself."""
        if process in self._before or any("resource_tracker" in part for part in _line(process)):
            return False
        try:
            return not self._before.intersection(process.parents())
        except psutil.NoSuchProcess:
            return False

    def named(self, what: str) -> list[psutil.Process]:
        """Those of a kind: `driver`, `browser`, `renderer` or `gpu`."""
        return [each for each in self.now() if KINDS[what](_line(each))]

    @staticmethod
    def all_named(what: str) -> list[psutil.Process]:
        """Those of a kind among all that this one started, also before."""
        below = psutil.Process().children(recursive=True)
        return [each for each in below if KINDS[what](_line(each))]

    def kill(self, what: str, which: int = -1) -> bool:
        """Whether there was such a process to kill."""
        found = self.named(what)
        if not found:
            return False
        try:
            os.kill(found[which].pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def left(self) -> list[str]:
        """What still runs of all that was seen, once it had its time to end; zombies of ours count."""
        ends = time.monotonic() + LEAVING
        while (left := self._alive()) and time.monotonic() < ends:
            time.sleep(0.05)
        return left

    def _alive(self) -> list[str]:
        self.now()
        return [f"{each.pid} {' '.join(_line(each))[:200]}" for each in self._seen if _is_there(each)]


def _is_there(process: psutil.Process) -> bool:
    try:
        ours = process.ppid() == os.getpid()
        return process.is_running() and (ours or process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it ended just now
        return []


def _of_type(name: str) -> Callable[[list[str]], bool]:
    return lambda line: f"--type={name}" in line


KINDS: dict[str, Callable[[list[str]], bool]] = {
    "driver": lambda line: "run-driver" in line,
    "browser": lambda line: (
        "--remote-debugging-pipe" in line and not any(part.startswith("--type=") for part in line)
    ),
    "renderer": _of_type("renderer"),
    "gpu": _of_type("gpu-process"),
}
