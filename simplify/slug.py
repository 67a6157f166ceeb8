"""From what a person reads to the words of a name: lower case, letters and digits, few and telling."""

import re
import unicodedata
from functools import lru_cache

MAX_WORDS = 2
"""Words of a label that is too long to be kept whole."""
MAX_WHOLE = 3
"""Words up to which a label is kept whole."""
MAX_CHARS = 24
MAX_CUT_CHARS = 22
"""Of a label that is not kept whole."""
MAX_WORD_CHARS = 20
MAX_UNSPACED_CHARS = 8
"""Of scripts that write without spaces: one character there is about a word."""

STOP_WORDS = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "it", "its", "of", "on", "or",
     "our", "out", "per", "that", "the", "this", "to", "was", "we", "with", "you", "your")
)  # fmt: skip
COUNT = re.compile(r"\s*[(\[]\s*[\d.,\s]+\+?k?\s*[)\]]\s*$")
"""A count in brackets at the end, as filters have it: it changes with every search."""
GROUPED_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
DECIMAL_SIGN = re.compile(r"(?<=\d)[.,:](?=\d)")
ASCII_WORD = re.compile(r"[a-z0-9]+(?:_[0-9][a-z0-9]*)*")
"""A decimal number is one word, its sign an underscore."""
INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
LOOSE_UNDERSCORE = re.compile(r"_+(?!\d)|(?<!\w)_+|__+")
APOSTROPHES = re.compile(r"(?<=\w)['\u2019\u02bc`](?=\w)")
SIGNS = {
    "close": "\u00d7\u2715\u2716\u2717\u2a2f\u2573",
    "previous": "\u2039\u00ab\u2190\u276e<\u25c0",
    "next": "\u203a\u00bb\u2192\u276f>\u25b6",
    "plus": "+",
    "minus": "\u2212-\u2013",
    "menu": "\u2630\u2261",
    "more": "\u22ee\u2026",
    "heart": "\u2665\u2661\u2764",
    "star": "\u2605\u2606",
    "search": "\U0001f50d",
    "cart": "\U0001f6d2",
    "check": "\u2713",
    "down": "\u25bc\u25be",
    "up": "\u25b2\u25b4",
    "help": "?",
}
"""Signs that stand for a word on buttons, by the word."""
FLAG_LETTER_A = 0x1F1E6
FLAG_LETTERS = frozenset(chr(FLAG_LETTER_A + number) for number in range(26))
"""A flag is two of these: the letters of its country."""
VOWEL_SIGNS = frozenset(map(chr, range(0x0900, 0x1AB0)))
"""Scripts of South and South-East Asia, whose words cannot be read without their marks."""
WEIGHTS = ((0x0E00, 3), (0x0370, 2))
"""How much longer a letter from a code point on is for a model than a Latin one."""
SYMBOLS = {sign: word for word, signs in SIGNS.items() for sign in signs}


@lru_cache(maxsize=16_384)
def words_of(label: str) -> tuple[str, ...]:
    """The words of a label, lower case, letters and digits alone.

    A count in brackets at its end is left out, because it changes from search to search. A label of signs
    alone yields what the sign is called.
    """
    text = COUNT.sub("", label) or label
    text = DECIMAL_SIGN.sub("_", APOSTROPHES.sub("", GROUPED_DIGITS.sub("", text)))
    if "." in text:
        text = INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    if text.isascii():
        found = tuple(ASCII_WORD.findall(text.lower()))
    else:
        found = _unicode_words(unicodedata.normalize("NFKC", text).lower())
    return found or _sign(label)


def _unicode_words(text: str) -> tuple[str, ...]:
    """Splits at everything that is neither letter nor digit; accents on letters go without a split.

    Vowel signs stay where they belong to a letter; alone they are no word.
    """
    kept = "".join(
        sign
        if sign.isalnum() or sign == "_" or (sign in VOWEL_SIGNS and unicodedata.category(sign)[0] == "M")
        else ""
        if unicodedata.category(sign)[0] == "M"
        else " "
        for sign in text
    )
    words = (word.strip("_") for word in LOOSE_UNDERSCORE.sub(" ", kept).split())
    return tuple(word for word in words if any(sign.isalnum() for sign in word))


def _sign(label: str) -> tuple[str, ...]:
    for sign in label:
        if sign in SYMBOLS:
            return (SYMBOLS[sign],)
    country = "".join(chr(ord(sign) - FLAG_LETTER_A + ord("a")) for sign in label if sign in FLAG_LETTERS)
    if country:
        return ("flag", country[:2])
    for sign in label:
        if not sign.isspace():
            called = ASCII_WORD.findall(unicodedata.name(sign, "").lower())
            if called:
                return tuple(called[:2])
    return ()


@lru_cache(maxsize=16_384)
def shorten(words: tuple[str, ...], limit: int = MAX_WORDS) -> tuple[str, ...]:
    """The few telling words that stand for a label: all of a short one, the first of a long one."""
    room = MAX_CHARS
    if len(words) > MAX_WHOLE or sum(map(_length, words)) + len(words) > MAX_CHARS + 1:
        words = telling(words)[:limit]
        room = MAX_CUT_CHARS
    kept: list[str] = []
    for word in words:
        cut = cut_word(word)
        length = _length(cut)
        if kept and length + 1 > room:
            break
        kept.append(cut)
        room -= length + 1
    return tuple(kept)


def _length(word: str) -> int:
    """Letters of a word; those of other scripts than Latin count as what they cost a model."""
    if word.isascii():
        return len(word)
    return sum(next((weight for start, weight in WEIGHTS if ord(sign) >= start), 1) for sign in word)


def telling(words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a label's words that say something; all of them where none does."""
    return (
        tuple(word for word in words if word not in STOP_WORDS and (len(word) > 1 or not word.isascii()))
        or words
    )


def cut_word(word: str) -> str:
    """A word of bearable length."""
    return word[: MAX_WORD_CHARS if word.isascii() else _unspaced_limit(word)]


def _unspaced_limit(word: str) -> int:
    unspaced = any(ord(sign) >= 0x0E00 for sign in word[:MAX_UNSPACED_CHARS])
    return MAX_UNSPACED_CHARS if unspaced else MAX_WORD_CHARS


def slug(label: str, limit: int = MAX_WORDS) -> str:
    """The short name of a label; empty where it holds nothing to read."""
    return "_".join(shorten(words_of(label), limit))
