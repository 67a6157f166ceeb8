"""The command `simagent interview`: parse, call, print."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent.errors import UserError

if TYPE_CHECKING:
    from agent.visit import Model
    from study.interview.interviewing import Interviewed
    from study.interview.questionnaire import Questionnaire
    from study.interview.subjects import Subject

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

PATIENCE = 60.0
"""Seconds for which a server that is busy or gone is asked again."""

LISTED = 20
"""Failures that are listed one by one."""


def interview(
    place: Annotated[
        Path, typer.Argument(help="A recording's folder, or a study's.", metavar="RECORDING|STUDY")
    ],
    questions: Annotated[
        list[str] | None, typer.Argument(help="What is asked, in that order.", metavar="[QUESTION]...")
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--questionnaire", help="sus, or a YAML file of your own; repeatable.", metavar="NAME|FILE"
        ),
    ] = None,
    arm: Annotated[str | None, typer.Option(help="Ask the shoppers of this arm only.")] = None,
    ending: Annotated[
        str | None,
        typer.Option(
            help="Ask those whose visit ended so: purchased, left, stuck, limit, fault, interrupted, cut-off."
        ),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Ask so many, drawn by chance; none: all.", metavar="N")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Of the sample, and of the model's sampling.")
    ] = 0,
    workers: Annotated[int, typer.Option(min=1, max=1000, help="Interviews at once.")] = 4,
    talk: Annotated[
        bool,
        typer.Option(
            "--talk", help="Put each question with the answers before it; else each is put on its own."
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also ask what this model answered before with this seed.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="The model's name on its server.")] = None,
    model_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server; none: the local one, started if need be.")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar="SIMAGENT_API_KEY", help="For a model server that wants one.")
    ] = None,
    temperature: Annotated[float, typer.Option(min=0.0, max=2.0, help="Of the model's sampling.")] = 0.7,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on standard output, for machines.")
    ] = False,
) -> None:
    """Ask simulated shoppers about their visit; the answers are kept beside the recordings."""
    from study.interview.questionnaire_file import questionnaire_named, questions_alone
    from study.interview.subjects import choose, subjects_in
    from study.interview.tables import WHAT_IT_IS, tell_many, tell_one
    from study.interview.tables import as_json as for_machines
    from study.models import model_from

    alone = questions_alone(questions or [])
    asked = [*([alone] if alone else []), *(questionnaire_named(name) for name in dict.fromkeys(names or []))]
    _refuse_none_or_twice(asked)
    everybody = subjects_in(place)
    subjects = choose(everybody, arm=arm, ending=ending, sample=sample, seed=seed)
    mind = model_from(model, model_url, api_key=api_key, temperature=temperature, prompt=None, tell=_tell)
    _warn_of_a_chooser(mind)
    arms = _arms(place, subjects)
    interviewed = _interviewed(subjects, asked, mind, seed=seed, talk=talk, workers=workers, again=again)
    if as_json:
        told = for_machines(interviewed, asked, arms, model=mind.name, seed=seed)
        print(json.dumps(told, ensure_ascii=False))
    elif interviewed.interviews:
        if len(everybody) == 1:
            tell_one(interviewed.interviews[0], asked, out)
        else:
            tell_many(interviewed, asked, arms, out)
        out.print(Text(WHAT_IT_IS, "dim"))
    _tell_failures(interviewed)


def _refuse_none_or_twice(asked: "Sequence[Questionnaire]") -> None:
    if not asked:
        raise UserError(
            'say what is to be asked: a question in quotes ("Why did you leave?"), or --questionnaire sus'
        )
    names = [questionnaire.name for questionnaire in asked]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"--questionnaire: two of them are called {twice[0]}: give one another `name`")


def _warn_of_a_chooser(mind: "Model") -> None:
    from agent.prompts import PromptStyle

    if mind.prompt is PromptStyle.TAUGHT:
        err.print(
            Text(
                f"note: {mind.name} was fine-tuned to choose actions and does not understand questions: what "
                "it answers says nothing of the visit; name a model that converses, with --model-url",
                "yellow",
            )
        )


def _interviewed(
    subjects: "Sequence[Subject]",
    asked: "Sequence[Questionnaire]",
    mind: "Model",
    *,
    seed: int,
    talk: bool,
    workers: int,
    again: bool,
) -> "Interviewed":
    from study.interview.asking import Asker
    from study.interview.interviewing import interview_all
    from study.interview.progress import progress
    from study.model_gate import ModelGate

    async def ask(tell: "Callable[[Interviewed], None]") -> "Interviewed":
        gate = ModelGate(mind.url, api_key=mind.api_key, most=workers, patience=PATIENCE)
        async with gate as server:
            asker = Asker(server, mind, seed, talk)
            return await interview_all(subjects, asked, asker, workers=workers, again=again, on_done=tell)

    with progress(len(subjects), err) as advance:
        return asyncio.run(
            ask(lambda far: advance(len(far.interviews) + len(far.failures), len(far.failures)))
        )


def _arms(place: Path, subjects: "Sequence[Subject]") -> list[str | None]:
    """Arms in the study's order, the control first; those of recordings without a study as they come."""
    from study.layout import STUDY
    from study.resolved import read_resolved

    found = list(dict.fromkeys(subject.arm for subject in subjects))
    if not (place / STUDY).exists():
        return found
    planned = list(read_resolved(place / STUDY).study.arms)
    return [*(arm for arm in planned if arm in found), *(arm for arm in found if arm not in planned)]


def _tell_failures(interviewed: "Interviewed") -> None:
    failures = interviewed.failures
    if not failures:
        return
    if len(failures) == 1 and not interviewed.interviews:
        raise UserError(f"{failures[0]} (answers before that are kept)")
    for failure in failures[:LISTED]:
        err.print(Text(str(failure)))
    if len(failures) > LISTED:
        err.print(Text(f"… and {len(failures) - LISTED} more: --json lists them all"))
    raise UserError(
        f"{len(failures)} of {len(failures) + len(interviewed.interviews)} interviews did not come to their "
        "end; what was answered is kept, and the same command asks for the rest"
    )


def _tell(progress: str) -> None:
    err.print(Text(progress, "dim"))
