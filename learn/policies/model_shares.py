"""What a language model would do at each turn of recorded sessions: a share for each action on the page.

Teacher-forced: the chat is the one of training rows (`learn.rows`), so the model reads what the person really
did until then. The shares are those with which the agent would act, whose replies are confined to what can be
done on the page.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agent.actions import Action, Decision, TypeAndSubmit
from agent.language_model import UnreadableReply, parse_decision
from agent.messages import Context, Message, said
from agent.prompts import RATIONALE_CHARACTERS, conversation
from learn.choices import legal, page_actions
from learn.rows import Row, rows_of
from learn.scoring.local_model import Answer, Ask, Chat, Draw, LocalModel, Say, Think, Weigh
from learn.session import Session, Turn

Shares = Mapping[Action, float]
"""Of all actions on a page; the text of an action that types one is empty. They sum to 1."""

THOUGHT_TOKENS = 48
TEXT_TOKENS = 40
REPLY_TOKENS = 160
"""Most tokens that are said of each."""

DRAFTS = 16
"""Texts that are drawn where one is to be typed."""

TEMPERATURE = 0.6
"""Of these: a small model's unlikely tokens lead to texts that nobody types."""

_END_OF_TEXT = '"}}'
_BEFORE_THOUGHT = '{"rationale":"'


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A turn where it stands in a chat."""

    row: Row
    at: int
    session: Session
    number: int

    @property
    def turn(self) -> Turn:
        """The turn itself."""
        return self.session.turns[self.number]

    @property
    def key(self) -> tuple[str, int]:
        """The session's key, and the turn's number."""
        return self.session.key, self.number


class ModelShares:
    """Shares of actions, and what the model says besides.

    Args:
        model: what is asked.
        thinks: whether the model says a rationale (its likeliest words, at least one, as the agent asks it)
            before its choice is weighed.
        fenced: whether pages stand between marks; None: as the model was taught.
    """

    def __init__(self, model: LocalModel, *, thinks: bool = False, fenced: bool | None = None) -> None:
        self.model = model
        self._context = replace(model.context, fenced=fenced)
        self._placed: dict[str, list[_Placed]] = {}
        self._thinks = thinks
        self._thoughts: dict[tuple[str, int], str] = {}
        self._shares: dict[tuple[str, int], Shares] = {}

    def thinking(self) -> "ModelShares":
        """The same model, when it thinks first."""
        other = ModelShares(self.model, thinks=True)
        other._placed = self._placed
        return other

    def between_marks(self) -> "ModelShares":
        """The same model, when pages are fenced, as those of others' shops are."""
        return ModelShares(self.model, fenced=True)

    def of(self, sessions: Sequence[Session]) -> list[list[Shares]]:
        """For each turn of each session, the shares of what can be done there.

        Raises:
            UserError: the model cannot be run.
        """
        new = [session for session in sessions if (session.key, 0) not in self._shares]
        placed = self._places(new)
        if self._thinks:
            asks = [Think(one.at, _BEFORE_THOUGHT, "quote", THOUGHT_TOKENS) for one in placed]
            thoughts = self._asked(placed, asks, "thinking")
            self._thoughts |= {
                one.key: _thought(str(said)) for one, said in zip(placed, thoughts, strict=True)
            }
        offers = [offered(one.turn, self._thoughts.get(one.key, "")) for one in placed]
        weighed = self._asked(
            placed,
            [Weigh(one.at, tuple(offer.values())) for one, offer in zip(placed, offers, strict=True)],
            "weighing choices",
        )
        for one, offer, logs in zip(placed, offers, weighed, strict=True):
            self._shares[one.key] = _shares_of(offer, logs)
        return [
            [self._shares[session.key, place] for place in range(len(session.turns))] for session in sessions
        ]

    def ahead(self, session: Session, place: int) -> Shares:
        """The shares at one turn of a visit that is still under way: nothing of it is remembered.

        Args:
            session: the visit so far.
            place: of the turn.

        Raises:
            UserError: the model cannot be run.
        """
        turn = session.turns[place]
        context = self._context
        past = session.steps()[:place]
        asked = conversation(session.persona, session.intent, past, turn.observation, context)
        messages = (*asked, Message(role="assistant", content=said(turn.decision)))
        tokens = sum(context.count(message.content) for message in messages)

        def answer(ask: Ask) -> Answer:
            return self.model.answers([Chat(messages, (ask,), tokens)], "weighing choices")[0][0]

        thought = ""
        if self._thinks:
            thought = _thought(str(answer(Think(len(asked), _BEFORE_THOUGHT, "quote", THOUGHT_TOKENS))))
        offer = offered(turn, thought)
        return _shares_of(offer, answer(Weigh(len(asked), tuple(offer.values()))))

    def drafts(self, wanted: Sequence[tuple[Session, int, TypeAndSubmit]]) -> list[list[str]]:
        """Texts that the model might type, `DRAFTS` of each.

        Args:
            wanted: sessions, turns and the fields, as actions with an empty text.

        Raises:
            UserError: the model cannot be run.
        """
        sessions = list({session.key: session for session, _, _ in wanted}.values())
        places = {one.key: one for one in self._places(sessions)}
        placed = [places[session.key, turn] for session, turn, _ in wanted]
        asks = []
        for one, (_, _, action) in zip(placed, wanted, strict=True):
            spoken = _spoken(action, self._thoughts.get(one.key, ""))
            asks.append(Draw(one.at, spoken, "quote", TEXT_TOKENS, DRAFTS, TEMPERATURE))
        return [
            [_unescaped(str(draft)).strip() for draft in drafts]
            for drafts in self._asked(placed, asks, "typing")
        ]

    def illegal_freely(self, sessions: Sequence[Session]) -> dict[tuple[str, int], bool]:
        """By session and turn, whether what the model says cannot be done, where nothing confines it."""
        placed = self._places(sessions)
        replies = self._asked(
            placed, [Say(one.at, "", "end", REPLY_TOKENS) for one in placed], "speaking freely"
        )
        return {
            one.key: not _can_be_done(one.turn, str(reply))
            for one, reply in zip(placed, replies, strict=True)
        }

    def _places(self, sessions: Iterable[Session]) -> list[_Placed]:
        """All turns of sessions in the chats in which the model is asked about them."""
        found = []
        for session in sessions:
            if session.key not in self._placed:
                self._placed[session.key] = list(_placed(session, self._context))
            found += self._placed[session.key]
        return found

    def _asked(self, placed: Sequence[_Placed], asks: Sequence[Ask], what: str) -> list[Answer]:
        """The answer to each ask, those of one chat asked together."""
        chats: dict[int, list[int]] = {}
        for number, one in enumerate(placed):
            chats.setdefault(id(one.row), []).append(number)
        found: list[Answer] = [""] * len(asks)
        told = self.model.answers(
            [
                Chat(
                    placed[numbers[0]].row.messages,
                    tuple(asks[n] for n in numbers),
                    placed[numbers[0]].row.tokens,
                )
                for numbers in chats.values()
            ],
            what,
        )
        for numbers, answers in zip(chats.values(), told, strict=True):
            for number, answer in zip(numbers, answers, strict=True):
                found[number] = answer
        return found


