"""Writes pieces of markup and text one after the other, and decides what stands between two of them."""

import re

ENTITY = re.compile(r"&(?=[A-Za-z#])")
ENDS_SENTENCE = frozenset(".,:;!?\u2026\u2013\u2014-/|\u2022\u00b7(")
STARS = frozenset("★☆⭐✩✪")
STARS_ON_STARS = re.compile(f"([{''.join(sorted(STARS))}]{{5}}) ?\\1 ?")
MAX_VALUE_CHARS = 200
MIN_REPEATED_CHARS = 50
REPEATED_WORDS = 4
"""Words with which a long text begins again that was written in full before."""


def escape(text: str) -> str:
    """Text that no reader can take for markup, and that imitates no name."""
    if "&" in text:
        text = ENTITY.sub("&amp;", text)
    if "<" in text:
        text = text.replace("<", "&lt;")
    return text.replace('="', "=&quot;") if '="' in text else text


def attribute(name: str, value: str) -> str:
    """An attribute as markup, white space folded, cut where it is long."""
    line = " ".join(value.split())
    if len(line) > MAX_VALUE_CHARS:
        line = f"{line[:MAX_VALUE_CHARS]}…"
    if line.endswith("="):
        line += " "  # with the quotation mark that follows it would imitate a name
    return f' {name}="{escape(line).replace(chr(34), "&quot;")}"'


class Writer:
    """Collects pieces; decides what stands between two of them."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.owners: list[int] = []
        self.owner = 0
        self._stars = -1  # index of a row of stars that was just written
        self._gap = ""
        self._opened = True  # nothing but an opening tag stands on this spot: no gap is due
        self._after_text = False
        self._joined = False
        self._written: set[str] = set()  # the long texts

    def _put(self, piece: str) -> None:
        self._joined = False
        self.pieces.append(piece)
        self.owners.append(self.owner)

    def _fill(self, *, text: bool) -> None:
        gap, self._gap = self._gap, ""
        if self._opened or not gap:
            return
        if gap == ", ":
            last = self.pieces[-1]
            gap = ", " if text and self._after_text and last and last[-1] not in ENDS_SENTENCE else " "
        self._put(gap)

    def space(self) -> None:
        """A space is due before the next piece, if nothing more is."""
        self._gap = self._gap or " "

    def part(self) -> None:
        """A new part of the same line begins."""
        if self._gap != "\n" and not self._joined:
            self._gap = ", "

    def line(self) -> None:
        """A new line begins."""
        if not self._joined:
            self._gap = "\n"

    def join(self) -> None:
        """What comes next stays on this line, block or not."""
        self._gap = " "
        self._joined = True

    def text(self, text: str) -> None:
        """Writes text; white space at its ends is a gap."""
        body = text.strip()
        if text[:1] == " ":
            self.space()
        if not body:
            return
        if body[0] in STARS:
            body = STARS_ON_STARS.sub("", body)
            if not body or self._is_second_row(body):
                return
        starts_word = body[0] not in ",.;:!?)"
        if not starts_word and self._gap in {" ", ", "}:
            self._gap = ""
        self._fill(text=True)
        self._put(escape(self.once(body)))
        self._opened = False
        self._after_text = True
        if text[-1] == " ":
            self.space()

    def once(self, text: str) -> str:
        """The text as it is to be written: a long one that was written before only begins again."""
        if len(text) < MIN_REPEATED_CHARS:
            return text
        if text in self._written:
            return f"{' '.join(text.split(None, REPEATED_WORDS)[:REPEATED_WORDS])} …"
        self._written.add(text)
        return text

    def _is_second_row(self, body: str) -> bool:
        """Whether stars are drawn upon stars to show a part of them; then neither row says anything."""
        if any(sign not in STARS for sign in body):
            return False
        if self._stars == len(self.pieces) - 1 and self.pieces and self.pieces[-1] == body:
            self.pieces[-1] = ""
            if len(self.pieces) > 1 and self.pieces[-2] in {"\n", ", ", " "}:
                self._gap = self.pieces[-2]  # what was due before the stars is due again
                self.pieces[-2] = ""
            return True
        gap = 1 if self._gap and not self._opened else 0
        self._stars = len(self.pieces) + gap
        return False

    def open(self, markup: str) -> None:
        """Writes an opening tag; what follows stands close to it."""
        self._fill(text=False)
        self._put(markup)
        self._opened = True
        self._after_text = False

    def single(self, markup: str) -> None:
        """Writes a tag without content."""
        self._fill(text=False)
        self._put(markup)
        self._opened = False
        self._after_text = False

    def close(self, markup: str) -> None:
        """Writes a closing tag close to what it closes; the gap that was due comes after it."""
        self._put(markup)
        self._opened = False
        self._after_text = False
