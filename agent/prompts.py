"""The prompt, a pure function of (persona, intent, steps, observation).

It is a chat that only ever grows at its end: observation, decision, observation, decision, … A server with a
prefix cache therefore pays for each step's new page alone, and one whole session is one training sequence.

A context has an end, though. When the chat outgrows it, the oldest observations shrink to their titles, and
the oldest of these go, many at once, down to a low-water mark: every shortening costs the server its cache
that point on, so it must be rare. How far shortening went at an earlier step is not remembered but computed
again from the same steps, which keeps the function pure.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from agent.actions import (
    ACTION_TYPES,
    Action,
    Click,
    Decision,
    Hover,
    Scroll,
    Select,
    Terminate,
    Type,
    TypeAndSubmit,
    meaning,
    type_of,
)
from agent.fence import RULE, fenced, quoting, without_control_tokens
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
    ask = _Asking(intent, fences=context.fences)
    opening = _opening(persona, context)
    turns = [_Turn.of(step, steps[i - 1] if i else None, ask, context.count) for i, step in enumerate(steps)]
    newest = ask.of(observation.html, steps[-1] if steps else None)
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


def _opening(persona: Persona, context: Context) -> list[Message]:
    """What every prompt of this persona begins with."""
    system = system_prompt(persona, context.actions, fences=context.fences)
    messages = [Message(role="system", content=system)]
    ask = _Asking(DEMONSTRATED_INTENT, fences=context.fences)
    for page, decision in DEMONSTRATION:
        messages.append(Message(role="user", content=ask.of(page, None)))
        messages.append(Message(role="assistant", content=said(decision)))
    return messages


def _beginning(dropped: int) -> str:
    """What stands before the first page of the shopper's own visit."""
    left_out = f" ({dropped} earlier steps are left out here.)" if dropped else ""
    return f"That was another shopper. Now your own visit.{left_out}"


def system_prompt(
    persona: Persona, actions: Sequence[type[Action]] = ACTION_TYPES, *, fences: bool = True
) -> str:
    """Who the model is, and how it answers.

    Args:
        persona: who shops.
        actions: what it is offered.
        fences: whether pages stand between marks, which are explained then.
    """
    listed = "\n".join(f"- {_example(action)}: {meaning(action)}" for action in actions)
    rule = f"{RULE}\n" if fences else ""
    return (
        f"{persona.describe()}\n"
        "You are visiting an online shop.\n"
        "Each turn shows you the page as simplified HTML. Whatever can be acted on has a name.\n"
        f"{rule}"
        "Answer with one JSON object: first your rationale, one short sentence in the first person, "
        "then your action:\n"
        f"{listed}\n"
        "Do what you would really do: search with your own words, search again when the results do not suit "
        "you, look closely before you buy, and leave when you lose interest."
    )


def decision_schema(
    observation: Observation, actions: Sequence[type[Action]] = ACTION_TYPES
) -> dict[str, Any]:
    """The JSON schema of the decisions that are possible on this very page.

    Confined to it, a model cannot say an action that does not exist: what is clicked is one of the page's
    names, what is typed into is one of its fields, and neither is disabled.

    Args:
        observation: the page.
        actions: what is offered.
    """
    enabled = [target for target in observation.targets.values() if target.enabled]
    fields = [target.name for target in enabled if target.kind is TargetKind.TEXT]
    others = [target.name for target in enabled if target.kind is not TargetKind.TEXT]
    options = [target.name for target in enabled if target.kind is TargetKind.OPTION]
    names: dict[type[Action], list[str]] = {
        Click: others, TypeAndSubmit: fields, Type: fields, Select: options, Hover: others
    }  # fmt: skip
    possible = [_action_schema(action, names.get(action)) for action in actions if names.get(action) != []]
    return _closed_object(
        {
            "rationale": {"type": "string", "minLength": 1, "maxLength": RATIONALE_CHARACTERS},
            "action": {"anyOf": possible},
        }
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """How a page is put before the model.

    Attributes:
        intent: what the visit is for; said at the end of each turn, since a small model forgets what it came
            for when only the prompt's beginning says it.
        fences: whether the page stands between marks.
    """

    intent: str
    fences: bool

    def of(self, html: str, before: Step | None) -> str:
        """What came of the last action, what the shopper sees now, and what is asked.

        An outcome quotes the page, so it stands where the page stands.
        """
        shown = "\n".join([*([quoting(before.outcome.message)] if before else []), html])
        page = fenced(shown) if self.fences else shown
        asked = f"{page}\nYou want: {self.intent}\nWhat do you do now, and why?"
        return without_control_tokens(asked)


@dataclass(frozen=True, slots=True)
class _Turn:
    """A past step as it can stand in the chat, whole and shortened, with its lengths in tokens."""

    whole: str
    short: str
    said: str
    whole_tokens: int
    short_tokens: int

    @classmethod
    def of(cls, step: Step, before: Step | None, ask: _Asking, count: TokenCounter) -> "_Turn":
        whole = ask.of(step.observation, before)
        short = ask.of(f"<title>{quoting(step.title)}</title> (page shown earlier)", before)
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


def _example(action: type[Action]) -> str:
    fields = {name: _placeholder(field) for name, field in action.model_fields.items() if name != "type"}
    return json.dumps({"type": type_of(action), **fields})


def _placeholder(field: FieldInfo) -> str:
    return " or ".join(get_args(field.annotation)) if get_origin(field.annotation) is Literal else "..."


def _action_schema(action: type[Action], names: list[str] | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"const": type_of(action)}}
    if names is not None:
        properties["name"] = {"enum": names}
    if action is Scroll:
        properties["direction"] = {"enum": ["down", "up"]}
    if action in (TypeAndSubmit, Type):
        properties["text"] = {"type": "string", "minLength": 1, "maxLength": TEXT_CHARACTERS}
    return _closed_object(properties)


def _closed_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
