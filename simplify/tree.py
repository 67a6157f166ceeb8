"""The page as a tree of what a person sees: blocks, text, and the things that can be acted on.

Both kinds of markup (a capture's, and saved HTML) become the same tree here. Inline wrappers dissolve into
the text around them, blocks around a single thing dissolve into it, and what is empty goes. Nothing in this
package recurses: a page may be nested as deep as it likes.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from simplify.observation import TargetKind
from simplify.rawhtml import AWAITED, READ_TAGS, TELLING, RawReader, is_hidden
from simplify.tags import (
    CLICK_ROLES,
    DISSOLVED,
    DROPPED,
    HEADINGS,
    KEPT,
    KIND_OF_INPUT,
    KIND_OF_ROLE,
    ROLE_TAGS,
)

UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    f"\ufff9-\ufffb\ufffe\uffff{chr(0xD800)}-{chr(0xDFFF)}\U000e0000-\U000e0fff]"
)
"""Controls, direction marks, tags and invisible signs: they show nothing and can turn text around."""
NOTHING: dict[str, str] = {}
"""The attributes of what has none; never written to."""
PASSED_OVER = DROPPED | {"br", "svg"}
ITEMS = frozenset(("li", "article", "tr"))
MAX_WRITTEN = 1000
MAX_NODES = 300_000
"""What comes after them is left out: far above any page, and it bounds memory and time (half a gigabyte)."""
MAX_DEPTH = 256
"""Nodes in one another; what is nested deeper stands side by side, as in browsers. Whatever climbs up or down
the tree from each node takes time that grows with its depth."""
READABLE = re.compile(r"[^\W_]")
MIN_TWICE = 3
"""Signs from which a text that stands twice side by side is taken for one; `11` is a number."""
MAX_TWICE = 250
"""Bytes up to which it is so: the parser hands over long texts in parts of 300, and two may be alike."""
CHILDLESS = frozenset(("input", "img", "textarea"))
LETTER = re.compile(r"[^\W\d_]")
TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]")


class Node:
    """A block, a target, or another thing that is shown as one.

    Attributes:
        tag: what it is shown as; `div` for a block that means nothing by itself, `span` for such an inline.
        attributes: what its markup says that matters here.
        children: text and nodes in reading order.
        parent: the node around it; None for the root.
        depth: how many nodes stood around it when it was made; in the end it may be fewer.
        kind: what can be done with it; None where nothing can.
        label: for a target, what a person reads on it.
        item: whether it is one of several siblings of its kind.
        name: for a target, its name on the page.
        folded: whether it is left out of the text, for want of room.
        at: its place in reading order, once the tree stands.
        place: its index among its parent's children, once the tree stands.
    """

    __slots__ = (
        "at",
        "attributes",
        "children",
        "depth",
        "folded",
        "item",
        "kind",
        "label",
        "name",
        "parent",
        "place",
        "tag",
    )

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Node | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.children: list[Node | str] = []
        self.kind: TargetKind | None = None
        self.label = ""
        self.item = False
        self.name = ""
        self.folded = False
        self.at = 0
        self.place = 0

    @property
    def inner(self) -> "list[Node]":
        """The children that are nodes."""
        return [child for child in self.children if not isinstance(child, str)]


def clean(text: str) -> str:
    """Text as one line: white space folded, one space kept at an end where there was any, controls gone."""
    folded = " ".join(text.split())
    if not folded.isprintable():
        folded = UNPRINTABLE.sub("", folded)
    if not folded:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + folded + (" " if text[-1].isspace() else "")


def walk(root: Node, limit: int = 0) -> list[Node]:
    """The nodes from the root on, in reading order: all, or the first `limit` of them."""
    found: list[Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        found.append(node)
        if len(found) == limit:
            break
        stack.extend([child for child in reversed(node.children) if not isinstance(child, str)])
    return found


def text_of(node: Node, limit: int = 200, *, alts: bool = False) -> str:
    """What is written in a node, on one line, cut at `limit` characters.

    Args:
        node: where to read.
        limit: characters after which no more is read.
        alts: whether the texts of images count as well.
    """
    children = node.children
    if len(children) == 1 and isinstance(children[0], str) and node.tag != "select":
        return children[0].strip()[:limit]  # what most things hold: one text, clean already
    parts: list[str] = []
    length = 0
    stack: list[Node | str] = [node]
    while stack and length < limit:
        at = stack.pop()
        if isinstance(at, str):
            parts.append(at)
            length += len(at)
        elif at.tag == "select":
            continue
        elif at.tag == "img":
            parts.append(at.attributes.get("alt", "") if alts else "")
        else:
            if at.tag != "span":
                parts.append(" ")
                stack.append(" ")
            stack.extend(reversed(at.children[: 2 * limit]))  # a node may hold a hundred thousand
    return " ".join("".join(parts).split())[:limit]


def place_of(node: Node) -> int:
    """The index of a node among its parent's children, which are all numbered at the first question."""
    assert node.parent is not None
    siblings = node.parent.children
    if node.place >= len(siblings) or siblings[node.place] is not node:
        for place, child in enumerate(siblings):
            if not isinstance(child, str):
                child.place = place
    return node.place


