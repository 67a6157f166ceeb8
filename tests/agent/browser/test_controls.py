"""Every action on every kind of control of an ordinary page."""

import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.browser import Browser
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, name_of, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_look_holds_the_observation_the_html_it_was_made_of_and_where_it_is(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/plain.html") as tab:
        view = await tab.observe()
        assert view.observation.title == tab.title == "Plain"
        assert view.observation.url == tab.url == f"{shop.origin}/plain.html"
        assert "Nothing but words." in view.observation.html
        assert "Nothing but words." in view.html


async def test_clicking_a_link_opens_its_page(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcome = await click(tab, "Plain page")
        assert outcome.accepted
        assert outcome.message == 'The page "Plain" opened.'
        assert outcome.url == f"{shop.origin}/plain.html"
        assert "Nothing but words." in await seen(tab)


async def test_clicking_a_button_tells_what_the_page_then_says(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcome = await click(tab, "Add to cart")
        assert outcome.accepted
        assert outcome.message == 'The page changed: it says "Added to the cart".'


async def test_a_place_on_the_same_page_is_told_as_such(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        assert (await click(tab, "Jump to the place")).message == 'The page moved to "The place".'


async def test_a_name_that_is_not_there_is_answered_with_the_nearest_ones(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        view = await tab.observe()
        right = name_of(view.observation, "Add to cart")
        outcome = await tab.perform(Click(name=f"{right}_button"), view.observation)
        assert not outcome.accepted
        assert outcome.message.startswith(f"There is nothing called {right}_button on this page.")
        assert right in outcome.message.partition("nearest")[2]


async def test_what_cannot_be_clicked_is_told_with_its_reason(chromium: Browser, shop: PageServer) -> None:
    reasons = {
        "Sold out": '"Sold out" is disabled and does not react at the moment.',
        "Not yet": '"Not yet" is disabled and does not react at the moment.',
        "Huge": '"Huge" is disabled and does not react at the moment.',
        "Two": '"Two" is disabled and does not react at the moment.',
        "Picture": '"Picture" wants a file of this computer, and the shopper has none to give.',
        "Write to us": '"Write to us" opens another program (mailto:) and was not followed.',
        "By post": '"By post" is chosen already.',
        "Small": '"Small" is chosen already.',
    }
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcomes = {label: await click(tab, label) for label in reasons}
    assert {label: outcome.message for label, outcome in outcomes.items()} == reasons
    assert not any(outcome.accepted for outcome in outcomes.values())


async def test_a_large_control_is_pressed_beside_the_button_inside_it(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        assert "The heart was pressed" in (await click(tab, "Heart")).message
        view = await tab.observe()
        card = [
            target.name
            for target in view.observation.targets.values()
            if target.label.startswith("Whole card")
        ]
        if card:  # a simplifier may take a handler on a block for none
            outcome = await tab.perform(Click(name=card[0]), view.observation)
            assert "The card was pressed" in outcome.message


async def test_typing_replaces_what_stands_in_the_field_and_submits_its_form(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcome = await type_into(tab, "Search", "new words")
        assert outcome.message == 'The page "Echo" opened.'
        page = await seen(tab)
        assert "q = new words" in page
        assert "old words" not in page


async def test_a_long_text_arrives_whole(chromium: Browser, shop: PageServer) -> None:
    text = "words and words " * 20 + "end"
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        await type_into(tab, "Search", text)
        assert f"q = {text}" in await seen(tab)


@pytest.mark.parametrize(
    ("label", "text", "sent"),
    [
        ("Secret", "hush", "secret = hush"),
        ("Quantity", "12", "quantity = 12"),
        ("Day", "2026-12-31", "day = 2026-12-31"),
        ("Loudness", "8", "loudness = 8"),
        ("Search", "", "size = Small"),
    ],
)
async def test_every_kind_of_field_takes_its_kind_of_text(
    chromium: Browser, shop: PageServer, label: str, text: str, sent: str
) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcome = await type_into(tab, label, text)
        assert outcome.message == 'The page "Echo" opened.'
        page = await seen(tab)
        assert sent in page
        assert "old words" not in page or label != "Search"


async def test_a_text_that_does_not_fit_is_refused_with_its_reason(
    chromium: Browser, shop: PageServer
) -> None:
    reasons = {
        ("Day", "31 December"): '"Day" takes a date written as 2026-12-31, not "31 December".',
        ("Quantity", "a dozen"): '"Quantity" takes a number such as 12, not "a dozen".',
        ("Loudness", "loud"): '"Loudness" takes a number such as 12, not "loud".',
        ("Fixed", "free"): '"Fixed" cannot be typed into: its text is fixed.',
        ("Add to cart", "two"): '"Add to cart" is no text field: it can be clicked, not typed into.',
        ("Gift wrap", "yes"): '"Gift wrap" is no text field: it can be clicked, not typed into.',
        ("Large", "L"): '"Large" is no text field: it can be clicked, not typed into.',
    }
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcomes = {reason: await type_into(tab, *reason) for reason in reasons}
    assert {reason: outcome.message for reason, outcome in outcomes.items()} == reasons
    assert not any(outcome.accepted for outcome in outcomes.values())


async def test_a_field_without_a_form_says_what_it_then_holds(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        note = await type_into(tab, "Note", "Ring twice")
        review = await type_into(tab, "Review", "A lovely kettle")
        assert note.accepted
        assert review.accepted
        assert note.message.startswith('The field now says "Ring twice".')
        assert review.message.startswith('The field now says "A lovely kettle".')


async def test_clicking_a_field_tells_how_to_write_into_it(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        outcome = await click(tab, "Search")
        assert outcome.message == "Nothing on the page changed. To write into it, use type_and_submit."


async def test_choices_are_made_and_sent(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html") as tab:
        assert (await click(tab, "Large")).message == '"Large" is chosen now.'
        assert (await click(tab, "Blue")).message == '"Blue" is chosen now.'
        assert (await click(tab, "Express")).message == '"Express" is chosen now.'
        assert (await click(tab, "Gift wrap")).message == '"Gift wrap" is ticked now.'
        assert (await click(tab, "Styled box")).message == '"Styled box" is ticked now.'
        assert (await click(tab, "Styled box")).message == '"Styled box" is not ticked any more.'
        assert (await click(tab, "Send")).message == 'The page "Echo" opened.'
        page = await seen(tab)
        for sent in ("size = Large", "colours = Red", "colours = Blue", "way = express", "gift = on"):
            assert sent in page
        assert "styled" not in page


async def test_leaving_closes_nothing_that_the_session_still_needs(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/plain.html") as tab:
        view = await tab.observe()
        outcome = await tab.perform(Terminate(), view.observation)
        assert outcome.accepted
        assert outcome.url == f"{shop.origin}/plain.html"


async def test_typing_goes_where_the_page_moves_the_cursor(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/overlay.html") as tab:
        outcome = await type_into(tab, "Find", "kettle")
        assert outcome.message == 'The page "Echo" opened.'
        assert "q = kettle" in await seen(tab)


async def test_a_form_that_the_browser_does_not_send_is_told_with_the_browsers_words(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/validation.html") as tab:
        outcome = await type_into(tab, "Name", "Maya")
        assert outcome.accepted
        assert (
            outcome.message
            == 'The field now says "Maya". The page shows at "City": Please fill out this field.'
        )
        outcome = await click(tab, "Continue")
        assert outcome.message == 'The page shows at "City": Please fill out this field.'
        view = await tab.observe()
        city = TypeAndSubmit(name=name_of(view.observation, "City"), text="Bonn")
        assert (await tab.perform(city, view.observation)).message == 'The page "Echo" opened.'


@pytest.mark.parametrize("label", ["Kettles", "Lamps", "Rugs", "Hall"])
async def test_an_area_of_a_picture_is_pressed_where_it_lies(
    chromium: Browser, shop: PageServer, label: str
) -> None:
    async with chromium.visit(f"{shop.origin}/image_map.html") as tab:
        outcome = await click(tab, label)
        assert outcome.message == f'The page changed: it says "{label} was pressed".'


async def test_an_area_whose_picture_went_away_cannot_be_reached(
    hasty_chromium: Browser, shop: PageServer
) -> None:
    async with hasty_chromium.visit(f"{shop.origin}/image_map.html") as tab:
        view = await tab.observe()
        await tab._pages.front().page.evaluate("document.querySelector('img').style.display = 'none'")
        outcome = await tab.perform(Click(name=name_of(view.observation, "Lamps")), view.observation)
        assert not outcome.accepted
        assert outcome.message == '"Lamps" cannot be reached with the mouse at the moment.'
