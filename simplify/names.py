"""Names for everything that can be acted on: short, readable, unique, and the same again tomorrow.

A name comes from what a person reads on the thing. What stands in a card is nested under the card's title,
the choices of a select under its label, the boxes of a filter under its heading. Any other group is left
out until two things would bear one name; these are then told apart, in this order, by more words of what is
written on them, by the groups around them, by the text near them, and only at last by their place. All but
the last depend on what is there and not on its order, so that re-sorting a list or adding to the page
renames nothing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from simplify.clocks import without_clocks
from simplify.observation import TargetKind
from simplify.slug import cut_word, shorten, slug, telling, words_of
from simplify.structure import Card, Structure, lead_text
from simplify.tags import HEADINGS
from simplify.tree import LETTER, Node, text_of

LANDMARKS = frozenset(("nav", "header", "footer", "aside", "dialog", "form", "main", "section"))
TITLING = HEADINGS - {"h1"} | {"legend", "caption", "dt", "summary"}
LEAVES = frozenset(("select", "option", "img"))
TITLED_BY_TEXT = frozenset(("ul", "ol", "dl", "select", "fieldset", "nav"))
MAX_GROUPS = 4
BOXES = frozenset((TargetKind.CHECKBOX, TargetKind.RADIO))
HAS_DIGIT = re.compile(r"\d")
ASIDE = re.compile(r"[:(\[]")
CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).{6,}|\d{3}")
"""A word out of an address that is a key of some table and says nothing: digits and letters mixed."""
KIND_WORDS = {
    TargetKind.LINK: "link",
    TargetKind.BUTTON: "button",
    TargetKind.TEXT: "field",
    TargetKind.CHECKBOX: "box",
    TargetKind.RADIO: "choice",
    TargetKind.OPTION: "option",
    TargetKind.OTHER: "item",
}


@dataclass(slots=True, eq=False)
class Scope:
    """A group that a person sees: a titled part of the page, the parts around it reachable by `outer`."""

    title: str
    outer: "Scope | None"
    titled: bool = True  # a title that is read, not the mere kind of the place


class Entry:
    """Something that needs a name among others: a target, a card, or a select.

    Attributes:
        words: all words of what is written on it.
        taken: those of them that are in the name already.
        base: its name without the groups in front.
        groups: the groups in front, the outermost first.
        order: its place in reading order.
        members: what is named after it, each with the node that gets the name.
    """

    __slots__ = (
        "_level", "_structure", "_until", "base", "groups", "members", "node", "scope", "taken", "words",
    )  # fmt: skip

    def __init__(
        self,
        node: Node,
        words: tuple[str, ...],
        taken: tuple[str, ...],
        base: str,
        scope: "Scope | None",
        until: "Scope | None",
        structure: Structure,
    ) -> None:
        self.node = node
        self.words = words
        self.taken = taken
        self.base = base
        self.scope = scope
        self.groups: list[str] = []
        self.members: list[tuple[Entry, Node | None]] = []
        self._until = until
        self._level = 0  # of the groups that are in the name, or could not tell it from another
        self._structure = structure

    @property
    def name(self) -> str:
        """Its name so far."""
        return ".".join((*self.groups, self.base)) if self.groups else self.base

    def group(self, level: int) -> str:
        """The title of a group around it, the nearest being level 0; empty where there is none."""
        titles = self._titles()
        return titles[level] if self._level <= level < len(titles) else ""

    def _titles(self) -> list[str]:
        titles: list[str] = []
        scope = self.scope
        while scope is not None and scope is not self._until and len(titles) < MAX_GROUPS:
            if scope.title not in titles and LETTER.search(scope.title):
                titles.append(scope.title)
            scope = scope.outer
        return titles

    def near(self) -> tuple[str, ...]:
        """Words near it: in it beyond its title, or in the smallest block around it that says more."""
        return _near_words(self.node, self.words, self._structure)

    def add_word(self, word: str) -> None:
        """Adds a word that tells it from another."""
        self.base = f"{self.base}_{cut_word(word)}"
        self.taken = (*self.taken, word)

    def add_group(self, level: int, spelled: str) -> None:
        """Puts a group in front, or spells out the one that stands there in short."""
        if spelled and spelled != self.base:
            if level == 0 and self.groups:
                self.groups[0] = spelled
            else:
                self.groups.insert(0, spelled)

    def skip_groups(self, level: int) -> None:
        """Marks the groups up to a level as used."""
        self._level = level + 1

    def put_under_nearest(self) -> None:
        """Puts it under its nearest group from the start; that may still be spelled out later."""
        titles = self._titles()
        head = head_of(titles[0]) if titles else ""
        if head and head != self.base:
            self.groups.append(head)


def name_targets(structure: Structure) -> None:
    """Gives every target of the page its name, in place."""
    scopes = scopes_of(structure)
    top: list[tuple[Entry, Node | None]] = []
    cards = {card.node.at: card for card in structure.cards}
    nodes, ends = structure.nodes, structure.ends
    at = 0
    while at < len(nodes):
        node = nodes[at]
        if at in cards:
            top.append((_card_entry(structure, cards[at], scopes), None))
            at = ends[at]
        elif node.tag == "select":
            top.append((_select_entry(structure, node, scopes, None), None))
            at = ends[at]
        else:
            if node.kind is not None:
                top.append((_entry(node, naming_text(node), scopes, None, structure), node))
            at += 1
    _settle(top, "")
    _make_sure(structure)


# ---- entries -----------------------------------------------------------------------------------


def _select_entry(
    structure: Structure, select: Node, scopes: Sequence[Scope | None], card: Card | None
) -> Entry:
    label = naming_text(select)
    entry = _entry(select, label or "choice", scopes, card, structure)
    entry.base = head_of(label) or entry.base
    for option in structure.within(select):
        if option.kind is not None:
            words = words_of(option.label)
            taken = shorten(words)
            base = "_".join(taken) or KIND_WORDS[option.kind]
            entry.members.append((Entry(option, words, taken, base, None, None, structure), option))
    return entry


def _card_entry(structure: Structure, card: Card, scopes: Sequence[Scope | None]) -> Entry:
    entry = _entry(card.node, card.title, scopes, None, structure)
    nodes, ends = structure.nodes, structure.ends
    at = card.node.at + 1
    end = ends[card.node.at]
    while at < end:
        node = nodes[at]
        if node is card.link:
            entry.members.append((Entry(node, (), (), "", None, None, structure), node))
        elif node.tag == "select":
            entry.members.append((_select_entry(structure, node, scopes, card), None))
            at = ends[at]
            continue
        elif node.kind is not None:
            entry.members.append((_entry(node, naming_text(node), scopes, card, structure), node))
        at += 1
    return entry


def _entry(
    node: Node, label: str, scopes: Sequence[Scope | None], card: Card | None, structure: Structure
) -> Entry:
    words = words_of(label)
    own = card is not None and card.node is not node
    if HAS_DIGIT.search(label) and len(words) > 1 and (own or _in_header(node)):
        # A count in the header, a rating in a card: such a number comes and goes, what it counts stays.
        words = telling(tuple(word for word in words if LETTER.search(word))) or words
    taken = shorten(_lasting(label, words))
    base = "_".join(taken) or (KIND_WORDS[node.kind] if node.kind is not None else "item")
    until = scopes[card.node.at] if card is not None else None
    entry = Entry(node, words, taken, base, scopes[node.at], until, structure)
    if node.kind in BOXES or (card is None and LETTER.search(base) is None):
        entry.put_under_nearest()
    return entry


def _lasting(label: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a label that will be the same in a minute; times are left to tell two things apart."""
    without = without_clocks(label)
    if without == label or LETTER.search(without) is None:
        return words
    return words_of(without) or words


