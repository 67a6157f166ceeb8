"""What thoughts before something for sale can claim: its place, price and colour and past."""

import re

from tests.learn.rationales.record import COLOURS, Record
from tests.learn.rationales.searches import NUMBER, NUMBERS, claim, number

TIMES = rf"(?:(?P<twice>twice)|{NUMBER} times)"
MONEY = r"\$(?P<money>\d{1,3}(?:,?\d{3})*(?:\.\d\d)?)"
ANY_COLOUR = rf"(?P<c>{COLOURS})"


def cents(found: re.Match[str]) -> int:
    whole, _, rest = found["money"].replace(",", "").partition(".")
    return int(whole) * 100 + int(rest or 0)


def gap(record: Record) -> int:
    """How much more the thing costs than the last one."""
    assert record.clicked is not None
    assert record.last is not None
    assert record.clicked.cents is not None
    assert record.last.cents is not None
    return record.clicked.cents - record.last.cents


def place(record: Record) -> tuple[int, int]:
    assert record.clicked is not None
    return record.clicked.place, len(record.things)


def step(record: Record) -> int:
    assert record.clicked is not None
    assert record.last_place is not None
    return record.clicked.place - record.last_place


def colour(record: Record, said: str) -> bool:
    return record.clicked is not None and record.clicked.colours == (said.lower(),)


def last_colour(record: Record, said: str) -> bool:
    return record.last is not None and record.last.colours == (said.lower(),)


def times_seen(record: Record) -> int:
    return record.counts[record.clicked.label] if record.clicked else 0


def same_as_last(record: Record) -> bool:
    return bool(record.clicked and record.last and record.clicked.label == record.last.label)


def price(record: Record) -> int:
    assert record.clicked is not None
    assert record.clicked.cents is not None
    return record.clicked.cents


def lowest(record: Record) -> bool:
    return price(record) == record.prices[0] < record.prices[-1]


def highest(record: Record) -> bool:
    return price(record) == record.prices[-1] > record.prices[0]


def tied(record: Record) -> bool:
    return record.prices.count(price(record)) > 1


def in_the_middle(at: int, count: int) -> bool:
    return count // 3 <= at < count - count // 3


def shared(record: Record, said: str) -> bool:
    """Whether these words stand in the thing's name and, but for an s at their end, in what was wanted."""
    assert record.clicked is not None
    label, intent = record.clicked.label.lower(), record.intent.lower()
    return all(word in label and word.rstrip("s") in intent for word in said.split())


def _opened_before(record: Record, found: re.Match[str]) -> bool:
    if found["m"]:
        word = found["m"].split()[0].lower()
        return times_seen(record) == (2 if word == "twice" else NUMBERS.index(word))
    return times_seen(record) == number(found)


def distinct(record: Record) -> int:
    """How many different things were looked at."""
    return len(record.counts)


LOOKING = (
    # what was seen before
    claim(rf"I have looked at it {TIMES} and look again", lambda r, m: times_seen(r) == number(m)),
    claim(
        rf"the one that I opened {TIMES} already|to it again, after (?P<m>twice|\w+ times) before",
        _opened_before,
    ),
    claim(
        r"(?:the same one|see that one) (?:again|once more)|that one again(?:, I look once more)?"
        r"|that one, I open it again|the one that I just had, once more",
        lambda r, _: same_as_last(r),
    ),
    claim(
        rf"(?:the {ANY_COLOUR} one|one) that I have seen(?: before| already, once more)?",
        lambda r, m: times_seen(r) > 0 and not same_as_last(r) and (not m["c"] or colour(r, m["c"])),
    ),
    claim(
        rf"(?:I have (?:seen|looked at)|after) {NUMBER}(?: so far)?", lambda r, m: distinct(r) == number(m)
    ),
    # prices
    claim(r"among the cheapest here", lambda r, _: lowest(r)),
    claim(
        r"costs the least here|the lowest price here|the cheapest here",
        lambda r, _: lowest(r) and not tied(r),
    ),
    claim(r"among the dearest here", lambda r, _: highest(r)),
    claim(
        r"costs the most here|the highest price here|the dearest here",
        lambda r, _: highest(r) and not tied(r),
    ),
    claim(
        r"costs the same|at the same price|costs just as much|for the same money", lambda r, _: gap(r) == 0
    ),
    claim(rf"{MONEY} cheaper", lambda r, m: gap(r) == -cents(m)),
    claim(rf"(?:costs|for) {MONEY} more", lambda r, m: gap(r) == cents(m)),
    claim(r"costs less|for less money|cheaper(?: than the last one)?", lambda r, _: gap(r) < 0),
    claim(r"costs more|for more money|dearer(?: than the last one)?", lambda r, _: gap(r) > 0),
    claim(rf"(?:costs|at) {MONEY}", lambda r, m: price(r) == cents(m)),
    claim(rf"within my {MONEY}", lambda r, m: f"${m['money']}" in r.intent and price(r) <= cents(m)),
    claim(rf"over my {MONEY}", lambda r, m: f"${m['money']}" in r.intent and price(r) > cents(m)),
    # colours
    claim(
        rf"{ANY_COLOUR} instead of (?P<d>{COLOURS})",
        lambda r, m: colour(r, m["c"]) and last_colour(r, m["d"]) and m["c"] != m["d"],
    ),
    claim(
        rf"{ANY_COLOUR} like one before",
        lambda r, m: colour(r, m["c"]) and any(thing.colours == (m["c"],) for thing in r.looked),
    ),
    claim(rf"also {ANY_COLOUR}", lambda r, m: colour(r, m["c"]) and last_colour(r, m["c"])),
    claim(rf"{ANY_COLOUR} (?:again|too)", lambda r, m: colour(r, m["c"]) and last_colour(r, m["c"])),
    claim(
        rf"{ANY_COLOUR} this time",
        lambda r, m: colour(r, m["c"]) and r.last is not None and not last_colour(r, m["c"]),
    ),
    claim(ANY_COLOUR, lambda r, m: colour(r, m["c"])),
    # words
    claim(r"“(?P<w>[^”]+)” as I want", lambda r, m: shared(r, m["w"])),
    # places
    claim(r"the (?:only one|one thing) here", lambda r, _: place(r) == (0, 1)),
    claim(r"the first one(?: here)?|the one at the top", lambda r, _: place(r)[0] == 0),
    claim(r"the last one here|the one at the (?:very )?end", lambda r, _: place(r)[0] == place(r)[1] - 1),
    claim(r"one of the first ones here|one near the top", lambda r, _: 3 * place(r)[0] < place(r)[1]),
    claim(r"one near the (?:end|bottom)", lambda r, _: 3 * (place(r)[0] + 1) > 2 * place(r)[1]),
    claim(r"one (?:in|from) the middle(?: of the page)?", lambda r, _: in_the_middle(*place(r))),
    claim(r"the next(?: one)?|the one after it|the one that comes next", lambda r, _: step(r) == 1),
    claim(r"the one (?:right before that|just before|before it)", lambda r, _: step(r) == -1),
    claim(rf"the one {NUMBER} further on", lambda r, m: step(r) == number(m)),
    claim(r"one (?:from further up|further up|higher up|nearer the top)", lambda r, _: step(r) < 0),
    claim(r"one (?:further down|further on|lower down)", lambda r, _: step(r) > 0),
)
