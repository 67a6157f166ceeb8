"""Did an action put something into the cart? Told by what came of it, not by what the button says."""

import re
from functools import lru_cache

from agent.actions import Click, Terminate
from agent.session import Step
from study.journey import cart_words
from study.journey import shop_words as words
from study.journey.address import read_address
from study.journey.page import Page, Thing, plain
from study.journey.page_kind import LEADS_TO_ORDER, PageKind
from study.journey.signs import cards_on, is_add_button, without_price

CHANGED = "The page changed: "
"""How an outcome says that a person could see a difference on a page that stayed (`agent.browser`)."""
REFUSED = re.compile(r"\(HTTP [45]\d\d\)|The page shows(?: at .*)?: ")
"""How an outcome says that the shop answered with an error, or the browser that a field is missing."""
_BADGE = re.compile(r"\(?(\d{1,3})\)?")


def adds(step: Step, page: Page, kind: PageKind, after: Page, kind_after: PageKind) -> bool:
    """Whether a step put something into the cart.

    Anything that was done counts if the shop says so in answer, or if the cart's count went up: a quantity
    that was typed in and sent with Enter, too. The click on a button that adds counts besides if it led to
    the cart or the checkout, or if the page stayed and changed, and nothing says that it failed (an option
    is missing, nothing is left, an error). A click that led anywhere else, to the product or to a page for
    logging in, has added nothing, unless that page says so.

    Args:
        step: what was done, and its outcome.
        page: on which.
        kind: of that page.
        after: the page that was looked at next.
        kind_after: its kind.
    """
    message = plain(step.outcome.message)
    if not step.outcome.accepted or isinstance(step.decision.action, Terminate):
        return False
    if cart_words.ADDED.search(message) and not cart_words.NOT_ADDED.search(message):
        return True
    pressed = _pressed(step, page, kind)
    count, count_after = cart_count(page), cart_count(after)
    if count is not None and count_after is not None and count_after > count:
        return pressed or kind not in LEADS_TO_ORDER
    return pressed and _worked(step, message, page, kind, after, kind_after)


def cart_count(page: Page) -> int | None:
    """How many things are in the cart, by what is written on the way to it; None without such a way."""
    ways = [thing for thing in page.things.values() if _leads_to_cart(thing.label)]
    for way in ways:
        number = re.search(r"\d+", way.label) or _BADGE.fullmatch(way.tail)
        if number:
            return int(re.sub(r"\D", "", number[0]))
    return 0 if ways else None


@lru_cache(maxsize=16_384)
def _leads_to_cart(label: str) -> bool:
    return words.CART_LINK.fullmatch(plain(label)) is not None


def _pressed(step: Step, page: Page, kind: PageKind) -> bool:
    """Whether a button was pressed that adds. One word such as "Buy" says so only beside a price."""
    action = step.decision.action
    thing = page.things.get(action.name) if isinstance(action, Click) else None
    if thing is None or thing.is_field or thing.tag == "option" or kind in LEADS_TO_ORDER - {PageKind.CART}:
        return False
    return is_add_button(thing) or (
        not thing.around
        and cart_words.BARE_BUY.fullmatch(without_price(plain(thing.label))) is not None
        and (kind is PageKind.PRODUCT or _is_priced(thing, page))
    )


def _is_priced(thing: Thing, page: Page) -> bool:
    line = page.lines[thing.place]
    return words.PRICE.search(plain(line.text)) is not None or cards_on(line) > 0


def _worked(step: Step, message: str, page: Page, kind: PageKind, after: Page, kind_after: PageKind) -> bool:
    """Whether a pressed button did what is written on it."""
    known = {line.text for line in page.lines}
    fresh = [plain(line.text) for line in after.lines if line.text not in known]
    answer = "\n".join([message, *fresh])
    if REFUSED.search(step.outcome.message):
        return False
    if cart_words.ADDED.search(answer) and not cart_words.CANNOT_ADD.search(answer):
        return True
    if kind_after in LEADS_TO_ORDER and kind_after is not kind:
        return True
    stayed = read_address(after.url).path == read_address(page.url).path
    changed = bool(fresh) or CHANGED in step.outcome.message
    return stayed and changed and not cart_words.NOT_ADDED.search(answer)
