"""The floor of every comparison: a shopper who clicks blindly.

Wherever it stands, it takes each link between the listings, each product and leaving to be equally likely.
What can be clicked on a listing besides these (search, sorting, cart, help) is left out, since the data of
people hold none of it.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from agent.persona import Persona
from learn.choices import Floats, Prediction, Scores, menu_of, shop_menu
from learn.clothing2008 import HOME, listings, place_of
from learn.policies.sequence_features import Ints
from learn.session import Session


class ClicksBlindly:
    """Every link, every product and leaving alike."""

    name = "uniform"

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The same for each page, whatever came before; elsewhere each action on the page alike."""
        predictions = []
        for moment in session.moments():
            place, menu = place_of(moment.observation), menu_of(moment)
            count = len(menu.choices)
            shares = np.full(count, 1 / count) if place is None else _next_choices()[place]
            predictions.append(Prediction.by(Scores(menu, np.log(shares))))
        return predictions

    def walks(self, visitors: Sequence[Persona]) -> "BlindWalks":
        """Visits, all at once (`learn.walks.Walking`)."""
        return BlindWalks(len(visitors))


class BlindWalks:
    """Visits of which no more is known than where they stand."""

    def __init__(self, visits: int) -> None:
        self._places = np.full(visits, HOME)
        self._place_of = np.array([product.place for product in listings().products.values()])

    def log_probabilities(self, going: Ints) -> Floats:
        """See `learn.walks.Walks`."""
        return np.asarray(np.log(_next_choices()[self._places[going]]))

    def click(self, going: Ints, products: Ints) -> None:
        """See `learn.walks.Walks`."""
        self._places[going] = self._place_of[products]


@cache
def _next_choices() -> Floats:
    """How likely each choice is to be the first one that is no link, from each place: (places, choices).

    Links followed blindly are a Markov chain that products and leaving absorb (Kemeny and Snell, 1960,
    chapter 3).
    """
    shop, menu = listings(), shop_menu(HOME)
    places = range(len(shop.observations))
    links, ends = np.zeros((len(places), len(places))), np.zeros((len(places), len(menu.symbols)))
    for place in places:
        for there in shop.links[place].values():
            links[place, there] += 1
        ends[place, -1] = 1
        for column, product in enumerate(shop.products.values()):
            ends[place, column] = product.place == place
    alike = links.sum(axis=1, keepdims=True) + ends.sum(axis=1, keepdims=True)
    shares: Floats = np.linalg.solve(np.eye(len(places)) - links / alike, ends / alike)
    return shares
