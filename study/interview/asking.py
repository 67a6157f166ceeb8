"""One question put to a model, and an answer that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from agent.errors import ModelFault
from agent.language_model import REPAIRS, REPLY_TOKENS, Chat, json_objects
from agent.messages import Context, Message
from agent.recording import Recording
from agent.visit import Model
from study.interview.memory import Exchange, conversation
from study.interview.questionnaire import Item, Questionnaire

ANSWER_CHARACTERS = 800
"""Longest answer that a constrained model may give: some sentences."""

COMPLAINT_TOKENS = 96
"""Kept free in a prompt for what is wrong with an answer that could not be read."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Puts questions to a model about one recording after the other.

    Attributes:
        server: where the model is.
        model: which.
        seed: of the model's sampling.
        talk: whether a question is put with the answers before it, and not on its own.
    """

    server: Chat
    model: Model
    seed: int
    talk: bool = False

    async def ask(
        self, recording: Recording, questionnaire: Questionnaire, item: Item, earlier: Sequence[Exchange]
    ) -> Exchange:
        """Puts one question.

        Args:
            recording: the shopper's visit.
            questionnaire: that the item is of.
            item: the question.
            earlier: what was asked and answered before; heard in a talk only.

        Raises:
            UserError: the question is too long for the model.
            ModelFault: the server fails, or its replies cannot be read even after they were complained of.
        """
        reads = Context(self.model.room - COMPLAINT_TOKENS, self.model.count)
        asked = conversation(
            recording.header.persona,
            recording.header.intent,
            recording.steps,
            recording.ending,
            item,
            earlier if self.talk else (),
            reads,
            questionnaire.instructions,
        )
        messages, complaint = asked, ""
        for attempt in range(1 + REPAIRS):
            completion = await self.server.complete(
                self.model.name,
                messages,
                schema=answer_schema(item),
                temperature=self.model.temperature,
                seed=self._seed(recording, item, attempt),
                max_tokens=REPLY_TOKENS,
            )
            try:
                return parse_answer(completion.text, item)
            except UnreadableAnswer as problem:
                complaint = str(problem) if completion.finished else "it broke off before its end"
                messages = _complained(asked, complaint)
        raise ModelFault(
            f"the model {self.model.name} at {self.server.url} gave no answer to “{item.question}” in "
            f"{1 + REPAIRS} tries: {complaint}"
        )

    def _seed(self, recording: Recording, item: Item, attempt: int) -> int:
        """31 bits: others for each shopper, question and try, the same for the twins of a study's arms.

        With one seed for all, a model that has little to say says the same of every visit.
        """
        of = (self.seed, recording.header.persona.id, recording.header.seed, item.question, attempt)
        digest = blake2b("\0".join(map(str, of)).encode(errors="replace"), digest_size=4).digest()
        return int.from_bytes(digest) >> 1


class UnreadableAnswer(ValueError):
    """A reply in which no answer can be found; its text says what is wrong, in words for the model."""


def answer_schema(item: Item) -> dict[str, Any]:
    """The JSON schema of the answers to a question: a score on its scale, where it has one, then words."""
    properties: dict[str, Any] = {}
    if item.scale is not None:
        low, high = item.scale
        properties["score"] = {"enum": list(range(low, high + 1))}
    properties["answer"] = {"type": "string", "minLength": 1, "maxLength": ANSWER_CHARACTERS}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def parse_answer(reply: str, item: Item) -> Exchange:
    """The answer in a reply, whatever stands around it.

    Raises:
        UnreadableAnswer: there is none, or its score is not on the scale.
    """
    problem = "it contains no JSON object"
    for candidate in json_objects(reply):
        try:
            return _exchange(candidate, item)
        except ValidationError as error:
            first = error.errors()[0]
            problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        except UnreadableAnswer as error:
            problem = str(error)
    raise UnreadableAnswer(problem)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Scored(_Answer):
    score: int


def _exchange(candidate: dict[str, Any], item: Item) -> Exchange:
    if item.scale is None:
        return Exchange(item, _Answer.model_validate(candidate).answer)
    found = _Scored.model_validate(candidate)
    low, high = item.scale
    if not low <= found.score <= high:
        raise UnreadableAnswer(f"score: it should be a whole number from {low} to {high}")
    return Exchange(item, found.answer, found.score)


def _complained(asked: Sequence[Message], complaint: str) -> list[Message]:
    """The same question, and what was wrong with the last reply; the reply itself might not fit any more."""
    told = f"Your last answer could not be read: {complaint}. Answer with one JSON object and nothing else."
    return [*asked[:-1], Message(role="user", content=f"{asked[-1].content}\n\n{told}")]
