"""A person's window on a shop: what they do in it comes out as the same actions that a model would say.

Nothing is done here: the window looks at its page whenever it has come to rest, hears what the person does,
and says of each act what it was done with, on which page, and what came of it. The page of an act is the one
that stood there when the hand came down: the listener read it at that moment, before the shop's own scripts
heard of the press.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from agent.actions import Action, Back, Click, Type, TypeAndSubmit
from agent.browser import wording
from agent.browser.consequence import Consequence
from agent.browser.deed import READABLE
from agent.browser.guard import Guard, Stopped, Why
from agent.browser.listening import AttendedWatch, Heard
from agent.browser.openings import Openings
from agent.browser.painting import painted
from agent.browser.script import Errands, bounded
from agent.browser.settings import BrowserSettings
from agent.browser.settling import Rest, settle
from agent.browser.starting import no_page, open_start_page
from agent.browser.watching import Journal
from agent.browser.wording import Facts, Look, called, quoted
from agent.errors import BrowserFault, SiteClosed
from agent.masking import secret_kind
from agent.page_view import PageView
from agent.session import Box, Outcome, Timing, Touch
from simplify import Observation, Target, TargetKind, simplify
from simplify.capture import Capture, ask, ask_in, capture

ANSWERS = frozenset({"answer", "skip"})
"""What is pressed to end a question; all other buttons of the bar are the caller's."""

EMPTY = "about:blank"
"""Address of a new window's page, which nobody stood on."""

NOW = "now:"
"""How refs begin of what a listener read (`listening.js`)."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the person did.

    Attributes:
        view: the page as they saw it.
        action: what they did.
        outcome: what came of it.
        at: when the page was looked at (UTC).
        timing: how long the page took to be looked at, the person to act, and the page to come to rest.
        words: what they did, for asking them about it: `click "Add to cart"`.
        after: the page once it had come to rest; None where they went on before.
    """

    view: PageView
    action: Action
    outcome: Outcome
    at: datetime
    timing: Timing
    words: str
    after: PageView | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the bar was pressed, or a question answered.

    Attributes:
        what: the button's own word; `answer` or `skip` for a question.
        text: the answer.
    """

    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """The person closed the last window.

    Attributes:
        view: what was seen last.
        at: when.
        notes: what happened that no act tells of.
    """

    view: PageView | None
    at: datetime
    notes: str


Event = Act | Pressed | Closed


@dataclass(frozen=True, slots=True)
class Bar:
    """What the participant's bar shows.

    Attributes:
        said: its line.
        mood: `recording`, `paused` or `over`.
        label: what a screen reader calls it.
        buttons: what pressing each is called, and what is written on it.
    """

    said: str
    mood: str
    label: str
    buttons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question in the bar: the question, and what is written on its two buttons."""

    question: str
    answer: str
    skip: str


@dataclass(slots=True)
class _Sight:
    """A page at rest: as it was captured, with its picture."""

    captured: Capture
    picture: bytes | None
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class _WayBack:
    """What comes of going back: the page before is there.

    Attributes:
        earlier: what happened before and was not told yet.
    """

    earlier: list[str]

    def told(
        self,
        _rest: Rest | None,
        _last: Facts | None,
        looks: list[Look | None],
        journal: Journal,
        _status: int | None,
        *,
        other: bool,  # noqa: ARG002 - to go back opens no window
    ) -> tuple[bool, str]:
        """Whether it was done, and what came of it, as of a consequence."""
        title = looks[0].title if looks[0] else ""
        return True, " ".join([*self.earlier, wording.went_back(title), *journal.take()])


@dataclass(slots=True)
class _Underway:
    """An act whose consequences are not over yet; going back has no target."""

    watch: AttendedWatch
    frame: Any
    view: PageView
    action: Action
    target: Target | None
    sight: _Sight
    deciding: float
    consequence: Consequence | _WayBack
    touch: Touch | None
    opened: list[AttendedWatch] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)


@dataclass(frozen=True, slots=True)
class _CameToRest:
    """An act's consequences are over."""

    act: _Underway
    rest: Rest | None
    front: AttendedWatch
    facts: Facts | None
    looks: list[Look | None]
    seen: bool