def head_of(title: str) -> str:
    """The word that says what a group is about: the last telling one before a colon or bracket."""
    words = telling(words_of(ASIDE.split(title, 1)[0]) or words_of(title))
    return cut_word(words[-1]) if words else ""


def _in_header(node: Node) -> bool:
    at = node.parent
    for _ in range(12):
        if at is None:
            return False
        if at.tag == "header":
            return True
        at = at.parent
    return False


def naming_text(node: Node) -> str:
    """The text that names a target: what is written on it, or what explains it where that is no word."""
    attributes = node.attributes
    label = node.label
    said = attributes.get("aria-label", "")
    if attributes.get("role") == "combobox" and LETTER.search(said):
        return said  # what is written on a list that opens is what was chosen in it
    if node.kind not in {None, TargetKind.TEXT} and node.tag not in {"select", "input"} and node.inner:
        label = lead_text(node) or label
    if LETTER.search(label) is None:
        for key in ("aria-label", "title"):
            said = attributes.get(key, "")
            if LETTER.search(said):
                return said
        said = attributes.get("data-hint", "")
        if said:
            said = " ".join(word for word in said.split() if not CODE.search(word))
            if LETTER.search(said):
                return said
    return label


def _near_words(node: Node, own: tuple[str, ...], structure: Structure) -> tuple[str, ...]:
    at: Node | None = node
    for _ in range(4):
        if at is None or structure.ends[at.at] - at.at > 400:
            return ()
        words = tuple(word for word in words_of(text_of(at, 300, alts=True)) if word not in own)
        if words:
            return words
        at = at.parent
    return ()


