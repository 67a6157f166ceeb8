"""Distances of two distributions over the same values.

All functions take shares along the last axis, which add up to one there, and work on any number of
distributions at once; an axis that is 1 in one argument is stretched to the other's, as numpy does.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def total_variation(p: Floats, q: Floats) -> Floats:
    """The share of cases that would have to change to make one of the other; 0 to 1."""
    return np.asarray(np.abs(p - q).sum(axis=-1) / 2)


def jensen_shannon(p: Floats, q: Floats) -> Floats:
    """The square root of the Jensen-Shannon divergence in bits; 0 to 1.

    The divergence is Lin's (1991); its root is a metric (Endres and Schindelin, 2003).
    """
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return np.asarray(np.sqrt(np.clip(divergence, 0, 1)))


def kolmogorov_smirnov(p: Floats, q: Floats) -> Floats:
    """The largest difference of the two cumulative shares, values in ascending order; 0 to 1."""
    return np.asarray(np.abs(np.cumsum(p - q, axis=-1)).max(axis=-1))


def wasserstein(p: Floats, q: Floats, values: Floats) -> Floats:
    """How far the one has to be moved, on average, to become the other: Wasserstein-1, in the values' unit.

    Args:
        p: shares.
        q: shares.
        values: what the shares are of, ascending.
    """
    apart = np.abs(np.cumsum(p - q, axis=-1))[..., :-1]
    return np.asarray((apart * np.diff(values)).sum(axis=-1))


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    ratio = np.divide(p, q, out=np.ones_like(q), where=(p > 0) & (q > 0))
    return np.asarray((p * np.log2(np.where(ratio > 0, ratio, 1.0))).sum(axis=-1))
