"""What the hand does with one element, as a person would: pressing, choosing, typing."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from playwright.async_api import ElementHandle, JSHandle, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from agent.browser.script import bounded, script
from agent.browser.settings import Deadlines
from agent.browser.wording import Complaint, Facts, called, disabled, gone, quoted
from simplify import Target, TargetKind

Value = TypeVar("Value")

TYPED_BY_KEY = 100
"""Longer texts are pasted but for their last letter."""

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


class Refused(Exception):
    """An action that could not be done; the text says why, for the model."""


class Gone(Refused):
    """The element left the page before anything was done with it."""


class Watched:
    """An element under watch while it is acted on."""

    def __init__(self, element: ElementHandle, watch: JSHandle, deadlines: Deadlines) -> None:
        self.element = element
        self._watch = watch
        self._deadlines = deadlines

    @classmethod
    async def begin(cls, element: ElementHandle, deadlines: Deadlines) -> "Watched":
        """Begins to watch."""
        watch = await bounded(element.evaluate_handle(script("element.js")), deadlines.hang)
        return cls(element, watch, deadlines)

    async def facts(self) -> Facts:
        """What it is like now.

        Raises:
            playwright.async_api.Error: its document is gone.
        """
        report = await bounded(self._watch.evaluate(script("element_report.js")), self._deadlines.hang)
        complaint = report.pop("complaint")
        return Facts(**report, complaint=Complaint(**complaint) if complaint else None)

    async def guard(self) -> None:
        """Keeps the mouse from pressing anything else."""
        await bounded(self._watch.evaluate(script("element_guard.js")), self._deadlines.hang)

    async def end(self) -> Facts | None:
        """What it is like at last; None where its document is gone or does not answer."""
        try:
            facts = await self.facts()
            await bounded(self._watch.evaluate(script("element_release.js")), self._deadlines.hang)
            await bounded(self._watch.dispose(), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return None
        return facts


class Hand:
    """Mouse and keyboard on one page.

    Attributes:
        quick: presses where the element is at this moment, before the page renders it anew; what is under the
            mouse by then may be another thing, which a guard has to protect.
        pressed: whether it pressed in that way.
    """

    def __init__(self, page: Page, deadlines: Deadlines) -> None:
        self.quick = False
        self.pressed = False
        self._page = page
        self._deadlines = deadlines

    async def click(self, target: Target, watched: Watched, facts: Facts) -> None:
        """Clicks a target, whatever it is.

        Raises:
            Refused: it cannot be clicked.
        """
        if facts.disabled:
            raise Refused(disabled(target))
        if facts.type == "file":
            raise Refused(
                f"{called(target)} wants a file of this computer, and the shopper has none to give."
            )
        if facts.scheme not in {"", "http:", "https:", "javascript:", "blob:", "data:"}:
            raise Refused(f"{called(target)} opens another program ({facts.scheme}) and was not followed.")
        if facts.tag == "option" and await self._choose(target, watched, facts):
            return
        if target.kind in {TargetKind.CHECKBOX, TargetKind.RADIO}:
            await self._tick(target, watched, facts)
            return
        await self._press(target, watched.element)

    async def type_and_submit(self, target: Target, watched: Watched, facts: Facts, text: str) -> None:
        """Puts the text in place of what the field says, and presses Enter.

        Raises:
            Refused: it is no field, or does not take that text.
        """
        if not facts.editing and target.kind is not TargetKind.TEXT:
            raise Refused(f"{called(target)} is no text field: it can be clicked, not typed into.")
        if facts.disabled:
            raise Refused(disabled(target))
        if facts.read_only:
            raise Refused(f"{called(target)} cannot be typed into: its text is fixed.")
        if facts.editing == "formatted":
            await self._fill(target, watched.element, facts, text)
        else:
            await self._type(target, watched.element, text)
        await self._in_time(self._page.keyboard.press("Enter"))

    async def _choose(self, target: Target, watched: Watched, facts: Facts) -> bool:
        """Chooses an option of a select; False where the option stands in none."""
        select = await self._related(watched.element, "select.js")
        if select is None:
            return False
        if facts.multiple:
            await self._ask(watched.element, "switch_option.js")
            return True
        if facts.chosen:
            raise Refused(f"{called(target)} is chosen already.")
        try:
            await select.select_option(element=watched.element, timeout=self._deadlines.reach * 1000)
        except PlaywrightTimeout:
            raise Refused(f"{called(target)} cannot be chosen at the moment.") from None
        return True

    async def _tick(self, target: Target, watched: Watched, facts: Facts) -> None:
        """Presses a box, or its label where the box itself is hidden or covered."""
        if facts.type == "radio" and facts.chosen:
            raise Refused(f"{called(target)} is chosen already.")
        label = await self._related(watched.element, "label.js")
        spot = await self._reach(watched.element, 0.0)
        if spot["state"] == "free" or label is None:
            await self._press(target, watched.element)
        else:
            await self._press(target, label)

    async def _type(self, target: Target, element: ElementHandle, text: str) -> None:
        await self._press(target, element)
        if not await self._ask(element, "focused.js"):
            await self._in_time(element.focus())
            if not await self._ask(element, "focused.js"):
                raise Refused(f"{called(target)} cannot be typed into.")
        keyboard = self._page.keyboard
        await self._in_time(keyboard.press("ControlOrMeta+A"))
        if not text:
            await self._in_time(keyboard.press("Delete"))
            return
        if len(text) > TYPED_BY_KEY:
            await self._in_time(keyboard.insert_text(text[:-1]))
            text = text[-1]
        await self._in_time(keyboard.type(text))

    async def _fill(self, target: Target, element: ElementHandle, facts: Facts, text: str) -> None:
        if not await self._ask(element, "accepts.js", text):
            raise Refused(f"{called(target)} takes {FORMATS[facts.type]}, not {quoted(text)}.")
        try:
            await element.fill(text, timeout=self._deadlines.reach * 1000)
        except PlaywrightTimeout:
            raise Refused(f"{called(target)} cannot be filled in at the moment.") from None

    async def _press(self, target: Target, element: ElementHandle) -> None:
        """Presses the mouse on a free point of the element, once there is one."""
        spot = await self._reach(element, self._deadlines.reach)
        if spot["state"] != "free":
            raise _out_of_reach(target, spot)
        if self.quick and await self._in_time(element.owner_frame()) == self._page.main_frame:
            self.pressed = True
            await self._in_time(self._page.mouse.click(spot["client_x"], spot["client_y"]))
            return
        point: Any = {"x": spot["x"], "y": spot["y"]}  # Playwright does not export the type that it wants
        picture = await self._related(element, "picture.js") if spot["on_picture"] else None
        try:
            await (picture or element).click(
                position=point,
                timeout=self._deadlines.reach * 1000,
                no_wait_after=True,
                force=picture is not None,  # what is hit is the area, which Playwright takes for a cover
            )
        except PlaywrightTimeout:
            await self._press_at_once(target, element)

    async def _press_at_once(self, target: Target, element: ElementHandle) -> None:
        """Presses an element that never stands still where it is at this moment.

        A page that hangs on the first press does not answer here, so that nothing is pressed twice. A frame
        cannot see what the page around it lays over it: nothing is pressed there.
        """
        spot = await self._reach(element, 0.0)
        frame = await self._in_time(element.owner_frame())
        if spot["state"] != "free" or frame != self._page.main_frame:
            raise _out_of_reach(target, spot)
        await self._in_time(self._page.mouse.click(spot["client_x"], spot["client_y"]))

    async def _reach(self, element: ElementHandle, seconds: float) -> dict[str, Any]:
        spot: dict[str, Any] = await bounded(
            element.evaluate(script("reach.js"), seconds * 1000), seconds + self._deadlines.hang
        )
        return spot

    async def _related(self, element: ElementHandle, name: str) -> ElementHandle | None:
        found = await self._in_time(element.evaluate_handle(script(name)))
        return found.as_element()

    async def _ask(self, element: ElementHandle, name: str, argument: str | None = None) -> bool:
        return bool(await self._in_time(element.evaluate(script(name), argument)))

    async def _in_time(self, awaitable: Awaitable[Value]) -> Value:
        return await bounded(awaitable, self._deadlines.hang)


def _out_of_reach(target: Target, spot: dict[str, Any]) -> Refused:
    name = called(target)
    if spot["state"] == "gone":
        return Gone(gone(target))
    if spot["state"] == "covered":
        return Refused(f"{name} is covered by {quoted(spot['by'])}: deal with that first.")
    return Refused(f"{name} cannot be reached with the mouse at the moment.")
