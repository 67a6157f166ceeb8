"""The benchmark as it is called: bad input, what it writes, what it prints."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.simplify import application
from benchmarks.simplify_bench import measure
from benchmarks.simplify_bench.observed import SystemFailed
from benchmarks.simplify_bench.peers import Peer

PAGES = Path(__file__).with_name("pages")
KEYS = ["page", "system", "ms", "cpu_ms", "chars", "tokens", "targets", "completeness", "ambiguous"]
IN_PROCESS = ["--only", "simagent", "--only", "aria_snapshot"]


@pytest.fixture
def no_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment can be made: nothing is installed by a test."""

    def refuse(peer: Peer, progress: object) -> Path:
        raise SystemFailed(f"{peer.lock} cannot be installed here")

    monkeypatch.setattr("benchmarks.simplify_bench.peers._environment", refuse)


@pytest.fixture
def run(no_environments: None) -> CliRunner:
    return CliRunner()


def test_every_page_and_system_gets_a_record(run: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = run.invoke(application, [str(PAGES), *IN_PROCESS, "--rounds", "1", "--click", "--json", str(file)])
    assert done.exit_code == 0, done.output
    records = json.loads(file.read_text())
    assert [(each["page"], each["system"]) for each in records] == [
        (page, system) for page in ("kettles.html", "note.html") for system in ("simagent", "aria_snapshot")
    ]
    assert all({*KEYS, "ratio_to_aria_snapshot"} <= each.keys() for each in records)
    assert all(each["ms"] > 0 and each["chars"] > 0 for each in records)
    reference = [each["ratio_to_aria_snapshot"] for each in records if each["system"] == "aria_snapshot"]
    assert reference == [1, 1]
    ours = records[0]
    assert ours["completeness"] == 1
    assert ours["ambiguous"] == 0
    assert ours["unseen"] == []
    assert ours["names"]["after_reload"] == 1
    assert ours["clicks"]["share"] == 1
    assert "simagent" in done.stdout


def test_what_a_system_cannot_see_lowers_its_completeness(run: CliRunner, tmp_path: Path) -> None:
    pages, file = tmp_path / "pages", tmp_path / "figures.json"
    pages.mkdir()
    shutil.copy(PAGES / "note.html", pages)
    done = run.invoke(
        application, [str(pages), *IN_PROCESS, "--rounds", "1", "--no-names", "--json", str(file)]
    )
    assert done.exit_code == 0, done.output
    ours, reference = json.loads(file.read_text())
    assert ours["completeness"] == 1
    assert reference["completeness"] == 0.5
    assert "Through the garden" in reference["missed"][0]


def test_a_peer_that_cannot_be_installed_is_reported_and_the_run_goes_on(
    run: CliRunner, tmp_path: Path
) -> None:
    pages, file = tmp_path / "pages", tmp_path / "figures.json"
    pages.mkdir()
    shutil.copy(PAGES / "note.html", pages)
    only = ["--only", "aria_snapshot", "--only", "browser-use whole"]
    done = run.invoke(application, [str(pages), *only, "--rounds", "1", "--json", str(file)])
    assert done.exit_code == 0, done.output
    reference, peer = json.loads(file.read_text())
    assert reference["targets"] == 1
    assert peer["failure"] == "browser-use cannot be installed here"
    assert all(peer[key] is None for key in KEYS[2:])
    assert "cannot be installed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["."], "holds no .html file"),
        ([str(PAGES), "--only", "netscape"], "no such system"),
        ([str(PAGES), "--plot", "picture.gif"], "has to end with .svg or .png"),
        ([str(PAGES), *IN_PROCESS, "--plot", "picture.svg"], "no picture can be drawn"),
    ],
)
def test_bad_input_is_one_line(
    run: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run.invoke(application, arguments)
    assert done.exit_code == 2
    last = done.stderr.strip().splitlines()[-1]
    assert says in last
    assert "Traceback" not in done.output


async def test_tokens_are_left_out_where_no_tokenizer_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "model_dir", lambda: None)
    counted = await measure.Counters.with_worker(None).count("a kettle")
    assert counted == {"tokens": None, "tokens_default_model": None, "tokenizer": "default model"}
