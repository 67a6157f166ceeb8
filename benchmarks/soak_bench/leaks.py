"""What is held while sessions come and go: memory, files, processes, windows, tasks."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from agent.browser import Browser
from benchmarks.step_bench.cost import family, memory

BROWSERS = ("chrom", "headless_shell")
"""How the names of the browser's programs begin; a model server of ours is none of them."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held after so many sessions, when none is running.

    Attributes:
        sessions: that were run.
        python: MiB of this process; memory that processes share is divided among them.
        driver: MiB of Playwright's driver.
        chromium: MiB of the browser's processes.
        files: open files and sockets of this process.
        processes: of this process's family, itself and the shop left out.
        windows: contexts that the browser has open.
        tasks: of the event loop.
    """

    sessions: int
    python: float
    driver: float
    chromium: float
    files: int
    processes: int
    windows: int
    tasks: int

    @classmethod
    def now(cls, sessions: int, browser: Browser, shops: set[int]) -> "Held":
        """As it is now."""
        own = psutil.Process()
        driver: list[psutil.Process] = []
        chromium: list[psutil.Process] = []
        others = [each for each in family(without=shops) if each.pid != own.pid]
        for process in others:
            try:
                if "run-driver" in process.cmdline():
                    driver.append(process)
                elif process.name().startswith(BROWSERS):
                    chromium.append(process)
            except psutil.Error:
                continue
        return cls(
            sessions=sessions,
            python=memory([own]),
            driver=memory(driver),
            chromium=memory(chromium),
            files=sum(1 for _ in Path(f"/proc/{os.getpid()}/fd").iterdir()),
            processes=len(others),
            windows=browser.windows,
            tasks=len(asyncio.all_tasks()),
        )


def rise(held: list[Held], name: str) -> tuple[float, float]:
    """By how much something rises in 1,000 sessions, and the half width of its 95 % interval.

    A line through all measurements but the first, by least squares: what is built up once is no leak.
    """
    later = held[1:]
    x = np.array([each.sessions / 1000 for each in later])
    y = np.array([float(getattr(each, name)) for each in later])
    if len(later) < 3:
        return float("nan"), float("nan")
    slope, start = np.polyfit(x, y, 1)
    rest = y - (slope * x + start)
    error = np.sqrt((rest @ rest) / (len(later) - 2) / ((x - x.mean()) @ (x - x.mean())))
    return float(slope), 1.96 * float(error)
