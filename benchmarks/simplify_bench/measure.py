"""The interleaved run: every system reads the page once a round, in another order each round."""

import statistics
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser

from agent.model import model_dir, token_counter
from agent.model.cache import Progress
from benchmarks.simplify_bench.browser import Meter, open_page
from benchmarks.simplify_bench.judge import Judge
from benchmarks.simplify_bench.observed import Look, SystemFailed, Verdict, ambiguous
from benchmarks.simplify_bench.peers import FIGURES, PEERS, PeerSystem, Worker, open_in, running_worker
from benchmarks.simplify_bench.systems import NAMES, REFERENCE, Opened, System, systems

Record = dict[str, Any]
FIGURE_KEYS = (
    "ms", "cpu_ms", "chars", "tokens", "targets", "completeness", "ambiguous", "ratio_to_aria_snapshot",
)  # fmt: skip
"""The figures of every record; None in one of a system that failed."""
SYSTEMS = (*NAMES, *(name for peer in PEERS for name in peer.systems))
"""All systems by name, in the table's order."""


@dataclass(slots=True)
class Counters:
    """How tokens are counted.

    Attributes:
        figures: the worker that knows o200k_base; None where it could not be made.
        default_model: the count of the default model; None where that is not prepared on this machine.
    """

    figures: Worker | None
    default_model: Callable[[str], int] | None

    @classmethod
    def with_worker(cls, figures: Worker | None) -> "Counters":
        """Finds the default model's tokenizer beside the worker."""
        folder = model_dir()
        return cls(figures, token_counter(folder) if folder is not None else None)

    async def count(self, text: str) -> Record:
        """Tokens of a text, under the record's keys; None where a tokenizer is missing."""
        default = self.default_model(text) if self.default_model else None
        if self.figures is None:
            return {"tokens": default, "tokens_default_model": default, "tokenizer": "default model"}
        answer = await self.figures.ask(do="count", texts=[text])
        return {"tokens": answer["tokens"][0], "tokens_default_model": default, "tokenizer": "o200k_base"}


@asynccontextmanager
async def running_figures(progress: Progress) -> AsyncIterator[Worker | None]:
    """Runs the worker that counts and draws; None, and a word of it, where it cannot be made."""
    async with AsyncExitStack() as stack:
        try:
            worker = await stack.enter_async_context(running_worker(FIGURES, progress))
        except SystemFailed as failure:
            progress(f"tokens of o200k_base and pictures are left out: {failure}")
            yield None
            return
        yield worker


@dataclass(slots=True)
class Measured:
    """One system on one page, over the rounds."""

    system: System
    meter: Meter
    looks: list[Look] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    failure: str = ""

    async def once(self, *, counts: bool) -> None:
        """Has the system read the page; a failure ends its part in the run, not the run."""
        before = self.meter.seconds()
        try:
            look = await self.system.look()
        except SystemFailed as failed:
            self.failure = str(failed)
            return
        if counts:
            self.looks.append(look)
            self.cpu.append((self.meter.seconds() - before) * 1000)


async def measure_page(
    path: Path, browser: Browser, only: Sequence[str], rounds: int, counters: Counters, progress: Progress
) -> list[Record]:
    """Measures the chosen systems on one page.

    Args:
        path: the page's file, absolute.
        browser: the Chromium of the systems in this process.
        only: names of the systems.
        rounds: how many count; one more before them does not.
        counters: of tokens.
        progress: told what is under way.

    Returns:
        A record a system; one with a `failure` has no figures.
    """
    url = path.as_uri()
    async with AsyncExitStack() as stack:
        page = await open_page(browser, url)
        stack.push_async_callback(page.context.close)
        judge = Judge()
        await judge.read(page)
        opened = Opened(page, judge, path)
        workers, failed = await _workers(stack, url, only, progress)
        own = Meter(psutil.Process(), _others(workers, counters))
        runs = [Measured(each, own) for each in systems(opened) if each.name in only]
        meters = {worker.pid: Meter(psutil.Process(worker.pid)) for worker in workers.values()}
        runs += [Measured(PeerSystem(worker, name), meters[worker.pid]) for name, worker in workers.items()]
        try:
            await _rounds(runs, rounds, lambda said: progress(f"{path.name}: {said}"))
            records = []
            for run in runs:
                await _give_turn(run, runs)
                records.append(await _record(path.name, run, counters, progress))
        finally:
            for run in runs:
                run.meter.resume()
    records += [_failure(path.name, name, reason) for name, reason in failed.items()]
    _compare(records)
    return sorted(records, key=lambda record: SYSTEMS.index(record["system"]))


