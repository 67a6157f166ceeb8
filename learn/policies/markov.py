"""Markov chains over what was done: the next decision from the last one or two."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from learn.choices import Floats, Menu, Prediction, Scores, menu_of, symbol_of
from learn.session import Session

State = tuple[str, ...]


class MarkovChain:
    """A chain of a given order, smoothed by backing off to shorter memories (Witten and Bell, 1991).

    What was seen after a state counts as often as it was seen; a share of one for each different thing that
    was seen after it goes to what the next shorter memory holds likely, down to all choices alike.

    Args:
        order: how many decisions it remembers, from 1.
        sessions: what it counts.
    """

    def __init__(self, order: int, sessions: Iterable[Session]) -> None:
        self._order = order
        self._after: dict[State, Counter[str]] = defaultdict(Counter)
        for session in sessions:
            past = _START * order
            for moment in session.moments():
                symbol = symbol_of(moment)
                for length in range(order + 1):
                    self._after[past[len(past) - length :]][symbol] += 1
                past = (*past, symbol)[-order:]

    @property
    def name(self) -> str:
        """The order is part of the name."""
        return f"markov-{self._order}"

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The chain's distribution at each moment, over what can be chosen there."""
        past = _START * self._order
        predictions = []
        for moment in session.moments():
            menu = menu_of(moment)
            predictions.append(Prediction.by(Scores(menu, np.log(self._shares(past, menu)))))
            past = (*past, symbol_of(moment))[-self._order :]
        return predictions

    def _shares(self, past: State, menu: Menu) -> Floats:
        shares = np.full(len(menu.symbols), 1 / len(menu.symbols))
        for length in range(self._order + 1):
            after = self._after.get(past[len(past) - length :])
            if after is None:
                break
            seen = np.zeros(len(menu.symbols))
            for symbol, count in after.items():
                if symbol in menu.index:
                    seen[menu.index[symbol]] = count
            shares = (seen + len(after) * shares) / (seen.sum() + len(after))
        return np.asarray(shares / shares.sum())


_START: State = ("start",)
