"""Picks actions from rationales by a language model's probabilities.

The model is confined to the actions of the page for its own pick, and to the action that was done for how
likely it holds that one: a server reports the probabilities of what is said as the model had them before it
was confined (vLLM does), so that the second request measures, and says nothing new.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from agent.actions import Action
from agent.chat import ChatServer
from agent.errors import ModelFault, UserError
from agent.language_model import json_objects
from agent.prompts import Context, Message, decision_schema
from learn.rationales.questions import LEAVE, Question, shuffled
from learn.rationales.reconstruction import Given, Pick, Picks

SYSTEM = (
    "You see a page of an online shop, what a customer did before, and what she thinks now. Say what she "
    "does next, as one JSON object. `terminate` means that she closes the window."
)
REPLY_TOKENS = 160
REMEMBERED = 6
"""Earlier actions that are told."""


async def by_model(
    asked: Sequence[Question],
    server: ChatServer,
    name: str,
    *,
    parallel: int,
    seed: int = 0,
    on_done: Callable[[], None],
) -> Picks:
    """Picks by a model.

    Args:
        asked: the questions; each is put three times over.
        server: where the model is served.
        name: the model's name there.
        parallel: questions that are put at the same time.
        seed: of shuffling.
        on_done: told after each question.

    Raises:
        UserError: the server fails, or does not say how likely its words were.
    """
    said = {
        Given.NOTHING: [""] * len(asked),
        Given.SHUFFLED: shuffled(asked, seed),
        Given.OWN: [question.rationale for question in asked],
    }
    found: dict[int, dict[Given, Pick]] = {}
    waiting = iter(range(len(asked)))

    async def work() -> None:
        for place in waiting:
            # One after the other: the page, which all three share, is then in the server's prefix cache.
            found[place] = {
                given: await _pick(server, name, asked[place], said[given][place]) for given in Given
            }
            on_done()

    try:
        await asyncio.gather(*(work() for _ in range(parallel)))
    except ModelFault as fault:
        raise UserError(f"{fault} (needed to score rationales)") from fault
    return {given: [found[place][given] for place in range(len(asked))] for given in Given}


def fitting(asked: Sequence[Question], context: Context) -> list[Question]:
    """The questions that a model can read."""
    room = context.tokens - REPLY_TOKENS - 100
    return [
        question
        for question in asked
        if sum(context.count(each.content) for each in messages(question, question.rationale)) <= room
    ]


def messages(question: Question, rationale: str) -> list[Message]:
    """What the model is sent. What differs between the conditions stands at the end."""
    past = [
        f"- on “{turn.observation.title}”: {_in_json(turn.decision.action)}"
        for turn in question.before[-REMEMBERED:]
    ]
    told = [
        *(["Before this she did:", *past] if past else ["This is the first page that she sees."]),
        question.turn.observation.html,
        *([f"She thinks: “{rationale}”"] if rationale else []),
        "What does she do next?",
    ]
    return [Message(role="system", content=SYSTEM), Message(role="user", content="\n".join(told))]


async def _pick(server: ChatServer, name: str, question: Question, rationale: str) -> Pick:
    asked = messages(question, rationale)
    action = question.turn.decision.action

    async def reply(schema: dict[str, Any]) -> tuple[str, float | None]:
        completion = await server.complete(
            name,
            asked,
            schema=schema,
            temperature=0.0,
            seed=0,
            max_tokens=REPLY_TOKENS,
            log_probabilities=True,
        )
        return completion.text, completion.log_probability

    free, _ = await reply(_object(decision_schema(question.turn.observation)["properties"]["action"]))
    _, likely = await reply(_object(_only(action)))
    if likely is None:
        raise UserError(f"the server at {server.url} does not say how likely its words were (logprobs)")
    return Pick(_named(free) == question.names[question.truth], likely)


def _object(action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"action": action},
        "required": ["action"],
        "additionalProperties": False,
    }


def _in_json(action: Action) -> str:
    return json.dumps(action.model_dump(), ensure_ascii=False)


def _only(action: Action) -> dict[str, Any]:
    """The schema of this very action."""
    values = action.model_dump()
    return {
        "type": "object",
        "properties": {key: {"const": value} for key, value in values.items()},
        "required": list(values),
        "additionalProperties": False,
    }


def _named(reply: str) -> str | None:
    """The name of what a reply acts on, `LEAVE` for leaving; None where it says none."""
    for value in json_objects(reply):
        action = value.get("action")
        if isinstance(action, dict):
            return LEAVE if action.get("type") == "terminate" else str(action.get("name"))
    return None
