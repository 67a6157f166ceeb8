"""Distances: values known from elsewhere, and what every distance of distributions must keep to."""

from collections.abc import Callable
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.align.distances import Floats, jensen_shannon, kolmogorov_smirnov, total_variation, wasserstein

VALUES = np.array([0.0, 1.0, 3.0, 7.0, 8.5])
Distance = Callable[[Floats, Floats], Floats]
ALL: list[Distance] = [
    total_variation,
    jensen_shannon,
    kolmogorov_smirnov,
    lambda p, q: wasserstein(p, q, VALUES),
]


@st.composite
def shares(draw: st.DrawFn) -> Floats:
    counts = np.array(draw(st.lists(st.integers(0, 20), min_size=5, max_size=5)), float)
    return np.asarray((counts + np.array([1.0, 0, 0, 0, 0])) / (counts.sum() + 1))


@pytest.mark.parametrize("distance", ALL)
@given(p=shares(), q=shares(), r=shares())
def test_each_is_a_metric(distance: Distance, p: Floats, q: Floats, r: Floats) -> None:
    assert distance(p, p) == pytest.approx(0, abs=1e-7)
    assert distance(p, q) == pytest.approx(distance(q, p))
    assert distance(p, r) <= distance(p, q) + distance(q, r) + 1e-7
    if not np.allclose(p, q):
        assert distance(p, q) > 0


@pytest.mark.parametrize("distance", ALL[:3])
@given(p=shares(), q=shares())
def test_those_without_a_unit_lie_between_0_and_1(distance: Distance, p: Floats, q: Floats) -> None:
    assert 0 <= distance(p, q) <= 1 + 1e-12


@given(p=shares(), q=shares(), order=st.permutations(range(5)))
def test_only_ordered_ones_mind_the_order(p: Floats, q: Floats, order: list[int]) -> None:
    for distance in (total_variation, jensen_shannon):
        assert distance(p[order], q[order]) == pytest.approx(distance(p, q), abs=1e-9)


def test_values_known_from_scipy() -> None:
    # scipy.spatial.distance.jensenshannon([1, 0], [0.5, 0.5]) is 0.46450140402245893 with natural logarithms.
    halved = jensen_shannon(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    assert halved == pytest.approx(0.46450140402245893 / sqrt(log(2)))
    assert jensen_shannon(np.array([1.0, 0, 0]), np.array([0, 1.0, 0])) == pytest.approx(1)
    # scipy.stats.wasserstein_distance([0, 1], [0, 1], [3, 1], [2, 2]) is 0.25.
    assert wasserstein(np.array([0.75, 0.25]), np.array([0.5, 0.5]), np.array([0.0, 1.0])) == pytest.approx(
        0.25
    )
    # Of the samples 0, 1, 3 and 5, 6, 8 scipy.stats.wasserstein_distance is 5.
    values, third = np.array([0.0, 1, 3, 5, 6, 8]), 1 / 3
    p, q = np.array([third] * 3 + [0] * 3), np.array([0] * 3 + [third] * 3)
    assert wasserstein(p, q, values) == pytest.approx(5)


def test_values_made_by_hand() -> None:
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    assert total_variation(p, q) == pytest.approx(0.5)
    assert kolmogorov_smirnov(p, q) == pytest.approx(0.5)
    assert kolmogorov_smirnov(np.array([0.6, 0.0, 0.4]), np.array([0.4, 0.6, 0.0])) == pytest.approx(0.4)


def test_many_are_taken_at_once() -> None:
    p, q = np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0]])
    assert total_variation(p, q).tolist() == [1.0, 0.5]
    assert wasserstein(p, q, np.array([1.0, 5.0])).tolist() == [4.0, 2.0]
