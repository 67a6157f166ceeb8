import math
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.scoring.choice_tree import Node, Search, tree_of

BEFORE, END = 8, 9
CHOICES = st.lists(
    st.lists(st.integers(0, 3), min_size=1, max_size=6).map(lambda tokens: (*tokens, END)),
    min_size=1,
    max_size=12,
    unique=True,
)


def logits(before: Sequence[int]) -> list[float]:
    """A model: ten tokens, and an opinion on each after any beginning."""
    draw = random.Random(str(list(before)))
    return [draw.gauss(0, 2) for _ in range(10)]


def log_softmax(scores: list[float], among: Sequence[int]) -> dict[int, float]:
    whole = math.log(sum(math.exp(scores[token]) for token in among))
    return {token: scores[token] - whole for token in among}


def plainly(choices: Sequence[Sequence[int]], *, confined: bool) -> list[float]:
    """Each choice by itself, token by token."""
    found = []
    for choice in choices:
        total = 0.0
        for place, token in enumerate(choice):
            nexts = {other[place] for other in choices if other[:place] == choice[:place]}
            among = sorted(nexts) if confined else list(range(10))
            total += log_softmax(logits((BEFORE, *choice[:place])), among)[token]
        found.append(total)
    return found


def searched(
    choices: Sequence[Sequence[int]], tail: float, *, confined: bool, said: Sequence[int] = ()
) -> tuple[list[float], int]:
    """What the search finds, and how many tokens it read."""
    search = Search([(BEFORE, *choice) for choice in choices], tail, confined=confined)
    prefix: dict[int, list[int]] = {id(search.root): []}
    count = 0

    def read(node: Node) -> None:
        before = prefix[id(node)]
        told = []
        for place, tokens in enumerate(search.asked(node), start=1):
            scores = logits([*before, *node.edge[:place]])
            logs = dict(enumerate(scores)) if confined else log_softmax(scores, range(10))
            told.append([logs[token] for token in tokens])
        search.learn(node, told)
        for child in node.children:
            prefix[id(child)] = [*before, *node.edge]

    for node in search.along((BEFORE, *said)):
        read(node)
    while wave := search.wave():
        for node in wave:
            count += len(search.to_read(node))
            read(node)
    return search.log_probabilities(), count


@given(CHOICES, st.booleans(), st.data())
def test_what_is_found_is_what_each_choice_is_by_itself(
    choices: list[tuple[int, ...]], confined: bool, data: st.DataObject
) -> None:
    said = data.draw(st.sampled_from([(), *choices]))
    found, _ = searched(choices, 0.0, confined=confined, said=said)
    assert found == pytest.approx(plainly(choices, confined=confined), abs=1e-9)


@given(CHOICES, st.floats(0.0, 0.6))
def test_confined_all_choices_together_are_certain_and_the_tail_bounds_the_error(
    choices: list[tuple[int, ...]], tail: float
) -> None:
    found, _ = searched(choices, tail, confined=True)
    assert math.fsum(map(math.exp, found)) == pytest.approx(1.0)
    exact = plainly(choices, confined=True)
    wrong = sum(abs(math.exp(a) - math.exp(b)) for a, b in zip(found, exact, strict=True)) / 2
    assert wrong <= tail + 1e-9


def test_a_longer_tail_reads_less_and_what_was_said_is_not_read_again() -> None:
    draw = random.Random(3)
    choices = sorted({(*(draw.randrange(4) for _ in range(5)), END) for _ in range(200)})
    counts = [searched(choices, tail, confined=True)[1] for tail in (0.0, 0.1, 0.4)]
    assert all(more > less for more, less in pairwise(counts))
    assert searched(choices, 0.0, confined=True, said=choices[0])[1] < counts[0]


def test_a_choice_that_begins_another_is_refused() -> None:
    with pytest.raises(ValueError, match="beginning of another"):
        tree_of([(1, 2), (1, 2, 3)])
    with pytest.raises(ValueError, match="at least one token"):
        tree_of([])


def test_the_same_choice_twice_is_equally_likely() -> None:
    found, _ = searched([(1, 9), (1, 9), (2, 9)], 0.0, confined=True)
    assert found[0] == found[1]
