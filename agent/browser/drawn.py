"""Where texts are drawn in a page's window: as the browser laid them out, and not as the markup has them.

What a style sheet adds, what a field says before anything is typed, what stands in a shadow tree that is
closed to scripts: all of it can be read in a picture, and only the browser knows of all of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playwright.async_api import Page

DRAWN = frozenset({"placeholder", "alt", "label"})
"""Attributes that are drawn on their element, or on the list that it stands in."""

DOTTED = "password"
"""The kind of field whose value is drawn as bullets."""


async def drawn_boxes(page: Page, patterns: Sequence[re.Pattern[str]]) -> list[list[float]]:
    """Where something can be read that one of these patterns finds.

    Args:
        page: whose own process is asked; frames that others show are not looked into.
        patterns: they may span several pieces of text, between which a NUL stands.

    Returns:
        Left, top, width and height, in CSS pixels of the window, of each piece of text and each field; a
        frame in whose document there is any is one box as a whole.

    Raises:
        playwright.async_api.Error: the page was closed, or went elsewhere.
    """
    session = await page.context.new_cdp_session(page)
    try:
        snapshot = await session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    finally:
        await session.detach()
    documents = [_Document(said, snapshot["strings"]) for said in snapshot["documents"]]
    return documents[0].boxes(patterns, documents)


class _Document:
    """One document of a snapshot, in the words of the DevTools protocol (`DOMSnapshot.DocumentSnapshot`).

    Args:
        said: the document.
        strings: of the snapshot, for which numbers stand.
    """

    def __init__(self, said: Mapping[str, Any], strings: Sequence[str]) -> None:
        self._strings = strings
        self._nodes = said["nodes"]
        self._layout = said["layout"]
        self._scrolled = (said["scrollOffsetX"], said["scrollOffsetY"])
        self._place = {node: place for place, node in enumerate(self._layout["nodeIndex"])}

    def boxes(
        self, patterns: Sequence[re.Pattern[str]], documents: Sequence["_Document"]
    ) -> list[list[float]]:
        """Where the patterns find something, in CSS pixels of the document's own window.

        Args:
            patterns: see above.
            documents: of the snapshot, in its order.
        """
        places = {*self._of_texts(patterns), *self._of_elements(patterns)}
        places |= {
            self._place[frame]
            for frame, inner in _rare(self._nodes["contentDocumentIndex"])
            if frame in self._place and documents[inner].boxes(patterns, documents)
        }
        return [self._box(place) for place in sorted(places)]

    def _box(self, place: int) -> list[float]:
        left, top, width, height = self._layout["bounds"][place]
        across, down = self._scrolled
        return [left - across, top - down, width, height]

    def _of_texts(self, patterns: Sequence[re.Pattern[str]]) -> Iterator[int]:
        """Places in the layout of texts, some of which may be one text to the eye."""
        pieces = [
            (place, self._strings[text]) for place, text in enumerate(self._layout["text"]) if text >= 0
        ]
        whole = "\0".join(text for _, text in pieces)
        spans = [found.span() for pattern in patterns for found in pattern.finditer(whole)]
        begins = 0
        for place, text in pieces:
            ends = begins + len(text)
            if any(first < ends and begins < last for first, last in spans):
                yield place
            begins = ends + 1

    def _of_elements(self, patterns: Sequence[re.Pattern[str]]) -> Iterator[int]:
        """Places in the layout of fields, lists and pictures on which something is written."""
        for node, written in self._written():
            if any(pattern.search(written) for pattern in patterns):
                place = self._place_around(node)
                if place is not None:
                    yield place

    def _written(self) -> Iterator[tuple[int, str]]:
        """What is drawn and is no text of the layout's: by the node that says it."""
        strings, nodes = self._strings, self._nodes
        dotted = set()
        for node, numbers in enumerate(nodes["attributes"]):
            said = {strings[name]: strings[value] for name, value in zip(*[iter(numbers)] * 2, strict=True)}
            if said.get("type", "").lower() == DOTTED:
                dotted.add(node)
            yield from ((node, text) for name, text in said.items() if name in DRAWN)
        for node, value in [*_rare(nodes["inputValue"]), *_rare(nodes["textValue"])]:
            if value >= 0 and node not in dotted:
                yield node, strings[value]
        for node, value in enumerate(nodes["nodeValue"]):
            if value >= 0 and self._name(nodes["parentIndex"][node]) == "OPTION":
                yield node, strings[value]

    def _place_around(self, node: int) -> int | None:
        """Where an element is, or for an option the list that it stands in; None where it is not drawn."""
        while node not in self._place and self._name(node) in {"#text", "OPTION", "OPTGROUP"}:
            node = self._nodes["parentIndex"][node]
        return self._place.get(node)

    def _name(self, node: int) -> str:
        return self._strings[self._nodes["nodeName"][node]] if node >= 0 else ""


def _rare(data: Mapping[str, Sequence[int]]) -> list[tuple[int, int]]:
    """What few nodes have (`DOMSnapshot.RareIntegerData`): the nodes, and what each has."""
    return list(zip(data["index"], data["value"], strict=True))
