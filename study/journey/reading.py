"""A session read as a journey through a shop: how far it came, what it looked for, where it ended.

Pure functions of what a recording holds: addresses, titles, observations, actions and outcomes. No shop is
asked, and no rule is for one shop. `study.journey.page_kind` says what kind of page each look was at; here
it becomes stages:

    landed     a page was looked at
    searched   a text was typed into the shop's search and sent (a category that was opened is no search)
    viewed     a product's page was looked at
    added      an action put something into the cart: the button alone is no evidence, what came of it is
    checkout   a page of a checkout was looked at
    bought     the session ended as a purchase, or a page on the way out of the checkout confirms an order

The stages are facts of their own and need not be nested: who adds from a list never viewed, and who browses
never searched.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.actions import Terminate, TypeAndSubmit, name_in, text_in
from agent.recording import Recording
from agent.session import EndingKind, Purchase, Step
from study.journey import cart_words
from study.journey.adding import adds
from study.journey.address import read_address
from study.journey.page import Page, opened, plain, read_page
from study.journey.page_kind import PageKind, kind_of
from study.journey.signs import nothing_found

QUOTED = re.compile(r'["“”„«»\'](.+?)["“”«»\']')
_NUMBER = re.compile(r"\d[\d.,'\u2019 \u00a0\u202f]*\d|\d")
_CENTS = re.compile(r"[.,](\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Journey:
    """What a session was, told in a shop's terms.

    Attributes:
        kinds: of the page of each step.
        repeats: for each step, whether an earlier one did the same action on the same page address.
        zero_results: for each step, whether its page says that there are no products to show.
        landed: see the module, as for all stages.
        searches: texts that were typed into the shop's search and sent.
        zero_result_searches: of these, those whose next page says that nothing was found.
        products: different product pages that were looked at.
        last_page: kind of the page on which the session ended; `other` where none was looked at.
        last_url: its address.
        last_title: its title.
        last_target: name of the last thing that was acted on; None where nothing was.
        purchase: what was bought, as far as the confirmation says it; None where nothing was.
    """

    kinds: tuple[PageKind, ...]
    repeats: tuple[bool, ...]
    zero_results: tuple[bool, ...]
    landed: bool
    searched: bool
    viewed: bool
    added: bool
    checkout: bool
    bought: bool
    searches: int
    zero_result_searches: int
    products: int
    last_page: PageKind
    last_url: str
    last_title: str
    last_target: str | None
    purchase: Purchase | None

    @property
    def order_amount(self) -> float | None:
        """The order's total as a number; None where there is none or it cannot be read."""
        return amount(self.purchase.total) if self.purchase and self.purchase.total else None


BOUGHT = frozenset({EndingKind.PURCHASED, EndingKind.PURCHASE_INTENT})
"""Where no orders may be placed, a shopper who is about to has bought as far as can be known."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A page that was looked at, its kind, and whether it says that it has no products to show."""

    page: Page
    kind: PageKind
    empty: bool = False


def read_journey(recording: Recording, last: Page | None = None) -> Journey:
    """A session as a journey.

    Args:
        recording: finished or cut off.
        last: the page that was seen last, on which nothing was done any more; None where there is none
            (`study.journey.recorded.last_page` reads it).
    """
    steps, ending = recording.steps, recording.ending
    kind = ending.kind if ending is not None else None
    looks = _looks(steps, last, purchased=kind is EndingKind.PURCHASED)
    kinds = tuple(look.kind for look in looks)
    zero = tuple(look.empty for look in looks)
    turns = list(_after(steps, looks))
    searches = [at for at, turn in enumerate(turns) if _is_search(*turn)]
    end = looks[-1] if looks else None
    return Journey(
        kinds=kinds[: len(steps)],
        repeats=_repeats(steps),
        zero_results=zero[: len(steps)],
        landed=bool(looks),
        searched=bool(searches),
        viewed=PageKind.PRODUCT in kinds,
        added=any(adds(step, look.page, look.kind, after.page, after.kind) for step, look, after in turns),
        checkout=PageKind.CHECKOUT in kinds,
        bought=kind in BOUGHT or PageKind.CONFIRMATION in kinds,
        searches=len(searches),
        zero_result_searches=sum(zero[at + 1] for at in searches if at + 1 < len(zero)),
        products=_products(looks),
        last_page=end.kind if end else PageKind.OTHER,
        last_url=end.page.url if end else recording.header.site,
        last_title=end.page.title if end else "",
        last_target=_last_target(steps),
        purchase=ending.purchase if ending else None,
    )


