"""The policy that this project exists for: a language model that says a rationale and the next action."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from agent.actions import Action, Decision, type_of
from agent.characters import whole_values
from agent.chat import Completion
from agent.errors import ModelFault
from agent.persona import Persona
from agent.policy import Decided
from agent.prompts import Context, Message, conversation, decision_schema
from agent.session import Step, Usage
from simplify import Observation

REPLY_TOKENS = 384
"""Most tokens of a reply; the longest rationale, name and text fit, also where every character is a token."""

REPAIRS = 2
"""How often a reply that cannot be read is answered with what is wrong with it."""


DRAWS = 8
"""Most replies that are drawn for a decision where kinds of decisions are thinned; the last one stands."""


@dataclass(frozen=True, slots=True)
class Thinning:
    """Kinds of decisions that come too often are let stand less often (rejection sampling).

    Where a decision of kind c is kept with a share proportional to w(c), and drawn anew otherwise, kinds come
    with probabilities proportional to P(c) * w(c): that needs none of the model's own probabilities, so it
    works with any server.

    Attributes:
        kept: the share of such decisions on such a page that stands, 0 to 1; at least one kind stands always.
        described: what it is, for the record.
    """

    kept: Callable[[Action, Observation], float]
    described: dict[str, Any]


class Chat(Protocol):
    """Whatever a model is asked through: a connection to a server, or what shares one out."""

    @property
    def url(self) -> str:
        """Where the model is."""
        ...

    async def complete(
        self,
        model: str,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any],
        temperature: float,
        seed: int,
        max_tokens: int,
    ) -> Completion:
        """One reply, confined to the schema where the server can.

        Raises:
            ModelFault: no reply is to be had.
        """
        ...


class LanguageModelPolicy:
    """Asks a chat server, and confines what it may say to what can be done on the page.

    Args:
        server: where the model is.
        model: its name there.
        context: tokens that a prompt may have, and how they are counted.
        temperature: 0 for the most probable reply; people are simulated by sampling.
        seed: the same seed, the same session, as far as the server keeps that promise.
        thinning: of kinds of decisions; None lets all stand.
    """

    def __init__(
        self,
        server: Chat,
        model: str,
        context: Context,
        *,
        temperature: float = 0.7,
        seed: int = 0,
        thinning: Thinning | None = None,
    ) -> None:
        self._server = server
        self._model = model
        self._context = context
        self._temperature = temperature
        self._seed = seed
        self._thinning = thinning

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """What the model says to do next.

        Raises:
            ModelFault: the server fails, or its replies cannot be read even after they were complained of.
        """
        asked = conversation(persona, intent, steps, observation, self._context)
        chances = random.Random(f"{self._seed} {len(steps)}")  # noqa: S311 - not for secrets
        first = (self._seed * 1_000_003 + len(steps)) * DRAWS
        decision, spent = await self._drawn(asked, observation, first)
        for draw in range(1, DRAWS):
            if self._thinning is None or chances.random() < self._thinning.kept(decision.action, observation):
                break
            decision, usage = await self._drawn(asked, observation, first + draw)
            spent = _added(spent, usage)
        return Decided(decision, spent)

    async def _drawn(self, asked: list[Message], observation: Observation, seed: int) -> Decided:
        """One reply that can be read."""
        schema = decision_schema(observation, self._context.actions)
        spent = Usage(attempts=0, cached_tokens=None)
        complaint = ""
        for attempt in range(1 + REPAIRS):
            completion = await self._server.complete(
                self._model,
                asked,
                schema=schema,
                temperature=self._temperature,
                seed=seed * (1 + REPAIRS) + attempt,
                max_tokens=REPLY_TOKENS,
            )
            spent = _added(spent, completion.usage)
            try:
                return Decided(parse_decision(completion.text, self._context.actions), spent)
            except UnreadableReply as error:
                complaint = str(error) if completion.finished else "it broke off before its end"
                asked = [*asked, *_repair(completion.text, complaint)]
        raise ModelFault(
            f"the model {self._model} at {self._server.url} gave no decision in {1 + REPAIRS} tries: "
            f"{complaint}"
        )


class UnreadableReply(ValueError):
    """A reply in which no decision can be found; its text says what is wrong, in words for the model."""


def parse_decision(reply: str, actions: Sequence[type[Action]] | None = None) -> Decision:
    """The decision in a reply, whatever stands around it.

    Read are: the rationale before the action or after it (the paper's prompt shows the action first), an
    object in a code fence or behind thoughts, and an action whose fields stand beside the rationale.

    Args:
        reply: what was said.
        actions: what was offered; None for all that there is.

    Raises:
        UnreadableReply: there is none.
    """
    problem = "it contains no JSON object"
    for candidate in json_objects(reply):
        try:
            decision = Decision.model_validate(_nested(whole_values(candidate)))
            if actions is None or type(decision.action) in actions:
                return decision
            problem = f"action.type: choose from {', '.join(map(type_of, actions))}"
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            problem = f"{place}: {first['msg']}" if place else first["msg"]
    raise UnreadableReply(problem)


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, outermost ones in order."""
    decoder = json.JSONDecoder()
    place = text.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            end = place + 1
        else:
            if isinstance(value, dict):
                yield value
        place = text.find("{", end)


def _nested(value: dict[str, Any]) -> dict[str, Any]:
    """The object with its action in a place of its own."""
    if "action" in value or "type" not in value:
        return value
    return {
        "rationale": value.get("rationale", ""),
        "action": {key: part for key, part in value.items() if key != "rationale"},
    }


def _repair(reply: str, complaint: str) -> list[Message]:
    """The unreadable reply, and what the model is told of it."""
    return [
        Message(role="assistant", content=reply),
        Message(
            role="user",
            content=f"That could not be read: {complaint}. Answer with one JSON object and nothing else: "
            '{"rationale": "...", "action": {...}}',
        ),
    ]


def _added(spent: Usage, more: Usage) -> Usage:
    """The costs of two requests together."""
    known = [tokens for tokens in (spent.cached_tokens, more.cached_tokens) if tokens is not None]
    return Usage(
        prompt_tokens=spent.prompt_tokens + more.prompt_tokens,
        cached_tokens=sum(known) if known else None,
        completion_tokens=spent.completion_tokens + more.completion_tokens,
        attempts=spent.attempts + more.attempts,
    )
