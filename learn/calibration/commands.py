"""The command `simagent calibrate`: parse, call, print."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from learn.commands import ModelFolder, Source, one_of, percent, read_told, told_dimly

if TYPE_CHECKING:
    from learn.calibration.calibrated import Calibration
    from learn.calibration.effect import Effect
    from learn.metrics import Estimate

out = Console(highlight=False, soft_wrap=True)


def calibrate(
    data: Source,
    policy: Annotated[str, typer.Option("--policy", help="The policy to calibrate.")],
    target: Annotated[Path, typer.Option("--out", help="File to write the calibration to.", metavar="FILE")],
    which: Annotated[str, typer.Option("--part", help="What it is fitted to.")] = "validation",
    shown: Annotated[
        str, typer.Option("--show", help="The part on which before and after are shown.")
    ] = "test",
    model_folder: ModelFolder = None,
    most: Annotated[
        int | None, typer.Option("--sessions", min=1, help="A sample of so many of each part; none: all.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write before and after to this file.", metavar="FILE")
    ] = None,
) -> None:
    """Bring a policy's rates of leaving, clicking, navigating, … to those of people."""
    from learn.calibration.calibrated import Calibrated
    from learn.calibration.calibrated import calibrate as fit_calibration
    from learn.calibration.effect import AskedOnce, effect, rates_of_people
    from learn.evaluation import Which, chosen, policies_named, refuse_unknown, training_for
    from learn.sessions_file import whole_file

    fitted_to, shown_on = one_of(Which, which, "--part"), one_of(Which, shown, "--show")
    refuse_unknown([policy])
    sessions = read_told(data).sessions
    [scorer] = policies_named(
        [policy], training_for(sessions), model_folder=model_folder, progress=told_dimly
    )
    calibration = fit_calibration(scorer, chosen(sessions, fitted_to, most), data=data, part=fitted_to.value)
    calibration.write(target)
    held = chosen(sessions, shown_on, most)
    asked = AskedOnce(scorer)
    before, after = effect(asked, held), effect(Calibrated(asked, calibration), held)
    rates = rates_of_people(asked, held)
    if json_file is not None:
        told = {
            "calibration": calibration.model_dump(mode="json"),
            "shown_on": {"data": data, "part": shown_on.value, "sessions": len(held)},
            "people": {name: asdict(rate) for name, rate in rates.items()},
            "before": before.as_json(),
            "after": after.as_json(),
        }
        with whole_file(json_file) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    _tell(calibration, before, after, rates, f"{data}, part {shown_on.value}: {len(held):,} sessions")
    out.print(Text(f"calibration: {target}"))


def _tell(
    calibration: "Calibration", before: "Effect", after: "Effect", rates: "dict[str, Estimate]", what: str
) -> None:
    biases = ", ".join(f"{name.value} {bias:+.3f}" for name, bias in calibration.biases.items())
    out.print(
        Text(
            f"{calibration.policy}: temperature {calibration.temperature:.3f}, biases {biases}, fitted to "
            f"{calibration.decisions:,} decisions of {calibration.sessions:,} sessions ({calibration.data}, "
            f"part {calibration.part})"
        )
    )
    out.print(f"{what}; in percent but for the log loss (nats), with 95 % intervals")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, head in enumerate(("", "people", "before", "after")):
        table.add_column(head, justify="left" if place == 0 else "right", no_wrap=True)
    for name, rate in before.rates.items():
        people = rates.get(name)
        table.add_row(
            f"rate of {name}", percent(people) if people else "-", percent(rate), percent(after.rates[name])
        )
    for name, score in before.scores.items():
        shown = _plain if name == "log_loss" else percent
        table.add_row(name.replace("_", " "), "", shown(score), shown(after.scores[name]))
    Console(highlight=False, width=100).print(table)


def _plain(estimate: "Estimate") -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"
