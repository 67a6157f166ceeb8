"""Names for everything that can be acted on: short, readable, unique, and the same again tomorrow.

A name comes from what a person reads on the thing. What stands in a card is nested under the card's title,
the choices of a select under its label, the boxes of a filter under its heading. Any other group is left
out until two things would bear one name; these are then told apart, in this order, by more words of what is
written on them, by the groups around them, by the text near them, and only at last by their place. All but
the last depend on what is there and not on its order, so that re-sorting a list or adding to the page
renames nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from simplify.observation import TargetKind
from simplify.slug import cut_word, shorten, slug, words_of
from simplify.structure import Card, Structure, lead_text
from simplify.tags import HEADINGS
from simplify.tree import LETTER, Node, text_of

LANDMARKS = frozenset(("nav", "header", "footer", "aside", "dialog", "form", "main", "section"))
TITLING = HEADINGS - {"h1"} | {"legend", "caption", "dt", "summary"}
TITLED_BY_TEXT = frozenset(("ul", "ol", "dl", "select", "fieldset", "nav"))
MAX_GROUPS = 4
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


@dataclass(slots=True, eq=False)
class Entry:
    """Something that needs a name among others: a target, a card, or a select.

    Attributes:
        words: all words of what is written on it.
        taken: those of them that are in the name already.
        name: its name so far.
        groups: slugs of the groups around it, the nearest first.
        near: words of the text around it, looked up only when needed.
        order: its place in reading order.
    """

    words: tuple[str, ...]
    taken: tuple[str, ...]
    name: str
    groups: list[str]
    near: Callable[[], tuple[str, ...]]
    order: int
    members: list[tuple["Entry", Node | None]] = field(default_factory=list)


def name_targets(structure: Structure) -> None:
    """Gives every target of the page its name, in place."""
    scopes = scopes_of(structure)
    top: list[tuple[Entry, Node | None]] = []
    cards = {card.node.at: card for card in structure.cards}
    at = 0
    while at < len(structure.nodes):
        node = structure.nodes[at]
        card = cards.get(at)
        if card is not None:
            top.append((_card_entry(structure, card, scopes), None))
            at = structure.ends[at]
            continue
        _add(structure, node, scopes, None, top)
        at = structure.ends[at] if node.tag == "select" else at + 1
    _settle(top, "")
    _make_sure(structure)


# ---- entries -----------------------------------------------------------------------------------


def _add(
    structure: Structure,
    node: Node,
    scopes: dict[int, Scope | None],
    card: Card | None,
    into: list[tuple[Entry, Node | None]],
) -> None:
    if node.tag == "select":
        entry = _entry(node, naming_text(node) or "choice", scopes, card, structure)
        for option in structure.within(node):
            if option.kind is not None:
                option_entry = _entry(option, option.label, {}, None, structure)
                entry.members.append((option_entry, option))
        into.append((entry, None))
    elif node.kind is not None and node.tag != "option":
        into.append((_entry(node, naming_text(node), scopes, card, structure), node))


def _card_entry(structure: Structure, card: Card, scopes: dict[int, Scope | None]) -> Entry:
    entry = _entry(card.node, card.title, scopes, None, structure)
    inner = structure.within(card.node)
    at = 0
    while at < len(inner):
        node = inner[at]
        if node is card.link:
            link = Entry((), (), "", [], tuple, node.at)
            entry.members.append((link, node))
        else:
            _add(structure, node, scopes, card, entry.members)
        at += structure.ends[node.at] - node.at if node.tag == "select" else 1
    return entry


def _entry(
    node: Node, label: str, scopes: dict[int, Scope | None], card: Card | None, structure: Structure
) -> Entry:
    words = words_of(label)
    if any(word.isdecimal() for word in words) and _in_header(node):
        words = (
            tuple(word for word in words if not word.isdecimal()) or words
        )  # a cart's count comes and goes
    taken = shorten(words)
    name = "_".join(taken) or (KIND_WORDS[node.kind] if node.kind is not None else "item")
    scope = scopes.get(node.at)
    until = scopes.get(card.node.at) if card is not None else None
    groups = _groups(scope, until)
    nameless = card is None and LETTER.search(name) is None
    needs = node.kind in {TargetKind.CHECKBOX, TargetKind.RADIO} or nameless
    if needs and groups and groups[0] != name and node.kind is not TargetKind.OPTION:
        name = f"{groups.pop(0)}.{name}"
    return Entry(words, taken, name, groups, lambda: _near_words(node, words, structure), node.at)


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
    if node.kind not in {None, TargetKind.TEXT} and node.inner and node.tag not in {"select", "input"}:
        label = lead_text(node) or label
    if LETTER.search(label) is None:
        for key in ("aria-label", "title", "data-hint"):
            said = attributes.get(key, "")
            if LETTER.search(said):
                return said
    return label or attributes.get("data-hint", "")


def _near_words(node: Node, own: tuple[str, ...], structure: Structure) -> tuple[str, ...]:
    """Words near a thing: in it beyond its title, or in the smallest block around it that says more."""
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


def _groups(scope: Scope | None, until: Scope | None) -> list[str]:
    groups: list[str] = []
    while scope is not None and scope is not until and len(groups) < MAX_GROUPS:
        found = slug(scope.title, 2)
        if found and found not in groups:
            groups.append(found)
        scope = scope.outer
    return groups


def scopes_of(structure: Structure) -> dict[int, Scope | None]:
    """The innermost group of each node, by its index."""
    scopes: dict[int, Scope | None] = {0: None}
    for node in structure.nodes:
        if node.tag in {"select", "option", "img"}:
            # Broken HTML puts more than choices into a select: that is in no group of its own.
            scopes |= {child.at: scopes[node.at] for child in node.children if not isinstance(child, str)}
            continue
        scope = _inner_scope(node, scopes[node.at])
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
                if not isinstance(first, str) and first.tag in TITLING and structure.targets_in(child) <= 2:
                    current = Scope(text_of(first, 100), scope)
            before = child
    return scopes


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
    for step in steps:
        clashes = _clashes(entries)
        if not clashes:
            return
        for clash in clashes:
            step(clash)
    _by_place(entries)


def _clashes(entries: Iterable[Entry]) -> list[list[Entry]]:
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.name, []).append(entry)
    return [same for same in by_name.values() if len(same) > 1]


def _by_words(clash: list[Entry]) -> None:
    """Adds to each the first word written on it that not all of the others bear, the rarest first."""
    rests = [tuple(dict.fromkeys(word for word in entry.words if word not in entry.taken)) for entry in clash]
    for entry, word in zip(clash, _telling(rests), strict=True):
        if word:
            entry.name += f"_{cut_word(word)}"
            entry.taken = (*entry.taken, word)


def _by_near(clash: list[Entry]) -> None:
    nears = [
        tuple(dict.fromkeys(word for word in entry.near() if word not in entry.taken)) for entry in clash
    ]
    for entry, word in zip(clash, _telling(nears), strict=True):
        if word:
            entry.name += f"_{cut_word(word)}"
            entry.taken = (*entry.taken, word)


def _telling(rests: list[tuple[str, ...]]) -> list[str]:
    counts = Counter(word for rest in rests for word in rest)
    return [
        next((word for word in rest if counts[word] == 1 and len(word) > 1), "")
        or next((word for word in rest if counts[word] == 1), "")
        or next((word for word in rest if counts[word] < len(rests)), "")
        for rest in rests
    ]


def _by_group(clash: list[Entry]) -> None:
    """Puts the nearest group in front in which not all of them stand."""
    for level in range(MAX_GROUPS):
        groups = [entry.groups[level] if level < len(entry.groups) else "" for entry in clash]
        if len(set(groups)) > 1:
            for entry, group in zip(clash, groups, strict=True):
                if group and group != entry.name:
                    entry.name = f"{group}.{entry.name}"
                del entry.groups[: level + 1]
            return


def _by_place(entries: Sequence[Entry]) -> None:
    """The last resort: numbers in reading order, past the names that are taken."""
    taken = {entry.name for entry in entries}
    for clash in _clashes(entries):
        number = 1
        for entry in sorted(clash, key=lambda entry: entry.order)[1:]:
            number += 1
            while f"{entry.name}_{number}" in taken:
                number += 1
            entry.name = f"{entry.name}_{number}"
            taken.add(entry.name)


def _make_sure(structure: Structure) -> None:
    """Names that meet across groups (`a.b` in the card `a`, and a thing called `a.b`) get a number too."""
    taken: set[str] = set()
    for node in structure.nodes:
        if node.kind is None:
            continue
        name, number = node.name, 1
        while name in taken:
            number += 1
            name = f"{node.name}_{number}"
        node.name = name
        taken.add(name)
