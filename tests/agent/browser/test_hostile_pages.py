"""Pages that never come to rest, hang, trap or crash: bounded time, and words for what happened."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from agent.actions import Click
from agent.browser import Browser, BrowserSettings, open_browser
from agent.browser.script import tell
from agent.browser.settling import Rest, settle
from agent.errors import BrowserFault
from tests.agent.browser.conftest import HASTY, with_settings
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")

IMPATIENT = BrowserSettings(screenshots=False, deadlines=replace(HASTY, hang=1.0))
"""For pages that hang for certain."""
PATIENT = BrowserSettings(
    screenshots=False,
    deadlines=replace(HASTY, start=30.0, response=20.0, reach=20.0, observe=20.0, hang=20.0),
)
"""For pages that only never come to rest: a busy machine may take its time with all else."""


async def test_a_page_that_polls_and_ticks_is_used_like_any_other(
    chromium: Browser, shop: PageServer
) -> None:
    async with with_settings(chromium, PATIENT).visit(f"{shop.origin}/restless.html") as tab:
        outcome = await click(tab, "Press")
        assert outcome.accepted
        assert '"Pressed"' in outcome.message


async def test_a_page_that_never_ends_is_read_as_far_as_it_came(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        assert (await click(tab, "Never ends")).message == 'The page "Endless" opened.'
        assert "The first part" in await seen(tab)


async def test_a_start_page_that_never_ends_is_opened(hasty_chromium: Browser, shop: PageServer) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/stream") as tab:
        assert "The first part" in await seen(tab)


async def test_a_page_that_does_not_come_is_given_up_and_the_old_one_stays_in_use(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        outcome = await click(tab, "Never answers")
        assert not outcome.accepted
        assert outcome.message == "The shop did not answer within 0.6 seconds."
        assert (await click(tab, "Plain")).message == 'The page "Plain" opened.'


async def test_a_shop_that_twice_does_not_answer_is_a_fault(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        await click(tab, "Never answers")
        with pytest.raises(BrowserFault, match="cannot be reached any more"):
            await click(tab, "Never answers")


async def test_a_slow_server_is_waited_for(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hostile.html") as tab:
        shop.patience = 0.5
        assert (await click(tab, "Never answers")).message == 'The page "Came late" opened.'


async def test_a_page_that_leaves_by_itself_is_seen_where_it_goes(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hostile.html") as tab:
        view = await tab.observe()
        front = tab._pages.front()
        shop.patience = 0.5
        await front.page.evaluate("location = '/held'")
        assert await front.until(lambda: front.navigation is not None, 10)
        assert "Here at last" in await seen(tab)
        outcome = await tab.perform(Click(name=name_of(view.observation, "Plain")), view.observation)
        assert outcome.message == '"Plain" is not on the page any more.'


async def test_a_script_without_end_is_stopped(chromium: Browser, shop: PageServer) -> None:
    async with with_settings(chromium, IMPATIENT).visit(f"{shop.origin}/hostile.html") as tab:
        assert (await click(tab, "Hang")).message == "A script of the page ran without end and was stopped."
        assert (await click(tab, "Plain")).message == 'The page "Plain" opened.'


async def test_message_boxes_without_end_are_told_three_times_or_are_a_fault(
    chromium: Browser, shop: PageServer
) -> None:
    async with with_settings(chromium, IMPATIENT).visit(f"{shop.origin}/dialogs.html") as tab:
        view = await tab.observe()
        action = Click(name=name_of(view.observation, "Alert for ever"))
        with suppress(BrowserFault):  # the browser does not always let such a script be stopped
            outcome = await tab.perform(action, view.observation)
            assert outcome.message.count('said "Stay!"') == 3


async def test_a_page_that_forbids_all_scripts_is_used(hasty_chromium: Browser, shop: PageServer) -> None:
    shop.written["/start"] = """<title>Start</title><a href="/plain.html">Plain</a>
    <form action="/echo"><input name="q" aria-label="Search"></form>"""
    shop.policies["/start"] = "sandbox allow-forms allow-same-origin"
    async with hasty_chromium.visit(f"{shop.origin}/start") as tab:
        assert (await type_into(tab, "Search", "kettle")).message == 'The page "Echo" opened.'
        await tab.go_back()
        assert (await click(tab, "Plain")).message == 'The page "Plain" opened.'


async def test_a_page_that_multiplies_does_not_hold_the_shopper(chromium: Browser, shop: PageServer) -> None:
    async with with_settings(chromium, PATIENT).visit(f"{shop.origin}/hostile.html") as tab:
        assert (await click(tab, "Multiply")).accepted
        assert (await click(tab, "Plain")).message == 'The page "Plain" opened.'


async def test_a_page_that_floods_its_history_does_not_hold_the_shopper_for_long(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    """For ten seconds the browser has had enough of such a page and follows none of its links."""
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        assert (await click(tab, "History")).accepted
        told: list[str] = []
        while len(told) < 30 and told[-1:] != ['The page "Plain" opened.']:
            await asyncio.sleep(0.5)
            told.append((await click(tab, "Plain")).message)
        assert set(told[:-1]) <= {"Nothing on the page changed."}
        assert told[-1] == 'The page "Plain" opened.'


async def test_a_page_that_goes_round_in_circles_ends_in_bounded_time(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        view = await tab.observe()
        outcome = await tab.perform(Click(name=name_of(view.observation, "Loop")), view.observation)
        assert "/loop.html" in outcome.url


async def test_a_page_that_asks_for_ever_comes_to_no_rest_but_is_waited_for_no_longer_than_allowed(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/plain.html") as tab:
        front = tab._pages.front()
        await front.page.evaluate("setInterval(() => fetch('/late-text'), 1)")
        assert await settle(front, HASTY) is Rest.RESTLESS


async def test_a_page_that_crashes_is_a_fault(hasty_chromium: Browser, shop: PageServer) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/plain.html") as tab:
        view = await tab.observe()
        front = tab._pages.front()
        front._errands.run(tell(front._cdp, "Page.crash", {}))  # never answers: its page is dead
        assert await front.until(lambda: front.crashed, 10)
        with pytest.raises(BrowserFault, match="crashed"):
            await tab.observe()
        with pytest.raises(BrowserFault, match="crashed"):
            await tab.perform(Click(name=name_of(view.observation, "Controls")), view.observation)


async def test_a_window_that_is_closed_is_a_fault(hasty_chromium: Browser, shop: PageServer) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/plain.html") as tab:
        await tab._pages.front().page.close()
        with pytest.raises(BrowserFault, match="The browser window was closed"):
            await tab.observe()


async def test_a_browser_that_is_gone_is_a_fault_in_every_window(shop: PageServer) -> None:
    async with open_browser(BrowserSettings(deadlines=HASTY)) as browser:
        async with browser.visit(f"{shop.origin}/plain.html") as tab:
            await browser._chromium.close()
            with pytest.raises(BrowserFault, match="closed"):
                await tab.observe()
        with pytest.raises(BrowserFault, match="closed"):
            async with browser.visit(f"{shop.origin}/plain.html"):
                pass


async def test_a_shop_that_goes_down_is_a_fault(hasty_chromium: Browser, shop: PageServer) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/hostile.html") as tab:
        view = await tab.observe()
        shop.shutdown()
        shop.server_close()
        plain = Click(name=name_of(view.observation, "Plain"))
        outcome = await tab.perform(plain, view.observation)
        assert outcome.message == (
            "That led to a page that did not load (net::ERR_CONNECTION_REFUSED); the browser went back."
        )
        with pytest.raises(BrowserFault, match="cannot be reached any more"):
            await tab.perform(plain, view.observation)
