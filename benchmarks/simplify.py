"""Ours and its peers on a folder of pages: `python -m benchmarks.simplify PAGES_FOLDER [--json FILE]`.

Every HTML file of the folder is opened in Chromium without a network, and read by each system in turn, round
by round: ours (capture and simplify, on the live page; and offline, from the file's bytes), Playwright's
accessibility snapshots, browser-use and BrowserGym (in environments of their own, made on first use). An
independent script in the page lists what a person can see and act on; completeness is the share of it that a
system's output offers.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from playwright.async_api import Browser
from rich.console import Console

from agent.errors import UserError
from agent.model.cache import Progress
from benchmarks.simplify_bench.browser import page_files, running_chromium
from benchmarks.simplify_bench.clicks import measure_clicks
from benchmarks.simplify_bench.measure import (
    SYSTEMS,
    Counters,
    Record,
    measure_page,
    running_figures,
    scale_records,
)
from benchmarks.simplify_bench.names import measure_names
from benchmarks.simplify_bench.peers import Worker
from benchmarks.simplify_bench.scale import measure_scale
from benchmarks.simplify_bench.systems import OURS
from benchmarks.simplify_bench.table import show, show_scale
from simplify import estimate_tokens

application = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    pages: list[Path]
    systems: list[str]
    rounds: int
    names: bool
    click: bool
    json_file: Path | None
    plot: Path | None
    scale: Path | None


@application.command(help=__doc__)
def main(
    folder: Annotated[Path, typer.Argument(metavar="PAGES_FOLDER", help="Folder with HTML files.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="File to write all figures to.")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Picture of time and tokens (.svg or .png).")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="A system; may be given more than once.")
    ] = None,
    *,
    names: Annotated[bool, typer.Option("--names/--no-names", help="Measure the names of ours, too.")] = True,
    click: Annotated[bool, typer.Option("--click", help="Click each target of ours on trial, too.")] = False,
    scale: Annotated[Path | None, typer.Option("--scale", help="Picture of time by size of page.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Readings of each page by each system.")] = 7,
) -> None:
    """Measures, prints the tables, and writes what was asked for."""
    progress = _teller()
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        asked = Asked(
            pages=_pages(folder),
            systems=_chosen(only or []),
            rounds=rounds,
            names=names,
            click=click,
            json_file=json_file,
            plot=_picture(plot),
            scale=_picture(scale),
        )
        records, growth = asyncio.run(_run(asked, progress))
    except UserError as error:
        typer.echo(f"benchmarks.simplify: {error}", err=True)
        raise typer.Exit(2) from error
    show(console, records)
    show_scale(console, growth)


def _write(file: Path | None, records: list[Record]) -> None:
    if file is not None:
        file.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


async def _run(asked: Asked, progress: Progress) -> tuple[list[Record], list[Record]]:
    async with running_figures(progress) as figures, running_chromium() as browser:
        if figures is None and (asked.plot or asked.scale):
            raise UserError("no picture can be drawn: the environment for it could not be made")
        counters = Counters.with_worker(figures)
        records: list[Record] = []
        for page in asked.pages:
            here = await measure_page(page, browser, asked.systems, asked.rounds, counters, progress)
            await _measure_ours(asked, page, browser, counters, here, progress)
            records += here
            _write(asked.json_file, records)  # a long run that is ended keeps its finished pages
        growth = await measure_scale(browser, progress) if asked.scale else []
        _write(asked.json_file, [*records, *scale_records(growth)])
        if figures is not None:
            await _draw(asked, figures, records, growth)
        return records, growth


async def _measure_ours(
    asked: Asked, page: Path, browser: Browser, counters: Counters, records: list[Record], progress: Progress
) -> None:
    """Adds to the record of ours what is measured of ours alone."""
    ours = next((record for record in records if record["system"] == OURS), None)
    if ours is None:
        return
    if asked.names:
        progress(f"{page.name}: names")
        ours["names"] = await measure_names(browser, page.as_uri(), counters.default_model or estimate_tokens)
    if asked.click:
        ours["clicks"] = await measure_clicks(browser, page.as_uri(), progress)


async def _draw(asked: Asked, figures: Worker, records: list[Record], growth: list[Record]) -> None:
    if asked.plot:
        rows = [record for record in records if record["ms"] is not None]
        await figures.ask(do="draw_systems", rows=rows, file=str(asked.plot))
    if asked.scale:
        await figures.ask(do="draw_scale", rows=growth, file=str(asked.scale))


def _picture(path: Path | None) -> Path | None:
    if path is not None and path.suffix not in {".svg", ".png"}:
        raise UserError(f"{path} is no picture: its name has to end with .svg or .png")
    return path and path.absolute()


def _pages(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder: name one with HTML files")
    pages = page_files(folder)
    if not pages:
        raise UserError(f"{folder} holds no .html file: nothing can be measured")
    return pages


def _chosen(only: list[str]) -> list[str]:
    for name in only:
        if name not in SYSTEMS:
            raise UserError(f"--only {name}: no such system; there are {', '.join(SYSTEMS)}")
    return [name for name in SYSTEMS if not only or name in only]


def _teller() -> Progress:
    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    application()
