"""The command `simagent train`: parse, begin or go on, show how it goes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from agent.errors import UserError
from learn.commands import err, out

if TYPE_CHECKING:
    from learn.training.run import Told
    from learn.training.settings import Settings

BUNDLED = ("human_clicks", "human_search")


def train(
    folder: Annotated[
        Path, typer.Option("--out", help="Folder of the run; one that was begun is gone on with.")
    ],
    sources: Annotated[
        list[str] | None, typer.Argument(help="Where sessions come from; none: those that come along.")
    ] = None,
    base: Annotated[
        Path | None, typer.Option(help="Folder of the model to begin with; none: SmolLM2-135M-Instruct.")
    ] = None,
    start: Annotated[Path | None, typer.Option(help="A LoRA adapter to go on from.")] = None,
    config: Annotated[
        str | None,
        typer.Option(help="Settings: a YAML or JSON file, or qwen2.5-7b-40k.", metavar="FILE|NAME"),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so many; none: after the epochs.")] = None,
    epochs: Annotated[float | None, typer.Option(help="How often each session is seen.")] = None,
    sessions: Annotated[int | None, typer.Option(help="At most so many of each source.")] = None,
    rationales: Annotated[
        float | None, typer.Option(help="Share of sessions with a thought before each action (0 to 1).")
    ] = None,
    rank: Annotated[int | None, typer.Option(help="Rank of the adapter.")] = None,
    full: Annotated[bool | None, typer.Option("--full", help="Train all weights.")] = None,
    rate: Annotated[float | None, typer.Option(help="Highest learning rate.")] = None,
    longest: Annotated[int | None, typer.Option(help="Tokens of the longest example.")] = None,
    processes: Annotated[int | None, typer.Option(help="Processes, one a GPU.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the order, and of the thoughts' wording.")] = None,
) -> None:
    """Fine-tune a model on recorded sessions; a run that was stopped goes on where it was."""
    from agent.model import prepare_base
    from agent.model.environment import prepare_environment
    from learn.training.run import TrainingRun

    asked = {
        "base": str(base.absolute()) if base else None,
        "start": str(start.absolute()) if start else None,
        "sources": tuple(sources) if sources else None,
        "minutes": minutes,
        "epochs": epochs,
        "sessions": sessions,
        "rationales": rationales,
        "rank": rank,
        "full": full,
        "rate": rate,
        "longest": longest,
        "processes": processes,
        "seed": seed,
    }
    run = TrainingRun(folder)
    settings = _as_begun(run.settings(), asked, folder) if run.begun else _new(config, asked, folder)
    python = prepare_environment(_tell)
    if not run.begun:
        if not settings.base:
            settings = settings.model_copy(update={"base": str(prepare_base(_tell))})
        run.begin(settings, _tell)
    with _bar() as show:
        run.train(python, show)
    model = run.finish(python, _tell)
    out.print(Text(f"The model is in {model} (`simagent model serve --model {model}`)."))


def _new(config: str | None, asked: dict[str, Any], folder: Path) -> "Settings":
    from learn.training.settings import settings_from

    if folder.is_file():
        raise UserError(f"{folder} is a file: name a folder for the run")
    for name in ("base", "start"):
        if asked[name] and not Path(asked[name]).is_dir():
            raise UserError(f"--{name} {asked[name]} is no folder")
    # No base as yet: the default one is made only once all else is known to be right.
    return settings_from(
        config, {"base": "", "sources": BUNDLED, **{k: v for k, v in asked.items() if v is not None}}
    )


def _as_begun(settings: "Settings", asked: dict[str, Any], folder: Path) -> "Settings":
    """The settings of a run that was begun, which cannot be changed on the way."""
    for name, value in asked.items():
        begun = getattr(settings, name)
        if value is not None and value != begun:
            raise UserError(
                f"the run in {folder} was begun with {name} = {begun}: leave --{name} out to go on with it, "
                "or choose another --out"
            )
    return settings


@contextmanager
def _bar() -> "Iterator[Callable[[Told], None]]":
    """A bar with loss, speed and time left; plain lines where nobody looks at a terminal."""
    columns = (
        TextColumn("training"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("training", total=1.0, words="")

        def show(told: "Told") -> None:
            words = (
                f"step {told.step}, loss {told.loss:.3f}, "
                f"{told.tokens / max(told.seconds, 1e-9):.0f} tokens/s, "
                f"{told.seconds_left / 60:.0f} min left"
            )
            progress.update(task, completed=told.share, words=words)
            if not err.is_terminal:
                err.print(Text(f"training: {words}"))

        yield show


def _tell(progress: str) -> None:
    err.print(Text(progress, "dim"))
