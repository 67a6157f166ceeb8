import json
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.chat import ChatServer
from agent.errors import ModelFault
from agent.language_model import (
    DRAWS,
    LanguageModelPolicy,
    Thinning,
    UnreadableReply,
    parse_decision,
)
from agent.policy import Decided
from agent.prompts import Context, conversation, said
from simplify import Observation
from tests.agent.values import maya, page, step

CONTEXT = Context(tokens=100_000, count=len)
BUY = '{"rationale": "It fits.", "action": {"type": "click", "name": "buy"}}'

Answer = Callable[[dict[str, Any]], httpx.Response]


def reply(text: str, finish: str = "stop") -> httpx.Response:
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 64}}
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    return httpx.Response(200, json={"choices": [choice], "usage": usage})


async def decide(answer: Answer) -> tuple[Decided, list[dict[str, Any]]]:
    """What the policy makes of a server that answers so, and the requests that the server was sent."""
    requests: list[dict[str, Any]] = []

    def serve(request: httpx.Request) -> httpx.Response:
        requests.append(json.loads(request.content))
        return answer(requests[-1])

    async with ChatServer("http://model.test", transport=httpx.MockTransport(serve)) as server:
        policy = LanguageModelPolicy(server, "tiny", CONTEXT, seed=3)
        decided = await policy.decide(maya(), "a kettle", [step()], page(links=("buy",)))
    return decided, requests


async def test_the_server_is_sent_the_very_conversation_and_the_names_of_the_page() -> None:
    decided, [request] = await decide(lambda _: reply(BUY))
    expected = conversation(maya(), "a kettle", [step()], page(links=("buy",)), CONTEXT)
    assert request["messages"] == [message.model_dump() for message in expected]
    schema = request["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["action"]["anyOf"][0]["properties"]["name"] == {"enum": ["buy"]}
    assert decided.decision.action == Click(name="buy")
    assert decided.usage.model_dump() == {
        "prompt_tokens": 100, "cached_tokens": 64, "completion_tokens": 20, "attempts": 1,
    }  # fmt: skip


async def test_a_server_without_structured_output_is_asked_in_plain_words() -> None:
    def answer(request: dict[str, Any]) -> httpx.Response:
        if "response_format" in request:
            return httpx.Response(400, json={"error": {"message": "unknown field"}})
        return reply(f"Let me think. {{not json}} ```json\n{BUY}\n```")

    decided, requests = await decide(answer)
    assert decided.decision.action == Click(name="buy")
    assert ["response_format" in request for request in requests] == [True, False]


async def test_a_reply_that_cannot_be_read_is_answered_with_what_is_wrong_with_it() -> None:
    replies = iter(["I would buy it.", '{"rationale": "x", "action": {"type": "hover"}}', BUY])
    decided, requests = await decide(lambda _: reply(next(replies)))
    assert decided.decision.action == Click(name="buy")
    assert decided.usage.attempts == 3
    assert decided.usage.prompt_tokens == 300
    assert "no JSON object" in requests[1]["messages"][-1]["content"]
    assert "hover" in requests[2]["messages"][-1]["content"]
    assert len({request["seed"] for request in requests}) == 3


async def test_rubbish_without_end_is_a_fault_after_a_bounded_number_of_tries() -> None:
    with pytest.raises(ModelFault, match="no decision in 3 tries: it broke off"):
        await decide(lambda _: reply('{"rationale": "I', finish="length"))


@pytest.mark.parametrize(
    ("response", "said_to_user"),
    [
        (httpx.Response(200, text="<html>hello</html>"), "does not answer as an OpenAI-compatible server"),
        (httpx.Response(200, json={"choices": []}), "without any choice"),
        (httpx.Response(404, json={"error": {"message": "no model tiny"}}), "answered 404: no model tiny"),
        (httpx.Response(401, text="who are you?"), "answered 401: who are you?"),
    ],
)
async def test_a_server_that_talks_rubbish_is_a_fault_in_one_line(
    response: httpx.Response, said_to_user: str
) -> None:
    with pytest.raises(ModelFault, match=said_to_user) as caught:
        await decide(lambda _: response)
    assert "\n" not in str(caught.value)


async def test_a_server_that_is_gone_is_a_fault() -> None:
    def gone(request: dict[str, Any]) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ModelFault, match="cannot be reached or broke off"):
        await decide(gone)


async def test_a_busy_server_is_asked_again() -> None:
    answers = iter([httpx.Response(503), httpx.Response(429), reply(BUY)])
    decided, requests = await decide(lambda _: next(answers))
    assert decided.decision.action == Click(name="buy")
    assert len(requests) == 3


DECISIONS = st.builds(
    Decision,
    rationale=st.text(),
    action=st.builds(Click, name=st.text())
    | st.builds(TypeAndSubmit, name=st.text(), text=st.text())
    | st.just(Terminate()),
)


@given(DECISIONS, st.text(alphabet=st.characters(exclude_characters="{}")), st.text())
def test_what_is_said_is_read_back_whatever_stands_around_it(
    decision: Decision, before: str, after: str
) -> None:
    assert parse_decision(f"{before}{said(decision)}{after}") == decision


def test_the_papers_order_and_flat_actions_are_read_too() -> None:
    for text in (
        '{"action": {"type": "terminate"}, "rationale": "Nothing fits."}',
        '{"type": "terminate", "rationale": "Nothing fits."}',
    ):
        assert parse_decision(text) == Decision(rationale="Nothing fits.", action=Terminate())


@given(st.text())
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        parse_decision(text)
    except UnreadableReply as error:
        assert str(error)  # noqa: PT017 - any text may also be readable


async def test_kinds_that_come_too_often_are_let_stand_less_often() -> None:
    """Said half the time and kept a quarter of the time, leaving comes in a fifth of the decisions."""

    def says(request: httpx.Request) -> httpx.Response:
        coin = random.Random(json.loads(request.content)["seed"]).random()
        return reply(BUY if coin < 0.5 else '{"rationale": "", "action": {"type": "terminate"}}')

    def kept(action: Action, _: Observation) -> float:
        return 0.25 if isinstance(action, Terminate) else 1.0

    left, attempts = 0, []
    async with ChatServer("http://model.test", transport=httpx.MockTransport(says)) as server:
        for seed in range(400):
            policy = LanguageModelPolicy(
                server, "tiny", CONTEXT, seed=seed, thinning=Thinning(kept, {"calibration": {}})
            )
            decided = await policy.decide(maya(), "a kettle", [], page(links=("buy",)))
            left += isinstance(decided.decision.action, Terminate)
            attempts.append(decided.usage.attempts)
    assert 0.13 < left / 400 < 0.28
    assert 1 < max(attempts) <= DRAWS
    assert sum(attempts) > 500
