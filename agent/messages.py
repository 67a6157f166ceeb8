"""The chat that a model is sent: its messages, and how a model is talked to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from agent.actions import Decision, Frozen

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
    """One message of the chat, as an OpenAI-compatible server takes it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Context:
    """How much a model can read, and how it is talked to.

    Attributes:
        tokens: the most that a prompt may have, the room for the reply already taken off.
        count: tokens of a text, as the model's tokenizer counts them or a cautious estimate.
        style: what the model was fine-tuned on, if it was.
    """

    tokens: int
    count: TokenCounter
    style: PromptStyle = PromptStyle.INSTRUCTED


def said(decision: Decision) -> str:
    """A decision as a confined model says it: JSON without spaces, the rationale first, Unicode as it is."""
    return json.dumps(decision.model_dump(), ensure_ascii=False, separators=(",", ":"))
