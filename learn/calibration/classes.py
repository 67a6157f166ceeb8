"""Classes of actions whose rates are brought to people's.

Scores are over choices. What is calibrated is how often people leave, look at something, go to another page,
search, filter and buy. The class of a choice is that of its first action, the one that is done on the page at
hand: it follows from the action, from what it is done to, and from its name.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from agent.actions import Action, Terminate, TypeAndSubmit, name_in
from learn.choices import Menu, shop_menu
from learn.clothing2008 import listings, place_of
from simplify import Observation, TargetKind

Ints = npt.NDArray[np.int64]


class ActionClass(StrEnum):
    """What an action is for."""

    LEAVE = "leave"
    """`terminate`."""
    CONTENT = "content"
    """A click on a product, or on anything else that is none of the following."""
    NAVIGATE = "navigate"
    """A click that leads to another listing: a category, another page of results."""
    SEARCH = "search"
    """`type_and_submit`, and a click on a button that searches."""
    FILTER = "filter"
    """A click that narrows or sorts: refinements, sorting, ticks and options."""
    BUY = "buy"
    """A click on the way to a purchase: into the cart, checkout, order."""


CLASSES: tuple[ActionClass, ...] = tuple(ActionClass)

_BY_NAME: Mapping[ActionClass, re.Pattern[str]] = MappingProxyType(
    {
        ActionClass.BUY: re.compile(r"add_to_(cart|basket|bag)|buy|check_?out|place_(your_)?order|purchase"),
        ActionClass.SEARCH: re.compile(r"(^|\.)search(_button)?$|(^|\.)go$"),
        ActionClass.FILTER: re.compile(r"(^|\.)(refinements?|filters?|facets?|sort)(_by)?(\.|$)"),
        ActionClass.NAVIGATE: re.compile(
            r"(^|\.)(next|previous|prev|pages?|pagination|departments?|categor(y|ies)|nav(igation|_bar)?|menu"
            r"|home|back|breadcrumbs?)(_page)?(\.|$)"
        ),
    }
)
"""Tried in this order."""

_CHOOSING = frozenset({TargetKind.OPTION, TargetKind.CHECKBOX, TargetKind.RADIO})


def class_of(action: Action, page: Observation) -> ActionClass:
    """The class of an action on a page."""
    if isinstance(action, Terminate):
        return ActionClass.LEAVE
    if isinstance(action, TypeAndSubmit):
        return ActionClass.SEARCH
    acted_on = name_in(action)
    if acted_on is None:
        return ActionClass.NAVIGATE
    place = place_of(page)
    if place is not None and acted_on in listings().links[place]:
        return ActionClass.NAVIGATE
    for kind, name in _BY_NAME.items():
        if name.search(acted_on.lower()):
            return kind
    target = page.targets.get(acted_on)
    return ActionClass.FILTER if target is not None and target.kind in _CHOOSING else ActionClass.CONTENT


def classes_of(menu: Menu, page: Observation) -> Ints:
    """The class of each choice, as a place in `CLASSES`."""
    place = place_of(page)
    if place is not None and menu is shop_menu(place):
        known: Ints = listing_classes()[place]
        return known
    return _classes(menu, page)


@cache
def listing_classes() -> Ints:
    """The classes of all choices from each page of the clothing shop, shape (places, choices)."""
    pages = enumerate(listings().observations)
    return np.array([_classes(shop_menu(place), page) for place, page in pages])


def _classes(menu: Menu, page: Observation) -> Ints:
    return np.array([CLASSES.index(class_of(actions[0], page)) for actions in menu.choices], np.int64)
