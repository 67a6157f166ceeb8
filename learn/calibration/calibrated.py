"""A calibration on disk, and the policy that it makes of another.

{"kind": "calibration", "policy": "sequence", "temperature": 1.0, "biases": {"leave": -0.53, …}, …}
"""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError

from agent.actions import Frozen
from agent.errors import UserError
from agent.persona import Persona
from learn.calibration.classes import CLASSES, ActionClass, classes_of, listing_classes
from learn.calibration.fitting import Fit, Weighed, applied, fit, weighed
from learn.choices import (
    Floats,
    Prediction,
    Scorer,
    Scores,
    page_by_page,
    read_ahead,
    scores_at_last,
    symbol_of,
)
from learn.clothing2008 import HOME, listings
from learn.policies.sequence_features import Ints
from learn.readers.human_search import reason_of
from learn.session import Session
from learn.sessions_file import whole_file
from learn.walks import Walks, side_by_side, walks_of
from simplify import Observation

FORMAT = 1


class Calibration(Frozen):
    """What `learn.calibration.fitting` found for a policy, and on what.

    Attributes:
        policy: the name of the policy that it is for.
        temperature: T.
        biases: b_c by class; a class that is not named keeps its prior.
        data, part: the sessions that it was fitted to.
        sessions, decisions: how many.
    """

    kind: Literal["calibration"] = "calibration"
    format: int = FORMAT
    version: str
    policy: str
    temperature: Annotated[float, Field(gt=0, le=100)]
    biases: dict[ActionClass, float]
    data: str
    part: str
    sessions: int
    decisions: int

    @property
    def fit(self) -> Fit:
        """The numbers alone, in the order of `CLASSES`."""
        return Fit(self.temperature, tuple(self.biases.get(each, 0.0) for each in CLASSES))

    def write(self, out: Path) -> None:
        """Writes the file.

        Raises:
            UserError: it cannot be written there.
        """
        with whole_file(out) as file:
            file.write(self.model_dump_json(indent=2).encode() + b"\n")


class Calibrated:
    """A policy whose scores are calibrated; what it does is the likeliest choice after that."""

    def __init__(self, scorer: Scorer, calibration: Calibration) -> None:
        self._scorer = scorer
        self._fit = calibration.fit
        self.calibration = calibration

    @property
    def name(self) -> str:
        """The policy's, and that it is calibrated."""
        return f"{self._scorer.name}-calibrated"

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The calibrated scores at each moment.

        Raises:
            UserError: the policy gives no scores.
        """
        found = []
        for moment, prediction in zip(session.moments(), self._scorer.predict(session), strict=True):
            found.append(
                Prediction.by(self._calibrated(_scores(self._scorer, prediction), moment.observation))
            )
        return found

    def at_last(self, session: Session) -> Scores:
        """The calibrated scores at the last moment."""
        *_, moment = session.moments()
        page = session.turns[-1].observation if self.page_by_page else moment.observation
        return self._calibrated(scores_at_last(self._scorer, session), page)

    @property
    def page_by_page(self) -> bool:
        """As of the policy (`learn.choices.page_by_page`)."""
        return page_by_page(self._scorer)

    @property
    def side_by_side(self) -> bool:
        """As of the policy (`learn.walks.side_by_side`)."""
        return side_by_side(self._scorer)

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """Lets the policy see all sessions beforehand, where that helps it."""
        read_ahead(self._scorer, sessions)

    def walks(self, visitors: Sequence[Persona]) -> "CalibratedWalks":
        """Visits, all at once (`learn.walks.Walking`)."""
        return CalibratedWalks(walks_of(self._scorer, visitors), len(visitors), self._fit)

    def _calibrated(self, scores: Scores, page: Observation) -> Scores:
        classes = classes_of(scores.menu, page)
        return Scores(scores.menu, applied(scores.log_probabilities[None], classes, self._fit)[0])


class CalibratedWalks:
    """Visits whose scores are calibrated (`learn.walks.Walks`)."""

    def __init__(self, walks: Walks, visits: int, how: Fit) -> None:
        self._walks = walks
        self._fit = how
        self._places = np.full(visits, HOME)
        self._place_of = np.array([product.place for product in listings().products.values()])

    def log_probabilities(self, going: Ints) -> Floats:
        """See `learn.walks.Walks`."""
        classes = listing_classes()[self._places[going]]
        return applied(self._walks.log_probabilities(going), classes, self._fit)

    def click(self, going: Ints, products: Ints) -> None:
        """See `learn.walks.Walks`."""
        self._places[going] = self._place_of[products]
        self._walks.click(going, products)


def decisions_of(scorer: Scorer, sessions: Sequence[Session]) -> Weighed:
    """What people decided, as a policy weighed it, teacher-forced.

    Raises:
        UserError: the policy gives no scores.
    """
    logs, classes, chosen = [], [], []
    read_ahead(scorer, sessions)
    for session in sessions:
        for moment, prediction in zip(session.moments(), scorer.predict(session), strict=True):
            scores = _scores(scorer, prediction)
            place = scores.menu.index.get(symbol_of(moment))
            if place is not None:
                logs.append(scores.log_probabilities)
                classes.append(classes_of(scores.menu, moment.observation))
                chosen.append(place)
    return weighed(logs, classes, chosen, len(CLASSES))


def calibrate(scorer: Scorer, sessions: Sequence[Session], *, data: str, part: str) -> Calibration:
    """Fits a calibration to what people did.

    Args:
        scorer: the policy.
        sessions: people's, which it was not trained on.
        data: what these are called.
        part: which part of them this is.

    Raises:
        UserError: the policy gives no scores, or none for what people did.
    """
    decisions = decisions_of(scorer, sessions)
    if not len(decisions.chosen):
        raise UserError(f"the policy '{scorer.name}' gives no score to anything that people did in {data}")
    found = fit(decisions)
    there = np.isfinite(decisions.classes.max(axis=0))
    return Calibration(
        version=version("simagent"),
        policy=scorer.name,
        temperature=round(found.temperature, 6),
        biases={each: round(found.biases[place], 6) for place, each in enumerate(CLASSES) if there[place]},
        data=data,
        part=part,
        sessions=len(sessions),
        decisions=len(decisions.chosen),
    )


def read_calibration(path: Path) -> Calibration:
    """Reads a file that `Calibration.write` wrote.

    Raises:
        UserError: it cannot be read, is none, or is of a later format.
    """
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"the calibration {path} cannot be read: {error.strerror or error}") from error
    except ValidationError as error:
        raise UserError(
            f"{path} is no calibration ({reason_of(error)}): make one with `simagent calibrate`"
        ) from error
    if found.format > FORMAT:
        raise UserError(
            f"{path} is of format {found.format}, and this simagent reads up to {FORMAT}: install a later one"
        )
    return found


def _scores(scorer: Scorer, prediction: Prediction) -> Scores:
    if prediction.scores is None:
        raise UserError(f"the policy '{scorer.name}' only says what it does: it has no scores to calibrate")
    return prediction.scores
