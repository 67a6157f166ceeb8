"""What a model is fine-tuned on: training rows, with what else people might have done.

A row says what one person did. At most moments people differ, and one row shows one of them. Where a small
model that was trained on the same people is at hand, a row also says how likely it holds each other action
on the page, or each other search (knowledge distillation, Hinton et al., arXiv 1503.02531): a language model
then needs far fewer visits to learn what people do. It learns from goals without a known query so, too.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from agent.actions import Action, Decision, TypeAndSubmit
from agent.prompts import Context, said
from learn.captured import captured
from learn.choices import LEAVE, menu_of, on_listings, symbol_of
from learn.clothing2008 import place_of
from learn.policies.kept_words import KeptWords
from learn.policies.sequence import SequenceModel
from learn.policies.sequence_features import shelf
from learn.rationales import verbalised
from learn.readers.human_clicks import country_of
from learn.readers.human_search import SOURCE as SEARCHES
from learn.readers.human_search import session_of as search_for
from learn.rows import Row, rows_of
from learn.session import Author, Moment, Session
from simplify import Observation, simplify

LEAST = 0.002
"""Choices that are less likely than this are left out of an example."""

TURNS = 48
"""Turns of a visit that are looked at: a few endless visits would else teach more than most people."""

WHOLE_PAGES = 16
"""Of so many sessions off the clothing listings, one shows its pages whole."""

PIECE = 10
"""Turns of a piece of a visit whose pages are not shown."""

_ENDLESS = 1_000_000
"""Tokens: a visit without its pages fits whole, and what is too long is cut by the training script."""


@dataclass(frozen=True, slots=True)
class Teachers:
    """Small models that have read all of the training part.

    Attributes:
        clicks: what comes next on the clothing listings.
        words: which words of a goal are typed.
    """

    clicks: SequenceModel
    words: KeptWords

    @classmethod
    def shipped(cls) -> "Teachers":
        """Those that come along."""
        return cls(SequenceModel.shipped(), KeptWords.shipped())


Choices = list[tuple[str, float]]
"""Decisions as they would be said, each with its share."""


def examples_of(
    sessions: Iterable[Session],
    context: Context,
    *,
    teachers: Teachers | None,
    rationale_share: float,
    page_share: float,
    other_pages: int | None,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """The examples of sessions, as the training script reads them: one a training row.

    Args:
        sessions: what is learned from.
        context: of the model, with its prompt style.
        teachers: say how likely other actions were; None: only what was done is learned.
        rationale_share: the share of sessions in which a thought stands before each action.
        page_share: the share of visits to the clothing listings in which the pages are shown. Of the others'
            pages only titles are told, and where the shopper is, in pieces of `PIECE` turns: a page costs as
            much as several decisions, and most of what people do next hangs on what they did before.
        other_pages: tokens to which pages outside of the clothing listings are folded, or half as many, since
            what is typed there does not hang on what else the page shows; one session in `WHOLE_PAGES`
            shows them whole, and with None all do.
        seed: of the choice of sessions with thoughts, and of their words.

    Yields:
        `session`, `messages`, `learned`; `choices`: for the places of messages, decisions with shares; and
        `thinks`: whether thoughts stand before its actions. Of people's searches, only the first is learned.
    """
    for session in sessions:
        short = replace(session, turns=session.turns[: 1 if session.source == SEARCHES else TURNS])
        thinks = _draw(f"{seed}", session).random() < rationale_share
        folded = _folded(short, _budget(short, other_pages, seed), context)
        told = verbalised(folded, seed) if thinks else folded
        shares = [] if teachers is None or thinks else _shares(short, teachers)
        bare = on_listings(short) and _draw(f"pages {seed}", session).random() >= page_share
        for row in rows_of(told, replace(context, tokens=_ENDLESS) if bare else context):
            example = {
                "session": row.session,
                "messages": [message.model_dump() for message in row.messages],
                "learned": row.learned,
                "choices": _choices(row, shares),
                "thinks": thinks,
            }
            yield from _without_pages(example) if bare else [example]


def drawn_searches(goals: Iterable[str], teacher: KeptWords) -> Iterator[Session]:
    """Sessions of goals of which no query is known, with one that people might type."""
    for goal in goals:
        draws = teacher.draws(goal, 1)
        if draws:
            yield replace(search_for(goal, draws), author=Author.SIMULATED)


def _draw(what: str, session: Session) -> random.Random:
    """What is drawn for a session, the same each time."""
    return random.Random(f"{what} {session.key}")  # noqa: S311 - not for secrets


def _without_pages(example: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A visit in pieces, so that there are many steps; of each page the title and where the shopper is."""
    system, *turns = map(_without_page, example["messages"])
    for start in range(0, len(turns), 2 * PIECE):
        piece = slice(start, start + 2 * PIECE)
        yield {
            **example,
            "messages": [system, *turns[piece]],
            "learned": [False, *example["learned"][1:][piece]],
            "choices": {
                str(int(place) - start): choices
                for place, choices in example["choices"].items()
                if start < int(place) <= piece.stop
            },
        }


