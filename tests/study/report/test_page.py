"""The report as a file: what it weighs, what it lets in, where it leads."""

import base64
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from agent.errors import UserError
from agent.persona import bundled_personas
from study.report import figures_of, read_results, write_report
from study.report.figures.ranking import StepAt
from study.report.page import Links
from tests.study.report.demo_study import REALISTIC, Demo, write_study


def soup_of(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "results" / "report.html").read_text(encoding="utf-8"), "lxml")


def test_its_policy_lets_in_its_own_style_and_nothing_else(realistic: Path) -> None:
    soup = soup_of(realistic)
    [policy] = soup.select("meta[http-equiv='Content-Security-Policy']")
    [style] = soup.select("style")
    digest = base64.b64encode(sha256(style.text.encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_the_same_study_is_written_the_same_twice(realistic: Path) -> None:
    before = (realistic / "results" / "report.html").read_bytes()
    results = read_results(realistic)
    write_report(realistic, results, figures_of(results))
    assert (realistic / "results" / "report.html").read_bytes() == before


def test_many_arms_many_people_and_long_texts_stay_a_light_page(tmp_path: Path) -> None:
    endless = "I wonder whether this is what I came for, since so much here looks alike. " * 8
    demo = Demo(
        arms={f"a-design-with-a-long-name-{place}": {} for place in range(12)},
        personas=[
            persona.model_copy(update={"id": f"{persona.id}-{place}"})
            for place in range(2)
            for persona in bundled_personas()
        ],
        repetitions=1,
        files=False,
        session=lambda row: (
            row | {"last_url": f"/{row['session']}/{endless}", "last_target": row["session"] + endless}
        ),
        step=lambda row: (
            row
            | {
                "rationale": f"{row['session']} {endless}",
                "name": f"{row['session']}.{endless}",
                "title": endless,
            }
        ),
    )
    results = read_results(write_study(tmp_path, demo))
    path = write_report(tmp_path, results, figures_of(results))
    assert path.stat().st_size < 2_000_000
    assert "rarer ones, all in" in soup_of(tmp_path).text


def test_it_links_to_what_was_recorded_and_to_nothing_that_was_not(tmp_path: Path) -> None:
    demo = replace(REALISTIC, repetitions=1)
    folder = write_study(tmp_path, demo)
    for picture in folder.glob("sessions/*/screenshots/*.jpg"):
        picture.unlink()
    results = read_results(folder)
    write_report(folder, results, figures_of(results))
    links = [str(link["href"]) for link in soup_of(folder).select("a[href^='../']")]
    assert links
    assert all(re.fullmatch(r"\.\./sessions/\d{5}-[a-z-]+/observations/\d{4}\.html", link) for link in links)


@pytest.mark.parametrize("recording", ["", "/etc", "../elsewhere", "sessions/../../elsewhere"])
def test_no_recording_leads_out_of_the_study(recording: str) -> None:
    links = Links({"s": recording}, lambda path: True)
    assert links.page(StepAt("s", 1)) is None
    assert links.picture(StepAt("unknown", 1)) is None


def test_a_link_is_an_address_whatever_the_recording_is_called() -> None:
    links = Links({"s": 'sessions/00001-a b"?#'}, lambda path: path.suffix == ".html")
    assert links.page(StepAt("s", 7)) == "../sessions/00001-a%20b%22%3F%23/observations/0007.html"
    assert links.picture(StepAt("s", 7)) is None


def test_a_disk_that_fails_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = write_study(tmp_path, replace(REALISTIC, repetitions=1, files=False))
    (folder / "results" / "report.html").mkdir()
    results = read_results(folder)
    with pytest.raises(UserError, match=r"report\.html cannot be written"):
        write_report(folder, results, figures_of(results))
