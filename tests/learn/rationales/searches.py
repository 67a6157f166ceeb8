"""What thoughts before a search can claim: which words of the goal, or of the search before, it keeps."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.actions import TypeAndSubmit
from learn.search_words import STOP_WORDS
from tests.learn.rationales.record import Record

WRITTEN_OUT = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
NUMBERS = WRITTEN_OUT.split()
NUMBER = rf"(?P<n>{'|'.join(NUMBERS[1:])}|\d+)"

KINDS = {
    "color": r"black|white|gr[ae]y|brown|blue|navy|red|green|beige|violet|purple|pink|burgundy|yellow|"
    r"turquoise|teal|multicolou?red|gold(?:en)?|silver|ivory|khaki|charcoal|cream|champagne|orange|bronze|colou?r",
    "material": r"cotton|wool|leather|wood(?:en)?|glass|steel|stainless|metal|plastic|rubber|silicone|"
    r"polyester|nylon|linen|silk|velvet|denim|suede|bamboo|acrylic|aluminu?m|aluminium|ceramic|vinyl|fleece|faux|foam|"
    r"marble|oak|walnut|pine|canvas?|mesh|spandex|cashmere|microfiber|brass|copper|lycra|satin",
    "size": r"sized?|small|medium|large|x+s|x+l|\d+xl|\d?x|inch(?:es?)?|feet|ft|cm|mm|ounces?|oz|fl|"
    r"gallon|liter|pounds?|lb|queen|king|twin|wide",
    "quantity": r"packs?|counts?|pairs?|pieces?|sets?",
}


Check = Callable[[Record, re.Match[str]], bool]


@dataclass(frozen=True)
class Claim:
    """Words that claim something, and whether the record bears them out."""

    pattern: re.Pattern[str]
    holds: Check


def claim(pattern: str, holds: Check) -> Claim:
    return Claim(re.compile(rf"(?<![\w“])(?:{pattern})(?![\w”])", re.IGNORECASE), holds)


def number(found: re.Match[str]) -> int:
    """The count that a claim says."""
    if found.groupdict().get("twice"):
        return 2
    told = found["n"].lower()
    return NUMBERS.index(told) if told in NUMBERS else int(told)


def telling(text: str) -> list[str]:
    """The words that say something, in their order."""
    found = []
    for word in re.findall(r"[^\W_]+(?:[.'/-][^\W_]+)*", text.lower()):
        one = {"colour": "color", "grey": "gray", "men's": "mens", "women's": "womens"}.get(word, word)
        one = one[:-1] if len(one) > 3 and one[-1] == "s" and one[-2] != "s" else one
        if word not in STOP_WORDS and one not in found:
            found.append(one)
    return found


def all_words(text: str) -> list[str]:
    """All words, in their order."""
    return re.findall(r"[^\W_]+(?:[.'/-][^\W_]+)*", text.lower())


def said(record: Record) -> str:
    assert isinstance(record.action, TypeAndSubmit)
    return record.action.text


@dataclass(frozen=True)
class Compared:
    """A search beside what it came from."""

    kept: list[str]
    dropped: list[str]
    added: list[str]
    now: list[str]
    reordered: bool


def compared(record: Record) -> Compared:
    assert isinstance(record.action, TypeAndSubmit)
    old = telling(record.queries[-1] if record.queries else record.intent)
    new = telling(record.action.text)
    kept = [word for word in new if word in old]
    return Compared(
        kept,
        [word for word in old if word not in new],
        [word for word in new if word not in old],
        new,
        kept != [word for word in old if word in new],
    )


def says(kind: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b(?:{KINDS[kind]})s?\b", word) for word in words)


def all_said(kinds: str, words: Sequence[str]) -> bool:
    return all(says(kind, words) for kind in KINDS if kind in kinds)


def none_said(kinds: str, words: Sequence[str]) -> bool:
    return not any(says(kind, words) for kind in KINDS if kind in kinds)


def left_out(record: Record, found: re.Match[str]) -> bool:
    made = compared(record)
    return all_said(found["k"], made.dropped) and none_said(found["k"], made.now)


def brought_in(record: Record, found: re.Match[str]) -> bool:
    made = compared(record)
    return all_said(found["k"], made.added) and none_said(found["k"], [*made.kept, *made.dropped])


def typed(record: Record, found: re.Match[str]) -> bool:
    return all_said(found["k"], compared(record).now)


def same_words(record: Record) -> bool:
    made = compared(record)
    return not made.dropped and not made.added


def one_respelled(record: Record) -> bool:
    made = compared(record)
    [old], [new] = made.dropped, made.added
    return old[0] == new[0] or old[-1] == new[-1]


def made(check: Callable[[Compared], bool]) -> Check:
    return lambda record, _: check(compared(record))


def again(record: Record) -> bool:
    return bool(record.queries)


THE = "the (?P<k>(?:color|material|size|quantity)(?:(?:, the | and the )(?:color|material|size|quantity))*)"


def _dropped(record: Record, found: re.Match[str]) -> bool:
    kinds = found["k"] or found["z"]
    return all_said(kinds, compared(record).dropped) and none_said(kinds, compared(record).now)


def _added(record: Record, found: re.Match[str]) -> bool:
    kinds = found["k"] or found["z"]
    before = [*compared(record).kept, *compared(record).dropped]
    return all_said(kinds, compared(record).added) and none_said(kinds, before)


def _first(record: Record, found: re.Match[str]) -> bool:
    return says(found["k"] or found["z"], compared(record).now[:1])


SEARCHING = (
    # kinds of words
    claim(rf"I leave out {THE} and search for the rest", left_out),
    claim(rf"(?:search )?without {THE}(?: first)?", left_out),
    claim(rf"I can look for {THE} later, I type the rest", left_out),
    claim(rf"I drop {THE}|leave out {THE.replace('<k>', '<z>')} this time", _dropped),
    claim(rf"I add {THE} this time|now I say {THE.replace('<k>', '<z>')} as well", _added),
    claim(rf"I try it with {THE}", brought_in),
    claim(rf"I type {THE} first|I begin with {THE.replace('<k>', '<z>')}", _first),
    claim(rf"I want {THE} right, so I type that too", typed),
    claim(rf"(?:I type|I put|I search with) {THE}(?: too)?(?: into the search)?", typed),
    # how many
    claim(
        r"I spell one word differently|with one word spelled another way|I change the spelling",
        lambda r, _: one_respelled(r),
    ),
    claim(
        rf"(?:I keep it short, |with |with just ){NUMBER} words?(?: will do| only)?",
        lambda r, m: len(compared(r).now) == number(m),
    ),
    claim(rf"{NUMBER} more words?", lambda r, m: len(compared(r).added) == number(m)),
    claim(
        r"I leave out one word and type the rest|all of it but one word|I take one word out",
        made(lambda c: len(c.dropped) == 1),
    ),
    claim(
        r"I swap one word for another|I change just one word",
        made(lambda c: len(c.dropped) == len(c.added) == 1 and not c.reordered),
    ),
    # all of it
    claim(
        r"I type everything I want, in another order|with all of it, the words turned round|"
        r"all my words into the search, in my own order|the same words in another order|"
        r"I turn the words round|the same words, I just order them anew",
        lambda r, _: same_words(r) and compared(r).reordered,
    ),
    claim(
        r"just as I have it in mind|for exactly what I want|put all of it into the search|"
        r"with everything I know of it|the whole of it into the search|"
        r"I leave nothing out and search for all of it",
        lambda r, _: same_words(r),
    ),
    claim(
        r"I run the same search again|for the same once more|the very same words again|"
        r"search for that once more",
        lambda r, _: again(r) and all_words(said(r)) == all_words(r.queries[-1]),
    ),
    claim(
        r"nearly the same words again|for the same, said a bit differently|"
        r"the same again, I only change small words",
        lambda r, _: again(r) and same_words(r) and all_words(said(r)) != all_words(r.queries[-1]),
    ),
    # a part of it
    claim(
        r"with the main words only|just a part of what I want|"
        r"I leave most of it out and search for the rest",
        made(lambda c: len(c.dropped) > len(c.kept)),
    ),
    claim(
        r"nearly all I know of it|nearly everything I want", made(lambda c: 3 * len(c.dropped) <= len(c.kept))
    ),
    claim(r"most of what I want|the better part of it", made(lambda c: len(c.kept) >= len(c.dropped) > 0)),
    claim(
        r"with fewer words|again with less|make the search shorter|I take some words out",
        lambda r, _: again(r) and not compared(r).added and bool(compared(r).dropped),
    ),
    claim(
        r"I say more this time|I make the search more exact",
        lambda r, _: again(r) and not compared(r).dropped and bool(compared(r).added),
    ),
    # other words
    claim(
        r"in words of my own|what comes to my mind|in my own words|a word of my own|a little differently",
        made(lambda c: bool(c.added)),
    ),
    claim(
        r"quite other words|in other words altogether|none of those words, I try others|"
        r"search again with other words",
        lambda r, _: again(r) and not compared(r).kept,
    ),
    claim(
        r"I change some of the words|I put it another way|with other words for a part of it|"
        r"I keep some words and change the rest",
        made(lambda c: bool(c.kept and c.dropped and c.added)),
    ),
    claim(
        r"to a search I had before|an earlier search of mine again|to words I tried before",
        lambda r, _: any(set(telling(query)) == set(compared(r).now) for query in r.queries),
    ),
)
