"""The command `simagent align`: parse, call, print.

What is heavy to load (numpy, the browser, the shop) is imported when the command is called.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.errors import UserError
from learn.commands import ModelFolder, one_of, read_told, told_dimly

if TYPE_CHECKING:
    from learn.align.comparison import Population
    from learn.align.fidelity import Fidelity

out = Console(highlight=False, soft_wrap=True)

LIVE_VISITS = 200
"""Visits in the browser where nobody says how many: each takes seconds."""


def align(
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help="Who is simulated; people: a part of the people; repeatable."),
    ] = None,
    recordings: Annotated[
        Path | None, typer.Option(help="Compare these recordings, too.", metavar="FOLDER")
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--sessions", min=1, help="Simulated visits; none: 200, and offline as many as people's."
        ),
    ] = None,
    against: Annotated[
        str, typer.Option(help="Sessions of people on the clothing listings.", metavar="SOURCE")
    ] = "human_clicks",
    which: Annotated[
        str, typer.Option("--part", help="Of these people: unseen, train, validation, test or all.")
    ] = "test",
    target: Annotated[Path, typer.Option("--out", help="Folder of recordings, tables and pictures.")] = Path(
        "align"
    ),
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write everything to this file.", metavar="FILE")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Simulate on the captured listings, without a browser.")
    ] = False,
    calibration: Annotated[
        Path | None,
        typer.Option(help="Simulate the policy that it is for, calibrated, too.", metavar="FILE"),
    ] = None,
    model_folder: ModelFolder = None,
    temperature: Annotated[float, typer.Option(min=0.01, max=100.0, help="Of the sampling.")] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated population.")] = 0,
    people: Annotated[
        int | None, typer.Option(min=1, help="A sample of so many people; none: all of the part.")
    ] = None,
    windows: Annotated[int, typer.Option(min=1, max=32, help="Visits at once in the browser.")] = 4,
) -> None:
    """Hold a simulated population against people: distributions, distances, scores.

    Visits are made in a real browser in the sandbox shop. A run that was cut off goes on when it is started
    again.
    """
    from learn.align.comparison import PEOPLE, Comparison, keep, keep_json
    from learn.align.simulation import Simulation, recorded
    from learn.calibration.calibrated import read_calibration
    from learn.evaluation import Which, chosen, policies_named, refuse_unknown, training_for

    names = list(dict.fromkeys(policy or []))
    if not names and calibration is None and recordings is None:
        raise UserError("say who is to be compared: --policy NAME, --calibration FILE or --recordings FOLDER")
    part = one_of(Which, which, "--part")
    simulated = [name for name in names if name != PEOPLE]
    how = read_calibration(calibration) if calibration else None
    refuse_unknown(simulated, how)
    source = read_told(against).sessions
    real = chosen(source, part, people)
    comparison = Comparison(source, real)
    populations: list[Population] = []
    if recordings is not None:
        populations.append(recorded(recordings, recordings.name or str(recordings), told_dimly))
    if simulated or how:
        count = number or (len(real) if offline else LIVE_VISITS)
        simulation = Simulation.of(source, count, seed, temperature, target, windows)
        simulate = simulation.offline if offline else simulation.live
        scorers = policies_named(
            simulated, training_for(source), how, model_folder=model_folder, progress=told_dimly
        )
        populations += [simulate(scorer, told_dimly) for scorer in scorers]
    if PEOPLE in names:
        populations.append(comparison.of_people(number, seed))
    found = {}
    for population in populations:
        found[population.name] = fidelity = comparison.of(population)
        keep(target, population, fidelity)
        out.print(Text(f"{population.name}: {population.how}"))
    if json_file is not None:
        told = {"against": against, "part": part.value, "seed": seed, "temperature": temperature}
        keep_json(json_file, found, told, [population.how for population in populations])
    _tell(found, f"against {against}, part {part.value}: {len(real):,} sessions of people")
    out.print(Text(f"tables and pictures: {target}"))


def _tell(found: "Mapping[str, Fidelity]", what: str) -> None:
    from learn.align.tables import distances, scores

    heads, rows = scores(found)
    if len(found) == 1:
        heads, rows = distances(next(iter(found.values())))
    out.print(f"{what}; in brackets 95 % intervals" if len(found) > 1 else f"{what}; {_CELLS}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, width=max(100, 30 * len(heads))).print(table)


_CELLS = "a distance, in brackets people's own (mean, upper end of 95 %) and the floor"
