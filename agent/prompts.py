"""The prompt, a pure function of (persona, intent, steps, observation).

It is a chat that only ever grows at its end: observation, decision, observation, decision, … A server with a
prefix cache therefore pays for each step's new page alone, and one whole session is one training sequence.

A context has an end, though. When the chat outgrows it, the oldest observations shrink to their titles, and
the oldest of these go, many at once, down to a low-water mark: every shortening costs the server its cache
that point on, so it must be rare. How far shortening went at an earlier step is not remembered but computed
again from the same steps, which keeps the function pure.
"""

import inspect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.actions import ACTION_TYPES, Action, Click, Decision, Terminate, TypeAndSubmit
from agent.messages import MESSAGE_OVERHEAD, Context, Message, PromptStyle, TokenCounter, said
from agent.persona import Persona
from agent.session import Step
from agent.taught_prompt import taught_conversation
from simplify import Observation, TargetKind

__all__ = [
    "MESSAGE_OVERHEAD",
    "Context",
    "Message",
    "PromptStyle",
    "TokenCounter",
    "conversation",
    "decision_schema",
    "said",
    "system_prompt",
]

DEMONSTRATED_INTENT = "a red wool scarf for my mother"
DEMONSTRATION = (
    (
        '<form role="search"><input name="search"/> <button name="go"/></form>\n<h1>Welcome</h1>',
        Decision(
            rationale="I want a red wool scarf, so I search for one.",
            action=TypeAndSubmit(name="search", text="red wool scarf"),
        ),
    ),
    (
        '<ul><li><a name="lambswool_scarf"/> red, $24.00\n<li><a name="silk_scarf"/> blue, $31.00</ul>',
        Decision(
            rationale="The first one is red and of wool, so I look at it.",
            action=Click(name="lambswool_scarf"),
        ),
    ),
    (
        '<h1>Lambswool Scarf, Red</h1>\nSold out. <button name="tell_me_when_it_is_back"/>',
        Decision(rationale="It is sold out and I do not want to wait, so I leave.", action=Terminate()),
    ),
)
"""Another shopper's short visit, shown before the own one: each action once. A model that was never taught
the task answers in kind; without it, the default model thinks of anything but shopping."""

LOW_WATER = 0.5
"""Share of the context that is kept when observations are shortened."""

RECENT = 2
"""Past pages that stay whole as long as anything older can be given up instead."""

RATIONALE_CHARACTERS = 160
"""Longest rationale that a constrained model may say: a sentence."""

TEXT_CHARACTERS = 120
"""Longest text that a constrained model may type into a field."""


def conversation(
    persona: Persona, intent: str, steps: Sequence[Step], observation: Observation, context: Context
) -> list[Message]:
    """What a policy is sent to decide the next action.

    Args:
        persona: who shops.
        intent: what the visit is for.
        steps: all that happened so far, oldest first.
        observation: the page as it stands now; always shown whole.
        context: the model's limit.

    Returns:
        A system message, then user and assistant messages in turn, ending with the user's. Its length stays
        within `context.tokens` unless the system message and the newest observation alone are longer.
    """
    if context.style is PromptStyle.TAUGHT:
        return taught_conversation(persona, intent, steps, observation, context)
    question = _question(intent)
    opening = _opening(persona)
    turns = [
        _Turn.of(step, steps[i - 1] if i else None, question, context.count) for i, step in enumerate(steps)
    ]
    newest = _page(observation.html, steps[-1] if steps else None, question)
    spent = (
        sum(context.count(message.content) + MESSAGE_OVERHEAD for message in opening) + 2 * MESSAGE_OVERHEAD
    )
    room = context.tokens - spent - context.count(newest)
    shortened, dropped = _forgotten(turns, context.tokens - spent, room)
    seen = [turn.short if place < shortened else turn.whole for place, turn in enumerate(turns)]
    own = [*seen[dropped:], newest]
    own[0] = f"{_beginning(dropped)}\n{own[0]}"
    messages = [*opening, Message(role="user", content=own[0])]
    for turn, next_page in zip(turns[dropped:], own[1:], strict=True):
        messages.append(Message(role="assistant", content=turn.said))
        messages.append(Message(role="user", content=next_page))
    return messages


def _opening(persona: Persona) -> list[Message]:
    """What every prompt of this persona begins with."""
    messages = [Message(role="system", content=system_prompt(persona))]
    question = _question(DEMONSTRATED_INTENT)
    for page, decision in DEMONSTRATION:
        messages.append(Message(role="user", content=f"{page}\n{question}"))
        messages.append(Message(role="assistant", content=said(decision)))
    return messages


def _beginning(dropped: int) -> str:
    """What stands before the first page of the shopper's own visit."""
    left_out = f" ({dropped} earlier steps are left out here.)" if dropped else ""
    return f"That was another shopper. Now your own visit.{left_out}"


