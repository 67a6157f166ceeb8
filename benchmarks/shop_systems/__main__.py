"""A whole purchase in django-oscar: `python -m benchmarks.shop_systems [--model-visits N] [--json FILE]`.

It installs the shop in an environment of its own (once), fills it, serves it on loopback, and buys there by
names alone, without leave to order and with it; runs the first visit again; and has a person buy with raw
mouse and keyboard events under `simagent record`. `--model-visits 8` has the bundled model visit it.

The exit code is 1 where an action, an act or a step was missed, or recordings and the shop's books disagree.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from agent.errors import SimagentError
from benchmarks.shop_systems.django_oscar import Oscar, running_oscar
from benchmarks.shop_systems.trials import Trial, Visits, again, as_row, by_a_person, by_names, by_the_model

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> int:
    """Reads the command line, visits the shop, tells what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shop_systems", description=__doc__)
    parser.add_argument("--model-visits", type=int, default=0, help="visits of the bundled model; none: 0")
    parser.add_argument("--json", type=Path, help="write what was found there, too")
    parser.add_argument("--out", type=Path, help="keep the recordings there")
    asked = parser.parse_args()
    if asked.out and asked.out.exists():
        parser.error(f"--out {asked.out} is there already: name a new folder")
    with tempfile.TemporaryDirectory(prefix="simagent-shop-") as scratch:
        folder = asked.out or Path(scratch)
        try:
            with running_oscar(Path(scratch) / "oscar", tell) as shop:
                trials = list(tried(shop, folder))
                visits = (
                    by_the_model(shop, folder / "model", asked.model_visits) if asked.model_visits else None
                )
        except SimagentError as error:
            err.print(str(error))
            return 2
    show(trials, visits)
    if asked.json:
        found = {"trials": [as_row(trial) for trial in trials], "model": asdict(visits) if visits else None}
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if all(trial.passed for trial in trials) else 1


def tried(shop: Oscar, folder: Path) -> Iterator[Trial]:
    """One trial after the other, each told when it is over."""
    for trial in (
        partial(by_names, shop, folder / "held", allowed=False),
        partial(again, shop, folder / "held"),
        partial(by_names, shop, folder / "ordered", allowed=True),
        partial(by_a_person, shop, folder / "P01"),
    ):
        found = trial()
        tell(f"{found.what}: {found.good} of {found.of}")
        yield found


def show(trials: list[Trial], visits: Visits | None) -> None:
    """A table of the trials, and a line on the model."""
    table = Table(
        "purchase", "done", "ending", "new orders", "books agree", title="django-oscar 4.2.1", box=None
    )
    for trial in trials:
        table.add_row(
            trial.what,
            f"{trial.good} of {trial.of}",
            trial.ending,
            f"{trial.orders} of {trial.wanted}",
            "yes" if trial.agree else "NO",
            style="" if trial.passed else "bold red",
        )
    out.print(table)
    if visits is not None:
        kinds = ", ".join(f"{count} {kind}" for kind, count in visits.kinds.items())
        endings = ", ".join(f"{count} {ending}" for ending, count in visits.endings.items())
        out.print(
            f"The bundled model, {visits.visits} visits: {visits.actions} actions ({kinds}), "
            f"{visits.unknown} named what was not there, {visits.done} were done; endings: {endings}."
        )


def tell(what: str) -> None:
    """Progress, for whoever waits."""
    err.print(what)


if __name__ == "__main__":
    raise SystemExit(main())
