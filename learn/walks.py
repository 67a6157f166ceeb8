"""Many visits to the clothing listings that go on click by click, without a browser.

What a policy does live is a session at a time: a page is looked at, the policy weighs what can be done, one
thing is drawn. Here many visits are drawn side by side from the same scores, on the same captured pages.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from agent.errors import UserError
from agent.model.cache import TELL_EVERY
from agent.persona import Persona
from agent.session import EndingKind
from learn.choices import Floats, Scorer, page_by_page, scores_at_last
from learn.clothing2008 import listings
from learn.policies.sampling import drawn, uniforms
from learn.policies.sequence_features import Ints
from learn.readers.human_clicks import INTENT, turns_of
from learn.session import Author, Session

Clicks = tuple[int, ...]
"""The products that were clicked in a visit, as places in `listings().products`."""

MOST_CLICKS = 300
"""A visit that has gone on for so long is ended."""


class Walks(Protocol):
    """Visits, each as far as it has got. Choices stand in the order of `learn.choices.shop_menu`."""

    def log_probabilities(self, going: Ints) -> Floats:
        """How likely each choice is to come next; asked for once between two clicks.

        Args:
            going: numbers of the visits to go on with.

        Returns:
            Natural logarithms, shape (going, products + 1); leaving is the last column.
        """
        ...

    def click(self, going: Ints, products: Ints) -> None:
        """These visits go on by a click each."""
        ...


@runtime_checkable
class Walking(Protocol):
    """A scorer that can weigh the next choices of many visits at once."""

    def walks(self, visitors: Sequence[Persona]) -> Walks:
        """Visits by these visitors, before their first click."""
        ...


class PrefixWalks:
    """Visits by any scorer: asked anew for each click, about the visit so far."""

    def __init__(self, scorer: Scorer, visitors: Sequence[Persona]) -> None:
        self._scorer = scorer
        self._visitors = visitors
        self._clicks: list[list[int]] = [[] for _ in visitors]

    def log_probabilities(self, going: Ints) -> Floats:
        """See `Walks`."""
        return np.array([self._scores(int(number)) for number in going])

    def click(self, going: Ints, products: Ints) -> None:
        """See `Walks`."""
        for number, product in zip(going.tolist(), products.tolist(), strict=True):
            self._clicks[number].append(product)

    def _scores(self, number: int) -> Floats:
        so_far = session_of(tuple(self._clicks[number]), self._visitors[number], str(number))
        return scores_at_last(self._scorer, so_far).log_probabilities


def side_by_side(scorer: Scorer) -> bool:
    """Whether a scorer weighs many visits at once; one that does not is faster with one visit at a time."""
    return isinstance(scorer, Walking) and bool(getattr(scorer, "side_by_side", True))


def walks_of(scorer: Scorer, visitors: Sequence[Persona]) -> Walks:
    """Visits by these visitors, decided by this scorer."""
    return scorer.walks(visitors) if isinstance(scorer, Walking) else PrefixWalks(scorer, visitors)


def simulate(
    scorer: Scorer,
    visitors: Sequence[Persona],
    *,
    seed: int,
    temperature: float = 1.0,
    most: int = MOST_CLICKS,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Clicks]:
    """Visits drawn from a scorer's scores, on the captured listings.

    Args:
        scorer: what decides.
        visitors: who comes, one a visit.
        seed: a visit's decisions follow from it and from the visit's number alone, and are those of
            `learn.policies.sampling.SampledPolicy` in the browser.
        temperature: of the sampling.
        most: clicks after which a visit is ended.
        tell: told how far it has got, where they are drawn one after the other.

    Returns:
        What was clicked, one entry a visit.

    Raises:
        UserError: the scorer gives no scores, or none of products anywhere in the shop.
    """
    if page_by_page(scorer):
        raise UserError(
            f"the policy '{scorer.name}' weighs one page at a time: simulate it in the browser, without "
            "--offline"
        )
    numbers = range(len(visitors))
    if side_by_side(scorer):
        return _walked(scorer, visitors, numbers, seed, temperature, most)
    visits: list[Clicks] = []
    told = time.monotonic()
    for number in numbers:
        visits += _walked(scorer, visitors[number : number + 1], [number], seed, temperature, most)
        if time.monotonic() - told > TELL_EVERY or len(visits) == len(visitors):
            told = time.monotonic()
            tell(f"{scorer.name}: {len(visits):,} of {len(visitors):,} visits")
    return visits


def _walked(
    scorer: Scorer,
    visitors: Sequence[Persona],
    numbers: Sequence[int],
    seed: int,
    temperature: float,
    most: int,
) -> list[Clicks]:
    """Visits drawn side by side; `numbers` are theirs within the population."""
    walks = walks_of(scorer, visitors)
    leaving = len(listings().products)
    clicks: list[list[int]] = [[] for _ in visitors]
    streams = [uniforms(seed, number) for number in numbers]
    going = np.arange(len(visitors))
    for _ in range(most):
        if not len(going):
            break
        logs = walks.log_probabilities(going)
        chosen = drawn(logs, temperature, np.array([next(streams[number]) for number in going]))
        going, chosen = going[chosen != leaving], chosen[chosen != leaving]
        walks.click(going, chosen)
        for number, product in zip(going.tolist(), chosen.tolist(), strict=True):
            clicks[number].append(product)
    return [tuple(visit) for visit in clicks]


def session_of(clicks: Clicks, visitor: Persona, identity: str) -> Session:
    """A visit as a session, which ends with leaving."""
    codes = tuple(listings().products)
    turns = turns_of([(codes[product], None) for product in clicks], listings())
    return Session(identity, "simulated", Author.SIMULATED, None, visitor, INTENT, turns, EndingKind.LEFT)
