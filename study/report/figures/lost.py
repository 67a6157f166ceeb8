"""Where shoppers got lost: the pages they left from, what they did over and over, what could not be done."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from study.report.figures.ranking import Met, Place, StepAt, Top, ranked, top
from study.report.figures.shares import Share, share
from study.report.rows import StepRow, VisitRow

QUERY = 40
"""Characters of a query that are kept: what follows tells a reader little."""

PAGES = {
    "home": "Home page",
    "listing": "Listing or search results",
    "product": "Product page",
    "cart": "Cart",
    "checkout": "Checkout",
    "confirmation": "Confirmation of the order",
    "account": "Account",
    "other": "Another page",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """What of a study shows where shoppers got lost.

    Attributes:
        unbought: of each arm's sessions, those without a purchase.
        pages: kinds of pages that they ended on; shares are of the sessions without a purchase.
        addresses: their addresses, without the site's host, with the title; shares as above.
        targets: the last thing that was acted on; shares as above.
        loops: actions that were done again on the same page; shares are of all sessions.
        searches: words that found nothing; shares as above.
        rejections: outcomes of actions that could not be done, what varies in them left out, with the target
            that it mostly happened at; shares as above.
    """

    unbought: tuple[Share, ...]
    pages: tuple[Place, ...]
    addresses: Top[Place]
    targets: Top[Place]
    loops: Top[Place]
    searches: Top[Place]
    rejections: Top[Place]


def lost(visits: Mapping[str, Sequence[VisitRow]], steps: Sequence[StepRow]) -> Lost:
    """Where shoppers got lost.

    Args:
        visits: sessions that are done, by arm.
        steps: of these.
    """
    sizes = {arm: len(all_) for arm, all_ in visits.items()}
    without = [visit for all_ in visits.values() for visit in all_ if not visit.bought]
    left = {arm: sum(not visit.bought for visit in all_) for arm, all_ in visits.items()}
    repeats = (_met(step, _deed(step), place_of(step.url)) for step in steps if step.repeat)
    nothing = (_met(step, _words(step), step.title) for step in steps if step.zero_results)
    rejected = (_met(step, pattern(step), step.name or step.action) for step in steps if not step.accepted)
    return Lost(
        unbought=tuple(share(left[arm], size) for arm, size in sizes.items()),
        pages=ranked(_last_pages(without), left),
        addresses=top(ranked(_last_addresses(without), left)),
        targets=top(ranked(_last_targets(without), left)),
        loops=top(ranked(repeats, sizes)),
        searches=top(ranked(nothing, sizes)),
        rejections=top(ranked(rejected, sizes)),
    )


def place_of(url: str) -> str:
    """An address as a reader wants it: without the host, its query in plain characters and short."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = unquote(parts.query.replace("+", " "), errors="replace")
    shown = query if len(query) <= QUERY else f"{query[:QUERY].rstrip()}…"
    return unquote(parts.path or "/", errors="replace") + (f"?{shown}" if shown else "")


def pattern(step: StepRow) -> str:
    """The first sentence of an outcome with what varies in it left out, so that equal failures are equal."""
    text = re.sub(r'"[^"]*"', "“…”", step.outcome)
    if step.name:
        text = text.replace(step.name, "…")
    return re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]


def _met(step: StepRow, what: str, detail: str) -> Met:
    return Met(what, detail, step.arm, StepAt(step.session, step.index))


def _deed(step: StepRow) -> str:
    typed = f" “{step.text}”" if step.text else ""
    return f"{step.action} {step.name or ''}{typed}".strip()


def _words(step: StepRow) -> str:
    return " ".join((step.text or step.name or step.action).casefold().split())


def _last_pages(visits: Sequence[VisitRow]) -> Iterator[Met]:
    for visit in visits:
        if visit.last_page is not None:
            yield Met(PAGES.get(visit.last_page, visit.last_page), "", visit.arm, _end(visit))


def _last_addresses(visits: Sequence[VisitRow]) -> Iterator[Met]:
    for visit in visits:
        if visit.last_url is not None:
            yield Met(place_of(visit.last_url), visit.last_title or "", visit.arm, _end(visit))


def _last_targets(visits: Sequence[VisitRow]) -> Iterator[Met]:
    for visit in visits:
        if visit.last_target is not None:
            yield Met(visit.last_target, visit.last_title or "", visit.arm, _end(visit))


def _end(visit: VisitRow) -> StepAt:
    return StepAt(visit.session, max(visit.steps, 1))
