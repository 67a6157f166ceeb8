"""The Chromium that every system reads with: the same program, the same window, no network."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import psutil
from playwright.async_api import Browser, Page, async_playwright

from agent.chromium import find_chromium

WIDTH, HEIGHT = 1280, 800
PATIENCE = {"quiet": 400, "longest": 6_000}
"""Milliseconds without a change after which a page is at rest, and those that it gets at most."""
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # No name resolves: only the file itself (and what was saved beside it) is read.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def arguments() -> list[str]:
    """The command line of the browser."""
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [*ARGUMENTS, *alone]


@asynccontextmanager
async def running_chromium() -> AsyncIterator[Browser]:
    """Starts Chromium under Playwright and closes it again.

    Raises:
        agent.errors.UserError: there is none on this machine.
    """
    program = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=arguments())
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(browser: Browser, url: str) -> Page:
    """Opens a page in a context of its own, loaded as far as it gets without a network."""
    context = await browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, offline=False)
    page = await context.new_page()
    await load(page, url)
    return page


async def load(page: Page, url: str) -> None:
    """Goes to an address and waits until the page is loaded and at rest, or has had its time."""
    await page.goto(url, wait_until="domcontentloaded", timeout=60_000)
    await page.evaluate(script("loaded.js"), PATIENCE)


def script(name: str) -> str:
    """The text of one of the scripts that run in a page."""
    return resources.files("benchmarks.simplify_bench").joinpath(name).read_text(encoding="utf-8")


def page_files(folder: Path) -> list[Path]:
    """The HTML files of a folder, by name."""
    return sorted(
        path
        for path in folder.resolve().iterdir()
        if path.suffix.lower() in {".html", ".htm"} and path.is_file()
    )


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads the CPU time of a process and all that it started.

    Attributes:
        root: the process.
        without: children of it, with all that they started, that do not count (other systems).
    """

    root: psutil.Process
    without: frozenset[int] = frozenset()

    def seconds(self) -> float:
        """User and system time so far, of the processes that live; the kernel counts in steps of 10 ms."""
        total = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    def processes(self) -> list[psutil.Process]:
        """The process and all that it started, itself first."""
        found, waiting = [], [self.root]
        while waiting:
            process = waiting.pop()
            found.append(process)
            with suppress(psutil.NoSuchProcess):
                waiting += [child for child in process.children() if child.pid not in self.without]
        return found

    def suspend(self) -> None:
        """Halts the processes (never our own): a page that never rests must not disturb another's turn."""
        self._each(psutil.Process.suspend)

    def resume(self) -> None:
        """Lets them go on."""
        self._each(psutil.Process.resume)

    def _each(self, act: Callable[[psutil.Process], None]) -> None:
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                if process.pid != os.getpid():
                    act(process)
