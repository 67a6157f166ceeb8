"""The report as people open it: from disk, on a desk and on a phone, in light, in the dark, and on paper."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from study.report import figures_of, read_results, write_report
from study.report.figures.shares import share
from study.report.wording import interval, percent, signed
from study.statistics.findings import Findings, ShareFinding
from tests.study.report.demo_study import TWO_ARMS, Demo, write_study
from tests.study.report.hostile import HOSTILE

ARMS = ("control", "reviews-hidden")

OVERFLOWING = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CLIPPED = """
    [...document.querySelectorAll('main *')].filter(element => {
        if (element.closest('.scroll') || !element.checkVisibility()) return false;
        return element.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
    }).map(element => element.outerHTML.slice(0, 100))
"""
CUT = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1).length"
UNBROKEN = """
    [...document.querySelectorAll('tr, .bars .group, .answer')]
        .map(each => getComputedStyle(each).breakInside)
"""
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def complaints(page: Page) -> Iterator[list[str]]:
    """The page may not complain in the console, and may ask for nothing but itself."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        heard.append(message.text)

    def watch(request: Request) -> None:
        if not (request.url.startswith("file:///") and request.url.endswith("/results/report.html")):
            heard.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", watch)
    page.set_default_timeout(20_000)
    yield heard
    assert heard == []


def open_report(page: Page, folder: Path) -> None:
    page.goto((folder / "results" / "report.html").as_uri())


def rows(folder: Path, table: str = "sessions") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / "results" / f"{table}.parquet").to_pylist()
    return found


def done(folder: Path, arm: str) -> list[dict[str, Any]]:
    return [row for row in rows(folder) if row["state"] == "done" and row["arm"] == arm]


