"""The shopper's window: looking at the page in front, and acting on it."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from agent.actions import Action, Click, Terminate, Type, TypeAndSubmit
from agent.browser import wording
from agent.browser.acting import Refused
from agent.browser.deed import READABLE, Deed
from agent.browser.grip import Grip
from agent.browser.pages import Pages
from agent.browser.painting import painted
from agent.browser.script import abandon, bounded
from agent.browser.settings import BrowserSettings
from agent.browser.settling import ensure_answering, settle
from agent.browser.site import Site
from agent.browser.starting import no_page, open_start_page
from agent.browser.watching import PageWatch
from agent.browser.wording import called
from agent.errors import BrowserFault, SiteClosed
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation, Target, TargetKind, simplify
from simplify.capture import Capture, capture

BOXES = frozenset({TargetKind.CHECKBOX, TargetKind.RADIO})
SHOWN_SECRET = re.compile(
    r"<[^<>]* type='(?!password)[^<>]* value='•[^<>]* data-ref='([^']+)'[^<>]* data-secret='"
)
"""A field, in the markup of a capture, that shows what was typed into it, and nobody is to know."""

MOST_TRIES = 3
"""A page that navigates while it is read is read again."""


class Tab:
    """One shopper's window on one shop, with cookies and a history of its own.

    A new window that the shop opens comes to the front, as the eye follows it; when it closes, the page below
    is in front again. The window stays on the shop's site.
    """

    def __init__(self, page: Page, settings: BrowserSettings, site: Site) -> None:
        self._page = page
        self._settings = settings
        self._deadlines = settings.deadlines
        self._pages = Pages(site, settings.deadlines)
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
            watch = await self._pages.first(self._page)
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
        target = observation.targets.get(action.name)
        if target is None:
            return self._outcome(wording.unknown(action.name, observation.targets), accepted=False)
        if not target.enabled:
            return self._outcome(wording.disabled(target), accepted=False)
        with self._faults():
            try:
                return await self._do(action, target, observation)
            except Refused as refused:
                return self._outcome(str(refused), accepted=False)
            except TimeoutError:
                await ensure_answering(self._pages.front(), self._deadlines)
                return self._outcome(
                    " ".join(["The page did not answer.", *self._pages.journal.take()]), accepted=False
                )

    async def go_back(self) -> Outcome:
        """Goes back to the page before, as the browser's own button does.

        Returns:
            What came of it; not accepted where there is no page to go back to.

        Raises:
            BrowserFault: the browser or the page crashed, was closed, or does not answer any more.
        """
        with self._faults():
            if not await self._pages.back(self._pages.begin()):
                return self._outcome("There is no page to go back to.", accepted=False)
            look = await self._pages.look(self._pages.front())
            told = [wording.went_back(look.title if look else self.url), *self._pages.journal.take()]
            return self._outcome(" ".join(told), accepted=True)

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
        return PageView(observation, captured.html, await self._without_secrets(captured, await taking))

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
            captured.html,
            url=captured.url,
            notes=captured.notes,
            budget=budget,
            count_tokens=self._settings.count_tokens,
        )

    async def _picture(self, watch: PageWatch, captured: Capture) -> bytes | None:
        """A picture of the window between two looks, for a recording."""
        return await self._without_secrets(captured, await self._screenshot(watch))

    async def _without_secrets(self, captured: Capture, picture: bytes | None) -> bytes | None:
        """The picture with the fields painted over in which a secret can be read."""
        refs = SHOWN_SECRET.findall(captured.html) if picture is not None else []
        if not refs or picture is None:
            return picture
        boxes = [box for ref in refs if (box := await self._box(captured, ref)) is not None]
        window = self._page.viewport_size
        width = window["width"] if window else self._settings.viewport[0]
        return await asyncio.to_thread(painted, picture, boxes, width)

    async def _box(self, captured: Capture, ref: str) -> list[float] | None:
        """Where an element stands in the window: left, top, width and height."""
        target = Target(name="", kind=TargetKind.TEXT, label="", ref=ref)
        try:
            stands = await bounded(captured.ask(target, "place"), self._deadlines.hang)
            if stands is None:
                return None
            left, top, width, height = stands
            middle = (left + width / 2, top + height / 2)
            there = await bounded(captured.in_window(target, *middle), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return None  # its document is gone, and what is shown now is none of it
        return [there[0] - width / 2, there[1] - height / 2, width, height] if there else None

    async def _screenshot(self, watch: PageWatch) -> bytes | None:
        return await watch.picture(self._deadlines.screenshot) if self._settings.screenshots else None

    async def _do(
        self, action: Click | TypeAndSubmit | Type, target: Target, observation: Observation
    ) -> Outcome:
        known = self._capture if observation is self._observation else None
        self._acted_on = known
        aim = "tick" if isinstance(action, Click) and target.kind in BOXES else "press"

        async def find() -> Grip | None:
            return await self._find(target, observation, aim, strict=True)

        try:
            grip = None
            if known is not None and self._captured is self._pages.front():
                grip = await Grip.take(known, target, self._deadlines, aim=aim, fresh=True)
            if grip is None:
                grip = await self._find(target, observation, aim, strict=False)
            if grip is None:
                raise Refused(f"{called(target)} is not on the page any more.")
            deed = await Deed.begin(
                action,
                target,
                grip,
                self._pages,
                self._deadlines,
                find,
                picture=partial(self._picture, self._pages.front(), grip.capture),
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

    async def _find(self, target: Target, observation: Observation, aim: str, *, strict: bool) -> Grip | None:
        """What bears the name on the page as it is now: the old element may show another thing by now.

        An element whose name changed is still the one that was meant, unless it took over another's name:
        then the page uses it for something else.
        """
        for _ in range(MOST_TRIES):
            captured = await self._capture_of(self._pages.front())
            again = self._observation = self._simplified(captured, None)
            found = again.targets.get(target.name)
            if found is None or found.kind is not target.kind:
                return await self._renamed(target, observation, again, captured, aim)
            grip = await Grip.take(captured, found, self._deadlines, aim=aim, strict=strict)
            if grip is not None:
                return grip
        return None

    async def _renamed(
        self, target: Target, observation: Observation, again: Observation, captured: Capture, aim: str
    ) -> Grip | None:
        if self._acted_on is None:
            return None
        ref = await bounded(captured.ref_of(target, self._acted_on), self._deadlines.hang)
        name = next((each.name for each in again.targets.values() if each.ref == ref), None) if ref else None
        if name is not None and name in observation.targets:
            return None
        return await Grip.take(self._acted_on, target, self._deadlines, aim=aim)

    def _outcome(self, message: str, *, accepted: bool) -> Outcome:
        return Outcome(accepted=accepted, message=message, url=self.url)

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
