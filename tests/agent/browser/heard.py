"""What a person does, held against what is heard of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from agent.actions import Action, Type, TypeAndSubmit, name_in
from agent.browser import Browser
from agent.browser.attended import Act, AttendedWindow, Event
from tests.agent.browser.person import Person

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Told:
    """An act as it should be told.

    Attributes:
        kind: of the action.
        label: what is written on the thing.
        text: that was typed.
        place: which of the things it is on which this is written, in reading order.
    """

    kind: str
    label: str
    text: str = ""
    place: int = 0

    @classmethod
    def of(cls, act: Act) -> "Told":
        action: Action = act.action
        name = name_in(action)
        if name is None:
            return cls(action.type, "")
        text = action.text if isinstance(action, Type | TypeAndSubmit) else ""
        targets = act.view.observation.targets
        label = targets[name].label
        alike = [target.name for target in targets.values() if target.label == label]
        return cls(action.type, label, text, alike.index(name))


WENT_BACK = Told("back", "")


def clicked(label: str, place: int = 0) -> Told:
    return Told("click", label, "", place)


def typed(label: str, text: str, place: int = 0) -> Told:
    return Told("type", label, text, place)


def submitted(label: str, text: str) -> Told:
    return Told("type_and_submit", label, text)


@dataclass(slots=True)
class Ear:
    """Listens to one window, and counts what was told rightly."""

    window: AttendedWindow
    page: Page
    person: Person
    heard: "asyncio.Queue[Event]"
    acts: list[Act] = field(default_factory=list)
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.right + len(self.wrong)

    async def act(self) -> Act:
        """The next thing that was done."""
        while True:
            event = await asyncio.wait_for(self.heard.get(), PATIENCE)
            if isinstance(event, Act):
                self.acts.append(event)
                return event

    async def expect(self, doing: Awaitable[None], *expected: Told) -> None:
        """Does something, and counts what was told of it: each act rightly, and no other."""
        await doing
        for each in expected:
            try:
                told = Told.of(await self.act())
            except TimeoutError:
                self.wrong.append(f"{each} was not heard")
                continue
            if told == each:
                self.right += 1
            else:
                self.wrong.append(f"{each} was heard as {told}")

    async def calm(self) -> None:
        """Looks at the page until it has come to rest, as people do before they go on."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await self._is_complete():
                    return
                await asyncio.sleep(0.02)

    async def _is_complete(self) -> bool:
        try:
            return bool(await self.page.evaluate("document.readyState === 'complete'"))
        except PlaywrightError:
            return False  # the page was left meanwhile

    def rest(self) -> list[Told]:
        """What was told that nobody asked for."""
        events = [self.heard.get_nowait() for _ in range(self.heard.qsize())]
        return [Told.of(event) for event in events if isinstance(event, Act)]


@asynccontextmanager
async def hurried(browser: Browser, url: str) -> AsyncIterator[tuple[Person, "asyncio.Queue[Event]"]]:
    """A person before a start page that is still being opened, and what is heard of them once it is."""
    before = set(browser._chromium.contexts)
    heard: asyncio.Queue[Event] = asyncio.Queue()

    async def visit() -> None:
        async with browser.attend(url) as window:
            async for event in window.events():
                heard.put_nowait(event)

    task = asyncio.create_task(visit())
    try:
        async with asyncio.timeout(PATIENCE):
            while not any(context.pages for context in set(browser._chromium.contexts) - before):
                if task.done():
                    task.result()
                await asyncio.sleep(0.002)
        (context,) = set(browser._chromium.contexts) - before
        yield await Person.at_page(context.pages[0]), heard
    finally:
        if task.done():
            task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def listening(browser: Browser, url: str) -> AsyncIterator[Ear]:
    before = set(browser._chromium.contexts)
    async with browser.attend(url) as window:
        (context,) = set(browser._chromium.contexts) - before
        page = context.pages[0]
        heard: asyncio.Queue[Event] = asyncio.Queue()

        async def listen() -> None:
            async for event in window.events():
                heard.put_nowait(event)

        task = asyncio.create_task(listen())
        try:
            yield Ear(window, page, await Person.at_page(page), heard)
        finally:
            if task.done():
                task.result()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