def texts(page: Page, selector: str) -> list[list[str]]:
    """The cells of each row, as they are read."""
    read = """
        rows => rows.map(row => [...row.querySelectorAll('th, td')].map(
            cell => cell.textContent.replace(/\\s+/g, ' ').trim()
        ))
    """
    found: list[list[str]] = page.locator(selector).evaluate_all(read)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_can_be_read(
    page: Page, realistic: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    open_report(page, realistic)
    for _ in range(2):
        assert page.evaluate(OVERFLOWING) == 0
        assert page.evaluate(CLIPPED) == []
        contrast = page.evaluate(CONTRAST)
        assert contrast["faint"] == []
        assert min(contrast["arms"]) >= 3
        # The second time, with all that can be unfolded.
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


def test_on_paper_it_is_light_whole_and_without_what_paper_cannot_do(page: Page, realistic: Path) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    # The width of A4 within its margins, in CSS pixels.
    page.set_viewport_size({"width": 688, "height": 1000})
    open_report(page, realistic)
    assert page.evaluate(OVERFLOWING) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(CONTRAST)["faint"] == []
    assert page.locator(".contents").is_hidden()
    assert page.evaluate(CUT) == 0
    assert set(page.evaluate(UNBROKEN)) == {"avoid"}
    # What shoppers said is told on paper, too, though it is folded on the screen.
    assert page.locator(".theme blockquote").last.is_visible()


def test_the_funnel_has_the_numbers_of_the_table(page: Page, realistic: Path) -> None:
    open_report(page, realistic)
    for stage in ("landed", "searched", "viewed", "added", "checkout", "bought"):
        drawn = page.locator(f"figure .group[data-stage={stage}] .value").all_inner_texts()
        for arm, picture in zip(ARMS, drawn, strict=True):
            visits = done(realistic, arm)
            found = share(sum(row[stage] for row in visits), len(visits))
            [cells] = texts(page, f"#funnel tr[data-stage={stage}][data-arm={arm}]")
            told = [" ".join(text.split()) for text in (percent(found), interval(found))]
            assert f"{found.count} of {found.of}" in cells
            assert set(told) <= set(cells)
            assert " ".join(picture.split()) == f"{told[0]} ({found.count} of {found.of})"


def test_bars_are_as_long_as_they_say(page: Page, realistic: Path) -> None:
    open_report(page, realistic)
    track = page.locator("figure .group[data-stage=bought] svg.track").first
    visits = done(realistic, "control")
    found = share(sum(row["bought"] for row in visits), len(visits))
    measure = (
        "svg => { const full = svg.getBoundingClientRect(); const at = part => part.getBoundingClientRect();"
    )
    shown = track.evaluate(measure + "return at(svg.querySelector('.fill')).width / full.width }")
    assert shown == pytest.approx(found.value, abs=0.01)
    ends = track.evaluate(
        measure + "const line = at(svg.querySelector('.whisker'));"
        "return [(line.left - full.left) / full.width, (line.right - full.left) / full.width] }"
    )
    assert ends == pytest.approx([found.low, found.high], abs=0.01)


def test_endings_personas_states_and_costs_have_the_numbers_of_the_tables(
    page: Page, realistic: Path
) -> None:
    open_report(page, realistic)
    for place, arm in enumerate(ARMS):
        visits = done(realistic, arm)
        for ending, count in Counter(row["ending"] for row in visits).items():
            [cells] = texts(page, f"tr[data-ending={ending}]")
            assert f"{count} of {len(visits)}" in cells[1 + place]
        for persona in {row["persona"] for row in visits}:
            own = [row["bought"] for row in visits if row["persona"] == persona]
            [cells] = texts(page, f"tr[data-persona={persona}]")
            assert f"{sum(own)} of {len(own)}" in cells[1 + place]
        [states] = texts(page, f"#run tr[data-arm={arm}]")
        planned = Counter(row["state"] for row in rows(realistic) if row["arm"] == arm)
        assert states[2:] == [str(planned.total()), str(planned["done"]), str(planned["fault"]), "0"]
        spent = {row[0]: row[1 + place] for row in texts(page, "#cost tr[data-cost]")[:7]}
        assert spent["Steps"] == f"{sum(row['steps'] for row in visits):,}"
        assert spent["Tokens sent to the model"] == f"{sum(row['prompt_tokens'] for row in visits):,}"


def test_comparisons_have_the_numbers_of_the_findings(page: Page, realistic: Path) -> None:
    findings = Findings.model_validate_json((realistic / "results" / "statistics.json").read_bytes())
    open_report(page, realistic)
    assert page.locator("#comparisons tr[data-measure]").count() == len(findings.comparisons)
    for finding in findings.comparisons:
        [cells] = texts(page, f"#comparisons tr[data-measure={finding.measure}]")
        if isinstance(finding, ShareFinding):
            assert f"{finding.in_control.count} of {finding.pairs}" in cells[1]
            assert f"{finding.in_arm.count} of {finding.pairs}" in cells[2]
        assert signed(finding.difference) in cells[3]
        assert finding.interval is not None
        assert f"({signed(finding.interval.low)} to {signed(finding.interval.high)})" in cells[3]
        shown = {True: "yes", False: "no", None: "not tested"}[finding.significant]
        assert cells[6] == shown
    [primary] = [each for each in findings.comparisons if each.measure == findings.primary]
    assert isinstance(primary, ShareFinding)
    answer = page.locator("#answer").inner_text()
    assert f"{primary.in_arm.count} of {primary.pairs} simulated shoppers bought in reviews-hidden" in answer
    assert "simagent-smollm2-135m decided what they did" in answer


def test_every_link_leads_to_a_file_of_a_recording_or_into_the_page(page: Page, realistic: Path) -> None:
    open_report(page, realistic)
    addresses = page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    outside = {address for address in addresses if not address.startswith("#")}
    assert len(outside) > 50
    for address in outside:
        assert address.startswith("../sessions/")
        assert (realistic / "results" / address).is_file()
    inside = [address for address in addresses if address.startswith("#")]
    assert all(page.locator(address).count() == 1 for address in inside)


def test_it_can_be_found_through_by_its_structure(page: Page, realistic: Path) -> None:
    open_report(page, realistic)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = page.locator("table")
    assert tables.count() > 10
    assert page.locator("table > caption").count() == tables.count()
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator(".scroll:not([tabindex='0'][aria-label])").count() == 0
    assert page.locator("svg:not([aria-hidden=true], [aria-hidden=true] *)").count() == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_what_others_wrote_is_inert(page: Page, tmp_path: Path, name: str) -> None:
    HOSTILE[name](tmp_path)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        open_report(page, tmp_path)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate(OVERFLOWING) == 0
        assert page.evaluate(CLIPPED) == []
    assert page.evaluate("window.hacked") is None
    assert page.locator("script, iframe, object, embed, form, img, style ~ style, base, link").count() == 0
    own = "[...document.querySelectorAll('*')].flatMap(each => [...each.attributes]).map(each => each.name)"
    assert not [each for each in page.evaluate(own) if each.startswith("on") or each == "style"]
    addresses = page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    assert all(address.startswith(("#", "../sessions/")) and ".." not in address[3:] for address in addresses)
    assert "hacked" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    "demo",
    [
        Demo(arms=TWO_ARMS, repetitions=1, waiting=1.0),
        Demo(arms=TWO_ARMS, repetitions=1, faults=1.0),
        Demo(arms={"only": {}}, repetitions=1, question=None),
        Demo(arms=TWO_ARMS, repetitions=1, waiting=0.97, interviews=False),
        Demo(arms={f"design-{place}": {} for place in range(6)}, repetitions=1, waiting=0.4, faults=0.1),
    ],
    ids=["nothing ran", "all failed", "one arm", "one session", "six arms, stopped"],
)
def test_studies_of_which_little_is_there(page: Page, tmp_path: Path, demo: Demo) -> None:
    folder = write_study(tmp_path, demo)
    results = read_results(folder)
    write_report(folder, results, figures_of(results))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        open_report(page, folder)
        assert page.evaluate(OVERFLOWING) == 0
        assert page.evaluate(CLIPPED) == []
    text = page.locator("main").inner_text()
    assert "nan" not in text.lower().split()
    assert "None" not in text
    states = Counter(row["state"] for row in rows(folder))
    warned = page.locator(".warning")
    assert warned.count() == (1 if states["done"] < states.total() else 0)
    if not states["done"]:
        assert "Nothing can be said" in page.locator("#answer").inner_text()
