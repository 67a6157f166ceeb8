"""How fast the viewer's list is: `python -m benchmarks.viewer [--sessions N] [--json FILE]`.

Writes so many made-up recordings of ten steps into a folder, and asks `simagent view`, in a process
of its own, for its list by HTTP:

- the command alone: `simagent personas`, which loads the same command and prints a table;
- first start: nothing is known yet; the list shows at once what is, and the rest follows behind;
- cold: started again, when all is known;
- warm: asked again; by persona and ending; by a page that was visited; by words of rationales.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from rich.console import Console
from rich.table import Table

STEPS = 10
ROUNDS = 15
ASKED: Mapping[str, str] = {
    "all": "/",
    "persona and ending": "/?persona=Maya&ending=left",
    "a page that was visited": "/?page=cart",
    "words of rationales": "/?text=delivery+dear",
    "the last page of the list": "/?first={last}",
}
_NAMES = ("Maya", "Arjun", "Grace", "Jamal", "Joy", "Tess", "Walter", "Luis")
_THOUGHTS = (
    "I came for a kettle, so I search for one.",
    "The delivery is too dear for my taste, so I look on.",
    "This one has good reviews, and the price is fine.",
    "I would rather compare a few more before I decide.",
    "Whether it will come before the weekend, nobody says.",
)
_PAGES = (
    ("/", "Larkfield Market"),
    ("/search?q=kettle", "Results for kettle - Larkfield Market"),
    ("/product/brindle", "Brindle Cordless Kettle - Larkfield Market"),
    ("/cart", "Cart - Larkfield Market"),
)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured, in seconds.

    Attributes:
        sessions: recordings in the folder.
        command: of a command that only prints, from its start to its end; the middle one of three.
        first_start: from the start of the command to its first list, when nothing is known.
        first_opened: of these, from when it said where it is.
        all_known: until every recording is in the list.
        slowest_meanwhile: of the answers until then.
        cold: from the start of the command to its list, when all is known.
        opened: of these, from when it said where it is.
        warm: median of an answer, by what is asked for.
    """

    sessions: int
    command: float
    first_start: float
    first_opened: float
    all_known: float
    slowest_meanwhile: float
    cold: float
    opened: float
    warm: Mapping[str, float]


def write_recordings(folder: Path, count: int) -> None:
    """Writes made-up recordings, by a seed."""
    chances = Random(1)  # noqa: S311 - no secret
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        session = folder / f"{number // 1000:03}" / f"{number:05}-session"
        session.mkdir(parents=True)
        lines = _lines(chances, began + timedelta(seconds=90 * number))
        told = "".join(f"{json.dumps(line)}\n" for line in lines)
        (session / "session.jsonl").write_text(told, encoding="utf-8")


def _lines(chances: Random, began: datetime) -> Iterator[dict[str, object]]:
    name = chances.choice(_NAMES)
    yield {
        "kind": "header", "format": 2, "version": "0.1.0", "started": began.isoformat(),
        "persona": {"id": name.lower(), "name": name, "background": "You order things on your break. " * 8},
        "intent": "I need an electric kettle under $40 that switches itself off.",
        "site": "http://127.0.0.1:8000", "policy": {"kind": "language model", "model": "small"}, "seed": 1,
        "settings": {"steps": 30, "arm": {"name": chances.choice(("control", "reviews-hidden"))}},
    }  # fmt: skip
    for index in range(1, STEPS + 1):
        path, title = chances.choice(_PAGES)
        yield {
            "kind": "step", "index": index, "at": (began + timedelta(seconds=4 * index)).isoformat(),
            "url": f"http://127.0.0.1:8000{path}", "title": title,
            "decision": {"rationale": chances.choice(_THOUGHTS), "action": {"type": "click", "name": "next"}},
            "outcome": {"accepted": True, "message": f'The page "{title}" opened.', "url": "http://127.0.0.1:8000/"},
            "usage": {"prompt_tokens": 2000, "completion_tokens": 40},
            "timing": {"observe": 0.2, "decide": 1.5, "perform": 0.4},
        }  # fmt: skip
    ended = chances.choice(("purchased", "left", "left", "stuck"))
    yield {
        "kind": "ending",
        "ended": ended,
        "message": "It ended.",
        "at": (began + timedelta(seconds=60)).isoformat(),
    }


@contextmanager
def _viewer(folder: Path, cache: Path) -> Iterator[tuple[str, float]]:
    """The command, in a process of its own: its address, and when it was started."""
    command = [_simagent(), "view", str(folder), "--no-open"]
    environment = {**os.environ, "SIMAGENT_CACHE": str(cache)}
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        try:
            assert running.stdout is not None
            found = re.search(r"http://\S+:\d+", running.stdout.readline())
            assert found, "simagent view did not start"
            yield found[0], started
        finally:
            running.send_signal(signal.SIGINT)
            running.wait()


def _simagent() -> str:
    return str(Path(sys.executable).with_name("simagent"))


def _get(url: str) -> str:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - of our own server
        page: str = answer.read().decode()
    return page


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def measure(sessions: int, rounds: int = ROUNDS) -> Speed:
    """Measures with so many recordings."""
    with tempfile.TemporaryDirectory() as aside:
        folder, cache = Path(aside) / "recordings", Path(aside) / "cache"
        err.print(f"writing {sessions:,} recordings")
        write_recordings(folder, sessions)
        command = [_simagent(), "personas"]
        alone = median(
            _timed(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(3)
        )
        err.print("first start")
        with _viewer(folder, cache) as (url, started):
            first_opened, first = _timed(lambda: _get(f"{url}/")), time.perf_counter() - started
            slowest, known = _until_known(url), time.perf_counter() - started
        err.print("started again")
        with _viewer(folder, cache) as (url, started):
            opened, cold = _timed(lambda: _get(f"{url}/")), time.perf_counter() - started
            _until_known(url)
            warm = {
                name: _median(url, path.format(last=sessions - 50), rounds) for name, path in ASKED.items()
            }
    return Speed(sessions, alone, first, first_opened, known, slowest, cold, opened, warm)


def _until_known(url: str) -> float:
    """Asks until the index is whole; the slowest answer."""
    slowest = 0.0
    while True:
        started = time.perf_counter()
        page = _get(f"{url}/")
        slowest = max(slowest, time.perf_counter() - started)
        if 'data-going-on="no"' in page:
            return slowest


def _median(url: str, path: str, rounds: int) -> float:
    return median(_timed(lambda: _get(f"{url}{path}")) for _ in range(rounds))


def table(speed: Speed) -> Table:
    """What was measured, for people."""
    made = Table(title=f"{speed.sessions:,} recordings", box=None, title_justify="left")
    made.add_column("what")
    made.add_column("seconds", justify="right")
    rows: Sequence[tuple[str, float]] = (
        ("the command alone", speed.command),
        ("first start: to the first list", speed.first_start),
        ("first start: of these, to open the list", speed.first_opened),
        ("first start: until all are in it", speed.all_known),
        ("first start: slowest answer meanwhile", speed.slowest_meanwhile),
        ("started again: to the list", speed.cold),
        ("started again: of these, to open the list", speed.opened),
        *((f"asked again: {name}", seconds) for name, seconds in speed.warm.items()),
    )
    for name, seconds in rows:
        made.add_row(name, f"{seconds:.3f}")
    return made


def main() -> None:
    """Measures, prints, and writes what was measured where it is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.viewer", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000, help="recordings (10,000)")
    parser.add_argument("--json", type=Path, help="write what was measured into this file")
    chosen = parser.parse_args()
    speed = measure(chosen.sessions)
    Console(highlight=False).print(table(speed))
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(speed), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
