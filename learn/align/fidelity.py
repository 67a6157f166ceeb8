"""How close a simulated population comes to people: distances, people's own noise, a floor, and scores.

A distance says little by itself: two samples of the same people differ, too, and more so the smaller they
are. So each distance is set between two others of its kind: what two samples of people of the same sizes lie
apart (the noise), and how far a shopper who clicks blindly is from people (the floor). The score is 100 as
long as the distance is within people's noise, 0 from the floor on, and linear in between:

    100 * (floor - distance) / (floor - upper end of the noise)      kept between 0 and 100

A measure's score is the mean over its distances, the overall score the mean over measures. A distance whose
floor is not beyond people's noise tells nothing at this sample size and is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from learn.align import distances
from learn.align.measures import Measure, Trail, measures
from learn.walks import Clicks

Floats = npt.NDArray[np.float64]

DRAWS = 1000
"""Pairs of samples of people, and resamples of the bootstrap."""

LEVEL = 0.95
SEED = 2008

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


@dataclass(frozen=True, slots=True)
class Range:
    """A mean and a 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Distance:
    """One distance of a measure.

    Attributes:
        value: simulated visits to people's; None where nothing was counted.
        noise: of people to people, at the same sample sizes.
        floor: of the blind shopper to people.
        score: 0 to 100; None where the floor lies within the noise.
    """

    value: float | None
    noise: Range
    floor: float
    score: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """A score of 0 to 100 and its 95 % interval, by bootstrap over visits."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class MeasureFound:
    """What came of one measure.

    Attributes:
        measure: which.
        people, simulated: shares of its bins.
        noise: lowest and highest share of each bin in 95 % of the samples of people, of the simulated size.
        distances: by name; `ks` and `w1` only of ordered quantities.
        redrawn: the same in resamples of both populations.
    """

    measure: Measure
    people: tuple[float, ...]
    simulated: tuple[float, ...]
    noise: tuple[tuple[float, float], ...]
    distances: Mapping[str, Distance]
    redrawn: Mapping[str, Floats]

    @property
    def telling(self) -> tuple[str, ...]:
        """The distances whose floor is beyond people's noise."""
        return tuple(name for name, each in self.distances.items() if each.score is not None)

    @property
    def score(self) -> Score | None:
        """The mean of its distances' scores; None where no distance tells anything."""
        if not self.telling:
            return None
        point = float(np.mean([self.distances[name].score for name in self.telling]))
        return _score(point, self.redrawn_scores())

    def redrawn_scores(self) -> Floats:
        """The score in each resample."""
        return np.asarray(
            np.mean(
                [
                    _scores(self.redrawn[name], self.distances[name].noise.high, self.distances[name].floor)
                    for name in self.telling
                ],
                axis=0,
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fidelity:
    """What came of a population.

    Attributes:
        simulated, people: how many visits of each.
        measures: in the order of `learn.align.measures.measures`.
    """

    simulated: int
    people: int
    measures: tuple[MeasureFound, ...]

    @property
    def overall(self) -> Score | None:
        """The mean of the measures' scores; None where no measure tells anything: too few visits."""
        telling = [each for each in self.measures if each.telling]
        if not telling:
            return None
        point = float(np.mean([each.score.value for each in telling if each.score is not None]))
        return _score(point, np.mean([each.redrawn_scores() for each in telling], axis=0))

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "simulated": self.simulated,
            "people": self.people,
            "overall": _plain(self.overall) if self.overall else None,
            "measures": {
                found.measure.name: {
                    "bins": list(found.measure.labels),
                    "people": [round(share, 6) for share in found.people],
                    "simulated": [round(share, 6) for share in found.simulated],
                    "score": _plain(found.score) if found.score else None,
                    "distances": {
                        name: {
                            "value": distance.value,
                            "noise": _plain(distance.noise),
                            "floor": distance.floor,
                            "score": distance.score,
                        }
                        for name, distance in found.distances.items()
                    },
                }
                for found in self.measures
            },
        }


def fidelity(
    simulated: Tally,
    people: Tally,
    pool: Tally,
    floor: Tally,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Fidelity:
    """Holds a simulated population against people.

    Args:
        simulated: its visits; at least one.
        people: those that it is held against; at least one.
        pool: people from whom pairs of samples are drawn for the noise; those of `people` may be among them.
        floor: many visits of a shopper who clicks blindly.
        draws: pairs of samples, and resamples of the bootstrap.
        seed: of both.
    """
    rng = np.random.default_rng(seed)
    found = distances_of(simulated.whole, people.whole)
    floors = distances_of(floor.whole, people.whole)
    samples, others = sampled_pairs(pool, simulated.visits, people.visits, draws, rng)
    noises = {key: _range(values) for key, values in distances_of(samples, others).items()}
    resampled = _centred(
        distances_of(_resampled(simulated, draws, rng), _resampled(people, draws, rng)), found
    )
    told = tuple(
        MeasureFound(
            measure,
            people=_bins(measure, people.whole[:, columns]),
            simulated=_bins(measure, simulated.whole[:, columns]),
            noise=_band(measure, samples[:, columns]),
            distances={
                name: _distance(found[each, name], noises[each, name], float(floors[each, name][0]))
                for each, name in found
                if each == measure.name
            },
            redrawn={name: values for (each, name), values in resampled.items() if each == measure.name},
        )
        for measure, columns in _columns()
    )
    return Fidelity(simulated.visits, people.visits, told)


def distances_of(a: Floats, b: Floats) -> dict[Key, Floats]:
    """All distances of all measures; NaN where nothing was counted.

    Args:
        a: pooled counts, shape (draws, columns).
        b: the same; one of the two may have a single row.
    """
    found: dict[Key, Floats] = {}
    for measure, columns in _columns():
        counts = [a[:, columns], b[:, columns]]
        p, q = (_shares(measure.binned(each)) for each in counts)
        found[measure.name, "tv"] = distances.total_variation(p, q)
        found[measure.name, "js"] = distances.jensen_shannon(p, q)
        if measure.values is not None:
            p, q = (_shares(each) for each in counts)
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


def _resampled(tally: Tally, draws: int, rng: np.random.Generator) -> Floats:
    """Pooled counts of samples with replacement of a tally's own size."""
    samples = [tally.table[rng.integers(tally.visits, size=tally.visits)].sum(axis=0) for _ in range(draws)]
    return np.array(samples, np.float64)


def _centred(resampled: dict[Key, Floats], found: dict[Key, Floats]) -> dict[Key, Floats]:
    """Resampled distances, moved to lie about what was found.

    Drawing anew from a sample adds noise to it, and noise only adds to a distance: resampled distances lie
    too high by about as much as their mean lies above what was found.
    """
    return {
        key: np.maximum(values - (np.nanmean(values) - found[key]), 0.0)
        if np.isfinite(values).any()
        else values
        for key, values in resampled.items()
    }


def _scores(values: Floats, noise: float, floor: float) -> Floats:
    scores = np.clip((floor - values) / (floor - noise), 0.0, 1.0)
    return np.where(np.isfinite(values), 100.0 * scores, 0.0)


def _distance(value: Floats, noise: Range, floor: float) -> Distance:
    told = float(value[0]) if np.isfinite(value[0]) else None
    score = float(_scores(value, noise.high, floor)[0]) if floor > noise.high else None
    return Distance(told, noise, floor, score)


def _score(point: float, redrawn: Floats) -> Score:
    low, high = np.quantile(redrawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Score(point, min(float(low), point), max(float(high), point))


def _range(values: Floats) -> Range:
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Range(float(np.nanmean(values)), float(low), float(high))


def _band(measure: Measure, samples: Floats) -> tuple[tuple[float, float], ...]:
    shares = _shares(measure.binned(samples))
    low, high = np.nanquantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _bins(measure: Measure, pooled: Floats) -> tuple[float, ...]:
    return tuple(np.nan_to_num(_shares(measure.binned(pooled)))[0].tolist())


def _shares(counts: Floats) -> Floats:
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0))


@cache
def _columns() -> tuple[tuple[Measure, slice], ...]:
    """Where each measure's values stand in a tally's table."""
    ends = np.cumsum([len(measure.bins) for measure in measures()]).tolist()
    return tuple(
        (measure, slice(end - len(measure.bins), end)) for measure, end in zip(measures(), ends, strict=True)
    )


def _plain(value: Score | Range) -> dict[str, float]:
    return {name: round(float(getattr(value, name)), 6) for name in value.__dataclass_fields__}
