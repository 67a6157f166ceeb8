"""Training rows: sessions as the very chats that a model is sent.

The messages come from the function that the agent prompts with (`agent.prompts.conversation`), so that what a
model is trained on is, byte for byte, what it will be asked. One row is a whole session; where the chat
outgrows the model's context, the agent shortens what is old, and what was sent before that is no beginning
of what is
sent after it: there a new row begins. Each decision is learned in exactly one row, in the one whose messages
before it are what the model would be sent at that step.

Only decisions are learned: rationale and action (arXiv 2503.20749, section 3.3).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.actions import Frozen
from agent.prompts import MESSAGE_OVERHEAD, Context, Message, PromptStyle, conversation, said
from agent.session import Step
from learn.session import Session
from learn.split import Part, part_of


class Row(Frozen):
    """One training sequence.

    Attributes:
        session: the session's key.
        part: of the split.
        first: index of the first step that is learned in this row, from 1.
        messages: the chat; ends with a decision.
        learned: for each message, whether the loss is on it.
        tokens: of the whole chat, what a template adds included as `agent.prompts` reckons it.
        learned_tokens: of these, those with loss.
        shortened: earlier steps of the session that stand here shortened or are left out.
    """

    session: str
    part: Part
    first: int
    messages: tuple[Message, ...]
    learned: tuple[bool, ...]
    tokens: int
    learned_tokens: int
    shortened: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long rows are, and what did not fit.

    Attributes:
        rows: how many.
        sessions: of how many sessions.
        tokens: of all rows together.
        learned_tokens: of these, those with loss.
        median, p90, longest: tokens of a row.
        sessions_shortened: sessions that were too long for the context, and became several rows.
        rows_too_long: rows that are longer than the context even so: the system message and one page alone.
    """

    rows: int
    sessions: int
    tokens: int
    learned_tokens: int
    median: int
    p90: int
    longest: int
    sessions_shortened: int
    rows_too_long: int


def rows_of(session: Session, context: Context) -> Iterator[Row]:
    """The rows of a session, in order; more than one where its chat outgrows the context.

    Args:
        session: what was seen and done; its rationales are learned as they are.
        context: what the model can read and how it is talked to, as the agent is told it.
    """
    steps = session.steps()
    if session.turns:
        asked = conversation(
            session.persona, session.intent, steps[:-1], session.turns[-1].observation, context
        )
        if _given_up(asked, steps[:-1], context) == 0:
            yield _whole(session, asked, context)
            return
    yield from _parts(session, steps, context)


def _whole(session: Session, asked: Sequence[Message], context: Context) -> Row:
    """The one row of a session whose chat fits: what is asked last begins with all that was asked before."""
    draft = _Draft([*asked, Message(role="assistant", content=said(session.turns[-1].decision))], 1, 0)
    decisions = [place for place, message in enumerate(draft.messages) if message.role == "assistant"]
    for place in decisions[-len(session.turns) :]:
        draft.learned[place] = True
    return draft.row(session, context)


def _parts(session: Session, steps: Sequence[Step], context: Context) -> Iterator[Row]:
    draft: _Draft | None = None
    for place, turn in enumerate(session.turns):
        asked = conversation(session.persona, session.intent, steps[:place], turn.observation, context)
        if draft is None or not draft.goes_on_as(asked):
            if draft is not None:
                yield draft.row(session, context)
            draft = _Draft(asked, place + 1, _given_up(asked, steps[:place], context))
        draft.add(asked, said(turn.decision))
    if draft is not None:
        yield draft.row(session, context)


def lengths(rows: Iterable[Row], context: Context) -> Lengths:
    """How long rows are.

    Args:
        rows: the rows.
        context: what they were made for.
    """
    tokens: list[int] = []
    learned = too_long = 0
    sessions: dict[str, int] = {}
    for row in rows:
        tokens.append(row.tokens)
        learned += row.learned_tokens
        too_long += row.tokens - row.learned_tokens > context.tokens
        sessions[row.session] = sessions.get(row.session, 0) + 1
    tokens.sort()
    return Lengths(
        rows=len(tokens),
        sessions=len(sessions),
        tokens=sum(tokens),
        learned_tokens=learned,
        median=_quantile(tokens, 0.5),
        p90=_quantile(tokens, 0.9),
        longest=tokens[-1] if tokens else 0,
        sessions_shortened=sum(count > 1 for count in sessions.values()),
        rows_too_long=too_long,
    )


class _Draft:
    """A row in the making."""

    def __init__(self, asked: Sequence[Message], first: int, shortened: int) -> None:
        self.messages = list(asked)
        self.learned = [False] * len(asked)
        self.first = first
        self.shortened = shortened

    def goes_on_as(self, asked: Sequence[Message]) -> bool:
        """Whether what is asked now begins with what was asked and answered so far."""
        return len(asked) == len(self.messages) + 1 and list(asked[:-1]) == self.messages

    def add(self, asked: Sequence[Message], reply: str) -> None:
        self.messages = [*asked, Message(role="assistant", content=reply)]
        self.learned += [False] * (len(asked) - len(self.learned)) + [True]

    def row(self, session: Session, context: Context) -> Row:
        sizes = [context.count(message.content) + MESSAGE_OVERHEAD for message in self.messages]
        return Row(
            session=session.key,
            part=part_of(session),
            first=self.first,
            messages=tuple(self.messages),
            learned=tuple(self.learned),
            tokens=sum(sizes),
            learned_tokens=sum(size for size, counts in zip(sizes, self.learned, strict=True) if counts),
            shortened=self.shortened,
        )


def _given_up(asked: Sequence[Message], past: Sequence[Step], context: Context) -> int:
    """How many past steps do not stand in the chat whole."""
    if context.style is PromptStyle.TAUGHT:
        return len(past) - sum(message.role == "assistant" for message in asked)
    pages = [message.content for message in asked if message.role == "user"]
    whole = 0
    for step, page in zip(reversed(past), reversed(pages[:-1]), strict=False):
        if step.observation not in page:
            break
        whole += 1
    return len(past) - whole


def _quantile(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
