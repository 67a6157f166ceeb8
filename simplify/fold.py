"""Brings a page within a budget of tokens by its structure: what matters least is folded first.

The page is taken as units: cards, items, fields, lines of text. Each has a weight, from what it is
(something to act on weighs more than prose), where it stands (dialog, main part, header, navigation,
footer), how far down its list, and whether it was said before. The lightest go first, long prose loses its
tail before anything goes whole, and what is left out is counted in the text at its place. The same page and
budget give the same result.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

from simplify.observation import TargetKind
from simplify.render import Cuts, Rendering, render
from simplify.structure import Structure
from simplify.tags import HEADINGS
from simplify.tree import Node
from simplify.writer import escape

REGION_WEIGHTS = {"dialog": 1.3, "main": 1.0, "header": 0.7, "nav": 0.5, "aside": 0.55, "footer": 0.12}
KIND_WEIGHTS = {TargetKind.TEXT: 1.6, TargetKind.BUTTON: 0.95, TargetKind.OPTION: 0.5, TargetKind.LINK: 0.75}
LONG_PROSE_WORDS = 40
KEPT_PROSE_WORDS = 20
MAX_UNIT_CHARS = 1500
GUESSED_ROUNDS = 5
"""Rounds in which the prices of the units are trusted; after them the rest is halved each time."""
COUNTING = frozenset(("ul", "ol", "select", "table", "nav", "main", "footer", "dialog"))
"""What says how much of it is folded; anything smaller leaves that to what is around it."""


@dataclass(slots=True)
class _Unit:
    """Something that is shown or folded as a whole, or a text that is cut short."""

    node: Node
    weight: float
    prose: int = -1  # index of the text among the node's children, for a cut; -1 for the whole node
    cost: int = 0


@dataclass(slots=True)
class Folded:
    """A page within its budget.

    Attributes:
        text: the text, no longer than the budget.
        notes: what was folded, in words.
    """

    text: str
    notes: list[str] = field(default_factory=list)


def fold_to_budget(
    structure: Structure, title: str, budget: int, count_tokens: Callable[[str], int]
) -> Folded:
    """Renders a page in at most `budget` tokens; nodes that do not fit are marked as folded.

    Args:
        structure: the page, its targets named.
        title: the document's title.
        budget: tokens that the text may have.
        count_tokens: the model's own count of a text.
    """
    rendering = render(structure, title, _fold(structure, [], {}))
    text = rendering.text
    total = count_tokens(text)
    if total <= budget:
        return Folded(text)
    units = _units(structure)
    _price(units, rendering, structure, count_tokens)
    units.sort(key=lambda unit: (unit.weight, -unit.node.at, -unit.prose))
    for loose in ({}, _loose_texts(structure, units)):
        cuts, text = _search(structure, title, budget, count_tokens, units, loose)
        if count_tokens(text) <= budget:
            return Folded(text, [_note(structure, cuts, budget)])
    structure.nodes[0].folded = True
    text = _least(title, budget, count_tokens)
    return Folded(text, [_note(structure, Cuts(), budget)])


def _search(
    structure: Structure,
    title: str,
    budget: int,
    count_tokens: Callable[[str], int],
    units: list[_Unit],
    loose: dict[tuple[int, int], int],
) -> tuple[Cuts, str]:
    """Folds as few of the lightest units as it takes, or all of them where that is not enough."""
    saved = list(accumulate((unit.cost for unit in units), initial=0))
    low, high = -1, len(units)  # `low` units are too few (or were not tried), `high` the fewest known to do
    best: tuple[Cuts, str] | None = None
    guess = 0
    rounds = 0
    while low + 1 < high or best is None:
        cuts = _fold(structure, units[:guess], loose)
        text = render(structure, title, cuts).text
        total = count_tokens(text)
        if total <= budget:
            high, best = guess, (cuts, text)
        else:
            low = guess
        if guess == len(units) and best is None:
            return cuts, text
        step = total - budget if total > budget else -max(1, (budget - total) // 2)
        rounds += 1
        guess = bisect_left(saved, saved[guess] + step) if rounds <= GUESSED_ROUNDS else (low + high) // 2
        guess = min(max(guess, low + 1), high - 1 if best is not None else high)
        if best is not None and budget - count_tokens(best[1]) <= budget // 40:
            break  # near enough: a closer fit is worth no more time
    assert best is not None
    _fold(structure, units[:high], loose)
    return best


def _loose_texts(structure: Structure, units: list[_Unit]) -> dict[tuple[int, int], int]:
    """The texts that belong to no unit; for the smallest budgets they go as well."""
    covered = {
        at for unit in units if unit.prose < 0 for at in range(unit.node.at, structure.ends[unit.node.at])
    }
    return {
        (node.at, index): 0
        for node in structure.nodes
        if node.at not in covered
        for index, child in enumerate(node.children)
        if isinstance(child, str)
    }


def _fold(structure: Structure, units: list[_Unit], loose: dict[tuple[int, int], int]) -> Cuts:
    """Folds these units and no others."""
    cuts = Cuts(prose=dict(loose))
    for node in structure.nodes:
        node.folded = node.at in structure.hidden
    for unit in units:
        if unit.prose >= 0:
            cuts.prose.setdefault((unit.node.at, unit.prose), KEPT_PROSE_WORDS)
        else:
            unit.node.folded = True
    _close_up(structure, {unit.node.at for unit in units if unit.prose < 0}, cuts)
    return cuts


def _close_up(structure: Structure, folded: set[int], cuts: Cuts) -> None:
    """Folds what holds nothing but folded things, and counts these where a list or region says it."""
    counts = dict.fromkeys(folded, 1)
    for node in reversed(structure.nodes):
        if node.parent is None:
            continue
        if not node.folded and node.children and node.kind is None and _holds_only_folded(node):
            node.folded = True
        if node.at in structure.hidden:
            continue
        if node.folded:
            counts[node.at] = counts.get(node.at, 0) or 1
            if not node.parent.folded:
                counts[node.parent.at] = counts.get(node.parent.at, 0) + counts[node.at]
        elif node.tag not in COUNTING and counts.get(node.at):
            counts[node.parent.at] = counts.get(node.parent.at, 0) + counts.pop(node.at)
    cuts.counts = {at: count for at, count in counts.items() if not structure.nodes[at].folded}


def _holds_only_folded(node: Node) -> bool:
    return all(child == " " if isinstance(child, str) else child.folded for child in node.children)


def _least(title: str, budget: int, count_tokens: Callable[[str], int]) -> str:
    """The last resort for a budget too small for anything: the beginning of the title, or not even that."""
    said = f"<title>{escape(' '.join(title.split()[:8]))}</title>" if title else ""
    return next((text for text in (said, "…") if text and count_tokens(text) <= budget), "")


def _note(structure: Structure, cuts: Cuts, budget: int) -> str:
    shown = shown_nodes(structure)
    inside = not_hidden(structure)
    lost = sum(1 for node in inside if node.kind is not None) - sum(
        1 for node in shown if node.kind is not None
    )
    texts = len(cuts.prose)
    parts = [f"{lost} things to act on"] if lost else []
    parts += [f"parts of {texts} texts"] if texts else []
    what = " and ".join(parts) or "parts of the text"
    return f"To keep within {budget} tokens, {what} were folded, the least important first."


def not_hidden(structure: Structure) -> list[Node]:
    """The nodes that are not hidden, nor lie in what is."""
    return _outside_of(structure, [node.at in structure.hidden for node in structure.nodes])


def shown_nodes(structure: Structure) -> list[Node]:
    """The nodes that are not folded, nor lie in what is."""
    return _outside_of(structure, [node.folded for node in structure.nodes])


def _outside_of(structure: Structure, left_out: list[bool]) -> list[Node]:
    hidden_until = 0
    shown: list[Node] = []
    for node in structure.nodes:
        if node.at < hidden_until:
            continue
        if left_out[node.at]:
            hidden_until = structure.ends[node.at]
        else:
            shown.append(node)
    return shown


# ---- units and their weights -------------------------------------------------------------------


def _units(structure: Structure) -> list[_Unit]:
    cards = {card.node.at: card.title for card in structure.cards}
    weights = _region_weights(structure)
    ranks: Counter[int] = Counter()
    said: Counter[str] = Counter()
    units: list[_Unit] = []
    until = 0
    for node in structure.nodes:
        units += _prose(node, weights[node.at])
        if node.at < until or node.parent is None:
            continue
        if not _is_unit(structure, node, cards):
            continue
        until = structure.ends[node.at]
        rank = ranks[node.parent.at]
        ranks[node.parent.at] += 1
        label = cards.get(node.at) or node.label
        weight = weights[node.at] * _own_weight(structure, node, rank, is_card=node.at in cards)
        if label:
            weight *= 0.4 if said[label] else 1.0
            said[label] += 1
        units.append(_Unit(node, weight * (1 - 0.3 * node.at / len(structure.nodes))))
    return units


def _is_unit(structure: Structure, node: Node, cards: dict[int, str]) -> bool:
    if node.tag == "select" or (node.tag == "span" and node.kind is None):
        return False
    if node.at in cards or node.kind is not None or node.tag == "img":
        return True
    inner = structure.within(node) if structure.ends[node.at] - node.at <= 60 else None
    if inner is None:
        return False
    if node.tag in {"li", "tr"}:
        return structure.targets_in(node) <= 4 and not any(other.at in cards for other in inner)
    return all(other.tag == "span" and other.kind is None for other in inner)


def _own_weight(structure: Structure, node: Node, rank: int, *, is_card: bool) -> float:
    if node.kind is TargetKind.OPTION:
        return 2.0 if "selected" in node.attributes else 0.5 / (1 + rank / 3)
    decline = 1 / (1 + rank / 8)
    if is_card:
        return 1.1 * decline
    if node.kind is not None:
        return KIND_WEIGHTS.get(node.kind, 0.7) * (1.0 if node.kind is TargetKind.TEXT else decline)
    if node.tag in HEADINGS:
        return 0.9 if node.tag == "h1" else 0.7
    return (0.6 if structure.targets_in(node) else 0.4) * decline


def _region_weights(structure: Structure) -> list[float]:
    weights = [0.8]
    for node in structure.nodes[1:]:
        assert node.parent is not None
        around = weights[node.parent.at]
        own = REGION_WEIGHTS.get(node.tag, around)
        if node.tag == "nav" and around >= 1:
            own = 0.9  # page numbers, and the way back to where one came from
        weights.append(min(own, around + 0.5))
    return weights


def _prose(node: Node, weight: float) -> list[_Unit]:
    return [
        _Unit(node, weight * 0.15, index)
        for index, child in enumerate(node.children)
        if isinstance(child, str)
        and len(child) > 5 * KEPT_PROSE_WORDS
        and len(child.split()) > LONG_PROSE_WORDS
    ]


def _price(
    units: list[_Unit], rendering: Rendering, structure: Structure, count_tokens: Callable[[str], int]
) -> None:
    """Sets what each unit costs in tokens."""
    pieces: dict[int, list[str]] = {}
    for piece, owner in zip(rendering.pieces, rendering.owners, strict=True):
        pieces.setdefault(owner, []).append(piece)
    for unit in units:
        if unit.prose >= 0:
            text = unit.node.children[unit.prose]
            assert isinstance(text, str)
            unit.cost = max(0, count_tokens(" ".join(text.split()[KEPT_PROSE_WORDS:])) - 6)
            continue
        end = structure.ends[unit.node.at]
        unit.cost = count_tokens(
            "".join(piece for at in range(unit.node.at, end) for piece in pieces.get(at, ()))
        )
