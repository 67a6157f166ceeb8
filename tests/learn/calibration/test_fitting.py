"""Calibration: known priors and temperatures are found again, and what is calibrated stays as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.calibration.effect import calibration_error
from learn.calibration.fitting import (
    Fit,
    Floats,
    Ints,
    applied,
    class_log_probabilities,
    fit,
    weighed,
)

CLASSES: Ints = np.array([0, 1, 1, 1, 2, 2])


def policies(count: int, seed: int, sharpness: float = 1.5) -> Floats:
    """Logarithms of what a policy holds likely, one row a decision."""
    logits = sharpness * np.random.default_rng(seed).normal(size=(count, len(CLASSES)))
    return np.asarray(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))


def acted_on(logs: Floats, seed: int) -> list[int]:
    """What people do who are as these shares say."""
    rng = np.random.default_rng(seed)
    return [int(rng.choice(len(row), p=np.exp(row) / np.exp(row).sum())) for row in logs]


def fitted(said: Floats, truth: Floats, seed: int = 1) -> Fit:
    chosen = acted_on(truth, seed)
    return fit(weighed(list(said), [CLASSES] * len(said), chosen, 3))


@pytest.mark.parametrize(
    ("temperature", "biases"), [(1.0, (0.0, 0.0, 0.0)), (2.5, (1.0, 0.0, -0.7)), (0.6, (-1.5, 0.2, 0.5))]
)
def test_what_people_were_made_with_is_found_again(
    temperature: float, biases: tuple[float, float, float]
) -> None:
    said = policies(8000, 0)
    truth = applied(said, CLASSES, Fit(temperature, biases))
    found = fitted(said, truth)
    assert found.temperature == pytest.approx(temperature, rel=0.08)
    assert np.subtract(found.biases, found.biases[0]) == pytest.approx(
        np.subtract(biases, biases[0]), abs=0.12
    )


def test_a_calibrated_policy_stays_as_it_is() -> None:
    said = policies(8000, 3)
    again = applied(said, CLASSES, fitted(said, said))
    assert np.abs(np.exp(again) - np.exp(said)).max() < 0.03
    assert np.allclose(applied(said, CLASSES, Fit(1.0, (0.0, 0.0, 0.0))), said)


def test_rates_on_what_was_fitted_are_those_of_people_to_the_last_digit() -> None:
    said = policies(500, 4)
    chosen = acted_on(applied(said, CLASSES, Fit(3.0, (2.0, -1.0, 0.0))), 5)
    found = fit(weighed(list(said), [CLASSES] * 500, chosen, 3))
    after = np.exp(class_log_probabilities(applied(said, CLASSES, found), CLASSES, 3)).mean(axis=0)
    shares = np.bincount(CLASSES[chosen], minlength=3) / 500
    assert after == pytest.approx(shares, abs=1e-4)


def test_the_likelihood_is_not_worse_afterwards() -> None:
    said = policies(400, 6)
    chosen = acted_on(policies(400, 7), 8)
    found = fit(weighed(list(said), [CLASSES] * 400, chosen, 3))
    rows = np.arange(400)
    assert applied(said, CLASSES, found)[rows, chosen].mean() >= said[rows, chosen].mean()


def test_classes_that_nobody_uses_and_choices_without_probability_do_no_harm() -> None:
    said = policies(300, 9)
    said[:, 0] = -np.inf
    said -= np.log(np.exp(said).sum(axis=1, keepdims=True))
    chosen = [1 + number % 5 for number in range(299)] + [0]
    decisions = weighed(list(said), [CLASSES] * 300, chosen, 5)
    assert len(decisions.chosen) == 299
    found = fit(decisions)
    assert np.isfinite([found.temperature, *found.biases]).all()
    after = applied(said, CLASSES, found)
    assert np.exp(after).sum(axis=1) == pytest.approx(np.ones(300))
    assert np.isneginf(after[:, 0]).all()
    with pytest.raises(ValueError, match="no decisions"):
        fit(weighed([], [], [], 3))


@given(
    st.lists(st.floats(-6, 0), min_size=6, max_size=6),
    st.floats(0.1, 10),
    st.tuples(*[st.floats(-4, 4)] * 3),
)
def test_what_is_applied_is_a_distribution_that_keeps_the_order_within_a_class(
    logits: list[float], temperature: float, biases: tuple[float, float, float]
) -> None:
    said = np.array([logits])
    said -= np.log(np.exp(said).sum())
    after = applied(said, CLASSES, Fit(temperature, biases))
    assert np.exp(after).sum() == pytest.approx(1)
    for number in range(3):
        own = number == CLASSES
        order = np.argsort(said[0][own], kind="stable")
        assert (np.diff(after[0][own][order]) >= -1e-9).all()
    by_row = applied(said, CLASSES[None], Fit(temperature, biases))
    assert np.allclose(by_row, after)


def test_the_calibration_error_is_the_gap_of_what_was_said_and_what_came() -> None:
    said = np.repeat([0.2, 0.8], 500)
    came = np.concatenate([np.arange(500) < 100, np.arange(500) < 250]).astype(float)
    assert calibration_error(said, came) == pytest.approx((0.0 + 0.3) / 2)
    assert calibration_error(said, said) == pytest.approx(0)
    only_good = np.repeat([1.0, 0.0], 500)
    assert calibration_error(said, came, only_good) == pytest.approx(0)
