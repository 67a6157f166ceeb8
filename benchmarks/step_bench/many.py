"""Many sessions: how many a minute, and how much memory, by windows and browsers; and over a long time."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import yaml

from benchmarks.step_bench.cost import Cost, family, memory
from benchmarks.step_bench.visits import DECISIONS
from study.deciding import Minds
from study.file import StudyFile
from study.local import LocalSessions
from study.plan import Planned, plan
from study.resolved import Resolved, resolve
from study.visiting import terms_of

SHORT = 5
"""Actions of a session, the end included: a search, two dialogs, a product, and out."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What so many sessions at once came to.

    Attributes:
        windows: sessions at once.
        browsers: that shared them.
        sessions: that were run.
        seconds: for all.
        cpu_seconds: for all, without the shop's.
        mib: of Python, Playwright's driver and Chromium while all windows were open.
    """

    windows: int
    browsers: int
    sessions: int
    seconds: float
    cpu_seconds: float
    mib: float

    @property
    def a_minute(self) -> float:
        """Sessions a minute."""
        return 60 * self.sessions / self.seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory after so many sessions: MiB that belong to each."""

    sessions: int
    python: float
    driver: float
    chromium: float


async def rate(windows: int, browsers: int, sessions: int, folder: Path) -> Rate:
    """Runs so many sessions, so many at once."""
    resolved = _study(sessions, folder)
    async with _running(resolved, windows, browsers) as (where, shops):
        before, peak = Cost.now(without=shops), 0.0
        queue = iter(plan(resolved))
        workers = [asyncio.create_task(_work(where, queue)) for _ in range(windows)]
        while not all(worker.done() for worker in workers):
            await asyncio.wait(workers, timeout=1.0)
            peak = max(peak, memory(family(without=shops)))
        for worker in workers:
            worker.result()
        spent = Cost.now(without=shops) - before
    return Rate(windows, browsers, sessions, spent.wall, spent.cpu, peak)


async def long_run(sessions: int, windows: int, every: int, folder: Path) -> AsyncIterator[Sample]:
    """Memory over many sessions in one browser, again and again after so many."""
    resolved = _study(sessions, folder)
    async with _running(resolved, windows, 1) as (where, shops):
        planned = list(plan(resolved))
        for begin in range(0, sessions, every):
            queue = iter(planned[begin : begin + every])
            await asyncio.gather(*(_work(where, queue) for _ in range(windows)))
            yield _sample(begin + every, shops)


def _sample(sessions: int, shops: list[int]) -> Sample:
    python, driver, chromium = 0.0, 0.0, 0.0
    own = psutil.Process().pid
    for process in family(without=shops):
        mib = memory([process])
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if process.pid == own:
            python += mib
        elif "run-driver" in line:
            driver += mib
        else:
            chromium += mib
    return Sample(sessions, python, driver, chromium)


async def _work(where: LocalSessions, queue: Iterator[Planned]) -> None:
    """One session after the other from a queue that all windows share."""
    for planned in queue:
        ran = await where.run(planned)
        if ran.ending != "left":
            raise RuntimeError(f"session {planned.key} ended otherwise: {ran.message}")


def _study(sessions: int, folder: Path) -> Resolved:
    decisions = [each.model_dump() for each in DECISIONS[: SHORT - 1]]
    decisions.append({"rationale": "That will do.", "action": {"type": "terminate"}})
    (folder / "decisions.yaml").write_text(yaml.safe_dump(decisions), "utf-8")
    study = StudyFile.model_validate(
        {
            "study": "many",
            "personas": ["maya"],
            "arms": {"only": {}},
            "repetitions": sessions,
            "policy": {"kind": "reciting", "decisions": "decisions.yaml"},
            "browser": {"screenshots": False},
        }
    )
    return resolve(study, folder, "0")


@asynccontextmanager
async def _running(
    resolved: Resolved, windows: int, browsers: int
) -> AsyncIterator[tuple[LocalSessions, list[int]]]:
    """The machinery of a study, and the processes of its shops."""
    folder = Path(tempfile.mkdtemp(prefix="simagent-bench-"))
    try:
        terms = terms_of(resolved.study, None)
        running = LocalSessions(resolved, Minds(), folder, workers=windows, terms=terms, browsers=browsers)
        async with running as where:
            yield (
                where,
                [each.pid for each in psutil.Process().children() if "sandbox_shop" in each.cmdline()],
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
