"""What belongs together on a page: cards, repeated links, and elements that only pass clicks on.

A card is one of several alike things, each with a title and something to do: a product in a list, a line of a
cart, a review. It is found by its shape alone, never by a site's class names.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from simplify.observation import TargetKind
from simplify.tags import HEADINGS
from simplify.tree import LETTER, READABLE, TWO_LETTERS, Node, place_of, text_of, walk

MAX_CARD_TARGETS = 16
MAX_LEAD_NODES = 100
CHROME = frozenset(("header", "nav", "footer"))
MAX_BOX_NODES = 60
PRESSED = frozenset((TargetKind.LINK, TargetKind.BUTTON))
BARE_ACTIONS = frozenset((TargetKind.BUTTON, TargetKind.LINK, TargetKind.OTHER))
DRAWN_AS: dict[TargetKind | None, frozenset[str]] = {
    TargetKind.CHECKBOX: frozenset(("checkbox", "switch")),
    TargetKind.RADIO: frozenset(("radio",)),
}
"""Boxes of forms, and the roles in which scripts draw them anew."""
DRAWN_BOXES = frozenset.union(*DRAWN_AS.values())
TOLD = frozenset(
    ("aria-label", "title", "aria-expanded", "aria-pressed", "aria-selected", "aria-checked", "aria-current",
     "disabled")
)  # fmt: skip
MAX_SHOWN_CHARS = 60
"""Of what the hull of a field shows: a chosen value."""
COMMON = 3
"""A label that stands so often on a page is no title of anything."""


@dataclass(slots=True)
class Card:
    """One of several alike things on a page.

    Attributes:
        node: all of it.
        title: what it is called.
        link: the target that carries the title; None where the title is mere text.
    """

    node: Node
    title: str
    link: Node | None


@dataclass(slots=True)
class Structure:
    """A page with what was found out about it.

    Attributes:
        nodes: all nodes in reading order; `node.at` is the index.
        ends: for each node, the index after its last descendant.
        cards: the cards in reading order; none lies in another.
        counts: for each index, how many things to act on stand before it.
        hidden: nodes that are not to be shown for another reason than want of room, by index.
    """

    nodes: list[Node]
    ends: list[int]
    cards: list[Card]
    counts: list[int]
    hidden: frozenset[int] = frozenset()

    def targets_in(self, node: Node) -> int:
        """How many things inside of a node can be acted on; a select is one."""
        return self.counts[self.ends[node.at]] - self.counts[node.at + 1]

    def only_target_in(self, node: Node) -> Node | None:
        """The one thing inside of a node that can be acted on; None where there is none, or another."""
        if self.targets_in(node) != 1:
            return None
        return next((inner for inner in self.within(node) if _counts(inner)), None)

    def dissolve(self) -> None:
        """Parts every node from the one around it: the end of the page, whose memory is free at once."""
        for node in self.nodes:
            node.parent = None

    def within(self, node: Node) -> list[Node]:
        """The nodes inside of a node."""
        return self.nodes[node.at + 1 : self.ends[node.at]]


def analyse(root: Node) -> Structure:
    """Finds the labels, the cards and the repeated links of a page.

    Links that repeat another of their card are no targets any more afterwards.
    """
    nodes = walk(root)
    for at, node in enumerate(nodes):
        node.at = at
    structure = Structure(nodes, _ends(nodes), [], _count(nodes))
    targets = [node for node in nodes if node.kind is not None]
    if _merge_drawn_boxes(structure, targets):
        structure.counts = _count(nodes)
    _drop_relays(structure, targets)
    _merge_hulls(structure, targets)
    _merge_boxes(structure, targets)
    structure.counts = _count(nodes)
    for node in nodes:
        if node.kind is not None or node.tag == "select":
            node.label = read_label(node)
    structure.cards = _find_cards(structure)
    for card in structure.cards:
        _fold_repeated(structure.within(card.node), card)
    _fold_neighbours([node for node in targets if node.kind is not None])
    structure.counts = _count(nodes)
    return structure


def _ends(nodes: list[Node]) -> list[int]:
    ends = list(range(1, len(nodes) + 1))
    for at in range(len(nodes) - 1, 0, -1):
        around = nodes[at].parent
        assert around is not None
        ends[around.at] = max(ends[around.at], ends[at])
    return ends


def _count(nodes: list[Node]) -> list[int]:
    option = TargetKind.OPTION
    return list(
        accumulate(
            [(node.kind is not None and node.kind is not option) or node.tag == "select" for node in nodes],
            initial=0,
        )
    )


def _drop_relays(structure: Structure, targets: list[Node]) -> None:
    """An area that looks clickable because of the link in it is no second thing to click."""
    for node in targets:
        if node.kind is not TargetKind.OTHER or "data-click" not in node.attributes:
            continue
        own = node.attributes["data-click"] == "own"
        count = structure.targets_in(node)
        if count == 0:
            continue
        inner = structure.within(node) if count <= 6 else []
        if count > (3 if own else 6) or (not own and any(other.kind is TargetKind.LINK for other in inner)):
            node.kind = None


def _merge_drawn_boxes(structure: Structure, targets: list[Node]) -> bool:
    """A label around a box that a script draws, in place of its own that nobody sees, is one thing.

    Returns:
        Whether there were such.
    """
    merged = False
    for node in targets:
        if node.tag != "label" or node.kind not in DRAWN_AS:
            continue
        inner = structure.only_target_in(node)
        if inner is not None and inner.attributes.get("role") in DRAWN_AS[node.kind]:
            inner.kind = None
            inner.tag = "span"
            inner.attributes = {}  # the label says it all
            merged = True
    return merged


def _merge_hulls(structure: Structure, targets: list[Node]) -> None:
    """A control around one that bears all of its words is one thing: a click on the inner one reaches both.

    The hull of a component's own button, a tab around its link. What the hull says of itself is kept.
    """
    for node in targets:
        if node.kind not in BARE_ACTIONS or node.tag == "label":
            continue
        if structure.ends[node.at] - node.at > MAX_BOX_NODES or node.attributes.get("data-click") == "own":
            continue
        inner = structure.only_target_in(node)
        if inner is None:
            continue
        if inner.tag == "input" and inner.kind is TargetKind.TEXT:
            _merge_field(node, inner)
        elif _bears_the_words_of(inner, node):
            node.kind = None
            said = {key: value for key, value in node.attributes.items() if key in TOLD}
            inner.attributes = {**said, **inner.attributes}
            # it is no group of that name around the control
            node.attributes = {key: value for key, value in node.attributes.items() if key != "aria-label"}


def _bears_the_words_of(inner: Node, hull: Node) -> bool:
    if inner.kind in BARE_ACTIONS and text_of(inner, alts=True) == text_of(hull, alts=True):
        return True
    is_box = inner.kind in DRAWN_AS or inner.attributes.get("role") in DRAWN_BOXES
    # Those of a box are its label's, which stands beside it.
    return is_box and hull.kind is TargetKind.OTHER and read_label(inner) == text_of(hull)


def _merge_field(node: Node, inner: Node) -> None:
    """A nameless field is called by what its hull shows; one without typing only opens the hull."""
    said = text_of(node, alts=True)
    if "data-click" not in node.attributes or not said or len(said) > MAX_SHOWN_CHARS or read_label(inner):
        return
    if "readonly" in inner.attributes:
        inner.kind = None
        inner.tag = "span"
        told = {key: value for key, value in inner.attributes.items() if key in TOLD}
        node.attributes = {**told, **node.attributes}
    else:
        node.kind = None
        inner.attributes = {**inner.attributes, "aria-label": said}


def _merge_boxes(structure: Structure, targets: list[Node]) -> None:
    """A link around its own tick box is one thing: the link stays, and says whether it is ticked."""
    for node in targets:
        if not 1 < structure.ends[node.at] - node.at <= MAX_BOX_NODES or node.kind not in PRESSED:
            continue
        box = structure.only_target_in(node)
        if box is not None and box.kind in {TargetKind.CHECKBOX, TargetKind.RADIO} and box.tag == "input":
            box.kind = None
            box.tag = "span"
            node.attributes = {
                **node.attributes,
                **{key: "" for key in ("checked",) if key in box.attributes},
            }


def read_label(node: Node) -> str:
    """What a person reads on a target, or is told of it; empty where it bears nothing."""
    attributes = node.attributes
    if node.tag in {"input", "textarea", "select"}:
        if node.kind is TargetKind.BUTTON:
            said = attributes.get("value") or attributes.get("alt") or attributes.get("aria-label")
            return _line(
                said or attributes.get("data-label") or attributes.get("title") or attributes.get("type", "")
            )
        said = attributes.get("data-label") or attributes.get("aria-label")
        if not said and node.kind in {TargetKind.CHECKBOX, TargetKind.RADIO}:
            said = _text_beside(node)
        return _line(said or attributes.get("placeholder") or attributes.get("title") or "")
    text = text_of(node)
    if "contenteditable" in attributes:
        return _line(attributes.get("aria-label") or attributes.get("title") or text)
    if READABLE.search(text):
        return text
    said = attributes.get("aria-label") or text_of(node, alts=True) or attributes.get("title") or ""
    return _line(said) or text


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _text_beside(node: Node) -> str:
    """The text that follows a box, or else the one before it."""
    if node.parent is None:
        return ""
    siblings = node.parent.children
    at = place_of(node)
    for beside in (*siblings[at + 1 : at + 2], *siblings[max(0, at - 1) : at]):
        text = beside if isinstance(beside, str) else "" if beside.kind is not None else text_of(beside)
        if text.strip():
            return text
    return ""


def lead_text(node: Node) -> str:
    """The words a thing begins with: its heading, or its first line of text, or what its picture shows."""
    inner = walk(node, MAX_LEAD_NODES)
    for at in inner:
        if at.tag in HEADINGS:
            text = text_of(at)
            if text:
                return text
    for at in inner:
        run = ""
        for child in at.children:
            if isinstance(child, str):
                run += child
            elif child.tag == "span" and child.kind is None:
                run += text_of(child)
            elif LETTER.search(run):
                break
        if LETTER.search(run):
            return _line(run)
    return text_of(node, alts=True)


# ---- cards -------------------------------------------------------------------------------------


def _find_cards(structure: Structure) -> list[Card]:
    labels = Counter(
        node.label for node in structure.nodes if node.kind is not None and node.kind is not TargetKind.OPTION
    )
    items = [node for node in structure.nodes if node.item or node.tag in CHROME]
    kin: Counter[tuple[int, str]] = Counter()
    for node in items:
        if node.item:
            kin[_kin(node)] += 3 if node.tag in {"li", "tr"} else 1
    cards: list[Card] = []
    blocked = 0
    for node in items:
        if node.tag in CHROME:
            blocked = max(blocked, structure.ends[node.at])  # menus and footers hold no products
        if not node.item or node.at < blocked or node.kind is not None or kin[_kin(node)] < 2:
            continue  # an item of a list is one of several by its nature, any other block by its likes
        card = _card(structure, node, labels)
        if card is not None:
            cards.append(card)
            blocked = structure.ends[node.at]
    return cards


def _kin(node: Node) -> tuple[int, str]:
    """What items side by side have in common: the node around them and their tag."""
    return (node.parent.at if node.parent is not None else -1, node.tag)


def _card(structure: Structure, node: Node, labels: Counter[str]) -> Card | None:
    if not 0 < structure.targets_in(node) <= MAX_CARD_TARGETS:
        return None
    inner = structure.within(node)
    targets = [other for other in inner if _counts(other)]
    if not targets or _is_group(node, targets):
        return None
    headings = [other for other in inner if other.tag in HEADINGS and text_of(other)]
    if len({heading.tag for heading in headings}) < len({text_of(heading) for heading in headings}):
        return None  # several titles of one rank are several things
    links = [other for other in targets if other.kind in {TargetKind.LINK, TargetKind.OTHER}]
    titled = [link for link in links if _can_title(link, labels)]
    if len(targets) == 1 and (targets[0] in titled or targets[0].kind not in BARE_ACTIONS):
        return None  # a plain item of a list, or a field with its label: named by itself
    return _titled_card(structure, node, targets, headings, titled)


def _titled_card(
    structure: Structure, node: Node, targets: list[Node], headings: list[Node], titled: list[Node]
) -> Card | None:
    """A card by its heading, by the link that says most, or by its first words."""
    if headings:
        pairs = [(heading, _link_of(structure, heading, text_of(heading), titled)) for heading in headings]
        heading, link = next((pair for pair in pairs if pair[1] is not None), pairs[0])
        return Card(node, text_of(heading), link)
    if titled:
        best = max(titled, key=lambda link: (min(len(lead_text(link)), 60), -link.at))
        if len(targets) > 1 and (node.tag != "div" or len(best.label.split()) > 1):
            return Card(node, lead_text(best), best)
        return None
    return _untitled_card(node, targets)


def _untitled_card(node: Node, targets: list[Node]) -> Card | None:
    """A thing without link or heading is called by the first words in it that are not on a target."""
    if node.tag == "div" and len(targets) > 4:
        return None
    for at in walk(node):
        for child in at.children if at.kind is None else ():
            if isinstance(child, str) and TWO_LETTERS.search(child):
                return Card(node, _line(child), None)
    return None


def _counts(node: Node) -> bool:
    """Whether it is one thing to act on; the options of a select are one together."""
    return node.tag == "select" or (node.kind is not None and node.kind is not TargetKind.OPTION)


def _is_group(node: Node, targets: list[Node]) -> bool:
    """Whether most of the targets lie in items of their own: then it is a list of things, not a thing."""
    if len(targets) < 3:
        return False
    items: dict[int, dict[int, set[str]]] = {}  # addresses by item, by the node that holds the items
    inside: Counter[int] = Counter()
    for target in targets:
        item = _own_item(target, node)
        if item is None or item.parent is None:
            continue
        address = target.attributes.get("data-link") or f"{target.tag} {target.label}"
        items.setdefault(item.parent.at, {}).setdefault(item.at, set()).add(address)
        inside[item.parent.at] += 1
    for parent, addresses in items.items():
        first = {min(found) for found in addresses.values()}
        if len(first) > 1 and inside[parent] * 10 >= len(targets) * 6:
            return True
    return False


def _own_item(target: Node, node: Node) -> Node | None:
    """The outermost item between a target and the node, itself included; looked for in reasonable depth."""
    at: Node | None = target
    found: Node | None = None
    for _ in range(30):
        if at is None or at is node:
            return found
        if at.item:
            found = at
        at = at.parent
    return found


def _can_title(link: Node, labels: Counter[str]) -> bool:
    return TWO_LETTERS.search(link.label) is not None and (
        labels[link.label] < COMMON or len(link.label.split()) > 3
    )


def _link_of(structure: Structure, heading: Node, title: str, links: list[Node]) -> Node | None:
    for link in links:
        if (
            heading.at < link.at < structure.ends[heading.at]
            or link.at < heading.at < structure.ends[link.at]
        ):
            return link
    return next((link for link in links if link.label == title), None)


# ---- repeated links ----------------------------------------------------------------------------


def _fold_repeated(inner: list[Node], card: Card) -> None:
    """Of the links of a card to one address, one stays: the title's, or the one that says most."""
    by_address: dict[str, list[Node]] = {}
    for node in inner:
        address = node.attributes.get("data-link")
        if address and node.kind is TargetKind.LINK:
            by_address.setdefault(address, []).append(node)
    for links in by_address.values():
        if len(links) > 1:
            keep = (
                card.link if card.link in links else max(links, key=lambda link: (len(link.label), -link.at))
            )
            for link in links:
                if link is not keep:
                    _demote(link)


def _fold_neighbours(targets: list[Node]) -> None:
    """The same for a picture and a text that link to one address side by side."""
    before: Node | None = None
    for node in targets:
        if node.kind is not TargetKind.LINK:
            before = None
            continue
        address = node.attributes.get("data-link")
        if (
            before is not None
            and address
            and before.attributes.get("data-link") == address
            and _near(before, node)
        ):
            if before.label and node.label and before.label != node.label:
                before = node
                continue
            if text_of(node):
                _demote(before)
                before = node
            else:
                _demote(node)
            continue
        before = node


def _near(one: Node, other: Node) -> bool:
    above = {id(one.parent), id(one.parent.parent) if one.parent is not None else 0}
    return id(other.parent) in above or (other.parent is not None and id(other.parent.parent) in above)


def _demote(link: Node) -> None:
    """What a link said stays as text, but it is no target of its own any more."""
    link.kind = None
    link.tag = "span"
