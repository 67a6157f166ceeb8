"""A window in which a recital finds what it speaks of, though it does not stop to think.

Shops wait for a pause before they go on: for the last letter of an address, say, half a second or a whole one
before they show what delivery costs. People and models think for longer than that before they look for it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from agent.actions import Action, Decision, name_in
from agent.loop import Window
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation

PAUSE = 0.25
"""Seconds between two looks at a page that is not yet as it is awaited."""

UNHURRIED = 1.5
"""Seconds for which a name that is not on the page is awaited."""

Awaits = Callable[[int, PageView], float]
"""For how many seconds a page is worth another look, by its place in the session, from 0."""


def awaiting_names(decisions: tuple[Decision, ...]) -> Awaits:
    """Awaits the name of each decision on the page on which it is to be done."""

    def awaits(place: int, view: PageView) -> float:
        name = name_in(decisions[place].action) if place < len(decisions) else None
        return 0.0 if name is None or name in view.observation.targets else UNHURRIED

    return awaits


@dataclass(slots=True)
class AwaitingWindow:
    """A window that looks again until the page is as a recital awaits it, or not worth its time any more.

    Attributes:
        window: which is looked at.
        awaits: for how long.
        place: how many pages were looked at.
    """

    window: Window
    awaits: Awaits
    place: int = 0

    async def observe(self) -> PageView:
        """Looks at the page once it has come to rest and is as awaited; see `agent.loop.Window`."""
        clock = asyncio.get_running_loop().time
        began = clock()
        view = await self.window.observe()
        while clock() - began < self.awaits(self.place, view):
            await asyncio.sleep(PAUSE)
            view = await self.window.observe()
        self.place += 1
        return view

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        """Does the action on the page that the observation was made of."""
        return await self.window.perform(action, observation)
