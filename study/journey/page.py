"""A page as a recording keeps it: what a person read on it, line by line, and what could be acted on.

An observation is a text of a few rules of its own (`docs/simplify.md`): a line is a block that a person sees,
a card is one line, what can be acted on has a name. It is read by these rules with one regular expression. To
an HTML parser `<a name="cart"/>` would be a link that holds all that follows; and thousands of sessions are
read at a time, so that a page should cost well below a millisecond.
"""

import html
import re
from dataclasses import dataclass, field
from functools import cached_property

from agent.session import Outcome

_PIECE = re.compile(r'<(/?)(\w+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*(/?)>|([^<]+|<)')
_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')
_VOID = frozenset({"input", "img"})
_FIELDS = frozenset({"input", "textarea"})
_AROUND = frozenset({"nav", "header", "footer"})
_NESTING = frozenset({*_AROUND, "dialog", "form"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_TITLE_PARTS = re.compile(r"\s+[-–—|·•»:/]+\s+|\s*[|»•]\s*|:\s+")  # noqa: RUF001 - dashes that titles use
_OPENED = re.compile(r'The page "(.*)" (?:opened|was loaded again)')
_BEFORE = 60
"""Characters before a field in which its label stands."""


@dataclass(slots=True)
class Thing:
    """What can be acted on, as it stood on the page.

    Attributes:
        name: its name on the page.
        tag: a, button, input, textarea, option, summary or span.
        label: what a person read on it; of a field, what stood before it or in it.
        value: what a field held.
        place: index of its line on the page.
        listed: whether it stood in an item of a list or in a row of a table.
        around: whether it stood in what surrounds every page of a site: its navigation, header or footer.
        searching: whether it stood in a form that the page calls a search.
        tail: what stood right behind it, a count for instance.
    """

    name: str
    tag: str
    label: str = ""
    value: str = ""
    place: int = 0
    listed: bool = False
    around: bool = False
    searching: bool = False
    tail: str = ""

    @property
    def is_field(self) -> bool:
        """Whether text can be typed into it (or it is ticked)."""
        return self.tag in _FIELDS


@dataclass(slots=True)
class Line:
    """A block that a person sees.

    Attributes:
        text: what is read on it, labels of what can be acted on included.
        things: what can be acted on there.
        listed: whether it is an item of a list or a row of a table.
        around: whether it belongs to what surrounds every page of a site.
        heading: whether it is a heading.
        begun: whether anything stands on it yet.
    """

    text: str = ""
    listed: bool = False
    around: bool = False
    heading: bool = False
    begun: bool = False
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """One look at a page.

    Attributes:
        url: its address.
        title: the document's title.
        lines: what was read on it.
        headings: its headings of the first three levels in order, each a level and a text; not those of a
            dialog beside the page.
        only_dialog: whether nothing but a dialog was to be seen, which covers the page.
    """

    url: str
    title: str
    lines: tuple[Line, ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    only_dialog: bool = False

    @cached_property
    def things(self) -> dict[str, Thing]:
        """What can be acted on, by name."""
        return {thing.name: thing for line in self.lines for thing in line.things}

    @cached_property
    def title_parts(self) -> tuple[str, ...]:
        """The parts of the title, such as the page's and the shop's name, as plain text."""
        return tuple(plain(part) for part in _TITLE_PARTS.split(self.title) if part.strip())

    @cached_property
    def main_headings(self) -> tuple[str, ...]:
        """The headings of the first level, or the first heading where there is none, as plain text."""
        first = tuple(plain(text) for level, text in self.headings if level == 1)
        return first or tuple(plain(text) for _, text in self.headings[:1])

    @cached_property
    def text(self) -> str:
        """What was read but for lists and what surrounds every page of a site: plain text, a line a line."""
        return "\n".join(plain(line.text) for line in self.lines if not line.around and not line.listed)

    @cached_property
    def name(self) -> str:
        """What tells this page from others at the same address: its first heading, or else its title."""
        return plain(self.title) if self.only_dialog or not self.headings else self.main_headings[0]


def read_page(url: str, title: str, observation: str) -> Page:
    """Reads what a recording keeps of a look at a page; any text gives a page."""
    reader = _Reader()
    for closing, tag, attributes, empty, text in _PIECE.findall(observation):
        if text:
            reader.text(text)
        elif closing:
            reader.close(tag)
        else:
            reader.open(tag, attributes, empty=bool(empty) or tag in _VOID)
    reader.finish()
    shown = observation[observation.find("</title>") + len("</title>") :] if reader.title else observation
    only_dialog = shown.lstrip().startswith("<dialog>") and shown.rstrip().endswith("</dialog>")
    return Page(
        url=url,
        title=title or reader.title,
        lines=tuple(reader.lines),
        headings=tuple((level, text) for level, text, inner in reader.headings if inner == only_dialog),
        only_dialog=only_dialog,
    )


def opened(outcome: Outcome) -> str:
    """The title of the page that came of an action, as its outcome tells it; empty where no page came."""
    found = _OPENED.match(outcome.message)
    return found[1] if found else ""


def plain(text: str) -> str:
    """Text as patterns compare it: lower case, one space, straight apostrophes."""
    return " ".join(text.lower().replace("\u2019", "'").split())


@dataclass(slots=True)
class _Reader:
    """Goes through the pieces of an observation, and keeps what they say."""

    title: str = ""
    headings: list[tuple[int, str, bool]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    _line: Line = field(default_factory=Line)
    _written: list[str] = field(default_factory=list)
    _inside: list[str] = field(default_factory=list)
    _searching: int = 0
    _since: int = 0
    _thing: Thing | None = None
    _after: Thing | None = None
    _heading: list[str] | None = None
    _in_title: bool = False

    def text(self, text: str) -> None:
        if "&" in text:
            text = html.unescape(text)
        first, *rest = text.split("\n")
        self._write(first)
        for more in rest:
            self._end_line()
            self._write(more)

    def open(self, tag: str, attributes: str, *, empty: bool) -> None:
        if ' name="' in attributes:
            self._open_thing(tag, dict(_ATTRIBUTE.findall(attributes)), empty=empty)
        elif tag in _NESTING:
            self._inside.append(tag)
            self._searching += "search" in attributes and tag == "form"
        elif tag in {"li", "tr"}:
            self._line.listed = True
        elif tag in _HEADINGS:
            self._heading = []
            self._line.heading = True
        elif tag == "title":
            self._in_title = True
        elif tag == "img":
            self._write(f" {dict(_ATTRIBUTE.findall(attributes)).get('alt', '')} ")

    def close(self, tag: str) -> None:
        if self._thing is not None and tag in {self._thing.tag, "select"}:
            self._close_thing()
        if tag in _NESTING and tag in self._inside:
            self._leave(tag)
        elif tag in _HEADINGS and self._heading is not None:
            text = " ".join("".join(self._heading).split())
            self.headings.append((int(tag[1]), text, "dialog" in self._inside))
            self._heading = None
        elif tag == "title":
            self._in_title = False

    def finish(self) -> None:
        self._close_thing()
        self._end_line()

    def _open_thing(self, tag: str, known: dict[str, str], *, empty: bool) -> None:
        self._close_thing()
        self._after = None
        thing = Thing(
            name=html.unescape(known["name"]),
            tag=tag,
            value=html.unescape(known.get("value", "")),
            place=len(self.lines),
            around=not _AROUND.isdisjoint(self._inside),
            searching=self._searching > 0,
        )
        self._begin_line()
        self._line.things.append(thing)
        if tag in _FIELDS:
            before = "".join(self._written[self._since :])[-_BEFORE:].strip()
            told = (before, known.get("aria-label", ""), known.get("placeholder", ""))
            thing.label = " ".join(filter(None, told))
        elif empty:
            thing.label = _said(thing.name)
            if tag != "option":
                self._write(f" {thing.label} ")
            self._after = thing
        self._since = len(self._written)
        if not empty:
            self._thing = thing

    def _close_thing(self) -> None:
        thing, self._thing = self._thing, None
        if thing is not None:
            thing.label = " ".join(thing.label.split()) or _said(thing.name)
            self._after, self._since = thing, len(self._written)

    def _write(self, text: str) -> None:
        if self._in_title:
            self.title += text
            return
        if self._thing is not None:
            if self._thing.tag != "textarea":
                self._thing.label += text
            if self._thing.tag in {"option", "textarea"}:
                return  # choices and what was typed are no text of the page
        elif self._after is not None and text.strip():
            self._after.tail, self._after = text.strip()[:12], None
        if text.strip():
            self._begin_line()
        self._written.append(text)
        if self._heading is not None:
            self._heading.append(text)

    def _leave(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass
        if "form" not in self._inside:
            self._searching = 0

    def _begin_line(self) -> None:
        if not self._line.begun:
            self._line.begun = True
            self._line.around = not _AROUND.isdisjoint(self._inside)

    def _end_line(self) -> None:
        line = self._line
        line.text = " ".join("".join(self._written).split())
        for thing in line.things:
            thing.listed = line.listed
        if line.begun:
            self.lines.append(line)
        self._line, self._written, self._after, self._since = Line(), [], None, 0


def _said(name: str) -> str:
    """What stands on a thing whose name says it all."""
    return name.rpartition(".")[2].replace("_", " ")
