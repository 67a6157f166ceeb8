"""A window that comes back by itself from pages on which nothing is to be decided.

Some data of people hold what was done on certain pages alone, such as listings: that they looked at a
product's page in between and came back is known, how they came back is not. A simulated shopper that is held
against such data must be brought back, too. It is: by the browser's own way back, and the outcome of the
action says so.
"""

from collections.abc import Callable
from typing import Protocol

from agent.actions import Action
from agent.loop import Window
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation


class WindowWithHistory(Window, Protocol):
    """A window that remembers the pages before."""

    async def go_back(self) -> Outcome:
        """Goes back to the page before."""
        ...


class ComingBack:
    """The window, which comes back after every action that led elsewhere.

    Args:
        window: the shopper's own.
        belongs: whether something is decided on the page at an address.
    """

    def __init__(self, window: WindowWithHistory, belongs: Callable[[str], bool]) -> None:
        self._window = window
        self._belongs = belongs

    async def observe(self) -> PageView:
        """Looks at the page."""
        return await self._window.observe()

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        """Does the action, and comes back if it led elsewhere.

        Raises:
            BrowserFault: the browser or the page failed.
        """
        outcome = await self._window.perform(action, observation)
        if not outcome.accepted or self._belongs(outcome.url):
            return outcome
        back = await self._window.go_back()
        return Outcome(accepted=back.accepted, message=f"{outcome.message} {back.message}", url=back.url)
