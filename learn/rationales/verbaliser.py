"""A thought before each action of a recorded session, in words that hold what the record shows and no more.

Recorded sessions mostly come without a word of what people thought, and a model that is to think before it
acts has to be taught on something (arXiv 2503.20749, section 3.2, asks a large model for it). This asks
nobody: prices, colours, places on the page and what was seen before are read off the record, and one or two
of these facts, drawn by chance, are put into a sentence. It never says what is not there: why somebody really
clicked, it does not know.

A thought comes before its action. It speaks of what the person had seen until then, and of the choice.
"""

from agent.actions import Back, Click, Scroll, Terminate, Type, TypeAndSubmit, name_in, text_in
from learn.rationales.leaving import before_leaving
from learn.rationales.looking import before_looking
from learn.rationales.moving import before_moving, fills_the_cart, places_an_order
from learn.rationales.past import Dice, Past
from learn.rationales.searching import before_typing, searches
from learn.rationales.shelf import Shelf, Shelves
from learn.session import Session, Turn

VERBALISER = "verbaliser"
"""Who wrote the rationale, as sessions say it."""

_shelves = Shelves()


def verbalised(session: Session, seed: int = 0, *, replace: bool = False) -> Session:
    """The session with a thought before each action, inferred ones too.

    Args:
        session: what was seen and done.
        seed: of the wording; the same seed, session and turn give the same sentence.
        replace: also replace the rationales that the session has. As a rule they stay.

    Returns:
        The session, each decision with one first-person sentence of at most
        `agent.prompts.RATIONALE_CHARACTERS`.
    """
    past = Past()
    thoughts = []
    for number, turn in enumerate(session.turns):
        shelf = _shelves.of(turn.observation)
        past.see(turn.observation.title)
        wanted = replace or not turn.decision.rationale
        dice = Dice(seed, session.key, number)
        thoughts.append(_thought(session.intent, turn, shelf, past, dice) if wanted else "")
        remember(turn, shelf, past)
    return session.with_rationales(thoughts, by=VERBALISER)


def _thought(intent: str, turn: Turn, shelf: Shelf, past: Past, dice: Dice) -> str:
    action = turn.decision.action
    if isinstance(action, Terminate):
        return before_leaving(shelf, past, dice)
    if isinstance(action, Back | Scroll):
        return before_moving(None, action.type, shelf, past, dice)
    target = turn.observation.targets.get(action.name)
    if isinstance(action, TypeAndSubmit | Type):
        return before_typing(action.text, target, intent, past, dice)
    item = shelf.items.get(action.name)
    if item is not None:
        return before_looking(item, shelf, past, intent, dice)
    return before_moving(target, action.name, shelf, past, dice)


def remember(turn: Turn, shelf: Shelf, past: Past) -> None:
    """Adds to the past what was done on a turn.

    Args:
        turn: the page and the action.
        shelf: of the page.
        past: is changed.
    """
    action = turn.decision.action
    accepted = turn.outcome.accepted
    target = turn.observation.targets.get(name_in(action) or "")
    item = shelf.items.get(target.name) if target is not None else None
    typed = text_in(action)
    query = typed if target is not None and searches(target) else None
    past.add(accepted=accepted, item=item, query=query)
    if accepted and isinstance(action, Click) and target is not None:
        past.ordered = past.ordered or places_an_order(target.label)
        past.added += fills_the_cart(target.label)
