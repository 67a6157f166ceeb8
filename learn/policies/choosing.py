"""From a language model's probabilities on one page to what it does on the clothing listings.

A decision there is a product anywhere in the shop, with the way to it. The model only ever weighs the page at
hand, where a link stands for all the products behind it: the likeliest single product is not the one behind
the likeliest link. So links are weighed down before they are held against products, and leaving is weighed as
it is for the sequence model; by how much is chosen on people's visits that nothing was trained on
(`learn.tune_model`), and kept beside the model.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from agent.actions import Action, Click, Terminate
from agent.errors import UserError
from agent.model import model_dir
from learn.choices import Actions
from learn.clothing2008 import HOME, Place, category_of, listings, place_of
from learn.session import Moment
from learn.sessions_file import whole_file

FILE = "choosing.json"
"""Beside a model, or an adapter."""

LEAST = 1e-9
"""No action is held less likely."""


class Kind(StrEnum):
    """What an action on a listing is, as far as it matters."""

    STAYING = "staying"
    """A product; and what leads to none: the search, sorting."""
    LEAVING = "leaving"
    PAGING = "paging"
    """A link to another page of the same category."""
    CATEGORY = "category"
    """A link to another category."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """How probabilities become a choice; natural logarithms, added before the likeliest is taken.

    Attributes:
        leaving: to leaving.
        paging: to links to other pages of the same category.
        category: to links to other categories, but on the home page, where there is nothing else.
        hybrid_weight: of the language model in the hybrid, from 0 to 1.
        hybrid_leaving: to leaving, in the hybrid.
        tuned_on: what they were chosen on, in words; empty for these defaults.
    """

    leaving: float = 0.0
    paging: float = -1.0
    category: float = -1.5
    hybrid_weight: float = 0.5
    hybrid_leaving: float = -0.4
    tuned_on: str = ""

    def bias(self, kind: Kind) -> float:
        """What is added to the logarithm of an action of that kind."""
        biases = {Kind.LEAVING: self.leaving, Kind.PAGING: self.paging, Kind.CATEGORY: self.category}
        return biases.get(kind, 0.0)


def read_choosing(folder: Path) -> Choosing:
    """What was tuned for a model; defaults where nothing was.

    Args:
        folder: of a model or an adapter; for the default model, what comes along counts.

    Raises:
        UserError: the file there is none of ours.
    """
    path = folder / FILE
    along = files("agent.model") / "adapter" / FILE
    try:
        if path.is_file() or folder != model_dir() or not along.is_file():
            text = path.read_text(encoding="utf-8")
        else:
            text = along.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Choosing()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    known = {field.name: field.type for field in fields(Choosing)}
    try:
        values = json.loads(text)
        numbers = {name: float(values[name]) for name in known if name != "tuned_on"}
        return Choosing(**numbers, tuned_on=str(values["tuned_on"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is damaged: remove it, or make it anew with `python -m learn.tune_model`"
        ) from error


def write_choosing(folder: Path, choosing: Choosing) -> None:
    """Puts it beside a model.

    Raises:
        UserError: it cannot be written there.
    """
    with whole_file(folder / FILE) as file:
        file.write(json.dumps(asdict(choosing), indent=2).encode() + b"\n")


@dataclass(frozen=True, slots=True)
class Option:
    """The likeliest action of a kind.

    Attributes:
        kind: see `Kind`.
        action: itself.
        log_share: natural logarithm of its probability.
    """

    kind: Kind
    action: Action
    log_share: float


def merged(place: Place, shares: Mapping[Action, float]) -> dict[Action, float]:
    """The same shares with links that lead to one place added up, under the one that people would use."""
    first: dict[Place, str] = {}
    links = listings().links[place]
    for name, there in links.items():
        first.setdefault(there, name)
    found: dict[Action, float] = {}
    for action, share in shares.items():
        if isinstance(action, Click) and action.name in links:
            action = Click(name=first[links[action.name]])  # noqa: PLW2901
        found[action] = found.get(action, 0.0) + share
    return found


def options(place: Place, shares: Mapping[Action, float]) -> tuple[Option, ...]:
    """What comes into question on a listing: of each kind the likeliest action."""
    best: dict[Kind, tuple[float, Action]] = {}
    for action, share in merged(place, shares).items():
        kind = _kind(place, action)
        if kind not in best or share > best[kind][0]:
            best[kind] = (share, action)
    return tuple(Option(kind, action, math.log(max(share, LEAST))) for kind, (share, action) in best.items())


def chosen_way(
    moment: Moment, by_turn: Sequence[Sequence[Option]], choosing: Choosing, *, may_leave: bool = True
) -> Actions:
    """What the model does at a moment on the listings.

    Where it follows the link that the person followed, the page behind it was shown to it as well, and what
    it does there counts (leaving does not: who follows a link looks at something). Behind any other link
    nothing is known; there it takes the first product that was not looked at yet.

    Args:
        moment: the decision.
        by_turn: `options` at each of the moment's turns.
        choosing: the biases.
        may_leave: whether it may leave at once.
    """
    way: list[Action] = []
    for turn, offered in zip(moment.turns, by_turn, strict=True):
        place = place_of(turn.observation)
        assert place is not None
        open_to_it = [one for one in offered if one.kind is not Kind.LEAVING or (may_leave and not way)]
        best = max(open_to_it, key=lambda one: one.log_share + choosing.bias(one.kind))
        way.append(best.action)
        there = _leads_to(place, best.action)
        if there is None:
            break
        if there != _leads_to(place, turn.decision.action):
            way += _first_unseen(moment, there)
            break
    return tuple(way)


def _kind(place: Place, action: Action) -> Kind:
    if isinstance(action, Terminate):
        return Kind.LEAVING
    there = _leads_to(place, action)
    if there is None or place == HOME:
        return Kind.STAYING
    return Kind.PAGING if category_of(there) == category_of(place) else Kind.CATEGORY


def _leads_to(place: Place, action: Action) -> Place | None:
    return listings().links[place].get(action.name) if isinstance(action, Click) else None


def _first_unseen(moment: Moment, place: Place) -> Sequence[Action]:
    seen = {(turn.observation.url, turn.decision.action) for turn in moment.past}
    url = listings().observations[place].url
    products: list[Action] = [
        Click(name=product.name) for product in listings().products.values() if product.place == place
    ]
    return [*(click for click in products if (url, click) not in seen), *products][:1]
