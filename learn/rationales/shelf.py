"""What stands for sale on a page: prices, colours and order, read off the observation.

Nothing is known here that a shopper could not see, and no site is known by name: a thing for sale is a link
with a price behind it (or one that arXiv 2503.20749 would name `….view_product`).
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from simplify import Observation, TargetKind

_COLOURS = (
    "black white gray grey brown blue navy red green beige violet purple pink burgundy yellow turquoise teal "
    "multicoloured multicolored"
)
COLOURS = frozenset(_COLOURS.split())
"""Words that name a colour and hardly ever anything else (not: orange, olive, mint, sage, cream)."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[\w:.-]+(?:="[^"]*")?)*)\s*(/?)>', re.IGNORECASE)
_NAME = re.compile(r'\sname="([^"]*)"')
_PRICE = re.compile(r"([$£€])\s?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d\d))?(?![\d.,]*\d)")
_RANGE = re.compile(r"^[^$£€]*\b(?:under|over|from|up to|above|below|save|coupon|off)\s*[$£€]", re.IGNORECASE)
_NO_PRICE = re.compile(r"^\s*(?:to|-|–|off|and up|& up|coupon|delivery|shipping)", re.IGNORECASE)  # noqa: RUF001 - a dash
_BLOCK_TAGS = "li tr ul ol table nav main form footer header section h1 h2 h3 h4 h5 h6"
_BLOCKS = frozenset(_BLOCK_TAGS.split())
"""Where one of these begins or ends, a price belongs to what stands before no longer."""

_NAVIGATION = re.compile(r"<nav\b.*?</nav>", re.DOTALL | re.IGNORECASE)
_PARTS = ("departments.", "categories.")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing for sale where it stands.

    Attributes:
        name: of its target.
        label: what a person reads on it; what it is known by on another page.
        cents: price in hundredths; None where none can be read.
        currency: sign of the price; empty where none can be read.
        colour: the one colour of its label, lower case; empty where there is none, or several.
        place: in reading order on its page, from 0.
    """

    name: str
    label: str
    cents: int | None
    currency: str
    colour: str
    place: int

    @property
    def price(self) -> str:
        """As a person says it: `$28`, `$19.49`; empty where none is known."""
        if self.cents is None:
            return ""
        whole, rest = divmod(self.cents, 100)
        return f"{self.currency}{whole:,}" + (f".{rest:02}" if rest else "")


@dataclass(frozen=True)
class Shelf:
    """The things for sale on one page, in reading order.

    Attributes:
        page: where they stand.
        items: by the name of their target.
    """

    page: Observation
    items: Mapping[str, Item]

    @cached_property
    def by_label(self) -> Mapping[str, Item]:
        """The first item of each label."""
        return {item.label: item for item in reversed(tuple(self.items.values()))}

    @cached_property
    def prices(self) -> tuple[int, ...]:
        """All prices in hundredths, lowest first; empty where they cannot be compared."""
        currencies = {item.currency for item in self.items.values() if item.currency}
        if len(currencies) != 1:
            return ()
        return tuple(sorted(item.cents for item in self.items.values() if item.cents is not None))

    @cached_property
    def navigation(self) -> frozenset[str]:
        """Names of the targets that lead to other parts of the site."""
        blocks = _NAVIGATION.findall(self.page.html)
        named = {html.unescape(name) for block in blocks for name in _NAME.findall(block)}
        return frozenset(named | {name for name in self.page.targets if name.startswith(_PARTS)})


class Shelves:
    """Reads each page once, as long as it is the same page that is asked for."""

    def __init__(self) -> None:
        self._known: dict[int, Shelf] = {}

    def of(self, page: Observation) -> Shelf:
        """The shelf of a page."""
        known = self._known.get(id(page))
        if known is None:  # a shelf holds its page, so that no other page can get its id()
            if len(self._known) >= 64:
                self._known.clear()
            self._known[id(page)] = known = read_shelf(page)
        return known


def read_shelf(page: Observation) -> Shelf:
    """The things for sale on a page."""
    found: dict[str, Item] = {}
    for name, after in _named(page.html):
        target = page.targets.get(name)
        if target is None or name in found or target.kind not in {TargetKind.LINK, TargetKind.OTHER}:
            continue
        price = _price(after)
        if price is None and not name.endswith(".view_product"):
            continue
        currency, cents = price or ("", None)
        found[name] = Item(name, target.label, cents, currency, colour_of(target.label), len(found))
    return Shelf(page, found)


def colour_of(label: str) -> str:
    """The colour that a label names; empty where it names none, or several in different places."""
    words = [word.lower() for word in _WORD.findall(label)]
    places = [place for place, word in enumerate(words) if word in COLOURS]
    if not places or places[-1] - places[0] != len(places) - 1 or len(places) > 2:
        return ""
    return " ".join(words[place] for place in places)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Each named element with the text between its end and the next named element."""
    tags = list(_TAG.finditer(text))
    for place, own in enumerate(tags):
        name = _NAME.search(own[3])
        if name is None:
            continue
        start = own.end()
        inside = not own[4]
        end = len(text)
        for following in range(place + 1, len(tags)):
            tag = tags[following]
            if inside and tag[1] and tag[2] == own[2]:
                start, inside = tag.end(), False
            elif _NAME.search(tag[3]) or tag[2].lower() in _BLOCKS:
                end = tag.start()
                break
        after = "" if inside else text[start:end]
        yield html.unescape(name[1]), html.unescape(_TAG.sub(" ", after))


def _price(text: str) -> tuple[str, int] | None:
    """The first price in a text, as currency and hundredths; of a price and a former one, the lower."""
    found = _PRICE.search(text)
    if found is None or _RANGE.match(text[: found.start() + 1]) or _NO_PRICE.match(text[found.end() :]):
        return None
    cents = _cents(found)
    former = _PRICE.match(text[found.end() :].lstrip())
    if former is not None and former[1] == found[1]:
        cents = min(cents, _cents(former))
    return found[1], cents


def _cents(price: re.Match[str]) -> int:
    return int(price[2].replace(",", "")) * 100 + int(price[3] or 0)
