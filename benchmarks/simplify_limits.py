"""What pages at and beyond all limits cost: time, and the memory of our process.

`python -m benchmarks.simplify_limits` makes pages of odd shapes and of any size, simplifies each offline in
a process of its own, and reads some of them live in Chromium. Nothing comes from a network but loopback.
"""

import asyncio
import json
import resource
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError
from rich.console import Console
from rich.table import Table

from simplify import Observation, simplify
from simplify.capture import capture

MEGABYTE = 1_000_000
DEADLINE = 60.0
"""Seconds that a live page is given: what it costs is to be seen, not when it is cut."""
LOADING = 120
"""Seconds that Chromium has to show a page before it is read."""
CARD = (
    "<li><div class=card><a href='/p/{n}'><h3>Kettle number {n}</h3></a><p>A fine kettle for {n} litres"
    " in no time</p><span>${n}.99</span><button>Add to cart</button></div>"
)


def _filled(piece: str) -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece))


def _numbered(piece: str) -> Callable[[int], str]:
    def make(size: int) -> str:
        return "".join(piece.format(n=n) for n in range(size // len(piece.format(n=99_999))))

    return make


def _around(before: str, piece: str, after: str) -> Callable[[int], str]:
    return lambda size: f"{before}{piece * (size // len(piece))}{after}<button>Buy</button>"


SHAPES: dict[str, Callable[[int], str]] = {
    "cards": _numbered(CARD),
    "links": _numbered("<a href=/{n}>x{n}</a>"),
    "tiny elements": _filled("<b>x</b>"),
    "same buttons": _filled("<button>Add to cart</button>"),
    "boxes": _filled("<input type=checkbox>Brand"),
    "choices": _around("<select>", "<option>Same", "</select>"),
    "nested blocks": _filled("<div>"),
    "nested lists": _filled("<ul><li>"),
    "nested buttons": _filled("<div role=button>x"),
    "unclosed tags": _filled("<p>a<li>b<td>c<b>d"),
    "one text": _around("<p>", "word ", "</p>"),
    "one attribute": _around('<p title="', "x", '">a</p>'),
    "entities": _filled("&amp;x"),
    "less-than signs": _filled("<"),
    "null bytes": _around("", "\x00", ""),
    "lone surrogates": _around("", "\ud800", ""),
}
LIVE = ("cards", "links", "tiny elements", "nested blocks", "one text", "unclosed tags")
LIVE_MEGABYTES = (1.0, 10.0, 50.0)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page cost.

    Attributes:
        page: its shape.
        how: offline, or live in Chromium.
        megabytes: its size.
        capture_seconds: until the live page was read; 0 offline.
        simplify_seconds: processor time from there to the observation.
        peak_megabytes: the most memory that our process had, the page's own text included.
        targets: things to act on in the observation.
        characters: of the observation.
        notes: what was left out.
    """

    page: str
    how: str
    megabytes: float
    capture_seconds: float
    simplify_seconds: float
    peak_megabytes: int
    targets: int
    characters: int
    notes: tuple[str, ...]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _simplified(html: str, notes: Iterable[str], budget: int | None) -> tuple[Observation, float]:
    started = time.process_time()
    observation = simplify(html, notes=notes, budget=budget)
    return observation, time.process_time() - started


def _cost(
    shape: str, how: str, megabytes: float, read: float, html: str, notes: Iterable[str], budget: int | None
) -> Cost:
    observation, seconds = _simplified(html, notes, budget)
    told = f"{how}, {budget} tokens" if budget else how
    return Cost(
        shape, told, megabytes, round(read, 2), round(seconds, 2), _peak(), len(observation.targets),
        len(observation.html), observation.notes,
    )  # fmt: skip


def offline(shape: str, megabytes: float, budget: int | None) -> Cost:
    """Simplifies one page of a shape without a browser."""
    page = SHAPES[shape](int(megabytes * MEGABYTE))
    return _cost(shape, "offline", megabytes, 0.0, page, (), budget)


def live(shape: str, megabytes: float, budget: int | None) -> Cost:
    """Reads one page of a shape in Chromium."""
    return asyncio.run(_live(shape, megabytes, budget))


async def _live(shape: str, megabytes: float, budget: int | None) -> Cost:
    page = SHAPES[shape](int(megabytes * MEGABYTE)).encode(errors="replace")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with _serving(page) as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            address = f"http://127.0.0.1:{server.server_port}/"
            read, html, notes = await _read(browser, address)
            await browser.close()
    return _cost(shape, "live", megabytes, read, html, notes, budget)


async def _read(browser: Browser, address: str) -> tuple[float, str, tuple[str, ...]]:
    page = await browser.new_page()
    try:
        await page.goto(address, wait_until="load", timeout=LOADING * 1000)
    except PlaywrightError:
        return 0.0, "", (f"Chromium itself did not show the page within {LOADING} seconds.",)
    started = time.monotonic()
    captured = await capture(page, deadline=DEADLINE)
    return time.monotonic() - started, captured.html, captured.notes


class _serving:  # noqa: N801 - it is used as a function is
    """Serves one page as long as the block lasts."""

    def __init__(self, page: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the overridden name
                """Says nothing."""

            def do_GET(self) -> None:
                """Sends the page, whatever is asked for."""
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                with suppress(ConnectionError):  # the browser would not wait
                    self.wfile.write(page)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> ThreadingHTTPServer:
        self._thread.start()
        return self._server

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _alone(
    job: Callable[[str, float, int | None], Cost], shape: str, megabytes: float, budget: int | None = None
) -> Cost:
    """Runs one page in a fresh process, so that its memory is its own."""
    typer.echo(f"{shape}, {megabytes:g} MB, {job.__name__}", err=True)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(job, shape, megabytes, budget).result()


def _print(costs: list[Cost]) -> None:
    table = Table()
    for heading in ("page", "how", "MB", "read s", "simplify s", "peak MB", "targets", "characters", "notes"):
        table.add_column(heading)
    for cost in costs:
        *cells, notes = asdict(cost).values()
        table.add_row(*map(str, cells), " ".join(notes))
    Console(width=200).print(table)


def main(
    megabytes: Annotated[float, typer.Option(min=0.01, help="Size of the offline pages.")] = 50.0,
    shape: Annotated[list[str] | None, typer.Option(help="Only these shapes.")] = None,
    browser: Annotated[bool, typer.Option(help="Read pages live too.")] = True,  # noqa: FBT002 - a switch
    as_json: Annotated[Path | None, typer.Option("--json", help="Where to write the table.")] = None,
) -> None:
    """Measure what extreme pages cost."""
    unknown = set(shape or ()) - set(SHAPES)
    if unknown:
        typer.echo(f"there is no shape {unknown.pop()}: the shapes are {', '.join(SHAPES)}", err=True)
        raise typer.Exit(2)
    wanted = [name for name in SHAPES if not shape or name in shape]
    costs = [_alone(offline, name, megabytes) for name in wanted]
    costs += [_alone(offline, name, megabytes, 2_000) for name in wanted if name == "cards"]
    if browser:
        for name in wanted:
            sizes = [size for size in LIVE_MEGABYTES if name in LIVE and size <= megabytes]
            costs += [_alone(live, name, size) for size in sizes]
    _print(costs)
    if as_json is not None:
        as_json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
