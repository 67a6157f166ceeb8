"""`simagent align` and `simagent calibrate`, as a user gives them."""

import json
from pathlib import Path

import pytest

from learn.sources import read_source
from tests.learn.test_commands import refused, simagent
from tests.learn.values import clicks_file

RECORDING = Path(__file__).parents[2] / "agent" / "recordings" / "format-1"
CODES = ["A1", "A2", "A3", "B4", "B4", "C5", "P1", "P20"]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    visits = {str(number): CODES[number % 5 : number % 5 + 1 + number % 4] for number in range(300)}
    return clicks_file(tmp_path, visits)


def test_populations_are_simulated_and_held_against_people(tmp_path: Path, people: Path) -> None:
    out = tmp_path / "out"
    common = ("align", "--offline", "--against", people, "--part", "all", "--sessions", "120", "--out", out)
    said = simagent(
        *common,
        "--policy",
        "markov-1",
        "--policy",
        "uniform",
        "--policy",
        "people",
        "--json",
        out / "all.json",
    )
    found = json.loads((out / "all.json").read_text())["populations"]
    assert list(found) == ["markov-1", "uniform", "people"]
    assert "without a browser" in said
    assert found["people"]["overall"]["value"] > found["uniform"]["overall"]["value"]
    for name, each in found.items():
        assert each["simulated"] == 120
        assert "overall" in (out / f"{name}.md").read_text()
        assert (out / f"{name}.svg").read_text().startswith("<svg")
        assert all(abs(sum(measure["people"]) - 1) < 1e-4 for measure in each["measures"].values())
    kept = read_source(str(out / "uniform.jsonl.gz")).sessions
    assert len(kept) == 120
    simagent(*common, "--policy", "uniform", "--json", out / "again.json")
    again = json.loads((out / "again.json").read_text())["populations"]["uniform"]
    assert again == found["uniform"]


def test_a_policy_is_calibrated_and_then_simulated_and_measured_so(tmp_path: Path, people: Path) -> None:
    file, told = tmp_path / "uniform.json", tmp_path / "effect.json"
    said = simagent(
        "calibrate",
        people,
        "--policy",
        "uniform",
        "--out",
        file,
        "--part",
        "all",
        "--show",
        "all",
        "--json",
        told,
    )
    effect = json.loads(told.read_text())
    assert "rate of leave" in said
    assert effect["people"]["leave"]["value"] == pytest.approx(
        effect["after"]["rates"]["leave"]["value"], abs=2e-3
    )
    assert effect["before"]["scores"]["leave_ece"]["value"] > effect["after"]["scores"]["leave_ece"]["value"]
    scores = simagent("evaluate", people, "--part", "all", "--policy", "uniform", "--calibration", file)
    assert "uniform-calibrated" in scores
    found = tmp_path / "found.json"
    simagent(
        "align", "--offline", "--calibration", file, "--against", people, "--part", "all",
        "--sessions", "150", "--out", tmp_path / "out", "--json", found,
    )  # fmt: skip
    populations = json.loads(found.read_text())["populations"]
    assert list(populations) == ["uniform-calibrated"]
    assert populations["uniform-calibrated"]["measures"]["length"]["distances"]["w1"]["value"] < 1.5


def test_what_cannot_be_compared_is_told_before_anything_is_done(tmp_path: Path, people: Path) -> None:
    out, against = tmp_path / "out", ("--against", people, "--part", "all", "--offline")
    assert "--policy" in refused("align", "--out", out)
    assert "no policy 'sequenze'" in refused("align", "--policy", "sequenze", "--out", out)
    assert "--part cannot be 'tests'" in refused(
        "align", "--policy", "uniform", "--part", "tests", "--out", out
    )
    missing = tmp_path / "none.json"
    assert "none.json cannot be read" in refused("align", "--calibration", missing, "--out", out)
    assert "no source" in refused("align", "--policy", "uniform", "--against", tmp_path / "x", "--out", out)
    assert "only says what it does" in refused("align", "--policy", "always-leave", *against, "--out", out)
    assert "--sessions" in refused("align", "--policy", "people", "--sessions", "300", *against, "--out", out)
    assert "clothing2008" in refused(
        "align", "--policy", "uniform", "--against", RECORDING, "--part", "all", "--out", out
    )
    assert "holds no recordings" in refused("align", "--recordings", tmp_path, *against, "--out", out)
    assert "clothing2008" in refused("align", "--recordings", RECORDING, *against, "--out", out)
    assert not out.exists()
    out.write_text("")
    assert "cannot be written" in refused("align", "--policy", "uniform", *against, "--out", out)


def test_what_cannot_be_calibrated_is_told(tmp_path: Path, people: Path) -> None:
    file = tmp_path / "c.json"
    assert "no policy 'x'" in refused("calibrate", people, "--policy", "x", "--out", file)
    said = refused("calibrate", people, "--policy", "always-leave", "--part", "all", "--out", file)
    assert "only says what it does" in said
    assert "--show cannot be 'never'" in refused(
        "calibrate", people, "--policy", "uniform", "--show", "never", "--out", file
    )
    assert not file.exists()
