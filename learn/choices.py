"""What a person could do next, and what a policy thinks of it.

A decision (`learn.session.Moment`) is what the data recorded, with the inferred way to it: on the clothing
listings a product clicked, anywhere in the shop, or the shop left. On other pages it is one action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from agent.actions import Action, Click, Terminate, TypeAndSubmit, name_in
from agent.errors import UserError
from learn.clothing2008 import Place, listings, place_of
from learn.search_words import keywords
from learn.session import Moment, Session
from simplify import Observation, TargetKind

Floats = npt.NDArray[np.float64]
Actions = tuple[Action, ...]

LEAVE = "leave"
"""The symbol of leaving."""


@dataclass(frozen=True, slots=True)
class Menu:
    """All that can be chosen at a moment, shared by all moments that offer the same.

    Attributes:
        symbols: one for each choice, the same wherever the choice can be reached from: what a sequence model
            counts. Of things on the clothing listings, the code of the product.
        choices: for each symbol, the actions that lead to it from here.
        index: the place of each symbol.
    """

    symbols: tuple[str, ...]
    choices: tuple[Actions, ...]
    index: Mapping[str, int]

    @classmethod
    def of(cls, choices: Mapping[str, Actions]) -> "Menu":
        """The menu of these choices, by symbol."""
        index = MappingProxyType({symbol: place for place, symbol in enumerate(choices)})
        return cls(tuple(choices), tuple(choices.values()), index)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How likely a policy holds each choice of a menu.

    Attributes:
        menu: the choices.
        log_probabilities: natural logarithms, one for each choice, in the menu's order.
    """

    menu: Menu
    log_probabilities: Floats

    @property
    def best(self) -> Actions:
        """The likeliest choice."""
        return self.menu.choices[int(self.log_probabilities.argmax())]

    def best_but(self, symbol: str) -> Actions:
        """The likeliest choice but one."""
        others = np.where(np.array(self.menu.symbols) == symbol, -np.inf, self.log_probabilities)
        return self.menu.choices[int(others.argmax())]

    def of_first_actions(self) -> dict[Action, float]:
        """How likely each action is to be the next one, ways to other pages added up.

        What a language model's scores over the names on one page can be blended with.
        """
        shares: dict[Action, float] = {}
        for actions, share in zip(self.menu.choices, np.exp(self.log_probabilities), strict=True):
            shares[actions[0]] = shares.get(actions[0], 0.0) + float(share)
        return shares


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a policy would do at a moment.

    Attributes:
        actions: what it does: the way and the action itself, or as far as it got.
        scores: how it weighs the choices; None where it only says what it does.
        staying: what it would do if it might not leave; None where that is the likeliest of its scores.
        illegal_freely: of a language model, whether what it says when nothing confines it cannot be read or
            done; None where that was not asked.
    """

    actions: Actions
    scores: Scores | None = None
    staying: Actions | None = None
    illegal_freely: bool | None = None

    @classmethod
    def by(cls, scores: Scores) -> "Prediction":
        """The likeliest choice."""
        return cls(scores.best, scores)


class Scorer(Protocol):
    """A policy that is held against recorded sessions, teacher-forced.

    Whatever it says at one moment, at the next it is told what the person really did.
    """

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    def predict(self, session: Session) -> Sequence[Prediction]:
        """One prediction for each of `session.moments()`, each from what came before it alone."""
        ...


@runtime_checkable
class LastScorer(Protocol):
    """A scorer that need not go through a whole session to say what comes next."""

    def at_last(self, session: Session) -> Scores:
        """The scores at the last of `session.moments()`, from what came before it alone."""
        ...


def scores_at_last(scorer: Scorer, session: Session) -> Scores:
    """How a policy weighs what can be done at a session's last moment.

    Raises:
        UserError: it gives no scores.
    """
    if isinstance(scorer, LastScorer):
        return scorer.at_last(session)
    scores = scorer.predict(session)[-1].scores
    if scores is None:
        raise UserError(
            f"the policy '{scorer.name}' only says what it does, and gives no scores to sample from"
        )
    return scores


def page_by_page(scorer: Scorer) -> bool:
    """Whether a scorer's scores at the last moment are of what can be done on the page at hand.

    Others weigh whole choices there: on the clothing listings, products anywhere in the shop.
    """
    return bool(getattr(scorer, "page_by_page", False))


@runtime_checkable
class ReadsAhead(Protocol):
    """A policy that answers faster when it sees all sessions beforehand."""

    def read_ahead(self, sessions: Sequence[Session]) -> None:
        """Called once before `predict` is called for each of these."""
        ...


def read_ahead(scorer: Scorer, sessions: Sequence[Session]) -> None:
    """Shows a policy all sessions beforehand, where that makes it faster."""
    if isinstance(scorer, ReadsAhead):
        scorer.read_ahead(sessions)


def on_listings(session: Session) -> bool:
    """Whether a session is one on the clothing listings."""
    return all(place_of(moment.observation) is not None for moment in session.moments())


def menu_of(moment: Moment) -> Menu:
    """What can be chosen at a moment."""
    place = place_of(moment.observation)
    return _page_menu(moment) if place is None else shop_menu(place)


def symbol_of(moment: Moment) -> str:
    """The symbol of what was done."""
    last = moment.turns[-1]
    place = place_of(last.observation)
    action = last.decision.action
    name = name_in(action)
    if name is None:
        return LEAVE if isinstance(action, Terminate) else action.type
    if place is not None and isinstance(action, Click):
        return codes_on(place).get(name, f"click {name}")
    return f"{action.type} {name}"


@cache
def shop_menu(place: Place) -> Menu:
    """Every product of the clothing shop, as it is reached from a place, and leaving."""
    shop = listings()
    choices: dict[str, Actions] = {
        code: (*shop.way(place, product.place), Click(name=product.name))
        for code, product in shop.products.items()
    }
    return Menu.of({**choices, LEAVE: (Terminate(),)})


def page_actions(page: Observation, text: str) -> dict[str, Actions]:
    """What can be done on one page, by symbol: each enabled name, and leaving.

    Args:
        page: the page.
        text: what would be typed into its fields, since texts cannot be listed.
    """
    found: dict[str, Actions] = {}
    for target in page.targets.values():
        if not target.enabled:
            continue
        if target.kind is TargetKind.TEXT:
            action: Action = TypeAndSubmit(name=target.name, text=text)
        else:
            action = Click(name=target.name)
        found[f"{action.type} {target.name}"] = (action,)
    return {**found, LEAVE: (Terminate(),)}


def legal(page: Observation, action: Action) -> bool:
    """Whether an action can be done on a page."""
    if isinstance(action, Terminate):
        return True
    target = page.targets.get(name_in(action) or "")
    if target is None or not target.enabled:
        return False
    return (target.kind is TargetKind.TEXT) == isinstance(action, TypeAndSubmit)


def same(moment: Moment, actions: Actions) -> bool:
    """Whether these actions are what the person did at a moment.

    Names and typed texts must be the same, as in arXiv 2503.20749, section 4.2. Where the way was inferred,
    any way counts that leads to the same listing.
    """
    if not actions:
        return False
    truth = tuple(turn.decision.action for turn in moment.turns)
    if actions == truth:
        return True
    place = place_of(moment.observation)
    if place is None or actions[-1] != truth[-1]:
        return False
    return _lead_to(place, actions[:-1]) == _lead_to(place, truth[:-1])


def _lead_to(place: Place, way: Actions) -> Place | None:
    here: Place | None = place
    for action in way:
        if here is None or not isinstance(action, Click):
            return None
        here = listings().links[here].get(action.name)
    return here


@cache
def codes_on(place: Place) -> Mapping[str, str]:
    """The products of a listing: codes by name."""
    return {product.name: code for code, product in listings().products.items() if product.place == place}


def _page_menu(moment: Moment) -> Menu:
    return Menu.of(page_actions(moment.observation, keywords(moment.session.intent)))
