"""The peers: each in an environment of its own, in a worker process with a browser of its own.

The environments are made on first use from the locks beside this module and kept in the user's cache; after
that nothing is downloaded, and the peers are told to call nobody. Each worker's browser is the same Chromium
with the same arguments and window as ours.
"""

import asyncio
import contextlib
import hashlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import psutil

from agent.chromium import find_chromium
from agent.errors import UserError
from agent.model.cache import Progress, cache_dir, make_once
from agent.model.environment import clean_environment, pip
from agent.model.logged import CommandFailed, last_words, run_logged
from benchmarks.simplify_bench.browser import HEIGHT, PATIENCE, WIDTH, arguments, script
from benchmarks.simplify_bench.observed import Entry, Look, SystemFailed, Verdict, verdict_of

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWER_SECONDS = 180.0
LONGEST_LINE = 256 * 2**20
QUIET = {
    "ANONYMIZED_TELEMETRY": "false",
    "BROWSER_USE_CLOUD_SYNC": "false",
    "BROWSER_USE_CLOUD_HINTS": "false",
    "BROWSER_USE_VERSION_CHECK": "false",
    "BROWSER_USE_DISABLE_EXTENSIONS": "true",
    "BROWSER_USE_LOGGING_LEVEL": "result",
    "BROWSER_USE_SETUP_LOGGING": "false",
    "SKIP_LLM_API_KEY_VERIFICATION": "true",
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A program of somebody else that is run in a worker.

    Attributes:
        lock: name of its lock, and of its environment.
        module: the worker's module.
        systems: the ways of reading a page that it is measured in, by their names in the table.
        needs_bytes: disk space that making the environment takes.
    """

    lock: str
    module: str
    systems: tuple[str, ...]
    needs_bytes: int = 2**30


PEERS = (
    Peer(
        "browser-use",
        "benchmarks.simplify_bench.peer_browser_use",
        ("browser-use whole", "browser-use viewport"),
    ),
    Peer(
        "browsergym",
        "benchmarks.simplify_bench.peer_browsergym",
        ("BrowserGym axtree", "BrowserGym pruned HTML"),
    ),
)
FIGURES = Peer("figures", "benchmarks.simplify_bench.figures", ())


class Worker:
    """A process in a peer's environment that answers questions."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Of the process; what it started are its children."""
        return self._process.pid

    async def ask(self, **question: Any) -> dict[str, Any]:
        """Asks and waits for the answer.

        Raises:
            SystemFailed: it ended, or did not answer in time.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            await self._process.stdin.drain()
            async with asyncio.timeout(ANSWER_SECONDS):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise SystemFailed(f"no answer within {ANSWER_SECONDS:.0f} s (log: {self._log})") from None
        except ConnectionError:
            line = b""
        if not line:
            await self._process.wait()
            said = last_words(self._log, lines=1).strip()
            raise SystemFailed(f"it ended: {said} (log: {self._log})")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.asynccontextmanager
async def running_worker(peer: Peer, progress: Progress) -> AsyncIterator[Worker]:
    """Makes the environment where it is missing, and runs the worker in it.

    Raises:
        SystemFailed: the environment cannot be made; or the worker's browser does not start.
    """
    python = await asyncio.to_thread(_environment, peer, progress)
    log = cache_dir() / "logs" / f"bench-{peer.lock}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="simagent-bench-") as scratch, log.open("wb") as sink:
        environment = (
            clean_environment() | QUIET | {"BROWSER_USE_CONFIG_DIR": scratch, "MPLCONFIGDIR": scratch}
        )
        process = await asyncio.create_subprocess_exec(
            python, "-m", peer.module,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=sink,
            cwd=ROOT, env=environment, start_new_session=True, limit=LONGEST_LINE,
        )  # fmt: skip
        worker = Worker(process, log)
        try:
            if peer.systems:
                await worker.ask(
                    do="start", program=str(find_chromium()), arguments=arguments(), width=WIDTH,
                    height=HEIGHT, profile=str(Path(scratch) / "profile"),
                )  # fmt: skip
            yield worker
        finally:
            _end(process.pid)
            await process.wait()


async def open_in(worker: Worker, url: str) -> None:
    """Opens a page in a peer's browser.

    Raises:
        SystemFailed: it could not.
    """
    await worker.ask(
        do="open", url=url, width=WIDTH, height=HEIGHT, loaded=script("loaded.js"), patience=PATIENCE
    )


class PeerSystem:
    """One way of a peer to read the page that is open in its worker."""

    def __init__(self, worker: Worker, name: str) -> None:
        self.name = name
        self._worker = worker
        self._text = ""

    async def awake(self) -> None:
        """Waits for the page."""
        await self._worker.ask(do="awake", script=script("awake.js"))

    async def look(self) -> Look:
        """Reads the page; the time is the worker's own, without the way here."""
        answer = await self._worker.ask(do="look", system=self.name)
        self._text = answer["text"]
        entries = tuple(Entry(role, label) for role, label in answer["entries"])
        return Look(answer["ms"], self._text, entries)

    async def judge(self) -> Verdict:
        """Judges, in the worker's browser, by the very elements of what it said last."""
        await self.look()  # the judge asks about the last observation, which was another system's
        answer = await self._worker.ask(do="judge", judge=script("judge.js"), path=script("path.js"))
        return verdict_of(answer["listed"], answer["hows"], self._text)


def _end(pid: int) -> None:
    """Ends a worker and all that it started: a peer's browser may have a group of its own."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _environment(peer: Peer, progress: Progress) -> Path:
    lock = (files("benchmarks.simplify_bench") / "locks" / f"{peer.lock}.txt").read_text(encoding="utf-8")
    version = "{}.{}".format(*sys.version_info)
    digest = hashlib.sha256(f"{version}\n{lock}".encode()).hexdigest()[:12]
    try:
        folder = make_once(
            f"bench-{peer.lock}-{digest}",
            lambda folder: _build(folder, lock, progress),
            progress,
            needs_bytes=peer.needs_bytes,
        )
    except (CommandFailed, UserError) as error:
        raise SystemFailed(f"its environment could not be made: {error}") from error
    return folder / "bin" / "python"


def _build(folder: Path, lock: str, progress: Progress) -> Mapping[str, object]:
    log = cache_dir() / "logs" / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    run = partial(run_logged, log=log, progress=progress, seconds=1800.0, env=clean_environment())
    run([sys.executable, "-m", "venv", "--clear", folder], what=f"making {folder.name}")
    python = folder / "bin" / "python"
    pins = folder / "lock.txt"
    pins.write_text(lock, encoding="utf-8")
    # No dependencies: the lock is whole, and of litellm nothing but its own files is wanted.
    command = [*pip(python, "install"), "--no-deps", "--require-hashes", "-r", pins]
    run(command, what=f"installing {folder.name} (once)")
    return {"python": sys.version.split()[0]}