def amount(total: str) -> float | None:
    """A sum as a number, whatever signs its country writes: `$1,234.50`, `1.234,50 €`, `1 234,50 zł`.

    The last point or comma is the decimal sign where one or two digits follow it; what is left groups
    thousands. None where there is no number.
    """
    found = _NUMBER.search(total)
    if not found:
        return None
    cents = _CENTS.search(found[0])
    whole = re.sub(r"\D", "", found[0][: cents.start()] if cents else found[0])
    return float(f"{whole or 0}.{cents[1] if cents else 0}")


def _looks(steps: Sequence[Step], last: Page | None, *, purchased: bool) -> list[_Look]:
    """The pages that were looked at: one a step, and the last."""
    looks: list[_Look] = []
    for at, step in enumerate(steps):
        earlier = steps[at - 1] if at else None
        if earlier and _as_seen(earlier) == _as_seen(step):
            looks.append(looks[-1])
        else:
            looks.append(_look(read_page(step.url, step.title, step.observation), looks))
    if last is not None:
        looks.append(_Look(last, PageKind.CONFIRMATION) if purchased else _look(last, looks))
    return [_uncovered(look, looks) for look in looks]


def _as_seen(step: Step) -> tuple[str, str, str]:
    return step.url, step.title, step.observation


def _look(page: Page, looks: Sequence[_Look]) -> _Look:
    start, before = (looks[0].page, looks[-1].kind) if looks else (page, None)
    kind = kind_of(page, start, before)
    return _Look(page, kind, empty=kind is PageKind.LISTING and bool(nothing_found(page)))


def _uncovered(look: _Look, looks: Sequence[_Look]) -> _Look:
    """A page of which only a dialog was to be seen is what it is without it, if that was seen as well."""
    if not look.page.only_dialog:
        return look
    under = next((other for other in looks if _is_under(other.page, look.page)), look)
    kind = under.kind if look.kind is PageKind.OTHER else look.kind
    return _Look(look.page, kind, under.empty and kind is PageKind.LISTING)


def _is_under(page: Page, dialog: Page) -> bool:
    return not page.only_dialog and (page.url, page.title) == (dialog.url, dialog.title)


def _after(steps: Sequence[Step], looks: Sequence[_Look]) -> Iterator[tuple[Step, _Look, _Look]]:
    """Each step with the page that it was done on, and the page that was looked at next.

    After the last page of a session that broke off there was no look; what the outcome says of the page that
    opened is known all the same.
    """
    for at, step in enumerate(steps):
        if at + 1 < len(looks):
            yield step, looks[at], looks[at + 1]
        else:
            page = Page(step.outcome.url, opened(step.outcome) or step.title)
            yield step, looks[at], _look(page, looks)


def _is_search(step: Step, look: _Look, after: _Look) -> bool:
    """Whether a text was typed into the shop's search: the field says so, or the list that came of it."""
    action = step.decision.action
    if not isinstance(action, TypeAndSubmit) or not step.outcome.accepted or not action.text.strip():
        return False
    field = look.page.things.get(action.name)
    if field is None:
        return False
    told = plain(f"{field.name.replace('_', ' ')} {field.label}")
    if cart_words.OTHER_SEARCH.search(told):
        return False
    if field.searching or cart_words.SEARCH_FIELD.search(told):
        return True
    text = plain(action.text)
    return after.kind is PageKind.LISTING and text in (
        plain(read_address(after.page.url).searched),
        *QUOTED.findall(after.page.name),
    )


def _repeats(steps: Sequence[Step]) -> tuple[bool, ...]:
    done: set[tuple[str, str, str | None, str]] = set()
    repeats = []
    for step in steps:
        action = step.decision.action
        if isinstance(action, Terminate):
            repeats.append(False)
            continue
        text = text_in(action) or ""
        key = (read_address(step.url).page, action.type, name_in(action), text)
        repeats.append(key in done)
        done.add(key)
    return tuple(repeats)


def _products(looks: Sequence[_Look]) -> int:
    """Different products by address and heading: an application of one page has one address for all.

    A product's page that comes right after one of the same heading is the same product, whatever its address:
    one that was sent back because an option is missing, or that was opened in another colour.
    """
    named = {(look.page.url, look.page.title): look.page.name for look in looks if not look.page.only_dialog}
    products: set[tuple[str, str]] = set()
    before: tuple[str, str] | None = None
    for look in looks:
        if look.kind is not PageKind.PRODUCT:
            before = None
            continue
        page = look.page
        name = named.get((page.url, page.title), page.name) if page.only_dialog else page.name
        key = (read_address(page.url).path, name)
        before = before if before and before[1] == key[1] else key
        products.add(before)
    return len(products)


def _last_target(steps: Sequence[Step]) -> str | None:
    for step in reversed(steps):
        name = name_in(step.decision.action)
        if step.outcome.accepted and name is not None:
            return name
    return None
