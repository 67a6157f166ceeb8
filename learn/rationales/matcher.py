"""Picks actions from rationales by counting words: transparent, and without a language model.

A multinomial logit over the actions of a page. Without a rationale an action's score is a weighted sum of its
features (`learn.rationales.questions`). With one, each word and each pair of words of it adds to the weight
of each feature ("cheaper" to that of being cheaper), and three numbers say how far the rationale repeats what
is written on the thing, its price, its colour. Weights are learned by stochastic gradient steps.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from learn.rationales.questions import FEATURES, Question, Table
from learn.rationales.shelf import colour_of

EPOCHS = 4
RATE = 0.15
OFTEN = 8
"""Times that a word must have been said in training to count."""
MOST_WORDS = 3000
MOST_QUESTIONS = 20_000

_WORD = re.compile(r"[^\W\d_]+|[$£€]?\d+(?:[.,]\d+)*")
REPEATS = 3


@dataclass(slots=True)
class Matcher:
    """The learned weights.

    Attributes:
        vocabulary: places of the words and pairs of words that count; empty: rationales are not heeded.
        base: weight of each feature.
        by_word: what each word adds to it.
        repeats: weights of what the rationale repeats of a thing: its words, its price, its colour.
    """

    vocabulary: dict[str, int]
    base: Table = field(default_factory=lambda: np.zeros(len(FEATURES)))
    by_word: Table = field(default_factory=lambda: np.zeros((0, len(FEATURES))))
    repeats: Table = field(default_factory=lambda: np.zeros(REPEATS))

    def log_probabilities(self, question: Question, rationale: str) -> Table:
        """Of each action, natural logarithms."""
        return _log_softmax(self._scores(question, *self._read(question, rationale)))

    def _read(self, question: Question, rationale: str) -> tuple[npt.NDArray[np.int64], Table]:
        if not self.vocabulary:
            return np.empty(0, dtype=np.int64), np.zeros((len(question.names), REPEATS))
        known = {self.vocabulary[word] for word in terms(rationale) if word in self.vocabulary}
        return np.array(sorted(known), dtype=np.int64), _repeats(question, rationale)

    def _scores(self, question: Question, words: npt.NDArray[np.int64], repeats: Table) -> Table:
        weights = self.base + self.by_word[words].sum(axis=0) if len(words) else self.base
        return np.asarray(question.features @ weights + repeats @ self.repeats)

    @classmethod
    def learned(cls, asked: Sequence[Question], *, heeding: bool, seed: int = 0) -> "Matcher":
        """A matcher that learned from these questions and their own rationales.

        Args:
            asked: what to learn from; of more than `MOST_QUESTIONS`, a sample.
            heeding: whether it heeds rationales.
            seed: of the order.
        """
        rng = np.random.default_rng(seed)
        chosen = [asked[place] for place in rng.permutation(len(asked))[:MOST_QUESTIONS]]
        counts = Counter(word for question in chosen for word in set(terms(question.rationale)))
        often = [word for word, count in counts.most_common(MOST_WORDS) if count >= OFTEN]
        words = {word: place for place, word in enumerate(often)} if heeding else {}
        matcher = cls(words, by_word=np.zeros((len(words), len(FEATURES))))
        matcher._learn(chosen, rng)
        return matcher

    def _learn(self, chosen: Sequence[Question], rng: np.random.Generator) -> None:
        read = [self._read(question, question.rationale) for question in chosen]
        steps = _Steps(self)
        for _ in range(EPOCHS):
            for place in rng.permutation(len(chosen)):
                question, (words, repeats) = chosen[place], read[place]
                wrong = np.exp(_log_softmax(self._scores(question, words, repeats)))
                wrong[question.truth] -= 1
                steps.take(wrong @ question.features, wrong @ repeats, words)


class _Steps:
    """AdaGrad: each weight's steps shrink with what it was moved before."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._base = np.full_like(matcher.base, 1e-3)
        self._by_word = np.full_like(matcher.by_word, 1e-1)
        self._repeats = np.full_like(matcher.repeats, 1e-3)

    def take(self, of_features: Table, of_repeats: Table, words: npt.NDArray[np.int64]) -> None:
        self._base += of_features**2
        self._matcher.base -= RATE * of_features / np.sqrt(self._base)
        if len(words):
            self._by_word[words] += of_features**2
            self._matcher.by_word[words] -= RATE * of_features / np.sqrt(self._by_word[words])
            self._repeats += of_repeats**2
            self._matcher.repeats -= RATE * of_repeats / np.sqrt(self._repeats)


def terms(rationale: str) -> list[str]:
    """Its words and pairs of words, lower case; numbers as what they are, prices as one word."""
    words = ["$" if word[0] in "$£€" else word for word in _WORD.findall(rationale.lower())]
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def _repeats(question: Question, rationale: str) -> Table:
    """For each action: the share of its words that are said, and whether its price and its colour are."""
    said = set(_WORD.findall(rationale.lower()))
    colour = colour_of(rationale)
    found = np.zeros((len(question.names), REPEATS))
    for row, label, price in zip(found, question.labels, question.prices, strict=True):
        own = _WORD.findall(label.lower())
        row[0] = sum(word in said for word in own) / len(own) if own else 0
        row[1] = bool(price) and price in said
        row[2] = bool(colour) and colour_of(label) == colour
    return found


def _log_softmax(scores: Table) -> Table:
    shifted = scores - scores.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))
