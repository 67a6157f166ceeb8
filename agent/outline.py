"""A page in as few tokens as tell it: the names on it, and what the names do not say.

A model that was fine-tuned on shoppers' visits needs no markup: it was taught what a name is. In an outline a
thing that can be acted on is its name; what is written on it follows in brackets where the name does not say
it already, and its state where it has one. Text stays text, lines stay lines, so that two outlines can be
compared as pages are (`simplify.changes`).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from simplify import changes

_PIECE = re.compile(r"<(/?)(\w+)([^>]*?)(/?)>|([^<]+)")
_ATTRIBUTE = re.compile(r' ([\w-]+)(?:="([^"]*)")?')
_WORDS = re.compile(r"[^\W_]+")
_WHOLE_DOLLARS = re.compile(r"(\$\d[\d,]*)\.00\b")
_SPACES = re.compile(r"[ \t]+")
_FOLDED = re.compile(r"^… \d+ lines? as before$", re.MULTILINE)
_SITE = re.compile(r" [-|\u2013\u2014·] .*")

FIELDS = frozenset({"input", "textarea", "select"})
STATES = ("value", "checked", "selected", "disabled", "aria-pressed", "aria-expanded", "aria-current")
"""Attributes that say what a name cannot."""


@lru_cache(maxsize=512)
def outline(html: str) -> str:
    """The outline of a page.

    Args:
        html: the text of an observation.

    Returns:
        Its lines without markup; those that then say nothing are left out, and so is what a title says of
        the site.
    """
    lines = ("".join(_pieces(line)) for line in html.split("\n"))
    told = (_SPACES.sub(" ", _WHOLE_DOLLARS.sub(r"\1", line)).strip() for line in lines)
    return "\n".join(line for line in told if line)


@lru_cache(maxsize=512)
def changed(before: str, after: str) -> str:
    """The outline of a page, told as what differs from that of an earlier one.

    Args:
        before: the text of an observation that was shown before.
        after: the text of the later one.

    Returns:
        The later outline with `…` for lines that stood in the earlier one; empty where all of them did.
    """
    told = _FOLDED.sub("…", changes(outline(before), outline(after)))
    return "" if told == "…" else told


def _pieces(line: str) -> Iterator[str]:
    """A line's names and text; a named thing's own text in brackets."""
    name = tag = ""
    inside: list[str] = []
    for closing, element, attributes, empty, text in _PIECE.findall(line):
        known = {} if closing or text else dict(_ATTRIBUTE.findall(attributes))
        if tag and ("name" in known or (closing and element in {tag, "select"})):
            yield _named(name, "".join(inside))
            name, tag, inside = "", "", []
        if "name" in known:
            name = f"{known['name']}{_state(known)}"
            if empty or element in FIELDS:
                yield f" {name} "
            else:
                tag = element
                yield " "
        elif tag:
            inside.append(text or " ")
        elif element == "title" and closing:
            yield _SITE.sub("", "".join(inside))
            inside = []
        elif element == "title":
            inside = [""]
        elif inside:
            inside[0] += text
        else:
            yield text or " "
    yield _named(name, "".join(inside)) if tag else "".join(inside)


def _named(name: str, text: str) -> str:
    said = _words(name)
    written = _words(text)
    follows = iter(said)
    known = all(word in follows for word in written)
    return f"{name} " if known else f"{name} ({text.strip()}) "


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(text)]


def _state(known: dict[str, str]) -> str:
    states = [f"{state.removeprefix('aria-')} {known[state]}".strip() for state in STATES if state in known]
    return f" [{', '.join(states)}]" if states else ""
