"""The browsers of a study on this machine: opened when needed, opened again where one was killed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from agent.browser import Browser, BrowserSettings, open_browser
from agent.errors import UserError

STARTING_TRIES = 3
STARTING_PAUSE = 1.0
"""Seconds before a browser that did not start is started again."""


class Browsers:
    """Some browsers that share the windows among them.

    Args:
        settings: of each.
        count: how many are started here, where no addresses are given.
        addresses: of browsers that run already.
    """

    def __init__(self, settings: BrowserSettings, count: int, addresses: Sequence[str] = ()) -> None:
        each = [replace(settings, address=address) for address in addresses] or [settings] * count
        self._places = [_Place(one) for one in each]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in self._places:
            await place.close()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Browser]:
        """The browser that has the fewest windows.

        Raises:
            UserError: it does not start, or cannot be reached.
        """
        place = min(self._places, key=lambda each: each.windows)
        place.windows += 1
        try:
            yield await place.browser()
        finally:
            place.windows -= 1


class _Place:
    """Where one browser is, and another comes when it is gone."""

    def __init__(self, settings: BrowserSettings) -> None:
        self.windows = 0
        self._settings = settings
        self._browser: Browser | None = None
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()

    async def browser(self) -> Browser:
        async with self._opening:
            if self._browser is None or not self._browser.alive:
                await self.close()
                self._browser = await self._opened()
            return self._browser

    async def _opened(self) -> Browser:
        """A browser that is killed while it starts is started again."""
        for _ in range(STARTING_TRIES - 1):
            with suppress(UserError):
                return await self._stack.enter_async_context(open_browser(self._settings))
            await asyncio.sleep(STARTING_PAUSE)
        return await self._stack.enter_async_context(open_browser(self._settings))

    async def close(self) -> None:
        self._browser = None
        stack, self._stack = self._stack, AsyncExitStack()
        await stack.aclose()
