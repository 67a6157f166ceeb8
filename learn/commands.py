"""The commands `simagent data …` and `simagent evaluate`: parse, call one function, print.

What is heavy to load (numpy, pyarrow) is imported by the command that needs it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.errors import UserError

if TYPE_CHECKING:
    from agent.prompts import TokenCounter
    from learn.evaluation import Evaluation
    from learn.metrics import Estimate
    from learn.reading import Reading
    from learn.session import Session

data_app = typer.Typer(no_args_is_help=True, help="Sessions of real people, and of simulated shoppers.")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Kind = TypeVar("Kind", bound=StrEnum)

LISTED = 20
"""Unreadable rows that are listed one by one where no file is named for all of them."""

Source = Annotated[
    str,
    typer.Argument(
        help="human_clicks, human_search, or a file or folder: recordings, OPeRA, clicks, JSON Lines.",
        metavar="SOURCE",
    ),
]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, for machines.")]
Rejects = Annotated[
    Path | None, typer.Option(help="List everything that could not be read in this file, as JSON Lines.")
]

ModelFolder = Annotated[
    Path | None,
    typer.Option(
        "--model-dir",
        help="Folder of the language model, or of a LoRA adapter; none: the default model.",
        metavar="FOLDER",
    ),
]


@data_app.command(name="import")
def import_(source: Source, target: Out, rejects: Rejects = None) -> None:
    """Read sessions from anywhere, and write them to one file of our own format (.jsonl or .jsonl.gz)."""
    from learn.sessions_file import write_sessions

    if not target.name.lower().removesuffix(".gz").endswith(".jsonl"):
        raise UserError(f"{target} should end in .jsonl or .jsonl.gz")
    reading = read_told(source, rejects)
    write_sessions(reading.sessions, target)
    out.print(Text(f"{counted(len(reading.sessions), 'session')} in {target}"))


@data_app.command()
def stats(source: Source, as_json: Json = False, rejects: Rejects = None) -> None:
    """Say what a source holds."""
    from learn.tables import statistics

    reading = read_told(source, rejects)
    found = {**statistics(reading.sessions), "unreadable": len(reading.unreadable)}
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in found.items():
        table.add_row(name.replace("_", " "), _in_words(value))
    Console(highlight=False).print(table)


@data_app.command()
def export(source: Source, target: Out, rejects: Rejects = None) -> None:
    """Write one row a step, for other tools: .parquet, .jsonl or .jsonl.gz."""
    from learn.tables import export as export_table

    reading = read_told(source, rejects)
    rows = export_table(reading.sessions, target)
    out.print(Text(f"{counted(rows, 'row')} of {counted(len(reading.sessions), 'session')} in {target}"))


@data_app.command()
def rows(
    source: Source,
    target: Out,
    context: Annotated[int, typer.Option(min=512, help="Tokens that a prompt may have.")] = 7744,
    tokenizer: Annotated[
        Path | None, typer.Option(help="Folder of the model whose tokens count; none: an estimate.")
    ] = None,
    prompt: Annotated[
        str, typer.Option(help="taught: short, for fine-tuning; instructed: what a base model is sent.")
    ] = "taught",
    part: Annotated[str, typer.Option(help="train, validation, test or all.")] = "train",
    rejects: Rejects = None,
) -> None:
    """Write training rows: the very chats that a model is sent, one JSON object a line."""
    from agent.prompts import Context, PromptStyle
    from learn.rows import lengths, rows_of
    from learn.sessions_file import whole_file

    style = one_of(PromptStyle, prompt, "--prompt")
    reading = read_told(source, rejects)
    sessions = sessions_of(reading.sessions, part)
    room = Context(tokens=context, count=_counter(tokenizer), style=style)
    with whole_file(target) as file:
        made = []
        for session in sessions:
            for row in rows_of(session, room):
                file.write(row.model_dump_json().encode() + b"\n")
                made.append(row.model_copy(update={"messages": (), "learned": ()}))
    found = asdict(lengths(made, room))
    out.print(Text(f"{counted(len(made), 'row')} in {target}"))
    out.print(Text(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items())))


def evaluate(
    data: Source,
    policy: Annotated[list[str], typer.Option("--policy", help="A policy to measure; repeatable.")],
    which: Annotated[
        str,
        typer.Option("--part", help="unseen (nothing was trained on it), train, validation, test or all."),
    ] = "unseen",
    most: Annotated[
        int | None, typer.Option("--sessions", min=1, help="A sample of so many, the same each time.")
    ] = None,
    model_folder: ModelFolder = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all scores to this file.", metavar="FILE")
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(help="Measure the policy that it is for, calibrated, too.", metavar="FILE"),
    ] = None,
    rejects: Rejects = None,
) -> None:
    """Measure how often policies do what people did, one decision after the other."""
    from learn.calibration.calibrated import read_calibration
    from learn.evaluation import Which, chosen, policies_named, refuse_unknown, training_for
    from learn.evaluation import evaluate as evaluate_policies
    from learn.sessions_file import whole_file

    part = one_of(Which, which, "--part")
    how = read_calibration(calibration) if calibration else None
    refuse_unknown(policy, how)
    reading = read_told(data, rejects)
    sessions = chosen(reading.sessions, part, most)
    training = training_for(reading.sessions)
    scorers = policies_named(policy, training, how, model_folder=model_folder, progress=told_dimly)
    found = evaluate_policies(sessions, scorers)
    if json_file is not None:
        told = {"data": data, "part": part.value, "unreadable": len(reading.unreadable), **found.as_json()}
        with whole_file(json_file) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n")
    _tell(found, f"{data}, part {part.value}")


def told_dimly(words: str) -> None:
    """Progress of long work, on standard error."""
    err.print(Text(words, "dim"))


def read_told(source: str, rejects: Path | None = None) -> "Reading":
    """The sessions of a source; what could not be read is told on standard error, or listed in a file."""
    from learn.sessions_file import whole_file
    from learn.sources import read_source

    reading = read_source(source)
    bad = reading.unreadable
    if rejects is not None:
        with whole_file(rejects) as file:
            for each in bad:
                file.write(json.dumps(asdict(each), ensure_ascii=False).encode() + b"\n")
    if bad:
        err.print(Text(f"{len(bad)} could not be read{f', listed in {rejects}' if rejects else ''}:"))
    for each in bad[: 0 if rejects else LISTED]:
        err.print(Text(f"  {each}"))
    if len(bad) > LISTED and not rejects:
        err.print(Text(f"  … and {len(bad) - LISTED} more: list all of them with --rejects FILE"))
    if not reading.sessions:
        raise UserError(f"{source} holds no session that can be read")
    return reading


def sessions_of(sessions: "Sequence[Session]", name: str) -> "Sequence[Session]":
    """The sessions of a part, by its name in `--part`."""
    from learn.evaluation import Which, chosen

    which = one_of(Which, name, "--part")
    return chosen(sessions, which)


def _counter(folder: Path | None) -> "TokenCounter":
    from agent.model.weights import token_counter
    from simplify import estimate_tokens

    return estimate_tokens if folder is None else token_counter(folder)


def one_of(kinds: type[Kind], value: str, option: str) -> Kind:
    """The value of an option that has a few to choose from.

    Raises:
        UserError: it is none of them.
    """
    known = [str(kind.value) for kind in kinds]
    if value not in known:
        raise UserError(f"{option} cannot be '{value}': choose from {', '.join(known)}")
    return kinds(value)


COLUMNS: Mapping[str, str] = {
    "exact": "exact",
    "exact_without_first": "w/o first",
    "exact_per_session": "per session",
    "next_action": "not leaving",
    "next_product": "next product",
    "leave_f1": "leave F1",
    "macro_f1": "macro F1",
    "illegal": "illegal",
    "illegal_unconstrained": "unconfined",
    "query_exact": "query exact",
    "query_f1": "query F1",
}
"""Scores of the table, with what stands over them; those that no policy has are left out."""


def _tell(found: "Evaluation", what: str) -> None:
    first = found.results[0]
    out.print(
        f"{what}: {counted(first.sessions, 'session')}, {counted(first.decisions, 'decision')}; "
        "in percent, with 95 % intervals"
    )
    used = [name for name in COLUMNS if any(each.scores[name].value is not None for each in found.results)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("policy", no_wrap=True)
    for name in used:
        table.add_column(COLUMNS[name], justify="right")
    for result in sorted(found.results, key=lambda each: -(each.scores["exact"].value or 0)):
        table.add_row(result.policy, *(percent(result.scores[name]) for name in used))
    Console(highlight=False, width=max(100, 22 + 17 * len(used))).print(table)
    for each in found.comparisons:
        out.print(
            Text(
                f"{each.a} less {each.b}: {percent(each.difference)} points exact; only {each.a} right "
                f"{each.only_a}, only {each.b} right {each.only_b}, McNemar p = {each.mcnemar:.2g}"
            )
        )


def percent(estimate: "Estimate") -> str:
    """A share and its interval, in percent."""
    if estimate.value is None:
        return "-"
    if estimate.low is None or estimate.high is None:
        return f"{100 * estimate.value:.1f}"
    return f"{100 * estimate.value:.1f} ({100 * estimate.low:.1f}-{100 * estimate.high:.1f})"


def counted(number: int, what: str) -> str:
    """A count with its noun: `1 session`, `2,000 sessions`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:,}" for name, number in value.items()) or "-"
    return f"{value:,}" if isinstance(value, int) else str(value)
