"""What a shopper answered when it was asked after the visit: `interviews.jsonl`, read forgivingly."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viewer.journal import mapping, text
from viewer.places import read_regular

INTERVIEWS = "interviews.jsonl"
MOST_BYTES = 4 * 2**20
MOST_ANSWERS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or what a whole questionnaire came to.

    Attributes:
        questionnaire: that it is of; empty where it is of none.
        question: as it was put; empty of a total.
        answer: as it was said.
        score: as it was given, or the total, with its scale; empty where there is none.
        model: that said it.
    """

    questionnaire: str
    question: str
    answer: str
    score: str
    model: str


def read_answers(folder: Path) -> tuple[Answer, ...]:
    """The answers beside a recording; of several to the same question, the last one."""
    try:
        content = read_regular(folder / INTERVIEWS, MOST_BYTES)
    except OSError:
        return ()
    found: dict[tuple[str, str, str], Answer] = {}
    for line in content.split(b"\n")[:-1]:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            answer = _answer(entry)
            found[answer.questionnaire, text(entry.get("item")), answer.question] = answer
    return tuple(found.values())[:MOST_ANSWERS]


def _answer(entry: dict[str, Any]) -> Answer:
    score, scale = text(entry.get("score")), entry.get("scale")
    if score and isinstance(scale, list) and len(scale) == 2:
        score = f"{score} on a scale from {text(scale[0])} to {text(scale[1])}"
    return Answer(
        questionnaire=text(entry.get("questionnaire")),
        question=text(entry.get("question")),
        answer=text(entry.get("answer")),
        score=score or text(mapping(entry).get("total")),
        model=text(entry.get("model")),
    )
