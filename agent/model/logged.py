"""Runs a command that takes long: its own chatter goes to a log file, words of progress to the user."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.model.cache import TELL_EVERY, Progress


class CommandFailed(Exception):
    """The command ended with an error, or took longer than it may.

    Attributes:
        reason: how it ended, in words.
        log: the file with all that it said.
    """

    def __init__(self, reason: str, log: Path) -> None:
        super().__init__(reason)
        self.reason = reason
        self.log = log

    def __str__(self) -> str:
        return f"{self.reason}\n{last_words(self.log)}\nall that it said: {self.log}"


def run_logged(
    command: Sequence[str | Path],
    *,
    what: str,
    log: Path,
    progress: Progress,
    seconds: float,
    env: Mapping[str, str] | None = None,
) -> None:
    """Runs a command to its end.

    Args:
        command: the program and its arguments.
        what: what it does, in words, such as `installing the model server`.
        log: file that its output is appended to.
        progress: told `what` at once, and with the elapsed time while it runs.
        seconds: how long it may take; then it is ended.
        env: its whole environment; None for ours.

    Raises:
        CommandFailed: it failed, or took too long.
    """
    progress(what)
    log.parent.mkdir(parents=True, exist_ok=True)
    since = time.monotonic()
    with log.open("ab") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=env, start_new_session=True
        )
        try:
            while process.returncode is None:
                try:
                    process.wait(timeout=TELL_EVERY)
                except subprocess.TimeoutExpired:
                    elapsed = time.monotonic() - since
                    if elapsed > seconds:
                        raise CommandFailed(
                            f"{what} took longer than {seconds / 60:.0f} minutes", log
                        ) from None
                    progress(f"{what}: {elapsed:.0f} s")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if process.returncode != 0:
        raise CommandFailed(f"{what} failed (exit {process.returncode})", log)


def last_words(log: Path, lines: int = 6) -> str:
    """The last lines of a log, indented, each cut to a readable length."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - 16_384))
            text = source.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return "    (it said nothing)"
    said = [line.rstrip() for line in text.replace("\r", "\n").splitlines() if line.strip()]
    return "\n".join(f"    {line[:300]}" for line in said[-lines:]) or "    (it said nothing)"
