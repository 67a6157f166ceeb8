"""The judge: exactly what a person can see and act on, and what stands for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import ElementHandle, Page

from benchmarks.simplify_bench.browser import open_page, running_chromium
from benchmarks.simplify_bench.clicks import measure_clicks
from benchmarks.simplify_bench.judge import Judge
from benchmarks.simplify_bench.names import CHANGES, measure_names
from benchmarks.simplify_bench.observed import Entry, ambiguous, match_by_text
from benchmarks.simplify_bench.scale import WHATS, measure_scale, slope
from benchmarks.simplify_bench.systems import aria_entries
from simplify import estimate_tokens

KETTLES = Path(__file__).with_name("pages").joinpath("kettles.html").as_uri()
SEEN = [
    ("searchbox", "Search"),
    ("combobox", "Sort by"),
    ("option", "Featured"),
    ("option", "Price"),
    ("generic", "In stock only"),
    ("button", "Go"),
    ("link", "Tin Kettle"),
    ("button", "Add to cart"),
    ("link", "Glass Kettle"),
    ("button", "Add to cart"),
    ("link", "Iron Kettle"),
    ("button", "Add to cart"),
    ("link", "Copper Kettle"),
    ("button", "Add to cart"),
    ("link", "Seen, though hidden from assistive technology"),
    ("generic", "More like these"),
    ("button", "Delivery"),
    ("button", "Dismiss the note"),
    ("button", "Inside a frame"),
]


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with running_chromium() as browser:
        yield await open_page(browser, KETTLES)


async def test_the_judge_lists_exactly_what_a_person_can_act_on(page: Page) -> None:
    judge = Judge()
    await judge.read(page)
    verdict = await judge.by_elements([])
    assert [(each.role, each.text) for each in verdict.judged] == SEEN
    assert verdict.completeness == 0


async def test_a_target_stands_for_itself_and_for_what_a_click_on_it_reaches(page: Page) -> None:
    judge = Judge()
    await judge.read(page)
    chosen = ["ol a", "select", "label.switch", ".strip a"]
    elements = [await page.query_selector(selector) for selector in chosen]
    verdict = await judge.by_elements(elements)
    assert [(each.text, each.how) for each in verdict.judged if each.how] == [
        ("Sort by", "itself"),
        ("In stock only", "itself"),
        ("Tin Kettle", "itself"),
    ]
    assert [(each.place, each.reason) for each in verdict.unseen] == [(3, "clipped or off the page")]


async def test_the_judge_leaves_the_page_as_it_found_it(page: Page) -> None:
    await page.set_viewport_size({"width": 500, "height": 200})
    await page.evaluate("scrollTo(0, 30)")
    before = await page.content()
    await Judge().read(page)
    assert await page.content() == before
    assert await page.evaluate("scrollY") == 30


async def test_names_are_measured_across_a_reload_and_each_change() -> None:
    async with running_chromium() as browser:
        said = await measure_names(browser, KETTLES, estimate_tokens)
    assert said["list_items"] == 4
    assert said["after_reload"] == 1
    assert {f"after_{change}" for change in CHANGES} <= said.keys()
    assert 0 < said["tokens_median"] <= said["tokens_p90"]


async def test_a_target_that_something_covers_is_no_click() -> None:
    markup = (
        "<button>Under</button><div style='position:absolute;inset:0;pointer-events:auto;opacity:0'></div>"
    )
    async with running_chromium() as browser:
        said = await measure_clicks(browser, f"data:text/html,{markup}", lambda _: None)
    assert said["share"] < 1 or said["tried"] == 0


async def test_growth_is_measured_on_pages_of_the_size_that_was_asked() -> None:
    async with running_chromium() as browser:
        rows = await measure_scale(browser, lambda _: None, sizes=(100, 400), rounds=1)
    assert [row["what"] for row in rows] == list(WHATS)
    assert all(abs(had - asked) < 10 for had, asked in zip(rows[0]["elements"], (100, 400), strict=True))


def test_the_slope_of_a_linear_cost_is_one() -> None:
    assert slope([10, 100, 1000], [3, 30, 300]) == 1


def test_entries_that_share_role_and_label_are_ambiguous() -> None:
    entries = [Entry("link", "More"), Entry("link", "More"), Entry("button", "More"), Entry("link", "Less")]
    assert ambiguous(entries) == 2


def test_an_entry_covers_one_element_and_links_of_one_card_cover_each_other() -> None:
    def listed(role: str, text: str, twin: int) -> dict[str, object]:
        return {"role": role, "text": text, "twin": twin}

    found = [
        listed("button", "Add to cart", 0),
        listed("button", "Add to cart", 1),
        listed("link", "", 2),
        listed("link", "Tin Kettle", 2),
    ]
    hows = match_by_text(found, [Entry("button", "Add  to Cart"), Entry("link", "Tin kettle")])
    assert hows == ["the same role and words", "", "the same address in its card", "the same role and words"]


def test_an_accessibility_snapshot_is_read_line_by_line() -> None:
    lines = [
        '- heading "Kettles" [level=1]',
        '- link "Tin \\"Best\\" Kettle" [ref=e4] [cursor=pointer]:',
        "  - /url: /k/1",
        "- 'button \"Price: low\"'",
        "- textbox: kettle",
        "- generic [ref=e9] [cursor=pointer]: More",
    ]
    assert aria_entries(lines) == (
        Entry("link", 'Tin \\"Best\\" Kettle'),
        Entry("button", "Price: low"),
        Entry("textbox", "kettle"),
        Entry("generic", "More"),
    )


async def test_the_judge_knows_areas_stand_ins_and_slotted_words_and_no_empty_handlers() -> None:
    url = Path(__file__).with_name("judged").joinpath("components.html").as_uri()
    async with running_chromium() as browser:
        page = await open_page(browser, url)
        judge = Judge()
        await judge.read(page)
        chosen = ["area[alt=Lamps]", "area[alt=Nowhere]", "input", "[aria-label^=Nothing]"]
        elements: list[ElementHandle | None] = [await page.query_selector(each) for each in chosen]
        button = (
            await page.evaluate_handle(
                "document.querySelector('shop-button').shadowRoot.querySelector('button')"
            )
        ).as_element()
        verdict = await judge.by_elements([*elements, button])
        clicks = await measure_clicks(browser, url, lambda _: None)
    assert [(each.text or each.markup, each.how) for each in verdict.judged] == [
        ("In stock", "itself"),
        ("Lamps", "itself"),
        ("Rugs", ""),
        ("Add to cart", "what a click on it hits"),
        ("<button></button>", "itself"),
    ]
    assert [each.place for each in verdict.unseen] == [1, 3]
    assert clicks["share"] < 1
    assert [each.partition(":")[0] for each in clicks["failed"]] == ["nowhere"]
