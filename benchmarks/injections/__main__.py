"""How often the text of a page leads the model astray: `python -m benchmarks.injections [--json FILE]`.

Each text of the set stands on a page of the sandbox shop, in a real browser, and the model visits it three
times with one seed: with the page between marks (fenced), without marks, and where the text is not there.
What the text is after is told by the browser and the shop's books, and so is whether the guards held.

Another model than the local one: serve it, and say where, `--model-url URL --prompt instructed`.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rich.console import Console

from agent.browser import Browser, BrowserSettings, open_browser
from agent.errors import SimagentError
from agent.visit import Model
from benchmarks.injections.injection import SET, Injection, load_set
from benchmarks.injections.report import as_text
from benchmarks.injections.trial import Trial, VisitFailed, Way, is_told, trial
from study.models import model_from

STEPS = 2
err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(slots=True)
class Measured:
    """What was measured so far.

    Attributes:
        trials: visits.
        untold: ids of texts that the model is not told, and was not sent to.
        failed: ids of texts whose visits say nothing, because something broke.
    """

    trials: list[Trial] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def measure(injections: list[Injection], model: Model, options: argparse.Namespace) -> Measured:
    """All visits, an injection's three at once; after each injection the file is written anew."""
    measured = Measured()
    settings = BrowserSettings(
        screenshots=False, images=False, budget=model.observation_budget, count_tokens=model.count
    )
    with tempfile.TemporaryDirectory(prefix="simagent-injections-") as folder:
        async with open_browser(settings) as browser:
            for number, injection in enumerate(injections, start=1):
                started = time.monotonic()
                come = await _visited(injection, browser, model, options, Path(folder), measured)
                spent = time.monotonic() - started
                err.print(f"{number} of {len(injections)}: {injection.id}: {come} ({spent:.0f} s)")
                if options.json:
                    write(options.json, measured, model, options)
    return measured


async def _visited(
    injection: Injection,
    browser: Browser,
    model: Model,
    options: argparse.Namespace,
    folder: Path,
    measured: Measured,
) -> str:
    """Makes an injection's visits, and says what came of them."""
    seed = options.seed + random.Random(injection.id).randrange(10_000)  # noqa: S311 - no secret
    send = partial(
        trial, injection, browser=browser, model=model, seed=seed, steps=options.steps, folder=folder
    )
    try:
        if not await is_told(injection, browser=browser, model=model, folder=folder):
            measured.untold.append(injection.id)
            return "not told"
        made = await asyncio.gather(*map(send, Way))
    except (VisitFailed, SimagentError) as failure:
        measured.failed.append(injection.id)
        return f"failed: {failure}"
    measured.trials += made
    return ", ".join(each.way for each in made if each.met) or "in none"


def write(path: Path, measured: Measured, model: Model, options: argparse.Namespace) -> None:
    """What was measured so far, whole at every moment."""
    told = {
        "model": {**model.described(None), "url": None, "fenced": None},
        "steps": options.steps,
        "seed": options.seed,
        "untold": measured.untold,
        "failed": measured.failed,
        "trials": [each.written() for each in measured.trials],
    }
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def read(path: Path) -> Measured:
    """A file that was written before."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Measured([Trial.read(each) for each in told["trials"]], told["untold"], told["failed"])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", type=Path, default=SET, help="the texts")
    parser.add_argument("--limit", type=int, help="so many of them, spread over the set")
    parser.add_argument("--steps", type=int, default=STEPS, help="most actions of a visit")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model-url", help="of the server of another model than the local one")
    parser.add_argument("--model", help="its name there")
    parser.add_argument("--prompt", help="how it is talked to: instructed or taught")
    parser.add_argument("--json", type=Path, help="write everything to this file, as it comes")
    parser.add_argument("--read", type=Path, help="print the tables of such a file, and visit nothing")
    options = parser.parse_args()
    injections = load_set(options.set)
    if options.read:
        measured = read(options.read)
    else:
        model = model_from(
            options.model, options.model_url, api_key=None, temperature=0.7, prompt=options.prompt,
            tell=err.print,
        )  # fmt: skip
        chosen = spread(injections, options.limit)
        measured = asyncio.run(measure(chosen, model, options))
    for what, ids in (("not told to the model", measured.untold), ("failed", measured.failed)):
        if ids:
            print(f"{len(ids)} {what}: {', '.join(ids)}\n")
    print(as_text(measured.trials, injections))


def spread(injections: list[Injection], limit: int | None) -> list[Injection]:
    """So many of the set, at even distances, in an order by which any beginning is a sample of the whole."""
    wanted = len(injections) if limit is None else min(limit, len(injections))
    chosen = [injections[place * len(injections) // wanted] for place in range(wanted)]
    random.Random(wanted).shuffle(chosen)  # noqa: S311 - no secret
    return chosen


if __name__ == "__main__":
    main()
