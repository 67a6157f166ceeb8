"""The table of what extreme pages cost, here with small ones."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import simplify_limits


def test_the_costs_of_a_shape_are_written_for_machines(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(simplify_limits.main)
    found = tmp_path / "limits.json"
    arguments = ["--megabytes", "0.05", "--shape", "cards", "--no-browser", "--json", str(found)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    whole, folded = json.loads(found.read_text())
    assert whole["page"] == folded["page"] == "cards"
    assert whole["targets"] > folded["targets"] > 0
    assert whole["peak_megabytes"] > 10
    assert "were folded" in folded["notes"][-1]


def test_an_unknown_shape_is_said_in_one_line() -> None:
    app = typer.Typer()
    app.command()(simplify_limits.main)
    done = CliRunner().invoke(app, ["--shape", "round"])
    assert done.exit_code == 2
    assert done.stderr.startswith("there is no shape round: the shapes are cards, links")


@pytest.mark.parametrize("shape", list(simplify_limits.SHAPES))
def test_every_shape_has_about_the_size_that_is_asked_for(shape: str) -> None:
    assert 0.8 * 50_000 < len(simplify_limits.SHAPES[shape](50_000)) < 1.2 * 50_000


def test_a_live_page_has_the_targets_of_the_saved_one() -> None:
    live = simplify_limits.live("cards", 0.05, None)
    saved = simplify_limits.offline("cards", 0.05, None)
    assert live.targets == saved.targets > 100
    assert live.capture_seconds > 0
    assert live.notes == saved.notes == ()