# ---- the groups that a person sees -------------------------------------------------------------


def scopes_of(structure: Structure) -> list[Scope | None]:
    """The innermost group of each node, by its index."""
    scopes: list[Scope | None] = [None] * len(structure.nodes)
    for node in structure.nodes:
        if structure.ends[node.at] == node.at + 1:
            continue
        if node.tag in LEAVES:
            # Broken HTML puts more than choices into a select: that is in no group of its own.
            for leaf in node.inner:
                scopes[leaf.at] = scopes[node.at]
            continue
        _scope_children(structure, node, _inner_scope(node, scopes[node.at]), scopes)
    return scopes


def _scope_children(
    structure: Structure, node: Node, scope: Scope | None, scopes: list[Scope | None]
) -> None:
    current = scope
    before: Node | str = ""  # what stands just before, a space aside
    for child in node.children:
        if isinstance(child, str):
            before = child if child != " " else before
            continue
        scopes[child.at] = current
        if child.tag in TITLING:
            scopes[child.at] = scope
            current = Scope(text_of(child, 100), scope)
        elif child.tag in TITLED_BY_TEXT:
            caption = _caption(structure, before)
            scopes[child.at] = Scope(caption, current) if caption else current
        elif child.tag in {"div", "header"}:
            first = child.children[0] if child.children else ""
            if isinstance(first, str) or first.tag not in TITLING or child.item:
                pass  # one of several alike things titles itself alone
            elif structure.targets_in(child) <= 2:
                current = Scope(text_of(first, 100), scope)
        before = child


def _caption(structure: Structure, before: Node | str) -> str:
    """The few words that stand just before a list and say what it is, or nothing."""
    if isinstance(before, str):
        text = before.strip()
    elif before.tag in {"div", "p", "span"} and before.kind is None and structure.targets_in(before) == 0:
        text = text_of(before, 60)
    else:
        return ""
    return text if 0 < len(text) < 40 and len(text.split()) <= 5 and LETTER.search(text) else ""


def _inner_scope(node: Node, outer: Scope | None) -> Scope | None:
    """The group that holds for a node's children: its own where it is one, else the one around it."""
    tag, said = node.tag, node.attributes.get("aria-label", "")
    title = ""
    if tag == "fieldset":
        legend = next((child for child in node.inner[:2] if child.tag == "legend"), None)
        title = text_of(legend, 100) if legend is not None else said
    elif tag in LANDMARKS:
        title = said or ("search" if node.attributes.get("role") == "search" else "")
        if not title and tag not in {"main", "section", "form"}:
            return Scope(tag, outer, titled=False)
    elif tag == "iframe":
        title = node.attributes.get("title", "")
    elif tag == "details" and node.inner:
        title = text_of(node.inner[0], 100)
    elif tag in {"ul", "ol", "div", "table"}:
        title = said
    elif tag == "li" and any(child.tag in {"ul", "ol"} for child in node.inner):
        title = lead_text(node)
    return Scope(title, outer) if title else outer


