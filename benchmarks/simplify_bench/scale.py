"""How time grows with the page: synthetic lists of products of more and more visible elements."""

import math
import statistics
import time
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Browser

from agent.model.cache import Progress
from benchmarks.simplify_bench.browser import open_page, script
from benchmarks.simplify_bench.systems import DEADLINE, REFERENCE
from simplify import simplify
from simplify.capture import capture

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
WHATS = ("simagent capture", "simagent simplify", REFERENCE)
ROUNDS = 3


async def measure_scale(
    browser: Browser, progress: Progress, sizes: Sequence[int] = SIZES, rounds: int = ROUNDS
) -> list[dict[str, Any]]:
    """Times capture, simplify and aria_snapshot on pages of so many elements, in turn.

    Args:
        browser: a running Chromium.
        progress: told what is under way.
        sizes: visible elements, at least two.
        rounds: readings of each page; the median counts.

    Returns:
        For each of `WHATS`: `what`, `elements`, `ms` (a value a size), and the `slope` of the line that is
        fitted to both logarithms (1 is linear).
    """
    elements: list[int] = []
    taken: dict[str, list[float]] = {what: [] for what in WHATS}
    for size in sizes:
        page = await open_page(browser, "about:blank")
        try:
            elements.append(await page.evaluate(script("shop_page.js"), size))
            looks = []
            for number in range(rounds):
                progress(f"{size:,} elements: round {number + 1} of {rounds}")
                started = time.perf_counter()
                captured = await capture(page, deadline=DEADLINE)
                between = time.perf_counter()
                simplify(captured.html)
                ended = time.perf_counter()
                await captured.dispose()
                before = time.perf_counter()
                await page.locator("html").aria_snapshot(timeout=0)
                looks.append((between - started, ended - between, time.perf_counter() - before))
        finally:
            await page.context.close()
        for what, seconds in zip(WHATS, zip(*looks, strict=True), strict=True):
            taken[what].append(round(statistics.median(seconds) * 1000, 2))
    return [
        {"what": what, "elements": elements, "ms": times, "slope": slope(elements, times)}
        for what, times in taken.items()
    ]


def slope(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The exponent of growth: slope of the straight line through both logarithms."""
    fitted = statistics.linear_regression(
        [math.log(each) for each in sizes], [math.log(each) for each in times]
    )
    return round(fitted.slope, 3)
