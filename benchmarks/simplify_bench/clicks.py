"""Whether every target of ours can be acted on: each is found again and clicked, on trial."""

from typing import Any

from playwright.async_api import Browser, ElementHandle
from playwright.async_api import Error as PlaywrightError

from agent.model.cache import Progress
from benchmarks.simplify_bench.browser import open_page, script
from benchmarks.simplify_bench.systems import DEADLINE
from simplify import Target, TargetKind, simplify
from simplify.capture import capture

TRIAL_MILLISECONDS = 3_000
TELL_EVERY = 100


async def measure_clicks(browser: Browser, url: str, progress: Progress) -> dict[str, Any]:
    """Tries each enabled target of a page: Playwright scrolls to it and makes sure that a click would hit it.

    A choice of a select is not clicked but selected: it has to be found, and its select enabled. What never
    comes to rest, and an area of a picture, has to be what a click in its middle hits.

    Args:
        browser: a running Chromium.
        url: the page.
        progress: told how far it is.

    Returns:
        `tried`, `share` that could be acted on, `disabled` targets that were not tried, and `failed`: the
        names that could not, with the reason.
    """
    page = await open_page(browser, url)
    try:
        captured = await capture(page, deadline=DEADLINE)
        targets = simplify(captured.html).targets
        enabled = [target for target in targets.values() if target.enabled]
        failed = []
        for number, target in enumerate(enabled):
            if number % TELL_EVERY == 0:
                progress(f"clicking on trial: {number} of {len(enabled)}")
            reason = await _trial(await captured.element(target), target)
            if reason:
                failed.append(f"{target.name}: {reason}")
        await captured.dispose()
    finally:
        await page.context.close()
    share = 1 - len(failed) / len(enabled) if enabled else 1.0
    return {
        "tried": len(enabled),
        "share": round(share, 4),
        "disabled": len(targets) - len(enabled),
        "failed": failed,
    }


async def _trial(element: ElementHandle | None, target: Target) -> str:
    """Why a target cannot be acted on; the empty text where it can."""
    if element is None:
        return "not found"
    try:
        if target.kind is TargetKind.OPTION:
            able = await element.evaluate("(each) => !each.closest('select')?.disabled && each.isConnected")
            return "" if able else "its select is disabled or gone"
        await element.click(trial=True, timeout=TRIAL_MILLISECONDS)
    except PlaywrightError as error:
        if await _is_hit(element):
            return ""  # Playwright waits for rest, and for a box that an area of a picture has not
        lines = [line.strip(" -") for line in error.message.splitlines() if line.strip()]
        return next((line for line in reversed(lines) if "intercepts" in line or "not" in line), lines[0])[
            :200
        ]
    return ""


async def _is_hit(element: ElementHandle) -> bool:
    try:
        return bool(await element.evaluate(script("hit.js")))
    except PlaywrightError:
        return False  # it has left the page