# ---- telling apart -----------------------------------------------------------------------------


def _settle(entries: list[tuple[Entry, Node | None]], prefix: str) -> None:
    """Makes the names of these entries unique among each other, and then those of their members."""
    _tell_apart([entry for entry, _ in entries])
    for entry, node in entries:
        full = f"{prefix}.{entry.name}" if prefix and entry.name else prefix or entry.name
        if node is not None:
            node.name = full
        if entry.members:
            _settle(entry.members, full)


def _tell_apart(entries: Sequence[Entry]) -> None:
    steps: tuple[Callable[[list[Entry]], None], ...] = (
        _by_words,
        _by_words,
        _by_group,
        _by_group,
        _by_near,
        _by_near,
    )
    by_name = _by_name(entries)
    for step in steps:
        clashes = [same for same in by_name.values() if len(same) > 1]
        if not clashes:
            return
        for clash in clashes:
            del by_name[clash[0].name]
            step(clash)
        _file(by_name, [entry for clash in clashes for entry in clash])
    _by_place(entries)


def _by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    by_name: dict[str, list[Entry]] = {}
    _file(by_name, entries)
    return by_name


def _file(by_name: dict[str, list[Entry]], entries: Iterable[Entry]) -> None:
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)


def _by_words(clash: list[Entry]) -> None:
    """Adds to each the first word written on it that not all of the others bear, the rarest first."""
    _add_telling(clash, [entry.words for entry in clash])


def _by_near(clash: list[Entry]) -> None:
    _add_telling(clash, [entry.near() for entry in clash])


def _add_telling(clash: list[Entry], candidates: list[tuple[str, ...]]) -> None:
    rests = [
        tuple(dict.fromkeys(word for word in words if word not in entry.taken))
        for entry, words in zip(clash, candidates, strict=True)
    ]
    counts = Counter(word for rest in rests for word in rest)
    for entry, rest in zip(clash, rests, strict=True):
        word = (
            next((word for word in rest if counts[word] == 1 and len(word) > 1 and LETTER.search(word)), "")
            or next((word for word in rest if counts[word] == 1), "")
            or next((word for word in rest if counts[word] < len(rests)), "")
        )
        if word:
            entry.add_word(word)


def _by_group(clash: list[Entry]) -> None:
    """Puts the nearest group in front in which not all of them stand, spelled out as far as that takes."""
    for level in range(MAX_GROUPS):
        titles = [entry.group(level) for entry in clash]
        for spell in (head_of, slug):
            groups = [spell(title) for title in titles]
            if len(set(groups)) > 1:
                for entry, group in zip(clash, groups, strict=True):
                    entry.add_group(level, group)
                    entry.skip_groups(level)
                return


def _by_place(entries: Sequence[Entry]) -> None:
    """The last resort: numbers in reading order, past the names that are taken."""
    taken = {entry.name for entry in entries}
    for clash in _by_name(entries).values():
        number = 1
        name = clash[0].name
        for entry in clash[1:]:
            number += 1
            while f"{name}_{number}" in taken:
                number += 1
            entry.base = f"{entry.base}_{number}"
            taken.add(entry.name)


def _make_sure(structure: Structure) -> None:
    """Names that meet across groups (`a.b` in the card `a`, and a thing called `a.b`) get a number too."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for node in structure.nodes:
        if node.kind is None:
            continue
        base = name = node.name
        while name in taken:
            numbers[base] += 1
            name = f"{base}_{numbers[base] + 1}"
        node.name = name
        taken.add(name)
