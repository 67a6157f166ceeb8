"""A shopper in the browser who does what a scorer's scores say: drawn, not the likeliest.

Accuracy is measured by the likeliest choice; a population is simulated by drawing, since people differ.

A choice of the clothing listings is a product and the way to it. It is drawn where the way begins, and the
way is then walked link by link. Nothing is remembered in between: where the way began can be read off the
steps, and the same seed draws the same choice there again. A scorer that weighs one page at a time
(`learn.choices.page_by_page`) is drawn from on each page anew.
"""

import asyncio
from collections.abc import Iterator, Sequence

import numpy as np

from agent.actions import Decision
from agent.errors import BrowserFault
from agent.persona import Persona
from agent.policy import Decided
from agent.session import Step, Usage
from learn.choices import LEAVE, Floats, Menu, Scorer, menu_of, page_by_page, scores_at_last
from learn.clothing2008 import category_of, listings, place_of
from learn.policies.sequence_features import Ints
from learn.session import Moment
from learn.so_far import session_so_far
from simplify import Observation


class SampledPolicy:
    """Draws from a scorer's scores.

    Args:
        scorer: what weighs.
        seed: of the population.
        number: of the visit within it; each visit draws a stream of its own.
        temperature: above 1 evens the shares out, below 1 sharpens them.
    """

    def __init__(self, scorer: Scorer, *, seed: int, number: int = 0, temperature: float = 1.0) -> None:
        self._scorer = scorer
        self._seed = seed
        self._number = number
        self._temperature = temperature

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """The next action: of a choice drawn just now, or of the way to one drawn before.

        Raises:
            UserError: the scorer gives no scores, or not for such a session.
            BrowserFault: a link of the way led to another page than it leads to.
        """
        session = session_so_far(persona, intent, steps, observation)
        *before, moment = session.moments()
        scores = await asyncio.to_thread(scores_at_last, self._scorer, session)
        if page_by_page(self._scorer):
            place = self._drawn(scores.log_probabilities, len(steps))
            action = scores.menu.choices[place][0]
            return Decided(Decision(rationale="", action=action), Usage(attempts=0))
        place = self._drawn(scores.log_probabilities, len(before))
        symbol = scores.menu.symbols[place]
        action = _menu_here(moment, scores.menu).choices[place][0]
        return Decided(Decision(rationale=_reason(symbol, moment), action=action), Usage(attempts=0))

    def _drawn(self, log_probabilities: Floats, before: int) -> int:
        stream = uniforms(self._seed, self._number)
        share = next(share for turn, share in enumerate(stream) if turn == before)
        return int(drawn(log_probabilities[None], self._temperature, np.array([share]))[0])


def drawn(log_probabilities: Floats, temperature: float, shares: Floats) -> Ints:
    """One choice for each row.

    Args:
        log_probabilities: shape (rows, choices).
        temperature: the logarithms are divided by it.
        shares: where in the cumulated shares each choice is taken, 0 to 1 without 1.

    Returns:
        Columns, shape (rows,).
    """
    scaled = log_probabilities / temperature
    cumulated = np.cumsum(np.exp(scaled - scaled.max(axis=1, keepdims=True)), axis=1)
    return np.asarray((cumulated <= shares[:, None] * cumulated[:, -1:]).sum(axis=1))


def uniforms(seed: int, number: int) -> Iterator[float]:
    """The stream of a visit: even draws between 0 and 1, one for each choice."""
    rng = np.random.default_rng((seed, number))
    while True:
        yield float(rng.random())


def _menu_here(moment: Moment, drawn_from: Menu) -> Menu:
    """The same choices as they are reached from the page at hand: a way may be half walked.

    Raises:
        BrowserFault: the way has led astray.
    """
    if len(moment.turns) == 1:
        return drawn_from
    here = menu_of(Moment(moment.session, moment.stop - 1, moment.stop))
    if here.symbols != drawn_from.symbols:
        raise BrowserFault(f"The page {moment.turns[-1].observation.url} is not where the way leads.")
    return here


def _reason(symbol: str, moment: Moment) -> str:
    """A thought that says what was chosen."""
    if symbol == LEAVE:
        return "I have seen enough, and leave."
    product = listings().products.get(symbol)
    here = place_of(moment.turns[-1].observation)
    if product is None or here is None:
        return f"I go for {symbol.partition(' ')[2].replace('_', ' ')}."
    if product.place != here:
        what = (
            f"the {category_of(product.place)}" if category_of(product.place) != category_of(here) else "more"
        )
        return f"I want to see {what}."
    return f"I look at the {product.title.rpartition(' ')[0].lower()} at ${product.price_cents / 100:.0f}."
