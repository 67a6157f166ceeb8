"""The event log: what each visitor did, as the shop saw it.

A session that was recorded in the browser can be checked against it, step by step: `Event.visit` is the value
of the visitor's `visit` cookie.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What can be in the log, with the detail that each kind carries."""

    VISIT = "visit"
    """Somebody came for the first time. No detail."""
    PAGE = "page"
    """A page was answered: method, path (with its query), status."""
    SEARCH = "search"
    """A listing was asked for: text, category, brands, low_cents, high_cents, rating, free_delivery, sort,
    page, results (how many were found), corrected."""
    VIEW = "view"
    """A product page was opened: code."""
    ADD = "add"
    """Something went into the cart: code, choices, quantity."""
    QUANTITY = "quantity"
    """A cart line was changed: code, choices, quantity."""
    REMOVE = "remove"
    """A cart line was taken out: code, choices."""
    COUPON = "coupon"
    """A coupon was tried: code, accepted."""
    WISH = "wish"
    """A product was put on the wish list: code."""
    UNWISH = "unwish"
    """A product was taken off the wish list: code."""
    CHECKOUT = "checkout"
    """A step of the checkout was sent in: step, missing (fields not in order; empty: it went on)."""
    ORDER = "order"
    """An order was placed: number, items (code, title, choices, quantity, cents), total_cents."""
    ACCOUNT = "account"
    """register, login, logout: action, accepted."""
    ANSWER = "answer"
    """The cookie banner or the newsletter dialog was answered: to, answer."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    Attributes:
        id: counts up from 1.
        at: ISO 8601, UTC.
        visit: the visitor's cookie.
        kind: what happened.
        detail: see `EventKind`.
    """

    id: int
    at: str
    visit: str
    kind: EventKind
    detail: Mapping[str, Any]


def json_lines(events: Iterable[Event]) -> str:
    """The events as JSON Lines, one an event."""
    return "".join(json.dumps(asdict(event), ensure_ascii=False) + "\n" for event in events)
