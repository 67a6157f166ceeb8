"""Windows of a browser that somebody else drives: raw mouse and keyboard events in the protocol's own words.

What is sent here is what the browser gets from a person's hands, from a program that the recorder knows
nothing of.
"""

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserType, CDPSession, async_playwright
from playwright.async_api import Error as PlaywrightError

from agent.chromium import find_chromium
from agent.errors import SimagentError

TRIES = 600
PAUSE = 0.05
EDGE = 80.0
"""Pixels at the window's edges in which nothing is clicked: bars may lie there."""

WHEEL = 120.0

KEYS: dict[str, tuple[int, str]] = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Backspace": (8, ""),
    "Delete": (46, ""),
    "Escape": (27, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
    "Home": (36, ""),
    "End": (35, ""),
    " ": (32, " "),
}

FIND = """(() => {
    if (document.readyState !== 'complete') return null;
    const seen = (thing) => thing.getClientRects().length && getComputedStyle(thing).visibility === 'visible';
    const says = (thing) => (thing.innerText || thing.value || '').includes(TEXT);
    const thing = [...document.querySelectorAll(SELECTOR)].find((each) => seen(each) && says(each));
    if (!thing) return null;
    const box = thing.getClientRects()[0];
    return [box.x + box.width / 2, box.y + box.height / 2, innerHeight, scrollY];
})()"""


