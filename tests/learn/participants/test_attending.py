"""A participant's visit with raw mouse and keyboard events, and the recording that comes of it."""

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from agent.actions import Action, Terminate, Type, TypeAndSubmit, name_in
from agent.browser import AT_HOME, Browser, BrowserSettings, open_browser
from agent.checksums import altered
from agent.recording import PERSON, read_recording
from agent.session import EndingKind, Step
from learn.readers.recordings import read_recordings
from learn.session import Author
from replay.rerun import rerun
from sandbox_shop import Design, ShopSettings, running_shop
from tests.learn.participants.lab import Lab, in_the_lab, participation
from tests.sandbox_shop.small_catalogue import small_catalogue

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUIET = ShopSettings(design=Design(newsletter="off", cookie_banner="off"))
ADDRESS = ("ann.real@mail.example", "Ann Example", "1 Elm Street", "Columbus", "Ohio", "43004")
CARD = ("4242 4242 4242 4242", "12/30", "917", "Ann Example")
SECRETS = (
    "4242 4242 4242 4242",
    "4242424242424242",
    "ann.real@mail.example",
    "very secret 1",
    "0171 5550123",
)


async def test_a_purchase_is_recorded_and_comes_again(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P01"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            await _buy(lab)
            await lab.person.click_at(*await lab.bar("Close"))
            ending = (await lab.visit).ending
    assert ending.kind is EndingKind.PURCHASED
    recording = read_recording(out)
    assert [_told(step) for step in recording.steps] == [
        ("type_and_submit", "search_the_shop", "linen shirt"),
        ("click", "linen_shirt", ""),
        ("click", "size.xl_2_00", ""),
        ("click", "colour.blue", ""),
        ("click", "add_to_cart", ""),
        ("click", "proceed_to_checkout", ""),
        ("type", "email", "[e-mail]"),
        ("type", "full_name", "Ann Example"),
        ("type", "street_address", "1 Elm Street"),
        ("type", "city", "Columbus"),
        ("type", "state_or_region", "Ohio"),
        ("type", "zip_postal", "43004"),
        ("click", "continue_to_delivery", ""),
        ("click", "continue_to_payment", ""),
        ("type", "card_number", "[card number]"),
        ("type", "expiry_date", "[expiry date]"),
        ("type", "security_code", "[security code]"),
        ("type", "name_on_card", "[name on card]"),
        ("click", "pay_card", ""),
        ("click", "place_order_36_95", ""),
    ]
    assert recording.header.policy == {"kind": PERSON, "participant": "P01"}
    assert recording.ending is not None
    assert recording.ending.purchase is not None
    assert altered(out) == {}
    assert all(name in step.observation for step in recording.steps if (name := _name(step)))
    assert not [secret for secret in SECRETS if secret in _all_text(out)]
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        comparison = await rerun(recording, shop.url, tmp_path / "again", lambda _check: None, AT_HOME)
    assert [check for check in comparison.steps if not (check.observation and check.target)] == []
    # The card's frame asks the checkout around it to go on: where all is slow, it is seen before it does.
    paying = next(step.index for step in recording.steps if _name(step) == "pay_card")
    assert {check.index for check in comparison.steps if not check.outcome} <= {paying}
    assert len(comparison.steps) == len(recording.steps)
    assert comparison.ending


async def _buy(lab: Lab) -> None:
    person, page = lab.person, lab.page
    await person.click("#q")
    await person.type("linen shirt")
    await person.key("Enter")
    await lab.did()
    await person.click(page.locator("a.card-link", has_text="Linen Shirt").first)
    await lab.did()
    await person.click(page.locator("label.choice", has_text="XL"))
    await person.click(page.locator("label.choice", has_text="Blue"))
    await person.click(".actions button.primary")
    await lab.did(3)
    await person.click(page.get_by_role("link", name="Proceed to checkout"))
    await lab.did()
    await _fill(lab, ADDRESS)
    await person.click("main button.primary")
    await lab.did(len(ADDRESS) + 1)
    await person.click("main button.primary")
    await lab.did()
    card = page.frame_locator("iframe.card-frame")
    await person.click(card.locator("#number"))
    await _fill(lab, CARD)
    await person.click(card.locator("button.primary"))
    await lab.did(len(CARD) + 1)
    await page.wait_for_url("**/checkout/review")
    await person.click("main button.primary")
    await lab.did()


async def _fill(lab: Lab, texts: tuple[str, ...]) -> None:
    if texts is ADDRESS:
        await lab.person.click("#email")
    for number, text in enumerate(texts):
        if number:
            await lab.person.key("Tab")
        await lab.person.type(text)


async def test_what_is_answered_becomes_the_rationale(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P02"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out, every=2)) as lab:
            person, page = lab.person, lab.page
            await person.click("a.to-cart")
            await lab.did()
            await person.click("a.logo")
            await person.click_at(*await lab.bar("input"))
            await person.type("I am lost, call me at 0171 5550123")
            await person.key("Enter")
            await lab.did()
            await person.click("a.to-cart")
            await lab.did()
            await person.click("a.logo")
            await person.click_at(*await lab.bar("Skip"))
            await lab.did()
            await person.click("a.to-cart")
            await lab.did()
            await person.click("a.logo")
            await person.click_at(*await lab.bar("input"))
            await person.type("not sent")
            await person.click("a.to-cart")  # to go on is to answer with what was written
            await lab.did(2)
            await page.close()
            await lab.visit
    said = [step.decision.rationale for step in read_recording(out).steps]
    assert said == ["", "I am lost, call me at [phone number]", "", "", "", "not sent", "", ""]
    actions = [step.decision.action for step in read_recording(out).steps]
    assert isinstance(actions[-1], Terminate)
    session = read_recordings(out).sessions[0]
    assert (session.author, session.user) == (Author.HUMAN, "P01")


async def test_nothing_is_recorded_while_paused(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P03"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            await lab.person.click_at(*await lab.bar("Pause"))
            await lab.bar("Go on recording")
            await lab.person.click("#q")
            await lab.person.type("a private thing")
            await lab.person.key("Enter")
            await lab.page.wait_for_url("**/search**")
            await lab.person.click("a.logo")
            await lab.person.click_at(*await lab.bar("Go on recording"))
            await lab.bar("Pause")
            await lab.person.click("a.to-cart")
            (step,) = await lab.did()
            assert step.outcome.message.startswith("The shopper had paused the recording. ")
            await lab.person.click_at(*await lab.bar("Finish"))
            assert (await lab.visit).ending.kind is EndingKind.LEFT
    assert [_told(step)[0] for step in read_recording(out).steps] == ["click", "terminate"]
    assert "private" not in _all_text(out)


async def test_steps_are_on_disk_while_the_visit_goes_on(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P04"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            await lab.person.click("a.to-cart")
            await lab.did()
            assert read_recording(out).ending is None
            assert len(read_recording(out).steps) == 1
            await lab.page.go_back()
            await lab.did()
            assert len(read_recording(out).steps) == 2
    recording = read_recording(out)  # leaving the lab stopped the visit
    assert recording.ending is not None
    assert recording.ending.kind is EndingKind.INTERRUPTED


async def test_going_back_is_a_step_that_comes_again(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P07"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            await lab.person.click("a.card-link >> nth=0")
            (there,) = await lab.did()
            await _go(lab, -1)
            (back,) = await lab.did()
            await lab.bar("Pause")
            await lab.person.click("a.card-link >> nth=1")
            (elsewhere,) = await lab.did()
            await lab.person.click_at(*await lab.bar("Finish"))
            await lab.visit
    recording = read_recording(out)
    assert [step.decision.action.type for step in recording.steps] == ["click", "back", "click", "terminate"]
    assert back.url == there.outcome.url  # the page that was left
    assert back.outcome.message == f'You went back to the page "{there.title}".'
    assert back.outcome.url == elsewhere.url == there.url
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        comparison = await rerun(recording, shop.url, tmp_path / "again", lambda _check: None, AT_HOME)
    assert comparison.same, "\n".join(str(step) for step in comparison.steps)


async def test_all_other_ways_through_the_history_are_told_in_words(
    chromium: Browser, tmp_path: Path
) -> None:
    out = tmp_path / "P08"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            await lab.person.click("a.card-link >> nth=0")
            (first,) = await lab.did()
            await lab.person.click("a.logo")
            await lab.did()
            await _go(lab, -2)  # to go back one page twice would be another way
            await lab.page.wait_for_load_state()
            await lab.bar("Pause")
            await lab.person.click("a.card-link >> nth=0")
            (second,) = await lab.did()
            await _go(lab, -1)
            await lab.did()
            await _go(lab, 1)
            await lab.bar("Pause")
            await lab.person.click("a.logo")
            (third,) = await lab.did()
    assert second.outcome.message.startswith(f'The shopper went back to the page "{first.title}". ')
    assert third.outcome.message.startswith('The shopper went forward to the page "')
    assert [step.decision.action.type for step in read_recording(out).steps] == [
        *("click", "click", "click", "back", "click")
    ]


async def _go(lab: Lab, pages: int) -> None:
    """Goes back or forward, as with the browser's own buttons."""
    history = await lab.person.cdp.send("Page.getNavigationHistory")
    entry = history["entries"][history["currentIndex"] + pages]
    await lab.person.cdp.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})
    await lab.until(lambda: lab.page.url == entry["url"])


async def test_a_page_that_crashes_is_a_fault(tmp_path: Path) -> None:
    out = tmp_path / "P06"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        # Its own: Chromium 156 goes down with a page that crashes while a picture of it is taken.
        async with (
            open_browser(BrowserSettings()) as browser,
            in_the_lab(browser, participation(shop.url, out)) as lab,
        ):
            await lab.person.click("a.to-cart")
            await lab.did()
            await asyncio.gather(lab.person.cdp.send("Page.crash"), lab.visit, return_exceptions=True)
            assert lab.visit.result().ending.kind is EndingKind.FAULT
    assert len(read_recording(out).steps) == 1


async def test_the_page_can_neither_read_nor_press_the_bar(chromium: Browser, tmp_path: Path) -> None:
    out = tmp_path / "P05"
    with running_shop(QUIET, catalogue=small_catalogue()) as shop:
        async with in_the_lab(chromium, participation(shop.url, out)) as lab:
            spied = await lab.page.evaluate(
                """() => {
                    globalThis.spied = [];
                    for (const kind of ['click', 'keydown', 'input', 'pointerdown', 'focusin']) {
                        addEventListener(kind, (event) => spied.push(kind), true);
                    }
                    const host = document.querySelector('[popover]');
                    const names = ['simagentHeard', 'participantBar', 'reader', 'listening'];
                    return [host.shadowRoot, host.innerText, ...names.filter((name) => name in globalThis)];
                }"""
            )
            assert spied == [None, ""]
            await lab.page.evaluate("document.querySelector('[popover]').remove()")
            await lab.person.click_at(*await lab.bar("Pause"))
            await lab.bar("Go on recording")
            assert await lab.page.evaluate("spied") == []
            await lab.person.click_at(*await lab.bar("Finish"))
            await lab.visit


def _told(step: Step) -> tuple[str, str, str]:
    action: Action = step.decision.action
    return action.type, _name(step), action.text if isinstance(action, Type | TypeAndSubmit) else ""


def _name(step: Step) -> str:
    return name_in(step.decision.action) or ""


def _all_text(folder: Path) -> str:
    """All that stands in a recording, its packed pages too."""
    texts = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".gz":
            texts.append(gzip.decompress(path.read_bytes()).decode())
        elif path.is_file() and path.suffix != ".jpg":
            text = path.read_text(encoding="utf-8")
            texts.append(text)
            if path.suffix == ".jsonl":
                texts += [json.dumps(json.loads(line), ensure_ascii=False) for line in text.splitlines()]
    return "\n".join(texts)
