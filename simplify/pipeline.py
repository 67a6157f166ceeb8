"""From markup to observation: parse, build the tree, find what belongs together, name, fold, render."""

import gc
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import MappingProxyType

from simplify.fold import fold_to_budget, shown_nodes
from simplify.names import name_targets
from simplify.observation import Observation, Spelling, Target
from simplify.paper import NameMap, name_as_paper, pair_names
from simplify.parse import parse
from simplify.render import Cuts, render
from simplify.structure import Structure, analyse
from simplify.tree import Node, build

NO_LIMIT = 10**9
"""A budget that holds everything."""
SIDES = {
    "above": "things to act on above it",
    "below": "below it",
    "left": "to its left",
    "right": "to its right",
}
BYTES_PER_TOKEN = 2.4
"""Measured on observations of shop pages with the SmolLM2 tokenizer, rounded to the safe side."""


def estimate_tokens(text: str) -> int:
    """Tokens of a text when no tokenizer is at hand: its UTF-8 bytes by `BYTES_PER_TOKEN`, rounded up."""
    return math.ceil(len(text.encode("utf-8", errors="replace")) / BYTES_PER_TOKEN)


def simplify(
    html: str | bytes,
    *,
    url: str = "",
    budget: int | None = None,
    spelling: Spelling = Spelling.SHORT,
    count_tokens: Callable[[str], int] | None = None,
    notes: Iterable[str] = (),
    window: bool = False,
) -> Observation:
    """Simplifies a page to what a model is shown of it.

    Any input gives a result: malformed, empty, deeply nested and very large HTML too. The same input gives
    the same result.

    Args:
        html: the annotated document of a capture; or ordinary HTML (a file, a recording), of which all is
            taken as visible that its own markup does not hide. Bytes are decoded by what they say or look
            like.
        url: address of the page.
        budget: tokens that the text may have; what matters least is folded until it fits. None for no limit.
        spelling: of the names.
        count_tokens: the model's own count of a text; an estimate (`estimate_tokens`) where none is given.
        notes: what is already known to be missing, as a capture says it; put before the notes on folding.
        window: show only what stood in the browser's window when the page was captured, and say how much
            stands around it. Names are those of the whole page, so that scrolling renames nothing. Of HTML
            that no browser captured all is shown.

    Returns:
        The observation. Things that were folded are no targets of it.
    """
    with _collector_paused():
        structure, title, missing = _read(html, spelling)
        notes = (*notes, *missing)
        if structure is None:
            return Observation(url=url, title="", html="", notes=notes)
        around = _hide_around(structure) if window else []
        if budget is None and not around:
            text, more = render(structure, title, Cuts()).text, []
        else:
            limit = NO_LIMIT if budget is None else budget
            folded = fold_to_budget(structure, title, limit, count_tokens or estimate_tokens)
            text, more = folded.text, [*around, *folded.notes]
        targets = {node.name: _target(node) for node in shown_nodes(structure) if node.kind is not None}
        structure.dissolve()
    return Observation(
        url=url, title=title, html=text, targets=MappingProxyType(targets), notes=(*notes, *more)
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keeps Python's cyclic garbage collector from walking a tree that is all alive.

    It took a quarter of the time, more in a program with much in memory. Nothing is left to it: the tree's
    cycles are cut when it is done with.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


def _hide_around(structure: Structure) -> list[str]:
    """Hides what lies outside of the window, and says how much that is."""
    hidden: list[int] = []
    targets: dict[str, int] = {}
    until = 0
    for node in structure.nodes:
        side = node.attributes.get("data-out") if node.at >= until else None
        if side:
            hidden.append(node.at)
            until = structure.ends[node.at]
            own = node.kind is not None
            targets[side] = targets.get(side, 0) + structure.targets_in(node) + own
    structure.hidden = frozenset(hidden)
    told = [f"{targets[side]} more {words}" for side, words in SIDES.items() if targets.get(side)]
    return [f"Only what stands in the window is shown: {', '.join(told)}."] if told else []


def name_map(html: str | bytes) -> NameMap:
    """The names of a page's targets in both spellings, ours and the paper's.

    Args:
        html: as for `simplify`.
    """
    short, paper = (_names(html, spelling) for spelling in (Spelling.SHORT, Spelling.PAPER))
    return pair_names(short, paper)


def _names(html: str | bytes, spelling: Spelling) -> list[str]:
    structure, _, _ = _read(html, spelling)
    return [node.name for node in structure.nodes if node.kind is not None] if structure is not None else []


def _read(html: str | bytes, spelling: Spelling) -> tuple[Structure | None, str, list[str]]:
    """The page, analysed and named; its title; and what of it could not be read."""
    root, captured, missing = parse(html)
    if root is None:
        return None, "", missing
    tree, title, more = build(root, captured=captured)
    structure = analyse(tree)
    if spelling is Spelling.PAPER:
        name_as_paper(structure)
    else:
        name_targets(structure)
    return structure, title, missing + more


def _target(node: Node) -> Target:
    assert node.kind is not None
    return Target(
        name=node.name,
        kind=node.kind,
        label=node.label,
        ref=node.attributes.get("data-ref") or None,
        enabled="disabled" not in node.attributes,
    )
