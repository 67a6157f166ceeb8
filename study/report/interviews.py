"""The interviews beside a study's recordings, with whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from study.interview.stored import AnswerLine, TotalLine, read_interviews
from study.report.rows import VisitRow


@dataclass(frozen=True, slots=True)
class Answer:
    """What a shopper answered to a question.

    Attributes:
        session: whose shopper was asked.
        arm: of the session.
        persona: the shopper's name.
        line: the answer.
    """

    session: str
    arm: str
    persona: str
    line: AnswerLine


@dataclass(frozen=True, slots=True)
class Total:
    """What a whole questionnaire came to for one shopper, in an arm."""

    arm: str
    line: TotalLine


def read_all(folder: Path, visits: Iterable[VisitRow]) -> tuple[tuple[Answer, ...], tuple[Total, ...]]:
    """The answers and the totals; of several to the same question, the last one.

    Args:
        folder: of the study.
        visits: sessions that are done.

    Raises:
        UserError: a file of them cannot be read.
    """
    answers: list[Answer] = []
    totals: list[Total] = []
    for visit in visits:
        last = {_asked(line): line for line in read_interviews(folder / visit.recording)}
        for line in last.values():
            if isinstance(line, TotalLine):
                totals.append(Total(visit.arm, line))
            else:
                answers.append(Answer(visit.session, visit.arm, visit.persona_name, line))
    return tuple(answers), tuple(totals)


def _asked(line: AnswerLine | TotalLine) -> tuple[str | None, int | None, str]:
    """What is the same of two answers of which the later one stands."""
    if isinstance(line, TotalLine):
        return line.questionnaire, None, ""
    return line.questionnaire, line.item, line.question
