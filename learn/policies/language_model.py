"""The language model as a policy that is held against people, alone and together with the sequence model.

The hybrid is a logarithmic opinion pool (Genest and Zidek, 1986, "Combining probability distributions"): the
logarithms of both models' probabilities, weighed and added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.actions import Action, Terminate, TypeAndSubmit
from agent.errors import UserError
from agent.model import Progress, model_dir
from learn.choices import (
    LEAVE,
    Actions,
    Menu,
    Prediction,
    Scorer,
    Scores,
    menu_of,
    on_listings,
    page_actions,
    shop_menu,
)
from learn.clothing2008 import Place, place_of
from learn.policies.choosing import LEAST, Choosing, chosen_way, merged, options, read_choosing
from learn.policies.kept_words import KeptWords
from learn.policies.model_shares import DRAFTS, ModelShares, Shares, sample_of
from learn.policies.sequence import SequenceModel
from learn.scoring.local_model import LocalModel
from learn.search_words import agreed, keywords
from learn.session import Moment, Session, Turn

Floats = npt.NDArray[np.float64]

LANGUAGE_MODEL_POLICIES = ("model", "model-thinking", "model-fenced", "hybrid")
"""The policies that a language model on this machine has a part in, by the names that reports call them."""

FREE_SESSIONS = 25
"""Sessions at most in which the model is also asked without being confined."""


WORDS_DRAWN = DRAFTS
"""Searches that the hybrid takes from the model of kept words: as many as the language model drafts."""


class LanguageModelChoices:
    """The language model alone.

    Args:
        shares: what the model holds likely.
        choosing: how that becomes a choice.
        name: what reports call it.
        free_sessions: of how many sessions at most it is also asked what it says when nothing confines it.
        words: which words of a goal people keep; its searches count beside the model's own drafts of a first
            one. None: the model alone.
    """

    def __init__(
        self,
        shares: ModelShares,
        choosing: Choosing,
        *,
        name: str = "model",
        free_sessions: int = FREE_SESSIONS,
        words: KeptWords | None = None,
    ) -> None:
        self.name = name
        self._shares = shares
        self._choosing = choosing
        self._free_sessions = free_sessions
        self._words = words
        self._illegal: dict[tuple[str, int], bool] = {}

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """Asks the model about all of them at once, which is faster than one after the other."""
        self._shares.of(sessions)
        elsewhere = [one for one in sessions if not on_listings(one)]
        self._typed(list(chain.from_iterable(one.moments() for one in elsewhere)))
        self._illegal |= self._shares.illegal_freely(sample_of(sessions, self._free_sessions))

    @property
    def page_by_page(self) -> bool:
        """It weighs the page at hand (`learn.choices.page_by_page`)."""
        return True

    def at_last(self, session: Session) -> Scores:
        """How it weighs what can be done on the last page of a visit that is still under way.

        Raises:
            UserError: the model cannot be run.
        """
        place = len(session.turns) - 1
        menu = Menu.of(page_actions(session.turns[place].observation, keywords(session.intent)))
        shares = self._shares.ahead(session, place)
        return Scores(menu, np.log([max(LEAST, shares[_without_text(way[0])]) for way in menu.choices]))

    def predict(self, session: Session) -> Sequence[Prediction]:
        """What the model does at each moment, with its scores."""
        [by_turn] = self._shares.of([session])
        moments = list(session.moments())
        if on_listings(session):
            found = [self._on_listings(moment, by_turn[moment.start : moment.stop]) for moment in moments]
        else:
            found = self._typed(moments)
        return [
            replace(one, illegal_freely=self._illegal.get((session.key, moment.start)))
            for moment, one in zip(moments, found, strict=True)
        ]

    def _on_listings(self, moment: Moment, by_turn: Sequence[Shares]) -> Prediction:
        places = [_place(turn) for turn in moment.turns]
        offered = [options(place, shares) for place, shares in zip(places, by_turn, strict=True)]
        on = _firsts(places[0])
        logs = on.spread(on.logs(merged(places[0], by_turn[0])))
        return Prediction(
            chosen_way(moment, offered, self._choosing),
            Scores(menu_of(moment), logs),
            staying=chosen_way(moment, offered, self._choosing, may_leave=False),
        )

    def _typed(self, moments: Sequence[Moment]) -> list[Prediction]:
        """On other pages: the likeliest action as it stands; where it types, also what."""
        found: list[Prediction] = []
        for moment in moments:
            shares = self._shares.of([moment.session])[0][moment.stop - 1]
            menu = menu_of(moment)
            logs = np.log([max(LEAST, shares.get(_without_text(way[-1]), 0.0)) for way in menu.choices])
            best = max(shares, key=lambda action: shares[action])
            staying = max(shares, key=lambda action: shares[action] * (not isinstance(action, Terminate)))
            found.append(Prediction((best,), Scores(menu, logs), staying=(staying,)))
        wanted = {
            (moment.session.key, moment.stop - 1, action): (moment.session, moment.stop - 1, action)
            for moment, one in zip(moments, found, strict=True)
            for action in (one.actions[0], (one.staying or one.actions)[0])
            if isinstance(action, TypeAndSubmit)
        }
        drafts = dict(zip(wanted, self._shares.drafts(list(wanted.values())), strict=True)) if wanted else {}

        def with_text(moment: Moment, action: Action) -> Actions:
            if not isinstance(action, TypeAndSubmit):
                return (action,)
            told = drafts[moment.session.key, moment.stop - 1, action]
            return (TypeAndSubmit(name=action.name, text=self._text(moment, told)),)

        return [
            replace(
                one,
                actions=with_text(moment, one.actions[0]),
                staying=with_text(moment, (one.staying or one.actions)[0]),
            )
            for moment, one in zip(moments, found, strict=True)
        ]

    def _text(self, moment: Moment, drafts: Sequence[str]) -> str:
        """What is typed: the draft that has most in common with all; without any, the intent's keywords."""
        goal = moment.session.intent
        first = not any(isinstance(turn.decision.action, TypeAndSubmit) for turn in moment.past)
        others = [] if self._words is None or not first else self._words.draws(goal, WORDS_DRAWN)
        return agreed([*drafts, *others]) or keywords(goal)


