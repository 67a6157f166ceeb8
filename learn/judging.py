"""Predictions held against what people did, one decision at a time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agent.actions import ACTION_TYPES, Click, Terminate, TypeAndSubmit
from agent.errors import SimagentError
from agent.session import EndingKind
from learn.choices import LEAVE, Prediction, Scorer, legal, same, symbol_of
from learn.search_words import edit_similarity, token_f1, words
from learn.session import Moment, Session

CLASSES: tuple[str, ...] = tuple(str(action.model_fields["type"].default) for action in ACTION_TYPES)
"""The action types: the classes of per-class scores."""

Column = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What came of one policy: one entry a decision in each column, sessions one after the other.

    Attributes:
        policy: its name.
        session: number of the session, from 0.
        sessions: how many there are.
        first: 1 for the first decision of a session.
        exact: 1 where the prediction is what the person did (`learn.choices.same`).
        truth: the action type of what was done, as a place in `CLASSES`.
        said: the same of what was predicted.
        next_product: 1 where, leaving aside, the likeliest choice is what the person did; NaN where the
        person left.
        buys, would_buy: 1 where a session's last decision was to buy, and where that was predicted; NaN for
            all other decisions, and where a session's ending is not known.
        illegal: 1 where something was predicted that cannot be done on the page.
        illegal_unconstrained: the same of what a language model says when nothing confines it; NaN where
            it was not asked.
        query_exact, query_f1, query_edit: how like the predicted text is to the one that was typed (0 to 1;
            0 where none was predicted); NaN where none was typed.
        log_probability: of what was done, natural; NaN where the policy gives none.
    """

    policy: str
    session: npt.NDArray[np.int64]
    sessions: int
    first: Column
    exact: Column
    truth: npt.NDArray[np.int64]
    said: npt.NDArray[np.int64]
    next_product: Column
    buys: Column
    would_buy: Column
    illegal: Column
    illegal_unconstrained: Column
    query_exact: Column
    query_f1: Column
    query_edit: Column
    log_probability: Column


class WrongNumberOfPredictions(SimagentError):
    """A policy gave more or fewer predictions than the session has decisions."""


def judge(policy: Scorer, sessions: Sequence[Session]) -> Judged:
    """Asks a policy about sessions, and holds its answers against them.

    Raises:
        WrongNumberOfPredictions: it did not give one prediction for each decision.
    """
    rows: list[_Row] = []
    for number, session in enumerate(sessions):
        rows += _judge_session(policy, number, session)
    columns: dict[str, Any] = {
        name: np.array([getattr(row, name) for row in rows], dtype=kind) for name, kind in _COLUMNS.items()
    }
    return Judged(policy=policy.name, sessions=len(sessions), **columns)


@dataclass(frozen=True, slots=True)
class _Row:
    session: int
    first: bool
    exact: bool
    truth: int
    said: int
    next_product: float
    buys: float
    would_buy: float
    illegal: bool
    illegal_unconstrained: float
    query_exact: float
    query_f1: float
    query_edit: float
    log_probability: float


_COLUMNS = {
    name: np.int64 if name in {"session", "truth", "said"} else np.float64
    for name in _Row.__dataclass_fields__
}


def _judge_session(policy: Scorer, number: int, session: Session) -> Iterable[_Row]:
    moments = list(session.moments())
    predictions = policy.predict(session)
    if len(predictions) != len(moments):
        raise WrongNumberOfPredictions(
            f"{policy.name} gave {len(predictions)} predictions for {len(moments)} decisions of {session.key}"
        )
    for place, (moment, prediction) in enumerate(zip(moments, predictions, strict=True)):
        truth = moment.turns[-1].decision.action
        said = prediction.actions[-1] if prediction.actions else None
        typed = truth.text if isinstance(truth, TypeAndSubmit) else None
        is_last = place == len(moments) - 1 and session.ending in _OUTCOMES
        query = _query(said.text if isinstance(said, TypeAndSubmit) else "", typed)
        yield _Row(
            session=number,
            first=place == 0,
            exact=same(moment, prediction.actions),
            truth=CLASSES.index(truth.type),
            said=CLASSES.index(said.type) if said else -1,
            next_product=np.nan if isinstance(truth, Terminate) else float(_goes_on_as(moment, prediction)),
            buys=float(session.ending is EndingKind.PURCHASED) if is_last else np.nan,
            would_buy=float(isinstance(said, Click) and bool(_BUYING.search(said.name)))
            if is_last
            else np.nan,
            illegal=_is_illegal(moment, prediction),
            illegal_unconstrained=np.nan
            if prediction.illegal_freely is None
            else float(prediction.illegal_freely),
            query_exact=query[0],
            query_f1=query[1],
            query_edit=query[2],
            log_probability=_log_probability(moment, prediction),
        )


_OUTCOMES = {EndingKind.PURCHASED, EndingKind.LEFT}
_BUYING = re.compile(r"buy|purchase|check_?out|place_(your_)?order", re.IGNORECASE)
"""How a click that buys is named."""


def _goes_on_as(moment: Moment, prediction: Prediction) -> bool:
    """Whether the best guess, given that the person stays, is what the person did."""
    if prediction.staying is not None:
        return same(moment, prediction.staying)
    if prediction.scores is None:
        return same(moment, prediction.actions)
    return same(moment, prediction.scores.best_but(LEAVE))


def _query(said: str, typed: str | None) -> tuple[float, float, float]:
    if typed is None:
        return np.nan, np.nan, np.nan
    if not said:
        return 0.0, 0.0, 0.0
    return float(words(said) == words(typed)), token_f1(said, typed), edit_similarity(said, typed)


def _is_illegal(moment: Moment, prediction: Prediction) -> bool:
    """Whether an action was named that its page does not have.

    Looked at as far as the pages are known: from the page at hand on, as long as the person went the same
    way.
    """
    if not prediction.actions:
        return True
    for turn, action in zip(moment.turns, prediction.actions, strict=False):
        if not legal(turn.observation, action):
            return True
        if turn.decision.action != action:
            return False
    return False


def _log_probability(moment: Moment, prediction: Prediction) -> float:
    if prediction.scores is None:
        return np.nan
    place = prediction.scores.menu.index.get(symbol_of(moment))
    return -np.inf if place is None else float(prediction.scores.log_probabilities[place])
