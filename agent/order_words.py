"""How shops speak of orders, in the languages of `order_words.yaml`: its phrases, made into patterns.

What a page says and what the file says are compared in one plain spelling (`folded`), so that neither
upper case nor accents, full-width letters or characters that cannot be seen make a difference.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import resources

import yaml

_AMOUNT = r"(?:\d{1,3}(?:[ .,'\u066c]\d{3})+|\d+)(?:[.,\u066b]\d{1,2}(?!\d))?"
"""Digits, with what parts thousands and decimals; the Arabic signs, too."""

ANY = "any"
"""The section for what no language has for itself."""

NUMBER = "NUMBER"
_NUMBER_SIGN = "\ue000"  # what stands for it where phrases are folded: no text of any language
_SIGNS = {
    "_": " ", "/": "|", r"\~": r"\w*", r"\(": "(?:", r"\)": ")?", r"\{": "(?:", r"\}": ")",
    _NUMBER_SIGN: r"\W{0,3}[a-z]{0,6}-?\d[\w-]{0,30}\W{0,2}",
}  # fmt: skip
_LATER = "..."
_SEPARATOR = re.compile(r",\s+")
_SPELLINGS = str.maketrans({
    "\u0131": "i",  # the dotless i, which the capital I of other languages is in Turkish
    "\u2019": "'", "\u02bc": "'", "\u05f3": "'", "\u05f4": '"',
    "\u2013": "-", "\u2014": "-",
    "\u0640": "",  # what stretches Arabic words
})  # fmt: skip


def plain(text: str) -> str:
    """A text without characters that cannot be seen, in ordinary width, white space folded; case is kept."""
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").translate(_SPELLINGS)
    return " ".join(text.split())


def folded(text: str) -> str:
    """The spelling in which phrases are compared: plain, in small letters, without accents."""
    text = plain(text).casefold()
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare).translate(_SPELLINGS)


class Phrases:
    """The phrases of one kind, in all languages; read and made into patterns when they are first needed."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def search(self, text: str) -> re.Match[str] | None:
        """Where one of them stands in a text, in its folded spelling."""
        return self._anywhere.search(folded(text))

    def begins(self, text: str) -> bool:
        """Whether a text begins with one of them."""
        return self._beginning.match(folded(text)) is not None

    def is_all_of(self, text: str) -> bool:
        """Whether one of them is all that is written, but for sums, signs and pictures around it."""
        spellings = (text, without_sums(text))
        return any(self._anywhere.fullmatch(_trimmed(folded(each))) for each in spellings)

    def left_out_of(self, text: str) -> str:
        """A text without them, in its folded spelling."""
        return self._anywhere.sub(" ", folded(text))

    def stands_before(self, value: str, text: str) -> bool:
        """Whether one of them stands in front of a value, a pattern of the folded spelling."""
        return re.search(rf"(?:{self._anywhere.pattern}){value}", folded(text)) is not None

    def before(self, value: str, text: str) -> list[str]:
        """The values that one of them stands before, as the plain text has them.

        Args:
            value: a pattern with one group, of the folded spelling.
            text: anything.
        """
        said = plain(text)
        letters = [(letter, at) for at, sign in enumerate(said) for letter in _letters(sign)]
        pattern = re.compile(rf"(?:{self._anywhere.pattern}){value}")
        spans = (found.span(1) for found in pattern.finditer("".join(letter for letter, _ in letters)))
        return [said[letters[start][1] : letters[end - 1][1] + 1] for start, end in spans]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The phrases as words to look for within words, folded."""
        return tuple(folded(phrase) for _, phrase in phrases_of(self._kind))

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile("|".join(_patterns(self._kind)))

    @cached_property
    def _beginning(self) -> re.Pattern[str]:
        return re.compile(rf"\W*(?:{'|'.join(_patterns(self._kind))})")


class Joints:
    """Words such as "and", where phrases of their language stand right behind them; signs, of any language.

    Args:
        kind: what joins.
        behind: the kinds of the phrases that stand behind.
    """

    def __init__(self, kind: str, *behind: str) -> None:
        self._kind = kind
        self._behind = behind

    def parts(self, text: str) -> list[str]:
        """What stands behind each of them, to the end of the text, in its folded spelling."""
        said = folded(text)
        return [said[found.end() :] for found in self._pattern.finditer(said)]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(filter(None, map(self._in, _languages()))))

    def _in(self, language: str) -> str:
        """The pattern for one language; empty where it joins nothing."""
        joints = "|".join(re.escape(folded(phrase)) for _, phrase in phrases_of(self._kind, language))
        spoken = None if language == ANY else language
        behind = "|".join(pattern for kind in self._behind for pattern in _patterns(kind, spoken))
        edge = "" if _languages()[language].get("unspaced") else r"(?:(?<!\w)|(?=\W))"
        return rf"{edge}(?:{joints})\W{{0,5}}(?={behind})" if joints else ""


@cache
def money() -> str:
    """The pattern of a sum with its currency before or after it, in any case."""
    signs = {sign for _, phrase in phrases_of("currencies") for sign in (plain(phrase), folded(phrase))}
    currency = "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))
    return rf"(?<![A-Za-z])(?:{currency})\s?{_AMOUNT}|{_AMOUNT}\s?(?:{currency})(?![A-Za-z])"


def without_sums(text: str) -> str:
    """A plain text without the sums and other numbers that stand in it."""
    return " ".join(_sums().sub(" ", plain(text)).split())


@cache
def _sums() -> re.Pattern[str]:
    """What a button may say of the very order that it is for: sums and other numbers."""
    return re.compile(rf"{money()}|\d[\d.,]*", re.IGNORECASE)


def phrases_of(kind: str, language: str | None = None) -> Iterator[tuple[bool, str]]:
    """The phrases of a kind as they stand in the file; and whether their language writes without spaces.

    Args:
        kind: as the file names it.
        language: the only one to look into; None to look into all.
    """
    for kinds in _languages().values() if language is None else [_languages()[language]]:
        text = kinds.get(kind, "")
        assert isinstance(text, str)
        for phrase in filter(None, _SEPARATOR.split(text.strip())):
            yield bool(kinds.get("unspaced")), phrase.strip()


def pattern_of(phrase: str, *, unspaced: bool) -> str:
    """The pattern of one phrase, as `order_words.yaml` explains how they are written.

    Args:
        phrase: as it stands in the file, in the spelling in which it is to be compared.
        unspaced: whether it may stand inside of a longer word.
    """
    space, between = (" ?", ".{0,40}?") if unspaced else (" ", r"(?:\W.{0,40}?)?")
    at_start = phrase.endswith(_LATER)
    pattern, begun = "", False
    for token in phrase.removesuffix(_LATER).replace(_LATER, f" {_LATER} ").split():
        if token == _LATER:
            pattern += between
        elif re.fullmatch(r"\([^()]*\)", token):
            body = _alternatives(token[1:-1])
            pattern += f"(?:{space}{body})?" if begun else f"(?:{body}{space})?"
        else:
            pattern += (space if begun else "") + _alternatives(token)
            begun = True
    # A phrase may end in a sign, such as `#`, that a word stands right behind.
    edged = pattern if unspaced else rf"(?<!\w){pattern}(?:(?!\w)|(?<=\W))"
    return rf"(?<!.)\W*{edged}" if at_start else edged


def _letters(sign: str) -> str:
    """What one sign of a plain text is in its folded spelling."""
    return sign if sign.isspace() else folded(sign)


def _alternatives(token: str) -> str:
    """One place of a phrase: `a/b`, `wor(d)`, `word~`, `two_words`, `{a/b}c`."""
    pattern = re.escape(token)
    for sign, meant in _SIGNS.items():
        pattern = pattern.replace(sign, meant)
    return f"(?:{pattern})" if "|" in pattern else pattern


def _patterns(kind: str, language: str | None = None) -> Iterator[str]:
    for unspaced, phrase in phrases_of(kind, language):
        yield pattern_of(folded(phrase.replace(NUMBER, _NUMBER_SIGN)), unspaced=unspaced)


def _trimmed(text: str) -> str:
    """A text without what is no letter at its ends: arrows, brackets, pictures."""
    start, end = 0, len(text)
    while start < end and not _is_letter(text[start]):
        start += 1
    while end > start and not _is_letter(text[end - 1]):
        end -= 1
    return " ".join(text[start:end].split()) or text.strip()


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


@cache
def _languages() -> Mapping[str, Mapping[str, object]]:
    text = resources.files("agent").joinpath("order_words.yaml").read_text(encoding="utf-8")
    languages = yaml.safe_load(text)
    assert isinstance(languages, dict)
    return languages