async def _workers(
    stack: AsyncExitStack, url: str, only: Sequence[str], progress: Progress
) -> tuple[dict[str, Worker], dict[str, str]]:
    workers: dict[str, Worker] = {}
    failed: dict[str, str] = {}
    for peer in PEERS:
        wanted = [name for name in peer.systems if name in only]
        if not wanted:
            continue
        progress(f"starting {peer.lock}")
        try:
            worker = await stack.enter_async_context(running_worker(peer, progress))
            await open_in(worker, url)
        except SystemFailed as failure:
            failed |= dict.fromkeys(wanted, str(failure))
        else:
            workers |= dict.fromkeys(wanted, worker)
    return workers, failed


def _others(workers: dict[str, Worker], counters: Counters) -> frozenset[int]:
    figures = {counters.figures.pid} if counters.figures else set()
    return frozenset({worker.pid for worker in workers.values()} | figures)


async def _rounds(runs: list[Measured], rounds: int, progress: Progress) -> None:
    for number in range(rounds + 1):
        turn = number % max(1, len(runs))
        for run in runs[turn:] + runs[:turn]:
            if run.failure:
                continue
            progress(f"round {number} of {rounds}: {run.system.name}")
            await _give_turn(run, runs)
            if not run.failure:
                await run.once(counts=number > 0)


async def _give_turn(run: Measured, runs: Sequence[Measured]) -> None:
    """Halts the browsers of all others, each of which has the same page open, and wakes this one's."""
    for other in runs:
        if other.meter is not run.meter:
            other.meter.suspend()
    run.meter.resume()
    try:
        await run.system.awake()
    except SystemFailed as failed:
        run.failure = str(failed)


async def _record(page: str, run: Measured, counters: Counters, progress: Progress) -> Record:
    name = run.system.name
    if run.failure:
        return _failure(page, name, run.failure)
    progress(f"{page}: judging {name}")
    try:
        verdict = await run.system.judge()
    except SystemFailed as failure:
        return _failure(page, name, str(failure))
    look = run.looks[-1]
    parts = {key: round(statistics.median(each.parts[key] for each in run.looks), 2) for key in look.parts}
    return {
        "page": page,
        "system": name,
        "ms": round(statistics.median(each.milliseconds for each in run.looks), 2),
        "cpu_ms": round(statistics.median(run.cpu), 1),
        "chars": len(look.text),
        **await counters.count(look.text),
        "targets": len(look.entries),
        "completeness": round(verdict.completeness, 4),
        "ambiguous": ambiguous(look.entries),
        "ratio_to_aria_snapshot": None,
        **parts,
        **_judged(verdict),
    }


def _judged(verdict: Verdict) -> Record:
    hows = [each.how for each in verdict.judged]
    return {
        "judged": len(verdict.judged),
        "covered": {how: hows.count(how) for how in dict.fromkeys(hows) if how},
        "missed": [f"{each.role} {each.text[:80]!r} {each.markup}" for each in verdict.missed],
        "unseen": [f"{each.name}: {each.reason}: {each.markup}" for each in verdict.unseen],
    }


def _failure(page: str, system: str, reason: str) -> Record:
    return {"page": page, "system": system, **dict.fromkeys(FIGURE_KEYS), "failure": reason}


def scale_records(growth: Sequence[Record]) -> list[Record]:
    """The figures of `measure_scale` as records like those of real pages, with nothing but their time."""
    rows: list[Record] = []
    for each in growth:
        for elements, milliseconds in zip(each["elements"], each["ms"], strict=True):
            page = f"synthetic, {elements} elements"
            row = {"page": page, "system": each["what"], **dict.fromkeys(FIGURE_KEYS)}
            rows.append({**row, "ms": milliseconds, "elements": elements, "slope": each["slope"]})
    return rows


def _compare(records: list[Record]) -> None:
    reference = next((each["ms"] for each in records if each["system"] == REFERENCE), None)
    for record in records:
        if reference and record["ms"] is not None:
            record["ratio_to_aria_snapshot"] = round(record["ms"] / reference, 3)
