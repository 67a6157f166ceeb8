"""The names of ours: how long they are, and which survive a reload and a change of the page."""

import asyncio
import statistics
from collections.abc import Callable, Mapping
from typing import Any

from playwright.async_api import Browser, ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from benchmarks.simplify_bench.browser import load, open_page, script
from benchmarks.simplify_bench.systems import DEADLINE, elements_of
from simplify import simplify
from simplify.capture import capture

CHANGES = {
    "banner": "a banner with a link at the top",
    "paragraph": "a paragraph before the largest list",
    "card": "one more card at the head of the largest list",
    "sorted": "the largest list in reverse order",
}
MARK = "(element, number) => element.setAttribute('data-bench', number)"
READ_MARK = "(element) => element.getAttribute('data-bench')"


async def measure_names(browser: Browser, url: str, count: Callable[[str], int]) -> dict[str, Any]:
    """Measures the names on one page.

    Args:
        browser: a running Chromium.
        url: the page.
        count: tokens of a text.

    Returns:
        `tokens_median`, `tokens_p90`; shares of names that are the same: `after_reload` and, for each of
        `CHANGES`, `after_<change>`; `list_items`, of the largest list; `changed`, names that did not stay.
    """
    page = await open_page(browser, url)
    try:
        before = await _by_key(page, script("path.js"))
        await load(page, url)
        again = await _by_key(page, script("path.js"))
        shares = {"after_reload": _kept(before, again)}
        changed: dict[str, list[str]] = {"reload": _lost(before, again)}
        items = 0
        for change in CHANGES:
            await load(page, url)
            marked = await _marked(page)
            items = await page.evaluate(script("change.js"), change)
            after = await _by_key(page, READ_MARK)
            shares[f"after_{change}"] = _kept(marked, after)
            changed[change] = _lost(marked, after)
        lengths = sorted(count(name) for name in before.values())
    finally:
        await page.context.close()
    return {
        "tokens_median": statistics.median(lengths) if lengths else 0,
        "tokens_p90": lengths[min(len(lengths) - 1, int(len(lengths) * 0.9))] if lengths else 0,
        **shares,
        "list_items": items,
        "changed": {key: names for key, names in changed.items() if names},
    }


async def _by_key(page: Page, key: str) -> dict[str, str]:
    """The name of each target by what a script says of its element."""
    captured = await capture(page, deadline=DEADLINE)
    observation = simplify(captured.html)
    elements = await elements_of(captured, observation)
    keys = await asyncio.gather(*(_evaluate(element, key) for element in elements))
    await captured.dispose()
    return {key: name for key, name in zip(keys, observation.targets, strict=True) if key is not None}


async def _marked(page: Page) -> dict[str, str]:
    """The name of each target by a number, which is written on its element."""
    captured = await capture(page, deadline=DEADLINE)
    observation = simplify(captured.html)
    elements = await elements_of(captured, observation)
    await asyncio.gather(*(_evaluate(each, MARK, str(number)) for number, each in enumerate(elements)))
    await captured.dispose()
    return {str(number): name for number, name in enumerate(observation.targets)}


async def _evaluate(
    element: ElementHandle | None, expression: str, argument: str | None = None
) -> str | None:
    if element is None:
        return None
    try:
        said = await element.evaluate(expression, argument)
    except PlaywrightError:
        return None  # it left the page meanwhile
    return said if isinstance(said, str) else None


def _kept(before: Mapping[str, str], after: Mapping[str, str]) -> float:
    """Share of the names of elements that are still targets, which stayed; 1 where there are none."""
    both = before.keys() & after.keys()
    same = sum(1 for key in both if before[key] == after[key])
    return round(same / len(both), 4) if both else 1.0


def _lost(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    gone = [f"{name} (gone)" for key, name in before.items() if key not in after]
    other = [f"{before[key]} -> {after[key]}" for key in before if key in after and before[key] != after[key]]
    return [*other, *gone][:20]
