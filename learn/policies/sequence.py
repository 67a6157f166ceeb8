"""The strong baseline on the clothing listings: a recurrent network over what was clicked where.

A gated recurrent unit (Cho et al., 2014) reads the visit; what it has read weighs, for each product, how it
stands to the last three clicks (the next in reading order, the first of the next page, …), how alike it is
to the last in colour and price, whether and when it was looked at, how far beyond the furthest product of
its page it stands, and what it is; and, beside all products, leaving. Several such networks, which differ in
the seed of their training, are averaged.

It is trained by `learn.train_sequence` with torch, and needs nothing but numpy here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt

from agent.errors import UserError
from agent.persona import Persona
from learn.choices import LEAVE, Prediction, Scores, menu_of, symbol_of
from learn.policies.sequence_features import Histories, Shelf, Visit, shelf, visit_of
from learn.readers.human_clicks import country_number
from learn.session import Session

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEIGHTS = "sequence.npz"
"""The shipped weights, in the package beside this file."""

BIAS = "leaving_bias"
"""Its name among the weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """One network: its weights by name, as `learn.train_sequence` names them."""

    weights: Mapping[str, Floats]

    def log_probabilities(self, visit: Visit, country: int, on: Shelf) -> Floats:
        """How likely each product is to be clicked next, and leaving, after 0, 1, 2, … clicks.

        Returns:
            Natural logarithms, shape (T, products + 1); leaving is the last column.
        """
        state, states = self.untold(1), []
        for given in self._inputs(visit, np.full(len(visit.last), country), on):
            state = self._step(given[None], state)
            states.append(state)
        return self._weighed(np.concatenate(states), visit, on)

    def untold(self, visits: int) -> Floats:
        """The recurrent unit's state before it was told anything, shape (visits, hidden)."""
        return np.zeros((visits, self.weights["reader.weight_hh_l0"].shape[1]))

    def told(self, state: Floats, visit: Visit, countries: Ints, on: Shelf) -> tuple[Floats, Floats]:
        """Many visits at once, a row each: what is likely next, and the state with which to go on.

        Args:
            state: after what was told before, shape (visits, hidden).
            visit: what is told now, a row a visit.
            countries: number of the data set for each visit.
            on: the shop.

        Returns:
            Natural logarithms, shape (visits, products + 1), and the state.
        """
        state = self._step(self._inputs(visit, countries, on), state)
        return self._weighed(state, visit, on), state

    def _weighed(self, told: Floats, visit: Visit, on: Shelf) -> Floats:
        w = self.weights
        own = w["product"] + on.features @ w["product_features.weight"].T + w["product_features.bias"]
        products = (
            self._linear("taste", told) @ own.T
            + w["popularity"]
            + np.take_along_axis(self._linear("relation", told), on.relations[visit.last], 1)
            + np.take_along_axis(self._linear("relation_before", told), on.relations[visit.before_last], 1)
            + np.take_along_axis(self._linear("relation_third", told), on.relations[visit.third], 1)
            + np.take_along_axis(self._linear("likeness", told), on.likeness[visit.last], 1)
            + self._linear("colour", told) * visit.colour_share
            + np.take_along_axis(self._linear("seen", told), visit.seen.astype(np.int64), 1)
            + np.take_along_axis(self._linear("frontier", told), visit.frontier.astype(np.int64), 1)
        )
        hidden = np.maximum(self._linear("leave_hidden", np.concatenate([told, visit.numbers], 1)), 0)
        return _log_softmax(np.concatenate([products, self._linear("leave", hidden)], 1))

    def _inputs(self, visit: Visit, countries: Ints, on: Shelf) -> Floats:
        w = self.weights
        features = np.concatenate([on.features, np.zeros((1, on.features.shape[1]))])
        return np.concatenate(
            [
                w["clicked"][visit.last],
                w["move"][visit.move],
                self._linear("clicked_features", features[visit.last]),
                self._linear("numbers", visit.numbers),
                w["country"][countries],
            ],
            axis=1,
        )

    def _step(self, inputs: Floats, state: Floats) -> Floats:
        """The recurrent unit's next state, rows (visits, hidden)."""
        w = self.weights
        given = inputs @ w["reader.weight_ih_l0"].T + w["reader.bias_ih_l0"]
        past = state @ w["reader.weight_hh_l0"].T + w["reader.bias_hh_l0"]
        (now_r, now_z, now_n), (past_r, past_z, past_n) = np.split(given, 3, 1), np.split(past, 3, 1)
        reset, update = _sigmoid(now_r + past_r), _sigmoid(now_z + past_z)
        return np.asarray((1 - update) * np.tanh(now_n + reset * past_n) + update * state)

    def _linear(self, name: str, inputs: Floats) -> Floats:
        return inputs @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]


