"""The pages of one shopper's window: which is in front, which open and close, when they are at rest."""

import asyncio

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from agent.browser.guard import Guard, Stopped, Why
from agent.browser.openings import Openings
from agent.browser.script import bounded
from agent.browser.settings import Deadlines
from agent.browser.settling import Rest, Sight, settle
from agent.browser.watching import Journal, PageWatch
from agent.browser.wording import Look
from agent.errors import BrowserFault
from simplify.capture import ask

ERROR_PAGE = "chrome-error:"
"""Scheme of what Chromium shows in place of a page that could not be loaded."""

MOST_PAGES = 4
"""Pages that are kept open: the one in front and those below it."""


class Pages:
    """A pile of pages. What opens comes to the front; when it closes, the page below is in front again.

    Attributes:
        journal: what happened on them that is not told yet.
    """

    def __init__(self, guard: Guard, openings: Openings, deadlines: Deadlines) -> None:
        self.journal = Journal()
        self._guard = guard
        self._openings = openings
        self._deadlines = deadlines
        self._pile: list[PageWatch] = []
        self._arriving: set[asyncio.Task[None]] = set()
        self._arrival = asyncio.Event()
        self._failures = 0

    @property
    def url(self) -> str:
        """Address of the page in front; empty before there is one."""
        return self._pile[-1].page.url if self._pile else ""

    def front(self) -> PageWatch:
        """The page in front.

        Raises:
            BrowserFault: it crashed, or there is none any more.
        """
        self._pile = [watch for watch in self._pile if watch.crashed or watch.alive]
        if not self._pile:
            raise BrowserFault("The browser window was closed.")
        if self._pile[-1].crashed:
            raise BrowserFault(f"The page {self.url} crashed.")
        return self._pile[-1]

    async def first(self, page: Page) -> PageWatch:
        """Begins with the window's own page.

        Raises:
            BrowserFault: it does not answer.
            playwright.async_api.Error: it was closed or has crashed.
        """
        try:
            watch = await bounded(self._follow(page), self._deadlines.start)
        except TimeoutError as error:  # its process was killed while it began
            raise BrowserFault("The browser's window does not answer.") from error
        self._pile.append(watch)
        page.context.on("page", self._on_page)
        return watch

    def begin(self) -> PageWatch:
        """An action begins on the page in front: from here on, what happens is its doing."""
        watch = self.front()
        watch.begin()
        self._arrival.clear()
        return watch

    async def rest(self, watch: PageWatch, sight: Sight) -> Rest:
        """Waits until what the action set off is over: on its page, and on one that it opened.

        Args:
            watch: over the page that was acted on.
            sight: filled with what is seen of that page then.

        Raises:
            BrowserFault: the page hangs.
            playwright.async_api.Error: the page crashed.
        """
        try:
            rest = await settle(watch, self._deadlines, sight)
        except PlaywrightError:
            if watch.crashed:
                raise
            rest = await settle(self.front(), self._deadlines)  # the page closed itself
        if watch.opening:
            await self._opened()
        front = self.front()
        if front is watch:
            return rest
        rest = await settle(front, self._deadlines)
        if front.kept and front.page.url == "about:blank":
            await front.page.close()  # it would have led away, and is empty
        return rest

    async def look(self, watch: PageWatch) -> Look | None:
        """What can be read on a page; None where its document just went away, or does not answer."""
        for _ in range(2):  # the first call after a navigation may be made of the document before
            try:
                return Look.of(await bounded(ask(watch.page, "look"), self._deadlines.hang))
            except TimeoutError:
                return None
            except PlaywrightError:
                continue
        return None

    def arrived(self) -> None:
        """A page of the shop came: it can be reached."""
        self._failures = 0

    def failed(self, failure: str) -> None:
        """A page of the shop did not come.

        Args:
            failure: the browser's code for it.

        Raises:
            BrowserFault: it is the second one in a row.
        """
        self._failures += 1
        if self._failures > 1:
            raise BrowserFault(f"The shop cannot be reached any more ({failure}).")

    async def back(self, watch: PageWatch) -> str | None:
        """Goes back to the page before; closes a window of its own that has none.

        Returns:
            None where that was done; otherwise why not, in words.

        Raises:
            BrowserFault: the page hangs, or the shop cannot be reached any more.
            TimeoutError: the page hangs.
            playwright.async_api.Error: the page crashed.
        """
        if not await watch.has_page_before(self._deadlines.hang):
            if len(self._pile) == 1:
                return "There is no page to go back to."
            await watch.page.close()
            return None
        try:
            await watch.page.go_back(wait_until="commit", timeout=self._deadlines.response * 1000)
        except PlaywrightTimeout:
            await watch.stop_loading()
            self.failed("no answer")
            return "The page before did not come."
        except PlaywrightError:
            if not watch.alive:
                raise
            return await self._not_back(watch)
        self.arrived()
        await settle(watch, self._deadlines)
        return None

    async def _not_back(self, watch: PageWatch) -> str:
        """Why the page before did not come; the page that was in front is there again, or another."""
        await settle(watch, self._deadlines)
        if not watch.page.url.startswith(ERROR_PAGE):
            return "The page changed just now."
        failure = watch.failure or "no answer"
        self.failed(failure)
        try:
            await watch.page.go_forward(wait_until="commit", timeout=self._deadlines.response * 1000)
        except PlaywrightError as error:
            raise BrowserFault(f"The shop cannot be reached any more ({failure}).") from error
        await settle(watch, self._deadlines)
        return f"The page before did not load ({failure})."

    async def leave(self, watch: PageWatch) -> None:
        """Goes back from a page that is none; closes it where it has a window of its own.

        Raises:
            BrowserFault: the page before does not come either.
        """
        failed = watch.page.url
        try:
            await watch.page.go_back(wait_until="commit", timeout=self._deadlines.response * 1000)
        except PlaywrightError as error:
            raise BrowserFault(
                f"The shop cannot be reached any more ({watch.failure or 'no answer'})."
            ) from error
        if watch.page.url != failed:
            await settle(watch, self._deadlines)
        elif len(self._pile) > 1:
            await watch.page.close()
        else:
            raise BrowserFault(
                f"The shop cannot be reached any more ({watch.failure or 'no page to go back to'})."
            )

    async def _follow(self, page: Page) -> PageWatch:
        watch = await PageWatch.follow(page, self._guard, self.journal)
        self._openings.watched(watch, self._guard, self.journal)
        return watch

    async def _opened(self) -> None:
        try:
            async with asyncio.timeout(self._deadlines.change):
                await self._arrival.wait()
        except TimeoutError:
            return  # the browser did not let it open
        if self._arriving:
            await asyncio.wait(set(self._arriving), timeout=self._deadlines.response + self._deadlines.load)

    def _on_page(self, page: Page) -> None:
        self._arrival.set()
        task = asyncio.get_running_loop().create_task(self._arrive(page))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)

    async def _arrive(self, page: Page) -> None:
        """Takes a new page to the front if it is the shop's; closes it otherwise."""
        try:
            watch = await self._follow(page)
            await self._first_document(watch)
            if not self._guard.site.holds(page.url):
                if len(self.journal.stopped) == 0:
                    self.journal.stop(Stopped(page.url, Why.AWAY))
                await page.close()
            elif page.url == "about:blank" and (watch.kept or self._openings.has_kept(watch)):
                await page.close()  # it was kept from leading away, and is empty
            else:
                await self._bring_to_front(watch)
        except PlaywrightError:
            return  # it closed itself again

    async def _first_document(self, watch: PageWatch) -> None:
        await watch.until(lambda: watch.navigation is None, self._deadlines.response)
        page = watch.page
        try:
            await page.wait_for_load_state("domcontentloaded", timeout=self._deadlines.load * 1000)
            # A page that its opener writes, and never says that it is written, was ready before that.
            ready = await bounded(page.evaluate("document.readyState"), self._deadlines.hang)
        except (PlaywrightTimeout, TimeoutError):
            ready = "loading"
        except PlaywrightError:
            if not watch.alive:
                raise
            return  # it leads on just now, and what comes is watched from its beginning
        if ready == "loading":
            watch.still_reads()  # what has come of it can be read

    async def _bring_to_front(self, watch: PageWatch) -> None:
        self._pile.append(watch)
        if len(self._pile) > MOST_PAGES:
            await self._pile.pop(0).page.close()
