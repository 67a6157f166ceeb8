"""What the hand does with one element, as a person would: pressing, choosing, typing."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from agent.browser.grip import Grip
from agent.browser.script import bounded
from agent.browser.settings import Deadlines
from agent.browser.wording import called, disabled, gone, quoted
from agent.masking import PASSWORD
from agent.session import Box, Touch
from simplify import Target, TargetKind

Value = TypeVar("Value")

TYPED_BY_KEY = 100
"""Longer texts are pasted but for their last letter."""

TAPPING = 0.4
"""Seconds within which a tap becomes a click, where it is no other gesture's beginning."""

ENTER = "\n"
"""Typing it presses the key."""

FORMATS = {
    "number": "a number such as 12",
    "range": "a number such as 12",
    "date": "a date written as 2026-12-31",
    "time": "a time written as 18:30",
    "datetime-local": "a date and time written as 2026-12-31T18:30",
    "month": "a month written as 2026-12",
    "week": "a week written as 2026-W52",
    "color": "a colour written as #ff8800",
}

NOT_TYPED = {
    "unfit": "{} is no field for a {}, and none was typed.",
    "unfocused": "{} cannot be typed into: the page puts the focus elsewhere. No {} was typed.",
    "astray": "{} did not take the {}, which was cleared.",
}
"""Why a secret does not stand in its field, as the page says it (`control.js`)."""


class Refused(Exception):
    """An action that could not be done; the text says why, for the model."""


class Gone(Refused):
    """The element left the page before anything was done with it."""


