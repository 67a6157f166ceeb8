"""From markup to observation: parse, build the tree, find what belongs together, name, fold, render."""

from collections.abc import Callable, Iterable
from types import MappingProxyType

from simplify.names import name_targets
from simplify.observation import Observation, Target
from simplify.parse import parse
from simplify.render import Cuts, render
from simplify.structure import Structure, analyse
from simplify.tree import Node, build


def simplify(
    html: str | bytes,
    *,
    url: str = "",
    budget: int | None = None,
    count_tokens: Callable[[str], int] | None = None,
    notes: Iterable[str] = (),
) -> Observation:
    """Simplifies a page."""
    root, captured = parse(html)
    if root is None:
        return Observation(url=url, title="", html="", notes=tuple(notes))
    tree, title = build(root, captured=captured)
    structure = analyse(tree)
    name_targets(structure)
    text = render(structure, title, Cuts()).text
    targets = {node.name: _target(node) for node in shown_targets(structure)}
    return Observation(url=url, title=title, html=text, targets=MappingProxyType(targets), notes=tuple(notes))


def shown_targets(structure: Structure) -> list[Node]:
    """The targets that stand in the text, in reading order."""
    return [node for node in structure.nodes if node.kind is not None]


def _target(node: Node) -> Target:
    assert node.kind is not None
    return Target(
        name=node.name,
        kind=node.kind,
        label=node.label,
        ref=node.attributes.get("data-ref") or None,
        enabled="disabled" not in node.attributes,
    )
