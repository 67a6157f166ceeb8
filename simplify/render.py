"""The tree as text: simplified HTML, one line a block, a card on one line, nothing said twice.

Wrappers have no tag, links and fields keep theirs, headings, lists and tables too. End tags that HTML itself
lets one leave out (`</li>`, `</td>`, `</option>`) are left out: they cost tokens and say nothing.
"""

import re
from dataclasses import dataclass, field

from simplify.observation import TargetKind
from simplify.shape import LISTS, MAX_CARD_CHARS, SHOWN_REGIONS, Shape
from simplify.slug import COUNT, words_of
from simplify.structure import Structure
from simplify.tags import FIELD_TYPES, HEADINGS
from simplify.tree import READABLE, Node, text_of
from simplify.writer import ENDS_SENTENCE, MAX_VALUE_CHARS, Writer, attribute, escape

SAID_BY_NAME = re.compile(r"[^\W_]+(?:(?: ?[&'’!?:…›»–/] ?|[ -]+)[^\W_]+)*[!?:…›» ]*")  # noqa: RUF001 - signs that pages use
"""Text of which a name keeps everything but the case and signs that say nothing."""
MAX_SAID_CHARS = 48
"""No name says more: what is longer need not be compared."""
FLAGS = (("checked", "checked"), ("selected", "selected"), ("disabled", "disabled"), ("required", "required"))
STATES = (
    ("aria-expanded", "true"),
    ("aria-pressed", "true"),
    ("aria-selected", "true"),
    ("aria-current", ""),
)
MARKING = frozenset((*(key for key, _ in (*FLAGS, *STATES)), "aria-checked"))
"""Attributes that are shown on a target; most targets have none of them."""


