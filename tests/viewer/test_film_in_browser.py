"""The film as people watch it: by mouse, by keys, without scripts, with a screen reader, while it runs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from agent.recording import Recorder
from agent.session import Ending, EndingKind
from tests.viewer.asking import listed
from tests.viewer.conftest import View
from tests.viewer.made import BEGAN, VISIT, append, goes_on, record, write_study
from tests.viewer.test_safety import hostile
from viewer.film_file import film_html

OVERFLOWING = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
ENDED = Ending(kind=EndingKind.LEFT, message="The shopper left without buying.", at=BEGAN)


@pytest.fixture(autouse=True)
def complaints(page: Page) -> Iterator[list[str]]:
    """The page may not complain in the console, and asks for nothing but the viewer's own."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        heard.append(message.text)

    def watch(request: Request) -> None:
        if not re.match(r"http://127\.0\.0\.1:\d+/|file:///|data:", request.url):
            heard.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", watch)
    page.set_default_timeout(20_000)
    yield heard
    assert heard == []


@pytest.fixture
def shown(tmp_path: Path, view: View) -> str:
    """A viewer of one session and one study."""
    record(tmp_path / "r" / "maya")
    write_study(tmp_path / "r" / "study")
    url = view(tmp_path / "r")
    listed(url, count=7)
    return url


def current(page: Page) -> str:
    """The number of the step that is shown, alone."""
    visible = page.locator(".step:visible")
    assert visible.count() == 1
    return visible.get_attribute("data-number") or ""


def reaches(page: Page, number: str) -> None:
    """Waits for a step to be shown; the page's policy lets no waiting function be made in it."""
    expect(page.locator(".step.current").first).to_have_attribute("data-number", number)


