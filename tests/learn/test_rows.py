"""Training rows are what the model is sent, to the byte."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.chat import ChatServer
from agent.language_model import LanguageModelPolicy
from agent.prompts import Context, PromptStyle, said
from learn.rows import Row, lengths, rows_of
from learn.session import Session
from tests.learn.values import visits

WIDE = Context(tokens=100_000, count=len)
TAUGHT = PromptStyle.TAUGHT


async def sent(session: Session, place: int, context: Context) -> list[dict[str, str]]:
    """The messages that the agent's own policy sends to its server at a step of the session."""
    requests: list[dict[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(json.loads(request.content))
        content = '{"rationale": "I go.", "action": {"type": "terminate"}}'
        choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        return httpx.Response(200, json={"choices": [choice]})

    async with ChatServer("http://model.test", transport=httpx.MockTransport(answer)) as server:
        policy = LanguageModelPolicy(server, "tiny", context)
        observation = session.turns[place].observation
        await policy.decide(session.persona, session.intent, session.steps()[:place], observation)
    messages: list[dict[str, str]] = requests[0]["messages"]
    return messages


def prompts(rows: Sequence[Row]) -> list[tuple[list[dict[str, str]], str]]:
    """What stands before each learned message, and the message."""
    return [
        ([before.model_dump() for before in row.messages[:place]], message.content)
        for row in rows
        for place, message in enumerate(row.messages)
        if row.learned[place]
    ]


@pytest.mark.parametrize(
    ("style", "tokens", "several"),
    [
        (PromptStyle.INSTRUCTED, 100_000, False),
        (PromptStyle.INSTRUCTED, 9_000, True),
        (TAUGHT, 100_000, False),
        (TAUGHT, 3_500, True),
    ],
)
async def test_each_decision_is_learned_once_after_the_very_messages_that_the_model_is_sent(
    tmp_path: Path, style: PromptStyle, tokens: int, several: bool
) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "B4", "A3", "A4", "A4", "C5"])
    context = Context(tokens=tokens, count=len, style=style)
    rows = list(rows_of(session, context))
    learned = prompts(rows)
    assert (len(rows) > 1) == several
    assert len(learned) == len(session.turns)
    for place, (before, reply) in enumerate(learned):
        assert before == await sent(session, place, context)
        assert reply == said(session.turns[place].decision)


def test_the_demonstration_is_not_learned_and_nothing_but_decisions_is(tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1"])
    [row] = rows_of(session, WIDE)
    assert [message.role for message, counts in zip(row.messages, row.learned, strict=True) if counts] == [
        "assistant"
    ] * len(session.turns)
    assert not any(row.learned[: len(row.messages) - 2 * len(session.turns) + 1])
    assert row.messages[-1].content == said(session.turns[-1].decision)
    assert 0 < row.learned_tokens < row.tokens


def test_a_fine_tuned_model_is_told_of_a_page_that_it_was_shown_only_what_changed(tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "A3", "A4"])
    [whole] = rows_of(session, WIDE)
    [short] = rows_of(session, Context(tokens=100_000, count=len, style=TAUGHT))
    assert short.tokens < whole.tokens / 2
    assert short.messages[-2].content == "5 done, moves +1 +1 +1, 4 here, next blue_trousers_a5"
    assert [reply for _, reply in prompts([short])] == [reply for _, reply in prompts([whole])]


def test_lengths_say_what_did_not_fit(tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1", "A2", "A3", "A4", "A5", "A6"], ["B1"])
    context = Context(tokens=9_000, count=len)
    rows = [row for session in sessions for row in rows_of(session, context)]
    found = lengths(rows, context)
    assert (found.sessions, found.sessions_shortened, found.rows) == (2, 1, len(rows))
    assert found.tokens == sum(row.tokens for row in rows)
    assert found.rows_too_long == 0
    assert lengths(rows, Context(tokens=3_000, count=len)).rows_too_long > 0
    assert any(row.shortened for row in rows)
