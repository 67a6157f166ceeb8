"""A person at the mouse and the keyboard: raw input events through CDP, aimed at what the eye sees."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import CDPSession, Frame, Locator, Page
from playwright.async_api import Error as PlaywrightError

from benchmarks.shop_systems.raw_input import key_events, letters, saying


@dataclass(slots=True)
class Person:
    """Moves, presses, scrolls and types; never touches the page in any other way."""

    page: Page
    cdp: CDPSession
    at: tuple[float, float] = field(default=(5.0, 5.0))

    @classmethod
    async def at_page(cls, page: Page) -> "Person":
        return cls(page, await page.context.new_cdp_session(page))

    async def move(self, x: float, y: float) -> None:
        self.at = (x, y)
        await self._mouse("mouseMoved")

    async def press(self, button: str = "left") -> None:
        await self._mouse("mousePressed", button=button, clickCount=1)

    async def let_go(self, button: str = "left") -> None:
        await self._mouse("mouseReleased", button=button, clickCount=1)

    async def click_at(self, x: float, y: float, button: str = "left") -> None:
        await self.move(x, y)
        await self.press(button)
        await self.let_go(button)

    async def click(
        self,
        thing: Locator | str,
        *,
        frame: Frame | None = None,
        button: str = "left",
        place: tuple[float, float] = (0.5, 0.5),
    ) -> None:
        """Scrolls until the thing is in view, and clicks it."""
        locator = (frame or self.page).locator(thing) if isinstance(thing, str) else thing
        x, y = await self._in_view(locator, place)
        await self.click_at(x, y, button)

    async def key(self, name: str) -> None:
        for event in key_events(name):
            try:
                await self.cdp.send("Input.dispatchKeyEvent", event)
            except PlaywrightError:
                if event["type"] != "keyUp" or not await self._closes():
                    raise

    async def type(self, text: str) -> None:
        for event in letters(text):
            await self.cdp.send("Input.dispatchKeyEvent", event)

    async def clear(self) -> None:
        """Marks all that the field says, and deletes it."""
        await self.cdp.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65, "modifiers": 2,
             "commands": ["selectAll"]},
        )  # fmt: skip
        await self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": "a", "modifiers": 2})
        await self.key("Delete")

    async def _in_view(self, locator: Locator, place: tuple[float, float]) -> tuple[float, float]:
        size = self.page.viewport_size
        assert size is not None
        for _ in range(40):
            box = await locator.bounding_box(timeout=5000)
            if box is None:  # it is being drawn anew
                await asyncio.sleep(0.02)
                continue
            x, y = box["x"] + box["width"] * place[0], box["y"] + box["height"] * place[1]
            if 4 < y < size["height"] - 4:
                return x, y
            self.at = (size["width"] / 2, size["height"] / 2)
            await self._mouse("mouseWheel", deltaX=0, deltaY=y - size["height"] / 2)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{locator} does not scroll into view")

    async def _mouse(self, kind: str, **more: object) -> None:
        event = {"type": kind, "x": self.at[0], "y": self.at[1], **more}
        try:
            await self.cdp.send("Input.dispatchMouseEvent", event)
        except PlaywrightError:
            # What was pressed may close the window before the hand is off the mouse.
            if kind != "mouseReleased" or not await self._closes():
                raise

    async def _closes(self) -> bool:
        for _ in range(40):
            if self.page.is_closed():
                return True
            await asyncio.sleep(0.05)
        return False

    async def find_in_bar(self, text: str) -> tuple[float, float]:
        """Where a word of the participant's bar stands: eyes see into closed shadow trees, scripts do not."""
        for _ in range(100):
            tree = await self.cdp.send("DOM.getDocument", {"depth": -1, "pierce": True})
            node = saying(tree["root"], text)
            with suppress(PlaywrightError):  # it is there, and not drawn yet
                if node is not None:
                    box = await self.cdp.send("DOM.getBoxModel", {"backendNodeId": node})
                    left, top, right, _, _, bottom, *_ = box["model"]["content"]
                    return (left + right) / 2, (top + bottom) / 2
            await asyncio.sleep(0.05)
        raise AssertionError(f"the bar does not say {text}")
