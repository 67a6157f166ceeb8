"""A study's page: how far it is, who came how far, how visits ended; while it runs, with parts missing."""

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from study.ledger import Ledger
from study.plan import plan
from study.resolved import read_resolved
from study.results import write_results
from tests.viewer.asking import ask, listed, wait_for
from tests.viewer.conftest import View
from tests.viewer.made import run_session, write_study


def lines(html: str) -> dict[str, list[str]]:
    """The counts in both tables, by stage and by ending."""
    page = BeautifulSoup(html, "lxml")
    return {
        str(row["data-line"]): [re.sub(r"\s+", " ", cell.text).strip() for cell in row.select("td .soft")]
        for row in page.select("tr[data-line]")
    }


def whole(html: str) -> bool:
    return "still to be read" not in html and 'id="figures"' in html


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "r" / "study")


def test_its_funnel_and_its_endings(study: Path, view: View) -> None:
    url = view(study.parent)
    listed(url, count=6)
    page = wait_for(url, "/study/study", whole)
    told = lines(page)
    assert told["landed"] == ["3 of 3", "3 of 3"]
    assert told["searched"] == ["3 of 3", "3 of 3"]
    assert told["viewed"] == ["3 of 3", "0 of 3"]
    assert told["bought"] == ["0 of 3", "0 of 3"]
    assert told["stuck"] == ["3 of 3", "0 of 3"]
    assert told["left"] == ["0 of 3", "3 of 3"]
    assert "Do shoppers buy less when reviews are hidden?" in page
    assert "6 sessions: 6 done, 0 running," in page
    assert "reviews hidden" in page
    assert page.count('<a href="/compare?a=study%2Fsessions%2F') == 3


def test_the_tables_of_results_say_the_same(study: Path, view: View) -> None:
    write_results(study)
    url = view(study.parent)
    listed(url, count=6)
    assert lines(wait_for(url, "/study/study", whole))["viewed"] == ["3 of 3", "0 of 3"]


def test_the_folder_may_be_a_study_itself(study: Path, view: View) -> None:
    url = view(study)
    assert 'href="/study/"' in listed(url, count=6)
    page = wait_for(url, "/study/", whole)
    assert lines(page)["landed"] == ["3 of 3", "3 of 3"]
    [link] = re.findall(r'<a class="button" href="(/\?study=[^"]*)">All its sessions', page)
    assert '<p class="count" id="count" data-going-on="no">6 of 6' in ask(url, link).text


def test_without_a_ledger_recordings_tell(study: Path, view: View) -> None:
    (study / "ledger.sqlite").unlink()
    url = view(study.parent)
    listed(url, count=6)
    assert lines(wait_for(url, "/study/study", whole))["stuck"] == ["3 of 3", "0 of 3"]


@pytest.mark.parametrize("content", ["", "{}", "[" * 100_000, '{"study": {"study": "x", "arms": {"a": 1}}}'])
def test_a_study_that_cannot_be_read_is_told(study: Path, view: View, content: str) -> None:
    (study / "study.json").write_text(content)
    url = view(study.parent)
    listed(url, count=6)
    answer = ask(url, "/study/study")
    assert answer.status == 200
    assert "is no study of this simagent" in answer.text


def test_damaged_recordings_do_not_count(study: Path, view: View) -> None:
    damaged = next(each for each in (study / "sessions").iterdir() if each.name.endswith("-control"))
    journal = damaged / "session.jsonl"
    journal.write_text("oh no\n" + journal.read_text())
    url = view(study.parent)
    listed(url, count=6)
    assert lines(wait_for(url, "/study/study", whole))["viewed"] == ["2 of 2", "0 of 3"]


def test_a_study_that_runs_renews_itself(page: Page, tmp_path: Path, view: View) -> None:
    study = write_study(tmp_path / "r" / "study", running=True)
    url = view(study.parent)
    listed(url, count=4)
    page.goto(f"{url}/study/study")
    expect(page.locator("#figures")).to_have_attribute("data-going-on", "yes")
    planned: list[Any] = list(plan(read_resolved(study / "study.json")))
    with Ledger(study) as ledger:
        for each in planned[4:]:
            run_session(study, ledger, each)
    page.set_default_timeout(30_000)
    expect(page.locator("[data-line=landed]")).to_contain_text("3 of 3", timeout=30_000)
    expect(page.locator("#figures")).to_have_attribute("data-going-on", "no", timeout=30_000)
