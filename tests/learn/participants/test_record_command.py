"""The command itself, on a browser that runs already, with raw events from a second connection to it."""

import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserType, CDPSession, async_playwright
from playwright.async_api import Error as PlaywrightError

from agent.chromium import find_chromium
from agent.recording import read_recording
from agent.session import EndingKind
from tests.agent.browser.person import letters, saying

pytestmark = pytest.mark.asyncio(loop_scope="session")

TRIES = 600


@dataclass
class Target:
    """A page of a browser that somebody else opened, spoken to in the protocol's own words."""

    browser: CDPSession
    session: str
    answers: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    @classmethod
    async def next_after(cls, browser: CDPSession, known: set[str]) -> "Target":
        """The next page that is opened."""
        for _ in range(TRIES):
            targets = (await browser.send("Target.getTargets"))["targetInfos"]
            fresh = [each["targetId"] for each in targets if each["type"] == "page"]
            fresh = [each for each in fresh if each not in known]
            if fresh:
                known.add(fresh[0])
                attached = await browser.send(
                    "Target.attachToTarget", {"targetId": fresh[0], "flatten": False}
                )
                target = cls(browser, attached["sessionId"])
                browser.on("Target.receivedMessageFromTarget", target.hear)
                return target
            await asyncio.sleep(0.05)
        raise AssertionError("no window was opened")

    def hear(self, event: dict[str, Any]) -> None:
        said = json.loads(event["message"])
        if event["sessionId"] == self.session and said.get("id") in self.answers:
            self.answers.pop(said["id"]).set_result(said)

    async def send(self, method: str, **params: object) -> dict[str, Any]:
        number = max(self.answers, default=0) + 1
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        message = json.dumps({"id": number, "method": method, "params": params})
        await self.browser.send("Target.sendMessageToTarget", {"sessionId": self.session, "message": message})
        said = await asyncio.wait_for(answer, 20)
        result: dict[str, Any] = said.get("result", {})
        return result

    async def click(self, selector: str) -> None:
        """Clicks what a selector finds, once it is there."""
        middle = """(() => {
            const thing = document.querySelector(SELECTOR);
            if (document.readyState !== 'complete' || !thing) return null;
            const box = thing.getBoundingClientRect();
            return box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
        })()""".replace("SELECTOR", json.dumps(selector))
        for _ in range(TRIES):
            found = await self.send("Runtime.evaluate", expression=middle, returnByValue=True)
            point = found.get("result", {}).get("value")
            if point:
                await self.click_at(*point)
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{selector} is not there")

    async def click_at(self, x: float, y: float) -> None:
        where: dict[str, Any] = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await self.send("Input.dispatchMouseEvent", type="mousePressed", **where)
        with suppress(PlaywrightError, TimeoutError):  # what was pressed may close the window at once
            await self.send("Input.dispatchMouseEvent", type="mouseReleased", **where)

    async def click_in_bar(self, text: str) -> None:
        await self.click_at(*await self.seen_in_bar(text))

    async def seen_in_bar(self, text: str) -> tuple[float, float]:
        """Where the bar says this, once it does."""
        for _ in range(TRIES):
            tree = await self.send("DOM.getDocument", depth=-1, pierce=True)
            node = saying(tree["root"], text) if "root" in tree else None
            box = await self.send("DOM.getBoxModel", backendNodeId=node) if node is not None else {}
            if box:
                left, top, right, _, _, bottom, *_ = box["model"]["content"]
                return (left + right) / 2, (top + bottom) / 2
            await asyncio.sleep(0.05)
        raise AssertionError(f"the bar does not say {text}")

    async def type(self, text: str) -> None:
        for event in letters(text):
            await self.send("Input.dispatchKeyEvent", **event)


@pytest_asyncio.fixture(loop_scope="session")
async def outside() -> AsyncIterator[tuple[str, CDPSession]]:
    """A browser that somebody else started: its address, and a connection to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            str(find_chromium()), "--headless=new", "--no-sandbox", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--window-size=1280,900",
            f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stderr=quiet, stdout=quiet)
        address = f"http://127.0.0.1:{port}"
        async with async_playwright() as playwright:
            chromium = await _connected(playwright.chromium, address)
            yield address, await chromium.new_browser_cdp_session()
        process.terminate()
        await process.wait()


async def _connected(kind: BrowserType, address: str) -> Browser:
    for _ in range(100):
        try:
            return await kind.connect_over_cdp(address)
        except PlaywrightError:
            await asyncio.sleep(0.2)  # it is starting
    raise AssertionError("the browser does not answer")


async def test_a_session_from_consent_to_review(outside: tuple[str, CDPSession], tmp_path: Path) -> None:
    address, browser = outside
    known = {each["targetId"] for each in (await browser.send("Target.getTargets"))["targetInfos"]}
    out = tmp_path / "P01"
    command = [
        sys.executable, "-m", "cli", "record", "--participant", "P01", "--intent", "I want a kettle.",
        "--ask", "0", "--browser", address, "--out", str(out),
        "--set", "newsletter=off", "--set", "cookie_banner=off",
    ]  # fmt: skip
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    consent = await Target.next_after(browser, known)
    await consent.click("[data-presses=agree]")
    assert not out.exists()
    shop = await Target.next_after(browser, known)
    await shop.click("#q")  # before the bar is there: who has agreed is recorded from the first moment on
    await shop.type("kettle\n")
    await shop.click(".found-products a.card-link")
    await shop.click(".product-facts h1")
    await shop.click_in_bar("Finish")
    review = await Target.next_after(browser, known)
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