def key_events(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The events of a key that goes down and up again."""
    code, text = KEYS.get(name, (ord(name.upper()[0]) if name.isalnum() else 0, name))
    how: dict[str, Any] = {"key": name, "windowsVirtualKeyCode": code}
    if len(name) > 1:
        how["code"] = name
    return {"type": "keyDown", **how, **({"text": text} if text else {})}, {"type": "keyUp", **how}


def letters(text: str) -> list[dict[str, Any]]:
    """The events of typing a text, one letter after the other."""
    return [event for letter in text for event in key_events("Enter" if letter == "\n" else letter)]


def saying(node: dict[str, Any], text: str, *, ours: bool = False) -> int | None:
    """The element in a closed shadow tree on which this is written, or an input where it is asked for."""
    ours = ours or node.get("shadowRootType") == "closed"
    children = [*node.get("shadowRoots", []), *node.get("children", [])]
    written = "".join(child["nodeValue"] for child in children if child["nodeType"] == 3)
    if ours and (written.strip() == text or node["localName"] == text):
        backend: int = node["backendNodeId"]
        return backend
    found = (saying(child, text, ours=ours) for child in children)
    return next((each for each in found if each is not None), None)


class NotThere(SimagentError):
    """What a person was to act on did not come in time."""


@dataclass(slots=True)
class Outsider:
    """A connection of one's own to a browser that others drive.

    Attributes:
        address: where the browser listens, for others to connect.
        session: the connection.
        known: windows that were met already.
    """

    address: str
    session: CDPSession
    known: set[str] = field(default_factory=set)

    async def next_window(self) -> "Window":
        """The next window that is opened.

        Raises:
            NotThere: none is, for half a minute.
        """
        for _ in range(TRIES):
            targets = (await self.session.send("Target.getTargets"))["targetInfos"]
            pages = [each["targetId"] for each in targets if each["type"] == "page"]
            fresh = [each for each in pages if each not in self.known]
            if fresh:
                self.known.add(fresh[0])
                attached = await self.session.send(
                    "Target.attachToTarget", {"targetId": fresh[0], "flatten": False}
                )
                window = Window(self.session, attached["sessionId"])
                self.session.on("Target.receivedMessageFromTarget", window.hear)
                return window
            await asyncio.sleep(PAUSE)
        raise NotThere("no window was opened")


@dataclass  # without slots: Playwright notes on it what it listens with
class Window:
    """One window, and a person's hands on it."""

    browser: CDPSession
    session: str
    answers: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    def hear(self, event: dict[str, Any]) -> None:
        """An answer of the window's."""
        said = json.loads(event["message"])
        if event["sessionId"] == self.session and said.get("id") in self.answers:
            self.answers.pop(said["id"]).set_result(said)

    async def send(self, method: str, **params: object) -> dict[str, Any]:
        """Says something to the window, and waits for the answer.

        Raises:
            TimeoutError: there is none.
        """
        number = max(self.answers, default=0) + 1
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        message = json.dumps({"id": number, "method": method, "params": params})
        await self.browser.send("Target.sendMessageToTarget", {"sessionId": self.session, "message": message})
        said = await asyncio.wait_for(answer, 20)
        result: dict[str, Any] = said.get("result", {})
        return result

    async def click(self, selector: str, text: str = "") -> None:
        """Clicks the first thing of a kind that says a text, once it is there; scrolls to it by wheel.

        Raises:
            NotThere: it does not come within half a minute.
        """
        expression = FIND.replace("SELECTOR", json.dumps(selector)).replace("TEXT", json.dumps(text))
        turned: float | None = None
        for _ in range(TRIES):
            found = await self.send("Runtime.evaluate", expression=expression, returnByValue=True)
            seen = found.get("result", {}).get("value")
            if seen:
                x, y, height, scrolled = seen
                if EDGE < y < height - EDGE or (scrolled == turned and 0 < y < height):
                    await self.click_at(x, y)
                    return
                turned = scrolled
                wheel = WHEEL if y > height / 2 else -WHEEL
                await self.send(
                    "Input.dispatchMouseEvent", type="mouseWheel", x=400, y=height / 2, deltaX=0, deltaY=wheel
                )
            await asyncio.sleep(PAUSE * (3 if seen else 1))
        raise NotThere(f"{selector} {text} is not there")

    async def click_at(self, x: float, y: float) -> None:
        """Moves the mouse there, presses and lets go."""
        where: dict[str, Any] = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        await self.send("Input.dispatchMouseEvent", type="mousePressed", **where)
        with suppress(PlaywrightError, TimeoutError):  # what was pressed may close the window at once
            await self.send("Input.dispatchMouseEvent", type="mouseReleased", **where)

    async def click_in_bar(self, text: str) -> None:
        """Clicks a word of the participant's bar, which no script of the page can see."""
        await self.click_at(*await self.seen_in_bar(text))

    async def seen_in_bar(self, text: str) -> tuple[float, float]:
        """Where the bar says this, once it does.

        Raises:
            NotThere: it does not.
        """
        for _ in range(TRIES):
            tree = await self.send("DOM.getDocument", depth=-1, pierce=True)
            node = saying(tree["root"], text) if "root" in tree else None
            box = await self.send("DOM.getBoxModel", backendNodeId=node) if node is not None else {}
            if box:
                left, top, right, _, _, bottom, *_ = box["model"]["content"]
                return (left + right) / 2, (top + bottom) / 2
            await asyncio.sleep(PAUSE)
        raise NotThere(f"the bar does not say {text}")

    async def type(self, text: str) -> None:
        """Types it, letter by letter."""
        for event in letters(text):
            await self.send("Input.dispatchKeyEvent", **event)


@asynccontextmanager
async def outside() -> AsyncIterator[Outsider]:
    """A browser that is not ours, and a connection to it."""
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
        try:
            async with async_playwright() as playwright:
                chromium = await _connected(playwright.chromium, address)
                session = await chromium.new_browser_cdp_session()
                targets = (await session.send("Target.getTargets"))["targetInfos"]
                yield Outsider(address, session, {each["targetId"] for each in targets})
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _connected(kind: BrowserType, address: str) -> Browser:
    for _ in range(100):
        try:
            return await kind.connect_over_cdp(address)
        except PlaywrightError:
            await asyncio.sleep(0.2)  # it is starting
    raise NotThere("the browser does not answer")
