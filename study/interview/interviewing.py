"""A whole interview, and many of them at once; each answer is kept as it comes."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.errors import ModelFault, UserError
from agent.recording import Recording, read_recording
from study.interview.asking import Asker
from study.interview.memory import Exchange
from study.interview.questionnaire import Item, Questionnaire
from study.interview.stored import AnswerLine, TotalLine, append, read_interviews
from study.interview.subjects import Subject, ended

PATIENCE = 5
"""Interviews in a row that fail, after which the model is taken for one that cannot be asked."""

Key = tuple[str | None, int | None, str, tuple[int, int] | None]


@dataclass(slots=True)
class Interview:
    """What one shopper answered.

    Attributes:
        subject: whose visit it was.
        persona: the shopper's name.
        intent: what the visit was for.
        ending: how it ended, in one word.
        answers: to all that was asked, in that order, known ones included.
        totals: of whole questionnaires.
        asked: how many of the answers are new.
    """

    subject: Subject
    persona: str
    intent: str
    ending: str
    answers: list[AnswerLine] = field(default_factory=list)
    totals: list[TotalLine] = field(default_factory=list)
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """An interview that did not come to its end, and why; what was answered before is kept."""

    subject: Subject
    reason: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.subject.folder}: {self.reason}"


@dataclass(slots=True)
class Interviewed:
    """What came of it, in the order of the subjects."""

    interviews: list[Interview] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


async def interview_all(
    subjects: Sequence[Subject],
    questionnaires: Sequence[Questionnaire],
    asker: Asker,
    *,
    workers: int,
    again: bool,
    on_done: Callable[[Interviewed], None],
) -> Interviewed:
    """Asks many, several at once.

    Args:
        subjects: whom.
        questionnaires: what, in that order.
        asker: puts the questions.
        workers: interviews at once.
        again: whether to ask anew what is known already.
        on_done: told after each interview.

    Raises:
        UserError: an answer cannot be kept, a question cannot be put, or `PATIENCE` interviews in a row
            failed.
    """
    done: dict[int, Interview] = {}
    interviewed = Interviewed()
    waiting = iter(enumerate(subjects))
    in_a_row = 0

    async def work() -> None:
        nonlocal in_a_row
        for place, subject in waiting:
            try:
                recording, known = _read(subject)
                done[place] = await interview(
                    subject, recording, () if again else known, questionnaires, asker
                )
                in_a_row = 0
            except _Unreadable as problem:
                interviewed.failures.append(Failure(subject, str(problem)))
            except ModelFault as fault:
                interviewed.failures.append(Failure(subject, str(fault)))
                in_a_row += 1
                if in_a_row >= PATIENCE:
                    raise UserError(
                        f"{fault} ({PATIENCE} interviews failed one after the other). "
                        "All answers so far are kept: the same command goes on from here"
                    ) from fault
            interviewed.interviews = [done[place] for place in sorted(done)]
            on_done(interviewed)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(work())
    except ExceptionGroup as errors:
        first, rest = errors.split(UserError)
        if first is None or rest is not None:
            raise
        raise first.exceptions[0] from errors
    return interviewed


async def interview(
    subject: Subject,
    recording: Recording,
    known: Sequence[AnswerLine | TotalLine],
    questionnaires: Sequence[Questionnaire],
    asker: Asker,
) -> Interview:
    """Asks one, and keeps each answer at once.

    Args:
        subject: whom.
        recording: of the visit.
        known: earlier answers; what the same model was asked with the same seed is not asked again, and
            counts as answered.
        questionnaires: what is asked.
        asker: puts the questions.

    Raises:
        UserError: an answer cannot be kept, or a question cannot be put.
        ModelFault: the server fails, or gives no answer that can be read.
    """
    told = Interview(subject, recording.header.persona.name, recording.header.intent, ended(recording))
    answered = _answered(known, asker)
    earlier: list[Exchange] = []
    for questionnaire in questionnaires:
        fresh = False
        for key, item in _numbered(questionnaire):
            line = answered.get(key)
            if line is None:
                fresh = True
                line = _line(asker, key, await asker.ask(recording, questionnaire, item, earlier))
                append(subject.folder, line)
                told.asked += 1
            told.answers.append(line)
            earlier.append(Exchange(item, line.answer, line.score))
        if questionnaire.name and questionnaire.total:
            _conclude(told, questionnaire, () if fresh else known, asker)
    return told


class _Unreadable(Exception):
    """What lies in a recording's folder cannot be read."""


def _read(subject: Subject) -> tuple[Recording, tuple[AnswerLine | TotalLine, ...]]:
    try:
        return read_recording(subject.folder), read_interviews(subject.folder)
    except UserError as error:
        raise _Unreadable(str(error)) from error


def _numbered(questionnaire: Questionnaire) -> Iterator[tuple[Key, Item]]:
    """The items, each with what its answer is known by."""
    for number, item in enumerate(questionnaire.items, start=1):
        place = number if questionnaire.name else None
        yield (questionnaire.name, place, item.question, item.scale), item


def _answered(known: Sequence[AnswerLine | TotalLine], asker: Asker) -> dict[Key, AnswerLine]:
    return {
        (line.questionnaire, line.item, line.question, line.scale): line
        for line in known
        if isinstance(line, AnswerLine)
        and (line.model, line.seed) == (asker.model.name, asker.seed)
        and (line.score is None) == (line.scale is None)
    }


def _line(asker: Asker, key: Key, exchange: Exchange) -> AnswerLine:
    questionnaire, number, question, scale = key
    return AnswerLine(
        at=datetime.now(UTC),
        model=asker.model.name,
        questionnaire=questionnaire,
        item=number,
        question=question,
        answer=exchange.answer,
        score=exchange.score,
        scale=scale,
        seed=asker.seed,
    )


def _conclude(
    told: Interview, questionnaire: Questionnaire, known: Sequence[AnswerLine | TotalLine], asker: Asker
) -> None:
    """The total of a questionnaire that was answered; written unless it stands there already."""
    assert questionnaire.name is not None
    answers = told.answers[-len(questionnaire.items) :]
    total = questionnaire.total_of([line.score for line in answers if line.score is not None])
    line = TotalLine(
        at=datetime.now(UTC),
        model=asker.model.name,
        questionnaire=questionnaire.name,
        total=total,
        seed=asker.seed,
    )
    stands = any(
        isinstance(other, TotalLine) and other.model_copy(update={"at": line.at}) == line for other in known
    )
    if not stands:
        append(told.subject.folder, line)
    told.totals.append(line)
