"""Examples of thinking aloud while shopping: what a teacher is shown of the task.

The built-in ones are invented. Where a data set has rationales that people gave themselves (OPeRA's do for
some actions), sessions from it are better examples.
"""

from collections.abc import Sequence

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.persona import Persona
from agent.session import EndingKind, Outcome
from learn.observed import observed
from learn.session import RECORDED, Author, Evidence, Session, Turn

EXAMPLES = 2
"""Sessions that stand before a journey."""

_HOME = '<title>Hartwell</title>\n<form role="search"><input name="search"/> <button name="go"/></form>'
_SCARVES = (
    "<title>Results for “wool scarf” - Hartwell</title>\n"
    '<ol><li><a name="lambswool_scarf">Lambswool Scarf, Red</a> 4.6 (212), $24.00\n'
    '<li><a name="silk_scarf">Silk Scarf, Blue</a> 4.1 (38), $31.00\n'
    '<li><a name="merino_scarf">Merino Scarf, Red</a> 4.8 (97), $46.00</ol>'
)
_SCARF = (
    "<title>Lambswool Scarf, Red - Hartwell</title>\n<h1>Lambswool Scarf, Red</h1>\n$24.00, in stock\n"
    '<button name="add_to_cart"/> <button name="buy_now"/>'
)
_LAMPS = (
    "<title>Desk lamps - Hartwell</title>\n"
    '<ul><li><a name="orla_lamp">Orla Desk Lamp, Black</a> $89.00\n'
    '<li><a name="pike_lamp">Pike Desk Lamp, White</a> $64.00\n'
    '<li><a name="tern_lamp">Tern Desk Lamp, White</a> $120.00</ul>\n<a name="next"/>'
)
_MORE_LAMPS = (
    "<title>Desk lamps, page 2 - Hartwell</title>\n"
    '<ul><li><a name="wren_lamp">Wren Desk Lamp, Brass</a> $210.00</ul>\n<a name="previous"/>'
)


def _example(identity: str, intent: str, *steps: tuple[str, str, Action, str]) -> Session:
    turns = tuple(
        Turn(
            observed(page),
            Decision(rationale=thought, action=action),
            Outcome(accepted=True, message=message, url=""),
        )
        for page, thought, action, message in steps
    )
    persona = Persona(id="shopper", name="an online shopper", intent=intent)
    return Session(identity, "examples", Author.HUMAN, None, persona, intent, turns, EndingKind.LEFT)


THOUGHT_ALOUD = (
    _example(
        "scarf",
        "a red wool scarf for my mother",
        (
            _HOME,
            "I'll start with wool scarf, the color I can pick by eye.",
            TypeAndSubmit(name="search", text="wool scarf"),
            'The page "Results for “wool scarf” - Hartwell" opened.',
        ),
        (
            _SCARVES,
            "The first one is red and the cheapest, let me look at it.",
            Click(name="lambswool_scarf"),
            'The page "Lambswool Scarf, Red - Hartwell" opened.',
        ),
        (_SCARF, "Red, wool and in stock, that will do for her.", Click(name="buy_now"), "It was ordered."),
    ),
    _example(
        "lamp",
        "a desk lamp for under $60",
        (
            _LAMPS,
            "Pike is the cheapest here, though still a bit over what I want to spend.",
            Click(name="pike_lamp"),
            'The page "Pike Desk Lamp" opened. You went back to the page "Desk lamps".',
        ),
        (_LAMPS, "Nothing under $60 here, maybe on the next page.", Click(name="next"), "The page changed."),
        (
            _MORE_LAMPS,
            "Only one, and far dearer. I give up.",
            Terminate(),
            "The shopper closed the window.",
        ),
    ),
)


def thought_aloud(sessions: Sequence[Session]) -> list[Session]:
    """The sessions among these in which people said what they thought at every recorded action.

    Args:
        sessions: as they were read.

    Returns:
        The shortest, at most `EXAMPLES`, each with the turns alone that say something.
    """
    spoken = [session for session in sessions if session.author is Author.HUMAN and _speaks(session)]
    return sorted(spoken, key=lambda session: (len(session.turns), session.key))[:EXAMPLES]


def _speaks(session: Session) -> bool:
    recorded = [turn for turn in session.turns if turn.evidence is Evidence.RECORDED]
    return bool(recorded) and all(
        turn.decision.rationale and turn.rationale_by == RECORDED for turn in session.turns
    )
