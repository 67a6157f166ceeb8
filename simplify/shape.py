"""What a part of a page looks like as text: a line, a row of links, a table of facts."""

from simplify.observation import TargetKind
from simplify.structure import Structure
from simplify.tags import HEADINGS
from simplify.tree import Node, place_of, text_of

SHOWN_REGIONS = frozenset(("nav", "main", "footer", "dialog"))
LISTS = frozenset(("ul", "ol"))
MAX_CARD_CHARS = 1200
MAX_ROW_CHARS = 70
MAX_BULLET_CHARS = 32


class Shape:
    """Answers about the nodes of one page; each costs no more than the node is large."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._cards = {card.node.at for card in structure.cards}
        self._chars = _accumulated_chars(structure)
        self._rows: dict[int, bool] = {}
        self._layouts: dict[int, bool] = {}

    def chars_in(self, node: Node) -> int:
        """Characters of text in a node."""
        return self._chars[self._structure.ends[node.at]] - self._chars[node.at]

    def fits_line(self, node: Node) -> bool:
        """Whether a region is short enough, and has no headings, to stand on one line."""
        return self.chars_in(node) <= MAX_CARD_CHARS and all(
            other.tag not in HEADINGS for other in self._structure.within(node)[:80]
        )

    def is_row(self, node: Node) -> bool:
        """Whether a list's items are each one short thing to act on, or a few words: a row of them."""
        found = self._rows.get(node.at)
        if found is None:
            found = self._rows[node.at] = self._finds_row(node)
        return found

    def _finds_row(self, node: Node) -> bool:
        items = node.inner
        if not items or self.chars_in(node) > 400 * MAX_ROW_CHARS:
            return False
        if self._structure.targets_in(node) == 0:
            return len(items) > 1 and all(self.chars_in(item) <= MAX_BULLET_CHARS for item in items)
        return all(
            self._structure.targets_in(item) + (item.kind is not None) == 1
            and self.chars_in(item) <= MAX_ROW_CHARS
            and item.at not in self._cards
            for item in items
        )

    def is_layout(self, node: Node) -> bool:
        """Whether a table only arranges blocks, and is no table of data."""
        found = self._layouts.get(node.at)
        if found is None:
            found = self._layouts[node.at] = self._finds_layout(node)
        return found

    def _finds_layout(self, node: Node) -> bool:
        inner = self._structure.within(node)
        if any(other.tag == "table" for other in inner) or self.chars_in(node) > 20 * MAX_CARD_CHARS:
            return True
        rows = [row for row in inner if row.tag == "tr"]
        return (
            not rows
            or max(len(row.inner) for row in rows) < 2
            or any(self.chars_in(row) > MAX_CARD_CHARS for row in rows)
        )

    def is_pairs(self, node: Node) -> bool:
        """Whether a table is a list of facts: each row a heading and what it is."""
        rows = [other for other in self._structure.within(node) if other.tag == "tr"]
        return all([cell.tag for cell in row.inner] == ["th", "td"] for row in rows)

    def has_fields(self, node: Node) -> bool:
        """Whether a form is worth telling of: a search, or several fields."""
        fields = sum(
            other.kind is TargetKind.TEXT or other.tag == "select"
            for other in self._structure.within(node)[:400]
        )
        return fields > 1 or (fields == 1 and node.attributes.get("role") == "search")

    @staticmethod
    def is_inner_nav(node: Node) -> bool:
        """Whether a navigation lies in a region that is marked already: page numbers, the footer's links."""
        at = node.parent
        for _ in range(12):
            if node.tag != "nav" or at is None:
                return False
            if at.tag in SHOWN_REGIONS:
                return True
            at = at.parent
        return False

    def heads_row(self, node: Node) -> bool:
        """Whether a heading stands over a short row of things to act on, as in a filter."""
        if (node.tag in {"h1", "h2"} and not self._is_small(node)) or node.parent is None:
            return False
        place = place_of(node)
        behind = node.parent.children[place + 1 : place + 3]
        following = next((child for child in behind if not isinstance(child, str)), None)
        return following is not None and following.tag in LISTS and self.is_row(following)

    def _is_small(self, node: Node) -> bool:
        """Whether a heading is a mere label: little text, and nothing to act on in it."""
        return self.chars_in(node) <= 30 and self._structure.targets_in(node) == 0

    def is_headed(self, title: str) -> bool:
        """Whether the page's main heading says what its title says, but for the site's own name."""
        heading = next((node for node in self._structure.nodes if node.tag == "h1" and not node.folded), None)
        said = text_of(heading) if heading is not None else ""
        return len(said) * 4 > len(title) and (title.startswith(said) or title.endswith(said))


def _accumulated_chars(structure: Structure) -> list[int]:
    chars = [0]
    for node in structure.nodes:
        own = sum(len(child) for child in node.children if isinstance(child, str))
        chars.append(chars[-1] + own)
    return chars