class Hand:
    """Mouse and keyboard on one page.

    Args:
        page: the page.
        deadlines: of its answers.
        picture: takes one of the window; None where none is wanted.
        touches: whether it is a finger on a touch screen.

    Attributes:
        touch: where something was touched last.
    """

    def __init__(
        self,
        page: Page,
        deadlines: Deadlines,
        picture: Callable[[], Awaitable[bytes | None]] | None = None,
        *,
        touches: bool = False,
    ) -> None:
        self._page = page
        self._deadlines = deadlines
        self._picture = picture
        self._touches = touches
        self.touch: Touch | None = None

    async def click(self, target: Target, grip: Grip) -> None:
        """Clicks a target, whatever it is.

        Raises:
            Refused: it cannot be clicked.
        """
        facts = grip.facts
        await self._ensure_enabled(target, grip)
        if facts.type == "file":
            raise Refused(
                f"{called(target)} wants a file of this computer, and the shopper has none to give."
            )
        if facts.scheme not in {"", "http:", "https:", "javascript:", "blob:", "data:"}:
            raise Refused(f"{called(target)} opens another program ({facts.scheme}) and was not followed.")
        if facts.tag == "option" and await self._choose(target, grip):
            return
        if grip.aim == "tick" and facts.type == "radio" and facts.chosen:
            raise Refused(f"{called(target)} is chosen already.")
        await self._press(target, grip)

    async def select(self, target: Target, grip: Grip) -> None:
        """Chooses an option in the list that it stands in.

        Raises:
            Refused: it is no option, or cannot be chosen.
        """
        if target.kind not in {TargetKind.OPTION, TargetKind.RADIO}:
            raise Refused(f"{called(target)} is no option of a list: it can be clicked, not selected.")
        await self.click(target, grip)

    async def hover(self, target: Target, grip: Grip) -> None:
        """Rests the mouse on a target.

        Raises:
            Refused: it cannot be reached with the mouse.
        """
        point = await self._reach(target, grip)
        await self._in_time(self._page.mouse.move(*point))

    async def type(self, target: Target, grip: Grip, text: str, *, submit: bool) -> None:
        """Puts the text in place of what the field says, and presses Enter if it is to be submitted.

        Raises:
            Refused: it is no field, or does not take that text.
        """
        facts = grip.facts
        if not facts.editing and target.kind is not TargetKind.TEXT:
            raise Refused(f"{called(target)} is no text field: it can be clicked, not typed into.")
        await self._ensure_enabled(target, grip)
        if facts.read_only:
            raise Refused(f"{called(target)} cannot be typed into: its text is fixed.")
        if facts.editing == "formatted":
            await self._fill(target, grip, text, submit=submit)
        else:
            await self._press(target, grip)
            await self._replace(target, grip, text, submit=submit)

    async def type_secret(self, target: Target, grip: Grip, text: str, mark: str, *, submit: bool) -> None:
        """Puts in place of what the field says what nobody is to read: into that very field, or nowhere.

        Args:
            target: the field.
            grip: likewise, in hand.
            text: what is typed.
            mark: what it is, as it is masked.
            submit: whether Enter is pressed then.

        Raises:
            Refused: it is no field for that, or the page had it typed elsewhere, where it was cleared.
        """
        await self._ensure_enabled(target, grip)
        if grip.facts.read_only:
            raise Refused(f"{called(target)} cannot be typed into: its text is fixed.")
        await self._press(target, grip)
        typed = await grip.ask("typeSecret", text, mark == PASSWORD)
        if typed != "typed":
            raise Refused(NOT_TYPED[typed].format(called(target), mark.strip("[]")))
        if not submit:
            return
        if not await grip.ask("focusAlone"):
            raise Refused(f"{called(target)} is filled in; it lost the focus, and Enter was not pressed.")
        await self._in_time(self._page.keyboard.press("Enter"))

    async def _ensure_enabled(self, target: Target, grip: Grip) -> None:
        """Waits a moment for what is disabled, as a person does."""
        if grip.facts.disabled and not await grip.ask("enabledIn", self._deadlines.reach * 1000):
            raise Refused(disabled(target))

    async def _choose(self, target: Target, grip: Grip) -> bool:
        """Chooses an option of a select; False where the option stands in none."""
        if grip.facts.chosen and not grip.facts.multiple:
            raise Refused(f"{called(target)} is chosen already.")
        came = await grip.ask("choose", self._deadlines.reach * 1000)
        if came == "hidden":
            raise Refused(f"{called(target)} cannot be chosen at the moment.")
        self._touched_at_rest(grip)
        return bool(came != "none")

    async def _replace(self, target: Target, grip: Grip, text: str, *, submit: bool) -> None:
        """Types over what the field says."""
        field = await grip.ask("focusText")
        if not field["focused"]:
            raise Refused(f"{called(target)} cannot be typed into.")
        keyboard = self._page.keyboard
        if not field["selected"]:
            await self._in_time(keyboard.press("ControlOrMeta+A"))
        if not text:
            await self._in_time(keyboard.press("Delete"))
        if len(text) > TYPED_BY_KEY:
            await self._in_time(keyboard.insert_text(text[:-1]))
            text = text[-1]
        await self._in_time(keyboard.type(text + ENTER if submit else text))

    async def _fill(self, target: Target, grip: Grip, text: str, *, submit: bool) -> None:
        filled = await grip.ask("fill", text, self._deadlines.reach * 1000)
        if filled == "malformed":
            raise Refused(f"{called(target)} takes {FORMATS[grip.facts.type]}, not {quoted(text)}.")
        if filled == "hidden":
            raise Refused(f"{called(target)} cannot be filled in at the moment.")
        keyboard = self._page.keyboard
        if filled == "selected":
            await self._in_time(keyboard.insert_text(text) if text else keyboard.press("Delete"))
        self._touched_at_rest(grip)
        if submit:
            await self._in_time(keyboard.press("Enter"))

    async def _press(self, target: Target, grip: Grip) -> None:
        """Presses the mouse on a free point of the element, once there is one.

        What is under the mouse by then may be another thing: the page keeps the press from it, and says so.
        """
        point = await self._reach(target, grip)
        if not self._touches:
            await self._in_time(self._page.mouse.click(*point))
            return
        await self._in_time(self._page.touchscreen.tap(*point))
        await grip.ask("clickedBy", TAPPING * 1000)

    async def _reach(self, target: Target, grip: Grip) -> tuple[float, float]:
        """A free point of the element in the window, once there is one."""
        spot = await grip.spot()
        if spot["state"] != "free":
            raise _out_of_reach(target, spot)
        scrolled = spot["scrolled"]
        # A page that moves all the time would be elsewhere once the picture is taken.
        picture = await self._take_picture() if scrolled and not grip.strict else None
        self.touch = self._touch(spot["x"], spot["y"], spot["box"], scrolled=scrolled, picture=picture)
        return spot["x"], spot["y"]

    async def _take_picture(self) -> bytes | None:
        if self._picture is None:
            return None
        try:
            return await self._picture()
        except PlaywrightError:
            return None  # what is wrong with the page shows when it is pressed

    def _touched_at_rest(self, grip: Grip) -> None:
        """Without the mouse, an element is touched where it stands."""
        if grip.place is None:
            return  # of a frame in another process it is not known where
        left, top, width, height = grip.box
        self.touch = self._touch(left + width / 2, top + height / 2, grip.box)

    def _touch(
        self,
        x: float,
        y: float,
        box: tuple[float, float, float, float],
        *,
        scrolled: bool = False,
        picture: bytes | None = None,
    ) -> Touch | None:
        window = self._page.viewport_size
        if window is None:
            return None
        left, top, width, height = (round(length, 1) for length in box)
        return Touch(
            x=round(x, 1),
            y=round(y, 1),
            box=Box(x=left, y=top, width=width, height=height),
            window=(window["width"], window["height"]),
            scrolled=scrolled,
            picture=picture,
        )

    async def _in_time(self, awaitable: Awaitable[Value]) -> Value:
        return await bounded(awaitable, self._deadlines.hang)


def _out_of_reach(target: Target, spot: dict[str, Any]) -> Refused:
    name = called(target)
    if spot["state"] == "gone":
        return Gone(gone(target))
    if spot["state"] == "covered":
        return Refused(f"{name} is covered by {quoted(spot['by'])}: deal with that first.")
    return Refused(f"{name} cannot be reached with the mouse at the moment.")
