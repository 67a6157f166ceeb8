"""The commands `simagent replay` and `simagent recordings ...`: parse, call, print."""

import asyncio
import json
import tempfile
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from agent.errors import UserError
from agent.recording import Recording, read_recording, refuse_unwritable
from agent.terminal import Terminal, inert
from replay.folders import Choice, Entry, Part, study_of

out = Terminal(highlight=False, soft_wrap=True)
err = Terminal(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, for machines.")]


def replay(
    recording: Annotated[Path, typer.Argument(help="A recording's folder.", metavar="RECORDING")],
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Run it again in a browser, and say whether all is the same."),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(help="Write it as one HTML file that needs no network.", metavar="FILE.html"),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="With --verify: keep the new recording there.", metavar="DIR")
    ] = None,
    allow_purchase: Annotated[
        str | None,
        typer.Option(
            help="With --verify: order again at this site, whose host it is; real money.", metavar="HOST"
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser to watch it.")] = False,
    as_json: Json = False,
) -> None:
    """Watch a recorded session, run it again, or write it into one file to pass on."""
    if verify:
        _verify(read_recording(recording), folder, allow_purchase, as_json=as_json)
    elif export is not None:
        _export(recording, export)
    else:
        _watch(recording, open_browser=not no_open)


def _watch(recording: Path, *, open_browser: bool) -> None:
    from viewer.serving import view

    read_recording(recording)  # says what is wrong with it before a server starts
    place = recording.resolve()
    root = study_of(place) or place.parent  # beside it stand those to compare it with
    view(
        root,
        open_path=place.relative_to(root).as_posix(),
        open_browser=open_browser,
        on_ready=lambda url: out.print(Text(f"{recording} is shown at {url} (Ctrl-C ends it).")),
    )


def _verify(recording: Recording, folder: Path | None, allow_purchase: str | None, *, as_json: bool) -> None:
    from replay.rerun import rerun
    from replay.shop import restored_site
    from replay.told import heading, result_lines, step_line

    if folder is not None:
        refuse_unwritable(folder)
    console = err if as_json else out
    kept = nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="simagent-replay-")
    with restored_site(recording, allow_purchase) as (site, terms), kept as place:
        console.print(Text(f"{recording.folder}, again at {site}"))
        console.print(heading())
        found = asyncio.run(
            rerun(
                recording,
                site,
                Path(place) if folder else Path(place) / "again",
                lambda check: console.print(step_line(recording, check)),
                terms,
            )
        )
    for line in result_lines(found):
        console.print(line)
    if as_json:
        print(json.dumps(asdict(found) | {"same": found.same}, ensure_ascii=False))
    if not found.same:
        raise typer.Exit(1)


def _export(recording: Path, file: Path) -> None:
    from replay.export import export

    for written in export(recording, file):
        size = written.stat().st_size / 1e6
        out.print(Text(f"{written} ({size:.1f} MB)"))


recordings_app = typer.Typer(
    no_args_is_help=True, help="Recordings in a folder: listed, checked, made smaller, packed."
)

Folder = Annotated[Path, typer.Argument(help="A folder with recordings in it.", metavar="DIR")]
Endings = Annotated[
    list[str] | None,
    typer.Option("--ending", help="Only those that ended so (left, fault, cut off, …); repeatable."),
]
OlderThan = Annotated[float | None, typer.Option(help="Only those that began longer ago.", metavar="DAYS")]
RECORDINGS = Path("recordings")


@recordings_app.command(name="list")
def list_recordings(folder: Folder = RECORDINGS, as_json: Json = False) -> None:
    """List the recordings in a folder and below it."""
    from replay.folders import entries

    found = list(entries(folder))
    if as_json:
        print(json.dumps([_listed(entry, folder) for entry in found], ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("recording", "began", "who", "ending"):
        table.add_column(column, overflow="fold")
    table.add_column("steps", justify="right")
    table.add_column("MB", justify="right")
    for entry in found:
        told = _listed(entry, folder)
        began = entry.started.strftime("%Y-%m-%d %H:%M") if entry.started else ""
        cells = (told["recording"], began, told["persona"] or "", entry.ending)
        table.add_row(*(escape(inert(cell)) for cell in cells), str(told["steps"]), f"{entry.size / 1e6:.1f}")
    Terminal(highlight=False).print(table)
    total = sum(entry.size for entry in found) / 1e6
    out.print(f"{len(found):,} recording{'' if len(found) == 1 else 's'}, {total:,.1f} MB")


@recordings_app.command(name="verify")
def verify_recordings(folder: Folder = RECORDINGS, as_json: Json = False) -> None:
    """Say which recordings are as they were made, by their checksums; exit code 1 unless all are."""
    from replay.folders import Condition, condition, entries

    bad, counts, told = False, Counter[str](), []
    for entry in entries(folder):
        how, problems = condition(entry)
        counts[how.value] += 1
        bad = bad or how in {Condition.ALTERED, Condition.UNREADABLE}
        told.append({"recording": str(entry.folder), "condition": how.value, "problems": list(problems)})
        if how is not Condition.WHOLE and not as_json:
            out.print(Text(f"{how.value}: {entry.folder}", "red" if problems else "yellow"))
            for problem in problems:
                out.print(Text(f"  {problem}"))
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        out.print(", ".join(f"{count:,} {how}" for how, count in counts.items()) or "no recordings")
    if bad:
        raise typer.Exit(1)


@recordings_app.command()
def prune(
    folder: Folder = RECORDINGS,
    drop: Annotated[
        list[Part] | None,
        typer.Option(help="Remove this part of each, and keep the rest; repeatable.", metavar="PART"),
    ] = None,
    older_than: OlderThan = None,
    ending: Endings = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what would be done.")] = False,
) -> None:
    """Delete recordings, or with --drop pages and screenshots of them. Those of studies are never deleted."""
    from replay.folders import delete, drop_parts, entries

    choice = _choice(older_than, ending)
    if not drop and choice == Choice():
        raise UserError("say what may go: --older-than DAYS, --ending ENDING, or --drop pages|screenshots")
    now, freed, kept = datetime.now(UTC), 0, 0
    for entry in entries(folder):
        if not choice.holds(entry, now):
            continue
        if entry.study and not drop:
            kept += 1
            continue
        freed += _size_of(entry.folder, drop)
        out.print(Text(f"{'' if yes else 'would '}{'thin out' if drop else 'delete'} {entry.folder}"))
        if yes:
            drop_parts(entry.folder, drop) if drop else delete(entry.folder)
    if kept:
        err.print(f"note: {kept:,} belong to studies and stay; --drop makes them smaller")
    out.print(f"{freed / 1e6:,.1f} MB {'freed' if yes else 'would be freed; add --yes to do it'}")


@recordings_app.command(name="pack")
def pack_recordings(
    folder: Folder = RECORDINGS,
    file: Annotated[Path, typer.Option("--out", help="The file to write.", metavar="FILE.zip")] = Path(
        "recordings.zip"
    ),
    older_than: OlderThan = None,
    ending: Endings = None,
) -> None:
    """Write recordings into one zip file, to keep or to pass on; what was altered is said, and packed too."""
    from replay.folders import Condition, condition, entries, pack

    choice, now = _choice(older_than, ending), datetime.now(UTC)
    chosen = [entry for entry in entries(folder) if choice.holds(entry, now)]
    for entry in chosen:
        how, _ = condition(entry)
        if how in {Condition.ALTERED, Condition.UNREADABLE}:
            err.print(Text(f"note: {entry.folder} is {how.value}"))
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("packing", total=len(chosen))
        pack(folder, chosen, file, lambda _: progress.advance(task))
    out.print(Text(f"{file} ({file.stat().st_size / 1e6:,.1f} MB, {len(chosen):,} recordings)"))


def _choice(older_than: float | None, ending: list[str] | None) -> Choice:
    days = None if older_than is None else timedelta(days=older_than)
    return Choice(days, frozenset(ending or ()))


def _size_of(folder: Path, parts: list[Part] | None) -> int:
    roots = [folder / part.value for part in parts] if parts else [folder]
    return sum(path.stat().st_size for root in roots for path in root.rglob("*") if path.is_file())


def _listed(entry: Entry, folder: Path) -> dict[str, Any]:
    header = entry.header
    return {
        "recording": str(entry.folder.relative_to(folder)) if entry.folder != folder else entry.folder.name,
        "started": entry.started.isoformat() if entry.started else None,
        "persona": header.persona.id if header else None,
        "intent": header.intent if header else None,
        "ending": entry.ending,
        "steps": entry.steps,
        "bytes": entry.size,
        "problem": entry.problem or None,
    }
