"""What a shopper has seen and done up to a moment: all that a thought may speak of."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from learn.rationales.shelf import Item

Choice = TypeVar("Choice")


@dataclass(slots=True)
class Past:
    """Grows by one turn at a time.

    Attributes:
        looked: the things for sale that were clicked, oldest first.
        times: how often each of them was, by label.
        titles: titles of the pages that were shown, oldest first, the same one after another only once.
        queries: what was searched for.
        refused: whether the last action could not be done.
        ordered: whether an order was placed.
        added: how often something was put into the cart.
    """

    looked: list[Item] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    titles: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    refused: bool = False
    ordered: bool = False
    added: int = 0

    @property
    def last(self) -> Item | None:
        """The thing that was looked at last."""
        return self.looked[-1] if self.looked else None

    def see(self, title: str) -> None:
        """A page is shown."""
        if not self.titles or self.titles[-1] != title:
            self.titles.append(title)

    def add(self, *, accepted: bool, item: Item | None, query: str | None) -> None:
        """Something was done.

        Args:
            accepted: whether it could be done.
            item: the thing for sale that was clicked; None where it was none.
            query: what was searched for; None where nothing was.
        """
        self.refused = not accepted
        if self.refused:
            return
        if item is not None:
            self.looked.append(item)
            self.times[item.label] += 1
        elif query is not None:
            self.queries.append(query)


class Dice:
    """Chance that falls the same way each time for the same turn.

    Args:
        seed: of the whole run.
        key: of the session.
        turn: its place in the session.
    """

    def __init__(self, seed: int, key: str, turn: int) -> None:
        self._random = Random(f"{seed} {key} {turn}")  # noqa: S311 - wording, no secret

    def pick(self, *choices: Choice) -> Choice:
        """One of these."""
        return choices[int(self._random.random() * len(choices))]

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self._random.random() < share


_WRITTEN_OUT = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_NUMBERS = tuple(_WRITTEN_OUT.split())


def in_words(number: int) -> str:
    """A count as a person says it."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