@dataclass(frozen=True, slots=True)
class _WentAway:
    """A page was closed, or crashed."""

    watch: AttendedWatch


class AttendedWindow:
    """One person's window on one shop.

    Attributes:
        paused: nothing is taken note of meanwhile.
        unnamed: presses on what is nothing to act on, as far as the simplifier knows.
    """

    def __init__(self, page: Page, settings: BrowserSettings, guard: Guard, openings: Openings) -> None:
        self.paused = False
        self.unnamed = 0
        self._page = page
        self._settings = settings
        self._deadlines = settings.deadlines
        self._guard = guard
        self._openings = openings
        self._journal = Journal()
        self._watches: dict[Page, AttendedWatch] = {}
        self._front: AttendedWatch | None = None
        self._sights: dict[AttendedWatch, _Sight] = {}
        self._left: dict[AttendedWatch, _Sight] = {}  # of the document before
        self._places: dict[AttendedWatch, int] = {}
        self._last: _Sight | None = None
        self._queue: asyncio.Queue[Heard | _CameToRest | _WentAway] = asyncio.Queue()
        self._underway: _Underway | None = None
        self._bar: Bar | None = None
        self._size = settings.viewport
        self._errands = Errands()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the window in CSS pixels, as it was in the beginning."""
        return self._size

    async def open(self, url: str) -> None:
        """Opens the start page.

        Raises:
            SiteClosed: it cannot be visited.
            BrowserFault: the browser failed.
        """
        try:
            await self._guard.begin(url)
            watch = await self._follow(self._page)
            self._page.context.on("page", self._on_page)
            await open_start_page(watch, url, self._deadlines, self._journal)
            look = await self._look_at(watch)
            if look is not None and look.content_type not in READABLE:
                raise SiteClosed(no_page(url, look.content_type))
            await self._see(watch)
            await self._measure(watch)
        except (PlaywrightError, TimeoutError) as error:
            raise BrowserFault(f"The browser failed before the visit began: {error}") from error
        self._forget_opening()

    async def _measure(self, watch: AttendedWatch) -> None:
        """Notes how large the window is, and where in its history it stands."""
        try:
            shades = await bounded(ask(watch.page, "shade"), self._deadlines.hang)
            history = await bounded(watch.history(), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return  # the person is quick, and on the way to the next page
        if shades is not None:
            wide, high = shades["window"]
            self._size = (round(wide), round(high))
        self._places[watch] = history["currentIndex"]

    def _forget_opening(self) -> None:
        """How the start page came is no part of the visit; what the person did already is."""
        heard = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        for item in heard:
            if not isinstance(item, Heard) or item.kind in {"act", "pressed"}:
                self._queue.put_nowait(item)
        self._journal.take()

    async def events(self) -> AsyncIterator[Event]:
        """What the person does, in order, until they close the last window.

        Raises:
            BrowserFault: the last page crashed.
        """
        while True:
            item = await self._queue.get()
            for event in await self._events_of(item):
                yield event
                if isinstance(event, Closed):
                    return

    async def _events_of(self, item: Heard | _CameToRest | _WentAway) -> list[Event]:
        match item:
            case Heard():
                return await self._heard(item)
            case _CameToRest():
                return await self._came_to_rest(item)
            case _WentAway():
                return await self._went_away(item)

    async def show(self, bar: Bar) -> None:
        """Shows the participant's bar, in all windows and on all pages that come."""
        self._bar = bar
        for watch in list(self._watches.values()):
            await self._show_on(watch)

    async def ask_why(self, question: Question) -> bool:
        """Asks something in the bar; returns whether it could be asked.

        The answer comes as an event; doing anything else ends the question.
        """
        asked = {"question": question.question, "answer": question.answer, "skip": question.skip}
        try:
            return self._front is not None and bool(
                await bounded(ask(self._front.page, "askWhy", asked), self._deadlines.hang)
            )
        except (PlaywrightError, TimeoutError):
            return False

    def note(self, sentence: str) -> None:
        """Has the next outcome begin with a sentence."""
        self._journal.told.append(sentence)

    async def look(self) -> PageView | None:
        """Looks at the page in front as it is now; None where there is none, or it does not answer."""
        if self._front is None or not self._front.alive:
            return self._view_of(self._last)
        sight = await self._see(self._front)
        return self._view_of(sight or self._last)

    # ---- what was heard ---------------------------------------------------------------------------------

    def _on_heard(self, heard: Heard) -> None:
        if heard.kind == "act" and not self.paused:
            heard.watch.begin()  # from here on, what happens is its doing
        self._queue.put_nowait(heard)

    async def _heard(self, heard: Heard) -> list[Event]:
        match heard.kind:
            case "act":
                return [] if self.paused else await self._acted(heard)
            case "pressed":
                pressed = Pressed(heard.said["presses"], heard.said["text"])
                earlier = [] if pressed.what in ANSWERS else await self._so_far()
                return [*earlier, pressed]
            case "arrived":
                await self._arrived(heard)
            case "rested":
                await self._rested(heard.watch)
        return []

    async def _acted(self, heard: Heard) -> list[Event]:
        scene = heard.said["scene"]
        self._front = heard.watch
        events = self._overtaken(heard)
        seen = await self._seen_with(heard)
        target = _target_in(seen[1].observation, scene) if seen else None
        if seen is None or target is None:
            self.unnamed += 1
            return events
        sight, view = seen
        action = _action(heard.said, target)
        looks = [Look.of(each) for each in scene["looks"]]
        facts = Facts.of(scene["facts"]) if scene["facts"] else None
        self._underway = act = _Underway(
            watch=heard.watch,
            frame=heard.frame,
            view=view,
            action=action,
            target=target,
            sight=sight,
            deciding=max(0.0, (_moment(scene["seen"]) - sight.at).total_seconds()),
            consequence=Consequence(
                action, target, facts, await self._before(heard, looks), self._journal.take()
            ),
            touch=_touch(scene) if heard.frame is heard.watch.page.main_frame else None,
        )
        self._errands.run(self._until_rest(act))
        return events

    async def _seen_with(self, heard: Heard) -> tuple[_Sight, PageView] | None:
        """The page as the listener read it when the hand came down; None where it could not be read.

        What the listener does not see comes from when the page was looked at: its picture, and what other
        processes show of it. A person may be quicker than anybody could look, on the start page above all:
        what they did counts, and is told with what the listener read alone.
        """
        said = heard.said["scene"]["said"]
        if said is None:
            return None
        is_main = heard.frame is heard.watch.page.main_frame
        sight = self._sights.get(heard.watch)
        markup = sight.captured.renewed(heard.frame, said) if sight else None
        if markup is None and not is_main:  # a frame that came after the page was looked at
            fresh = await self._see(heard.watch)
            markup = fresh.captured.renewed(heard.frame, said) if fresh else None
            sight = sight or fresh
        if sight is None or markup is None:
            alone = Capture.alone(said)
            markup = alone.html
            sight = _Sight(alone, None, _moment(heard.said["scene"]["seen"]), 0.0)
        url = said["url"] if is_main else sight.captured.url
        observation = simplify(markup, url=url, notes=said["notes"])
        return sight, PageView(observation, markup, sight.picture)

    async def _before(self, heard: Heard, looks: list[Look | None]) -> list[Look | None]:
        """What could be read before an act: on the page, and in the element's frame."""
        if heard.frame is heard.watch.page.main_frame:
            return looks
        return [await self._look_at(heard.watch), looks[0]]

    def _overtaken(self, heard: Heard) -> list[Event]:
        """The act before, whose consequences were not over when this one came."""
        act, self._underway = self._underway, None
        if act is None:
            return []
        scene = heard.said["scene"]
        looks: list[Look | None] = [None, None]
        facts = None
        if heard.frame is act.frame and scene["previous"] is not None:
            previous = scene["previous"]
            looks = [Look.of(each) for each in previous["looks"]]
            facts = Facts.of(previous["facts"]) if previous["facts"] else None
        elif heard.frame is heard.watch.page.main_frame:
            looks[0] = Look.of(scene["looks"][0])
        if heard.watch is not act.watch:
            act.opened.append(heard.watch)
        front = act.opened[-1] if act.opened else act.watch
        return [self._finished(_CameToRest(act, None, front, facts, looks, seen=False), None)]

    async def _so_far(self) -> list[Event]:
        """The act that is under way, as far as it has come: nobody may wait for the rest of it."""
        act, self._underway = self._underway, None
        if act is None:
            return []
        front = act.opened[-1] if act.opened else act.watch
        facts, looks = await self._at_last(act, front)
        return [self._finished(_CameToRest(act, None, front, facts, looks, seen=False), None)]

    # ---- what came of it --------------------------------------------------------------------------------

    async def _until_rest(self, act: _Underway) -> None:
        try:
            rest, front = await self._settled(act)
            facts, looks = await self._at_last(act, front)
            seen = self._underway is act and await self._see(front) is not None
        except (PlaywrightError, TimeoutError, BrowserFault):
            rest, front, facts, looks, seen = None, act.watch, None, [None, None], False
        self._queue.put_nowait(_CameToRest(act, rest, front, facts, looks, seen))

    async def _settled(self, act: _Underway) -> tuple[Rest, AttendedWatch]:
        try:
            rest = await settle(act.watch, self._deadlines)
        except PlaywrightError:
            if act.watch.crashed or self._front is None:
                raise
            rest = Rest.CALM  # the page closed itself
        if act.watch.opening and not act.opened:
            await act.watch.until(lambda: bool(act.opened), self._deadlines.change)
        if act.opened:
            return await settle(act.opened[-1], self._deadlines), act.opened[-1]
        front = act.watch if act.watch.alive else self._front
        if front is None:
            raise BrowserFault("The browser window was closed.")
        return rest, front

    async def _at_last(self, act: _Underway, front: AttendedWatch) -> tuple[Facts | None, list[Look | None]]:
        if front is not act.watch:
            return None, [await self._look_at(front), None]
        apart = act.frame is not front.page.main_frame
        facts, inner = None, None
        try:
            there = await bounded(ask_in(act.frame, "heardAfter"), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            there = None  # its document is gone
        if there is not None:
            facts = Facts.of(there["facts"]) if there["facts"] else None
            looks = [Look.of(each) for each in there["looks"]]
            if not apart:
                return facts, looks
            inner = looks[0]
        return facts, [await self._look_at(front), inner]

    async def _came_to_rest(self, over: _CameToRest) -> list[Event]:
        if over.act is not self._underway:
            return []  # told already, as far as it had come
        self._underway = None
        self._front = over.front
        return [self._finished(over, self._view_of(self._sights.get(over.front)) if over.seen else None)]

    def _finished(self, over: _CameToRest, after: PageView | None) -> Act:
        act = over.act
        status = over.front.status
        accepted, message = act.consequence.told(
            over.rest, over.facts, over.looks, self._journal, status, other=over.front is not act.watch
        )
        outcome = Outcome(accepted=accepted, message=message, url=over.front.page.url, touch=act.touch)
        timing = Timing(
            observe=round(act.sight.seconds, 3),
            decide=round(act.deciding, 3),
            perform=round(time.perf_counter() - act.began, 3),
        )
        return Act(act.view, act.action, outcome, act.sight.at, timing, _words(act), after)

    # ---- pages that come, rest and go -------------------------------------------------------------------

    async def _follow(self, page: Page) -> AttendedWatch:
        watch = await AttendedWatch.follow(page, self._guard, self._journal)
        self._openings.watched(watch, self._guard, self._journal)
        page.once("close", lambda _: self._queue.put_nowait(_WentAway(watch)))
        page.once("crash", lambda _: self._queue.put_nowait(_WentAway(watch)))
        self._watches[page] = watch
        self._front = watch
        await watch.listen(self._on_heard)
        return watch

    def _on_page(self, page: Page) -> None:
        self._errands.run(self._opened(page))

    async def _opened(self, page: Page) -> None:
        """Takes a new page in if it is the shop's; closes it otherwise."""
        act = self._underway
        try:
            watch = await self._follow(page)
            await watch.until(lambda: watch.navigation is None, self._deadlines.response)
            if not self._guard.site.holds(page.url):
                if not self._journal.stopped:
                    self._journal.stop(Stopped(page.url, Why.AWAY))
                await page.close()
                return
            await self._show_on(watch)
        except PlaywrightError:
            return  # it closed itself again
        if act is not None and act is self._underway:
            act.opened.append(watch)
            act.watch.stir()

    async def _arrived(self, heard: Heard) -> None:
        """A document is there: how the person came to it, where no act of theirs tells."""
        watch = heard.watch
        try:
            history = await bounded(watch.history(), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return
        place, before = history["currentIndex"], self._places.get(watch)
        self._places[watch] = place
        await self._show_on(watch)
        if self.paused or before is None or self._underway is not None:
            return
        page = history["entries"][place]
        title = quoted(page["title"] or page["url"])
        traversed = heard.said["how"] == "back_forward"
        if traversed and place == before - 1 and self._goes_back(heard, page["url"]):
            return
        if traversed and place != before:
            self.note(f"The shopper went {'back' if place < before else 'forward'} to the page {title}.")
        elif heard.said["how"] == "reload":
            self.note("The shopper loaded the page again.")
        elif page["transitionType"] in {"typed", "generated", "auto_bookmark", "keyword"}:
            self.note(f"The shopper opened the page {title} by its address.")

    def _goes_back(self, heard: Heard, url: str) -> bool:
        """Begins to tell of the way back as of an act; returns whether the page is known that was left."""
        sight = self._sights.get(heard.watch)
        if sight is not None and sight.captured.document == heard.said["document"]:
            sight = self._left.get(heard.watch)  # the page that was come back to is looked at already
        view = self._view_of(sight)
        if sight is None or view is None or url == EMPTY:
            return False
        self._front = heard.watch
        self._underway = act = _Underway(
            watch=heard.watch,
            frame=heard.watch.page.main_frame,
            view=view,
            action=Back(),
            target=None,
            sight=sight,
            deciding=max(0.0, (datetime.now(UTC) - sight.at).total_seconds()),
            consequence=_WayBack(self._journal.take()),
            touch=None,
        )
        self._errands.run(self._until_rest(act))
        return True

    async def _rested(self, watch: AttendedWatch) -> None:
        if not self.paused and self._underway is None and watch.alive and self._queue.empty():
            await self._see(watch)

    async def _went_away(self, gone: _WentAway) -> list[Event]:
        self._watches.pop(gone.watch.page, None)
        self._sights.pop(gone.watch, None)
        self._left.pop(gone.watch, None)
        if gone.watch is self._front:
            self._front = next(reversed(self._watches.values()), None)
        if self._watches:
            return []
        if gone.watch.crashed:
            raise BrowserFault(f"The page {gone.watch.page.url} crashed.")
        events: list[Event] = []
        act, self._underway = self._underway, None
        if act is not None:
            events.append(
                self._finished(_CameToRest(act, None, act.watch, None, [None, None], seen=False), None)
            )
        notes = " ".join(self._journal.take())
        return [*events, Closed(self._view_of(self._last), datetime.now(UTC), notes)]

    # ---- looking ----------------------------------------------------------------------------------------

    async def _see(self, watch: AttendedWatch) -> _Sight | None:
        """Looks at a page as it is now; None where it is going away or does not answer."""
        if self.paused:
            return self._sights.get(watch)
        begun = time.perf_counter()
        before = self._sights.get(watch)
        try:
            captured = await capture(
                watch.page,
                deadline=self._deadlines.observe,
                instead_of=before.captured if before else None,
            )
        except (PlaywrightError, TimeoutError):
            return None
        if not captured.answered:
            return None
        try:
            picture = await self._picture(watch, captured)
        except (PlaywrightError, TimeoutError):  # the page was left after it had been read
            same = before is not None and before.captured.document == captured.document
            picture = before.picture if before and same else None
        sight = _Sight(captured, picture, datetime.now(UTC), time.perf_counter() - begun)
        if before is not None and before.captured.document != captured.document:
            self._left[watch] = before
        self._sights[watch] = self._last = sight
        return sight

    async def _picture(self, watch: AttendedWatch, captured: Capture) -> bytes | None:
        """The window as it may be kept; None where the page changed while its picture was taken."""
        if not self._settings.screenshots:
            return None
        shades = await bounded(ask(watch.page, "shade"), self._deadlines.hang)
        picture = await watch.picture(self._deadlines.screenshot)
        again = await bounded(ask(watch.page, "shade"), self._deadlines.hang)
        if picture is None or shades is None or again is None or watch.navigation is not None:
            return None
        boxes = [*shades["boxes"], *again["boxes"], *_shaded_frames(again, captured.apart())]
        return await asyncio.to_thread(painted, picture, boxes, again["window"][0])

    async def _look_at(self, watch: AttendedWatch) -> Look | None:
        try:
            return Look.of(await bounded(ask(watch.page, "look"), self._deadlines.hang))
        except (PlaywrightError, TimeoutError):
            return None

    def _view_of(self, sight: _Sight | None) -> PageView | None:
        if sight is None:
            return None
        captured = sight.captured
        observation = simplify(captured.html, url=captured.url, notes=captured.notes)
        return PageView(observation, captured.html, sight.picture)

    async def _show_on(self, watch: AttendedWatch) -> None:
        bar = self._bar
        if bar is None or not watch.alive:
            return
        shown = {"said": bar.said, "mood": bar.mood, "label": bar.label, "buttons": bar.buttons}
        try:
            await bounded(ask(watch.page, "showBar", shown), self._deadlines.hang)
        except (PlaywrightError, TimeoutError):
            return  # its next document asks for it again


def _moment(milliseconds: float) -> datetime:
    """A script's time as ours (UTC)."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _target_in(observation: Observation, scene: Mapping[str, Any]) -> Target | None:
    """The innermost thing under the hand that can be acted on.

    Where the simplifier takes an area and what lies in it for one thing, that is what lies in it.
    """
    targets = {target.ref: target for target in observation.targets.values()}
    found, inside = (
        [targets.get(f"{NOW}{place}") for place in places] for places in (scene["found"], scene["inside"])
    )
    if found and found[0] is not None:
        return found[0]
    within = [target for target in inside if target is not None]
    links = [target for target in within if target.kind is TargetKind.LINK]
    if len(within) == 1 or links:
        return (links or within)[0]
    return next((target for target in found if target is not None), None)


def _action(said: Mapping[str, Any], target: Target) -> Action:
    match said["act"]:
        case "type":
            return Type(name=target.name, text=said["text"])
        case "submit":
            return TypeAndSubmit(name=target.name, text=said["text"])
    return Click(name=target.name)


def _words(act: _Underway) -> str:
    if act.target is None:
        return "go back"
    thing = called(act.target)
    if not isinstance(act.action, TypeAndSubmit | Type):
        return f"click {thing}"
    verb = "enter" if isinstance(act.action, TypeAndSubmit) else "fill in"
    if not act.action.text.strip() or secret_kind(act.view.html, act.target.ref or "") is not None:
        return f"{verb} something in {thing}" if verb == "enter" else f"fill in {thing}"
    return f"{verb} {quoted(act.action.text)} in {thing}"


def _touch(scene: Mapping[str, Any]) -> Touch | None:
    if scene["box"] is None:
        return None
    left, top, width, height = (round(length, 1) for length in scene["box"])
    point = scene["point"] or (left + width / 2, top + height / 2)
    wide, high = scene["window"]
    return Touch(
        x=round(point[0], 1),
        y=round(point[1], 1),
        box=Box(x=left, y=top, width=width, height=height),
        window=(round(wide), round(high)),
    )


def _shaded_frames(shades: Mapping[str, Any], apart: Mapping[int, str]) -> list[list[float]]:
    """Frames that other processes show, where they hold anything that must not be seen."""
    return [box for number, box in shades["apart"] if _is_private(apart.get(number))]


def _is_private(markup: str | None) -> bool:
    return markup is None or " data-secret='" in markup or "@" in markup
