"""What a step of the agent costs beyond the model: `python -m benchmarks.step [--json FILE]`.

Side by side in one run, in the sandbox shop on loopback, round after round:

- the agent with decisions that are known beforehand, recorded as always, against a script written by hand
  that does the very same 18 actions of a visit that ends in an order, and against such a script that keeps a
  picture and the HTML of each page, as somebody does who wants to look at it later;
- BrowserGym's environment step (PyPI browsergym-core, Apache-2.0) with the same actions;
- sessions a minute, CPU and memory by windows and browsers; memory over many sessions (`--sessions 2000`);
- with `--model`, prompt tokens that the model's server computed against those that were new.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.browser import open_browser
from benchmarks.simplify_bench.observed import SystemFailed
from benchmarks.step_bench.cost import Cost
from benchmarks.step_bench.gym import DELAY, in_gym, running_gym
from benchmarks.step_bench.many import Rate, Sample, long_run, rate
from benchmarks.step_bench.parts import TIMED, timed_parts
from benchmarks.step_bench.visits import DECISIONS, by_agent, by_hand, plain_chromium, settings
from study.file import StudyFile
from study.shops import Shops

BASE = "by hand"
AGENT = "agent"
WAYS = (BASE, AGENT, "agent, no images", "agent, screenshots", "by hand, keeping pages")
err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make the visit, over the rounds.

    Attributes:
        name: of the way.
        wall: median seconds a visit.
        cpu: the same, of all processors.
        wall_ratio: to the hand-written script of the same round, median.
        cpu_ratio: the same.
    """

    name: str
    wall: float
    cpu: float
    wall_ratio: float
    cpu_ratio: float


def ways_of(costs: Mapping[str, Sequence[Cost]]) -> list[Way]:
    """Medians, and ratios within rounds."""
    base = costs[BASE]
    return [
        Way(
            name,
            median(each.wall for each in spent),
            median(each.cpu for each in spent),
            median(each.wall / other.wall for each, other in zip(spent, base, strict=True)),
            median(each.cpu / other.cpu for each, other in zip(spent, base, strict=True)),
        )
        for name, spent in costs.items()
    ]


def slope(samples: Sequence[Sample], part: Callable[[Sample], float]) -> tuple[float, float]:
    """MiB that are added in 1,000 sessions, and half the width of its 95 % interval.

    By least squares over the samples but the first, while which caches are filled.
    """
    later = samples[1:]
    if len(later) < 3:
        return float("nan"), float("nan")
    x = np.array([sample.sessions / 1000 for sample in later])
    y = np.array([part(sample) for sample in later])
    (rise, _), covariance = np.polyfit(x, y, 1, cov="unscaled")
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    error = float(np.sqrt(covariance[0, 0] * (rest @ rest) / (len(x) - 2)))
    return float(rise), 2.0 * error


async def side_by_side(site: str, rounds: int, without: Sequence[int], folder: Path) -> list[Way]:
    """The ways beside one another."""
    async with (
        plain_chromium() as plain,
        open_browser(settings(screenshots=False)) as browser,
        open_browser(settings(screenshots=True)) as pictures,
        open_browser(settings(screenshots=False, images=False)) as bare,
    ):
        visits: dict[str, Callable[[], Awaitable[object]]] = {
            BASE: lambda: by_hand(plain, site),
            AGENT: lambda: by_agent(browser, site, _fresh(folder / "agent")),
            "agent, no images": lambda: by_agent(bare, site, _fresh(folder / "bare")),
            "agent, screenshots": lambda: by_agent(pictures, site, _fresh(folder / "pictures")),
            "by hand, keeping pages": lambda: by_hand(plain, site, _fresh(folder / "kept")),
        }
        costs: dict[str, list[Cost]] = {name: [] for name in WAYS}
        for number in range(rounds + 1):
            for name in WAYS:
                before = Cost.now(without=without)
                await visits[name]()
                if number:  # the first round warms up
                    costs[name].append(Cost.now(without=without) - before)
            err.print(f"round {number} of {rounds}")
    return ways_of(costs)


async def gym_beside(site: str, rounds: int, folder: Path) -> dict[str, float]:
    """Median seconds of a step: BrowserGym's, with and without its fixed wait, and the agent's beside it."""
    own: list[float] = []
    theirs: dict[float, list[float]] = {DELAY: [], 0.0: []}
    async with running_gym(err.print) as gym, open_browser(settings(screenshots=True)) as browser:
        for _ in range(rounds):
            steps = await by_agent(browser, site, _fresh(folder / "beside"))
            own += [step.timing.observe + step.timing.perform for step in steps]
            for delay, found in theirs.items():
                found.extend(await in_gym(gym, site, delay=delay))
    return {
        "agent, screenshots": median(own),
        "BrowserGym": median(theirs[DELAY]),
        "BrowserGym, no delay": median(theirs[0.0]),
    }


