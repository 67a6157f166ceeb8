"""The command `simagent data rationales-score`: parse, call, print."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.errors import UserError
from learn.commands import Rejects, counted, one_of, out, read_told
from learn.rationales.commands import ApiKey, Most, Parallel, Part

if TYPE_CHECKING:
    from learn.metrics import Estimate
    from learn.rationales.questions import Question
    from learn.rationales.reconstruction import Report
    from learn.session import Session


def rationales_score(
    file: Annotated[str, typer.Argument(help="Sessions with rationales.", metavar="FILE")],
    which: Part = "unseen",
    most: Most = None,
    training: Annotated[
        str | None,
        typer.Option(
            "--train",
            help="Sessions that the matcher learns from; none: the training part of FILE.",
            metavar="SOURCE",
        ),
    ] = None,
    model_url: Annotated[
        str | None,
        typer.Option(help="An OpenAI-compatible server whose model picks; none: the matcher does."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name on its server.")] = None,
    api_key: ApiKey = None,
    turns: Annotated[int, typer.Option(min=1, help="Turns that a model is asked about, a sample.")] = 200,
    parallel: Parallel = 8,
    seed: Annotated[int, typer.Option(help="Of learning, shuffling and the sample.")] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all scores to this file.", metavar="FILE")
    ] = None,
    rejects: Rejects = None,
) -> None:
    """Measure how much better an action can be picked when its rationale is known."""
    from learn.evaluation import Which, chosen
    from learn.rationales.questions import questions
    from learn.rationales.reconstruction import by_matching, report
    from learn.sessions_file import whole_file

    part = one_of(Which, which, "--part")
    sessions = read_told(file, rejects).sessions
    asked = list(questions(chosen(sessions, part, most)))
    if not asked:
        raise UserError(
            f"{file} holds no rationales in the part '{part.value}': see simagent data rationales"
        )
    if model_url is None:
        learned = list(questions(_training(sessions, training)))
        if not learned:
            raise UserError("the sessions to learn from hold no rationales: name others with --train SOURCE")
        found = report("matcher", asked, by_matching(asked, learned, seed=seed))
    else:
        found = _picked_by_model(asked, model_url, model, api_key, turns=turns, parallel=parallel, seed=seed)
    if json_file is not None:
        with whole_file(json_file) as target:
            target.write(
                json.dumps({"data": file, "part": part.value, **found.as_json()}, indent=2).encode() + b"\n"
            )
    _tell_report(found, f"{file}, part {part.value}")


LEARNED_SESSIONS = 2500
"""The matcher learns from a sample of so many sessions: more make it no better, and slower."""


def _training(sessions: "Sequence[Session]", source: str | None) -> "Sequence[Session]":
    from learn.evaluation import Which, chosen
    from learn.sources import read_source

    if source is None:
        return chosen(sessions, Which.TRAIN, LEARNED_SESSIONS)
    return chosen(read_source(source).sessions, Which.ALL, LEARNED_SESSIONS)


def _picked_by_model(
    asked: "Sequence[Question]",
    url: str,
    name: str | None,
    api_key: str | None,
    *,
    turns: int,
    parallel: int,
    seed: int,
) -> "Report":
    from random import Random

    from agent.chat import ChatServer
    from agent.prompts import Context
    from agent.visit import served_model
    from learn.rationales.model_picker import by_model, fitting
    from learn.rationales.progress import progress
    from learn.rationales.reconstruction import report
    from simplify import estimate_tokens

    async def pick() -> "Report":
        served = await served_model(url, name, count=estimate_tokens, temperature=0.0, api_key=api_key)
        readable = fitting(asked, Context(served.context, estimate_tokens))
        if not readable:
            raise UserError(f"no page fits the context of {served.name} ({served.context} tokens)")
        sample = Random(seed).sample(readable, min(turns, len(readable)))  # noqa: S311 - a sample
        with progress(len(sample), "turns") as advance:
            async with ChatServer(url, api_key=api_key) as server:
                picks = await by_model(
                    sample, server, served.name, parallel=parallel, seed=seed, on_done=lambda: advance("")
                )
        return report(served.name, sample, picks)

    return asyncio.run(pick())


def _tell_report(found: "Report", what: str) -> None:
    authors = ", ".join(f"{name} {count:,}" for name, count in found.authors.items())
    whole = found.whole
    out.print(Text(f"{what}: {counted(whole.questions, 'turn')} of {counted(whole.sessions, 'session')}"))
    out.print(Text(f"picked by {found.picker}; rationales by {authors}; 95 % intervals"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("turns", "rationale", "top-1 in %", "more than none", "nats a turn", "gain in nats"):
        table.add_column(name, justify="left" if name in {"turns", "rationale"} else "right", no_wrap=True)
    groups = {"all": whole, "name not said": found.hidden, **found.by_kind}
    for name, scored in groups.items():
        for place, (given, score) in enumerate(scored.by_given.items()):
            bare = given.value == "none"
            table.add_row(
                f"{name} ({scored.questions:,})" if place == 0 else "",
                given.value,
                _in_percent(score.top1),
                "" if bare else _in_percent(score.more_right),
                _nats(score.log_probability),
                "" if bare else _nats(score.gain),
            )
    Console(highlight=False, width=132).print(table)
    share = 100 * found.given_away / whole.questions
    out.print(
        Text(f"{found.given_away:,} rationales ({share:.1f} %) say the name of their target word for word")
    )


def _in_percent(estimate: "Estimate") -> str:
    return _told(estimate, 100, 1)


def _nats(estimate: "Estimate") -> str:
    return _told(estimate, 1, 2)


def _told(estimate: "Estimate", times: float, digits: int) -> str:
    """A number that may be below zero, with its interval."""
    parts = (estimate.value, estimate.low, estimate.high)
    said = [f"{times * part:.{digits}f}" for part in parts if part is not None]
    return f"{said[0]} ({said[1]} to {said[2]})" if len(said) == 3 else "".join(said) or "-"