def _without_page(message: Mapping[str, str]) -> dict[str, str]:
    """A turn's first line, which names the page, and its last, which says where the shopper is."""
    lines = message["content"].split("\n")
    if message["role"] != "user" or len(lines) < 3:
        return dict(message)
    return {"role": message["role"], "content": f"{lines[0]}\n{lines[-1]}"}


def _choices(row: Row, by_turn: Sequence[Mapping[Action, float]]) -> dict[str, Choices]:
    """For each learned message, what else might have been done there."""
    learned = [place for place, counts in enumerate(row.learned) if counts]
    return {
        str(place): [
            (said(Decision(rationale="", action=action)), round(share, 4)) for action, share in shares.items()
        ]
        for place, shares in zip(learned, by_turn[row.first - 1 :], strict=False)
        if shares
    }


def _shares(session: Session, teachers: Teachers) -> list[Mapping[Action, float]]:
    """For each turn, how likely each next action was; empty where no teacher knows."""
    if session.source == SEARCHES:
        return [_searches(session.intent, turn.decision.action, teachers.words) for turn in session.turns]
    if not on_listings(session):
        return [{} for _ in session.turns]
    moments = list(session.moments())
    on = shelf()
    clicks = [on.index[symbol] for moment in moments if (symbol := symbol_of(moment)) != LEAVE]
    after = teachers.clicks.shares(clicks, country_of(session))
    found: list[Mapping[Action, float]] = []
    for moment, shares in zip(moments, after, strict=False):
        menu = menu_of(moment)
        order = [on.index.get(symbol, len(on.codes)) for symbol in menu.symbols]
        found += _along(moment, menu.choices, shares[order])
    return found


def _searches(goal: str, typed: Action, teacher: KeptWords) -> Mapping[Action, float]:
    """What might be typed for a goal into the same field."""
    assert isinstance(typed, TypeAndSubmit)
    draws = Counter(teacher.draws(goal))
    return {
        TypeAndSubmit(name=typed.name, text=query): number / draws.total() for query, number in draws.items()
    }


def _along(
    moment: Moment, choices: Sequence[tuple[Action, ...]], shares: np.ndarray[Any, Any]
) -> Iterator[Mapping[Action, float]]:
    """On the way to what was done: at each step, what those would do who have come this far."""
    way = tuple(turn.decision.action for turn in moment.turns)
    for step in range(len(way)):
        follow: dict[Action, float] = {}
        for actions, share in zip(choices, shares, strict=True):
            if len(actions) > step and actions[:step] == way[:step]:
                follow[actions[step]] = follow.get(actions[step], 0.0) + float(share)
        whole = sum(follow.values()) or 1.0
        yield {action: share / whole for action, share in follow.items() if share / whole >= LEAST}


def _budget(session: Session, most: int | None, seed: int) -> int | None:
    if most is None:
        return None
    draw = _draw(f"page {seed}", session)
    return None if draw.randrange(WHOLE_PAGES) == 0 else most // draw.choice((1, 2))


def _folded(session: Session, budget: int | None, context: Context) -> Session:
    if budget is None or not session.turns or place_of(session.turns[0].observation) is not None:
        return session
    turns = [
        replace(turn, observation=_fold(turn.observation.url, budget, context.count) or turn.observation)
        for turn in session.turns
    ]
    return replace(session, turns=tuple(turns))


@cache
def _fold(url: str, budget: int, count: Any) -> Observation | None:
    """A captured page of the market within a budget of tokens; None for a page that is no such."""
    page = captured("market").get(url)
    return simplify(page, url=url, budget=budget, count_tokens=count) if page is not None else None
