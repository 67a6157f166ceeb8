"""The real weights behind the real vLLM."""

import json
from typing import Any

import httpx
import pytest

from agent.model import Server, token_counter

pytestmark = [pytest.mark.model, pytest.mark.timeout(1200)]

NAMES = ["search_input", "cart.checkout", "search_results.brindle_kettle.view_product"]


def ask(server: Server, **fields: Any) -> dict[str, Any]:
    request = {"model": server.model, "max_tokens": 60, "seed": 7, **fields}
    with httpx.Client(trust_env=False, timeout=300) as client:
        response = client.post(f"{server.url}/chat/completions", json=request)
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        return answer


def test_the_server_serves_our_model_with_its_whole_context(real_server: Server) -> None:
    assert real_server.model == "simagent-smollm2-135m"
    assert real_server.max_model_len == 8192


def test_a_confined_reply_says_only_what_is_allowed(real_server: Server) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"enum": NAMES}},
        "required": ["name"],
        "additionalProperties": False,
    }
    answer = ask(
        real_server,
        messages=[{"role": "user", "content": "Write a poem about the sea, and nothing else."}],
        n=4,
        temperature=1.0,
        response_format={"type": "json_schema", "json_schema": {"name": "decision", "schema": schema}},
    )
    replies = [choice["message"]["content"] for choice in answer["choices"]]
    assert len(replies) == 4
    assert all(json.loads(reply)["name"] in NAMES for reply in replies)
    assert all(not set(" \n\t") & set(reply) for reply in replies)


def test_a_prompt_said_again_is_found_in_the_cache(real_server: Server) -> None:
    messages = [{"role": "user", "content": "A shop sells kettles, cups and tea. " * 40}]
    ask(real_server, messages=messages, max_tokens=1)
    usage = ask(real_server, messages=messages, max_tokens=1)["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > usage["prompt_tokens"] / 2


def test_a_long_prompt_with_a_seed_is_answered(real_server: Server) -> None:
    messages = [{"role": "user", "content": "A quiet shop by the harbour sells lamps and rope. " * 250}]
    usage = ask(real_server, messages=messages, max_tokens=2)["usage"]
    assert usage["prompt_tokens"] > 2500
    assert usage["completion_tokens"] == 2


def test_tokens_counted_here_are_the_tokens_counted_there(real_server: Server) -> None:
    assert real_server.folder is not None
    text = "<button name='add_to_cart'>Add to cart</button> $34.50"
    count = token_counter(real_server.folder)
    bare = ask(real_server, messages=[{"role": "user", "content": ""}], max_tokens=1)["usage"]
    full = ask(real_server, messages=[{"role": "user", "content": text}], max_tokens=1)["usage"]
    assert full["prompt_tokens"] - bare["prompt_tokens"] == count(text)
