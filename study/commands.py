"""The commands `simagent batch` and `simagent study ...`: parse, call, print.

What is heavy to load (the browser, the statistics) is imported when a command is called.
"""

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent.errors import UserError

if TYPE_CHECKING:
    from study.resolved import Resolved

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

study_app = typer.Typer(
    no_args_is_help=True, help="Studies: checked before they run, read when they are done."
)

StudyPath = Annotated[Path, typer.Argument(help="The study file, or a study's folder.", metavar="STUDY")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, for machines.")]


def batch(
    study: StudyPath,
    folder: Annotated[
        Path | None, typer.Option("--out", help="The study's folder; none: studies/NAME.", metavar="DIR")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=1000, help="Sessions at once.")] = 4,
    browsers: Annotated[int, typer.Option(min=1, max=64, help="Browsers that share them.")] = 1,
    browser_url: Annotated[
        list[str] | None,
        typer.Option(
            help="A browser that runs already: http:// for CDP, ws:// for a Playwright server; repeatable.",
            metavar="URL",
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a study that was begun.")] = False,
    api_key: Annotated[
        str | None, typer.Option(envvar="SIMAGENT_API_KEY", help="For a model server that wants one.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(help="Run on a Ray cluster: auto, local, or its address.", metavar="ADDRESS"),
    ] = None,
    logins: Annotated[
        Path | None,
        typer.Option(help="File of the accounts that arms name under `login`.", metavar="FILE"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run all sessions of a study, several at once; what was done stays done, whatever is killed."""
    from study.folder import begin
    from study.running import Machinery, run_study

    resolved, place = _resolved(study)
    folder = folder or (study if study.is_dir() else Path("studies") / resolved.study.study)
    resolved = begin(folder, resolved, resume=resume)
    machinery = Machinery(workers, browsers, tuple(browser_url or ()), ray, api_key, logins)
    told = run_study(resolved, folder, place, machinery, err)
    if as_json:
        print(json.dumps({**told.model_dump(mode="json"), "folder": str(folder)}))
    else:
        out.print(Text(f"{told.sentence} Results: simagent study results {folder}"))
    if told.faults:
        raise UserError(
            f"{told.faults} of {told.total} sessions failed in all their tries; "
            f"once that is mended, try them again with: simagent batch {study} --out {folder} --resume"
        )


@study_app.command()
def check(
    study: StudyPath,
    workers: Annotated[int, typer.Option(min=1, help="Sessions at once, for the time it takes.")] = 4,
    like: Annotated[
        Path | None, typer.Option(help="Reckon with the costs of this earlier study.", metavar="DIR")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a study file, and say what it comes to before anything runs."""
    from study.checking import checked, told

    resolved, _ = _resolved(study)
    found = checked(resolved, workers, like)
    if as_json:
        print(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
    else:
        for line in told(resolved, found):
            out.print(Text(line))


@study_app.command()
def results(
    folder: Annotated[Path, typer.Argument(help="A study's folder; it may still be running.", metavar="DIR")],
    as_json: Json = False,
) -> None:
    """Write a study's tables, statistics and report, and print what it came to."""
    from study.report import print_results
    from study.results import write_results

    found, figures, report = write_results(folder)
    if as_json:
        told = found.findings.model_dump(mode="json") if found.findings else None
        print(json.dumps({"report": str(report), "findings": told}, ensure_ascii=False))
        return
    print_results(found, figures, out)
    out.print(Text(f"report: {report}"))


@study_app.command()
def schema() -> None:
    """Print the JSON schema of study files, for editors."""
    from study.file import schema as file_schema

    print(json.dumps(file_schema(), indent=2, ensure_ascii=False))


def _resolved(path: Path) -> "tuple[Resolved, Path]":
    """The study, and the folder from which what it names is looked for."""
    from study.file import read_study
    from study.layout import STUDY
    from study.resolved import read_resolved, resolve

    if path.is_dir() or path.name == STUDY:
        file = path / STUDY if path.is_dir() else path
        return read_resolved(file), file.parent
    return resolve(read_study(path), path.parent, version("simagent")), path.parent
