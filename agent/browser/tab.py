"""The shopper's window: looking at the page in front, and acting on it."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from agent.actions import Action, Back, Click, OnTarget, Scroll, Select, Terminate
from agent.bot_check import bot_check_on
from agent.browser import wording
from agent.browser.account import Account
from agent.browser.acting import Refused
from agent.browser.deed import READABLE, Deed
from agent.browser.drawn import drawn_boxes
from agent.browser.grip import Grip
from agent.browser.guard import Guard
from agent.browser.openings import Openings
from agent.browser.pages import Pages
from agent.browser.painting import painted
from agent.browser.script import abandon, bounded
from agent.browser.scrolling import scroll
from agent.browser.settings import BrowserSettings
from agent.browser.settling import ensure_answering, settle
from agent.browser.starting import no_page, open_start_page
from agent.browser.watching import PageWatch
from agent.browser.wording import called
from agent.errors import BrowserFault, SiteClosed
from agent.order_button import places_order
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation, Target, TargetKind, simplify
from simplify.capture import Capture, ask, capture

BOXES = frozenset({TargetKind.CHECKBOX, TargetKind.RADIO})
SHOWN_SECRET = re.compile(
    r"<[^<>]* type='(?!password)[^<>]* value='•[^<>]* data-ref='([^']*):(\d+)'[^<>]* data-secret='"
)
"""A field, in the markup of a capture, that shows what was typed into it, and nobody is to know."""

MOST_TRIES = 3
"""A page that navigates while it is read is read again."""


class Tab:
    """One shopper's window on one shop, with cookies and a history of its own.

    A new window that the shop opens comes to the front, as the eye follows it; when it closes, the page below
    is in front again. The window stays on the shop's site.
    """

    def __init__(
        self,
        page: Page,
        settings: BrowserSettings,
        guard: Guard,
        openings: Openings,
        *,
        touches: bool = False,
    ) -> None:
        self._page = page
        self._settings = settings
        self._deadlines = settings.deadlines
        self._guard = guard
        self._touches = touches
        self._account = Account(guard.terms.login, guard.site)
        self._pages = Pages(guard, openings, settings.deadlines)
        self._capture: Capture | None = None
        self._captured: PageWatch | None = None  # whose page that is
        self._observation: Observation | None = None
        self._acted_on: Capture | None = None  # what the observation under action was made of

    @property
    def url(self) -> str:
        """Address of the page in front."""
        return self._pages.url

    @property
    def title(self) -> str:
        """Title of the page that was looked at last; empty before the first look."""
        return self._observation.title if self._observation else ""

    async def open(self, url: str) -> None:
        """Opens the start page.

        Raises:
            SiteClosed: it cannot be visited.
            BrowserFault: the browser failed.
        """
        with self._faults():
            await self._guard.begin(url)
            watch = await self._pages.first(self._page)
            await self._wait_for_turn(url)
            await open_start_page(watch, url, self._deadlines, self._pages.journal)
            look = await self._pages.look(watch)
            if look is not None and look.content_type not in READABLE:
                raise SiteClosed(no_page(url, look.content_type))

    async def observe(self) -> PageView:
        """Looks at the page once it has come to rest.

        Raises:
            BrowserFault: the browser or the page crashed, was closed, or does not answer any more.
        """
        with self._faults():
            tries = MOST_TRIES
            while True:
                tries -= 1
                watch = self._pages.front()
                try:
                    view = await self._view(watch)
                except (PlaywrightError, TimeoutError):
                    if tries == 0 or watch.crashed:
                        raise
                else:
                    if tries == 0 or watch.navigation is None:
                        return view

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        """Does the action on the page that the observation was made of.

        Args:
            action: what to do.
            observation: the one that the action's name stands in.

        Returns:
            What came of it. An action that cannot be done is an outcome, too.

        Raises:
            BrowserFault: the browser or the page crashed, was closed, or does not answer any more.
        """
        if isinstance(action, Terminate):
            return self._outcome("The shopper closed the window.", accepted=True)
        await self._wait_for_turn(self.url)
        match action:
            case Back():
                return await self.go_back()
            case Scroll():
                return await self._scroll(action)
            case _:
                return await self._perform_on_target(action, observation)

    async def go_back(self) -> Outcome:
        """Goes back to the page before, as the browser's own button does.

        Returns:
            What came of it; not accepted where there is no page to go back to, or it does not come.

        Raises:
            BrowserFault: the browser or the page crashed, was closed, or does not answer any more.
        """
        with self._faults():
            try:
                why_not = await self._pages.back(self._pages.begin())
            except TimeoutError:
                await ensure_answering(self._pages.front(), self._deadlines)
                why_not = "The page did not answer."
            if why_not is not None:
                told = [why_not, *self._pages.journal.take()]
                return self._outcome(" ".join(told), accepted=False)
            look = await self._pages.look(self._pages.front())
            told = [wording.went_back(look.title if look else self.url), *self._pages.journal.take()]
            return self._outcome(" ".join(told), accepted=True)

    async def _perform_on_target(self, action: OnTarget, observation: Observation) -> Outcome:
        target = observation.targets.get(action.name)
        if target is None:
            return self._outcome(wording.unknown(action.name, observation.targets), accepted=False)
        with self._faults():
            try:
                return self._checked(await self._do(action, target, observation))
            except Held as held:
                return self._outcome(str(held), accepted=False, held="order")
            except Refused as refused:
                return self._outcome(str(refused), accepted=False)
            except TimeoutError:
                await ensure_answering(self._pages.front(), self._deadlines)
                return self._outcome(
                    " ".join(["The page did not answer.", *self._pages.journal.take()]), accepted=False
                )
            finally:
                self._guard.pressed_apart = False

    async def _scroll(self, action: Scroll) -> Outcome:
        with self._faults():
            watch = self._pages.begin()
            earlier = self._pages.journal.take()
            try:
                accepted, parts = await scroll(self._pages, watch, action.direction, self._deadlines)
            except TimeoutError:
                await ensure_answering(self._pages.front(), self._deadlines)
                accepted, parts = False, ["The page did not answer."]
            except PlaywrightError:
                if self._pages.front().crashed:  # raises where there is no page any more
                    raise
                accepted, parts = False, ["The page changed just now."]
            told = [*earlier, *parts, *self._pages.journal.take()]
            return self._outcome(" ".join(told), accepted=accepted)

    async def _wait_for_turn(self, url: str) -> None:
        """Sites of others are not acted on more often than is polite."""
        site = self._guard.site
        await self._settings.courtesy.turn((site.owner, site.port), await self._guard.pause(url))

    def _checked(self, outcome: Outcome) -> Outcome:
        """An outcome, and whether an order was kept from being sent on the way to it."""
        held = self._pages.journal.take_held_order()
        told = self._account.told(outcome)
        return told.model_copy(update={"accepted": False, "held": "order"}) if held else told

    async def _view(self, watch: PageWatch) -> PageView:
        if watch.busy:
            await settle(watch, self._deadlines)
        captured = await self._capture_of(watch)
        if not captured.answered:
            await ensure_answering(watch, self._deadlines)
            captured = await self._capture_of(watch)
        taking = asyncio.ensure_future(self._screenshot(watch))
        abandon(taking)
        await asyncio.sleep(0)  # the browser takes the picture while the page is simplified here
        self._observation = observation = self._simplified(captured, self._settings.budget)
        picture = await self._without_secrets(watch.page, captured, await taking)
        check = bot_check_on(observation, watch.status, captured.frame_addresses())
        return PageView(observation, self._account.veiled(captured.html), picture, bot_check=check)

    async def _capture_of(self, watch: PageWatch) -> Capture:
        """The page as it is now. The capture before it is let go of, unless it is being acted on."""
        before = self._capture if self._capture is not self._acted_on else None
        here = watch is self._captured
        self._capture = captured = await capture(
            watch.page, deadline=self._deadlines.observe, instead_of=before if here else None
        )
        self._captured = watch
        if before is not None and not here:
            await bounded(before.dispose(), self._deadlines.hang)
        return captured

    def _simplified(self, captured: Capture, budget: int | None) -> Observation:
        return simplify(
            self._account.veiled(captured.html),
            url=self._account.veiled_text(captured.url),
            notes=tuple(map(self._account.veiled_text, captured.notes)),
            budget=budget,
            count_tokens=self._settings.count_tokens,
        )

    async def _picture(self, watch: PageWatch, captured: Capture) -> bytes | None:
        """A picture of the window between two looks, for a recording."""
        return await self._without_secrets(watch.page, captured, await self._screenshot(watch))

    async def _without_secrets(self, page: Page, captured: Capture, picture: bytes | None) -> bytes | None:
        """The picture with all secrets painted over that can be read; None where it is not known where."""
        if picture is None:
            return picture
        try:
            boxes = await bounded(self._secret_boxes(page, captured), self._deadlines.hang)
            if not boxes:
                return None if boxes is None else picture
            # On a phone, a page that is not made for one is laid out wider than the window is.
            width = await bounded(ask(page, "width"), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return None  # its document is gone, or does not answer
        return await asyncio.to_thread(painted, picture, boxes, width)

    async def _secret_boxes(self, page: Page, captured: Capture) -> list[list[float]] | None:
        """Where secrets can be read, a frame of another process as a whole; None where that is not known."""
        account = self._account
        fields = [int(number) for path, number in SHOWN_SECRET.findall(captured.html) if not path]
        frames = [
            number
            for number, markup in captured.apart().items()
            if SHOWN_SECRET.search(markup) or account.is_readable(markup)
        ]
        boxes = await ask(page, "placesOf", captured.key, fields, frames) if fields or frames else []
        if None in boxes:
            return None  # it went away just now, and may stand in the picture
        boxes += await drawn_boxes(page, account.shown) if account.shown else []
        return None if not boxes and account.is_readable(captured.html) else boxes

    async def _screenshot(self, watch: PageWatch) -> bytes | None:
        return await watch.picture(self._deadlines.screenshot) if self._settings.screenshots else None

    async def _do(self, action: OnTarget, target: Target, observation: Observation) -> Outcome:
        known = self._capture if observation is self._observation else None
        self._acted_on = known

        async def find() -> Grip | None:
            again = await self._find(action, target, observation, strict=True)
            if again is not None:
                await self._account.ensure_at_home(action, again, self.url)
            return again

        try:
            grip = None
            if known is not None and self._captured is self._pages.front():
                self._ensure_allowed(action, target, observation, known)
                grip = await Grip.take(known, target, self._deadlines, aim=_aim(action, target), fresh=True)
            if grip is None:
                grip = await self._find(action, target, observation, strict=False)
            if grip is None:
                raise Refused(f"{called(target)} is not on the page any more.")
            await self._account.ensure_at_home(action, grip, self.url)
            deed = await Deed.begin(
                self._account.filled_in(action),
                target,
                grip,
                self._pages,
                self._deadlines,
                find,
                picture=partial(self._picture, self._pages.front(), grip.capture),
                mark=self._account.mark_in(action),
                touches=self._touches,
            )
            return await deed.do()
        except PlaywrightError:
            if self._pages.front().crashed:  # raises where there is no page any more
                raise
            raise Refused("The page changed just now.") from None
        finally:
            acted_on, self._acted_on = self._acted_on, None
            if acted_on is not None and acted_on is not self._capture:
                await bounded(acted_on.dispose(), self._deadlines.hang)

    async def _find(
        self, action: OnTarget, target: Target, observation: Observation, *, strict: bool
    ) -> Grip | None:
        """What bears the name on the page as it is now: the old element may show another thing by now.

        An element whose name changed is still the one that was meant, unless it took over another's name:
        then the page uses it for something else.
        """
        for _ in range(MOST_TRIES):
            captured = await self._capture_of(self._pages.front())
            again = self._observation = self._simplified(captured, None)
            found = again.targets.get(target.name)
            if found is None or found.kind is not target.kind:
                return await self._renamed(action, target, observation, again, captured)
            self._ensure_allowed(action, found, again, captured)
            aim = _aim(action, target)
            grip = await Grip.take(captured, found, self._deadlines, aim=aim, strict=strict)
            if grip is not None:
                return grip
        return None

    async def _renamed(
        self,
        action: OnTarget,
        target: Target,
        observation: Observation,
        again: Observation,
        captured: Capture,
    ) -> Grip | None:
        if self._acted_on is None:
            return None
        ref = await bounded(captured.ref_of(target, self._acted_on), self._deadlines.hang)
        now = next((each for each in again.targets.values() if each.ref == ref), None) if ref else None
        if now is not None and now.name in observation.targets:
            return None
        if now is not None:
            self._ensure_allowed(action, now, again, captured)
        else:
            self._ensure_allowed(action, target, observation, self._acted_on)
        return await Grip.take(self._acted_on, target, self._deadlines, aim=_aim(action, target))

    def _ensure_allowed(
        self, action: OnTarget, target: Target, observation: Observation, captured: Capture
    ) -> None:
        """Makes sure that an action does on this very page what it may do.

        Raises:
            Refused: the target stands in a frame of another site, or is no field for what is to be typed.
            Held: the action would place an order.
        """
        apart = captured.frames_around(target)
        self._guard.pressed_apart = bool(apart)
        foreign = next((url for url in apart if not self._guard.site.wrote(url)), None)
        if foreign is not None:
            raise Refused(wording.in_foreign_frame(target, foreign))
        self._account.ensure_belongs(action, target, captured.html, self.url)
        if self._guard.terms.may_buy:
            return
        as_it_stands = action.model_copy(update={"name": target.name})
        reason = places_order(as_it_stands, observation, captured.html)
        if reason is not None:
            raise Held(f"This would place the order ({reason}), and was not done.")

    def _outcome(self, message: str, *, accepted: bool, held: Literal["order"] | None = None) -> Outcome:
        return self._account.told(Outcome(accepted=accepted, message=message, url=self.url, held=held))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Errors that nothing inside could deal with end here."""
        try:
            yield
        except PlaywrightError as error:
            self._pages.front()  # says it better where the page is gone
            raise BrowserFault(f"The browser failed: {error.message.partition(chr(10))[0]}") from error
        except TimeoutError as error:
            raise BrowserFault(f"The page {self.url} does not answer any more.") from error


class Held(Exception):
    """An action that may not be done; the text says why."""


def _aim(action: OnTarget, target: Target) -> str:
    """What is to be done with an element (`Grip.aim`)."""
    return "tick" if isinstance(action, Click | Select) and target.kind in BOXES else "press"