@dataclass(slots=True)
class Cuts:
    """What is left out of the text for want of room, beside the nodes that are folded.

    Attributes:
        prose: words that are kept of a text, by its node's index and its index among the node's children.
        counts: how many folded things are to be told of at the end of a node, by its index.
    """

    prose: dict[tuple[int, int], int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Rendering:
    """The text in pieces, each with the index of the node that it belongs to."""

    pieces: list[str]
    owners: list[int]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


@dataclass(slots=True)
class _Close:
    """What is due after a node's children."""

    markup: str
    node: Node
    inline: bool
    target: bool = False
    joins: bool = False  # what follows belongs on the same line
    done: bool = False


class _Renderer:
    def __init__(self, structure: Structure, cuts: Cuts) -> None:
        self._structure = structure
        self._cuts = cuts
        self._cards = {card.node.at for card in structure.cards}
        self._shape = Shape(structure)
        self._writer = Writer()
        self._on_line = 0
        self._open_targets: list[_Close] = []
        self._stack: list[Node | str | _Close] = []
        self._words: dict[int, set[str]] = {}

    def run(self, title: str) -> Rendering:
        writer = self._writer
        if title and not self._shape.is_headed(title):
            writer.open("<title>")
            writer.text(title)
            writer.close("</title>")
            writer.line()
        self._stack.append(self._structure.nodes[0])
        while self._stack:
            at = self._stack.pop()
            if isinstance(at, str):
                writer.text(at)
            elif isinstance(at, _Close):
                self._close(at)
            else:
                writer.owner = at.at
                self._node(at)
        return Rendering(writer.pieces, writer.owners)

    # ---- descending and coming back -------------------------------------------------------------

    def _children(self, node: Node, close: _Close) -> None:
        self._stack.append(close)
        left_out = self._cuts.counts.get(node.at)
        if left_out:
            close.markup = f"{self._left_out(node, left_out)}{close.markup}"
        self._stack.extend(self._shown(node))

    def _shown(self, node: Node) -> list[Node | str]:
        """What is shown of a node's children, the last first."""
        shown: list[Node | str] = []
        prose = self._cuts.prose
        for index in range(len(node.children) - 1, -1, -1):
            child = node.children[index]
            if isinstance(child, str):
                kept = prose.get((node.at, index)) if prose else None
                shown.append(child if kept is None else _cut_prose(child, kept))
            elif not child.folded:
                shown.append(child)
        return shown

    def _left_out(self, node: Node, count: int) -> str:
        if node.tag == "select":
            return f"<option>… {count} more choices folded"
        if node.tag in LISTS and not self._on_line and not self._shape.is_row(node):
            return f"\n<li>… {count} more items folded"
        gap = " " if self._on_line or self._shape.is_row(node) else "\n"
        return f"{gap}… {count} more folded"

    def _close(self, close: _Close) -> None:
        if close.inline:
            self._on_line -= 1
        if close.target and self._open_targets and self._open_targets[-1] is close:
            self._open_targets.pop()
        if close.markup and not close.done:
            self._writer.owner = close.node.at
            self._writer.close(close.markup)
        if close.joins:
            self._writer.join()
        else:
            self._break(close.node)

    def _break(self, node: Node) -> None:
        if node.tag in {"span", "a", "button", "input", "img", "select", "option", "textarea"}:
            if (node.kind is not None and node.tag != "option") or node.tag == "select":
                self._writer.space()
        elif self._on_line:
            self._writer.part()
        else:
            self._writer.line()

    # ---- kinds of nodes -------------------------------------------------------------------------

    def _node(self, node: Node) -> None:
        if node.kind is not None:
            self._target(node)
        elif node.tag == "img":
            self._picture(node)
        elif node.tag == "select":
            self._select(node)
        elif node.tag == "span":
            self._span(node)
        else:
            self._block(node)

    def _span(self, node: Node) -> None:
        said = node.attributes.get("aria-label", "")
        if said and READABLE.search(text_of(node)) is None and self._structure.targets_in(node) == 0:
            self._writer.space()
            self._writer.text(said)
            self._writer.space()
            return
        self._children(node, _Close("", node, inline=False))

    def _block(self, node: Node) -> None:
        tag = node.tag
        self._break(node)
        if tag in HEADINGS and not self._on_line and not self._shape.heads_row(node):
            self._writer.open(f"<{tag}>")
            self._on_line += 1
            self._children(node, _Close(f"</{tag}>", node, inline=True))
        elif tag in {"legend", "dt", "caption"} or (tag in HEADINGS and not self._on_line):
            self._on_line += 1
            self._children(node, _Close(_colon(node), node, inline=True, joins=True))
        elif tag in LISTS:
            self._list(node)
        elif tag == "table":
            self._table(node)
        elif tag in {"li", "tr", "td", "th"} or node.at in self._cards:
            self._item(node)
        elif tag == "fieldset" or (tag == "nav" and self._shape.fits_line(node)):
            self._region(node, inline=True)
        else:
            self._region(node, inline=False)

    def _region(self, node: Node, *, inline: bool) -> None:
        tag = node.tag
        markup = ""
        if self._on_line == 0 and (
            (tag in SHOWN_REGIONS and not self._shape.is_inner_nav(node))
            or (tag == "form" and self._shape.has_fields(node))
        ):
            role = ' role="search"' if node.attributes.get("role") == "search" else ""
            self._writer.open(f"<{tag}{role}>")
            markup = f"</{tag}>"
        if inline:
            self._on_line += 1
        self._children(node, _Close(markup, node, inline=inline))

    def _list(self, node: Node) -> None:
        if self._on_line:
            self._children(node, _Close("", node, inline=False))
        elif self._shape.is_row(node):
            self._on_line += 1
            self._children(node, _Close("", node, inline=True))
        else:
            self._writer.open(f"<{node.tag}>")
            self._children(node, _Close(f"</{node.tag}>", node, inline=False))

    def _table(self, node: Node) -> None:
        if self._on_line or self._shape.is_layout(node) or self._shape.is_pairs(node):
            self._children(node, _Close("", node, inline=False))
            return
        self._writer.open("<table>")
        self._children(node, _Close("</table>", node, inline=False))

    def _item(self, node: Node) -> None:
        parent = node.parent
        inline = node.at in self._cards or self._shape.chars_in(node) <= MAX_CARD_CHARS
        if self._on_line:
            self._children(node, _Close("", node, inline=False))
            return
        if node.tag == "li" and parent is not None and parent.tag in LISTS:
            self._writer.line()
            self._writer.open("<li>")
        elif (
            node.tag == "tr"
            and parent is not None
            and parent.tag == "table"
            and not self._shape.is_layout(parent)
        ):
            self._row(node)
            return
        if inline:
            self._on_line += 1
        self._children(node, _Close("", node, inline=inline))

    def _row(self, node: Node) -> None:
        """A row of a data table: its cells side by side on one line."""
        self._writer.line()
        cells = [cell for cell in node.inner if not cell.folded]
        plain = [cell for cell in cells if cell.tag in {"td", "th"} and cell.kind is None]
        if len(plain) == len(cells) == len(node.inner) == 2 and cells[0].tag == "th":
            self._on_line += 1
            self._stack.append(_Close("", node, inline=True))
            self._stack.extend((cells[1], _Close(_colon(cells[0]), cells[0], inline=False, joins=True)))
            self._stack.extend(self._shown(cells[0]))
            return
        self._writer.open("<tr>")
        self._on_line += 1
        self._stack.append(_Close("", node, inline=True))
        for cell in reversed(cells):
            if cell.kind is None and cell.tag in {"td", "th"}:
                self._stack.append(_Close("", cell, inline=False))
                self._stack.extend(self._shown(cell))
                self._stack.append(_Close(f"<{cell.tag}>", cell, inline=False))
            else:
                self._stack.append(cell)

    def _picture(self, node: Node) -> None:
        said = " ".join(node.attributes.get("alt", "").split())
        words = set(words_of(said))
        new = words - self._words_in(self._around(node))
        if len(new) * 3 <= len(words):
            return  # the text beside it says as much
        if self._open_targets or self._on_line:
            self._writer.part()
            self._writer.text(said[:MAX_VALUE_CHARS])
            self._writer.part()
        else:
            self._break(Node("div", {}, None))
            self._writer.single(f"<img{attribute('alt', said)}/>")
            self._writer.space()

    def _words_in(self, node: Node) -> set[str]:
        """The words at the beginning of a node, remembered: a card may hold many pictures."""
        found = self._words.get(node.at)
        if found is None:
            found = self._words[node.at] = set(words_of(text_of(node, 600)))
        return found

    def _around(self, node: Node) -> Node:
        """The card or item that a picture belongs to, or else the block around it."""
        at = node.parent or node
        up = at
        for _ in range(6):
            if up.at in self._cards or up.tag in {"li", "tr", "article"}:
                return up
            if up.parent is None:
                break
            up = up.parent
        return at

    # ---- what can be acted on -------------------------------------------------------------------

    def _target(self, node: Node) -> None:
        for outer in self._open_targets:
            if not outer.done:  # a thing in a thing: the outer one ends where the inner one begins
                self._writer.close(outer.markup)
                self._writer.space()
                outer.done = True
        if node.tag != "option":
            self._writer.space()
        if node.tag in {"input", "textarea"} and node.kind is not TargetKind.BUTTON:
            self._field(node)
        elif node.tag == "label" and node.kind in {TargetKind.CHECKBOX, TargetKind.RADIO}:
            self._writer.single(f"<input{_toggle(node)}{self._marks(node)}/>")
            self._children(node, _Close("", node, inline=False))
        else:
            self._pressable(node)

    def _field(self, node: Node) -> None:
        attributes = node.attributes
        kind = attributes.get("type", "")
        text = attribute("name", node.name)
        if node.kind in {TargetKind.CHECKBOX, TargetKind.RADIO} or kind in FIELD_TYPES:
            text = f"{attribute('type', kind)}{text}"
        elif attributes.get("value") and node.tag != "textarea":
            text += attribute("value", attributes["value"])
        text += self._told(node)
        self._writer.single(f"<{node.tag}{text}{self._marks(node)}{'>' if node.tag == 'textarea' else '/>'}")
        if node.tag == "textarea":
            self._writer.close(f"{escape(attributes.get('value', ''))}</textarea>")
        self._writer.space()

    def _told(self, node: Node) -> str:
        """A field's label where it stands nowhere in the text and its name says less."""
        attributes = node.attributes
        said = attributes.get("aria-label", "")
        if attributes.get("data-label") or not said:
            placeholder = "" if attributes.get("data-label") else attributes.get("placeholder", "")
            known = set(words_of(node.name))
            if placeholder and not attributes.get("value") and not set(words_of(placeholder)) <= known:
                return attribute("placeholder", placeholder)
            return ""
        return "" if set(words_of(said)) <= set(words_of(node.name)) else attribute("aria-label", said)

    @staticmethod
    def _marks(node: Node) -> str:
        if MARKING.isdisjoint(node.attributes):
            return ""
        text = "".join(f" {shown}" for key, shown in FLAGS if key in node.attributes)
        if node.attributes.get("aria-checked") == "true":
            text += " checked"
        for key, value in STATES:
            found = node.attributes.get(key)
            if found and (found == value or (not value and found != "false")):
                text += attribute(key, found)
        return text

    def _pressable(self, node: Node) -> None:
        tag = _shown_tag(node)
        markup = f'<{tag} name="{node.name}"{self._marks(node)}>'
        children = node.children
        if not children or (len(children) == 1 and isinstance(children[0], str)):
            self._leaf(node, tag, markup, text_of(node, 400))
            return
        text = text_of(node, 400, alts=True)
        if READABLE.search(text) is None:
            said = node.label or node.attributes.get("title", "")
            text = said if READABLE.search(said) else text
        elif not self._is_said(node, text):
            close = _Close(f"</{tag}>", node, inline=True, target=True)
            if node.kind is TargetKind.OPTION:
                close.markup, close.target = "", False
            self._writer.open(markup)
            self._on_line += 1
            if close.target:
                self._open_targets.append(close)
            self._children(node, close)
            return
        self._leaf(node, tag, markup, text)
        self._stack.extend(reversed(self._outermost_targets(node)))

    def _leaf(self, node: Node, tag: str, markup: str, text: str) -> None:
        """Writes a target that holds nothing but text, which is left out where the name says it.

        A count behind what the name says is written behind the target.
        """
        if READABLE.search(text) is None:
            said = node.label or node.attributes.get("title", "")
            text = said if not text or READABLE.search(said) else text
        count = COUNT.search(text) if text and text[-1] in ")]" else None
        bare = text[: count.start()] if count else text
        option = node.kind is TargetKind.OPTION
        if not bare or self._is_said(node, bare):
            self._writer.single(f"{markup[:-1]}/>")
            if count:
                self._writer.text(f" {count[0].strip()}")
        else:
            said = escape(self._writer.once(" ".join(text.split())))
            self._writer.single(f"{markup}{said}" if option else f"{markup}{said}</{tag}>")
        if not option:
            self._writer.space()

    def _outermost_targets(self, node: Node) -> list[Node]:
        """What can be acted on inside of a node, not what is inside of that again."""
        found: list[Node] = []
        until = 0
        for other in self._structure.within(node):
            if other.at >= until and (other.kind is not None or other.tag == "select"):
                until = self._structure.ends[other.at]
                if not other.folded:
                    found.append(other)
        return found

    @staticmethod
    def _is_said(node: Node, text: str) -> bool:
        """Whether the name's end is the text, but for its case and a count in brackets behind it."""
        if text and text[-1] in ")]":
            count = COUNT.search(text)
            text = text[: count.start()] if count else text
        if len(text) > MAX_SAID_CHARS or not SAID_BY_NAME.fullmatch(text):
            return False
        said = "_".join(words_of(text))
        return bool(said) and (node.name == said or node.name.endswith(f".{said}"))

    def _select(self, node: Node) -> None:
        said = node.attributes.get("aria-label", "") if not node.attributes.get("data-label") else ""
        self._writer.space()
        flags = " disabled" if "disabled" in node.attributes else ""
        told = attribute("aria-label", said) if said else ""
        self._writer.open(f"<select{told}{flags}>")
        self._children(node, _Close("</select>", node, inline=False))


def _colon(node: Node) -> str:
    text = text_of(node)
    return ":" if text and text[-1] not in ENDS_SENTENCE else ""


def _toggle(node: Node) -> str:
    return f"{attribute('type', node.attributes.get('type', 'checkbox'))}{attribute('name', node.name)}"


def _shown_tag(node: Node) -> str:
    if node.kind is TargetKind.LINK:
        return "a"
    if node.kind is TargetKind.BUTTON:
        return "button"
    if node.kind is TargetKind.OPTION:
        return "option"
    if node.kind is TargetKind.TEXT:
        return "textarea"
    return "summary" if node.tag == "summary" else "button" if node.kind is not TargetKind.OTHER else "span"


def _cut_prose(text: str, words: int) -> str:
    if words == 0:
        return " "
    all_words = text.split()
    return f" {' '.join(all_words[:words])} … {len(all_words) - words} more words folded "


def render(structure: Structure, title: str, cuts: Cuts) -> Rendering:
    """Renders a page whose targets have their names.

    Args:
        structure: the page; nodes that are folded are left out, with a word on how many.
        title: the document's title.
        cuts: texts that are shown in part.
    """
    return _Renderer(structure, cuts).run(title)
