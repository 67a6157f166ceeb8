"""A visit under way, as a scorer is asked about it: what the agent remembers, and the page at hand.

Scorers judge recorded sessions. A live visit becomes one by leaving at the page at hand: what a scorer says
of a moment rests on what came before it alone, so it does not matter what stands there.

On the rebuilt clothing listings the visit is put as the recorded ones are: pages by their captures, links to
other listings as the way to what was clicked there. Elsewhere each step is a decision of its own.
"""

from collections.abc import Sequence

from agent.actions import Click, Decision, Terminate
from agent.persona import Persona
from agent.session import Outcome, Step
from learn.clothing2008 import listings, place_at
from learn.observed import observed
from learn.session import Author, Evidence, Session, Turn
from simplify import Observation

_LEAVES = Decision(rationale="", action=Terminate())
_CLOSED = Outcome(accepted=True, message="The shopper closed the window.", url="")


def session_so_far(persona: Persona, intent: str, steps: Sequence[Step], observation: Observation) -> Session:
    """The visit, whose last moment is the decision to be taken.

    The last moment begins where the way to the page at hand began.
    """
    turns = [turn for step in steps for turn in _turns(step)]
    place = place_at(observation.url, observation.title)
    here = observation if place is None else listings().observations[place]
    leaving = Turn(here, _LEAVES, _CLOSED)
    return Session("live", "live", Author.SIMULATED, None, persona, intent, (*turns, leaving), None)


def _turns(step: Step) -> list[Turn]:
    """None for what could not be done on the listings: nobody was told of it there."""
    place, action = place_at(step.url, step.title), step.decision.action
    if place is None:
        page = observed(step.observation, url=step.url, title=step.title)
        return [Turn(page, step.decision, step.outcome, at=step.at)]
    if not step.outcome.accepted:
        return []
    way = isinstance(action, Click) and action.name in listings().links[place]
    evidence = Evidence.INFERRED if way else Evidence.RECORDED
    return [Turn(listings().observations[place], step.decision, step.outcome, evidence, step.at)]
