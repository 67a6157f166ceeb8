"""Examples that nobody picked."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def evenly(items: Sequence[Item], count: int) -> tuple[Item, ...]:
    """At most `count` of the items, in their order, from evenly spaced places: a systematic sample."""
    taken = min(count, len(items))
    return tuple(items[(2 * place + 1) * len(items) // (2 * taken)] for place in range(taken))