def system_prompt(persona: Persona) -> str:
    """Who the model is, and how it answers."""
    actions = "\n".join(f"- {_example(action)}: {_meaning(action)}" for action in ACTION_TYPES)
    return (
        f"{persona.describe()}\n"
        "You are visiting an online shop.\n"
        "Each turn shows you the page as simplified HTML. Whatever can be acted on has a name.\n"
        "Answer with one JSON object: first your rationale, one short sentence in the first person, "
        "then your action:\n"
        f"{actions}\n"
        "Do what you would really do: search with your own words, search again when the results do not suit "
        "you, look closely before you buy, and leave when you lose interest."
    )


def decision_schema(observation: Observation) -> dict[str, Any]:
    """The JSON schema of the decisions that are possible on this very page.

    Confined to it, a model cannot say an action that does not exist: what is clicked is one of the page's
    names, what is typed into is one of its fields, and neither is disabled.
    """
    enabled = [target for target in observation.targets.values() if target.enabled]
    fields = [target.name for target in enabled if target.kind is TargetKind.TEXT]
    others = [target.name for target in enabled if target.kind is not TargetKind.TEXT]
    names_by_type = {"click": others, "type_and_submit": fields, "terminate": None}
    actions = [
        _action_schema(action, names_by_type[_type_of(action)])
        for action in ACTION_TYPES
        if names_by_type[_type_of(action)] != []
    ]
    return _closed_object(
        {
            "rationale": {"type": "string", "minLength": 1, "maxLength": RATIONALE_CHARACTERS},
            "action": {"anyOf": actions},
        }
    )


@dataclass(frozen=True, slots=True)
class _Turn:
    """A past step as it can stand in the chat, whole and shortened, with its lengths in tokens."""

    whole: str
    short: str
    said: str
    whole_tokens: int
    short_tokens: int

    @classmethod
    def of(cls, step: Step, before: Step | None, question: str, count: TokenCounter) -> "_Turn":
        whole = _page(step.observation, before, question)
        short = _page(f"<title>{step.title}</title> (page shown earlier)", before, question)
        reply = said(step.decision)
        fixed = count(reply) + 2 * MESSAGE_OVERHEAD
        return cls(whole, short, reply, count(whole) + fixed, count(short) + fixed)


def _forgotten(turns: Sequence[_Turn], context: int, room: int) -> tuple[int, int]:
    """How many of the oldest turns are shortened, and how many of these are left out altogether.

    Walks through the session as it grew, so that each step finds what the step before it decided.

    Args:
        turns: the past.
        context: tokens for the past and the newest page together.
        room: tokens for the past beside the page that is shown now.
    """
    shortened = dropped = 0
    for now in range(len(turns) + 1):
        # At an earlier step, the newest page was that step's own.
        left = context - turns[now].whole_tokens if now < len(turns) else room
        past = turns[:now]
        if _length(past, shortened, dropped) <= left:
            continue
        aim = max(left // 2, left - int(context * (1 - LOW_WATER)))
        while shortened < now - RECENT and _length(past, shortened, dropped) > aim:
            shortened += 1
        while dropped < shortened and _length(past, shortened, dropped) > aim:
            dropped += 1
        while shortened < now and _length(past, shortened, dropped) > left:
            shortened += 1
        while dropped < now and _length(past, shortened, dropped) > left:
            dropped += 1
    return shortened, dropped


def _length(past: Sequence[_Turn], shortened: int, dropped: int) -> int:
    """Tokens of the past with that many turns shortened and left out."""
    return sum(turn.short_tokens for turn in past[dropped:shortened]) + sum(
        turn.whole_tokens for turn in past[shortened:]
    )


def _page(html: str, before: Step | None, question: str) -> str:
    """What came of the last action, what the shopper sees now, and what is asked."""
    return "\n".join([*([before.outcome.message] if before else []), html, question])


def _question(intent: str) -> str:
    """Ends each turn: a small model forgets what it came for when only the prompt's beginning says it."""
    return f"You want: {intent}\nWhat do you do now, and why?"


def _type_of(action: type[Action]) -> str:
    return str(action.model_fields["type"].default)


def _meaning(action: type[Action]) -> str:
    return " ".join(inspect.cleandoc(action.__doc__ or "").split())


def _example(action: type[Action]) -> str:
    fields = {name: "..." for name in action.model_fields if name != "type"}
    return json.dumps({"type": _type_of(action), **fields})


def _action_schema(action: type[Action], names: list[str] | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"const": _type_of(action)}}
    if names is not None:
        properties["name"] = {"enum": names}
    if action is TypeAndSubmit:
        properties["text"] = {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS}
    return _closed_object(properties)


def _closed_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
