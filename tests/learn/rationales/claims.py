"""Finds what a thought claims, and whether the record bears it out.

Each pattern takes its words out of the sentence. What is left over must be words that claim nothing; so a
wording that nobody wrote a check for is found out.
"""

import re

from agent.actions import Terminate, TypeAndSubmit
from tests.learn.rationales.looking_claims import LOOKING, TIMES, distinct
from tests.learn.rationales.record import Record
from tests.learn.rationales.searches import NUMBER, NUMBERS, SEARCHING, Claim, claim, number

TIMES_AGAIN = TIMES.replace("<n>", "<k>").replace("<twice>", "<two>")


def here_looked(record: Record) -> int:
    return sum(thing.label in record.counts for thing in record.things)


def last_prices(record: Record, most: int) -> list[int]:
    return [thing.cents for thing in record.looked[-most:] if thing.cents is not None]


def rising(record: Record) -> bool:
    prices = last_prices(record, 3)
    return len(prices) == 3 and prices == sorted(set(prices))


def falling(record: Record) -> bool:
    prices = last_prices(record, 3)
    return len(prices) == 3 and prices == sorted(set(prices), reverse=True)


def change_of_last(record: Record) -> int:
    before, last = last_prices(record, 2)
    return last - before


def leaving(record: Record) -> bool:
    return isinstance(record.action, Terminate)


def at_end(record: Record) -> bool:
    return record.last_place == len(record.things) - 1


def bought(record: Record) -> bool:
    return any(re.search(r"place (?:your )?order|buy now", label, re.IGNORECASE) for label in record.labels)


def in_cart(record: Record) -> bool:
    return any(re.search(r"add to (?:cart|basket)", label, re.IGNORECASE) for label in record.labels)


def labelled(record: Record, said: str) -> bool:
    """Whether what is clicked or typed into is called so."""
    own = record.label.lower() or getattr(record.action, "name", "").rpartition(".")[2].replace("_", " ")
    return own.startswith(said.lower().strip("“”"))


def heading_seen(record: Record) -> bool:
    return any(title.lower().startswith(record.label.lower()) for title in record.titles[:-1])


def only_searched(record: Record, times: int) -> bool:
    return not record.looked and len(record.queries) == times


def _saw_the_last(record: Record, found: re.Match[str]) -> bool:
    said = found["n"] or found["k"]
    times = 2 if found["twice"] or found["two"] else NUMBERS.index(said)
    return record.last is not None and record.counts[record.last.label] == times


def _looked_here(record: Record, found: re.Match[str]) -> bool:
    said = next(each for each in found.groups() if each)
    return here_looked(record) == (0 if said == "none" else NUMBERS.index(said))


LEAVING = (
    claim(
        r"I have ordered|my order is placed|I have bought something|I have placed my order",
        lambda r, _: bought(r),
    ),
    claim(r"that did not work|I could not do that|it did not work", lambda r, _: r.refused),
    claim(rf"I have searched {TIMES} and opened nothing", lambda r, m: only_searched(r, number(m))),
    claim(
        r"I have searched once and opened nothing|after one search|at one search",
        lambda r, _: only_searched(r, 1),
    ),
    claim(rf"after {NUMBER} searches", lambda r, m: only_searched(r, number(m))),
    claim(r"I have searched more than once", lambda r, _: len(r.queries) > 1),
    claim(
        r"I have opened nothing here|without (?:opening|looking at) anything",
        lambda r, _: not r.looked and not r.queries,
    ),
    claim(
        r"each of the last ones cost more|the prices only going up|the last three got dearer and dearer",
        lambda r, _: rising(r),
    ),
    claim(
        r"the last three got cheaper each time|I went down in price twice in a row",
        lambda r, _: falling(r),
    ),
    claim(r"the last one (?:dearer|cost more) than the one before", lambda r, _: change_of_last(r) > 0),
    claim(r"the last one (?:was cheaper than the one before|cost less)", lambda r, _: change_of_last(r) < 0),
    claim(
        r"I am at the end of this page|that was the last one here|I have come to the bottom of the page"
        r"|I reached the end of this list",
        lambda r, _: at_end(r),
    ),
    claim(
        r"I looked at the first one here|the first one on this page was my last look",
        lambda r, _: r.last_place == 0,
    ),
    claim(
        rf"I have seen this one {TIMES}|I looked at the same one {TIMES_AGAIN}",
        _saw_the_last,
    ),
    claim(rf"of the {NUMBER} that I saw", lambda r, m: distinct(r) == number(m)),
    claim(
        r"(?:I have looked at one|I have seen that one|I looked at (?:just the )?one|I have seen one thing "
        r"here|after just one look)",
        lambda r, _: distinct(r) == 1,
    ),
    claim(
        rf"(?:I have (?:looked at|seen|opened)|I (?:looked at|saw)|with|after looking at) {NUMBER}"
        r"(?: of them| looked at| seen)?",
        lambda r, m: distinct(r) == number(m),
    ),
    claim(
        r"bought nothing|take none of them|none bought|without buying any|with nothing",
        lambda r, _: not bought(r) and not in_cart(r),
    ),
    claim(r"put something in the cart|with my cart not paid", lambda r, _: in_cart(r) and not bought(r)),
)

