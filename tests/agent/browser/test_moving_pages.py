"""Pages that change between the look and the act, and elements that are hard to get at."""

import pytest

from agent.actions import Click
from agent.browser import Browser, Tab
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def in_page(tab: Tab, script: str) -> None:
    """What the page does by itself between a look and the action."""
    await tab._pages.front().page.evaluate(script)


async def test_an_element_that_was_rendered_again_is_found_by_its_name(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/rerender.html") as tab:
        view = await tab.observe()
        await in_page(tab, "render(['Toaster', 'Kettle'])")
        outcome = await tab.perform(Click(name=name_of(view.observation, "Kettle")), view.observation)
        assert outcome.accepted
        assert "Kettle was pressed" in outcome.message


async def test_an_element_that_is_gone_is_told_to_be(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/rerender.html") as tab:
        view = await tab.observe()
        await in_page(tab, "render(['Toaster'])")
        outcome = await tab.perform(Click(name=name_of(view.observation, "Kettle")), view.observation)
        assert not outcome.accepted
        assert outcome.message == '"Kettle" is not on the page any more.'


async def test_an_older_look_still_names_the_right_thing(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/rerender.html") as tab:
        first = await tab.observe()
        await in_page(tab, "render(['Spoon', 'Toaster', 'Kettle'])")
        await tab.observe()
        outcome = await tab.perform(Click(name=name_of(first.observation, "Kettle")), first.observation)
        assert "Kettle was pressed" in outcome.message


async def test_what_is_covered_is_told_with_what_covers_it(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/covered.html") as tab:
        outcome = await click(tab, "Under the banner")
        assert not outcome.accepted
        assert (
            outcome.message
            == '"Under the banner" is covered by "We value your privacy": deal with that first.'
        )


async def test_a_link_that_is_half_covered_is_pressed_where_it_is_free(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/covered.html") as tab:
        assert (await click(tab, "Half covered link")).message == 'The page "Plain" opened.'


async def test_what_can_be_reached_in_the_end_is_pressed(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/covered.html") as tab:
        assert "It was free in the end" in (await click(tab, "Free soon")).message
        assert "Caught it" in (await click(tab, "Never still")).message
        assert "Far down was pressed" in (await click(tab, "Far down")).message


async def test_changes_are_told_in_words(chromium: Browser, shop: PageServer) -> None:
    messages = {
        "Do nothing": "Nothing on the page changed.",
        "Menu": '"Menu" is open now.',
        "Load reviews": 'The page changed: it now shows "Lovely kettle".',
        "Remove": 'The page changed: "Four spoons" went away.',
        "Open dialog": 'The page changed: a dialog "Join our newsletter" opened.',
        "No thanks": 'The page changed: the dialog "Join our newsletter" closed.',
        "Reload": 'The page "Changes" was loaded again.',
        "Route": 'The page "Routed" opened.',
    }
    async with chromium.visit(f"{shop.origin}/changes.html") as tab:
        outcomes = {label: await click(tab, label) for label in messages}
    assert {label: outcome.message for label, outcome in outcomes.items()} == messages
    assert all(outcome.accepted for outcome in outcomes.values())


async def test_a_page_that_changes_its_address_before_its_content_comes_is_waited_for(
    chromium: Browser, shop: PageServer
) -> None:
    shop.patience = 0.5
    async with chromium.visit(f"{shop.origin}/changes.html") as tab:
        outcome = await click(tab, "Slow route")
        assert outcome.message == 'The page "Slowly routed" opened.'
        assert "Here at last" in (await tab.observe()).observation.html


async def test_what_happened_meanwhile_is_told_first(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        await in_page(tab, "setTimeout(() => alert('The sale ends'))")
        front, journal = tab._pages.front(), tab._pages.journal
        assert await front.until(lambda: bool(journal.told), 10)
        outcome = await type_into(tab, "Fixed", "free")
        assert outcome.message == (
            'A message box of the page said "The sale ends" and was answered "OK". '
            '"Fixed" cannot be typed into: its text is fixed.'
        )
        assert "sale" not in (await type_into(tab, "Fixed", "free")).message


async def test_a_page_that_renders_and_sorts_itself_anew_all_the_time_can_be_acted_on(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/resorted.html?every=300") as tab:
        for name in ("Kettle", "Lamp", "Spoon"):
            outcome = await click(tab, f"Put {name} into the cart")
            assert outcome.accepted
            assert f"{name} was pressed" in outcome.message
        said = await tab._pages.front().page.inner_text("#said")
        assert said == "Kettle was pressed. Lamp was pressed. Spoon was pressed."


async def test_where_things_move_too_fast_nothing_else_is_pressed(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/resorted.html?every=5") as tab:
        view = await tab.observe()
        name = name_of(view.observation, "Put Kettle into the cart")
        for _ in range(3):
            await tab.perform(Click(name=name), view.observation)
        assert set((await tab._pages.front().page.inner_text("#said")).split(". ")) <= {
            "", "Kettle was pressed", "Kettle was pressed."
        }  # fmt: skip


async def test_an_element_that_shows_another_product_by_now_is_not_taken_for_the_old_one(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/reused.html") as tab:
        view = await tab.observe()
        assert "oak_table.add_to_cart" in view.observation.targets
        await in_page(tab, "fill(['Steel lamp', 'Oak table'])")
        outcome = await tab.perform(Click(name="oak_table.add_to_cart"), view.observation)
        assert outcome.message == 'The page changed: it says "Oak table was added".'
        outcome = await tab.perform(Click(name="pine_chair.add_to_cart"), view.observation)
        assert outcome.message == '"Add to cart" is not on the page any more.'


async def test_an_element_of_another_name_is_still_the_one_that_was_meant(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/reused.html") as tab:
        view = await tab.observe()
        await in_page(tab, "fill(['Oak table', 'Pine chair', 'Brass lamp'])")
        outcome = await tab.perform(Click(name="steel_lamp.add_to_cart"), view.observation)
        assert outcome.message == 'The page changed: it says "Brass lamp was added".'