class _Full(Exception):
    """The tree has as many nodes as it may have: the parser stops."""


class _Builder:
    """Turns the parser's events into nodes as they come; no tree of elements is ever made.

    The parser calls `start`, `data`, `end` and `close`, as `lxml` wants it of a parser's target.
    """

    def __init__(self, raw: RawReader | None) -> None:
        self._raw = raw
        self._listens = False
        self._ids = raw is not None and raw.wants_ids
        self.tree = Node("div", NOTHING, None)
        self._nodes = [self.tree]  # the node that takes what an element holds; inline wrappers share it
        self._lasts: list[str | None] = [None]  # the class of the div that stands last in each open element
        self._likes: list[Node | None] = [None]  # what became of that div
        self._skipped = 0  # open elements that are passed over
        self._drawing: dict[str, str] | None = None
        self._drawing_title: list[str] | None = None
        self._title_depth = 0
        self._title: list[str] | None = None
        self._made = 0

    @property
    def title(self) -> str:
        """The document's title, as it stands."""
        return "".join(self._title or ())

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """Takes the start of an element."""
        attributes = cast("dict[str, str]", given) if given else NOTHING
        raw = self._raw
        if raw is not None and (self._listens or tag == "label" or (self._ids and "id" in attributes)):
            self._listens = raw.listen(tag, attributes, len(self._nodes) + self._skipped)
        if self._skipped:
            self._skipped += 1
            if self._drawing is not None and self._drawing_title is None and tag.endswith("title"):
                self._drawing_title, self._title_depth = [], self._skipped
            return
        alike, like = False, None
        if raw is not None:
            if tag == "div":
                alike, like = self._compare(attributes)
            else:
                self._lasts[-1] = None
        around = self._nodes[-1]
        if (
            raw is not None
            and around.tag == "details"
            and tag != "summary"
            and "open" not in around.attributes
        ):
            self._skipped = 1
        elif tag in PASSED_OVER:
            self._pass_over(tag, attributes)
        else:
            self._start_shown(tag, attributes, alike=alike, like=like)

    def _start_shown(self, tag: str, attributes: dict[str, str], *, alike: bool, like: Node | None) -> None:
        seen = attributes
        if self._raw is not None:
            telling = tag in READ_TAGS or (attributes and not TELLING.isdisjoint(attributes))
            read = self._raw.read(tag, attributes) if telling else NOTHING
            if read is None:
                self._skipped = 1
                return
            seen = read
        node = self._node(tag, seen, self._nodes[-1])
        if node.depth >= MAX_DEPTH:
            node = self._flattened(node, self._nodes[-1])
        if alike:
            node.item = True
            if like is not None:
                like.item = True
        if node is not self._nodes[-1]:
            self._made += 1
            if self._made > MAX_NODES:
                raise _Full
        self._nodes.append(node)
        self._lasts.append(None)
        self._likes.append(None)

    def _flattened(self, node: Node, outer: Node) -> Node:
        """What becomes of an element that is nested too deeply: all of it stands side by side.

        Only what can be acted on is something of its own there, and it ends where the next such thing begins.
        """
        if node is outer or not _is_control(node):
            return node if node.tag == "img" else outer
        around = outer.parent
        if around is not None and _is_control(outer) and (node.tag, outer.tag) != ("option", "select"):
            at = len(self._nodes) - 1
            while self._nodes[at] is outer:
                self._nodes[at] = around
                at -= 1
            self._close(outer, around)
            node.parent, node.depth = around, outer.depth
        return node

    def _compare(self, attributes: dict[str, str]) -> tuple[bool, Node | None]:
        """Whether a div has the class of the one before it, and what became of that one."""
        kind = attributes.get("class")
        alike = bool(kind) and self._lasts[-1] == kind
        like = self._likes[-1] if alike else None
        self._lasts[-1] = kind
        self._likes[-1] = None
        return alike, like

    def _pass_over(self, tag: str, attributes: dict[str, str]) -> None:
        self._skipped = 1
        if tag == "br":
            self._nodes[-1].children.append(" ")
        elif tag == "svg":
            if self._raw is None or not is_hidden(tag, attributes):
                self._drawing = attributes
        elif tag == "title" and not self._title:
            self._title, self._title_depth = [], 1

    def data(self, text: str) -> None:
        """Takes a text."""
        if self._listens and self._raw is not None:
            self._raw.hear(text)
        if not self._skipped:
            self._nodes[-1].children.append(text)
        elif self._title_depth and self._skipped == self._title_depth:
            said = self._title if self._drawing is None else self._drawing_title
            if said is not None:
                said.append(text)

    def end(self, tag: str) -> None:
        """Takes the end of the element that was opened last."""
        if self._skipped:
            if self._skipped == self._title_depth:
                self._title_depth = 0
            self._skipped -= 1
            if not self._skipped and self._drawing is not None:
                self._draw(self._drawing)
        elif len(self._nodes) > 1:
            self._end_shown(tag)
        if self._listens and self._raw is not None:
            self._listens = self._raw.leave(len(self._nodes) + self._skipped)

    def _end_shown(self, tag: str) -> None:
        node = self._nodes.pop()
        self._lasts.pop()
        self._likes.pop()
        outer = self._nodes[-1]
        if outer is not node:
            if tag == "textarea":
                self._read_written(node)
            self._likes[-1] = self._close(node, outer)
        elif tag == "label":
            outer.children.append(" ")

    def _draw(self, attributes: dict[str, str]) -> None:
        """A drawing says what its title says."""
        said = attributes.get("aria-label") or "".join(self._drawing_title or ())
        if said:
            outer = self._nodes[-1]
            outer.children.append(Node("img", {"alt": said}, outer))
        self._drawing = self._drawing_title = None

    def _read_written(self, node: Node) -> None:
        written = "".join(child for child in node.children if isinstance(child, str))
        if self._raw is not None:
            node.attributes["value"] = written[:MAX_WRITTEN]
        node.children = []

    def close(self) -> Node:
        """Finishes the tree, whatever was left open."""
        while len(self._nodes) > 1:
            self._skipped = 0
            self._end_shown("")
        _merge_text(self.tree)
        if self._raw is not None:
            self._raw.finish()
        return self.tree

    @staticmethod
    def _node(tag: str, attributes: dict[str, str], outer: Node) -> Node:
        if not attributes:
            if tag in DISSOLVED:
                if tag == "label" and outer.children and outer.children[-1] != " ":
                    outer.children.append(" ")
                return outer
            node = Node(tag if tag in KEPT else "div", attributes, outer)
            node.item = tag in ITEMS
            return node
        role = attributes.get("role", "")
        kind = kind_of(tag, role, attributes) if "data-ref" in attributes else None
        if kind is None and tag in DISSOLVED and "role" not in attributes and "aria-label" not in attributes:
            if tag == "label" and outer.children and outer.children[-1] != " ":
                outer.children.append(" ")
            return outer
        if role:
            tag = ROLE_TAGS.get(role, tag)
            if role == "heading":
                level = attributes.get("aria-level", "")
                tag = f"h{level}" if f"h{level}" in HEADINGS else "h3"
        if tag not in KEPT and not (kind is not None and tag == "label"):
            tag = "span" if tag in DISSOLVED else "div"
        node = Node(tag, attributes, outer)
        node.kind = kind
        node.item = "data-item" in attributes or tag in ITEMS
        return node

    def _close(self, node: Node, outer: Node) -> Node | None:
        """Adds a finished node to its outer one: as it is, dissolved, or not at all; gives what was added."""
        _merge_text(node)
        tag = node.tag
        if tag == "details" and "open" not in node.attributes:
            node.children = [child for child in node.inner if child.tag == "summary"]
        if node.kind is not None or tag == "img":
            if node.kind is None and not node.attributes.get("alt"):
                return None
            outer.children.append(node)
            if node.children and tag in CHILDLESS:
                _hoist(node, outer)  # damaged markup
            return node
        children = node.children
        count = len(children)
        if not count or (count == 1 and children[0] == " "):
            if tag not in {"select", "iframe"}:
                self._keep_said(node, outer)
                return None
        elif count <= 3 and tag in {"div", "section"} and "role" not in node.attributes:
            solid = [child for child in children if child != " "]
            only = solid[0]
            if len(solid) == 1 and not isinstance(only, str) and not node.attributes.get("aria-label"):
                only.item = only.item or node.item
                only.parent = outer
                outside = node.attributes.get("data-out")
                if outside:
                    only.attributes = {**only.attributes, "data-out": outside}
                outer.children.append(only)
                return only
        outer.children.append(node)
        return node

    @staticmethod
    def _keep_said(node: Node, outer: Node) -> None:
        """An empty thing with a label (stars drawn as a picture) is kept as a picture of that label."""
        said = node.attributes.get("aria-label", "")
        if said and said != AWAITED and node.tag in {"span", "div"}:
            picture = Node("img", {"alt": said}, outer)
            outer.children.append(picture)
        elif outer.children and outer.children[-1] != " ":
            outer.children.append(" ")


