"""What many shoppers answered, by arm: totals and scores with their intervals, and the answers in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from study.interview.interviewing import Interview
from study.interview.questionnaire import Questionnaire
from study.statistics.fixed import mean_interval


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of some shoppers, with Student's interval of 95 %.

    Attributes:
        n: how many.
        mean: None where they are none.
        low: lower end of the interval; None where they are fewer than two, or all the same.
        high: upper end. Both are cut at the ends of the scale.
    """

    n: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Total:
    """A questionnaire's total in an arm.

    Attributes:
        questionnaire: its name.
        arm: None where the recordings are of no study.
        total: over the shoppers.
        alike: how many of them gave one and the same score to every item. Where items are reversed, who
            answers so has not read them, and the total says nothing.
    """

    questionnaire: str
    arm: str | None
    total: Mean
    alike: int


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of an item in an arm, as they were given."""

    questionnaire: str | None
    item: int
    question: str
    arm: str | None
    score: Mean


def mean_of(values: Sequence[float], ends: tuple[float, float]) -> Mean:
    """A mean with its interval, which is cut at the ends of the scale."""
    if not values:
        return Mean(0, None, None, None)
    array = np.asarray(values, dtype=np.float64)
    interval = mean_interval(array)
    mean = round(float(array.mean()), 4)
    if interval is None:
        return Mean(len(values), mean, None, None)
    low, high = max(ends[0], interval.low), min(ends[1], interval.high)
    return Mean(len(values), mean, round(low, 4), round(high, 4))


def totals(
    interviews: Sequence[Interview], questionnaires: Sequence[Questionnaire], arms: Sequence[str | None]
) -> Iterator[Total]:
    """The totals of every questionnaire that has one, arm by arm."""
    for questionnaire in questionnaires:
        if questionnaire.name is None or questionnaire.total is None:
            continue
        for arm in arms:
            own = [each for each in interviews if each.subject.arm == arm]
            found = [
                line.total for each in own for line in each.totals if line.questionnaire == questionnaire.name
            ]
            alike = sum(_alike(each, questionnaire) for each in own)
            yield Total(questionnaire.name, arm, mean_of(found, questionnaire.ends), alike)


def scores(
    interviews: Sequence[Interview], questionnaires: Sequence[Questionnaire], arms: Sequence[str | None]
) -> Iterator[Score]:
    """The scores of every item with a scale, arm by arm."""
    for questionnaire in questionnaires:
        for number, item in enumerate(questionnaire.items, start=1):
            if item.scale is None:
                continue
            for arm in arms:
                given = [
                    line.score
                    for each in interviews
                    if each.subject.arm == arm
                    for line in each.answers
                    if (line.questionnaire, line.item) == (questionnaire.name, number)
                    and line.score is not None
                ]
                mean = mean_of(given, (float(item.scale[0]), float(item.scale[1])))
                yield Score(questionnaire.name, number, item.question, arm, mean)


def _alike(interview: Interview, questionnaire: Questionnaire) -> bool:
    given = [line.score for line in interview.answers if line.questionnaire == questionnaire.name]
    scored = [score for score in given if score is not None]
    return len(scored) > 1 and len(set(scored)) == 1
