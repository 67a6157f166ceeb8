"""The command itself, on a browser that runs already, with raw events from a second connection to it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.recording import read_recording
from agent.session import EndingKind
from benchmarks.shop_systems.raw_input import Outsider, outside

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def outsider() -> AsyncIterator[Outsider]:
    """A connection to a browser that somebody else started."""
    async with outside() as browser:
        yield browser


async def test_a_session_from_consent_to_review(outsider: Outsider, tmp_path: Path) -> None:
    out = tmp_path / "P01"
    command = [
        sys.executable, "-m", "cli", "record", "--participant", "P01", "--intent", "I want a kettle.",
        "--ask", "0", "--browser", outsider.address, "--out", str(out),
        "--set", "newsletter=off", "--set", "cookie_banner=off",
    ]  # fmt: skip
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    consent = await outsider.next_window()
    await consent.click("[data-presses=agree]")
    assert not out.exists()
    shop = await outsider.next_window()
    await shop.click("#q")  # before the bar is there: who has agreed is recorded from the first moment on
    await shop.type("kettle\n")
    await shop.click(".found-products a.card-link")
    await shop.click(".product-facts h1")
    await shop.click_in_bar("Finish")
    review = await outsider.next_window()
    await review.click("[data-presses=keep]")
    told = (await asyncio.wait_for(running.communicate(), 60))[0].decode()
    assert running.returncode == 0, told
    assert "The participant looked through it, and keeps all of it." in told
    recording = read_recording(out)
    assert [step.decision.action.type for step in recording.steps] == [
        "type_and_submit",
        "click",
        "terminate",
    ]
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.LEFT
    assert recording.ending.message == (
        "The shopper left without buying. One press was on nothing that can be acted on."
    )
    assert recording.header.settings["sandbox_shop"]["catalogue"] == "market"
    assert (out / "shop_events.jsonl").exists()
