"""Counts and means with their intervals: what every other figure is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from study.statistics.fixed import mean_interval, share_interval


@dataclass(frozen=True, slots=True)
class Share:
    """Some of many, with Wilson's interval of 95 %.

    Attributes:
        count: how many.
        of: of how many.
        value: the share, 0 to 1; None where there are none to share.
        low: lower end of the interval.
        high: upper end; of nothing, the interval is everything.
    """

    count: int
    of: int
    value: float | None
    low: float
    high: float


@lru_cache(maxsize=100_000)
def share(count: int, of: int) -> Share:
    """A share with its interval."""
    interval = share_interval(count, of)
    if interval is None:
        return Share(count=0, of=0, value=None, low=0.0, high=1.0)
    return Share(count=count, of=of, value=count / of, low=interval.low, high=interval.high)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of some values, with Student's t interval of 95 %.

    Attributes:
        n: how many values.
        value: their mean; None where there are none.
        low: lower end of the interval; None where the values are too few, or all the same.
        high: upper end.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None


def mean(values: Sequence[float], low: float, high: float) -> Mean:
    """A mean with its interval, which is cut at the ends of the scale, `low` and `high`."""
    if not values:
        return Mean(n=0, value=None, low=None, high=None)
    array = np.asarray(values, dtype=np.float64)
    interval = mean_interval(array)
    if interval is None:
        return Mean(n=len(values), value=float(array.mean()), low=None, high=None)
    return Mean(len(values), float(array.mean()), max(low, interval.low), min(high, interval.high))
