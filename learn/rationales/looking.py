"""The thought before something for sale is clicked: where it stands, what it costs, what colour it has.

A sentence has a subject (where the thing stands), one or two remarks on it (price, colour, what was seen
before), and what follows for the shopper. Which remarks can be made depends on the record alone; which are
made, and in what words, is chance.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learn.rationales.past import Dice, Past, in_words
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


def before_looking(item: Item, shelf: Shelf, past: Past, intent: str, dice: Dice) -> str:
    """The thought before a thing for sale is clicked.

    Args:
        item: the thing.
        shelf: where it stands.
        past: what happened before.
        intent: what the visit is for.
        dice: chance.
    """
    if past.times[item.label]:
        return _again(item, past, dice)
    remarks = _chosen(list(_remarks(item, shelf, past, intent)), dice)
    subject = dice.pick(*_subjects(item, shelf, past))
    if not remarks:
        return dice.pick(*(frame.format(s=subject) for frame in _BARE))
    count = len(past.times)
    if count >= 2 and dice.chance(0.12):
        return _counted(count, remarks[0], dice)
    if dice.chance(0.35):
        apposed = " and ".join(remark.apposed for remark in remarks)
        return dice.pick(*_APPOSED).format(s=subject, a=apposed)
    clause = f"{_capital(subject)} {_joined(remarks)}"
    against = remarks[-1].against
    return f"{clause}, {dice.pick(*(_ANYWAY if against else _SO))}."


_BARE = (
    "I look at {s}.",
    "Let me look at {s}.",
    "Let me see {s}.",
    "I open {s}.",
    "Now I look at {s}.",
    "I want to see {s}.",
    "I take a look at {s}.",
    "I'll have a look at {s}.",
    "I wonder about {s}.",
    "Maybe {s}, let me see.",
    "What about {s}, I open it.",
)
_APPOSED = (
    "I look at {s}, {a}.",
    "Let me see {s}, {a}.",
    "Now I look at {s}, {a}.",
    "I open {s}, {a}.",
    "I'll have a look at {s}, {a}.",
    "I want to see {s}, {a}.",
    "I take a look at {s}, {a}.",
    "What about {s}, {a}, let me see.",
    "I wonder about {s}, {a}.",
    "Maybe {s}, {a}, I'll see.",
)
_SO = (
    "so I look at it",
    "so I open it",
    "so I click it",
    "so let me see it",
    "let me see it",
    "I want to see it",
    "I want a closer look",
    "I'll look at it",
    "I take a look",
    "so I have a look",
    "that I want to see",
)
_ANYWAY = (
    "but I look at it",
    "but I look anyway",
    "but let me see it",
    "but I want to see it",
    "still I take a look",
    "but I'll have a look",
    "but I click it all the same",
    "and I look all the same",
)


def _again(item: Item, past: Past, dice: Dice) -> str:
    """The thing was looked at before."""
    last = past.last
    if last is not None and last.label == item.label:
        return dice.pick(
            "I look at the same one again.",
            "Let me see that one once more.",
            "I open the same one again.",
            "That one again, I look once more.",
            "I want to see that one again.",
            "I go for the one that I just had, once more.",
            "I am not done with that one, I open it again.",
        )
    times = past.times[item.label]
    if times > 1 and dice.chance(0.5):
        return dice.pick(
            f"I have looked at it {_times(times)} and look again.",
            f"Back to the one that I opened {_times(times)} already.",
            f"I come back to it again, after {_times(times)} before.",
        )
    subject = f"the {item.colour} one" if item.colour and dice.chance(0.4) else "one"
    seen = "one that I have seen" if subject == "one" else f"{subject} that I have seen"
    return dice.pick(
        f"I go back to {seen} before.",
        f"Let me see {seen} already, once more.",
        f"I return to {seen} before.",
        f"I look again at {seen}.",
        f"I want another look at {seen}.",
        f"I compare with {seen} before.",
    )


def _subjects(item: Item, shelf: Shelf, past: Past) -> Sequence[str]:
    """What the thing can be called, by where it stands."""
    last = past.last
    before = shelf.by_label.get(last.label) if last is not None else None
    count = len(shelf.items)
    if count == 1:
        return ("the only one here", "the one thing here")
    if before is None:
        return _where(item, count)
    if item.place > before.place:
        return _further_on(item, item.place - before.place, count)
    if item.place == before.place - 1:
        return ("the one before it", "the one just before", "the one right before that")
    return ("one further up", "one higher up", "one nearer the top", "one from further up")


def _further_on(item: Item, ahead: int, count: int) -> Sequence[str]:
    """What the thing can be called that stands so many places behind the last one."""
    if ahead == 1:
        end = ("the last one here", "the one at the end") if item.place == count - 1 else ()
        return ("the next one", "the one after it", "the next", "the one that comes next", *end)
    far = ("one further down", "one further on", "one lower down")
    if ahead <= 4:
        return (*far, f"the one {in_words(ahead)} further on")
    return (*far, *(_where(item, count) if item.place >= count - count // 3 else ()))


def _where(item: Item, count: int) -> Sequence[str]:
    """Where the thing stands on its page."""
    third = count // 3
    if item.place == 0:
        return ("the first one", "the first one here", "the one at the top")
    if item.place == count - 1:
        return ("the last one here", "the one at the very end")
    if item.place < third:
        return ("one near the top", "one of the first ones here")
    if item.place >= count - third:
        return ("one near the end", "one near the bottom")
    return ("one in the middle", "one from the middle of the page")


def _remarks(item: Item, shelf: Shelf, past: Past, intent: str) -> Iterator[Remark]:
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


def _chosen(remarks: list[Remark], dice: Dice) -> list[Remark]:
    """None, one or two of the remarks, the one that speaks against the thing last."""
    if not remarks or dice.chance(0.1):
        return []
    first = _drawn(remarks, dice)
    if not dice.chance(0.3):
        return [first]
    others = [remark for remark in remarks if remark.price != first.price]
    if not others:
        return [first]
    return sorted([first, _drawn(others, dice)], key=lambda remark: remark.against)


def _drawn(remarks: list[Remark], dice: Dice) -> Remark:
    return dice.pick(*(remark for remark in remarks for _ in range(remark.weight)))


def _joined(remarks: Sequence[Remark]) -> str:
    first = f"{remarks[0].verb} {remarks[0].rest}"
    if len(remarks) == 1:
        return first
    second = remarks[1]
    verb = "" if remarks[0].verb == second.verb else f"{second.verb} "
    return f"{first} and {verb}{second.rest}"


def _counted(count: int, remark: Remark, dice: Dice) -> str:
    """With a look back at how many were looked at."""
    number = in_words(count)
    return dice.pick(
        f"I have seen {number} so far, and this one {remark.verb} {remark.rest}.",
        f"After {number} I look at one more, {remark.apposed}.",
        f"I have looked at {number}, now one more, {remark.apposed}.",
    )


def _money(item: Item, cents: int) -> str:
    return Item(item.name, item.label, cents, item.currency, "", 0).price


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{in_words(number)} times"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