MOVING = (
    claim(r"that did not work|I could not do that|it did not work", lambda r, _: r.refused),
    claim(
        r"I have looked at (?P<n>\w+) here|after (?P<k>\w+) on this page|I have opened (?P<m>\w+) of these",
        _looked_here,
    ),
    claim(r"I open nothing here|I skip this page", lambda r, _: here_looked(r) == 0),
    claim(r"I have come to the end of this page|that was the last one here", lambda r, _: at_end(r)),
    claim(r"(?:page )(?P<p>\d+)", lambda r, m: r.label == m["p"]),
    claim(
        r"the next(?: page)?|see more(?: of these)?|look at the next",
        lambda r, _: re.match(r"next|more|show more", r.label, re.IGNORECASE) is not None,
    ),
    claim(
        r"(?:go |turn )?back (?:a|one) page"
        r"|(?:I go back to |back to )?(?:the page before(?: this one again)?|the previous page)",
        lambda r, _: re.match(r"prev", r.label, re.IGNORECASE) is not None,
    ),
    claim(rf"I have looked at {NUMBER} so far", lambda r, m: distinct(r) == number(m)),
    claim(rf"after {NUMBER}", lambda r, m: distinct(r) == number(m)),
    claim(r"I (?:start|begin) with|first I look at", lambda r, _: not r.looked),
    claim(
        r"I go back to(?! the start)|back to(?=.*another look)|I return to|I have another look at",
        lambda r, _: heading_seen(r),
    ),
    claim(
        r"my cart|checkout|ready to check out|to pay",
        lambda r, _: re.search(r"cart|check ?out|basket", r.label, re.IGNORECASE) is not None,
    ),
    claim(r"I'll take this one|this one goes into", lambda r, _: "add" in r.label.lower()),
    claim(
        r"I order it|I buy it|I take it and order|I place my order",
        lambda r, _: re.search(r"order|buy", r.label, re.IGNORECASE) is not None,
    ),
    claim(r"what is on sale|what is reduced|the sale", lambda r, _: r.label.lower() == "sale"),
    claim(r"the start page|the home page", lambda r, _: r.label.lower() == "home"),
    claim(
        r"I sort them by|in another order:|I want them sorted:",
        lambda r, _: "sort" in getattr(r.action, "name", ""),
    ),
    claim(
        r"I only want to see those at|I narrow it down by price:|let me see just what costs",
        lambda r, _: "$" in r.label,
    ),
    claim(r"“(?P<q>[^”]+)”", lambda r, m: labelled(r, m["q"])),
)

FILLING = (
    claim(r"I fill this in too", lambda r, _: bool(r.titles)),
    claim(r"“(?P<q>[^”]+)”", lambda r, m: labelled(r, m["q"])),
)

CLAIMLESS = (
    "a about add again all already am an and another anyway at away back because been before but by "
    "choose click close closer come compare done even fill find first for from get go goes have having "
    "here i i'd i'll i'm in into is it it's jump just leave let like look looked looks maybe me more "
    "my next no not now of off on once one open or out over page pick press put reached return same "
    "say says search see so some start still stop straight take that the them then these this those "
    "though till to too try turn type up want way what window with wonder would yet "
)
FILLER = frozenset(CLAIMLESS.split())
"""Words that claim nothing by themselves."""


def unfounded(thought: str, record: Record) -> list[str]:
    """What a thought claims that is not so, or that nothing here can check."""
    wrong: list[str] = []
    left = thought
    for each in _claims_for(record):
        left = _taken_out(each, left, record, wrong)
    left = _without_label(left, record)
    unknown = [word for word in re.findall(r"[\w'$“”]+", left.lower()) if word not in FILLER]
    return [*wrong, *(f"unchecked: {word!r}" for word in unknown)]


def _taken_out(each: Claim, left: str, record: Record, wrong: list[str]) -> str:
    def check(found: re.Match[str]) -> str:
        try:
            so = each.holds(record, found)
        except (AssertionError, IndexError, ValueError):  # it speaks of what is not there at all
            so = False
        if not so:
            wrong.append(f"not so: {found[0]!r}")
        return " . "

    return each.pattern.sub(check, left)


def _claims_for(record: Record) -> tuple[Claim, ...]:
    if isinstance(record.action, Terminate):
        return LEAVING
    if isinstance(record.action, TypeAndSubmit):
        return SEARCHING if "search" in record.action.name else FILLING
    return MOVING if record.clicked is None else LOOKING


def _without_label(left: str, record: Record) -> str:
    """A place in the shop may be called by its own name, as far as it was said."""
    if record.clicked is not None or isinstance(record.action, Terminate):
        return left
    label = re.sub(r"\s*\(\d[\d,]*\)$", "", record.label)
    return re.sub(re.escape(label), "", left, flags=re.IGNORECASE) if label else left
