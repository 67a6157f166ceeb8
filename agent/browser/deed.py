"""One action from its beginning to its outcome: the page before, the hand, the page after, the words."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import ElementHandle, Frame
from playwright.async_api import Error as PlaywrightError

from agent.actions import Click, TypeAndSubmit
from agent.browser import wording
from agent.browser.acting import Gone, Hand, Refused, Watched
from agent.browser.pages import Pages
from agent.browser.script import bounded
from agent.browser.settings import Deadlines
from agent.browser.settling import Rest, ensure_answering
from agent.browser.watching import PageWatch
from agent.browser.wording import Facts, Look
from agent.session import Outcome
from simplify import Target, TargetKind

READABLE = frozenset({"text/html", "application/xhtml+xml"})
ERROR_PAGE = "chrome-error:"
"""Scheme of what Chromium shows in place of a page that could not be loaded."""


@dataclass(slots=True)
class Deed:
    """An action under way.

    Attributes:
        action: what is done.
        target: with what.
        pages: the window that it is done in.
        watch: the page in front when it began.
        frame: the frame that the element stands in.
        watched: the element.
        facts: what the element was like before.
        before: what could be read on the page, and in the frame where that is another one.
        earlier: what happened by itself before the action and was not told yet.
        find: finds the element again on a page that rendered it anew.
    """

    action: Click | TypeAndSubmit
    target: Target
    pages: Pages
    deadlines: Deadlines
    watch: PageWatch
    frame: Frame
    watched: Watched
    facts: Facts
    before: list[Look | None]
    earlier: list[str]
    find: Callable[[], Awaitable[ElementHandle | None]]
    cut_short: bool = False

    @classmethod
    async def begin(
        cls,
        action: Click | TypeAndSubmit,
        target: Target,
        element: ElementHandle,
        pages: Pages,
        deadlines: Deadlines,
        find: Callable[[], Awaitable[ElementHandle | None]],
    ) -> "Deed":
        """Looks at the page and the element before anything is done.

        Raises:
            TimeoutError: the page hangs.
            playwright.async_api.Error: the element's document is gone.
        """
        watch = pages.begin()
        frame = await bounded(element.owner_frame(), deadlines.hang) or watch.page.main_frame
        watched = await Watched.begin(element, deadlines)
        facts = await watched.facts()
        before = [await pages.look(one) for one in _frames(watch, frame)]
        earlier = pages.journal.take()
        return cls(action, target, pages, deadlines, watch, frame, watched, facts, before, earlier, find)

    async def do(self) -> Outcome:
        """Does it, waits until its consequences are over, and says what came of it.

        Raises:
            BrowserFault: the page hangs for good, or the shop cannot be reached any more.
            playwright.async_api.Error: the page crashed.
        """
        try:
            await self._use_hand()
        except Refused as refused:
            await self.watched.end()
            return self._outcome([str(refused)], accepted=False)
        rest = await self.pages.rest(self.watch)
        last = await self.watched.end()
        front = self.pages.front()
        accepted, parts = await self._told(front, last, rest)
        return self._outcome(parts, accepted=accepted)

    def _outcome(self, parts: list[str], *, accepted: bool) -> Outcome:
        told = [*self.earlier, *parts, *self.pages.journal.take()]
        return Outcome(accepted=accepted, message=" ".join(told), url=self.pages.url)

    async def _use_hand(self) -> None:
        """Acts; an element that is replaced before it is touched is found again, while there is time."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self.deadlines.reach
        hand = Hand(self.watch.page, self.deadlines)
        while True:
            try:
                await self._act(hand)
            except Gone:
                if clock() > ends or not await self._found_again():
                    raise
                hand.quick = True
            else:
                return

    async def _act(self, hand: Hand) -> None:
        hand.pressed = False
        try:
            if isinstance(self.action, Click):
                await hand.click(self.target, self.watched, self.facts)
            else:
                await hand.type_and_submit(self.target, self.watched, self.facts, self.action.text)
        except TimeoutError:
            await ensure_answering(self.watch, self.deadlines)  # the page hangs on what was just done to it
            return
        except PlaywrightError:
            if self.watch.crashed:
                raise
            self.cut_short = not await self._slipped_away(gone=True)
            if self.cut_short:  # the element or its page went away under the hand
                return
            raise Gone(wording.gone(self.target)) from None
        if hand.pressed and await self._slipped_away(gone=False):
            raise Gone(wording.gone(self.target))

    async def _slipped_away(self, *, gone: bool) -> bool:
        """Whether the mouse never came down on the element; where `gone`, because it was replaced before."""
        if self.watch.navigation is not None:
            return False
        try:
            facts = await self.watched.facts()
        except (PlaywrightError, TimeoutError):
            return False
        return not facts.touched and not (gone and facts.connected)

    async def _found_again(self) -> bool:
        await self.watched.end()
        element = await self.find()
        if element is None:
            return False
        self.watched = await Watched.begin(element, self.deadlines)
        self.facts = await self.watched.facts()
        await self.watched.guard()
        return True

    async def _told(self, front: PageWatch, last: Facts | None, rest: Rest) -> tuple[bool, list[str]]:
        """Whether it was done, and what came of it."""
        if rest is Rest.UNANSWERED:
            self.pages.failed("no answer")
            return False, [f"The shop did not answer within {self.deadlines.response:g} seconds."]
        if front is not self.watch:
            return True, [await self._other_window(front)]
        looks = [await self.pages.look(one) for one in _frames(self.watch, self.frame)]
        before, after = self.before[0], looks[0]
        if after is None or before is None:
            return True, ["The page is changing."]
        if before.document != after.document:
            return await self._new_document(front, before, after)
        return self._same_document(looks, last)

    async def _other_window(self, front: PageWatch) -> str:
        look = await self.pages.look(front.page.main_frame)
        title = wording.quoted(look.title if look else front.page.url)
        if self.watch.alive:
            return f"A new window opened: the page {title}."
        return f"The window closed; the page {title} is in front again."

    async def _new_document(self, front: PageWatch, before: Look, after: Look) -> tuple[bool, list[str]]:
        failure = (front.failure or "no answer") if after.url.startswith(ERROR_PAGE) else None
        if failure is None and after.content_type in READABLE:
            self.pages.arrived()
            return True, [wording.opened(before, after, front.status)]
        if failure:
            self.pages.failed(failure)
        await self.pages.leave(front)
        what = (
            f"a page that did not load ({failure})" if failure else f"a file ({after.content_type}), no page"
        )
        return False, [f"That led to {what}; the browser went back."]

    def _same_document(self, looks: list[Look | None], last: Facts | None) -> tuple[bool, list[str]]:
        changes = [
            wording.changed(old, new) for old, new in zip(self.before, looks, strict=False) if old and new
        ]
        change = next((text for text in changes if text), None)
        journal = self.pages.journal
        if change is None and journal.away:
            return False, [wording.left_site(journal.away.pop(0))]
        if change is None and self.cut_short:
            return False, [wording.gone(self.target)]
        parts = [self._state(last), change]
        if last is not None and last.complaint is not None:
            parts.append(wording.complaint(last.complaint))
        told = [part for part in parts if part]
        if not told and not journal.told and not journal.downloads:
            told = [self._nothing()]
        return True, told

    def _state(self, last: Facts | None) -> str | None:
        if last is None:
            return None
        if isinstance(self.action, TypeAndSubmit):
            return wording.field(last)
        return wording.state(self.target, self.facts, last)

    def _nothing(self) -> str:
        hint = " To write into it, use type_and_submit." if self.target.kind is TargetKind.TEXT else ""
        return f"Nothing on the page changed.{hint}"


def _frames(watch: PageWatch, frame: Frame) -> list[Frame]:
    main = watch.page.main_frame
    return [main] if frame == main else [main, frame]
