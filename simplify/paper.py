"""Names as arXiv 2503.20749 and OPeRA spell them, for reading and writing their data.

There every name is the path of all titled groups around a thing, each spelled in full. The rule of spelling
(its appendix B; the same in UXAgent): lower case; each space becomes an underscore, one for one; then ASCII
punctuation is deleted. Nothing is cut and Unicode letters stay, so a deleted `&` leaves two underscores.

Their rule lets two things bear one name. Ours never does: the second gets `_2`, the third `_3`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from simplify.names import Scope, naming_text, scopes_of
from simplify.structure import Structure
from simplify.tree import Node

DELETED = str.maketrans("", "", "[]{}()<>.:;|!@#$%^&*+-=,?/\\\"'")
TITLE_LINK = "view_product"
"""What they call the link that carries a card's title."""


def paper_slug(text: str) -> str:
    """One part of a name in the paper's spelling."""
    return text.lower().replace(" ", "_").replace("\n", "_").translate(DELETED)


@dataclass(frozen=True, slots=True)
class NameMap:
    """The names of one page in both spellings, one to one.

    Attributes:
        to_paper: the paper's name by ours.
        to_short: our name by the paper's.
    """

    to_paper: Mapping[str, str]
    to_short: Mapping[str, str]


def pair_names(short: Iterable[str], paper: Iterable[str]) -> NameMap:
    """Makes the map of two lists of the names of the same targets in the same order."""
    pairs = list(zip(short, paper, strict=True))
    return NameMap(MappingProxyType(dict(pairs)), MappingProxyType({theirs: ours for ours, theirs in pairs}))


def name_as_paper(structure: Structure) -> None:
    """Gives every target of the page its name in the paper's spelling, in place."""
    scopes = scopes_of(structure)
    owners = _owners(structure)
    taken: set[str] = set()
    for node in structure.nodes:
        if node.kind is None:
            continue
        base = ".".join(_path(node, scopes, owners)) or "item"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        node.name = name
        taken.add(name)


def _owners(structure: Structure) -> dict[int, tuple[Node, str, Node | None]]:
    """For each node in a card: the card's node, its title, and the link that carries the title."""
    return {
        at: (card.node, card.title, card.link)
        for card in structure.cards
        for at in range(card.node.at, structure.ends[card.node.at])
    }


def _path(
    node: Node, scopes: Sequence[Scope | None], owners: Mapping[int, tuple[Node, str, Node | None]]
) -> list[str]:
    last = node
    parts = [naming_text(node)]
    owner = owners.get(node.at)
    if owner is not None and owner[2] is node:
        parts = [TITLE_LINK]
    if node.tag == "option":
        at = node.parent
        while at is not None and at.tag != "select":
            at = at.parent
        if at is not None:
            parts.append(naming_text(at))
            last = at
    if owner is None:
        parts += _titles(scopes[last.at], None)
    else:
        until = scopes[owner[0].at]
        inner = _titles(scopes[last.at], until)
        parts += inner[:-1] if inner[-1:] == [owner[1]] else inner  # a card's heading is its title
        parts.append(owner[1])
        parts += _titles(until, None)
    return [found for found in map(paper_slug, reversed(parts)) if found]


def _titles(scope: Scope | None, until: Scope | None) -> list[str]:
    titles: list[str] = []
    while scope is not None and scope is not until:
        if scope.titled and scope.title not in titles[-1:]:
            titles.append(scope.title)
        scope = scope.outer
    return titles
