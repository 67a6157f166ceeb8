"""The worked example of docs/studies.md, from file to conclusion, by its own commands."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from agent.document import parse_document
from study.file import study_of
from tests.study.test_killing import assert_whole

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "studies.md").read_text()
EXAMPLES = CHECKOUT / "docs" / "examples"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


def simagent(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_study_on_the_page_is_one(text: str) -> None:
    assert study_of(parse_document(text.encode(), "page.yaml")).arms


def test_the_file_on_the_page_is_the_file() -> None:
    assert yaml.safe_load(blocks("yaml")[0]) == yaml.safe_load((EXAMPLES / "account-wall.yaml").read_text())


def test_from_file_to_conclusion(tmp_path: Path) -> None:
    folder = tmp_path / "account-wall"
    commands = [shlex.split(line) for line in re.findall(r"^\$ simagent (.*)$", PAGE, flags=re.MULTILINE)]
    check, batch, results = commands[:3]
    assert "12 sessions in 2 arms (guests-welcome, account-needed)" in simagent(*check)
    simagent(*batch[: batch.index("--out")], "--out", str(folder))
    assert_whole(folder)
    told = simagent(*results[:2], str(folder))
    for line in blocks("text")[0].splitlines():
        assert line in told
    assert (folder / "results" / "report.html").stat().st_size < 2_000_000
    sessions = pq.read_table(folder / "results" / "sessions.parquet").to_pylist()
    assert {row["arm"] for row in sessions if row["bought"]} == {"guests-welcome"}
    assert sum(row["bought"] for row in sessions) == 6
    findings = json.loads((folder / "results" / "statistics.json").read_text())
    [bought] = [each for each in findings["comparisons"] if each["measure"] == "bought"]
    assert bought["significant"]
    assert bought["p"] == 2 / 2**6
