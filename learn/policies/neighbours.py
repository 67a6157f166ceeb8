"""Session-kNN: what those did next who had done alike (Jannach and Ludewig, 2017, with decay by position)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from learn.choices import Prediction, Scores, menu_of, symbol_of
from learn.policies.markov import MarkovChain
from learn.session import Session

NEIGHBOURS = 300
"""Most alike sessions that have a say."""

DECAY = 0.7
"""Weight of what was done one decision earlier, relative to the later one."""

PRIOR = 2.0
"""Votes that the Markov chain of order 1 has beside the neighbours."""


class SessionNeighbours:
    """Votes of the most alike training sessions.

    Two sessions are alike by the decisions that both have, recent ones of the session at hand weighing more,
    over the root of the other's length. Each neighbour votes for what came after its own last shared
    decision; a Markov chain of order 1 breaks ties and speaks where there are no neighbours.

    Args:
        sessions: among which neighbours are looked for.
    """

    name = "session-knn"

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._chain = MarkovChain(1, sessions)
        self._sessions = [[symbol_of(moment) for moment in session.moments()] for session in sessions]
        self._roots = np.sqrt([len(symbols) for symbols in self._sessions])
        holders: dict[str, list[int]] = defaultdict(list)
        for number, symbols in enumerate(self._sessions):
            for symbol in set(symbols[:-1]):
                holders[symbol].append(number)
        self._holders = {symbol: np.array(numbers) for symbol, numbers in holders.items()}

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The votes at each moment, as shares."""
        past: list[str] = []
        predictions = []
        for moment, backing in zip(session.moments(), self._chain.predict(session), strict=True):
            menu = menu_of(moment)
            assert backing.scores is not None
            votes = PRIOR * np.exp(backing.scores.log_probabilities)
            for symbol, weight in self._votes(past):
                if symbol in menu.index:
                    votes[menu.index[symbol]] += weight
            predictions.append(Prediction.by(Scores(menu, np.log(votes / votes.sum()))))
            past.append(symbol_of(moment))
        return predictions

    def _votes(self, past: Sequence[str]) -> Iterable[tuple[str, float]]:
        weights: dict[str, float] = {}
        for age, symbol in enumerate(reversed(past)):
            weights.setdefault(symbol, DECAY**age)
        alike = np.zeros(len(self._sessions))
        for symbol, weight in weights.items():
            if symbol in self._holders:
                alike[self._holders[symbol]] += weight
        alike /= self._roots
        for number in np.argsort(-alike, kind="stable")[:NEIGHBOURS]:
            if alike[number] > 0:
                symbols = self._sessions[number]
                shared = [place for place, symbol in enumerate(symbols[:-1]) if symbol in weights]
                best = max(shared, key=lambda place: (weights[symbols[place]], place))
                yield symbols[best + 1], float(alike[number]) * weights[symbols[best]]
