"""What a teacher is asked: a customer's journey, and what she thought before each of her actions.

The procedure is that of arXiv 2503.20749, section 3.2 and appendix A: the journey (pages and actions) goes
in, think-aloud examples stand before it, one first-person rationale an action comes out. The paper does not
print its examples; ours are written for this. A journey that does not fit what the teacher can read is asked
about in stretches, each with what was done before it in brief.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.actions import name_in
from agent.language_model import UnreadableReply, json_objects
from agent.prompts import MESSAGE_OVERHEAD, RATIONALE_CHARACTERS, Context, Message
from learn.rationales.think_aloud import THOUGHT_ALOUD
from learn.session import Session, Turn

SYSTEM = (
    "You read the journey of a customer through an online shop: the pages that she saw, and what she did on "
    "each. Say for each action what she thought just before it. That is her rationale: one short sentence in "
    "the first person, of at most 20 words.\n"
    "She thinks before she acts. A rationale may speak of what she has seen until then and of what she "
    "chooses now, never of what comes later, and says nothing that the journey does not bear out.\n"
    "`terminate` means that she found nothing that she wanted and closed the window.\n"
    "Answer with one JSON object: for the number of each action, its rationale."
)
REPLY_TOKENS = 56
"""Tokens that the rationale of one action may take, its number and quotation marks included."""

MOST_ACTIONS = 30
"""Actions that one request asks about."""

BRIEFLY = 20
"""Earlier actions that are told in brief."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Attributes:
        messages: what the teacher is sent.
        turns: the turns that it is asked about, by their places in the session.
        told: turns of the journey that stand in the request; the reply speaks of these.
    """

    messages: tuple[Message, ...]
    turns: tuple[int, ...]
    told: range

    @property
    def schema(self) -> dict[str, Any]:
        """A JSON object with a sentence for each action that is told."""
        keys = [str(place + 1) for place in self.told]
        sentence = {"type": "string", "minLength": 1, "maxLength": RATIONALE_CHARACTERS}
        return {
            "type": "object",
            "properties": dict.fromkeys(keys, sentence),
            "required": keys,
            "additionalProperties": False,
        }

    @property
    def reply_tokens(self) -> int:
        """The most that the reply may have."""
        return REPLY_TOKENS * (len(self.told) + 1)

    def rationales(self, reply: str) -> dict[int, str]:
        """The rationales of a reply, by the place of their turn, each at most `RATIONALE_CHARACTERS` long.

        Raises:
            UnreadableReply: it holds no object in which all of them stand.
        """
        problem = "it contains no JSON object"
        for value in json_objects(reply):
            said = {place: value.get(str(place + 1)) for place in self.told}
            missing = [
                place + 1 for place, text in said.items() if not isinstance(text, str) or not text.strip()
            ]
            if not missing:
                return {place: _sentence(str(said[place])) for place in self.turns}
            problem = f"it says no rationale for action {missing[0]}"
        raise UnreadableReply(problem)


def asks(
    session: Session, context: Context, *, examples: Sequence[Session] = (), replace: bool = False
) -> Iterator[Ask]:
    """The requests that give a session its rationales.

    Args:
        session: the journey.
        context: what the teacher can read, its reply included.
        examples: sessions that were thought aloud; the built-in ones where there are none.
        replace: whether to ask about turns too that have a rationale already.
    """
    opening = _opening(examples or THOUGHT_ALOUD)
    spent = sum(context.count(message.content) + MESSAGE_OVERHEAD for message in opening)
    start = 0
    while start < len(session.turns):
        room = context.tokens - spent - 2 * MESSAGE_OVERHEAD - 2 * REPLY_TOKENS  # room for a complaint too
        text, stop = _stretch(session, start, Context(room, context.count))
        wanted = tuple(
            place for place in range(start, stop) if replace or not session.turns[place].decision.rationale
        )
        if wanted:
            yield Ask((*opening, Message(role="user", content=text)), wanted, range(start, stop))
        start = stop


def _opening(examples: Sequence[Session]) -> tuple[Message, ...]:
    messages = [Message(role="system", content=SYSTEM)]
    for example in examples:
        told = [_turn(example, place, {}, None) for place in range(len(example.turns))]
        said = {str(place): turn.decision.rationale for place, turn in enumerate(example.turns, start=1)}
        messages.append(Message(role="user", content="\n\n".join([_wants(example), *told, _QUESTION])))
        messages.append(Message(role="assistant", content=json.dumps(said, ensure_ascii=False)))
    return tuple(messages)


def _stretch(session: Session, start: int, room: Context) -> tuple[str, int]:
    """As many turns as fit, at least one, as text; and where they end."""
    head = [_wants(session), *_before(session, start)]
    fixed = room.count("\n\n".join([*head, _QUESTION]))
    shown: dict[str, int] = {}
    told: list[str] = []
    left = room.tokens - fixed
    place = start
    while place < len(session.turns) and len(told) < MOST_ACTIONS:
        text = _turn(session, place, shown, None)
        cost = room.count(text) + REPLY_TOKENS
        if cost > left:
            if told:
                break
            text = _turn(session, place, shown, Context(max(left - REPLY_TOKENS, 64), room.count))
            cost = left
        shown.setdefault(session.turns[place].observation.html, place + 1)
        told.append(text)
        left -= cost
        place += 1
    return "\n\n".join([*head, *told, _QUESTION]), place


_QUESTION = "What did she think before each of these actions?"


def _wants(session: Session) -> str:
    return f"She wants: {session.intent}"


def _before(session: Session, start: int) -> list[str]:
    """What was done before a stretch, in brief."""
    if not start:
        return []
    first = max(0, start - BRIEFLY)
    lines = [
        f"{place + 1}. on “{turn.observation.title}”: {_action(turn)}"
        for place, turn in enumerate(session.turns[first:start], start=first)
    ]
    return ["\n".join(["Before that she did:", *lines])]


def _turn(session: Session, place: int, shown: dict[str, int], room: Context | None) -> str:
    """One page and what was done on it.

    Args:
        session: the journey.
        place: of the turn.
        shown: the numbers of the actions at which pages were shown before, by their HTML.
        room: tokens that it may have; None for any number.
    """
    turn = session.turns[place]
    page = turn.observation
    if page.html in shown:
        head = f"Action {place + 1}, on the page of action {shown[page.html]} again:"
        return f"{head}\nShe did: {_action(turn)}\n{turn.outcome.message}"
    html = page.html if room is None else _cut(page.html, turn, room)
    return f"Action {place + 1}, on this page:\n{html}\nShe did: {_action(turn)}\n{turn.outcome.message}"


def _cut(html: str, turn: Turn, room: Context) -> str:
    """The part of a page around what was acted on, with as many lines as fit."""
    name = name_in(turn.decision.action)
    lines = [piece for line in html.splitlines() for piece in _pieces(line)]
    mark = "" if name is None else f'name="{name}"'
    middle = next((place for place, line in enumerate(lines) if mark in line), 0)
    first, last = middle, middle + 1
    while first > 0 or last < len(lines):
        wider = (max(0, first - 1), min(len(lines), last + 1))
        if room.count("\n".join(lines[wider[0] : wider[1]])) > room.tokens - REPLY_TOKENS:
            break
        first, last = wider
    kept = lines[first:last]
    return "\n".join(["…", *kept, "…"])


def _pieces(line: str) -> list[str]:
    """A line in pieces that each begin with an element, where it is long."""
    if len(line) <= 400:
        return [line]
    pieces = line.replace("<", "\n<").split("\n")
    return ["".join(pieces[start : start + 8]) for start in range(0, len(pieces), 8)]


def _action(turn: Turn) -> str:
    return json.dumps(turn.decision.action.model_dump(), ensure_ascii=False)


def _sentence(said: str) -> str:
    """What was said, on one line, and not longer than a rationale may be."""
    line = " ".join(said.split())
    if len(line) <= RATIONALE_CHARACTERS:
        return line
    cut = line[: RATIONALE_CHARACTERS - 1]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > 0 else f"{cut.rpartition(' ')[0] or cut}…"
