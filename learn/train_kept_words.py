"""Trains `learn.policies.kept_words` with scikit-learn: `python -m learn.train_kept_words OUT`.

The company that words keep comes from the goals of the training part, with or without a query; which
words were kept, from the first queries of the training part.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress
from pathlib import Path

import numpy as np

# These are not needed to use what is trained.
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD  # type: ignore[import-not-found]
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-not-found]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

from agent.actions import TypeAndSubmit
from learn.policies.kept_words import Features, Kept, KeptWords, Vocabulary, labels
from learn.readers.human_search import goals
from learn.search_words import STOP_WORDS, keywords, token_f1, words
from learn.session import Session
from learn.sources import bundled
from learn.split import Part, sessions_in

RARE = 3
"""A word that stands in fewer places is not known."""
WIDTH = 40
"""Numbers of a word's vector."""
COMPANY = 3_000
"""The most frequent words are what others are known by; the rest count as one."""
PENALTY = 10.0
"""Of large weights (the inverse of scikit-learn's C), chosen by five-fold cross-validation."""
SMALL = 0.02
"""Weights below it are left out of the file."""


def vocabulary_of(told: Sequence[Sequence[str]]) -> Vocabulary:
    """The words of goals with their counts, and the company that they keep."""
    counts = Counter(word for goal in told for word in goal)
    place = {word: number for number, word in enumerate(sorted(w for w, n in counts.items() if n >= RARE))}
    company = {word: number for number, (word, _) in enumerate(counts.most_common(COMPANY))}
    company |= {"^": COMPANY, "$": COMPANY + 1}
    kinds = COMPANY + 3
    rows, columns = [], []
    for goal in told:
        padded = ["^", "^", *goal, "$", "$"]
        for at, word in enumerate(goal, 2):
            if word in place:
                for kind, near in enumerate((at - 2, at - 1, at + 1, at + 2)):
                    rows.append(place[word])
                    columns.append(kind * kinds + company.get(padded[near], COMPANY + 2))
    seen = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(place), 4 * kinds))
    seen.sum_duplicates()
    by_word, by_company = (np.asarray(seen.sum(axis)).ravel() for axis in (1, 0))
    entries = seen.tocoo()
    information = np.log(entries.data * seen.sum() / (by_word[entries.row] * by_company[entries.col]))
    positive = csr_matrix((np.maximum(information, 0), (entries.row, entries.col)), shape=seen.shape)
    vectors = TruncatedSVD(WIDTH, random_state=0).fit_transform(positive)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    return Vocabulary(place, np.array([counts[word] for word in place], dtype=float), vectors)


def fit(pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> KeptWords:
    """The regression, of goals with the query that was typed first for each."""
    told: list[Features] = []
    kept: list[int] = []
    for goal, query in pairs:
        features = list(vocabulary.features(goal))
        so_far = Kept()
        for (word, of), label in zip(features, labels([w for w, _ in features], words(query)), strict=True):
            stop = word in STOP_WORDS
            told.append(of | so_far.features(stop=stop))
            kept.append(label)
            so_far = so_far.then(label, stop=stop)
    table = DictVectorizer()
    regression = LogisticRegression(C=1 / PENALTY, max_iter=300).fit(table.fit_transform(told), kept)
    weights = dict(zip(table.get_feature_names_out(), regression.coef_[0], strict=True))
    weights["always"] += regression.intercept_[0]
    return KeptWords(vocabulary, weights)


def score(typed: Callable[[str], str], pairs: Sequence[tuple[str, str]]) -> float:
    """The mean share of words that what is typed for a goal has in common with what people typed."""
    return float(np.mean([token_f1(typed(goal), query) for goal, query in pairs]))


def cross_validated(pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary, folds: int) -> float:
    """The score on each fold of what was learned from the others, over all pairs."""
    order = [pairs[place] for place in np.random.default_rng(0).permutation(len(pairs))]
    held = [order[fold::folds] for fold in range(folds)]
    summed = 0.0
    for fold, told in enumerate(held):
        others = [pair for other, each in enumerate(held) if other != fold for pair in each]
        summed += score(fit(others, vocabulary).query, told) * len(told)
    return summed / len(pairs)


def first_queries(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    """Goals with the query that was typed first."""
    found = []
    for session in sessions:
        action = session.turns[0].decision.action
        assert isinstance(action, TypeAndSubmit)
        found.append((session.intent, action.text))
    return found


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="python -m learn.train_kept_words")
    parser.add_argument("out", type=Path)
    parser.add_argument("--folds", type=int, default=0, help="also say what cross-validation says")
    options = parser.parse_args()
    sessions = bundled("human_search").sessions
    learned, watched = (first_queries(sessions_in(part, sessions)) for part in (Part.TRAIN, Part.VALIDATION))
    vocabulary = vocabulary_of([words(goal) for goal in goals(Part.TRAIN)])
    model = fit(learned, vocabulary)
    _tell(f"query F1 {score(model.query, watched):.1%} on {len(watched)} goals of the validation part")
    if options.folds:
        pairs = [*learned, *watched]
        of = f"over {len(pairs)} goals in {options.folds} folds"
        _tell(f"query F1 {cross_validated(pairs, vocabulary, options.folds):.1%} {of}")
        _tell(f"leaving out stop words: {score(keywords, pairs):.1%}")
        _tell(f"with the words that were really kept: {_at_best(pairs):.1%}")
    kept = {name: value for name, value in model.weights.items() if abs(value) >= SMALL}
    known = model.vocabulary
    np.savez_compressed(
        options.out,
        allow_pickle=False,
        words=np.array(list(known.place)),
        counts=known.counts.astype(np.int32),
        vectors=known.vectors.astype(np.float16),
        features=np.array(list(kept)),
        weights=np.array(list(kept.values()), dtype=np.float32),
    )
    return 0


def _at_best(pairs: Sequence[tuple[str, str]]) -> float:
    """The score of who knows which words of each goal were typed, and no others."""
    typed = {
        goal: " ".join(compress(words(goal), labels(words(goal), words(query)))) for goal, query in pairs
    }
    return score(lambda goal: typed[goal], pairs)


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
