"""The command `simagent data rationales`: parse, call, print."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from agent.errors import UserError
from learn.commands import LISTED, Json, Out, Rejects, Source, counted, err, one_of, out, read_told

if TYPE_CHECKING:
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
    from learn.rationales.progress import progress
    from learn.rationales.teaching import teach

    async def ask(tell: "Callable[[Taught], None]") -> "Taught":
        async with ChatServer(url, api_key=api_key) as server:
            return await teach(sessions, who, server, Answers(folder), parallel=parallel, on_done=tell)

    with progress(len(sessions), "sessions") as advance:
        return asyncio.run(ask(lambda taught: advance(f"{len(taught.failures)} failed")))


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