def sample_of(sessions: Iterable[Session], most: int) -> list[Session]:
    """So many sessions, the same each time."""

    def order(session: Session) -> bytes:
        return hashlib.sha256(f"free {session.key}".encode()).digest()

    return sorted(sessions, key=order)[:most]


def offered(turn: Turn, thought: str) -> dict[Action, str]:
    """All that can be done on a turn's page, and how the model would say it; texts are left open."""
    actions = (actions[0] for actions in page_actions(turn.observation, "").values())
    return {action: _spoken(action, thought) for action in actions}


def _shares_of(offer: Iterable[Action], logs: Answer) -> Shares:
    """The answer to a `Weigh` as shares that sum to 1."""
    shares = np.exp(np.array(logs, dtype=float))
    return dict(zip(offer, (shares / shares.sum()).tolist(), strict=True))


def _spoken(action: Action, thought: str) -> str:
    whole = said(Decision(rationale=thought, action=action))
    return whole.removesuffix(_END_OF_TEXT) if isinstance(action, TypeAndSubmit) else whole


def _placed(session: Session, context: Context) -> Iterator[_Placed]:
    numbers = iter(range(len(session.turns)))
    for row in rows_of(session, context):
        for at, learned in enumerate(row.learned):
            if learned:
                yield _Placed(row, at, session, next(numbers))


def _thought(text: str) -> str:
    return _unescaped(text)[:RATIONALE_CHARACTERS]


def _unescaped(text: str) -> str:
    """A text as it stands between the quotes of a JSON string; one that is broken off stays as it is."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _can_be_done(turn: Turn, reply: str) -> bool:
    try:
        return legal(turn.observation, parse_decision(reply).action)
    except UnreadableReply:
        return False
