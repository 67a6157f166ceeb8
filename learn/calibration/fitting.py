"""Priors of action classes and a temperature, fitted so that a policy's rates meet people's. Pure functions.

A policy gives each choice i of a class c the probability p(i); of the class together, P(c). Calibrated:

    q(i) = q(c) * q(i | c)      q(c) ~ P(c)^(1/T) * exp(b_c)      q(i | c) ~ p(i)^(1/T)

The temperature T sharpens or evens out both, each among its own kind, so that a class does not gain by having
many choices (temperature scaling: Guo et al., 2017, arXiv 1706.04599); the biases b_c are the ratio of the
priors that people have to those of the policy (Saerens et al., 2002; as logit adjustment, Menon et al., 2021,
arXiv 2007.07314). Both are fitted by maximum likelihood, which is a convex problem in 1/T and b. At its
solution the mean q(c) over all decisions is the share of decisions in which people did c, for every class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RIDGE = 1e-3
"""Pull of the biases to 0, in nats for all decisions together: decides where the data say nothing."""

STEEPEST, FLATTEST = 20.0, 0.05
"""Bounds of 1/T."""

STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Decisions as a policy weighed them: D decisions, C classes.

    Attributes:
        classes: logarithm of the probability of each class, shape (D, C); minus infinity where a class
            cannot be chosen.
        within: logarithms of the probabilities of the choices of the class that was chosen, shape (D, most
            choices), filled up with minus infinity.
        chosen_class: what was done, shape (D,).
        chosen: logarithm of the probability of the choice itself, shape (D,); finite.
    """

    classes: Floats
    within: Floats
    chosen_class: Ints
    chosen: Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted.

    Attributes:
        temperature: T.
        biases: b_c of each class; 0 changes nothing.
    """

    temperature: float
    biases: tuple[float, ...]


def weighed(
    log_probabilities: Sequence[Floats], classes: Sequence[Ints], chosen: Sequence[int], count: int
) -> Weighed:
    """Decisions, made ready to be fitted.

    Args:
        log_probabilities: of each decision's choices, one array a decision.
        classes: of the same choices.
        chosen: the place of what was done; decisions whose choice has no probability are left out.
        count: of classes.
    """
    rows = [
        (logs, kinds, place)
        for logs, kinds, place in zip(log_probabilities, classes, chosen, strict=True)
        if np.isfinite(logs[place])
    ]
    widest = max((int((kinds == kinds[place]).sum()) for _, kinds, place in rows), default=1)
    within = np.full((len(rows), widest), -np.inf)
    of_classes = np.full((len(rows), count), -np.inf)
    for row, (logs, kinds, place) in enumerate(rows):
        of_classes[row] = class_log_probabilities(logs[None], kinds, count)[0]
        alike = logs[kinds == kinds[place]]
        within[row, : len(alike)] = alike
    return Weighed(
        of_classes,
        within,
        np.array([kinds[place] for _, kinds, place in rows], np.int64),
        np.array([logs[place] for logs, _, place in rows], np.float64),
    )


def fit(decisions: Weighed) -> Fit:
    """The most likely temperature and biases, by Newton's method.

    Raises:
        ValueError: there are no decisions.
    """
    if not len(decisions.chosen):
        raise ValueError("there are no decisions to fit to")
    theta = np.concatenate([[1.0], np.zeros(decisions.classes.shape[1])])
    loss = _loss(theta, decisions)
    for _ in range(STEPS):
        gradient, curvature = _derivatives(theta, decisions)
        better = _downhill(theta, np.asarray(np.linalg.solve(curvature, gradient)), loss, decisions)
        if better is None:
            break
        (theta, new), before = better, loss
        loss = new
        if before - new < TOLERANCE * max(1.0, abs(before)):
            break
    return Fit(1 / float(theta[0]), tuple((theta[1:] - _middle(theta[1:], decisions)).tolist()))


def applied(log_probabilities: Floats, classes: Ints, how: Fit) -> Floats:
    """Calibrated logarithms of probabilities.

    Args:
        log_probabilities: shape (rows, choices).
        classes: of the choices; shape (choices,), or (rows, choices) where rows differ.
        how: what was fitted.

    Returns:
        Shape (rows, choices); probabilities add up to one in each row.
    """
    sharpness = 1 / how.temperature
    of_classes = class_log_probabilities(log_probabilities, classes, len(how.biases))
    priors = sharpness * of_classes + np.array(how.biases)
    priors = priors - _log_sum(priors)[:, None]
    scaled = sharpness * log_probabilities
    found = np.full_like(log_probabilities, -np.inf)
    for number in range(len(how.biases)):
        alike = np.broadcast_to(classes == number, log_probabilities.shape)
        if alike.any():
            own = np.where(alike, scaled, -np.inf)
            with np.errstate(invalid="ignore"):
                spread = own - _log_sum(own)[:, None] + priors[:, number : number + 1]
            found = np.where(alike & np.isfinite(spread), spread, found)
    return found


def class_log_probabilities(log_probabilities: Floats, classes: Ints, count: int) -> Floats:
    """Logarithms of the probabilities of classes; minus infinity of those that are not there.

    Args:
        log_probabilities: shape (rows, choices).
        classes: of the choices; shape (choices,), or (rows, choices).
        count: of classes.

    Returns:
        Shape (rows, count).
    """
    return np.stack(
        [_log_sum(np.where(classes == number, log_probabilities, -np.inf)) for number in range(count)], axis=1
    )


def _downhill(theta: Floats, step: Floats, loss: float, decisions: Weighed) -> tuple[Floats, float] | None:
    """The step, or a part of it, with which the loss does not grow; None where there is none."""
    for halved in range(30):
        tried = theta - step / 2**halved
        tried[0] = np.clip(tried[0], FLATTEST, STEEPEST)
        new = _loss(tried, decisions)
        if new <= loss:
            return tried, new
    return None


def _loss(theta: Floats, decisions: Weighed) -> float:
    """Negative logarithm of the likelihood, with the ridge."""
    sharpness, biases = theta[0], theta[1:]
    rows = np.arange(len(decisions.chosen))
    priors = sharpness * decisions.classes + biases
    of_class = priors[rows, decisions.chosen_class] - _log_sum(priors)
    of_choice = sharpness * decisions.chosen - _log_sum(sharpness * decisions.within)
    return float(-(of_class + of_choice).sum() + RIDGE * (biases @ biases) / 2)


def _derivatives(theta: Floats, decisions: Weighed) -> tuple[Floats, Floats]:
    """Gradient and matrix of second derivatives of the loss."""
    sharpness, biases = theta[0], theta[1:]
    rows = np.arange(len(decisions.chosen))
    priors = sharpness * decisions.classes + biases
    q = np.exp(priors - _log_sum(priors)[:, None])
    logs = np.where(np.isfinite(decisions.classes), decisions.classes, 0.0)
    inside = sharpness * decisions.within
    r = np.exp(inside - _log_sum(inside)[:, None])
    own = np.where(np.isfinite(decisions.within), decisions.within, 0.0)
    expected, own_expected = (q * logs).sum(axis=1), (r * own).sum(axis=1)
    done = np.zeros_like(q)
    done[rows, decisions.chosen_class] = 1
    gradient = np.concatenate(
        [
            [(expected - logs[rows, decisions.chosen_class] + own_expected - decisions.chosen).sum()],
            (q - done).sum(axis=0) + RIDGE * biases,
        ]
    )
    spread = (q * logs**2).sum(axis=1) - expected**2 + (r * own**2).sum(axis=1) - own_expected**2
    crossed = (q * (logs - expected[:, None])).sum(axis=0)
    curvature = np.zeros((len(theta), len(theta)))
    curvature[0, 0] = spread.sum() + RIDGE
    curvature[0, 1:] = curvature[1:, 0] = crossed
    curvature[1:, 1:] = np.diag(q.sum(axis=0)) - q.T @ q + RIDGE * np.eye(len(biases))
    return gradient, curvature


def _middle(biases: Floats, decisions: Weighed) -> float:
    """Biases count against each other alone: their mean over what people did is put to 0."""
    return float(biases[decisions.chosen_class].mean())


def _log_sum(logs: Floats) -> Floats:
    """Logarithm of the sum of exponentials along the last axis; minus infinity of nothing."""
    highest = logs.max(axis=-1)
    shift = np.where(np.isfinite(highest), highest, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(logs - shift[..., None]).sum(axis=-1)) + shift)
