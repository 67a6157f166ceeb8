"""An element in hand: what the page said of it when it was taken, and what it can be asked."""

import asyncio
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error as PlaywrightError

from agent.browser.script import bounded
from agent.browser.settings import Deadlines
from agent.browser.settling import Sight
from agent.browser.wording import Facts, Look
from simplify import Target
from simplify.capture import Capture

PAUSE = 0.05


@dataclass(slots=True)
class Grip:
    """An element of a capture, under watch while it is acted on (`hand.js`).

    Attributes:
        aim: what is to be done with it: `press`, or `tick` for a box, whose label may stand for it.
        facts: what it was like when it was taken.
        looks: what could be read then: of the page, and of the frame that it stands in where there is one.
        strict: whether each part of a press has to be on the element: its page moves all the time.
        box: where it stood then in the window of its process: left, top, width and height in CSS pixels.
    """

    capture: Capture
    target: Target
    deadlines: Deadlines
    aim: str
    strict: bool
    facts: Facts
    looks: list[Look | None]
    box: tuple[float, float, float, float]
    _spot: dict[str, Any] | None

    @classmethod
    async def take(
        cls,
        capture: Capture,
        target: Target,
        deadlines: Deadlines,
        *,
        aim: str,
        fresh: bool = False,
        strict: bool = False,
    ) -> "Grip | None":
        """Takes the element of a target in hand.

        Args:
            capture: that the target comes from.
            target: what stands for the element.
            deadlines: of the page's answers.
            aim: see above.
            fresh: only if nothing happened on the page since the capture, as far as that is known.
            strict: see above.

        Returns:
            The grip; None where the element has left the page, or the page is not as it was.

        Raises:
            TimeoutError: the page hangs.
        """
        if fresh and capture.in_page(target) is None:
            return None
        how = {"key": capture.key, "fresh": fresh, "aim": aim, "strict": strict}
        try:
            begun = await bounded(capture.ask(target, "begin", how), deadlines.hang)
        except PlaywrightError:
            return None  # the page or the frame went elsewhere and took its elements along
        if begun is None or not begun["fresh"]:
            return None
        looks = [Look.of(seen) for seen in begun["looks"]]
        left, top, width, height = begun["box"]
        return cls(
            capture=capture,
            target=target,
            deadlines=deadlines,
            aim=aim,
            strict=strict,
            facts=Facts.of(begun["facts"]),
            looks=looks,
            box=(left, top, width, height),
            _spot=begun["spot"],
        )

    @property
    def place(self) -> tuple[str, int] | None:
        """Where the page finds it again while it comes to rest; None for an element of another process."""
        number = self.capture.in_page(self.target)
        return None if number is None else (self.capture.key, number)

    async def ask(self, function: str, *arguments: object) -> Any:
        """What the page says or does about it.

        Raises:
            TimeoutError: the page hangs.
            playwright.async_api.Error: its document is gone.
        """
        return await bounded(self.capture.ask(self.target, function, *arguments), self._patience)

    async def spot(self) -> dict[str, Any]:
        """Where the mouse can press it, in CSS pixels of the page's window (`x`, `y`), once it can.

        Returns:
            That, with the `state` `free`, the `box` of what is pressed, and whether the page was scrolled to
            it (`scrolled`); or `gone`, `hidden`, or `covered`, and by what (`by`).

        Raises:
            TimeoutError: the page hangs.
            playwright.async_api.Error: its document is gone.
        """
        clock = asyncio.get_running_loop().time
        ends = clock() + self.deadlines.reach
        spot, self._spot = self._spot, None
        while True:
            if spot is None or spot["state"] not in {"free", "gone"}:
                left = max(0.0, ends - clock()) * 1000
                spot = await self.ask("reachIn", {"aim": self.aim, "strict": self.strict, "limit": left})
            if spot["state"] != "free":
                return spot
            point = await bounded(
                self.capture.in_window(self.target, spot["x"], spot["y"]), self.deadlines.hang
            )
            if point is not None:
                return spot | self._in_window(spot, *point)
            if clock() > ends:
                return {"state": "hidden"}
            await asyncio.sleep(PAUSE)  # it may still scroll into view, or lie under what goes away
            spot = None

    def _in_window(self, spot: dict[str, Any], x: float, y: float) -> dict[str, Any]:
        """A spot of the element's process, told in the window's own measure."""
        left, top, width, height = spot["box"]
        box = (left + x - spot["x"], top + y - spot["y"], width, height)
        # What lies around a frame of another process may have been scrolled, too.
        return {"x": x, "y": y, "box": box, "scrolled": spot["scrolled"] or self.place is None}

    async def at_last(self, sight: Sight) -> tuple[Facts | None, list[Look | None]]:
        """What it is like at last, and what can be read then.

        Args:
            sight: what the page said of itself and of its own element when it came to rest.

        Returns:
            The facts, None where its document is gone or does not answer; and the looks, as before.
        """
        if self.place is not None:
            return sight.facts, list(sight.looks)
        for _ in range(2):  # the frame may show another document by now
            try:
                there = Sight.of(await self.ask("finish"))
            except (PlaywrightError, TimeoutError):
                continue
            return there.facts, [sight.looks[0], there.looks[0]]
        return None, list(sight.looks)

    @property
    def _patience(self) -> float:
        return self.deadlines.reach + self.deadlines.hang
