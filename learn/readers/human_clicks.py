"""Real shoppers' clicks of 2008, set on the listings on which they were made.

The data are "clickstream data for online shopping" (M. Łapczyński, S. Białowąs, 2019, UCI Machine Learning
Repository, CC BY 4.0): one row a click on a product of a listing. Since every product stands on one listing,
the page that was seen is known, and a click on a product of another listing implies the way there. The way is
marked as inferred, the click and the leaving at the end as recorded.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from agent.actions import Click, Decision, Terminate
from agent.errors import UserError
from agent.persona import Persona
from agent.session import EndingKind, Outcome
from learn.clothing2008 import HOME, Listings, listings
from learn.reading import Reading, Unreadable, open_text
from learn.session import Author, Evidence, Session, Turn

SOURCE = "human_clicks"
INTENT = "something to wear during my pregnancy"
"""The data name no intent. This is what the shop sells."""

COLUMNS = ("year", "month", "day", "order", "country", "session ID", "page 2 (clothing model)")
"""The columns that are read; the others follow from the product."""

_COUNTRIES = (
    "Australia", "Austria", "Belgium", "the British Virgin Islands", "the Cayman Islands", "Christmas Island",
    "Croatia", "Cyprus", "the Czech Republic", "Denmark", "Estonia", "", "the Faroe Islands", "Finland",
    "France", "Germany", "Greece", "Hungary", "Iceland", "India", "Ireland", "Italy", "Latvia", "Lithuania",
    "Luxembourg", "Mexico", "the Netherlands", "Norway", "Poland", "Portugal", "Romania", "Russia",
    "San Marino", "Slovakia", "Slovenia", "Spain", "Sweden",
    "Switzerland", "Ukraine", "the United Arab Emirates", "the United Kingdom",
    "the USA", "", "", "", "", "",
)  # fmt: skip
"""By the data set's number, from 1; empty where the address told no country (.com, .net, …)."""


COUNTRIES = len(_COUNTRIES)


def country_of(session: Session) -> int:
    """The data set's number of a visitor's country; 0 where it is not known."""
    return country_number(session.persona.location)


def country_number(name: str | None) -> int:
    """The data set's number of a country, as a visitor's `location` names it; 0 where it is not known."""
    return _COUNTRIES.index(name) + 1 if name in _COUNTRIES else 0


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    order: int
    code: str
    country: int
    day: datetime


def read_human_clicks(path: Path) -> Reading:
    """The sessions of a file of clicks.

    Args:
        path: the CSV file, semicolons between columns, plain or gzipped.

    Raises:
        UserError: the file cannot be read, or lacks a column.
    """
    shop = listings()
    table = csv.DictReader(open_text(path), delimiter=";")
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise UserError(f"{path} is no file of clicks: it has no column {missing[0]!r}")
    rows: dict[str, list[_Row]] = defaultdict(list)
    unreadable: list[Unreadable] = []
    broken: set[str] = set()
    for fields in table:
        identity = fields["session ID"] or ""
        try:
            rows[identity].append(_row(fields, table.line_num, shop))
        except ValueError as error:
            unreadable.append(Unreadable(str(path), table.line_num, str(error)))
            broken.add(identity)
    sessions = []
    for identity, clicks in rows.items():
        clicks.sort(key=lambda row: row.order)
        reason = _LEFT_OUT.format(identity) if identity in broken else _hole(clicks)
        if not reason:
            sessions.append(_session(identity, clicks, shop))
        elif clicks:
            unreadable.append(Unreadable(str(path), clicks[0].line, reason))
    return Reading(tuple(sessions), tuple(unreadable))


_LEFT_OUT = "session {} is left out, since one of its rows is unreadable"


def _row(fields: Mapping[str, str | None], line: int, shop: Listings) -> _Row:
    """One click.

    Raises:
        ValueError: a value is missing or impossible; says which.
    """
    if not fields["session ID"]:
        raise ValueError("it names no session")
    code = fields["page 2 (clothing model)"] or ""
    if code not in shop.products:
        raise ValueError(f"there is no product {code!r} in the shop")
    numbers = [_number(fields, name) for name in ("year", "month", "day", "order", "country")]
    year, month, day, order, country = numbers
    if not 1 <= country <= len(_COUNTRIES):
        raise ValueError(f"there is no country {country}")
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{year}-{month:02}-{day:02} is no date") from None
    return _Row(line, order, code, country, at)


def _number(fields: Mapping[str, str | None], name: str) -> int:
    text = fields[name] or ""
    if not text.isdecimal():
        raise ValueError(f"{name} is {text!r} and not a number")
    return int(text)


def _hole(clicks: list[_Row]) -> str:
    """What is wrong with the order of a session's clicks; empty where nothing is."""
    orders = [row.order for row in clicks]
    if orders == list(range(1, len(orders) + 1)):
        return ""
    return f"its clicks are numbered {orders[:8]}{'…' if len(orders) > 8 else ''}, which is not 1, 2, 3, …"


def _session(identity: str, clicks: list[_Row], shop: Listings) -> Session:
    turns = turns_of([(row.code, row.day) for row in clicks], shop)
    persona = visitor(_COUNTRIES[clicks[0].country - 1])
    return Session(identity, SOURCE, Author.HUMAN, None, persona, INTENT, turns, EndingKind.LEFT)


def turns_of(clicks: Sequence[tuple[str, datetime | None]], shop: Listings) -> tuple[Turn, ...]:
    """A whole visit, from the home page until the visitor leaves.

    Args:
        clicks: the products that were clicked, by code, and when.
        shop: where they stand.
    """
    place = HOME
    turns: list[Turn] = []
    for code, at in clicks:
        there = shop.products[code].place
        turns += _way(place, there)
        turns.append(_look(code, at))
        place = there
    return (*turns, Turn(shop.observations[place], _LEAVE, _CLOSED))


_LEAVE = Decision(rationale="", action=Terminate())
_CLOSED = Outcome(accepted=True, message="The shopper closed the window.", url="")


@cache
def _way(start: int, end: int) -> tuple[Turn, ...]:
    shop = listings()
    return tuple(
        Turn(shop.observations[here], _by(click), shop.opened(there), Evidence.INFERRED)
        for here, click, there in shop.through(start, shop.way(start, end))
    )


@cache
def _look(code: str, day: datetime | None) -> Turn:
    undated = _undated_look(code)
    return Turn(undated.observation, undated.decision, undated.outcome, at=day)


@cache
def _undated_look(code: str) -> Turn:
    shop = listings()
    product = shop.products[code]
    return Turn(shop.observations[product.place], _by(Click(name=product.name)), shop.looked_at(product))


def _by(click: Click) -> Decision:
    return Decision(rationale="", action=click)


@cache
def visitor(country: str) -> Persona:
    """What is known of a visitor: hardly anything.

    Args:
        country: that of the address; empty where it is not known.
    """
    return Persona(id="visitor", name="a visitor of an online shop", location=country or None, intent=INTENT)
