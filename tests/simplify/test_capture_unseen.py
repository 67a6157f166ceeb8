"""Capture leaves no trace that a page could find, and bears what pages of any size and shape do to it."""

import re

import pytest
from playwright.async_api import Page

from simplify import simplify
from simplify.capture import capture

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_that_counts_calls_to_its_prototypes_counts_none(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/counted.html")
    session = await tab.context.new_cdp_session(tab)

    async def calls() -> int:
        answer = await session.send("Runtime.evaluate", {"expression": "calls"})
        return int(answer["result"]["value"])

    before = await calls()
    await (await capture(tab)).dispose()
    assert await calls() == before


async def test_what_is_unusual_but_seen_is_a_target_and_what_is_unseen_is_not(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/counted.html")
    captured = await capture(tab)
    labels = {target.label for target in simplify(captured.html).targets.values()}
    assert {"One", "First", "Second", "Send", "Cellar", "Find", "Trailer", "Weak sign", "Far below"} <= labels
    assert "No-" not in captured.html


async def test_what_lies_outside_the_window_is_marked_once(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/counted.html")
    captured = await capture(tab)
    assert captured.html.count("data-out=") == 1
    assert re.search(r"<p data-out='below'><a [^>]*>Far below", captured.html)


async def test_fifteen_hundred_levels_are_read_to_the_bottom(tab: Page) -> None:
    await tab.set_content("<body></body>")
    await tab.evaluate(
        "() => { let at = document.body; for (let n = 0; n < 1500; n += 1)"
        " at = at.appendChild(document.createElement(n % 2 ? 'ul' : 'div'));"
        " at.innerHTML = '<button>Bottom</button>'; }"
    )
    captured = await capture(tab)
    assert "Bottom" in captured.html
    assert [target.label for target in simplify(captured.html).targets.values()] == ["Bottom"]
