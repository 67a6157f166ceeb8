"""A recording in a row, and what can be searched in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from study.journey.page import Page
from study.journey.page_kind import PageKind, kind_of
from viewer.answers import INTERVIEWS
from viewer.film import beginning_of, seconds_of
from viewer.journal import Journal, StepLine, read_journal

OPEN = ""
"""Stands for the ending of a session that has none: whether it is running or was cut off, its age tells."""

_PAIR = re.compile(r"(\d{1,9})-.")
_MARKS = re.compile("[\x02\x03]")
MOST_PAGES = 200
MOST_SAID = 200_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that was looked at: its kind by title and address, its title, its path."""

    kind: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """What a list tells of a recording.

    Attributes:
        pair: number that twins in the arms of a study share; empty outside studies.
        arm: of the study.
        persona: the shopper's name.
        policy: what decided, in a word or two.
        started: UTC, ISO; empty where it is not known.
        ended: how the session ended; `OPEN` where it has no ending, `damaged` where it has not even a header.
        damage: the first fault in the journal, in words.
        picture: name of the last picture; empty where there is none.
        answers: whether interviews lie beside it, 1 or 0.
    """

    pair: str
    arm: str
    persona: str
    intent: str
    site: str
    policy: str
    started: str
    ended: str
    message: str
    steps: int
    rejected: int
    seconds: float
    damage: str
    picture: str
    answers: int


@dataclass(frozen=True, slots=True)
class Summary(Line):
    """The same, and what can be searched in it.

    Attributes:
        said: all rationales, a line each.
        pages: that were looked at, each once.
    """

    said: str
    pages: tuple[Seen, ...]


def summary_of(folder: Path) -> Summary:
    """The recording in a folder; one that cannot be read is told as damaged."""
    journal = read_journal(folder)
    header, ending, steps = journal.header, journal.ending, journal.steps
    started = beginning_of(journal)
    pair = _PAIR.match(header.session) if header and header.session == folder.name else None
    return Summary(
        pair=pair[1] if pair else "",
        arm=header.arm if header else "",
        persona=header.persona_name if header else "",
        intent=header.intent[:2_000] if header else "",
        site=header.site if header else "",
        policy=_policy(journal),
        started=started.isoformat() if started else "",
        ended=(ending.ended or "damaged") if ending else OPEN if header else "damaged",
        message=ending.message[:500] if ending else "",
        steps=len(steps),
        rejected=sum(not step.accepted for step in steps),
        seconds=seconds_of(journal),
        damage=journal.damage,
        picture=_last_picture(folder, len(steps)),
        answers=int((folder / INTERVIEWS).is_file()),
        said=_MARKS.sub(" ", "\n".join(step.rationale for step in steps))[:MOST_SAID],
        pages=tuple(dict.fromkeys(_pages(steps)))[:MOST_PAGES],
    )


def _policy(journal: Journal) -> str:
    if journal.header is None:
        return ""
    policy = journal.header.policy
    return next((str(policy[key])[:100] for key in ("model", "name", "kind") if policy.get(key)), "")


def _last_picture(folder: Path, steps: int) -> str:
    names = (f"{number:04}.jpg" for number in (steps + 1, steps) if number)
    return next((name for name in names if (folder / "screenshots" / name).is_file()), "")


def _pages(steps: list[StepLine]) -> Iterator[Seen]:
    start, before = None, None
    # Most pages are looked at more than once.
    known: dict[tuple[str, str, PageKind | None], PageKind] = {}
    for step in steps[: 5 * MOST_PAGES]:
        page = Page(step.url[:2_000], step.title[:300])
        start = start or page
        look = (page.url, page.title, before)
        before = known[look] = known.get(look) or kind_of(page, start, before)
        yield Seen(before.value, page.title, _path(page.url))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path[:300]
    except ValueError:  # a page can claim any address
        return url[:300]


KINDS = tuple(kind.value for kind in PageKind)
"""Kinds of pages, in the order in which a visit meets them."""
