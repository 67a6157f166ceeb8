"""What component libraries make of buttons, tabs and fields: hulls, stand-ins and things that take the focus."""

import pytest
from playwright.async_api import Page

from simplify import Observation, simplify
from simplify.capture import capture

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def look(tab: Page, body: str) -> Observation:
    await tab.set_content(f"<body>{body}</body>")
    captured = await capture(tab)
    return simplify(captured.html)


async def test_a_hull_around_one_control_with_the_same_words_is_no_second_one(tab: Page) -> None:
    observation = await look(
        tab,
        "<span style='cursor:pointer'><button>Add to cart</button></span>"
        "<ul role='tablist'><li role='tab' aria-selected='true'><a href='#a'>Details</a></li></ul>"
        "<div style='cursor:pointer'>Oak table <button>Save</button></div>",
    )
    assert list(observation.targets) == ["add_to_cart", "details", "oak_table", "save"]
    assert '<a name="details" aria-selected="true"/>' in observation.html


async def test_what_a_hull_is_called_goes_to_the_control_in_it(tab: Page) -> None:
    observation = await look(tab, "<div role='button' aria-label='Wish list'><button>♥</button></div>")
    assert list(observation.targets) == ["wish_list"]
    assert "<button" in observation.html


async def test_what_takes_the_focus_and_holds_no_other_control_is_a_target(tab: Page) -> None:
    observation = await look(
        tab,
        "<table><tr><th tabindex='0'><div>Price</div></th></tr></table><a tabindex='0'>Deliver to Berlin</a>"
        "<div tabindex='0'><p>Shelf <a href='/s'>Shelves</a></p></div><a>Plain</a><a tabindex='-1'>Dull</a>",
    )
    assert [target.label for target in observation.targets.values()] == [
        "Price",
        "Deliver to Berlin",
        "Shelves",
    ]
