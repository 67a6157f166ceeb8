"""One action from its beginning to its outcome: the page before, the hand, the page after, the words."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError

from agent.actions import Click, Hover, OnTarget, Select, Type, TypeAndSubmit
from agent.browser import wording
from agent.browser.acting import Gone, Hand, Refused
from agent.browser.grip import Grip
from agent.browser.pages import ERROR_PAGE, Pages
from agent.browser.settings import Deadlines
from agent.browser.settling import Rest, Sight, ensure_answering
from agent.browser.watching import PageWatch
from agent.browser.wording import Facts, Look
from agent.session import Outcome, Touch
from simplify import Target, TargetKind

READABLE = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(slots=True)
class Deed:
    """An action under way.

    Attributes:
        action: what is done.
        target: with what.
        pages: the window that it is done in.
        grip: the element in hand.
        watch: the page in front when it began.
        earlier: what happened by itself before the action and was not told yet.
        find: finds the element again on a page that rendered it anew.
        before: what could be read on the page, and in the frame of the element where it stands in one.
        mark: what the action's text stands for, where nobody is to read it.
        touches: whether it is done with a finger on a touch screen.
        cut_short: whether the page went away under the hand.
        touch: where in the window it was done.
    """

    action: OnTarget
    target: Target
    pages: Pages
    deadlines: Deadlines
    grip: Grip
    watch: PageWatch
    earlier: list[str]
    find: Callable[[], Awaitable[Grip | None]]
    before: list[Look | None]
    picture: Callable[[], Awaitable[bytes | None]] | None
    mark: str | None = None
    touches: bool = False
    cut_short: bool = False
    touch: Touch | None = None

    @classmethod
    async def begin(
        cls,
        action: OnTarget,
        target: Target,
        grip: Grip,
        pages: Pages,
        deadlines: Deadlines,
        find: Callable[[], Awaitable[Grip | None]],
        *,
        picture: Callable[[], Awaitable[bytes | None]] | None,
        mark: str | None,
        touches: bool,
    ) -> "Deed":
        """An action begins on an element that was just taken in hand.

        Args:
            action: see above.
            target: likewise.
            grip: likewise.
            pages: likewise.
            deadlines: of the page's answers.
            find: see above.
            picture: takes one where the page has to be scrolled to the element; None where none is wanted.
            mark: see above.
            touches: likewise.
        """
        watch = pages.begin()
        before = grip.looks if grip.place else [await pages.look(watch), *grip.looks]
        earlier = pages.journal.take()
        return cls(
            action, target, pages, deadlines, grip, watch, earlier, find, before, picture, mark, touches
        )

    async def do(self) -> Outcome:
        """Does it, waits until its consequences are over, and says what came of it.

        Raises:
            BrowserFault: the page hangs for good, or the shop cannot be reached any more.
            playwright.async_api.Error: the page crashed.
        """
        try:
            rest, sight = await self._until_done()
        except Refused as refused:
            return self._outcome([str(refused)], accepted=False)
        accepted, parts = await self._told(self.pages.front(), rest, sight)
        return self._outcome(parts, accepted=accepted)

    def _outcome(self, parts: list[str], *, accepted: bool) -> Outcome:
        told = [*self.earlier, *parts, *self.pages.journal.take()]
        return Outcome(accepted=accepted, message=" ".join(told), url=self.pages.url, touch=self.touch)

    async def _until_done(self) -> tuple[Rest, Sight]:
        """Acts and waits. An element that went away before it was touched is found again, for a while."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self.deadlines.reach
        while True:
            sight = Sight(self.grip.place)
            slipped = await self._act()
            if not slipped:
                rest = await self.pages.rest(self.watch, sight)
                if sight.facts is None or not sight.facts.missed:
                    return rest, sight
            if clock() > ends or not await self._found_again():
                raise Refused(wording.gone(self.target))

    async def _act(self) -> bool:
        """Acts; returns whether the element is known to have slipped away under the hand."""
        hand = Hand(self.watch.page, self.deadlines, self.picture, touches=self.touches)
        try:
            match self.action:
                case Click():
                    await hand.click(self.target, self.grip)
                case Select():
                    await hand.select(self.target, self.grip)
                case Hover():
                    await hand.hover(self.target, self.grip)
                case TypeAndSubmit(text=text) | Type(text=text):
                    submit = isinstance(self.action, TypeAndSubmit)
                    if self.mark is None:
                        await hand.type(self.target, self.grip, text, submit=submit)
                    else:
                        await hand.type_secret(self.target, self.grip, text, self.mark, submit=submit)
            return self.grip.strict and await self._slipped_away()
        except Gone:
            return True
        except TimeoutError:
            await ensure_answering(self.watch, self.deadlines)  # the page hangs on what was just done to it
        except PlaywrightError:
            if self.watch.crashed:
                raise
            self.cut_short = True
        finally:
            self.touch = hand.touch
        return False

    async def _slipped_away(self) -> bool:
        """Whether the mouse came down on another thing, so that nothing was done."""
        if self.watch.navigation is not None:
            return False
        try:
            facts = await self.grip.ask("report")
        except (PlaywrightError, TimeoutError):
            return False
        return facts is not None and bool(facts["missed"])

    async def _found_again(self) -> bool:
        grip = await self.find()
        if grip is None:
            return False
        self.grip = grip
        return True

    async def _told(self, front: PageWatch, rest: Rest, sight: Sight) -> tuple[bool, list[str]]:
        """Whether it was done, and what came of it."""
        if rest is Rest.UNANSWERED:
            self.pages.failed("no answer")
            return False, [f"The shop did not answer within {self.deadlines.response:g} seconds."]
        if front is not self.watch:
            return True, [await self._other_window(front)]
        last, looks = await self.grip.at_last(sight)
        if looks[0] is None:
            looks[0] = await self.pages.look(self.watch)
        before, after = self.before[0], looks[0]
        if after is None or before is None:
            return True, ["The page is changing."]
        if before.document != after.document:
            return await self._new_document(front, before, after)
        return self._same_document(looks, last)

    async def _other_window(self, front: PageWatch) -> str:
        look = await self.pages.look(front)
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
        change = wording.first_change(self.before, looks)
        journal = self.pages.journal
        if change is None and journal.stopped:
            return False, [wording.not_followed(journal.stopped.pop(0))]
        if change is None and self.cut_short:
            return False, [wording.gone(self.target)]
        state = wording.of_element(self.action, self.target, self.grip.facts, last)
        told = wording.in_place(state, change, last) or wording.refilled(self.before, looks)
        if not told and not journal.told and not journal.downloads:
            told = [self._nothing()]
        return True, told

    def _nothing(self) -> str:
        hint = " To write into it, use type_and_submit." if self.target.kind is TargetKind.TEXT else ""
        return f"Nothing on the page changed.{hint}"
