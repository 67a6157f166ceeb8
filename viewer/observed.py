"""An observation as text, cut where the target's line begins and ends.

It is shown as it is written, never as a page: a template escapes its pieces like any other text.
"""

import re
from dataclasses import dataclass

MOST_CHARS = 200_000
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one kind: `tag`, `text`, or `target`, the thing that was acted on."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation.

    Attributes:
        before: the lines before the target's.
        line: the target's line; empty where there is no target, or it does not stand there.
        after: the lines after it, or all of them.
        cut: whether its end is left out, because it is too long.
    """

    before: tuple[Piece, ...]
    line: tuple[Piece, ...]
    after: tuple[Piece, ...]
    cut: bool

    @property
    def size(self) -> int:
        """Characters, about as many as it has in a page."""
        return sum(len(piece.text) + 24 for part in (self.before, self.line, self.after) for piece in part)


def observed(content: bytes, target: str) -> Observed:
    """An observation with its target.

    Args:
        content: of the file.
        target: name of what was acted on; empty where nothing was.
    """
    text = content.decode("utf-8", "replace").replace("\0", "\ufffd")
    cut, text = len(text) > MOST_CHARS, text[:MOST_CHARS]
    start, end = _element(text, target)
    if start == end:
        return Observed((), (), tuple(_pieces(text)), cut)
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    line = (*_pieces(text[first:start]), Piece("target", text[start:end]), *_pieces(text[end:last]))
    return Observed(tuple(_pieces(text[:first])), line, tuple(_pieces(text[last:].removeprefix("\n"))), cut)


def _element(text: str, target: str) -> tuple[int, int]:
    """Where the element of that name begins and ends; an empty place where there is none."""
    if not target:
        return 0, 0
    opening = re.search(rf'<(\w+)(?=[\s])[^<>]*\sname="{re.escape(target)}"[^<>]*>', text) or re.search(
        rf'<(\w+)\sname="{re.escape(target)}"[^<>]*>', text
    )
    if opening is None:
        return 0, 0
    if opening[0].endswith("/>"):
        return opening.start(), opening.end()
    line_end = text.find("\n", opening.end())
    closing = f"</{opening[1]}>"
    end = text.find(closing, opening.end(), line_end if line_end >= 0 else len(text))
    return opening.start(), end + len(closing) if end >= 0 else opening.end()


def _pieces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    place = 0
    for tag in _TAG.finditer(text):
        if tag.start() > place:
            pieces.append(Piece("text", text[place : tag.start()]))
        pieces.append(Piece("tag", tag[0]))
        place = tag.end()
    if place < len(text):
        pieces.append(Piece("text", text[place:]))
    return pieces
