"""The choices at one moment as a tree of tokens, and the best-first search for how likely each is.

Choices share most of their tokens (`{"rationale":"","action":{"type":"click","name":"black_trousers_`), so
they are read once a branch and not once a choice, the likeliest branches first, until nearly all probability
is accounted for. Pure Python: whoever has the model asks for `Search.wave`, reads these nodes, and tells
`learn` what it read.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Node:
    """A branch: the tokens from where the choices parted to where they part again, or end.

    Attributes:
        edge: these tokens; of the root, what all choices begin with.
        before: tokens between the beginning of the choices and the edge.
        choices: numbers of the choices that end here; empty where they part.
        children: what follows.
        leaves: choices below, or here.
        log_p: natural logarithm of the probability of all up to here: confined, of the whole edge; free, of
            its first token.
        seen: tokens of the chat that stand before the choices, or on the way to here; set by the reader.
        slots: where the reader keeps what it read of the rest of the way.
    """

    edge: list[int]
    before: int
    choices: list[int] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    leaves: int = 1
    log_p: float = 0.0
    seen: int = 0
    slots: tuple[int, ...] = ()

    def firsts(self) -> list[int]:
        """The tokens with which the children begin."""
        return [child.edge[0] for child in self.children]


def tree_of(choices: Sequence[Sequence[int]]) -> Node:
    """The tree of choices, each a sequence of tokens.

    Raises:
        ValueError: there are none, one is empty, or one is the beginning of another.
    """
    if not choices or not all(choices):
        raise ValueError("a choice needs at least one token")
    return _grown([(list(tokens), number) for number, tokens in enumerate(choices)], 0)


def _grown(choices: list[tuple[list[int], int]], before: int) -> Node:
    first, last = min(choices)[0], max(choices)[0]
    end = before
    while end < len(first) and first[end] == last[end]:
        end += 1
    node = Node(edge=first[before:end], before=before, leaves=len(choices))
    node.choices = [number for tokens, number in choices if len(tokens) == end]
    if len(node.choices) == len(choices):
        return node
    if node.choices:
        raise ValueError("one choice is the beginning of another")
    branches: dict[int, list[tuple[list[int], int]]] = {}
    for tokens, number in choices:
        branches.setdefault(tokens[end], []).append((tokens, number))
    node.children = [_grown(branch, end) for branch in branches.values()]
    return node


class Search:
    """The search at one moment.

    Args:
        choices: each as tokens, the first of which is the one that stands before all of them, and certain.
        tail: share of the probability that may stay open; it is spread evenly over the choices below each
            branch that was not read.
        confined: whether a choice is as likely as a decoder says it that may say nothing but choices (the
            probabilities sum to 1, and tokens without alternative are certain), or as the model says it
            freely, beside all else it might say.
    """

    def __init__(self, choices: Sequence[Sequence[int]], tail: float, *, confined: bool) -> None:
        self.root = tree_of(choices)
        self.confined = confined
        self._tail = tail
        self._count = len(choices)
        self._found: dict[int, float] = {}
        self._open: list[Node] = []
        self._add(self.root)

    def along(self, said: Sequence[int]) -> list[Node]:
        """The nodes that can be read off what was really said there, from the root on."""
        nodes: list[Node] = []
        node: Node | None = self.root
        while node is not None:
            read = self.to_read(node)
            if not read or list(said[node.before : node.before + len(read)]) != read:
                break
            nodes.append(node)
            end = node.before + len(node.edge)
            following = said[end] if len(said) > end else -1
            node = next((child for child in node.children if child.edge[0] == following), None)
        return nodes

    def to_read(self, node: Node) -> list[int]:
        """The tokens of a node's edge that have to be read; none where nothing is left to be known."""
        if node.children:
            return node.edge
        return [] if self.confined else node.edge[:-1]

    def asked(self, node: Node) -> list[list[int]]:
        """For each token to read, the tokens after it whose probabilities are asked; none for most."""
        read = self.to_read(node)
        if not self.confined:
            inner = [[token] for token in node.edge[1:]]
            return [*inner, node.firsts()] if node.children else inner
        return [*([] for _ in read[:-1]), node.firsts()] if read else []

    def wave(self) -> list[Node]:
        """The nodes to read next: the fewest without which at most `tail` stays open; none at the end."""
        weights = [(math.exp(node.log_p), node) for node in self._open]
        open_mass = math.fsum(weight for weight, _ in weights)
        allowed = self._tail * (open_mass + math.fsum(map(math.exp, self._found.values())))
        chosen = []
        for weight, node in sorted(weights, key=lambda pair: -pair[0]):
            if open_mass <= allowed:
                break
            chosen.append(node)
            open_mass -= weight
        return chosen

    def learn(self, node: Node, told: Sequence[Sequence[float]]) -> None:
        """What was read of a node.

        Args:
            node: one of `wave` or `along`, its parent learned before it.
            told: for each list of `asked`, log-probabilities, or confined: logits.
        """
        self._open.remove(node)
        if self.confined:
            logits = list(told[-1])
            highest = max(logits)
            whole = highest + math.log(math.fsum(math.exp(logit - highest) for logit in logits))
            steps = [logit - whole for logit in logits]
        else:
            inside = told[: len(node.edge) - 1]
            node.log_p += math.fsum(row[0] for row in inside)
            steps = list(told[-1]) if node.children else []
        for choice in node.choices:
            self._found[choice] = node.log_p
        for child, step in zip(node.children, steps, strict=True):
            child.log_p = node.log_p + step
            self._add(child)

    def log_probabilities(self) -> list[float]:
        """Of each choice, as far as it is known by now."""
        logs = [-math.inf] * self._count
        for choice, log_p in self._found.items():
            logs[choice] = log_p
        for node in self._open:
            for choice in _below(node):
                logs[choice] = node.log_p - math.log(node.leaves)
        return logs

    def _add(self, node: Node) -> None:
        if self.to_read(node):
            self._open.append(node)
            return
        for choice in node.choices:
            self._found[choice] = node.log_p


def _below(node: Node) -> list[int]:
    return [*node.choices, *(choice for child in node.children for choice in _below(child))]
