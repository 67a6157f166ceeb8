"""What a participant reads first, and what they see and delete in the end."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.async_api import BrowserContext, Page
from typer.testing import CliRunner

from agent.browser import Browser
from agent.checksums import altered
from agent.errors import UserError
from agent.recording import read_recording
from cli import app
from learn.participants.consent import agrees, consent_text
from learn.participants.deleting import Deletion, delete
from learn.participants.review import Reviewed, review
from sandbox_shop import running_shop
from tests.agent.browser.person import Person
from tests.learn.participants.lab import PATIENCE, in_the_lab, participation
from tests.learn.participants.test_attending import QUIET
from tests.sandbox_shop.small_catalogue import small_catalogue

Shown = TypeVar("Shown")

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _visit(browser: Browser, out: Path) -> None:
    """Three steps, the second of which is private."""
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(browser, participation(shop.url, out)) as lab:
            await lab.person.click("a.to-cart")
            await lab.did()
            await lab.person.click("#q")
            await lab.person.type("a private thing")
            await lab.person.key("Enter")
            await lab.did()
            await lab.person.click("a.logo")
            await lab.did()
            await lab.page.close()
            await lab.visit


async def _on_sheet(
    browser: Browser, shown: Awaitable[Shown], do: Callable[[Page], Awaitable[None]]
) -> Shown:
    """Does something on the page of our own that is shown next."""
    before = set(browser._chromium.contexts)
    task = asyncio.ensure_future(shown)
    page = await _fresh_page(browser, before)
    await page.locator("[data-presses]").first.wait_for()
    await do(page)
    return await asyncio.wait_for(task, PATIENCE)


async def _fresh_page(browser: Browser, before: set[BrowserContext]) -> Page:
    for _ in range(500):
        pages = [page for context in set(browser._chromium.contexts) - before for page in context.pages]
        if pages:
            return pages[0]
        await asyncio.sleep(0.02)
    raise AssertionError("no page of our own was opened")


def _pressing(*buttons: str) -> Callable[[Page], Awaitable[None]]:
    async def press(page: Page) -> None:
        person = await Person.at_page(page)
        for button in buttons:
            await person.click(page.get_by_text(button, exact=True))

    return press


async def _close(page: Page) -> None:
    await page.close()


async def test_the_participant_agrees_or_does_not(chromium: Browser) -> None:
    text = consent_text(None)
    assert await _on_sheet(chromium, agrees(chromium, text), _pressing("I agree"))
    assert not await _on_sheet(chromium, agrees(chromium, text), _pressing("No, I do not take part"))
    assert not await _on_sheet(chromium, agrees(chromium, text), _close)


async def test_the_text_of_a_researcher_is_read(tmp_path: Path) -> None:
    file = tmp_path / "consent.txt"
    file.write_text("# Ours\n\nWe record\nall.\n", encoding="utf-8")
    assert consent_text(file) == "# Ours\n\nWe record\nall.\n"
    file.write_text(" \n", encoding="utf-8")
    with pytest.raises(UserError, match="is empty"):
        consent_text(file)
    with pytest.raises(UserError, match="cannot be read"):
        consent_text(tmp_path / "none.txt")


async def test_what_is_stored_is_shown_and_deleted_in_part(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P01"
    await _visit(chromium, out)

    async def look_and_delete(page: Page) -> None:
        assert "You entered and sent “a private thing” in search_the_shop" in await page.inner_text("main")
        assert await page.locator("img").count() == 4
        await _pressing("Delete step 2", "Delete step 3", "Keep what is not ticked")(page)

    assert await _on_sheet(chromium, review(chromium, out), look_and_delete) is Reviewed.PARTLY_DELETED
    recording = read_recording(out)
    assert [step.index for step in recording.steps] == [1, 4]
    assert recording.header.settings["deleted"]["steps"] == [2, 3]
    assert altered(out) == {}
    assert not [file for file in out.rglob("*") if file.is_file() and file.name[:4] in {"0002", "0003"}]
    assert "private" not in (out / "session.jsonl").read_text(encoding="utf-8")
    assert await _on_sheet(chromium, review(chromium, out), _close) is Reviewed.CLOSED
    assert (
        await _on_sheet(chromium, review(chromium, out), _pressing("Keep what is not ticked"))
        is Reviewed.KEPT
    )
    deleting = _pressing("Delete everything", "Yes, delete everything")
    assert await _on_sheet(chromium, review(chromium, out), deleting) is Reviewed.DELETED
    assert not out.exists()


async def test_an_order_and_the_last_page_are_deleted(tmp_path: Path) -> None:
    out = tmp_path / "P01"
    for part in ("observations", "pages", "screenshots"):
        (out / part).mkdir(parents=True)
    (out / "observations/0001.html").write_text("one", encoding="utf-8")
    (out / "observations/0002.html").write_text("thank you", encoding="utf-8")
    lines = [
        {"kind": "header", "settings": {}},
        {"kind": "step", "index": 1},
        {"kind": "ending", "ended": "purchased", "message": "Order 7.", "purchase": {"items": ["A lamp"]}},
    ]
    journal = out / "session.jsonl"
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (out / "shop_events.jsonl").write_text("{}\n", encoding="utf-8")
    delete(out, replace(Deletion(), order=True, last_page=True))
    header, _, ending = (json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines())
    assert header["settings"]["deleted"]["order"]
    assert (ending["ended"], ending["purchase"]) == ("purchased", None)
    assert [file.name for file in sorted((out / "observations").iterdir())] == ["0001.html"]
    assert not (out / "shop_events.jsonl").exists()


async def test_who_takes_part_has_to_be_said() -> None:
    result = CliRunner().invoke(app, ["record"])
    assert isinstance(result.exception, UserError)
    assert (
        str(result.exception) == "say who takes part: --participant P01, the code under which you know them"
    )
