"""What can be said of a thing for sale: its price, its colour, and what of it was wanted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from learn.rationales.past import Past
from learn.rationales.shelf import Item, Shelf
from learn.rationales.words import telling
from learn.search_words import words

_LIMIT = re.compile(
    r"\b(?:under|below|up to|less than|lower than|at most|no more than) ([$£€])([\d,]+(?:\.\d\d)?)",
    re.IGNORECASE,
)
"""The most that a visit may cost, in an intent's words."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is so of a thing.

    Attributes:
        verb: `is`, `costs` or `says`.
        rest: behind the verb.
        apposed: the same without a verb: "a gray one, cheaper than the last".
        weight: how readily it comes to mind.
        price: whether it is about the price; two remarks of the same kind do not go together.
        against: whether it speaks against the thing, as far as a price can.
    """

    verb: str
    rest: str
    apposed: str
    weight: int
    price: bool
    against: bool = False


def remarks(item: Item, shelf: Shelf, past: Past, intent: str) -> Iterator[Remark]:
    """All that is so of a thing.

    Args:
        item: the thing.
        shelf: where it stands.
        past: what happened before.
        intent: what the visit is for.
    """
    yield from _of_the_page(item, shelf)
    yield from _of_the_intent(item, intent)
    last = past.last
    if last is None:
        yield from _plain(item)
        return
    yield from _of_the_price(item, last)
    yield from _of_the_colour(item, last, past)


def _of_the_page(item: Item, shelf: Shelf) -> Iterator[Remark]:
    """Its price among all prices of the page."""
    prices = shelf.prices
    if item.cents is None or len(prices) < 3 or prices[0] == prices[-1]:
        return
    if item.cents == prices[0]:
        if prices[1] > prices[0]:
            yield Remark("is", "the cheapest here", "the cheapest here", 6, price=True)
            yield Remark("costs", "the least here", "the lowest price here", 4, price=True)
        else:
            yield Remark("is", "among the cheapest here", "among the cheapest here", 4, price=True)
    if item.cents == prices[-1]:
        if prices[-2] < prices[-1]:
            yield Remark("is", "the dearest here", "the dearest here", 5, price=True, against=True)
            yield Remark("costs", "the most here", "the highest price here", 3, price=True, against=True)
        else:
            yield Remark(
                "is", "among the dearest here", "among the dearest here", 3, price=True, against=True
            )


def _of_the_intent(item: Item, intent: str) -> Iterator[Remark]:
    """Its words and its price against what the visit is for."""
    wanted = telling(intent)
    shared = [word for word in words(item.label) if word in wanted]
    if 0 < len(shared) <= 4:
        said = " ".join(dict.fromkeys(shared))
        yield Remark("says", f"“{said}” as I want", f"“{said}” as I want", 6, price=False)
    limit = _LIMIT.search(intent)
    if limit is None or item.cents is None or limit[1] != item.currency:
        return
    most = int(float(limit[2].replace(",", "")) * 100)
    money = _money(item, most)
    if item.cents <= most:
        yield Remark("is", f"within my {money}", f"within my {money}", 4, price=True)
    else:
        yield Remark("is", f"over my {money}", f"over my {money}", 4, price=True, against=True)


def _of_the_price(item: Item, last: Item) -> Iterator[Remark]:
    """Its price against that of the last one that was looked at."""
    if item.cents is None or last.cents is None or item.currency != last.currency:
        return
    gap = item.cents - last.cents
    if gap == 0:
        yield Remark("costs", "the same", "at the same price", 4, price=True)
        yield Remark("costs", "just as much", "for the same money", 2, price=True)
    elif gap < 0:
        yield Remark("is", "cheaper", "cheaper than the last one", 6, price=True)
        yield Remark("costs", "less", "for less money", 3, price=True)
        yield Remark("is", f"{_money(item, -gap)} cheaper", f"{_money(item, -gap)} cheaper", 3, price=True)
    else:
        yield Remark("costs", "more", "for more money", 4, price=True, against=True)
        yield Remark("is", "dearer", "dearer than the last one", 3, price=True, against=True)
        gap_said = f"{_money(item, gap)} more"
        yield Remark("costs", gap_said, f"for {gap_said}", 3, price=True, against=True)


def _of_the_colour(item: Item, last: Item, past: Past) -> Iterator[Remark]:
    """Its colour against that of the last one that was looked at."""
    if not item.colour:
        return
    if item.colour == last.colour:
        yield Remark("is", f"{item.colour} again", f"{item.colour} again", 5, price=False)
        yield Remark("is", f"{item.colour} too", f"{item.colour} too", 3, price=False)
        yield Remark("is", f"also {item.colour}", f"also {item.colour}", 3, price=False)
        return
    yield Remark("is", f"{item.colour} this time", f"{item.colour} this time", 3, price=False)
    yield Remark("is", item.colour, _in_colour(item), 3, price=False)
    if last.colour:
        instead = f"{item.colour} instead of {last.colour}"
        yield Remark("is", instead, instead, 2, price=False)
    if any(each.colour == item.colour for each in past.looked):
        yield Remark("is", f"{item.colour} like one before", f"{item.colour} like one before", 3, price=False)


def _plain(item: Item) -> Iterator[Remark]:
    """What can be said of the very first thing."""
    if item.colour:
        yield Remark("is", item.colour, _in_colour(item), 4, price=False)
    if item.price:
        yield Remark("costs", item.price, f"at {item.price}", 3, price=True)


def _in_colour(item: Item) -> str:
    return item.colour if item.colour.startswith("multi") else f"in {item.colour}"


def _money(item: Item, cents: int) -> str:
    return Item(item.name, item.label, cents, item.currency, "", 0).price
