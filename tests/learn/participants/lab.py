"""A participant in the lab, who shops with raw mouse and keyboard events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page

from agent.browser import Browser
from agent.session import Step
from learn.participants.attending import Attended, attend
from learn.participants.consent import consent_text
from learn.participants.participation import Participation, persona_of
from tests.agent.browser.person import Person

PATIENCE = 20.0


def participation(site: str, out: Path, *, every: int = 0, participant: str = "P01") -> Participation:
    return Participation(
        participant=participant,
        persona=persona_of(participant, None, "I want a kettle."),
        intent="I want a kettle.",
        site=site,
        out=out,
        every=every,
        consent=consent_text(None),
        settings={},
    )


@dataclass(slots=True)
class Lab:
    """A visit under way, and the person in front of it."""

    page: Page
    person: Person
    steps: list[Step]
    visit: asyncio.Task[Attended]
    _seen: int = field(default=0)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                if self.visit.done():
                    self.visit.result()
                await asyncio.sleep(0.02)

    async def did(self, count: int = 1) -> list[Step]:
        """The next steps, once they are recorded."""
        begun = self._seen
        await self.until(lambda: len(self.steps) >= begun + count)
        self._seen = begun + count
        return self.steps[begun : begun + count]

    async def bar(self, what: str) -> tuple[float, float]:
        """Where a button of the bar is: a person sees it, and the page's scripts cannot."""
        return await self.person.find_in_bar(what)


@asynccontextmanager
async def in_the_lab(browser: Browser, who: Participation) -> AsyncIterator[Lab]:
    steps: list[Step] = []
    before = set(browser._chromium.contexts)
    visit = asyncio.create_task(attend(browser, who, steps.append))
    try:
        async with asyncio.timeout(PATIENCE):
            while not (who.out / "session.jsonl").exists():
                if visit.done():
                    visit.result()
                await asyncio.sleep(0.02)
        (context,) = set(browser._chromium.contexts) - before
        page = context.pages[0]
        yield Lab(page, await Person.at_page(page), steps, visit)
    finally:
        if visit.done():
            visit.result()  # what went wrong in it tells more than what came of that here
        visit.cancel()
        await asyncio.gather(visit, return_exceptions=True)
