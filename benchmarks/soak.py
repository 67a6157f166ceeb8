"""Sessions by the thousand: `python -m benchmarks.soak --sessions 2000 [--json FILE]`.

Reciting and wandering shoppers, eight at once, in one browser and one sandbox shop on loopback. Afterwards
every recording is held against the shop's own books, and it is told what is held by this process, by
Playwright's driver and by Chromium: again and again, when no session is running.

`--model-seconds 3600` is the endurance run: shoppers of the local model, `--windows` of them at once, for so
long.

The exit code is 1 where a recording and the books disagree, where a session could not begin, or where a
process is left behind.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from agent.browser import Browser, BrowserSettings, open_browser
from agent.chat import ChatServer
from agent.errors import SimagentError
from agent.language_model import LanguageModelPolicy
from agent.policy import Policy
from agent.session import EndingKind
from benchmarks.soak_bench.agreement import Agreement, agreement
from benchmarks.soak_bench.leaks import Held, rise
from benchmarks.soak_bench.visits import Asked, Soaked, by_model, reciting_and_wandering, soaked
from sandbox_shop import Event, ShopSettings, running_shop
from study.local import PATIENT
from study.models import model_from

err = Console(stderr=True, highlight=False, soft_wrap=True)
MEASURED = ("python", "driver", "chromium", "files", "processes", "windows", "tasks")
SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Soak:
    """What a soak came to.

    Attributes:
        sessions: that were run.
        seconds: that it took.
        kinds: sessions by what decided.
        endings: sessions by how they ended.
        steps: of all sessions.
        faults: of those that ended as one, how, in words.
        failed: the reasons of sessions that could not begin.
        agreement: of recordings and books.
        held: what was held, again and again.
        left: processes that were left when all was over.
    """

    sessions: int
    seconds: float
    kinds: dict[str, int]
    endings: dict[str, int]
    steps: int
    faults: list[str]
    failed: list[str]
    agreement: Agreement
    held: list[Held]
    left: int


async def soak(queue: Iterator[Asked], batch: int, batches: int, windows: int, until: float | None) -> Soak:
    """Runs sessions, a batch after the other.

    Args:
        queue: the sessions.
        batch: sessions between two measurements.
        batches: how many; with `until`, at most.
        windows: sessions at once.
        until: of the monotonic clock, when no further session begins.
    """
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="simagent-soak-"))
    done: list[Soaked] = []
    failed: list[str] = []
    held: list[Held] = []
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    try:
        with running_shop(ShopSettings()) as shop:
            settings = BrowserSettings(screenshots=False, deadlines=PATIENT)
            async with open_browser(settings) as browser:
                for _ in range(batches):
                    ran, not_begun = await _batch(queue, batch, windows, browser, shop.url, folder, until)
                    done += ran
                    failed += not_begun
                    held.append(Held.now(len(done), browser, set()))
                    err.print(_line(done, held[-1], time.monotonic() - began))
                    if until is not None and time.monotonic() >= until:
                        break
            events: list[Event] = list(shop.events())
        agreed = agreement(done, folder, events)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    left = {process.pid for process in psutil.Process().children(recursive=True)} - before
    return Soak(
        sessions=len(done),
        seconds=time.monotonic() - began,
        kinds=dict(Counter(each.kind for each in done)),
        endings=dict(Counter(each.ending.value for each in done)),
        steps=sum(each.steps for each in done),
        faults=[
            f"{each.kind} {each.mark}: {each.message}" for each in done if each.ending is EndingKind.FAULT
        ],
        failed=failed,
        agreement=agreed,
        held=held,
        left=len(left),
    )


async def _batch(
    queue: Iterator[Asked],
    count: int,
    windows: int,
    browser: Browser,
    site: str,
    folder: Path,
    until: float | None,
) -> tuple[list[Soaked], list[str]]:
    """Some sessions, so many at once; and why others could not begin."""
    done: list[Soaked] = []
    failed: list[str] = []
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            if until is not None and time.monotonic() >= until:
                return
            asked = next(queue, None)
            if asked is None:
                return
            try:
                done.append(await soaked(asked, browser, site, folder))
            except SimagentError as error:
                failed.append(f"{asked.kind} {asked.mark}: {error}")
                err.print(failed[-1], markup=False)

    await asyncio.gather(*(work() for _ in range(windows)))
    return done, failed


def _line(done: list[Soaked], held: Held, seconds: float) -> str:
    return (
        f"{len(done):,} sessions, {60 * len(done) / seconds:.0f} a minute; MiB: Python {held.python:.0f}, "
        f"driver {held.driver:.0f}, Chromium {held.chromium:.0f}; {held.files} files, "
        f"{held.processes} processes, {held.windows} windows, {held.tasks} tasks"
    )


async def endurance(seconds: float, windows: int) -> Soak:
    """Shoppers of the local model, for so long."""
    model = model_from(None, None, api_key=None, temperature=0.7, prompt=None, tell=err.print)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ChatServer(model.url, api_key=model.api_key))

        def policy_of(number: int) -> Policy:
            return LanguageModelPolicy(
                server, model.name, model.reads, temperature=model.temperature, seed=number
            )

        until = time.monotonic() + seconds
        return await soak(by_model(policy_of), batch=2 * windows, batches=10**6, windows=windows, until=until)


def told(found: Soak, console: Console) -> None:
    """Prints what a soak came to."""
    console.print(
        f"{found.sessions:,} sessions of {found.steps:,} steps in {found.seconds:,.0f} s "
        f"({', '.join(f'{count:,} {kind}' for kind, count in found.kinds.items())}); endings: "
        f"{', '.join(f'{count:,} {kind}' for kind, count in sorted(found.endings.items()))}"
    )
    console.print(
        f"{found.agreement.recordings:,} recordings held against the books: {found.agreement.pages:,} pages, "
        f"{found.agreement.orders:,} orders, {len(found.agreement.differences)} differences"
    )
    for sentence in found.agreement.differences[:20]:
        console.print(f"  {sentence}", markup=False)
    for sentence in found.faults[:20]:
        console.print(f"  a fault: {sentence}", markup=False)
    console.print(f"sessions that could not begin: {len(found.failed)}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("", "first", "last", "rise in 1,000 sessions"):
        table.add_column(column, justify="right" if column else "left")
    for name in MEASURED:
        slope, wide = rise(found.held, name)
        first, last = (float(getattr(found.held[place], name)) for place in (0, -1))
        table.add_row(name, f"{first:,.0f}", f"{last:,.0f}", f"{slope:+.1f} \N{PLUS-MINUS SIGN} {wide:.1f}")
    console.print(table)
    console.print(f"processes left behind: {found.left}")


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--windows", type=int, default=8, help="sessions at once")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model-seconds", type=float, help="the endurance run: the local model, for so long")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.model_seconds is not None:
        found = asyncio.run(endurance(asked.model_seconds, asked.windows))
    else:
        batch = max(asked.windows, -(-asked.sessions // SAMPLES))
        queue = reciting_and_wandering(asked.sessions, asked.seed)
        found = asyncio.run(soak(queue, batch, -(-asked.sessions // batch), asked.windows, None))
    told(found, Console(highlight=False, soft_wrap=True))
    if asked.json is not None:
        asked.json.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
    return 1 if found.agreement.differences or found.failed or found.left else 0


if __name__ == "__main__":
    raise SystemExit(main())
