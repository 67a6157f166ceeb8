"""Phrases with choices and slots: the little language in which the vocabulary files are written.

`(Quiet|Silent) and {Capacity} large` is a phrase: one of the words in the parentheses is drawn, and the
braces are filled with what is known of the product. Parentheses without a bar are plain text.
"""

import random
import re
from collections.abc import Mapping

_CHOICE = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")


def stream(seed: int, *place: object) -> random.Random:
    """A stream of random numbers for each place, so that no product depends on how many others exist.

    The seed is spelled as text, which Python hashes the same way on every machine and in every process.
    """
    spelled = "/".join(str(part) for part in (seed, *place))
    return random.Random(spelled)  # noqa: S311 - repeatable by intent, and no secret


_ARTICLE = re.compile(r"\b([Aa]) (?=[aeioAEIO]|8|1[18]\b(?! ?[0-9,]))")


class Phrase:
    """One phrase of the vocabulary, taken apart once and drawn many times."""

    __slots__ = ("_has_slots", "_parts", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        pieces = _CHOICE.split(source)
        # re.split puts what the group caught at the odd places.
        self._parts: tuple[str | tuple[str, ...], ...] = tuple(
            tuple(piece.split("|")) if place % 2 else piece for place, piece in enumerate(pieces)
        )
        self._has_slots = "{" in source

    def draw(self, rng: random.Random, slots: Mapping[str, str]) -> str:
        """One wording of the phrase.

        Raises:
            KeyError: the phrase names a slot that the product does not have (an error in the vocabulary).
        """
        text = "".join(part if isinstance(part, str) else rng.choice(part) for part in self._parts)
        return _ARTICLE.sub(r"\1n ", text.format_map(slots)) if self._has_slots else text


def capitalised(text: str) -> str:
    """The text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]
