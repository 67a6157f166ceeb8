"""Personas as UXAgent (arXiv 2504.09407) keeps them: a JSON object of free text in sections, and an intent.

Keys are `persona` (the text), `intent`, and what was asked of the population that the persona was drawn from,
under names of the researcher's own ("Age", "Online Shopping Frequency"), or `age`, `gender` and `income`. The
text has sections ("Background:", "Demographics:", "Shopping Habits:", ...), not always all of them.
"""

import re
from collections.abc import Mapping
from itertools import zip_longest

_FACTS = ("Persona", "Demographics")
_SECTIONS = ("Background", "Shopping Habits", "Financial Situation", "Professional Life", "Personal Style")
_HEADING = re.compile(rf"^[ \t]*({'|'.join(_FACTS + _SECTIONS)})[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FIGURE = r"[0-9][0-9,]{0,15}"


def is_uxagent(values: Mapping[str, object]) -> bool:
    """Whether a JSON object is one of UXAgent's personas."""
    return isinstance(values.get("persona"), str) and "name" not in values


def persona_fields(values: Mapping[str, object]) -> dict[str, object]:
    """The fields of a `Persona` that one of UXAgent's states; the free text, whole, becomes its `profile`.

    What the keys do not say of age, gender and income is taken from the text, and so are name and profession.
    An age that is a range ("18-55") is no age, and is left to the text.
    """
    text = str(values["persona"])
    keys = {key.lower(): value for key, value in values.items()}
    found = {
        "name": _stated(text, "Persona", r"[^\n]{1,80}") or "a shopper",
        "age": _age(keys.get("age"), text),
        "gender": _gender(keys.get("gender"), text),
        "occupation": _stated(text, "(?:Profession|Occupation)", r"[^\n]{1,80}$"),
        "income": _income(keys.get("income"), text),
        "intent": keys.get("intent"),
        "profile": text,
    }
    return {name: value for name, value in found.items() if value is not None}


def excerpt(profile: str, limit: int) -> list[str]:
    """Whole sentences of a free text, at most `limit` words: of each section the first, then the second, ...

    They come in the order of the text. Sections of bare facts (name, demographics) are passed over. Where not
    one sentence is short enough, the beginning of the first.
    """
    sections = [sentences(body) for body in _section_texts(profile)]
    by_turn = [
        (place, turn, sentence)
        for turn, row in enumerate(zip_longest(*sections))
        for place, sentence in enumerate(row)
        if sentence
    ]
    taken: list[tuple[int, int, str]] = []
    room = limit
    for place, turn, sentence in by_turn:
        words = len(sentence.split())
        if words <= room:
            taken.append((place, turn, sentence))
            room -= words
    if by_turn and not taken:
        return [cut(by_turn[0][2], limit)]
    return [sentence for _, _, sentence in sorted(taken)]


def sentences(text: str) -> list[str]:
    """A text's sentences, each on one line."""
    line = " ".join(text.split())
    return re.split(r"(?<=[.!?]) ", line) if line else []


def cut(sentence: str, limit: int) -> str:
    """The sentence, or its first `limit` words and an ellipsis where it is longer."""
    words = sentence.split()
    return " ".join(words) if len(words) <= limit else " ".join(words[:limit]) + "…"


def _section_texts(profile: str) -> list[str]:
    before, *parts = _HEADING.split(profile)
    titles = [title.title() for title in parts[::2]]
    bodies = [body for title, body in zip(titles, parts[1::2], strict=True) if title not in _FACTS]
    return [body for body in (before, *bodies) if body.strip()] or [profile]


def _stated(text: str, label: str, pattern: str) -> str | None:
    match = re.search(rf"\b{label}:[ \t]*({pattern})", text, re.MULTILINE)
    return match[1].strip() or None if match else None


def _age(value: object, text: str) -> object:
    if value is None:
        value = _stated(text, "Age", r"[0-9]{1,3}\b(?!\s*[-\N{EN DASH}])")
    if not isinstance(value, str):
        return value
    return int(value) if re.fullmatch("[0-9]{1,3}", value.strip()) else None


def _gender(value: object, text: str) -> object:
    if value is None:
        value = _stated(text, "Gender", r"[\w-]+")
    if isinstance(value, str):
        return None if value.strip().lower() in {"", "unknown"} else value.strip().lower()
    return value


def _income(value: object, text: str) -> list[int] | None:
    if value is None:
        value = _stated(text, "Income", rf"\$?{_FIGURE}(?:\s*(?:-|\N{{EN DASH}}|to)\s*\$?{_FIGURE})?")
    stated = value if isinstance(value, list) else re.findall(_FIGURE, str(value).replace(",", ""))
    figures = [int(figure) for figure in map(str, stated) if re.fullmatch("[0-9]{1,12}", figure)]
    return [min(figures), max(figures)] if figures else None
