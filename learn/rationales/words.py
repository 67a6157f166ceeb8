"""The words of a goal and of a search: what kind of thing each says, and what became of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from learn.rationales.shelf import COLOURS
from learn.search_words import STOP_WORDS, words

_COLOUR_WORDS = "gold golden silver ivory khaki charcoal burgundy cream champagne orange bronze"
_MATERIAL_WORDS = (
    "cotton wool leather wood wooden glass steel stainless metal plastic rubber silicone polyester nylon "
    "linen silk velvet denim suede bamboo acrylic aluminum aluminium ceramic vinyl fleece faux foam marble "
    "oak walnut pine canvas mesh spandex cashmere microfiber brass copper lycra satin"
)
_SIZE_WORDS = (
    "size sized small medium large xs xl xxl xxxl x-large xx-large xxx-large 2xl 3xl 4xl 5xl 6xl inch inches "
    "feet ft cm mm ounce ounces oz fl gallon liter pound pounds lb queen king twin wide"
)
_QUANTITY_WORDS = "pack packs count pairs piece pieces set"
KINDS = {
    "color": COLOURS | frozenset(_COLOUR_WORDS.split()),
    "material": frozenset(_MATERIAL_WORDS.split()),
    "size": frozenset(_SIZE_WORDS.split()),
    "quantity": frozenset(_QUANTITY_WORDS.split()),
}
"""Words that say one kind of thing, by the kind as a person calls it."""

_SAME = {"colour": "color", "grey": "gray", "men's": "mens", "women's": "womens"}


@dataclass(frozen=True, slots=True)
class Change:
    """What became of some words in a search.

    Attributes:
        kept: words that stand in both, in the order of the search.
        dropped: words that the search lacks.
        added: words that only the search has.
        reordered: whether those that were kept stand in another order.
    """

    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    reordered: bool


def change(before: str, now: str) -> Change:
    """What a search makes of a goal, or of the search before it. Stop words do not count."""
    old, new = telling(before), telling(now)
    kept = tuple(word for word in new if word in old)
    return Change(
        kept=kept,
        dropped=tuple(word for word in old if word not in new),
        added=tuple(word for word in new if word not in old),
        reordered=kept != tuple(word for word in old if word in new),
    )


@lru_cache(maxsize=4096)
def telling(text: str) -> tuple[str, ...]:
    """The words of a text that say something, each once, plurals as their singulars."""
    found = (_one(_SAME.get(word, word)) for word in words(text) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(found))


def kinds(of: Sequence[str]) -> tuple[str, ...]:
    """The kinds of which some words speak, in the words' order, each once."""
    return tuple(dict.fromkeys(kind for word in of for kind in _kinds(word)))


def spelled_anew(dropped: Sequence[str], added: Sequence[str]) -> bool:
    """Whether the only difference is how one word is spelled."""
    if len(dropped) != 1 or len(added) != 1 or min(len(dropped[0]), len(added[0])) < 4:
        return False
    return dropped[0].isalpha() and added[0].isalpha() and Levenshtein.distance(dropped[0], added[0]) <= 2


def left_out(dropped: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The kinds of which words were dropped, and of which a search says nothing any more.

    A bare number may be a size or a quantity: where one stands in the search, neither counts as left out.
    """
    unclear = {"size", "quantity"} if any(any(map(str.isdigit, word)) for word in now) else set()
    return tuple(kind for kind in kinds(dropped) if kind not in kinds(now) and kind not in unclear)


def _kinds(word: str) -> Iterator[str]:
    parts = {word, f"{word}s", *word.split("-")}
    return (kind for kind, those in KINDS.items() if not parts.isdisjoint(those))


def _one(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
