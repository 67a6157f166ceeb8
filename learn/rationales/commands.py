"""The commands `simagent data rationales` and `simagent data rationales-score`: parse, call, print."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from agent.errors import UserError
from learn.commands import LISTED, Json, Out, Rejects, Source, counted, err, one_of, out, percent, read_told

if TYPE_CHECKING:
    from learn.metrics import Estimate
    from learn.rationales.questions import Question
    from learn.rationales.reconstruction import Report
    from learn.rationales.teaching import Cost, Taught, Teacher
    from learn.session import Session

ApiKey = Annotated[str | None, typer.Option(envvar="SIMAGENT_API_KEY", help="For a server that wants one.")]
Parallel = Annotated[int, typer.Option(min=1, help="Requests under way at the same time.")]
Part = Annotated[str, typer.Option("--part", help="unseen, train, validation, test or all.")]
Most = Annotated[
    int | None, typer.Option("--sessions", min=1, help="A sample of so many, the same each time.")
]


def rationales(
    source: Source,
    target: Out,
    teacher: Annotated[
        str | None,
        typer.Option(
            help="An OpenAI-compatible server whose model writes them; none: the verbaliser does.",
            metavar="URL",
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(help="The teacher's name on its server.")] = None,
    api_key: ApiKey = None,
    parallel: Parallel = 8,
    temperature: Annotated[float, typer.Option(min=0.0, max=2.0, help="Of the teacher's sampling.")] = 0.7,
    think_aloud: Annotated[
        str | None,
        typer.Option(help="Sessions in which people said what they thought, as examples.", metavar="SOURCE"),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option(min=2048, help="Tokens that the teacher can read; none: what its server says."),
    ] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder of the teacher's answers.")] = None,
    price_in: Annotated[float, typer.Option(min=0.0, help="Price of a million prompt tokens.")] = 0.0,
    price_out: Annotated[float, typer.Option(min=0.0, help="Price of a million tokens said.")] = 0.0,
    which: Part = "all",
    most: Most = None,
    seed: Annotated[int, typer.Option(help="Of the wording.")] = 0,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also replace rationales that are there.")
    ] = False,
    as_json: Json = False,
    rejects: Rejects = None,
) -> None:
    """Put a thought before each action: from the record alone, or asked of a teacher."""
    from learn.evaluation import Which, chosen
    from learn.rationales.verbaliser import VERBALISER, verbalised
    from learn.sessions_file import write_sessions

    if not target.name.lower().removesuffix(".gz").endswith(".jsonl"):
        raise UserError(f"{target} should end in .jsonl or .jsonl.gz")
    if teacher is None and (model or think_aloud):
        raise UserError("--model and --think-aloud are for a teacher: name its server with --teacher URL")
    part = one_of(Which, which, "--part")
    sessions = chosen(read_told(source, rejects).sessions, part, most)
    started = time.monotonic()
    if teacher is None:
        written: Sequence[Session] = [verbalised(each, seed, replace=replace) for each in sessions]
        write_sessions(written, target)
        _tell_written(written, target, VERBALISER, {}, as_json=as_json)
        return
    examples = _examples(think_aloud)
    who = asyncio.run(
        _teacher(
            teacher,
            model,
            api_key,
            context,
            temperature=temperature,
            seed=seed,
            examples=examples,
            replace=replace,
        )
    )
    taught = _taught(sessions, who, teacher, api_key, _answers_folder(cache), parallel)
    if taught.sessions:
        write_sessions(taught.sessions, target)
    costs = {
        "asked": _cost(taught.asked, price_in, price_out),
        "known_before": _cost(taught.known, price_in, price_out),
        "seconds": round(time.monotonic() - started, 1),
        "failures": [asdict(failure) for failure in taught.failures],
    }
    _tell_written(taught.sessions, target, who.mark, costs, as_json=as_json)
    _tell_failures(taught)


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
    from learn.rationales.reconstruction import report
    from simplify import estimate_tokens

    async def pick() -> "Report":
        served = await served_model(url, name, count=estimate_tokens, temperature=0.0, api_key=api_key)
        readable = fitting(asked, Context(served.context, estimate_tokens))
        if not readable:
            raise UserError(f"no page fits the context of {served.name} ({served.context} tokens)")
        sample = Random(seed).sample(readable, min(turns, len(readable)))  # noqa: S311 - a sample
        with _progress(len(sample)) as advance:
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
                percent(score.top1),
                "" if bare else percent(score.more_right),
                _nats(score.log_probability),
                "" if bare else _nats(score.gain),
            )
    Console(highlight=False, width=116).print(table)
    share = 100 * found.given_away / whole.questions
    out.print(
        Text(f"{found.given_away:,} rationales ({share:.1f} %) say the name of their target word for word")
    )


def _nats(estimate: "Estimate") -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-" if estimate.value is None else f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def _examples(source: str | None) -> "tuple[Session, ...]":
    from learn.rationales.think_aloud import thought_aloud
    from learn.sources import read_source

    if source is None:
        return ()
    found = thought_aloud(read_source(source).sessions)
    if not found:
        raise UserError(f"{source} has no session in which a person said what she thought at every action")
    return tuple(found)


async def _teacher(
    url: str, model: str | None, api_key: str | None, context: int | None, **how: Any
) -> "Teacher":
    from agent.prompts import Context
    from agent.visit import served_model
    from learn.rationales.teaching import Teacher
    from simplify import estimate_tokens

    served = await served_model(url, model, count=estimate_tokens, temperature=0.0, api_key=api_key)
    return Teacher(served.name, Context(context or served.context, estimate_tokens), **how)


def _answers_folder(named: Path | None) -> Path:
    from agent.model.cache import cache_dir

    return named or cache_dir() / "rationales"


def _taught(
    sessions: "Sequence[Session]", who: "Teacher", url: str, api_key: str | None, folder: Path, parallel: int
) -> "Taught":
    from agent.chat import ChatServer
    from learn.rationales.answers import Answers
    from learn.rationales.teaching import teach

    async def ask(tell: "Callable[[Taught], None]") -> "Taught":
        async with ChatServer(url, api_key=api_key) as server:
            return await teach(sessions, who, server, Answers(folder), parallel=parallel, on_done=tell)

    with _progress(len(sessions)) as advance:
        return asyncio.run(ask(lambda taught: advance(f"{len(taught.failures)} failed")))


@contextmanager
def _progress(total: int) -> "Iterator[Callable[[str], None]]":
    """Shows on standard error how far it is, and the time that is left."""
    columns = (
        TextColumn("sessions"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=err, transient=True) as shown:
        task = shown.add_task("", total=total, note="")
        yield lambda note: shown.update(task, advance=1, note=note)


def _cost(cost: "Cost", price_in: float, price_out: float) -> dict[str, Any]:
    found = {**asdict(cost), "seconds": round(cost.seconds, 1)}
    if price_in or price_out:
        found["money"] = round(cost.money(price_in, price_out), 4)
    return found


def _tell_written(
    sessions: "Sequence[Session]", target: Path, by: str, costs: dict[str, Any], *, as_json: bool
) -> None:
    written = sum(turn.rationale_by == by for session in sessions for turn in session.turns)
    recorded = sum(
        turn.rationale_by != by and bool(turn.decision.rationale)
        for session in sessions
        for turn in session.turns
    )
    if as_json:
        told = {"sessions": len(sessions), "rationales": written, "kept": recorded, "by": by, **costs}
        print(json.dumps(told, ensure_ascii=False))
        return
    if sessions:
        kept = f", {counted(recorded, 'rationale')} kept as they were" if recorded else ""
        where = f"in {counted(len(sessions), 'session')}"
        out.print(Text(f"{counted(written, 'rationale')} by {by} {where}{kept}: {target}"))
    for when, name in (("asked", "now"), ("known_before", "before")):
        if when in costs and (when == "asked" or costs[when]["answers"]):
            out.print(Text(f"{name}: {_cost_in_words(costs[when])}"))
    if costs:
        out.print(Text(f"{costs['seconds']:,} s in all"))


def _cost_in_words(cost: dict[str, Any]) -> str:
    money = f", {cost['money']:,.4f} in money" if "money" in cost else ""
    return (
        f"{counted(cost['answers'], 'answer')} in {counted(cost['requests'], 'request')}, "
        f"{cost['prompt_tokens']:,} prompt and {cost['completion_tokens']:,} completion tokens, "
        f"{cost['seconds']:,} s of asking{money}"
    )


def _tell_failures(taught: "Taught") -> None:
    failures = taught.failures
    if not failures:
        return
    err.print(
        Text(f"{counted(len(failures), 'session')} got no rationales, and {_is(len(failures))} left out:")
    )
    for failure in failures[:LISTED]:
        err.print(Text(f"  {failure}"))
    if len(failures) > LISTED:
        err.print(Text(f"  … and {len(failures) - LISTED} more: --json lists them all"))
    raise UserError(
        "the teacher failed for some sessions: the same command asks for them again, and for nothing else"
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
