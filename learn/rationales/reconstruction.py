"""How good rationales are: how much better an action can be picked again when its rationale is known.

*Recon* (arXiv 2605.26969) scores traces of thought by whether a model can reconstruct the action from them.
So here: the page and what was done before it are given, the action is not; it is picked among all that can be
done on the page three times over, with its own rationale, with one of another turn of the same kind, and with
none. A rationale that helps no more than another's says nothing of its action.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from learn.metrics import Estimate, mean_by_session
from learn.rationales.matcher import Matcher
from learn.rationales.questions import Question, shuffled


class Given(StrEnum):
    """What the picker is told beside the page and the past."""

    NOTHING = "none"
    SHUFFLED = "shuffled"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Pick:
    """What became of one question.

    Attributes:
        right: whether the likeliest action was the one that was done.
        log_probability: of the one that was done, natural logarithm.
    """

    right: bool
    log_probability: float


Picks = Mapping[Given, Sequence[Pick]]
"""For each condition, a pick for each question."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one condition.

    Attributes:
        top1: share of the actions that were picked right.
        log_probability: mean of the action that was done, in nats.
        more_right: how much `top1` is above that without a rationale, pair by pair.
        gain: how much `log_probability` is, in nats a decision.
    """

    top1: Estimate
    log_probability: Estimate
    more_right: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of some questions.

    Attributes:
        questions, sessions: how many.
        by_given: for each condition.
    """

    questions: int
    sessions: int
    by_given: Mapping[Given, Score]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of it.

    Attributes:
        picker: what picked.
        authors: how many rationales each author wrote.
        given_away: rationales that say their target's name, or what is written on it, word for word.
        whole: the scores of all questions.
        hidden: of those that are not given away.
        by_kind: of each kind of action.
    """

    picker: str
    authors: Mapping[str, int]
    given_away: int
    whole: Scored
    hidden: Scored
    by_kind: Mapping[str, Scored]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def by_matching(asked: Sequence[Question], training: Sequence[Question], *, seed: int = 0) -> Picks:
    """Picks by the matcher, learned from other sessions' questions; without rationales by one without.

    Args:
        asked: the questions.
        training: what the matchers learn from.
        seed: of learning and of shuffling.
    """
    heeding = Matcher.learned(training, heeding=True, seed=seed)
    deaf = Matcher.learned(training, heeding=False, seed=seed)
    own = [question.rationale for question in asked]
    return {
        Given.NOTHING: [_pick(deaf, question, "") for question in asked],
        Given.SHUFFLED: [
            _pick(heeding, question, said)
            for question, said in zip(asked, shuffled(asked, seed), strict=True)
        ],
        Given.OWN: [_pick(heeding, question, said) for question, said in zip(asked, own, strict=True)],
    }


def report(picker: str, asked: Sequence[Question], picks: Picks) -> Report:
    """The scores, with intervals by bootstrap over sessions."""
    hidden = [not question.gives_itself_away for question in asked]
    kinds = dict.fromkeys(question.kind for question in asked)
    return Report(
        picker=picker,
        authors=dict(Counter(question.turn.rationale_by for question in asked)),
        given_away=hidden.count(False),
        whole=_scored(asked, picks, [True] * len(asked)),
        hidden=_scored(asked, picks, hidden),
        by_kind={
            kind: _scored(asked, picks, [question.kind == kind for question in asked]) for kind in kinds
        },
    )


def _pick(matcher: Matcher, question: Question, rationale: str) -> Pick:
    found = matcher.log_probabilities(question, rationale)
    return Pick(int(found.argmax()) == question.truth, float(found[question.truth]))


def _scored(asked: Sequence[Question], picks: Picks, which: Sequence[bool]) -> Scored:
    chosen = [place for place, taken in enumerate(which) if taken]
    session = np.array([asked[place].session for place in chosen], dtype=np.int64)
    right = {given: np.array([float(each[place].right) for place in chosen]) for given, each in picks.items()}
    log = {
        given: np.array([each[place].log_probability for place in chosen]) for given, each in picks.items()
    }
    return Scored(
        questions=len(chosen),
        sessions=len(np.unique(session)),
        by_given={
            given: Score(
                top1=mean_by_session(right[given], session),
                log_probability=mean_by_session(log[given], session),
                more_right=mean_by_session(right[given] - right[Given.NOTHING], session),
                gain=mean_by_session(log[given] - log[Given.NOTHING], session),
            )
            for given in Given
        },
    )
