"""What a calibration does: rates, calibration error and accuracy, before and after, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from learn.calibration.classes import CLASSES, classes_of
from learn.calibration.fitting import class_log_probabilities
from learn.choices import Prediction, Scorer, read_ahead, same, symbol_of
from learn.judging import judge
from learn.metrics import LEVEL, RESAMPLES, SEED, Estimate, scores
from learn.session import Session

Floats = npt.NDArray[np.float64]

BINS = 15
"""Bins of the calibration error, each with as many decisions as the next."""

REPORTED = ("exact", "leave_f1", "log_loss")


@dataclass(frozen=True, slots=True)
class Effect:
    """How a policy does on people's decisions.

    Attributes:
        policy: its name.
        scores: `exact`, `leave_f1` and `log_loss` (`learn.metrics.scores`); `ece` of the likeliest choice
            (its probability against how often people did it), `leave_ece` of leaving; 0 is best for the last
            three.
        rates: of each class, its mean probability.
        differences: the same less people's, paired.
    """

    policy: str
    scores: dict[str, Estimate]
    rates: dict[str, Estimate]
    differences: dict[str, Estimate]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, eq=False)
class _Forecasts:
    """Of each decision: its session, class probabilities, what was done, and the likeliest choice."""

    session: npt.NDArray[np.int64]
    classes: Floats
    done: Floats
    confidence: Floats
    right: Floats


def effect(scorer: Scorer, sessions: Sequence[Session]) -> Effect:
    """Asks a policy about people's sessions, teacher-forced.

    Raises:
        UserError: the policy gives no scores.
    """
    read_ahead(scorer, sessions)
    told = scores(judge(scorer, sessions))
    made = _forecasts(scorer, sessions)
    count = len(sessions)
    leaving = CLASSES.index("leave")
    found = {name: told[name] for name in REPORTED}
    found["ece"] = _error(made.confidence, made.right, made.session, count)
    found["leave_ece"] = _error(made.classes[:, leaving], made.done[:, leaving], made.session, count)
    used = [
        place for place in range(len(CLASSES)) if made.classes[:, place].any() or made.done[:, place].any()
    ]
    return Effect(
        scorer.name,
        found,
        {CLASSES[place].value: _mean(made.classes[:, place], made.session, count) for place in used},
        {
            CLASSES[place].value: _mean(made.classes[:, place] - made.done[:, place], made.session, count)
            for place in used
        },
    )


class AskedOnce:
    """A policy that is asked about each session once, however often it is held against people."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._said: dict[str, Sequence[Prediction]] = {}

    @property
    def name(self) -> str:
        """The policy's."""
        return self._scorer.name

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """Lets the policy see all sessions beforehand, where that helps it."""
        read_ahead(self._scorer, sessions)

    def predict(self, session: Session) -> Sequence[Prediction]:
        """What the policy said."""
        if session.key not in self._said:
            self._said[session.key] = self._scorer.predict(session)
        return self._said[session.key]


def rates_of_people(scorer: Scorer, sessions: Sequence[Session]) -> dict[str, Estimate]:
    """How often people did what, by class; what could have been done is as a scorer has it."""
    made = _forecasts(scorer, sessions)
    return {
        each.value: _mean(made.done[:, place], made.session, len(sessions))
        for place, each in enumerate(CLASSES)
        if made.done[:, place].any()
    }


def calibration_error(forecast: Floats, came: Floats, weights: Floats | None = None) -> float:
    """Expected calibration error (Naeini et al., 2015): the mean distance of forecasts and frequencies.

    Args:
        forecast: probabilities; sorted into `BINS` bins of as many decisions each, equal ones together.
        came: 1 where the event came.
        weights: how often each decision counts; None for once.
    """
    bins = _bins(forecast)
    weights = np.ones_like(forecast) if weights is None else weights
    gaps = np.bincount(bins, weights=weights * (forecast - came), minlength=BINS)
    return float(np.abs(gaps).sum() / weights.sum())


def _bins(forecast: Floats) -> npt.NDArray[np.int64]:
    edges = np.quantile(forecast, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, forecast, side="right")


def _forecasts(scorer: Scorer, sessions: Sequence[Session]) -> _Forecasts:
    numbers, classes, done, confidence, right = [], [], [], [], []
    for number, session in enumerate(sessions):
        for moment, prediction in zip(session.moments(), scorer.predict(session), strict=True):
            assert prediction.scores is not None
            menu, logs = prediction.scores.menu, prediction.scores.log_probabilities
            kinds = classes_of(menu, moment.observation)
            place = menu.index.get(symbol_of(moment))
            numbers.append(number)
            classes.append(np.exp(class_log_probabilities(logs[None], kinds, len(CLASSES))[0]))
            done.append(np.arange(len(CLASSES)) == (-1 if place is None else kinds[place]))
            confidence.append(float(np.exp(logs.max())))
            right.append(float(same(moment, prediction.scores.best)))
    return _Forecasts(
        np.array(numbers), np.array(classes), np.array(done, float), np.array(confidence), np.array(right)
    )


def _mean(values: Floats, session: npt.NDArray[np.int64], sessions: int) -> Estimate:
    return _resampled(lambda weights: float((weights * values).sum() / weights.sum()), session, sessions)


def _error(forecast: Floats, came: Floats, session: npt.NDArray[np.int64], sessions: int) -> Estimate:
    return _resampled(lambda weights: calibration_error(forecast, came, weights), session, sessions)


def _resampled(value: Callable[[Floats], float], session: npt.NDArray[np.int64], sessions: int) -> Estimate:
    """A value and its interval by bootstrap over sessions, given as a function of decisions' weights."""
    rng = np.random.default_rng(SEED)
    drawn = [
        value(np.bincount(rng.integers(sessions, size=sessions), minlength=sessions)[session].astype(float))
        for _ in range(RESAMPLES // 4)
    ]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value(np.ones(len(session))), float(low), float(high))
