"""What the words of a search mean to the full-text index: taken as they are, corrected, or some of them.

Misspelt words are those that no product has; each is corrected to the nearest word of the catalogue.
"""

import sqlite3
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from sandbox_shop.query import LONGEST_QUERY
from sandbox_shop.shelf import WORD

SMALL_WORDS = frozenset(
    WORD.findall(
        "a an and as at below best buy by cheap dollars find for from good i in is it less looking me my need"
        " of on or over some than that the this to under want with"
    )
)
"""Words that say nothing about a product; a search of nothing else keeps them."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a search's words are looked up.

    Attributes:
        match: the full-text index's own expression; None where no product has any of the words.
        corrected: the text that is searched for in place of the one given; None where it is taken as it is.
        relaxed: no product has all words; the expression asks for some.
    """

    match: str | None
    corrected: str | None = None
    relaxed: bool = False


class WordFinder:
    """Knows the words of one catalogue."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Look words up in this catalogue's database."""
        self._connection = connection

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        return dict(self._connection.execute("SELECT word, products FROM word ORDER BY word"))

    def word(self, text: str) -> Wording:
        """How to look up what somebody typed."""
        words = WORD.findall(text.lower()[:LONGEST_QUERY])
        words = [word for word in words if word not in SMALL_WORDS] or words
        if not words:
            return Wording(None)
        if self._matches(_all_of(words)):
            return Wording(_all_of(words))
        spelt = [self._spell(word) for word in words]
        corrected = None
        if spelt != words:
            corrected = " ".join(spelt)
            if self._matches(_all_of(spelt)):
                return Wording(_all_of(spelt), corrected)
        some = " OR ".join(f'"{word}"' for word in spelt)
        return Wording(some, corrected, relaxed=len(spelt) > 1) if self._matches(some) else Wording(None)

    def _matches(self, match: str) -> bool:
        sql = "SELECT 1 FROM product_text WHERE product_text MATCH ? LIMIT 1"
        return self._connection.execute(sql, (match,)).fetchone() is not None

    def _spell(self, word: str) -> str:
        if len(word) < 3 or not word.isalpha() or self._matches(f'"{word}"'):
            return word
        farthest = 1 if len(word) < 6 else 2
        near = process.extract(
            word, self._vocabulary.keys(), scorer=OSA.distance, score_cutoff=farthest, limit=20
        )
        if not near:
            return word
        return min(
            near, key=lambda each: (each[1], each[0][0] != word[0], -self._vocabulary[each[0]], each[0])
        )[0]


def _all_of(words: list[str]) -> str:
    return " ".join(f'"{word}"' for word in words)
