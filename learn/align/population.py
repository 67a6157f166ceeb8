"""Populations of visits: people's, simulated ones, recorded ones."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from agent.actions import Click
from agent.errors import UserError
from agent.persona import Persona
from learn.choices import codes_on
from learn.clothing2008 import listings, place_at
from learn.session import Session
from learn.split import Part, sessions_in
from learn.walks import Clicks


def visits_of(sessions: Sequence[Session]) -> list[Clicks]:
    """What was clicked in each session on the clothing listings, wherever their shop ran.

    Raises:
        UserError: a session was not on these listings.
    """
    return [_clicks(session) for session in sessions]


def visitors(sessions: Sequence[Session], count: int, seed: int) -> list[Persona]:
    """Who comes: visitors drawn from those of the training part, of whom the country is known.

    Args:
        sessions: people's.
        count: how many are drawn; the first ones are the same for any number.
        seed: of the drawing.
    """
    known = sessions_in(Part.TRAIN, sessions) or list(sessions)
    rng = np.random.default_rng((seed, 0x7E0))
    return [known[int(rng.integers(len(known)))].persona for _ in range(count)]


def halves(sessions: Sequence[Session], size: int, seed: int) -> tuple[list[Session], list[Session]]:
    """People on both sides: so many of the sessions, and the others.

    Raises:
        UserError: there are not so many, and one more.
    """
    if size >= len(sessions):
        raise UserError(
            f"there are {len(sessions)} sessions of people, which cannot be parted into {size} and others: "
            "give a smaller number with --sessions"
        )
    order = np.random.default_rng((seed, 0x7E1)).permutation(len(sessions))
    return [sessions[place] for place in order[:size]], [sessions[place] for place in order[size:]]


def _clicks(session: Session) -> Clicks:
    found, elsewhere = [], True
    for turn in session.turns:
        place = place_at(turn.observation.url, turn.observation.title)
        elsewhere &= place is None
        action = turn.decision.action
        if place is not None and isinstance(action, Click) and turn.outcome.accepted:
            code = codes_on(place).get(action.name)
            found += [] if code is None else [_columns()[code]]
    if elsewhere:
        raise UserError(
            f"{session.key} was not on the listings of clothing2008, and nothing else can be compared: "
            "leave it out"
        )
    return tuple(found)


@cache
def _columns() -> dict[str, int]:
    return {code: place for place, code in enumerate(listings().products)}
