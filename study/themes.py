"""What shoppers think about: rationales by theme, by a lexicon that anybody can read, mend and argue with.

A rationale has every theme of which it holds a phrase, and none where it holds none: themes overlap, and a
sentence about nothing in particular ("I click it") is about nothing here. The lexicon is English. It tells
what a thought is about, not whether it is glad or cross: "free delivery, good" and "delivery is too dear" are
both about delivery.

A lexicon and not a model: the same text has the same themes for ever, on any machine, and a reader of a
report can see why. A dictionary has to be validated on the texts at hand (J. Grimmer and B. M. Stewart, "Text
as Data", Political Analysis 21(3), 2013): what was seen with this one stands in `docs/results.md`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from study.theme_words import LEXICON


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that shoppers think about.

    Attributes:
        id: as it stands in tables.
        title: as it stands in reports.
        description: what belongs to it.
        pattern: matches plain text (lower case, straight apostrophes) that speaks of it.
    """

    id: str
    title: str
    description: str
    pattern: re.Pattern[str] = field(repr=False)


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    """Whole words; a phrase may begin with a sign, such as that of a currency."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


THEMES = tuple(
    Theme(identity, title, description, _pattern(phrases))
    for identity, title, description, phrases in LEXICON
)
"""All themes, in the order in which a rationale's themes are told."""


@lru_cache(maxsize=4096)
def themes_of(rationale: str) -> tuple[str, ...]:
    """The themes that a rationale speaks of.

    Args:
        rationale: what a shopper thinks before an action, in English.

    Returns:
        Ids of themes in the order of `THEMES`; empty where it speaks of none of them.
    """
    text = " ".join(rationale.lower().replace("\u2019", "'").split())
    return tuple(theme.id for theme in THEMES if theme.pattern.search(text))
