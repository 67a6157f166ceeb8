"""How close a simulated population comes to people: distances, people's own noise, a floor, and scores.

A distance says little by itself: two samples of the same people differ, too, and more so the smaller they
are. So each distance is set between two others of its kind: what two samples of people of the same sizes lie
apart (the noise), and how far a shopper who clicks blindly is from people (the floor). The score is 100 as
long as the distance is within people's noise, 0 from the floor on, and linear in between:

    100 * (floor - distance) / (floor - upper end of the noise)      kept between 0 and 100

A measure's score is the mean over its distances, the overall score the mean over measures. A distance whose
floor is not beyond people's noise tells nothing at this sample size and is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from learn.align.measures import Measure
from learn.align.tally import Key, Tally, columns_of, distances_of, resampled, sampled_pairs, shares_of

Floats = npt.NDArray[np.float64]

DRAWS = 1000
"""Pairs of samples of people, and resamples of the bootstrap."""

LEVEL = 0.95
SEED = 2008


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
        distances: by name; `ks` and `w1` only of ordered quantities; none of what people never did.
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
    drawn = distances_of(samples, others)
    noises = {
        key: _range(values)
        for key, values in drawn.items()
        if np.isfinite(values).any() and np.isfinite(floors[key]).all()
    }
    redrawn = _centred(distances_of(resampled(simulated, draws, rng), resampled(people, draws, rng)), found)
    told = tuple(
        MeasureFound(
            measure,
            people=_bins(measure, people.whole[:, columns]),
            simulated=_bins(measure, simulated.whole[:, columns]),
            noise=_band(measure, samples[:, columns]),
            distances={
                name: _distance(found[each, name], noises[each, name], float(floors[each, name][0]))
                for each, name in noises
                if each == measure.name
            },
            redrawn={name: values for (each, name), values in redrawn.items() if each == measure.name},
        )
        for measure, columns in columns_of()
    )
    return Fidelity(simulated.visits, people.visits, told)


def _centred(redrawn: dict[Key, Floats], found: dict[Key, Floats]) -> dict[Key, Floats]:
    """Resampled distances, moved to lie about what was found.

    Drawing anew from a sample adds noise to it, and noise only adds to a distance: resampled distances lie
    too high by about as much as their mean lies above what was found.
    """
    return {
        key: np.maximum(values - (np.nanmean(values) - found[key]), 0.0)
        if np.isfinite(values).any()
        else values
        for key, values in redrawn.items()
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
    shares = shares_of(measure.binned(samples))
    shares = shares[np.isfinite(shares).all(axis=1)]
    if not len(shares):
        return ((0.0, 0.0),) * len(measure.labels)
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _bins(measure: Measure, pooled: Floats) -> tuple[float, ...]:
    return tuple(np.nan_to_num(shares_of(measure.binned(pooled)))[0].tolist())


def _plain(value: Score | Range) -> dict[str, float]:
    return {name: round(float(getattr(value, name)), 6) for name in value.__dataclass_fields__}
