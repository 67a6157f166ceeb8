"""Recordings held against the shop's own books: the same pages in the same order, the same orders."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from agent.actions import Back
from agent.errors import UserError
from agent.masking import MASKS
from agent.recording import Recording, read_recording
from agent.session import EndingKind
from benchmarks.soak_bench.visits import MARK, Soaked
from sandbox_shop import Event
from sandbox_shop.events import EventKind

IN_FRAMES = frozenset({"/checkout/card"})
"""Pages that the shop shows in a frame of another one."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of holding recordings against books.

    Attributes:
        recordings: that were held against them.
        pages: pages that both know of.
        orders: orders that both know of.
        differences: sentences; none where all agree.
    """

    recordings: int
    pages: int
    orders: int
    differences: list[str] = field(default_factory=list)


MASKED = re.compile("|".join(map(re.escape, sorted(set(MASKS.values())))))


def agreement(soaked: Sequence[Soaked], folder: Path, events: Iterable[Event]) -> Agreement:
    """Holds all recordings of a soak against the shop's books.

    Args:
        soaked: the sessions that were run.
        folder: with their recordings, named by their marks.
        events: the shop's.
    """
    books = _Books.of(events)
    differences = list(_lost_or_double(soaked, folder, books))
    pages = orders = 0
    for session in soaked:
        try:
            recording = read_recording(folder / session.mark)
        except UserError as error:
            differences.append(f"{session.mark}: {error}")
            continue
        differences += _differences(session, recording, books)
        pages += len(books.pages.get(session.mark, ()))
        orders += recording.ending is not None and recording.ending.kind is EndingKind.PURCHASED
    if orders != len(books.orders):
        differences.append(
            f"{orders} recordings say that they ordered, and the books hold {len(books.orders)}"
        )
    return Agreement(len(soaked), pages, orders, differences)


@dataclass(frozen=True, slots=True)
class _Books:
    """What the shop knows, by the marks of the sessions.

    Attributes:
        pages: addresses of the pages that were answered, in order, each run of the same one once.
        visits: visits that began with a mark.
        orders: number and total in cents of each order, by mark.
    """

    pages: dict[str, list[str]]
    visits: Counter[str]
    orders: list[tuple[str | None, str, int]]

    @classmethod
    def of(cls, events: Iterable[Event]) -> "_Books":
        marks: dict[str, str] = {}
        seen: defaultdict[str, list[str]] = defaultdict(list)
        visits: Counter[str] = Counter()
        orders: list[tuple[str | None, str, int]] = []
        for event in events:
            if event.kind is EventKind.PAGE:
                path = str(event.detail["path"])
                if event.visit not in marks and f"{MARK}=" in path:
                    marks[event.visit] = path.partition(f"{MARK}=")[2]
                    visits[marks[event.visit]] += 1
                leads_on = 300 <= event.detail["status"] < 400
                if not leads_on and path not in IN_FRAMES:
                    seen[event.visit].append(path)
            elif event.kind is EventKind.ORDER:
                detail = event.detail
                orders.append((marks.get(event.visit), str(detail["number"]), int(detail["total_cents"])))
        return cls(
            {mark: _runs(seen[visit]) for visit, mark in marks.items()},
            visits,
            orders,
        )


def _lost_or_double(soaked: Sequence[Soaked], folder: Path, books: _Books) -> Iterator[str]:
    marks = [session.mark for session in soaked]
    yield from (f"{mark}: was run {times} times" for mark, times in Counter(marks).items() if times > 1)
    kept = {path.name for path in folder.iterdir()}
    yield from (f"{mark}: its recording is lost" for mark in sorted(set(marks) - kept))
    yield from (f"{mark}: nobody ran it, and it was recorded" for mark in sorted(kept - set(marks)))
    for mark in marks:
        if books.visits[mark] != 1:
            yield f"{mark}: the books know of {books.visits[mark]} visits of it"


def _differences(session: Soaked, recording: Recording, books: _Books) -> Iterator[str]:
    mark = session.mark
    ending = recording.ending
    if ending is None or (ending.kind, len(recording.steps)) != (session.ending, session.steps):
        yield f"{mark}: the recording is not what was run"
    orders = [(number, cents) for ordered, number, cents in books.orders if ordered == mark]
    bought = ending.purchase if ending is not None else None
    said = [(bought.order_number, _cents(bought.total))] if bought is not None else []
    if said != orders:
        yield f"{mark}: recorded orders {said}, in the books {orders}"
    recorded, answered = _recorded_pages(recording), books.pages.get(mark, [])
    went_back = any(isinstance(step.decision.action, Back) for step in recording.steps)
    if not _is_told_by(answered, recorded, went_back=went_back):
        yield f"{mark}: recorded pages {recorded}, in the books {answered}"


def _recorded_pages(recording: Recording) -> list[str]:
    """The pages that the recording tells of, in order, each run of the same one once."""
    urls = [recording.header.site]
    for step in recording.steps:
        urls += [step.url, step.outcome.url]
    return _runs(_path(url) for url in urls)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _runs(values: Iterable[str]) -> list[str]:
    return [value for value, _ in groupby(values)]


def _is_told_by(answered: Sequence[str], recorded: Sequence[str], *, went_back: bool) -> bool:
    """Whether the pages that the shop answered are those that the recording tells of, in their order.

    Who goes back sees pages again for which the shop is not asked.
    """
    tells = [_told_as(page) for page in recorded]
    if not went_back:
        return len(tells) == len(answered) and all(map(re.Pattern.fullmatch, tells, answered))
    left = iter(tells)
    return all(any(told.fullmatch(page) for told in left) for page in answered) and all(
        any(map(told.fullmatch, answered)) for told in tells
    )


def _told_as(recorded: str) -> re.Pattern[str]:
    """The addresses that a recorded one may stand for: what was typed as a secret is masked in it, too."""
    return re.compile(".+".join(map(re.escape, MASKED.split(recorded))))


def _cents(total: str | None) -> int | None:
    digits = "".join(character for character in total or "" if character.isdecimal())
    return int(digits) if digits else None
