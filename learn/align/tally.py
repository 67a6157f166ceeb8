"""Visits counted once, and drawn from as often as need be: pooled counts, and their distances."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from learn.align import distances
from learn.align.measures import Measure, Trail, measures
from learn.walks import Clicks

Floats = npt.NDArray[np.float64]

Key = tuple[str, str]
"""The names of a measure and of a distance."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What is counted of some visits: the values of all measures side by side, shape (visits, columns)."""

    table: npt.NDArray[np.float32]

    @classmethod
    def of(cls, visits: Sequence[Clicks]) -> "Tally":
        """Counts these visits."""
        trail = Trail.of(visits)
        return cls(
            np.concatenate([measure.counts(trail) for measure in measures()], axis=1, dtype=np.float32)
        )

    @property
    def visits(self) -> int:
        """How many there are."""
        return len(self.table)

    @property
    def whole(self) -> Floats:
        """All visits together, shape (1, columns)."""
        return np.asarray(self.table.sum(axis=0, keepdims=True, dtype=np.float64))


def distances_of(a: Floats, b: Floats) -> dict[Key, Floats]:
    """All distances of all measures; NaN where nothing was counted.

    Args:
        a: pooled counts, shape (draws, columns).
        b: the same; one of the two may have a single row.
    """
    found: dict[Key, Floats] = {}
    for measure, columns in columns_of():
        counts = [a[:, columns], b[:, columns]]
        p, q = (shares_of(measure.binned(each)) for each in counts)
        found[measure.name, "tv"] = distances.total_variation(p, q)
        found[measure.name, "js"] = distances.jensen_shannon(p, q)
        if measure.values is not None:
            p, q = (shares_of(each) for each in counts)
            found[measure.name, "ks"] = distances.kolmogorov_smirnov(p, q)
            found[measure.name, "w1"] = distances.wasserstein(p, q, np.array(measure.values))
    return found


def sampled_pairs(
    pool: Tally, first: int, second: int, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Pooled counts of pairs of samples of the pool, shape (draws, columns) each.

    The two samples of a pair have no visit in common. Where the pool is too small for that, both are drawn
    with replacement.
    """
    apart = first + second <= pool.visits
    pairs = []
    for _ in range(draws):
        if apart:
            chosen = rng.permutation(pool.visits)[: first + second]
        else:
            chosen = rng.integers(pool.visits, size=first + second)
        pairs.append([pool.table[chosen[:first]].sum(axis=0), pool.table[chosen[first:]].sum(axis=0)])
    pooled = np.array(pairs, np.float64)
    return pooled[:, 0], pooled[:, 1]


def resampled(tally: Tally, draws: int, rng: np.random.Generator) -> Floats:
    """Pooled counts of samples with replacement of a tally's own size."""
    samples = [tally.table[rng.integers(tally.visits, size=tally.visits)].sum(axis=0) for _ in range(draws)]
    return np.array(samples, np.float64)


def shares_of(counts: Floats) -> Floats:
    """Shares along the last axis; NaN where nothing was counted."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0))


@cache
def columns_of() -> tuple[tuple[Measure, slice], ...]:
    """Where each measure's values stand in a tally's table."""
    ends = np.cumsum([len(measure.bins) for measure in measures()]).tolist()
    return tuple(
        (measure, slice(end - len(measure.bins), end)) for measure, end in zip(measures(), ends, strict=True)
    )