class Hybrid:
    """The language model and a small one: on the listings the sequence model, for searches the kept words.

    Args:
        shares: what the language model holds likely.
        sequence: the sequence model.
        words: which words of a goal people keep when they first search.
        choosing: the language model's weight, and the bias of leaving.
    """

    name = "hybrid"

    def __init__(
        self, shares: ModelShares, sequence: SequenceModel, words: KeptWords, choosing: Choosing
    ) -> None:
        self._elsewhere = LanguageModelChoices(shares, choosing, free_sessions=0, words=words)
        self._shares = shares
        self._sequence = sequence
        self._choosing = choosing

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """Asks the language model about all of them at once."""
        self._elsewhere.read_ahead(sessions)

    def at_last(self, session: Session) -> Scores:
        """The pool at the last moment of a visit that is still under way.

        Raises:
            UserError: the visit is none on the clothing listings.
        """
        *_, moment = session.moments()
        if not on_listings(session):
            raise UserError(f"the policy '{self.name}' weighs whole visits on the clothing listings alone")
        shares = self._shares.ahead(session, moment.start)
        menu, sequence, model = _both_at(moment, self._sequence.predict(session)[-1], shares)
        return Scores(menu, pooled(sequence, model, self._choosing.hybrid_weight))

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The likeliest choice of the pool at each moment; the scores are without the bias."""
        if not on_listings(session):
            return self._elsewhere.predict(session)
        found = []
        for menu, sequence, model in both(session, self._shares, self._sequence):
            logs = pooled(sequence, model, self._choosing.hybrid_weight)
            weighed = logs.copy()
            weighed[menu.index[LEAVE]] += self._choosing.hybrid_leaving
            found.append(Prediction(menu.choices[int(weighed.argmax())], Scores(menu, logs)))
        return found


def language_model_policies(
    folder: Path | None, progress: Progress, *, free_sessions: int = FREE_SESSIONS
) -> dict[str, Scorer]:
    """All of `LANGUAGE_MODEL_POLICIES`, which share one model and its answers.

    Args:
        folder: of the model, or of a LoRA adapter; None for the default model.
        progress: told what takes long.
        free_sessions: of how many sessions at most `model` is also asked what it says unconfined.

    Raises:
        UserError: the model is not there.
    """
    folder = folder or model_dir()
    if folder is None:
        raise UserError(
            "the default model is not prepared: run `simagent model prepare`, or name a --model-dir"
        )
    choosing = read_choosing(folder)
    shares = ModelShares(LocalModel(folder, progress))
    alone = LanguageModelChoices(shares, choosing, free_sessions=free_sessions)
    thinking = LanguageModelChoices(shares.thinking(), choosing, name="model-thinking", free_sessions=0)
    fenced = LanguageModelChoices(
        shares.between_marks(), choosing, name="model-fenced", free_sessions=free_sessions
    )
    hybrid = Hybrid(shares, SequenceModel.shipped(), KeptWords.shipped(), choosing)
    return dict(zip(LANGUAGE_MODEL_POLICIES, (alone, thinking, fenced, hybrid), strict=True))


def both(session: Session, shares: ModelShares, sequence: SequenceModel) -> list[tuple[Menu, Floats, Floats]]:
    """For each moment on the listings the menu, and over it the log-probabilities of both models.

    The language model weighs the next action alone; those who do it are taken to go on as the sequence model
    says.
    """
    [by_turn] = shares.of([session])
    return [
        _both_at(moment, prediction, by_turn[moment.start])
        for moment, prediction in zip(session.moments(), sequence.predict(session), strict=True)
    ]


def _both_at(moment: Moment, prediction: Prediction, shares: Shares) -> tuple[Menu, Floats, Floats]:
    assert prediction.scores is not None
    menu, logs = prediction.scores.menu, prediction.scores.log_probabilities
    place = _place(moment.turns[0])
    on = _firsts(place)
    model = on.logs(merged(place, shares))
    return menu, logs, logs + (model - on.summed(logs))[on.of_choice]


def pooled(sequence: Floats, model: Floats, weight: float) -> Floats:
    """The logarithmic opinion pool, normalised.

    Args:
        sequence: log-probabilities.
        model: the same of the other model, over the same choices.
        weight: of this other one, from 0 to 1.
    """
    logs = (1 - weight) * sequence + weight * model
    highest = logs.max()
    return np.asarray(logs - highest - np.log(np.exp(logs - highest).sum()))


class _Firsts:
    """The first actions of a menu's choices.

    Attributes:
        actions: each once.
        of_choice: for each choice, the place of its first action in these.
        counts: how many choices begin with each.
    """

    def __init__(self, menu: Menu) -> None:
        firsts = [way[0] for way in menu.choices]
        self.actions = tuple(dict.fromkeys(firsts))
        places = {action: place for place, action in enumerate(self.actions)}
        self.of_choice = np.array([places[action] for action in firsts])
        self.counts = np.bincount(self.of_choice)

    def logs(self, shares: Mapping[Action, float]) -> Floats:
        """The logarithm of each first action's share."""
        return np.log([max(LEAST, shares.get(action, 0.0)) for action in self.actions])

    def summed(self, logs: Floats) -> Floats:
        """The logarithm of the share of each first action, from those of the choices."""
        return np.log(np.maximum(LEAST, np.bincount(self.of_choice, weights=np.exp(logs))))

    def spread(self, logs: Floats) -> Floats:
        """The share of each choice, where all that begin with one action are alike."""
        return np.asarray((logs - np.log(self.counts))[self.of_choice])


def _without_text(action: Action) -> Action:
    return TypeAndSubmit(name=action.name, text="") if isinstance(action, TypeAndSubmit) else action


@cache
def _firsts(place: Place) -> _Firsts:
    return _Firsts(shop_menu(place))


def _place(turn: Turn) -> Place:
    place = place_of(turn.observation)
    assert place is not None, f"{turn.observation.url} is none of the listings"
    return place