def test_a_session_is_seen_step_by_step(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    assert current(page) == "1"
    step = page.locator(".step.current")
    assert "I came for a kettle" in step.locator("blockquote").inner_text()
    assert "types and presses Enter in search_the_shop kettle" in step.locator(".deed").inner_text()
    assert step.locator(".line mark").inner_text() == '<input name="search_the_shop"/>'
    for _ in range(2):
        page.get_by_role("button", name="Step on").click()
    assert current(page) == "3"
    assert page.url.endswith("#step-3")
    assert "Could not be done." in page.locator(".step.current .outcome").inner_text()
    page.locator(".timeline a").nth(1).click()
    assert current(page) == "2"
    page.reload()
    assert current(page) == "2"


def test_the_target_is_marked_where_it_was(page: Page, shown: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{shown}/session/maya#step-2")
    screen, target = (
        page.locator(".current .screen").bounding_box(),
        page.locator(".current .target").bounding_box(),
    )
    pointer = page.locator(".pointer").bounding_box()
    assert screen
    assert target
    assert pointer
    scale = screen["width"] / 1280
    assert target["x"] - screen["x"] == pytest.approx(57 * scale, abs=3)
    assert target["y"] - screen["y"] == pytest.approx(297 * scale, abs=3)
    assert target["width"] == pytest.approx(206 * scale, abs=6)
    assert pointer["x"] - screen["x"] == pytest.approx(160 * scale, abs=2)
    assert pointer["y"] - screen["y"] == pytest.approx(430 * scale, abs=2)
    # What was scrolled to is shown as it was then.
    expect(page.locator(".current .touched")).to_have_css("opacity", "1")


def test_it_plays_to_its_end_and_the_pointer_moves(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    page.get_by_label("Speed").select_option("8")
    page.evaluate(
        """() => {
            window.seen = [];
            const look = () => {
                const step = document.querySelector('.step.current');
                const pointer = document.querySelector('.pointer');
                window.seen.push({
                    step: step.dataset.number, phase: step.dataset.phase,
                    x: pointer?.isConnected ? Math.round(pointer.getBoundingClientRect().x) : null,
                    typing: document.querySelector('.typing')?.textContent || '',
                });
                requestAnimationFrame(look);
            };
            look();
        }"""
    )
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    reaches(page, "4")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    seen: list[dict[str, Any]] = page.evaluate("window.seen")
    assert {each["step"] for each in seen} == {"1", "2", "3", "4"}
    assert {"look", "touch", "done"} <= {each["phase"] for each in seen}
    assert len({each["x"] for each in seen if each["x"] is not None}) > 4
    assert any(0 < len(each["typing"]) < len("kettle") for each in seen)


def test_keys(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    for key, number in (
        ("ArrowRight", "2"),
        ("End", "4"),
        ("ArrowRight", "4"),
        ("ArrowLeft", "3"),
        ("Home", "1"),
    ):
        page.keyboard.press(key)
        assert current(page) == number
    for key, speed in (("+", "1.5"), ("+", "2"), ("-", "1.5"), ("-", "1"), ("-", "0.5"), ("-", "0.5")):
        page.keyboard.press(key)
        assert page.get_by_label("Speed").input_value() == speed
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_a_key_that_means_something_where_it_is_pressed_keeps_its_meaning(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    page.get_by_label("Speed").focus()
    page.keyboard.press("End")
    assert page.get_by_label("Speed").input_value() == "real"
    assert current(page) == "1"
    page.get_by_role("button", name="Step on").focus()
    page.keyboard.press(" ")
    assert current(page) == "2"
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_a_screen_reader_is_told_each_step(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    page.keyboard.press("ArrowRight")
    status = page.locator("[role=status]")
    expect(status).to_contain_text("Step 2 Results for kettle")
    expect(status).to_contain_text("The delivery is too dear")
    expect(status).to_contain_text("clicks brindle_kettle")
    expect(page.locator(".timeline a[aria-current=step]")).to_have_text("Step 2")


def test_who_wants_less_motion_gets_none(page: Page, shown: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{shown}/session/maya")
    page.get_by_label("Speed").select_option("8")
    page.evaluate("() => { Element.prototype.animate = () => { throw new Error('something moves') } }")
    page.keyboard.press(" ")
    reaches(page, "4")
    assert page.evaluate("document.getAnimations().length") == 0


def test_without_scripts_it_is_a_list_of_steps(browser: Browser, shown: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shown}/session/maya")
    assert page.locator(".step:visible").count() == 4
    assert page.locator(".step .target:visible").count() == 2
    assert page.locator(".control").is_hidden()
    page.locator(".timeline a").nth(2).click()
    assert page.url.endswith("#step-3")
    page.goto(f"{shown}/")
    page.get_by_label("They thought").fill("annoying")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".sessions li")).to_have_count(4)
    context.close()


def test_two_sessions_go_in_step(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/study/sessions/00001-control")
    page.get_by_role("link", name="Compare with reviews-hidden").click()
    numbers = ".step.current"
    read = "steps => steps.map(step => step.dataset.number)"
    expect(page.locator(numbers)).to_have_count(2)
    assert page.locator(numbers).evaluate_all(read) == ["1", "1"]
    page.keyboard.press("ArrowRight")
    assert page.locator(numbers).evaluate_all(read) == ["2", "2"]
    page.keyboard.press("End")
    assert page.locator(numbers).evaluate_all(read) == ["4", "2"]
    page.keyboard.press("Home")
    page.get_by_label("Speed").select_option("8")
    page.keyboard.press(" ")
    reaches(page, "4")
    assert page.locator(numbers).evaluate_all(read) == ["4", "2"]


def test_another_session_is_chosen_from_the_list(page: Page, shown: str) -> None:
    page.goto(f"{shown}/session/maya")
    page.get_by_role("link", name="Compare with another").click()
    page.get_by_label("Persona").fill("Grace")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("Grace"))
    page.locator(".sessions a").first.click()
    expect(page.locator(".side")).to_have_count(2)
    assert page.locator(".side .name").first.inner_text().startswith("Maya")


def test_a_session_is_followed_as_it_runs(page: Page, tmp_path: Path, view: View) -> None:
    recorder = goes_on(tmp_path / "r" / "maya")
    append(recorder, 1, VISIT[0])
    page.goto(f"{view(tmp_path / 'r')}/session/maya")
    expect(page.locator("[data-show=live]")).to_have_text("Live")
    assert current(page) == "1"
    append(recorder, 2, VISIT[1])
    reaches(page, "2")
    page.get_by_label("Follow").uncheck()
    append(recorder, 3, VISIT[2])
    expect(page.locator(".timeline a")).to_have_count(3)
    assert current(page) == "2"
    page.get_by_label("Follow").check()
    page.keyboard.press("End")
    append(recorder, 4, VISIT[3])
    reaches(page, "4")
    recorder.end(ENDED, 4, None)
    recorder.close()
    expect(page.locator("[data-show=live]")).to_have_text("Left")


def test_a_session_without_a_step_waits_for_its_first(page: Page, tmp_path: Path, view: View) -> None:
    recorder: Recorder = goes_on(tmp_path / "r" / "maya")
    page.goto(f"{view(tmp_path / 'r')}/session/maya")
    expect(page.get_by_text("No step is on record yet.")).to_be_visible()
    append(recorder, 1, VISIT[0])
    reaches(page, "1")
    recorder.close()


def test_a_list_grows_by_itself(
    page: Page, tmp_path: Path, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewer.application.GLANCE", 0.0)
    for number in range(30):
        record(tmp_path / "r" / f"{number:03}", pictures=False)
    page.goto(view(tmp_path / "r"))
    expect(page.locator(".sessions li")).to_have_count(30)
    expect(page.locator("#count")).to_have_text("30")


def test_a_recorded_page_shows_and_runs_nothing(
    page: Page, tmp_path: Path, view: View, complaints: list[str]
) -> None:
    evil = "http://evil.invalid/"
    failed: list[tuple[str, str | None]] = []
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    attack = (
        f"<p>Best sellers</p><script>top.hacked = 1</script><img src='{evil}x' onerror='top.hacked = 2'>"
        f"<meta http-equiv=refresh content='0;url={evil}'><style>@import '{evil}s'</style>"
    )
    record(tmp_path / "r" / "maya", [replace(VISIT[0], html=attack)])
    page.goto(f"{view(tmp_path / 'r')}/session/maya")
    page.get_by_role("link", name="The recorded page").click()
    expect(page.frame_locator("iframe").get_by_text("Best sellers")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert all("evil.invalid" not in frame.url for frame in page.frames)
    # The browser tells of what it refused, each thing once as a request that never left it.
    told = [each for each in complaints if not each.startswith(evil)]
    assert {each for each in complaints if each.startswith(evil)} <= {
        url for url, why in failed if why == "csp"
    }
    assert told
    assert [each for each in told if not re.search("block|refuse|violat", each, re.IGNORECASE)] == []
    complaints.clear()


def test_what_others_wrote_is_inert(page: Page, tmp_path: Path, view: View) -> None:
    folder = tmp_path / "r"
    hostile(folder)
    url = view(folder)
    addresses = re.findall(r'href="(/session/[^"]*)"', listed(url))
    for address in ["/", "/?text=hacked", *addresses]:
        page.goto(url + address)
        assert page.evaluate("window.hacked") is None
        assert page.evaluate(OVERFLOWING) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_pages_fit_and_have_no_serious_fault(
    page: Page, shown: str, width: int, scheme: Literal["light", "dark"], complaints: list[str]
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{shown}/nothing")
    assert faults(page) == []
    complaints.clear()  # the console tells that there is nothing
    pages = [
        "/", "/?text=delivery", "/?text=nothing+like+that", "/session/maya", "/session/maya#step-3",
        "/study/study", "/session/maya/observation/0001", "/session/maya/page/0001",
        "/compare?a=maya&b=study/sessions/00001-reviews-hidden", "/?compare=maya",
    ]  # fmt: skip
    for address in pages:
        page.goto("about:blank")
        page.goto(shown + address)
        assert page.evaluate(OVERFLOWING) == 0
        assert width == 820 or faults(page) == [], address
    page.goto(f"{shown}/session/maya")
    page.keyboard.press("?")
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {[node['html'] for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


def written(folder: Path, file: Path) -> str:
    file.write_text(film_html(folder), encoding="utf-8")
    return file.as_uri()


def test_an_exported_film_plays_from_disk(page: Page, tmp_path: Path) -> None:
    folder = record(tmp_path / "maya", [*VISIT[:3]] * 7)
    address = written(folder, tmp_path / "film.html")
    assert (tmp_path / "film.html").stat().st_size < 5_000_000
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert current(page) == "1"
    page.keyboard.press("End")
    assert current(page) == "21"
    expect(page.locator(".current .look")).to_have_js_property("naturalWidth", 1280)
    assert [each for each in asked if not each.startswith(("data:", address))] == []
    assert faults(page) == []
    assert page.locator("a[href]:not([href^='#'])").count() == 0


@pytest.mark.parametrize("attack", range(10))
def test_an_exported_film_of_an_attack_is_inert(page: Page, tmp_path: Path, attack: int) -> None:
    hostile(tmp_path / "r")
    page.goto(written(tmp_path / "r" / f"raw {attack}", tmp_path / "film.html"))
    assert page.evaluate("window.hacked") is None
    assert page.locator("script").count() == 1
    assert page.locator("style").count() == 1
    assert page.locator("iframe, object, embed, form[action]").count() == 0
