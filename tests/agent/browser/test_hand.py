"""What a person's hand does on pages with everything: menus, lists without end, sliders, tabs, going back."""

import asyncio

import pytest

from agent.actions import Action, Back, Click, Hover, Scroll, Select, Type
from agent.browser import Browser, Tab
from agent.session import Outcome
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def do(tab: Tab, action: type[Click] | type[Hover] | type[Select], label: str) -> Outcome:
    view = await tab.observe()
    return await tab.perform(action(name=name_of(view.observation, label)), view.observation)


async def just(tab: Tab, action: Action) -> Outcome:
    view = await tab.observe()
    return await tab.perform(action, view.observation)


async def test_a_menu_opens_under_the_mouse_and_stays_until_its_item_is_clicked(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert "Socks" not in await seen(tab)
        hovered = await do(tab, Hover, "Men")
        assert hovered.accepted
        assert hovered.message == 'The page changed: it now shows "Socks".'
        opened = await click(tab, "Socks")
        assert opened.message == 'The page "Plain" opened.'
        assert opened.url.endswith("plain.html?socks")


async def test_a_menu_that_opens_under_the_mouse_is_reached_by_clicks_alone(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert (await click(tab, "Men")).accepted
        assert (await click(tab, "Socks")).url.endswith("plain.html?socks")


async def test_scrolling_brings_more_of_a_list_without_end_and_says_when_there_is_none(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        nothing_above = await just(tab, Scroll(direction="up"))
        assert not nothing_above.accepted
        assert nothing_above.message == "The page does not scroll any further up."
        first = await just(tab, Scroll())
        assert first.accepted
        assert first.message.startswith("The page scrolled down.")
        for _ in range(60):
            if not (await just(tab, Scroll())).accepted:
                break
        assert "item_200" in await seen(tab)
        assert (await just(tab, Scroll(direction="up"))).message.startswith("The page scrolled up.")


async def test_a_list_without_end_is_reached_by_clicks_alone(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert "Item 21" not in (await tab.observe()).html
        assert (await click(tab, "Item 20")).accepted
        assert (await just(tab, Back())).accepted


async def test_going_back_comes_to_the_page_before_and_says_where_there_is_none(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        none = await just(tab, Back())
        assert not none.accepted
        assert none.message == "There is no page to go back to."
        await click(tab, "First teaser")
        back = await just(tab, Back())
        assert back.accepted
        assert back.message == 'You went back to the page "A shop with everything".'
        assert back.url == f"{shop.origin}/hand.html"


async def test_an_option_is_selected_and_what_is_none_is_not(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert 'it says "Size Large"' in (await do(tab, Select, "Large")).message
        refused = await do(tab, Select, "Newsletter")
        assert not refused.accepted
        assert refused.message == '"Newsletter" is no option of a list: it can be clicked, not selected.'


async def test_a_scripted_select_opens_and_takes_a_choice(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert "colour" in (await tab.observe()).observation.targets
        assert (await click(tab, "Choose")).accepted
        assert 'it says "Colour Blue"' in (await click(tab, "Blue")).message


async def test_suggestions_come_while_it_is_typed_and_one_is_taken(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        view = await tab.observe()
        typed = await tab.perform(Type(name=name_of(view.observation, "City"), text="Berg"), view.observation)
        assert typed.accepted
        assert "Take Bergen" in typed.message
        assert 'it says "City Bergen"' in (await click(tab, "Take Bergen")).message


async def test_sliders_and_days_take_their_values(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert "Budget 75" in (await type_into(tab, "Budget", "75")).message
        assert "Day 2026-12-24" in (await type_into(tab, "Delivery day", "2026-12-24")).message


async def test_tabs_accordions_and_carousels_show_what_they_hold(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert "Boils well." in (await click(tab, "Reviews of it")).message
        assert "Five dollars." in (await click(tab, "Shipping costs")).message
        assert (await click(tab, "Next teasers")).accepted
        async with asyncio.timeout(20):
            while "third_teaser" not in await seen(tab):  # noqa: ASYNC110 - a busy machine draws when it can
                await asyncio.sleep(0.05)
        assert (await click(tab, "Third teaser")).url.endswith("plain.html?3")


async def test_printing_opens_nothing_that_stands_in_the_way(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert 'it says "Sent to the printer"' in (await click(tab, "Print this page")).message
        assert (await click(tab, "First teaser")).accepted


async def test_a_modal_is_the_shoppers_to_close(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert 'a dialog "Ten percent off" opened' in (await click(tab, "Newsletter")).message
        covered = await click(tab, "First teaser") if "First teaser" in await seen(tab) else None
        assert covered is None or not covered.accepted
        assert 'the dialog "Ten percent off" closed' in (await click(tab, "No thanks")).message
        assert (await click(tab, "First teaser")).accepted


async def test_what_will_be_enabled_in_a_moment_is_waited_for(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/hand.html") as tab:
        assert 'it says "Taken"' in (await click(tab, "Soon")).message
