"""`simagent data` and `simagent evaluate`, as a user gives them."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from agent.errors import UserError
from cli import app
from learn.sources import read_source
from tests.learn.values import HEADER, clicks_file
from tests.test_bad_input import complaint

VISITS = {"1": ["A1", "A2", "B4"], "2": ["C5"], "3": ["P1", "P2"]}


def done(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def simagent(*arguments: str | Path) -> str:
    """All that the command prints and tells."""
    return done(*arguments).output


def found_by(*arguments: str | Path) -> dict[str, Any]:
    """What a command with `--json` prints, which is read apart from what it tells."""
    found: dict[str, Any] = json.loads(done(*arguments, "--json").stdout)
    return found


def refused(*arguments: str | Path) -> str:
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert isinstance(done.exception, UserError), done.output
    return str(done.exception)


def test_what_is_imported_can_be_read_and_counted(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    said = simagent("data", "import", clicks, "--out", tmp_path / "sessions.jsonl.gz")
    assert "3 sessions" in said
    assert read_source(str(tmp_path / "sessions.jsonl.gz")).sessions == read_source(str(clicks)).sessions
    found = found_by("data", "stats", tmp_path / "sessions.jsonl.gz")
    assert (found["sessions"], found["decisions"], found["inferred_steps"]) == (3, 9, 4)
    assert found["decisions_a_session"]["most"] == 4
    assert "median 3.0" in simagent("data", "stats", clicks)


def test_exported_tables_have_a_row_a_step(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    simagent("data", "export", clicks, "--out", tmp_path / "steps.parquet")
    simagent("data", "export", clicks, "--out", tmp_path / "steps.jsonl")
    table: list[dict[str, Any]] = pq.read_table(tmp_path / "steps.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "steps.jsonl").read_text().splitlines()]
    assert len(table) == len(lines) == 13
    for row, line in zip(table, lines, strict=True):
        at = row.pop("at")
        assert line.pop("at") == (at.isoformat() if at else None)
        assert row == line
    assert [(row["session"], row["index"], row["evidence"], row["name"]) for row in table[:2]] == [
        ("1", 1, "inferred", "departments.trousers"), ("1", 2, "recorded", "navy_blue"),
    ]  # fmt: skip


def test_training_rows_are_written_with_a_report_of_their_lengths(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    said = simagent("data", "rows", clicks, "--out", tmp_path / "rows.jsonl", "--part", "all")
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert len(rows) == 3
    assert "sessions 3" in said
    assert "sessions shortened 0" in said
    assert all(len(row["messages"]) == len(row["learned"]) for row in rows)


def test_rows_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "clicks.csv"
    path.write_text(f"{HEADER}\n2008;4;1;1;29;1;1;A13;1;5;1;28;2;1\n2008;4;1;1;29;2;1;Z1;1;5;1;28;2;1\n")
    said = simagent("data", "stats", path)
    assert "1 could not be read" in said
    assert f"{path}, line 3: there is no product 'Z1' in the shop" in said
    simagent("data", "stats", path, "--rejects", tmp_path / "rejects.jsonl")
    [line] = (tmp_path / "rejects.jsonl").read_text().splitlines()
    assert json.loads(line)["line"] == 3


def test_an_evaluation_is_told_in_a_table_and_in_a_file(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    said = simagent(
        "evaluate", clicks, "--policy", "always-leave", "--policy", "markov-1", "--json", tmp_path / "e.json"
    )
    assert "3 sessions, 9 decisions" in said
    assert "McNemar" in said
    found = json.loads((tmp_path / "e.json").read_text())
    leaves, chain = found["policies"]
    assert (leaves["policy"], leaves["sessions"], leaves["decisions"]) == ("always-leave", 3, 9)
    assert leaves["exact"]["value"] == pytest.approx(3 / 9)
    keys = {
        "policy", "sessions", "decisions", "exact", "exact_per_session", "leave_f1", "macro_f1", "illegal",
        "query_exact", "query_f1",
    }  # fmt: skip
    assert keys <= set(chain)
    assert set(chain["exact"]) == {"value", "low", "high"}
    assert len(found["comparisons"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("data", "import", "human_clicks", "--out", "x.csv"), "should end in .jsonl"),
        (("data", "export", "human_search", "--out", "x.xlsx"), "should end in .parquet"),
        (("data", "stats", "nowhere"), "there is no source 'nowhere'"),
        (("evaluate", "human_clicks", "--policy", "markov"), "choose from always-leave"),
        (("evaluate", "human_search", "--policy", "sequence"), "clothing listings alone"),
        (("evaluate", "human_clicks", "--policy", "markov-1", "--part", "best"), "--part cannot be 'best'"),
        (
            ("data", "rows", "human_search", "--out", "x.jsonl", "--prompt", "half"),
            "--prompt cannot be 'half'",
        ),
    ],
)
def test_what_cannot_be_done_is_told(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refused(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_bad_input_is_one_line_and_no_half_file_is_left(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"nothing")
    out = tmp_path / "out.jsonl"
    assert "no Parquet" in complaint("data", "import", tmp_path / "broken.parquet", "--out", out)
    assert not out.exists()
    assert "cannot be written" in complaint(
        "data", "import", "human_search", "--out", "/proc/nowhere/o.jsonl"
    )
