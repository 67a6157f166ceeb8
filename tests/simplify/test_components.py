"""What component libraries make of buttons, tabs and fields: hulls, stand-ins and what takes the focus."""

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


COVERED = (
    "<main><p>Behind the dialog there is much more text than in it, and a link.</p>"
    "<a href='/b'>Behind</a></main>"
)
FLOATER = (
    "<div id='app'>{}<div style='position:fixed;z-index:9;left:20px;bottom:20px'>"
    "Added <button>Undo</button></div></div>"
)
BACKDROP = "<div style='position:fixed;inset:0;z-index:5;background:#0008'></div>"
DIALOG = (
    "<div role='dialog' aria-modal='true' style='position:fixed;z-index:6;left:300px;top:200px;width:400px;"
    "height:300px;background:#fff'>Subscribe? <button>No thanks</button></div>"
)


async def test_what_floats_above_a_dialog_can_be_acted_on_and_what_lies_behind_cannot(tab: Page) -> None:
    observation = await look(tab, FLOATER.format(COVERED) + BACKDROP + DIALOG)
    assert list(observation.targets) == ["undo", "no_thanks"]


async def test_a_dialog_that_stands_beside_the_page_leaves_the_page_usable(tab: Page) -> None:
    links = "".join(f"<a href='/{number}' style='display:block'>Shelf {number}</a>" for number in range(40))
    observation = await look(tab, links + DIALOG)
    assert {"shelf_1", "shelf_39", "no_thanks"} <= set(observation.targets)


async def test_a_field_that_only_carries_a_value_of_its_form_is_no_target(tab: Page) -> None:
    observation = await look(
        tab,
        "<div style='position:relative;width:200px;height:30px'>Red<input aria-label='Colour' role='combobox'"
        " style='opacity:0;position:absolute;inset:0;width:200px;height:30px'><input tabindex='-1'"
        " aria-hidden='true' style='opacity:0;position:absolute;inset:0;width:200px;height:30px'></div>",
    )
    assert list(observation.targets) == ["colour"]


async def test_a_choice_that_is_drawn_anew_is_one_thing_and_called_by_what_it_shows(tab: Page) -> None:
    field = "style='opacity:0;position:absolute;inset:0;width:200px;height:30px'"
    hull = "<span style='cursor:pointer;position:relative;display:block;height:30px'>{}<i>{}</i></span>"
    observation = await look(
        tab,
        hull.format(
            f"<input id='rc_select_0' role='combobox' aria-expanded='false' readonly {field}>", "Relevance"
        )
        + hull.format(f"<input id='rc_select_1' role='combobox' {field}>", "All colours"),
    )
    kinds = {name: target.kind.value for name, target in observation.targets.items()}
    assert kinds == {"relevance": "other", "all_colours": "text"}


@pytest.mark.parametrize("said", ["alt", "aria-label", "title"])
async def test_a_link_is_called_the_same_before_its_picture_is_loaded(tab: Page, said: str) -> None:
    picture = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    link = (
        "<a href='/k' style='display:inline-block;width:80px;height:80px;margin-top:90000px'>"
        f'<img loading="{{}}" {said}="Tin kettle" src="{picture}"></a>'
    )
    before = await look(tab, link.format("lazy"))
    assert await tab.evaluate("document.querySelector('img').getBoundingClientRect().width") == 0
    after = await look(tab, link.format("eager"))
    assert list(before.targets) == list(after.targets) == ["tin_kettle"]
    assert before.html == after.html


async def test_the_key_of_a_table_names_no_link(tab: Page) -> None:
    key = "E6246744-EFAF-4987-8C5C-3833593A09D3"
    style = "display:block;width:90px;height:20px"
    await tab.set_content(f"<a style='{style}' href='https://shop.example/stores/page/{key}/?ref=1'></a>")
    assert list(simplify((await capture(tab)).html).targets) == ["page"]


async def test_cards_that_stand_in_a_line_are_cards(tab: Page) -> None:
    cards = "".join(
        f"<div class=c style='display:inline-block'><h5>{title}</h5><p>{price}</p><button>Add</button></div>"
        for title, price in (("Red Kettle", 19), ("Tin Pot", 9), ("Red Kettle", 25))
    )
    await tab.set_content(f"<h1>Shop</h1><main>{cards}</main>")
    observation = simplify((await capture(tab)).html)
    assert list(observation.targets) == ["red_kettle_19.add", "tin_pot.add", "red_kettle_25.add"]


async def test_a_box_that_a_script_draws_is_one_thing_called_by_its_label(tab: Page) -> None:
    small = "display:inline-block;width:9px;height:9px"
    unseen = "aria-hidden='true' tabindex='-1' style='position:absolute;opacity:0;width:1px;height:1px'"
    observation = await look(
        tab,
        f"<label><span role='radio' aria-label='Standard $5' tabindex='0' style='{small}'></span>"
        f"<input type='radio' {unseen} checked> Standard <b>$5</b></label>"
        f"<div style='cursor:pointer'><label><span role='switch' tabindex='0' style='{small}'></span>"
        f"<input type='checkbox' {unseen}> Gift wrap</label></div>"
        f"<div><button role='checkbox' id='z' style='{small}'></button><input type='checkbox' {unseen}>"
        f"<label for='z'>Accept the terms</label></div>"
        f"<div style='cursor:pointer'><label><button role='checkbox' aria-checked='true'></button>"
        f"<input type='checkbox' {unseen} checked> Newsletter</label></div>",
    )
    assert list(observation.targets) == ["standard_5", "gift_wrap", "accept_the_terms", "newsletter"]
    assert '<input type="radio" name="standard_5" checked/>' in observation.html
    assert observation.html.count("Standard") == 1
    assert '<input type="checkbox" name="gift_wrap"/>' in observation.html
    assert '<button name="newsletter" checked/>' in observation.html


async def test_classes_that_say_only_how_a_thing_is_laid_out_name_nothing(tab: Page) -> None:
    picture = "<svg width='20' height='20'><path d='M0 0L20 20'/></svg>"
    observation = await look(
        tab,
        f"<a href='#' class='search__close flex items-center justify-center'>{picture}</a>"
        f"<button class='inline-flex h-9 w-[36px] hover:bg-accent cart-toggle'>{picture}</button>"
        f"<button class='d-flex p-2 btn btn-outline-primary wishlist'>{picture}</button>"
        f"<button class='btn btn-close'>{picture}</button><button class='flex p-2'>{picture}</button>",
    )
    assert list(observation.targets) == ["search_close", "cart_toggle", "wishlist", "close", "button"]
