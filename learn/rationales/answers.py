"""What a teacher answered, on disk: a request that was answered once is not made again.

An answer is a file of its own, named by the digest of who was asked and what, and put in its place whole. A
run that is killed therefore loses what was under way and nothing else, and the next one goes on from there.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import UserError
from learn.rationales.journey import Ask
from learn.sessions_file import whole_file


class Answer(BaseModel):
    """A reply that could be read, and what it cost, repairs included."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    teacher: str
    reply: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answers:
    """A folder of answers."""

    folder: Path

    def known(self, digest: str) -> Answer | None:
        """The answer of that digest; None where there is none, or what is there is damaged."""
        try:
            return Answer.model_validate_json(self._place(digest).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        except OSError as error:
            raise UserError(f"{self._place(digest)} cannot be read: {error.strerror or error}") from error

    def keep(self, digest: str, answer: Answer) -> None:
        """Puts an answer down.

        Raises:
            UserError: it cannot be written there.
        """
        with whole_file(self._place(digest)) as file:
            file.write(answer.model_dump_json().encode())

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.json"


def digest_of(teacher: str, ask: Ask, temperature: float, seed: int) -> str:
    """What an answer is known by: the teacher, what it is asked, and how it draws its words."""
    asked = {
        "teacher": teacher,
        "messages": [message.model_dump() for message in ask.messages],
        "schema": ask.schema,
        "temperature": temperature,
        "seed": seed,
    }
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
