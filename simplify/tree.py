"""The page as a tree of what a person sees: blocks, text, and the things that can be acted on.

Both kinds of markup (a capture's, and saved HTML) become the same tree here. Inline wrappers dissolve into
the text around them, blocks around a single thing dissolve into it, and what is empty goes. Nothing in this
package recurses: a page may be nested as deep as it likes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from lxml import etree

from simplify.observation import TargetKind
from simplify.rawhtml import RawReader
from simplify.tags import (
    CLICK_ROLES,
    DISSOLVED,
    DROPPED,
    HEADINGS,
    KEPT,
    KIND_OF_INPUT,
    KIND_OF_ROLE,
    MEANINGFUL,
    ROLE_TAGS,
)

UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Controls, direction marks, tags and invisible signs: they show nothing and can turn text around."""
READABLE = re.compile(r"[^\W_]")
LETTER = re.compile(r"[^\W\d_]")
TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]")


class Node:
    """A block, a target, or another thing that is shown as one.

    Attributes:
        tag: what it is shown as; `div` for a block that means nothing by itself, `span` for such an inline.
        attributes: what its markup says that matters here.
        children: text and nodes in reading order.
        parent: the node around it; None for the root.
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
        "folded",
        "item",
        "kind",
        "label",
        "name",
        "parent",
        "place",
        "tag",
    )

    def __init__(self, tag: str, attributes: Mapping[str, str], parent: "Node | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
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


def walk(root: Node) -> Iterator[Node]:
    """All nodes from the root on, in reading order."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in reversed(node.children) if not isinstance(child, str))


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
            stack.extend(reversed(at.children))
    return " ".join("".join(parts).split())[:limit]


class _Builder:
    """Turns parsed elements into nodes, in one pass without recursion."""

    def __init__(self, root: etree._Element, *, captured: bool) -> None:
        self._raw = None if captured else RawReader(root)
        self._root = root
        self.tree = Node("div", {}, None)

    def build(self) -> Node:
        """Builds the tree."""
        nodes: list[Node] = [self.tree]  # the node that takes what an element holds; inline wrappers share it
        iterators: list[Iterator[etree._Element]] = [iter((self._root,))]
        elements: list[etree._Element | None] = [None]
        while iterators:
            element = next(iterators[-1], None)
            if element is None:
                iterators.pop()
                node = nodes.pop()
                done = elements.pop()
                if done is not None:
                    outer = nodes[-1]
                    if outer is not node:
                        self._close(node, outer)
                    elif done.tag == "label":
                        outer.children.append(" ")
                    if done.tail:
                        outer.children.append(done.tail)
                continue
            inner = self._open(element, nodes[-1])
            if inner is None:
                if element.tail:
                    nodes[-1].children.append(element.tail)
                continue
            if element.text and inner.tag != "textarea":
                inner.children.append(element.text)
            nodes.append(inner)
            elements.append(element)
            iterators.append(iter(element))
        self._merge_text(self.tree)
        return self.tree

    def _open(self, element: etree._Element, outer: Node) -> Node | None:
        """The node that takes the element's content: its own, the outer one, or None to pass over it."""
        tag = element.tag
        if tag in DROPPED:
            return None
        if tag == "svg":
            return self._picture(element, outer)
        if tag == "br":
            outer.children.append(" ")
            return None
        attributes: Mapping[str, str] = dict(cast("Iterable[tuple[str, str]]", element.items()))
        if self._raw is not None:
            seen = self._raw.read(element, tag, attributes)
            if seen is None:
                return None
            attributes = seen
        return self._node(tag, attributes, outer)

    @staticmethod
    def _picture(element: etree._Element, outer: Node) -> None:
        """A drawing in saved HTML says what its title says."""
        said = element.get("aria-label") or element.findtext(".//title") or element.findtext(".//{*}title")
        if said:
            outer.children.append(Node("img", {"alt": said}, outer))

    def _node(self, tag: str, attributes: Mapping[str, str], outer: Node) -> Node:
        role = attributes.get("role", "") if attributes else ""
        kind = kind_of(tag, role, attributes) if "data-ref" in attributes else None
        if kind is None and tag in DISSOLVED and not (attributes and MEANINGFUL & attributes.keys()):
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
        node.item = "data-item" in attributes or tag in {"li", "article", "tr"}
        return node

    def _merge_text(self, node: Node) -> None:
        if len(node.children) == 1 and isinstance(node.children[0], str):
            only = clean(node.children[0])
            node.children = [only] if only else []
            return
        merged: list[Node | str] = []
        run: list[str] = []
        for child in node.children:
            if isinstance(child, str):
                run.append(child)
                continue
            if run:
                merged.append(clean("".join(run)))
                run.clear()
            merged.append(child)
        if run:
            merged.append(clean("".join(run)))
        node.children = [child for child in merged if child != ""]

    def _close(self, node: Node, outer: Node) -> None:
        """Adds a finished node to its outer one: as it is, dissolved, or not at all."""
        self._merge_text(node)
        if node.tag == "details" and "open" not in node.attributes:
            node.children = [child for child in node.inner if child.tag == "summary"]
        solid = [child for child in node.children if child != " "]
        if node.kind is None and node.tag == "img":
            if node.attributes.get("alt"):
                outer.children.append(node)
            return
        if node.kind is None and not solid and node.tag not in {"select", "iframe"}:
            self._keep_said(node, outer)
            return
        if (
            node.kind is None
            and node.tag in {"div", "section"}
            and len(solid) == 1
            and "role" not in node.attributes
        ):
            only = solid[0]
            if not isinstance(only, str) and not node.attributes.get("aria-label"):
                only.item = only.item or node.item
                only.parent = outer
                outer.children.append(only)
                return
        outer.children.append(node)

    def _keep_said(self, node: Node, outer: Node) -> None:
        """An empty thing with a label (stars drawn as a picture) is kept as a picture of that label."""
        said = node.attributes.get("aria-label", "")
        if said and node.tag in {"span", "div"}:
            picture = Node("img", {"alt": said}, outer)
            outer.children.append(picture)
        elif outer.children and outer.children[-1] != " ":
            outer.children.append(" ")


def _in_drawing(element: etree._Element) -> bool:
    around = element.getparent()
    return around is not None and around.tag in {"svg", "g"}


def kind_of(tag: str, role: str, attributes: Mapping[str, str]) -> TargetKind:
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


def build(root: etree._Element, *, captured: bool) -> tuple[Node, str]:
    """Builds the tree of a parsed page.

    Args:
        root: its root element, which is only read.
        captured: whether it is the document of a capture, which says itself what is visible.

    Returns:
        The tree and the document's title.
    """
    titles = (found for found in root.iter("title") if not _in_drawing(found))
    title = next((found.text for found in titles if found.text), "")
    return _Builder(root, captured=captured).build(), clean(title or "").strip()[:300]
