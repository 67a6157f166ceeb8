"""The chat that a model is sent: its messages, and how a model is talked to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator

from agent.actions import ACTION_TYPES, Action, Decision, Frozen
from agent.fence import without_control_tokens

TokenCounter = Callable[[str], int]

MESSAGE_OVERHEAD = 8
"""Tokens that a chat template puts around a message (measured for ChatML: 5 to 7)."""


class PromptStyle(StrEnum):
    """How much a model has to be told."""

    INSTRUCTED = "instructed"
    """All of the task, with another shopper's visit as an example: for models that were never taught it."""
    TAUGHT = "taught"
    """As little as can be: for models that were fine-tuned on this very style."""


class Message(Frozen):
    """One message of the chat, as an OpenAI-compatible server takes it.

    Its content holds no control token of a chat template, whoever wrote it (see `agent.fence`).
    """

    role: Literal["system", "user", "assistant"]
    content: Annotated[str, AfterValidator(without_control_tokens)]


@dataclass(frozen=True, slots=True)
class Context:
    """How much a model can read, and how it is talked to.

    Attributes:
        tokens: the most that a prompt may have, the room for the reply already taken off.
        count: tokens of a text, as the model's tokenizer counts them or a cautious estimate.
        style: what the model was fine-tuned on, if it was.
        actions: what it is offered.
        fenced: whether each page stands between marks that say that it is one; None: in the instructed style
            alone, because a fine-tuned model was taught prompts without them.
    """

    tokens: int
    count: TokenCounter
    style: PromptStyle = PromptStyle.INSTRUCTED
    actions: tuple[type[Action], ...] = ACTION_TYPES
    fenced: bool | None = None

    @property
    def fences(self) -> bool:
        """Whether pages are fenced, the default filled in."""
        return self.style is PromptStyle.INSTRUCTED if self.fenced is None else self.fenced


def said(decision: Decision) -> str:
    """A decision as a confined model says it: JSON without spaces, the rationale first, Unicode as it is."""
    spelled = json.dumps(decision.model_dump(), ensure_ascii=False, separators=(",", ":"))
    return without_control_tokens(spelled)
