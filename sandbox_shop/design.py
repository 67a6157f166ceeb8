"""The switches by which two designs of the shop differ.

A design is a frozen value, given when the shop starts. Each switch changes what is rendered and nothing else:
the same products at the same prices, so that two groups of shoppers differ in the design alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args, get_type_hints

from rapidfuzz import process

from sandbox_shop.errors import ShopError

OnOff = Literal["on", "off"]
Shown = Literal["shown", "hidden"]
Sort = Literal["relevance", "price", "price_down", "rating", "newest"]
MOST_A_PAGE = 96


@dataclass(frozen=True, slots=True)
class Design:
    """How the shop looks and what it offers; `switches` says what each one does."""

    layout: Literal["grid", "list"] = "grid"
    filters: Literal["side", "top", "hidden"] = "side"
    sort: Sort = "relevance"
    page_size: int = 0
    reviews: Shown = "shown"
    ratings: OnOff = "on"
    suggestions: OnOff = "on"
    sponsored: OnOff = "on"
    related: OnOff = "on"
    buy_now: OnOff = "on"
    quick_add: OnOff = "off"
    urgency: OnOff = "off"
    free_delivery_banner: OnOff = "off"
    guest_checkout: OnOff = "on"
    newsletter: OnOff = "on"
    cookie_banner: OnOff = "on"

    @classmethod
    def parse(cls, assignments: Iterable[str]) -> Self:
        """Read switches written as `name=value`, such as `reviews=hidden`.

        Raises:
            ShopError: there is no such switch or value; the message names the nearest one that exists.
        """
        chosen: dict[str, Any] = {}
        for assignment in assignments:
            name, equals, value = (part.strip() for part in assignment.partition("="))
            if not equals:
                raise ShopError(f"design switch {assignment!r} is not of the form name=value")
            chosen[name] = _value(_switch(name), value)
        return cls(**chosen)


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch, for a command's help.

    Attributes:
        name: what stands left of the equals sign.
        values: what may stand right of it, the default first; empty where any number may.
        default: the value that holds unless another is given.
        meaning: one sentence.
    """

    name: str
    values: tuple[str, ...]
    default: str
    meaning: str


_MEANINGS: Mapping[str, str] = {
    "layout": "Listings show products side by side, or one below the other with their brands.",
    "filters": "Where a listing offers its filters.",
    "sort": "How listings are sorted until the shopper chooses otherwise.",
    "page_size": f"Products on a page of a listing, 2 to {MOST_A_PAGE}; 0 leaves it to the catalogue.",
    "reviews": "Whether product pages show what customers wrote.",
    "ratings": "Whether stars and the number of ratings are shown.",
    "suggestions": "Whether the search box suggests while one types.",
    "sponsored": "Whether paid places are mixed into listings.",
    "related": "Whether product pages show related products.",
    "buy_now": "Whether product pages have a button that goes straight to checkout.",
    "quick_add": "Whether listings have an `Add to cart` button where no options must be chosen first.",
    "urgency": "Whether pages press for time: `Only 3 left`, `12 people bought this today`.",
    "free_delivery_banner": "Whether a banner on every page says from which worth on delivery is free.",
    "guest_checkout": "Whether one can order without an account.",
    "newsletter": "Whether a dialog asks for an e-mail address on the third page of a visit.",
    "cookie_banner": "Whether a banner asks about cookies until it is answered.",
}


def switches() -> tuple[Switch, ...]:
    """All switches, in the order in which a help should list them."""
    return tuple(_switch(each.name) for each in fields(Design))


def _switch(name: str) -> Switch:
    hints = get_type_hints(Design)
    if name not in hints:
        raise ShopError(f"there is no design switch {name!r}: did you mean {_nearest(name, tuple(hints))!r}?")
    default = str(getattr(Design(), name))
    values = tuple(str(value) for value in get_args(hints[name]))
    ordered = tuple(sorted(values, key=lambda value: value != default))
    return Switch(name, ordered, default, _MEANINGS[name])


def _value(switch: Switch, text: str) -> str | int:
    if not switch.values:
        return _page_size(text)
    if text not in switch.values:
        near = _nearest(text, switch.values)
        known = ", ".join(switch.values)
        raise ShopError(
            f"design switch {switch.name} cannot be {text!r}: did you mean {switch.name}={near}? ({known})"
        )
    return text


def _page_size(text: str) -> int:
    if text.isdecimal() and (int(text) == 0 or 2 <= int(text) <= MOST_A_PAGE):
        return int(text)
    raise ShopError(f"design switch page_size is a number from 2 to {MOST_A_PAGE}, or 0, not {text!r}")


def _nearest(text: str, known: tuple[str, ...]) -> str:
    return process.extract(text, known, limit=1)[0][0]
