"""Documents that no watched page asks for itself: where they lead is known before anything is asked for.

A new window's first document is on its way before a page of it is there to be watched, and what another
process shows of a page (a frame of another site, or one that is kept apart by `sandbox`) is never watched at
all. These documents are held in the browser itself, for all windows of all shoppers, and let go, or not, by
what their own site allows.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, CDPSession

from agent.browser.guard import Asked, Guard, Stopped
from agent.browser.script import Errands, bounded
from agent.browser.watching import Journal, PageWatch, release

BEGINNING = 10.0
"""Seconds within which a browser must answer."""

GLANCING, GLANCES = 0.1, 10
"""Seconds within which a page tells that it has a frame, which asks for a document already; looks at that."""


@dataclass(frozen=True, slots=True)
class _Shopper:
    """Whose windows those of one context are."""

    guard: Guard
    journal: Journal


class Openings:
    """Holds the documents of windows that are not watched yet, and of frames that other processes show.

    Args:
        session: with the browser itself.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._contexts: dict[str, str] = {}  # by page, which is its main frame, too
        self._apart: dict[str, str] = {}  # contexts by frames that have a process of their own
        self._shoppers: dict[str, _Shopper] = {}  # by context
        self._watched: dict[str, PageWatch] = {}  # by page
        self._kept: set[str] = set()  # pages whose first document was stopped
        self._errands = Errands()

    @classmethod
    async def of(cls, chromium: Browser) -> "Openings":
        """Begins to hold them.

        Raises:
            TimeoutError: the browser does not answer.
            playwright.async_api.Error: it is gone.
        """
        session = await bounded(chromium.new_browser_cdp_session(), BEGINNING)
        openings = cls(session)
        session.on("Target.targetCreated", openings._on_target)
        session.on("Target.targetDestroyed", openings._on_gone)
        session.on("Fetch.requestPaused", openings._on_paused)
        patterns = [{"resourceType": "Document", "requestStage": "Request"}]
        await bounded(session.send("Target.setDiscoverTargets", {"discover": True}), BEGINNING)
        await bounded(session.send("Fetch.enable", {"patterns": patterns}), BEGINNING)
        return openings

    def watched(self, watch: PageWatch, guard: Guard, journal: Journal) -> None:
        """A page is watched from now on, and with it whatever it opens.

        Args:
            watch: over the page.
            guard: over the window that it belongs to.
            journal: of that window.
        """
        self._watched[watch.frames.main] = watch
        context = self._contexts.get(watch.frames.main)
        if context is not None:
            self._shoppers[context] = _Shopper(guard, journal)

    def has_kept(self, watch: PageWatch) -> bool:
        """Whether a window was kept from what it wanted to show, before it was watched."""
        return watch.frames.main in self._kept

    def _on_target(self, event: dict[str, Any]) -> None:
        info = event["targetInfo"]
        if info["type"] == "page":
            self._contexts[info["targetId"]] = info.get("browserContextId", "")
        elif info["type"] == "iframe":
            self._apart[info["targetId"]] = info.get("browserContextId", "")

    def _on_gone(self, event: dict[str, Any]) -> None:
        target = event["targetId"]
        self._watched.pop(target, None)
        self._apart.pop(target, None)
        self._kept.discard(target)
        context = self._contexts.pop(target, None)
        if context is not None and context not in self._contexts.values():
            self._shoppers.pop(context, None)

    def _on_paused(self, event: dict[str, Any]) -> None:
        frame = event["frameId"]
        if frame in self._contexts or frame in self._apart:
            context = self._contexts.get(frame) or self._apart.get(frame, "")
            shoppers = [] if frame in self._watched else self._of({context})
            self._errands.run(self._answer(event, shoppers, main=frame in self._contexts))
        else:  # what is watched from now on does not hold what was asked for before
            shoppers, watches = self._of(self._unwatched()), list(self._watched.values())
            self._errands.run(self._answer_unknown(event, shoppers, watches))

    async def _answer_unknown(
        self, event: dict[str, Any], shoppers: Sequence[_Shopper], watches: Sequence[PageWatch]
    ) -> None:
        """A frame without a name of its own is held by its own page, or stands where nobody watches."""
        for _ in range(GLANCES if shoppers else 0):  # of a new frame, its page may still tell
            if any(event["frameId"] in watch.frames for watch in watches):
                shoppers = []
                break
            await asyncio.sleep(GLANCING / GLANCES)
        await self._answer(event, shoppers, main=False)

    def _unwatched(self) -> set[str]:
        """Contexts in which frames may be that nobody watches, and whose names the browser does not tell."""
        return {*self._apart.values()} | {
            context for page, context in self._contexts.items() if page not in self._watched
        }

    def _of(self, contexts: Iterable[str]) -> list[_Shopper]:
        return [self._shoppers[context] for context in contexts if context in self._shoppers]

    async def _answer(self, event: dict[str, Any], shoppers: Sequence[_Shopper], *, main: bool) -> None:
        """Lets a document be asked for where one of those may whose it can be; one alone is told."""
        why = None
        for shopper in shoppers:
            by_hand = main or shopper.guard.pressed_apart
            why = await shopper.guard.refusal(Asked.of(event["request"], main=main, by_hand=by_hand))
            if why is None:
                break
        if why is not None and len(shoppers) == 1:
            shoppers[0].journal.stop(Stopped(event["request"]["url"], why))
        if main and why is not None:
            self._kept.add(event["frameId"])
        await release(self._session, event, stopped=why is not None)
