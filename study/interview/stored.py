"""Answers beside a recording: `interviews.jsonl`, a line an answer, each on disk before the next question.

A run that was killed leaves at worst half a last line. It is passed over, and taken away before another line
is written. Lines are never changed: of several answers to the same question, the last one stands.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from agent.errors import UserError

INTERVIEWS = "interviews.jsonl"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    model: str


class AnswerLine(_Line):
    """An answer.

    Attributes:
        at: when it was given (UTC).
        model: that gave it.
        questionnaire: that the question is of; None where it is of none.
        item: its place in that, from 1; None where it is of none.
        question: as it was put.
        answer: as it was said: untrusted, like all that a model says.
        score: as it was given, also where the item is reversed; None for open questions.
        scale: lowest and highest score.
        seed: of the model's sampling.
    """

    questionnaire: str | None
    item: int | None
    question: str
    answer: str
    score: int | None = None
    scale: tuple[int, int] | None = None
    seed: int | None = None


class TotalLine(_Line):
    """What a whole questionnaire came to."""

    questionnaire: str
    total: float
    seed: int | None = None


_LINE: TypeAdapter[AnswerLine | TotalLine] = TypeAdapter(AnswerLine | TotalLine)


def read_interviews(folder: Path) -> tuple[AnswerLine | TotalLine, ...]:
    """The answers and totals beside a recording, in the order in which they were given.

    Raises:
        UserError: the file cannot be read, or a line before its last is neither an answer nor a total.
    """
    path = folder / INTERVIEWS
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    return tuple(_parsed(path, lines))


def append(folder: Path, line: AnswerLine | TotalLine) -> None:
    """Puts an answer or a total on disk.

    Raises:
        UserError: the disk is full or gone; all earlier lines are there.
    """
    path = folder / INTERVIEWS
    try:
        with path.open("ab+") as file:
            _take_half_a_line_away(file.fileno())
            file.write(line.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError(
                f"the disk is full: the answers in {path} end here; make room and run again"
            ) from error
        raise UserError(f"the answers cannot be written to {path}: {error.strerror or error}") from error


def _parsed(path: Path, lines: Sequence[bytes]) -> Iterator[AnswerLine | TotalLine]:
    for number, line in enumerate(lines, start=1):
        try:
            yield _LINE.validate_json(line)
        except ValidationError as error:
            raise UserError(
                f"{path}, line {number}: it is neither an answer nor a total; take it away"
            ) from error


def _take_half_a_line_away(file: int) -> None:
    end = os.fstat(file).st_size
    if end == 0 or os.pread(file, 1, end - 1) == b"\n":
        return
    whole = os.pread(file, end, 0).rfind(b"\n") + 1
    os.ftruncate(file, whole)