def _is_control(node: Node) -> bool:
    return node.kind is not None or node.tag == "select"


def _hoist(node: Node, outer: Node) -> None:
    """Puts what a thing cannot hold behind it."""
    for child in node.inner:
        child.parent = outer
    outer.children += node.children
    node.children = []


def _merge_text(node: Node) -> None:
    children = node.children
    if len(children) < 2:
        if children and isinstance(children[0], str):
            only = clean(children[0])
            node.children = [only] if only else []
        return
    merged: list[Node | str] = []
    run = last = ""
    for child in children:
        if isinstance(child, str):
            if child == last and MIN_TWICE <= len(child.encode()) <= MAX_TWICE and READABLE.search(child):
                continue  # said once for the eye and once more for a screen reader, side by side
            run += child  # in place: a page may have a million pieces of text side by side
            last = child
            continue
        last = ""
        if run:
            folded = clean(run)
            if folded:
                merged.append(folded)
            run = ""
        merged.append(child)
    if run:
        folded = clean(run)
        if folded:
            merged.append(folded)
    node.children = merged


def kind_of(tag: str, role: str, attributes: dict[str, str]) -> TargetKind:
    """What can be done with an element that reacts."""
    if tag == "input" or (tag == "label" and attributes.get("type")):
        return KIND_OF_INPUT.get(
            attributes.get("type", ""), TargetKind.TEXT if tag == "input" else TargetKind.BUTTON
        )
    if role in CLICK_ROLES and role in KIND_OF_ROLE:
        return KIND_OF_ROLE[role]
    if tag == "option":
        return TargetKind.OPTION
    if tag == "textarea" or "contenteditable" in attributes:
        return TargetKind.TEXT
    if tag == "a":
        return TargetKind.LINK
    return TargetKind.BUTTON if tag == "button" else TargetKind.OTHER


def build(markup: bytes, *, captured: bool) -> tuple[Node, str, list[str]]:
    """Builds the tree of a page.

    Args:
        markup: UTF-8, as `simplify.parse.parse` gives it.
        captured: whether it is the document of a capture, which says itself what is visible.

    Returns:
        The tree, the document's title, and what is missing from the tree, in words.
    """
    builder = _Builder(None if captured else RawReader(markup))
    notes: list[str] = []
    try:
        etree.fromstring(markup, _parser(builder, captured=captured))
    except etree.XMLSyntaxError:
        builder.close()  # nothing in it at all, or cut short: what was read of it stands
    except _Full:
        builder.close()
        notes.append(f"The page shows more than {MAX_NODES} things; what comes after them is left out.")
    return builder.tree, clean(builder.title).strip()[:300], notes


def _parser(builder: _Builder, *, captured: bool) -> etree.XMLParser | etree.HTMLParser:
    target = cast("Any", builder)  # the stubs want methods that also take bytes, which lxml never gives
    if captured:
        return etree.XMLParser(target=target, recover=True, huge_tree=True, no_network=True)
    return etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
