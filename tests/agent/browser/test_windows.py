"""New windows, message boxes, downloads, and the ways out of the shop."""

import pytest

from agent.browser import Browser
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("label", "title", "text"),
    [
        ("New tab", "Plain", "Nothing but words."),
        ("Many windows", "Plain", "Nothing but words."),
        ("Written window", "Written", "Size guide"),
    ],
)
async def test_a_new_window_comes_to_the_front(
    chromium: Browser, shop: PageServer, label: str, title: str, text: str
) -> None:
    async with chromium.visit(f"{shop.origin}/windows.html") as tab:
        outcome = await click(tab, label)
        assert outcome.accepted
        assert outcome.message == f'A new window opened: the page "{title}".'
        assert text in await seen(tab)


async def test_when_a_window_closes_itself_the_one_below_is_in_front_again(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/windows.html") as tab:
        assert (await click(tab, "Help window")).message == 'A new window opened: the page "Closing".'
        outcome = await click(tab, "Close help")
        assert outcome.message == 'The window closed; the page "Windows" is in front again.'
        assert (await click(tab, "New tab")).accepted


async def test_going_back_from_a_new_window_closes_it(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/windows.html") as tab:
        assert (await click(tab, "New tab")).accepted
        back = await tab.go_back()
        assert back.accepted
        assert back.message == 'You went back to the page "Windows".'
        assert tab.url == f"{shop.origin}/windows.html"
        nowhere = await tab.go_back()
        assert not nowhere.accepted
        assert nowhere.message == "There is no page to go back to."
        assert "new_tab" in await seen(tab)


async def test_a_new_window_that_leads_away_is_closed(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/windows.html") as tab:
        outcome = await click(tab, "Partner")
        assert not outcome.accepted
        assert "leads away from the shop" in outcome.message
        assert tab.url == f"{shop.origin}/windows.html"


async def test_message_boxes_are_answered_and_told(chromium: Browser, shop: PageServer) -> None:
    messages = {
        "Alert": 'A message box of the page said "Only two left" and was answered "OK".',
        "Confirm": 'The page changed: it now shows "Removed". '
        'A message box of the page said "Really remove it?" and was answered "OK".',
        "Prompt": 'The page changed: it now shows "Coupon TEN". '
        'A message box of the page said "Your coupon?" and was answered "TEN".',
        "Bare prompt": 'The page changed: it now shows "Coupon null". '
        'A message box of the page said "Your coupon?" and was answered "Cancel".',
    }
    async with chromium.visit(f"{shop.origin}/dialogs.html") as tab:
        outcomes = {label: await click(tab, label) for label in messages}
    assert {label: outcome.message for label, outcome in outcomes.items()} == messages
    assert all(outcome.accepted for outcome in outcomes.values())


async def test_a_page_that_does_not_want_to_be_left_is_left(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/dialogs.html") as tab:
        await click(tab, "Trap")
        outcome = await click(tab, "Leave")
        assert outcome.message == 'The page "Plain" opened. The page asked whether to leave it, and was left.'


async def test_a_way_out_of_the_shop_is_not_taken(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    elsewhere.asked.clear()
    ways = ("Partner shop", "Partner by redirect", "Partner by script", "Out of the frame")
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        outcomes = [await click(tab, way) for way in ways]
        assert (await tab.observe()).observation.title == "Away"
    host = elsewhere.origin.removeprefix("http://")
    assert {outcome.message for outcome in outcomes} == {
        f"That link leads away from the shop (to {host}) and was not followed."
    }
    assert not any(outcome.accepted for outcome in outcomes)
    assert {outcome.url for outcome in outcomes} == {f"{shop.origin}/away.html"}
    assert elsewhere.asked == []


async def test_a_search_that_leads_away_is_not_sent(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    elsewhere.asked.clear()
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        outcome = await type_into(tab, "Partner search", "kettle")
        assert "leads away from the shop" in outcome.message
    assert elsewhere.asked == []


async def test_a_change_is_told_beside_the_way_out_that_was_not_taken(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        outcome = await click(tab, "Both")
        assert outcome.accepted
        assert 'it now shows "Still here"' in outcome.message
        assert "tried to lead away" in outcome.message


async def test_a_download_is_told_and_not_kept(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        outcome = await click(tab, "Price list")
        assert outcome.message == 'A file ("prices.csv") came as a download and was not kept.'
        assert outcome.url == f"{shop.origin}/away.html"


async def test_what_is_no_page_is_left_again(chromium: Browser, shop: PageServer) -> None:
    messages = {
        "Raw data": "That led to a file (application/json), no page; the browser went back.",
        "Big picture": "That led to a file (image/png), no page; the browser went back.",
        "Dropped": ("That led to a page that did not load (net::ERR_EMPTY_RESPONSE); the browser went back."),
    }
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        outcomes = {label: await click(tab, label) for label in messages}
        assert (await tab.observe()).observation.title == "Away"
    assert {label: outcome.message for label, outcome in outcomes.items()} == messages
    assert not any(outcome.accepted for outcome in outcomes.values())


async def test_a_page_that_the_shop_does_not_have_is_shown_as_it_is(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        assert (await click(tab, "Lost page")).message == 'The page "Lost" opened (HTTP 404).'


async def test_a_link_without_an_answer_changes_nothing(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/away.html") as tab:
        assert (await click(tab, "No answer")).message == "Nothing on the page changed."


@pytest.mark.parametrize("delay", [0, 5, 15, 40, 80])
async def test_a_window_that_leads_on_is_in_front(chromium: Browser, shop: PageServer, delay: int) -> None:
    shop.written[
        "/start"
    ] = f"""<title>Start</title><button onclick="const opened = window.open('about:blank');
    setTimeout(() => opened.location = '/plain.html', {delay})">Open</button>"""
    async with chromium.visit(f"{shop.origin}/start") as tab:
        assert (await click(tab, "Open")).message.startswith("A new window opened")
        assert "Nothing but words." in await seen(tab)


async def test_a_window_that_is_written_and_never_finished_is_used(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    shop.written[
        "/start"
    ] = """<title>Start</title><button onclick="const opened = window.open('about:blank');
    opened.document.write('<p>Written</p><button>In the window</button>')">Open</button>"""
    async with hasty_chromium.visit(f"{shop.origin}/start") as tab:
        assert (await click(tab, "Open")).message.startswith("A new window opened")
        assert "Written" in await seen(tab)
        assert (await click(tab, "In the window")).accepted
