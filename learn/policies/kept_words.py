"""Which words of their goal people type when they first search: a baseline that learned it, for searches.

Most of a first query are words of the goal, and what differs most is which were left out. A logistic
regression goes through the goal word by word and says how likely each is typed, from the word itself, its
neighbours, where it stands, and what was kept before it; words that it hardly saw are known by the company
that they keep in 9,000 goals (vectors by positive pointwise mutual information; Levy and Goldberg, 2014).
Queries are drawn from it; what it types has most words in common with all draws (minimum Bayes risk).

It is trained by `learn.train_kept_words` with scikit-learn, and needs nothing but numpy here.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from itertools import chain

import numpy as np
import numpy.typing as npt

from learn.search_words import STOP_WORDS, agreed, keywords, spans_of_words

WEIGHTS = "kept_words.npz"
"""The shipped weights, in the package beside this file."""

DRAWS = 64
"""Queries that are drawn to find the one to type."""

SCALE = 2.0
"""Of a word's vector among the other features, whose size the regression's penalty depends on."""

_NEW_CLAUSE = re.compile(r"[,.;:?!]")
_PRICE = re.compile(r"\bprice|dollar|lower\b")
_JOINTS = frozenset("that which with for and in of is has my a an the to also".split())  # noqa: SIM905 - reads better
"""Words after which something else is told."""

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of the words before one.

    Attributes:
        last: whether the last word was kept, 0 or 1.
        before_last: the same of the one before it.
        kept: words that were.
        dropped: words that were not, stop words aside.
        run: how many in a row were dropped just now, stop words aside; 5 at most.
    """

    last: int = 0
    before_last: int = 0
    kept: int = 0
    dropped: int = 0
    run: int = 0

    def then(self, kept: int, *, stop: bool) -> "Kept":
        """After one more word, which was kept or not, and is a stop word or not."""
        dropped = not kept and not stop
        run = 0 if kept else min(self.run + dropped, 5)
        return Kept(kept, self.last, self.kept + kept, self.dropped + dropped, run)

    def features(self, *, stop: bool) -> Features:
        """What the next word's chance hangs on here, a word that is a stop word or not."""
        return {
            f"last={self.last}": 1.0,
            f"last two={self.last}{self.before_last}": 1.0,
            f"last={self.last} stop={stop:d}": 1.0,
            f"kept={min(self.kept, 8)}": 1.0,
            f"dropped={min(self.dropped, 6)}": 1.0,
            f"run={self.run}": 1.0,
            "share dropped": self.dropped / (self.kept + self.dropped + 1),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words of many goals.

    Attributes:
        place: of each word in the others.
        counts: in how many places it stands, shape (V,).
        vectors: what company it keeps, of length 1, shape (V, D).
    """

    place: Mapping[str, int]
    counts: npt.NDArray[np.float64]
    vectors: npt.NDArray[np.float64]

    def features(self, goal: str) -> Iterator[tuple[str, Features]]:
        """The words of a goal, each with what can be said of it before anything was kept."""
        goal = goal.lower()
        spans = list(spans_of_words(goal))
        told = [word for word, _, _ in spans]
        content = sum(word not in STOP_WORDS for word in told)
        passed = clause = since = 0
        joint = "^"
        for place, (word, start, _) in enumerate(spans):
            if place and _NEW_CLAUSE.search(goal[spans[place - 1][2] : start]):
                clause, since = clause + 1, 0
            if word in _JOINTS:
                since = 0
            before, after = told[place - 1] if place else "^", (*told, "$")[place + 1]
            stops = "".join(f"{one in STOP_WORDS:d}" for one in (before, word, after))
            features = {
                "always": 1.0,
                f"word={word}": 1.0,
                f"before={before}": 1.0,
                f"after={after}": 1.0,
                f"ending={word[-2:]}": 1.0,
                f"stops={stops}": 1.0,
                f"clause={min(clause, 4)}": 1.0,
                f"content before={min(passed, 12)}": 1.0,
                f"joint={joint}": 1.0,
                "where": place / len(told),
                "since": min(since, 6) / 6,
                "content": content / 10,
                "content left": (content - passed) / 10,
                "length": len(word) / 8,
                "digits": float(any(letter.isdigit() for letter in word)),
                "again": float(word in told[:place]),
                "price": float(_PRICE.search(" ".join(told[max(0, place - 8) : place + 1])) is not None),
            }
            features |= self._company("", word) | self._company("before ", before)
            yield word, features | self._company("after ", after)
            since += 1
            passed += word not in STOP_WORDS
            joint = word if word in _JOINTS else joint

    def _company(self, which: str, word: str) -> Features:
        place = self.place.get(word)
        if place is None:
            return {}
        vector = SCALE * self.vectors[place]
        return {f"{which}count": float(np.log1p(self.counts[place])) / 8} | {
            f"{which}vector {number}": float(value) for number, value in enumerate(vector)
        }


class KeptWords:
    """How people cut a goal down to a query.

    Args:
        vocabulary: the words that it knows.
        weights: of the features, by name.
    """

    def __init__(self, vocabulary: Vocabulary, weights: Mapping[str, float]) -> None:
        self.vocabulary = vocabulary
        self.weights = weights
        self._known: dict[tuple[Kept, bool], float] = {}

    @classmethod
    def shipped(cls) -> "KeptWords":
        """The one that comes along."""
        stored = files("learn.policies").joinpath(WEIGHTS).read_bytes()
        with np.load(BytesIO(stored), allow_pickle=False) as arrays:
            place = {str(word): number for number, word in enumerate(arrays["words"])}
            vocabulary = Vocabulary(
                place, arrays["counts"].astype(np.float64), arrays["vectors"].astype(np.float64)
            )
            names, weights = arrays["features"], arrays["weights"]
            return cls(vocabulary, dict(zip(map(str, names), map(float, weights), strict=True)))

    def draws(self, goal: str, number: int = DRAWS) -> list[str]:
        """Queries as people might type them, in the goal's order; the same each time.

        Args:
            goal: what someone wants.
            number: of queries. Draws that keep no word are left out.
        """
        words = list(self.vocabulary.features(goal))
        firm = [sum(self.weights.get(name, 0.0) * value for name, value in of.items()) for _, of in words]
        chance = random.Random(f"words {goal}")  # noqa: S311 - not for secrets
        drawn = (self._draw([word for word, _ in words], firm, chance) for _ in range(number))
        return [query for query in drawn if query]

    def query(self, goal: str) -> str:
        """The query that has most words in common with all that people might type.

        Where nobody would type any word of the goal, its keywords.
        """
        draws = self.draws(goal)
        return agreed(draws, list(_most_often(goal, draws))) if draws else keywords(goal)

    def _draw(self, words: Sequence[str], firm: Sequence[float], chance: random.Random) -> str:
        so_far, query = Kept(), []
        for word, score in zip(words, firm, strict=True):
            stop = word in STOP_WORDS
            likely = 1 / (1 + math.exp(-score - self._of(so_far, stop=stop)))
            kept = int(chance.random() < likely)
            so_far = so_far.then(kept, stop=stop)
            if kept:
                query.append(word)
        return " ".join(query)

    def _of(self, so_far: Kept, *, stop: bool) -> float:
        known = self._known.get((so_far, stop))
        if known is None:
            features = so_far.features(stop=stop)
            known = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
            self._known[so_far, stop] = known
        return known


def _most_often(goal: str, draws: Sequence[str]) -> Iterator[str]:
    """The one, two, three, … words of a goal that stand in most draws, in its order."""
    told = [word for word, _, _ in spans_of_words(goal.lower())]
    often = Counter(chain.from_iterable(set(draw.split()) for draw in draws))
    ranked = sorted(range(len(told)), key=lambda place: -often[told[place]])
    for number in range(1, len(told) + 1):
        yield " ".join(told[place] for place in sorted(ranked[:number]))


def labels(words: Sequence[str], typed: Sequence[str]) -> list[int]:
    """For each word of a goal, whether it was typed; one that was typed once counts at first sight alone."""
    left = Counter(typed)
    found = []
    for word in words:
        found.append(int(left[word] > 0))
        left[word] -= 1
    return found
