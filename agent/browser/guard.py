"""Keeps a window where it was sent: which documents it may ask for, and why not the others.

Documents are held at the browser before their request leaves, each hop of a redirect anew. Pictures, scripts
and styles come from where the shop has them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from agent.browser.courtesy import POLITE
from agent.browser.robots import Robots
from agent.browser.site import Site, leads_inside, lies_inside
from agent.browser.terms import Terms
from agent.order_button import asks_to_order, ends_checkout, only_takes_orders, takes_orders

BY_HAND = frozenset({"anchorClick", "formSubmissionGet", "formSubmissionPost"})
"""Why a frame goes elsewhere where somebody pressed something (`Page.ClientNavigationReason`)."""

ORDER_OPERATION = re.compile(
    r"\b(place|submit|complete|finali[sz]e)(the|my|new)?_?(order|checkout|purchase)\b"
    r"|\b(checkout|order)_?(complete|submit|place)\b|\bsubmit_?for_?completion\b",
    re.IGNORECASE,
)
"""How an order is called in what a script sends (GraphQL: `mutation placeOrder`)."""

LONGEST_OPERATION = 20_000
"""Characters of that which are looked through."""


class Why(Enum):
    """Why a document is not asked for."""

    AWAY = auto()
    """It is none of the site's."""
    INSIDE = auto()
    """Its host is one of a private network, and the site is not."""
    ROBOTS = auto()
    """The site's robots.txt keeps robots from it."""
    ORDER = auto()
    """It would place an order, and none may be placed."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A document that was not asked for."""

    url: str
    why: Why


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that a page wants to ask for.

    Attributes:
        url: where it is.
        method: of HTTP.
        main: whether it takes the place of the whole page, and not of a frame in it.
        by_hand: whether a link or a form's button in that frame was pressed.
    """

    url: str
    method: str
    main: bool
    by_hand: bool

    @classmethod
    def of(cls, request: Mapping[str, Any], *, main: bool, by_hand: bool) -> "Asked":
        """What the browser says of a request that it holds (`Fetch.requestPaused`)."""
        return cls(request["url"], request["method"].upper(), main, by_hand)


class Guard:
    """What a window may ask for.

    Args:
        site: where it was sent.
        terms: what it may do there.
        robots: what the site asks of robots; None where it is not to be asked.

    Attributes:
        site: where it was sent.
        terms: what it may do there.
        pressed_apart: the shopper acts in a frame that another process shows; which of its frames asks for
            what, nobody knows there.
    """

    def __init__(self, site: Site, terms: Terms, robots: Robots | None = None) -> None:
        self.site = site
        self.terms = terms
        self.pressed_apart = False
        self._robots = None if site.on_this_machine or not terms.robots else robots
        self._public = not site.on_this_machine

    async def begin(self, url: str) -> None:
        """Learns where the start page is: a site in a private network may lead about in it."""
        if self._public:
            self._public = not await lies_inside(url)

    async def refusal(self, asked: Asked) -> Why | None:
        """Why a document may not be asked for; None where it may.

        What its address says is found at once; of shops on the web, names are looked up and robots.txt read.
        """
        if not self.site.holds(asked.url):
            if asked.main or asked.by_hand or asked.method != "GET":
                return Why.AWAY  # what a page shows in a frame of its own accord, it may
        elif self._orders(asked):
            return Why.ORDER
        if self._public and await leads_inside(asked.url):
            return Why.INSIDE
        if self._robots is not None and asked.main and not await self._robots.allows(asked.url):
            return Why.ROBOTS
        return None

    def _orders(self, asked: Asked) -> bool:
        if self.terms.may_buy:
            return False
        return only_takes_orders(asked.url) or (asked.method == "POST" and takes_orders(asked.url))

    def keeps_from_ordering(self, request: Mapping[str, Any]) -> bool:
        """Whether what a script asks for would place an order, and none may be placed.

        Args:
            request: as the browser has it (`Fetch.requestPaused`).
        """
        if self.terms.may_buy:
            return False
        said, url = request.get("postData", ""), request["url"]
        if only_takes_orders(url) or (request["method"] == "POST" and ends_checkout(url)):
            return True
        return ORDER_OPERATION.search(said[:LONGEST_OPERATION]) is not None

    def keeps_from_agreeing(self, question: str) -> bool:
        """Whether OK to a message box would place an order, and none may be placed."""
        return not self.terms.may_buy and asks_to_order(question)

    async def pause(self, url: str) -> float:
        """Seconds that the site is to be left alone between two actions."""
        if self.terms.pause is not None:
            return self.terms.pause
        if self.site.on_this_machine:
            return 0.0
        return max(POLITE, await self._robots.delay(url) if self._robots is not None else 0.0)