async def parts_of_a_step(site: str, rounds: int, folder: Path) -> dict[str, dict[str, float]]:
    """Mean seconds of each part of the agent's steps, screenshots included, and how often it comes in one."""
    async with open_browser(settings(screenshots=True)) as browser:
        await by_agent(browser, site, _fresh(folder / "parts"))  # warms up
        with timed_parts() as spent:
            for _ in range(rounds):
                await by_agent(browser, site, _fresh(folder / "parts"))
    steps = rounds * len(DECISIONS)
    return {
        part: {"seconds": sum(spent[part]) / steps, "times": len(spent[part]) / steps} for part, *_ in TIMED
    }


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for."""
    told: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="simagent-bench-"))
    study = StudyFile.model_validate({"study": "step", "personas": ["maya"], "arms": {"shop": {}}})
    try:
        async with Shops(study, None) as shops:
            site, without = shops.url("shop"), shops.pids
            ways = await side_by_side(site, options.rounds, without, folder)
            told["visit"] = [asdict(way) for way in ways]
            told["parts"] = await parts_of_a_step(site, max(1, options.rounds // 2), folder)
            if not options.no_gym:
                try:
                    told["gym"] = await gym_beside(site, max(1, options.rounds // 3), folder)
                except SystemFailed as failure:
                    err.print(f"BrowserGym is left out: {failure}")
        told["rates"] = [
            {**asdict(found), "a_minute": found.a_minute} for found in await _rates(options.rate, folder)
        ]
        told["memory"] = await _memory(options.sessions, folder)
        if options.model:
            told["tokens"] = await _tokens(options.model, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return told


async def _rates(sessions: int, folder: Path) -> list[Rate]:
    found = []
    for windows, browsers in ((1, 1), (2, 1), (4, 1), (8, 1), (4, 2)):
        found.append(await rate(windows, browsers, max(sessions, 2 * windows), folder))
        err.print(f"{windows} windows in {browsers} browsers: {found[-1].a_minute:.1f} sessions a minute")
    return found


async def _memory(sessions: int, folder: Path) -> dict[str, Any]:
    samples: list[Sample] = []
    async for sample in long_run(sessions, 4, min(50, sessions), folder):
        samples.append(sample)
        err.print(
            f"{sample.sessions} sessions: Python {sample.python:.0f} MiB, driver {sample.driver:.0f} MiB, "
            f"Chromium {sample.chromium:.0f} MiB"
        )
    parts: dict[str, Callable[[Sample], float]] = {
        "python": lambda sample: sample.python,
        "driver": lambda sample: sample.driver,
        "chromium": lambda sample: sample.chromium,
    }
    return {
        "samples": [asdict(sample) for sample in samples],
        "rise": {name: slope(samples, part) for name, part in parts.items()},
    }


async def _tokens(sessions: int, folder: Path) -> list[dict[str, Any]]:
    from benchmarks.step_bench.tokens import measured  # noqa: PLC0415 - needs the model's server

    found = await measured(sessions, folder, err.print)
    return [{**asdict(each), "ratio": each.ratio} for each in found]


def _fresh(folder: Path) -> Path:
    """A folder that is not there yet."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def tables(told: Mapping[str, Any]) -> Iterator[Table]:
    """What was measured, for people."""
    table = _table("a visit of 18 actions, seconds", "", "wall", "CPU", "wall / by hand", "CPU / by hand")
    for way in told["visit"]:
        ratios = f"{way['wall_ratio']:.2f}", f"{way['cpu_ratio']:.2f}"
        table.add_row(way["name"], f"{way['wall']:.2f}", f"{way['cpu']:.2f}", *ratios)
    yield table
    table = _table("a step, milliseconds", "", "median", "agent / this")
    own = told.get("gym", {}).get("agent, screenshots")
    for name, seconds in told.get("gym", {}).items():
        table.add_row(name, f"{1000 * seconds:.0f}", f"{own / seconds:.2f}")
    yield table
    table = _table("parts of a step with screenshot, milliseconds", "", "mean", "times a step")
    for name, part in told["parts"].items():
        table.add_row(name, f"{1000 * part['seconds']:.1f}", f"{part['times']:.2f}")
    yield table
    table = _table("sessions of 5 actions", "windows", "browsers", "a minute", "CPU s each", "MiB")
    for each in told["rates"]:
        cpu = each["cpu_seconds"] / each["sessions"]
        table.add_row(
            *(str(each["windows"]), str(each["browsers"])),
            *(f"{each['a_minute']:.1f}", f"{cpu:.2f}", f"{each['mib']:.0f}"),
        )
    yield table
    last = told["memory"]["samples"][-1]
    table = _table(
        f"memory over {last['sessions']:,} sessions", "", "MiB at the end", "rise in 1,000 sessions"
    )
    for name, (rise, half) in told["memory"]["rise"].items():
        table.add_row(name, f"{last[name]:.0f}", f"{rise:+.1f} ± {half:.1f}")
    yield table
    if "tokens" in told:
        table = _table(
            "prompt tokens of a session", "prompt", "steps", "all", "computed", "new", "computed / new"
        )
        for each in told["tokens"]:
            counts = (each[name] for name in ("steps", "prompts", "computed", "new"))
            table.add_row(each["prompt"], *map(str, counts), f"{each['ratio']:.2f}")
        yield table


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right")
    return table


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7, help="visits of each kind, after one that warms up")
    parser.add_argument("--rate", type=int, default=24, help="sessions of which a rate is made")
    parser.add_argument("--sessions", type=int, default=200, help="sessions over which memory is watched")
    parser.add_argument("--model", type=int, default=0, help="sessions with the real model, for its tokens")
    parser.add_argument("--no-gym", action="store_true", help="leave BrowserGym out")
    parser.add_argument("--json", type=Path, help="write everything to this file")
    options = parser.parse_args()
    told = asyncio.run(measure(options))
    console = Console(highlight=False, width=110)
    for table in tables(told):
        console.print(table, "")
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