class SequenceModel:
    """The networks' mean, as a policy.

    It leaves where leaving, weighed down or up by a bias, is likelier than each product. Networks as these
    hold the one product that comes next in a sweep less likely than it is; how much less was measured on the
    validation part (`learn.tune_leaving`). The scores are the networks' own, without the bias.

    Args:
        networks: at least one.
        leaving_bias: what is added to the logarithm of leaving when it decides.
        name: what reports call it.
    """

    def __init__(
        self, networks: Sequence[Network], leaving_bias: float = 0.0, name: str = "sequence"
    ) -> None:
        self._networks = tuple(networks)
        self._leaving_bias = leaving_bias
        self._name = name

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def leaving_bias(self) -> float:
        """What is added to the logarithm of leaving when it decides."""
        return self._leaving_bias

    def by_argmax(self) -> "SequenceModel":
        """The same networks without the bias, under the name `sequence-argmax`."""
        return SequenceModel(self._networks, 0.0, "sequence-argmax")

    @classmethod
    def shipped(cls) -> "SequenceModel":
        """The model that comes along, trained on the training part of `human_clicks`."""
        return read_model(files("learn.policies").joinpath(WEIGHTS).read_bytes())

    def predict(self, session: Session) -> Sequence[Prediction]:
        """The mean distribution at each moment.

        Raises:
            UserError: the session is none on the clothing listings.
        """
        on = shelf()
        moments = list(session.moments())
        clicks = [on.index.get(symbol_of(moment), -1) for moment in moments if symbol_of(moment) != LEAVE]
        if -1 in clicks:
            raise UserError(
                f"the policy 'sequence' knows the clothing listings alone, and {session.key} is elsewhere: "
                "leave it out"
            )
        shares = self.shares(clicks, country_number(session.persona.location))
        predictions = []
        for moment, after in zip(moments, shares, strict=False):
            menu = menu_of(moment)
            order = [on.index.get(symbol, len(on.codes)) for symbol in menu.symbols]
            scores = Scores(menu, np.log(after[order]))
            weighed = scores.log_probabilities.copy()
            weighed[menu.index[LEAVE]] += self._leaving_bias
            predictions.append(Prediction(menu.choices[int(weighed.argmax())], scores))
        return predictions

    def shares(self, clicks: Sequence[int], country: int) -> Floats:
        """How likely each product is to be clicked next, and leaving, after 0, 1, 2, … clicks.

        Args:
            clicks: places of the products that were clicked, as in `sequence_features.shelf`.
            country: number of the data set; 0 where it is not known.

        Returns:
            Shares, shape (clicks + 1, products + 1); leaving is the last column.
        """
        on = shelf()
        visit = visit_of(clicks, on)
        each = [np.exp(network.log_probabilities(visit, country, on)) for network in self._networks]
        mean: Floats = np.mean(each, axis=0)
        return mean

    def walks(self, visitors: Sequence[Persona]) -> "SequenceWalks":
        """Visits by these visitors, all at once (`learn.walks.Walking`)."""
        return SequenceWalks(self._networks, np.array([country_number(each.location) for each in visitors]))


class SequenceWalks:
    """Visits that go on click by click, all read at once.

    Args:
        networks: the model's.
        countries: number of the data set, one a visit.
    """

    def __init__(self, networks: Sequence[Network], countries: Ints) -> None:
        self._networks = networks
        self._countries = countries
        self._histories = Histories(len(countries), shelf())
        self._states = [network.untold(len(countries)) for network in networks]

    def log_probabilities(self, going: Ints) -> Floats:
        """How likely each product is to be clicked next, and leaving; asked for once between two clicks.

        Args:
            going: numbers of the visits to go on with.

        Returns:
            Natural logarithms, shape (going, products + 1); leaving is the last column.
        """
        on, now = shelf(), self._histories.now(going)
        shares = np.zeros((len(going), len(on.codes) + 1))
        for network, state in zip(self._networks, self._states, strict=True):
            logs, state[going] = network.told(state[going], now, self._countries[going], on)
            shares += np.exp(logs)
        return np.asarray(np.log(shares / len(self._networks)))

    def click(self, going: Ints, products: Ints) -> None:
        """These visits go on by a click each."""
        self._histories.add(going, products)


def read_model(content: bytes) -> SequenceModel:
    """The model of a file of weights: arrays named `number/name`, and `leaving_bias`."""
    bias = 0.0
    found: dict[str, dict[str, Floats]] = {}
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        for key in arrays.files:
            if key == BIAS:
                bias = float(arrays[key])
                continue
            number, _, name = key.partition("/")
            found.setdefault(number, {})[name] = arrays[key].astype(np.float64)
    return SequenceModel([Network(weights) for _, weights in sorted(found.items())], bias)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def _log_softmax(x: Floats) -> Floats:
    x = x - x.max(axis=1, keepdims=True)
    return np.asarray(x - np.log(np.exp(x).sum(axis=1, keepdims=True)))
