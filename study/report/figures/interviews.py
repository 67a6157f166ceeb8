"""What shoppers answered when they were asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.report.figures.sampling import evenly
from study.report.figures.shares import Mean, mean
from study.report.interviews import Answer, Total

ANSWERS = 3
"""Answers to a question in an arm that are shown at once."""

MORE_ANSWERS = 12
"""Answers after these, at most, that can be unfolded; of open questions alone."""

MOST_ANSWERS = 600
"""Answers that are told in all, evenly from all questions and arms: a page has its limits."""


_ENDS = {"sus": (0.0, 100.0)}
"""Lowest and highest totals of questionnaires (SUS: Brooke 1996)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What an arm's shoppers answered to a question.

    Attributes:
        score: of answers on a scale; its `n` is 0 where there is none.
        given: how many answered.
        shown: evenly spaced ones, to be seen at once.
        folded: others, to be unfolded.
    """

    score: Mean
    given: int
    shown: tuple[Answer, ...]
    folded: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the answers by arm.

    Attributes:
        text: as it was asked.
        item: its place in a questionnaire; None where it is of none.
        scale: lowest and highest score; None for answers in words alone.
        answers: an entry an arm.
    """

    text: str
    item: int | None
    scale: tuple[float, float] | None
    answers: tuple[Answers, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire, or the questions that are of none.

    Attributes:
        name: None for questions that are of none.
        totals: of each arm's shoppers; empty where it has no total.
        ends: lowest and highest total that there can be; None where that is not known.
        questions: in the order of their items, then of asking.
    """

    name: str | None
    totals: tuple[Mean, ...]
    ends: tuple[float, float] | None
    questions: tuple[Question, ...]


def questionnaires(
    arms: Sequence[str], answers: Sequence[Answer], totals: Sequence[Total]
) -> tuple[Questionnaire, ...]:
    """What was asked, questionnaires with a total first.

    Args:
        arms: in the study's order.
        answers: of all interviews.
        totals: of all questionnaires.
    """
    names = dict.fromkeys(
        [*(total.line.questionnaire for total in totals), *(answer.line.questionnaire for answer in answers)]
    )
    asked = {name: _asked([each for each in answers if each.line.questionnaire == name]) for name in names}
    most = max(1, MOST_ANSWERS // (len(arms) * max(1, sum(map(len, asked.values())))))
    return tuple(
        Questionnaire(
            name,
            _totals(arms, [total for total in totals if total.line.questionnaire == name], name),
            _ENDS.get(name or ""),
            tuple(_question(arms, given, most) for given in asked[name]),
        )
        for name in names
    )


def _totals(arms: Sequence[str], totals: Sequence[Total], name: str | None) -> tuple[Mean, ...]:
    if not totals:
        return ()
    low, high = _ENDS.get(name or "", (float("-inf"), float("inf")))
    return tuple(mean([total.line.total for total in totals if total.arm == arm], low, high) for arm in arms)


def _asked(answers: Sequence[Answer]) -> list[list[Answer]]:
    """The answers to each question, questions of a questionnaire in the order of their items."""
    by_question: dict[tuple[int | None, str], list[Answer]] = {}
    for answer in answers:
        by_question.setdefault((answer.line.item, answer.line.question), []).append(answer)
    order = sorted(by_question, key=lambda key: key[0] if key[0] is not None else len(by_question))
    return [by_question[key] for key in order]


def _question(arms: Sequence[str], answers: Sequence[Answer], most: int) -> Question:
    scale = next((answer.line.scale for answer in answers if answer.line.scale is not None), None)
    by_arm: Mapping[str, list[Answer]] = {arm: [] for arm in arms}
    for answer in answers:
        by_arm[answer.arm].append(answer)
    line = answers[0].line
    return Question(
        line.question, line.item, scale, tuple(_answers(given, scale, most) for given in by_arm.values())
    )


def _answers(given: Sequence[Answer], scale: tuple[float, float] | None, most: int) -> Answers:
    low, high = scale or (float("-inf"), float("inf"))
    told = [answer for answer in given if answer.line.answer.strip()]
    shown = evenly(told, min(ANSWERS, most))
    rest = [] if scale else [answer for answer in told if answer not in shown]
    return Answers(
        score=mean([answer.line.score for answer in given if answer.line.score is not None], low, high),
        given=len(given),
        shown=shown,
        folded=evenly(rest, min(MORE_ANSWERS, most - len(shown))),
    )
