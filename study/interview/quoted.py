"""Recorded text, so that it cannot pass for anything else: not for the interviewer's, not for a terminal's.

What stands on a page was written by whoever made the page, and what a model said may repeat it. Between two
lines of three backticks such text is told to be a record; so it must not hold such a line. Nor may it hold
what a server would take for the beginning of another message: chat templates are rendered to text, in which
`<|im_start|>` and the like are read wherever they stand.
"""

import re
import unicodedata

FENCE = "```"

_BACKTICKS = re.compile("`{3,}")
_ANGLE = re.compile(r"<(?=\S)")
_BRACKET = re.compile(r"\[(?=/?[A-Z_]{3,}\])")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of Unicode that show nothing and may do something: controls, formats, surrogates, separators."""
_JOINERS = "\u200c\u200d"
"""Formats that belong to the spelling of words, in Persian and Hindi among others."""


def visible(text: str) -> str:
    """A text on one line, of what can be seen: without controls, escapes, and marks of writing direction."""
    return " ".join("".join(_seen(sign) for sign in text).split())


def fenced(text: str) -> str:
    """A text of any number of lines between two fences; no line within is one.

    Args:
        text: of pages or of a model, already `quoted`.
    """
    return f"{FENCE}\n{text}\n{FENCE}"


def quoted(text: str) -> str:
    """Recorded text on one line, in which no fence and no mark of a chat template can be read."""
    line = _BACKTICKS.sub("``", visible(text))
    return _BRACKET.sub("[ ", _ANGLE.sub("< ", line))


def _seen(sign: str) -> str:
    if (sign.isascii() and sign.isprintable()) or sign in _JOINERS:
        return sign
    return " " if unicodedata.category(sign) in _HIDDEN else sign
