"""Sessions on this machine: its shops, its browsers (or others by their address), its way to the model."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.browser import BrowserSettings, Deadlines, Terms
from study.browsers import Browsers
from study.deciding import Deciding, Minds
from study.ledger import Ran
from study.plan import Planned
from study.resolved import Resolved
from study.shops import Shops
from study.visiting import SESSIONS, Visiting

PATIENT = Deadlines(
    start=90.0, response=60.0, load=30.0, change=4.0, reach=5.0, observe=30.0, screenshot=10.0, hang=30.0
)
"""Many sessions at once keep a machine busy: what takes long here is no fault of the shop."""


class LocalSessions:
    """Runs sessions here; several may run at once.

    Args:
        resolved: the study.
        minds: what its policy comes to.
        folder: the study's.
        workers: sessions at once.
        terms: what may be done in each arm.
        browsers: how many are started.
        addresses: of browsers that run already, in place of those.
    """

    def __init__(
        self,
        resolved: Resolved,
        minds: Minds,
        folder: Path,
        *,
        workers: int,
        terms: Mapping[str, Terms],
        browsers: int = 1,
        addresses: Sequence[str] = (),
    ) -> None:
        deciding = Deciding(resolved, minds, workers)
        chosen = resolved.study.browser
        settings = BrowserSettings(
            locale=chosen.locale,
            timezone=chosen.timezone,
            colours=chosen.colours,
            budget=deciding.budget,
            count_tokens=deciding.count_tokens,
            screenshots=chosen.screenshots,
            images=chosen.images,
            deadlines=PATIENT,
        )
        self._deciding = deciding
        self._shops = Shops(resolved.study, folder / "shops")
        self._browsers = Browsers(settings, browsers, addresses)
        self._visiting = Visiting(resolved, deciding, folder / SESSIONS, terms)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for part in (self._shops, self._deciding, self._browsers):
            await self._stack.enter_async_context(part)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def run(self, planned: Planned) -> Ran:
        """Runs one session and records it in the study's folder.

        Raises:
            UserError: the recording cannot be written, or there is no browser.
        """
        async with self._browsers.one() as browser:
            return await self._visiting.visit(planned, browser, self._shops.url(planned.arm))
