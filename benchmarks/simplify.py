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
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.errors import UserError
from agent.model.cache import Progress
from benchmarks.simplify_bench.browser import page_files, running_chromium
from benchmarks.simplify_bench.measure import SYSTEMS, Counters, Record, measure_page, running_figures
from benchmarks.simplify_bench.table import show

application = typer.Typer(add_completion=False)


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
    rounds: Annotated[int, typer.Option(min=1, help="Readings of each page by each system.")] = 7,
) -> None:
    """Measures, prints the tables, and writes what was asked for."""
    progress = _teller()
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        pages = _pages(folder)
        chosen = _chosen(only or [])
        records = asyncio.run(_run(pages, chosen, rounds, plot and plot.absolute(), progress))
    except UserError as error:
        typer.echo(f"benchmarks.simplify: {error}", err=True)
        raise typer.Exit(2) from error
    show(console, records)
    if json_file:
        json_file.write_text(json.dumps(records, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


async def _run(
    pages: list[Path], chosen: list[str], rounds: int, plot: Path | None, progress: Progress
) -> list[Record]:
    async with running_figures(progress) as figures, running_chromium() as browser:
        counters = Counters.with_worker(figures)
        records: list[Record] = []
        for page in pages:
            records += await measure_page(page, browser, chosen, rounds, counters, progress)
        if plot is not None:
            if figures is None:
                raise UserError("no picture can be drawn: the environment for it could not be made")
            rows = [record for record in records if record["ms"] is not None and record["tokens"] is not None]
            await figures.ask(do="draw_systems", rows=rows, file=str(plot))
        return records


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
