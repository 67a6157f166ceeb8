"""Baselines that look at nothing, or at hardly anything."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from agent.actions import Terminate, TypeAndSubmit
from learn.choices import Prediction, Scores, menu_of, symbol_of
from learn.session import Moment, Session
from simplify import TargetKind


class AlwaysLeave:
    """Leaves, always. On the paper's test cases it would be 26.5 % exact (arXiv 2503.20749, fig. 2)."""

    name = "always-leave"

    def predict(self, session: Session) -> Sequence[Prediction]:
        """Leaving, at each moment."""
        return [Prediction((Terminate(),)) for _ in session.moments()]


class MostFrequent:
    """Does what people did most often of all that can be done, whatever came before.

    Args:
        sessions: what it counts.
    """

    name = "most-frequent"

    def __init__(self, sessions: Iterable[Session]) -> None:
        self._counts = Counter(symbol_of(moment) for session in sessions for moment in session.moments())

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The shares of the choices in the training data, one added to each count."""
        return [self._one(moment) for moment in session.moments()]

    def _one(self, moment: Moment) -> Prediction:
        menu = menu_of(moment)
        counts = np.array([self._counts[symbol] + 1.0 for symbol in menu.symbols])
        return Prediction.by(Scores(menu, np.log(counts / counts.sum())))


class Searches:
    """Types what can be made of the intent alone into the page's first field.

    Args:
        name: what reports call it.
        query: what it types for an intent.
    """

    def __init__(self, name: str, query: Callable[[str], str]) -> None:
        self.name = name
        self._query = query

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The same search, at each moment; leaving where there is no field."""
        query = self._query(session.intent)
        return [_typed(moment, query) for moment in session.moments()]


def _typed(moment: Moment, text: str) -> Prediction:
    fields = [target for target in moment.observation.targets.values() if target.kind is TargetKind.TEXT]
    if not fields:
        return Prediction((Terminate(),))
    return Prediction((TypeAndSubmit(name=fields[0].name, text=text),))
