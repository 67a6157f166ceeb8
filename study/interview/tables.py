"""Interviews as people read them in a terminal, and as machines read them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from study.interview.interviewing import Interview, Interviewed
from study.interview.questionnaire import Questionnaire
from study.interview.quoted import visible
from study.interview.stored import AnswerLine
from study.interview.tally import Mean, scores, totals

SHOWN = 12
"""Answers of an arm to a question that a terminal is shown."""

WHAT_IT_IS = (
    "These are answers of a language model about simulated visits: hypotheses and wording, no measurement of "
    "what people think. Totals are not comparable with those of people."
)


def tell_one(interview: Interview, questionnaires: Sequence[Questionnaire], console: Console) -> None:
    """All that one shopper answered."""
    who = Text.assemble((visible(interview.persona), "bold"), f", whose visit ended as: {interview.ending}")
    console.print(who)
    console.print(Text(f"  “{visible(interview.intent)}”\n", "italic"))
    lines = iter(interview.answers)
    for questionnaire in questionnaires:
        if questionnaire.name:
            console.print(Text(questionnaire.name, "bold"))
        for _, line in zip(questionnaire.items, lines, strict=False):
            number = f"{line.item}. " if line.item else ""
            console.print(Text(f"{number}{visible(line.question)}"))
            console.print(Text.assemble("  ", (_score(line), "bold"), f"“{visible(line.answer)}”"))
        for total in interview.totals:
            if total.questionnaire == questionnaire.name:
                low, high = questionnaire.ends
                told = f"total {total.total:g} (of {low:g} to {high:g})"
                console.print(Text(told, "bold"))
        console.print()


def tell_many(
    interviewed: Interviewed,
    questionnaires: Sequence[Questionnaire],
    arms: Sequence[str | None],
    console: Console,
) -> None:
    """Totals and scores by arm, then the answers by question and arm."""
    found = interviewed.interviews
    for table in (_totals_table(found, questionnaires, arms), _scores_table(found, questionnaires, arms)):
        if table.row_count:
            console.print(table)
            console.print()
    for questionnaire in questionnaires:
        for number, item in enumerate(questionnaire.items, start=1):
            if item.scale is None:
                _tell_answers(found, questionnaire.name, number, item.question, arms, console)


def as_json(
    interviewed: Interviewed,
    questionnaires: Sequence[Questionnaire],
    arms: Sequence[str | None],
    *,
    model: str,
    seed: int,
) -> dict[str, Any]:
    """All of it, for machines."""
    found = interviewed.interviews
    return {
        "model": model,
        "seed": seed,
        "interviews": [_interview(each) for each in found],
        "totals": [_flat(asdict(total), "total") for total in totals(found, questionnaires, arms)],
        "scores": [_flat(asdict(score), "score") for score in scores(found, questionnaires, arms)],
        "failures": [
            {"recording": str(each.subject.folder), "reason": each.reason} for each in interviewed.failures
        ],
    }


def _interview(interview: Interview) -> dict[str, Any]:
    return {
        "recording": str(interview.subject.folder),
        "arm": interview.subject.arm,
        "persona": interview.persona,
        "intent": interview.intent,
        "ending": interview.ending,
        "asked": interview.asked,
        "answers": [line.model_dump(mode="json") for line in interview.answers],
        "totals": {total.questionnaire: total.total for total in interview.totals},
    }


def _flat(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The figures of a mean beside what it is a mean of."""
    figures = told.pop(name)
    return {**told, **figures}


def _totals_table(
    found: Sequence[Interview], questionnaires: Sequence[Questionnaire], arms: Sequence[str | None]
) -> Table:
    table = _table("questionnaire", "arm", right=("total", "95 % interval", "shoppers", "same score to all"))
    for total in totals(found, questionnaires, arms):
        table.add_row(total.questionnaire, _arm(total.arm), *_figures(total.total), str(total.alike))
    return table


def _scores_table(
    found: Sequence[Interview], questionnaires: Sequence[Questionnaire], arms: Sequence[str | None]
) -> Table:
    table = _table("item", "arm", right=("score", "95 % interval", "shoppers"))
    for (name, number, question), group in groupby(
        scores(found, questionnaires, arms),
        key=lambda score: (score.questionnaire, score.item, score.question),
    ):
        label = Text(f"{name} {number}. {visible(question)}")
        for score in group:
            table.add_row(label, _arm(score.arm), *_figures(score.score))
            label = Text("")
    return table


def _tell_answers(
    found: Sequence[Interview],
    questionnaire: str | None,
    number: int,
    question: str,
    arms: Sequence[str | None],
    console: Console,
) -> None:
    console.print(Text(visible(question), "bold"))
    place = number if questionnaire else None
    for arm in arms:
        given = [
            (each, line)
            for each in found
            if each.subject.arm == arm
            for line in each.answers
            if (line.questionnaire, line.item, line.question) == (questionnaire, place, question)
        ]
        heading = f"{_arm(arm)}: " if arm else ""
        console.print(Text(f"{heading}{len(given)} {'answer' if len(given) == 1 else 'answers'}", "dim"))
        for each, line in given[:SHOWN]:
            console.print(
                Text(f"  “{visible(line.answer)}”").append(f"  {visible(each.persona)}, {each.ending}", "dim")
            )
        if len(given) > SHOWN:
            console.print(Text(f"  … and {len(given) - SHOWN} more: --json lists them all", "dim"))
    console.print()


def _table(*left: str, right: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in left:
        table.add_column(head, overflow="fold")
    for head in right:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _figures(mean: Mean) -> Iterator[str]:
    yield "-" if mean.mean is None else f"{mean.mean:.1f}"
    yield "-" if mean.low is None or mean.high is None else f"{mean.low:.1f} to {mean.high:.1f}"
    yield str(mean.n)


def _arm(arm: str | None) -> str:
    return visible(arm) if arm else ""


def _score(line: AnswerLine) -> str:
    return "" if line.score is None else f"{line.score}  "
