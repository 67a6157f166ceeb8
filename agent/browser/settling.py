"""When a page has come to rest: what it loads has come, and it has stopped changing; or time is up."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from playwright.async_api import Error as PlaywrightError

from agent.browser.script import abandon
from agent.browser.settings import Deadlines
from agent.browser.watching import PageWatch
from agent.browser.wording import Facts, Look
from agent.errors import BrowserFault
from simplify.capture import ask


class Rest(Enum):
    """How waiting ended."""

    CALM = auto()
    """Nothing is under way, nothing changes."""
    RESTLESS = auto()
    """The page keeps loading or changing; it can be read as it is."""
    UNANSWERED = auto()
    """The server did not answer a navigation, which was given up; the old page is still there."""


@dataclass(slots=True)
class Sight:
    """What is seen of a page in the moment in which it has come to rest.

    Attributes:
        place: of the element that is acted on, where it stands in the page's own process: its capture's key,
            and its number there.
        facts: what that element is like; None where it is not known any more.
        looks: what can be read on the page, and in the element's frame where it stands in one.
    """

    place: tuple[str, int] | None = None
    facts: Facts | None = None
    looks: tuple[Look | None, Look | None] = (None, None)

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "Sight":
        """What the page answered (`hand.js`)."""
        sight = cls()
        sight.fill(answer)
        return sight

    def forget(self) -> None:
        """What was seen before is seen no more."""
        self.facts = None
        self.looks = (None, None)

    def fill(self, answer: dict[str, Any]) -> None:
        """Takes in what the page answered."""
        self.facts = Facts.of(answer["facts"]) if answer["facts"] else None
        page, frame = answer["looks"]
        self.looks = (Look.of(page), Look.of(frame))


async def settle(watch: PageWatch, deadlines: Deadlines, sight: Sight | None = None) -> Rest:
    """Waits until the page is at rest, within its deadlines.

    Args:
        watch: over the page.
        deadlines: when waiting ends.
        sight: filled with what is seen then; left as it is where the page cannot be asked.

    Raises:
        BrowserFault: the page hangs, and stopping its script did not help.
        playwright.async_api.Error: the page was closed or has crashed.
    """
    clock = asyncio.get_running_loop().time
    last = clock() + deadlines.response + deadlines.load
    ends = clock() + deadlines.change
    while clock() < ends:
        if watch.navigation is not None:
            if not await _answered(watch, min(deadlines.response, last - clock())):
                return Rest.UNANSWERED
            ends = min(last, clock() + deadlines.change)
        await watch.until(lambda: not watch.busy or watch.navigation is not None, ends - clock())
        if watch.navigation is not None:
            continue
        hurried, answered = watch.works_alone, watch.answered
        answer = await _at_rest(watch, deadlines, max(0.0, ends - clock()), sight)
        if answer is None:
            continue
        if answer["rest"] == "unread":
            return Rest.RESTLESS
        alone = not watch.busy and watch.works_alone is hurried
        if answer["rest"] == "calm" and alone and watch.answered == answered:  # it may have been calm before
            return Rest.CALM
        if answer["waited"]:
            ends = min(last, clock() + deadlines.change)
    watch.wait_no_more()
    return Rest.RESTLESS


async def ensure_answering(watch: PageWatch, deadlines: Deadlines) -> None:
    """Makes sure that the page can be asked: no navigation holds it up, no script without end.

    Raises:
        BrowserFault: the page hangs, and stopping its script did not help.
        playwright.async_api.Error: the page was closed or has crashed.
    """
    if watch.navigation is not None:
        await _answered(watch, deadlines.response)
    await _asked(watch, deadlines, 0.0, "ping")


async def _answered(watch: PageWatch, seconds: float) -> bool:
    """Whether the navigation that is under way gets an answer; one that does not is given up."""
    answered = await watch.until(lambda: watch.navigation is None, seconds)
    if not answered:
        await watch.stop_loading()
    return answered


async def _at_rest(watch: PageWatch, deadlines: Deadlines, seconds: float, sight: Sight | None) -> Any:
    """What the page says once it is at rest; None where it is left meanwhile."""
    clock = asyncio.get_running_loop().time
    if sight is not None:
        sight.forget()
    options = {
        "load": deadlines.load * 1000,
        "quiet": deadlines.quiet * 1000,
        "still": deadlines.still * 1000,
        "ahead": deadlines.ahead * 1000,
        "arriving": deadlines.arriving * 1000,
        "answered": min(clock() - watch.answered, deadlines.quiet) * 1000,
        "limit": seconds * 1000,
        "mayHurry": watch.works_alone,
        "place": sight.place if sight else None,
        "look": sight is not None,
    }
    answer = await _asked(watch, deadlines, seconds, "rest", options)
    if sight is not None and answer is not None and answer["rest"] != "unread":
        sight.fill(answer)
    return answer


async def _asked(
    watch: PageWatch, deadlines: Deadlines, seconds: float, function: str, *arguments: object
) -> Any:
    """What the page answers, for which it has some time; None where it is left meanwhile."""
    for _ in range(2):
        asking = asyncio.ensure_future(_answer(watch, function, *arguments))
        abandon(asking)  # who waits for it may be stopped first
        if await watch.done(asking, seconds + deadlines.hang):
            return asking.result()
        if watch.reads and watch.navigation is None and await watch.done(asking, deadlines.load):
            return asking.result()
        if watch.navigation is not None:
            return None
        if not await watch.stop_script(deadlines.hang):
            break
    raise BrowserFault(f"The page {watch.page.url} does not answer any more.")


async def _answer(watch: PageWatch, function: str, *arguments: object) -> Any:
    try:
        return await ask(watch.page, function, *arguments)
    except PlaywrightError:
        if not watch.alive:
            raise
        return None  # the document went away meanwhile: a new one is coming
