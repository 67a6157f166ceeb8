"""Capture against real pages in Chromium: what a person sees, live, in every frame and shadow."""

import pytest
from playwright.async_api import Page

from simplify import Observation, TargetKind, simplify
from simplify.capture import Capture, capture

pytestmark = pytest.mark.asyncio(loop_scope="session")


def look(captured: Capture) -> Observation:
    return simplify(captured.html, url=captured.url, notes=captured.notes)


async def test_open_shadow_roots_are_flattened_with_their_slots_in_place(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/shadow.html")
    observation = look(await capture(tab))
    assert list(observation.targets) == ["rate_it", "fallback_link", "deep_inside"]
    text = observation.html
    assert text.index("4.3 of 5") < text.index("rate_it") < text.index("812 reviews")
    assert "green" not in text


async def test_frames_of_any_origin_and_depth_stand_in_their_place(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/frames.html", wait_until="load")
    captured = await capture(tab)
    observation = look(captured)
    kinds = [(target.kind, target.label) for target in observation.targets.values()]
    assert kinds == [
        (TargetKind.TEXT, "Card number"),
        (TargetKind.BUTTON, "Choose a branch"),
        (TargetKind.TEXT, "Card number"),
        (TargetKind.BUTTON, "Pay now"),
    ]
    deep = list(observation.targets.values())[2]
    element = await captured.element(deep)
    assert element is not None
    await element.fill("4242")
    again = look(await capture(tab))
    assert 'value="••••"' in again.html
    assert not observation.notes


async def test_frames_of_no_origin_are_entered_and_those_of_no_size_are_not(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/frames_closed.html", wait_until="load")
    assert not look(await capture(tab)).notes
    captured = await capture(tab)  # what was learned of the frames serves again
    observation = look(captured)
    assert list(observation.targets) == ["go_on", "inline", "boxed", "deep"]
    assert not observation.notes
    element = await captured.element(observation.targets["deep"])
    assert element is not None
    await element.fill("4242")
    assert 'value="4242"' in look(await capture(tab)).html


async def test_a_frame_that_hangs_costs_only_its_own_content(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/frame_hangs.html", wait_until="commit")
    await tab.get_by_text("Go on").wait_for()
    frame = await (await tab.wait_for_selector("#hangs")).content_frame()  # type: ignore[union-attr] # it is there
    assert frame is not None
    await frame.wait_for_url("**/endless.html", wait_until="commit")
    observation = look(await capture(tab, deadline=1.5))
    assert list(observation.targets) == ["go_on"]
    assert "Unreachable" not in observation.html
    assert any("did not answer in time" in note for note in observation.notes)


async def test_live_values_are_read_and_not_those_of_the_markup(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/fields.html")
    await tab.fill("#mail", "maya@example.org")
    await tab.check("#acme")
    await tab.select_option("#sort", "Price: low to high")
    observation = look(await capture(tab))
    assert 'name="email" value="maya@example.org"' in observation.html
    assert '<input type="checkbox" name="brand.acme" checked/>' in observation.html
    assert '<option name="sort.price_low" selected' in observation.html
    assert "secret" not in observation.html
    assert "never shown" not in observation.html
    assert "typed before" in observation.html


async def test_fields_have_kinds_labels_and_their_state(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/fields.html")
    targets = look(await capture(tab)).targets
    found = {name: (target.kind, target.enabled) for name, target in targets.items()}
    assert found == {
        "search_the_shop": (TargetKind.TEXT, True),
        "go": (TargetKind.BUTTON, True),
        "email": (TargetKind.TEXT, True),
        "password": (TargetKind.TEXT, True),
        "note": (TargetKind.TEXT, True),
        "sort.featured": (TargetKind.OPTION, True),
        "sort.price_low": (TargetKind.OPTION, True),
        "sort.newest": (TargetKind.OPTION, False),
        "brand.acme": (TargetKind.CHECKBOX, True),
        "brand.brindle": (TargetKind.CHECKBOX, True),
        "delivery.standard": (TargetKind.RADIO, True),
        "delivery.express": (TargetKind.RADIO, True),
        "gift.wrap_it": (TargetKind.CHECKBOX, False),
        "message": (TargetKind.TEXT, True),
        "place_order": (TargetKind.BUTTON, False),
        "close": (TargetKind.BUTTON, True),
    }


async def test_a_label_stands_for_the_control_that_cannot_be_seen(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/fields.html")
    captured = await capture(tab)
    element = await captured.element(look(captured).targets["delivery.express"])
    assert element is not None
    await element.click()
    again = look(await capture(tab))
    assert '<input type="radio" name="delivery.express" checked/>' in again.html


async def test_what_cannot_be_seen_is_not_there_and_what_can_is(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/hidden.html")
    observation = look(await capture(tab))
    shown = observation.html + " ".join(target.label for target in observation.targets.values())
    assert "No-" not in shown
    labels = {target.label for target in observation.targets.values()}
    assert labels == {
        "Seen link", "Seen slide", "Seen after scrolling", "More", "Less", "Seen details",
        "Seen without a box", "Seen below the fold",
    }  # fmt: skip
    for text in ("Seen text", "Seen though aria-hidden", "Seen inside the unseen", "Seen first line"):
        assert text in observation.html


async def test_a_modal_dialog_covers_the_page(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/modal.html")
    assert list(look(await capture(tab)).targets) == ["kettles", "accept"]
    await tab.evaluate("document.getElementById('native').showModal()")
    observation = look(await capture(tab))
    assert list(observation.targets) == ["no_thanks"]
    assert any("dialog covers the page" in note for note in observation.notes)
    await tab.evaluate("document.getElementById('native').close()")
    await tab.evaluate("document.getElementById('overlay').style.display = 'block'")
    assert "size_m" in look(await capture(tab)).targets
    assert "kettles" not in look(await capture(tab)).targets


async def test_whatever_reacts_to_a_click_is_a_target_once(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/clickable.html")
    observation = look(await capture(tab))
    assert list(observation.targets) == [
        "clickable_block", "inline_handler", "role_button", "card_link", "menu_point", "button_span",
        "details", "reviews",
    ]  # fmt: skip
    assert observation.targets["role_button"].kind is TargetKind.BUTTON


async def test_a_page_full_of_traps_is_read_all_the_same(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/hostile.html")
    captured = await capture(tab)
    observation = look(captured)
    assert list(observation.targets) == ["first", "second", "third", "send"]
    assert "Still readable" in observation.html
    assert observation.html.count('name="send"') == 1
    element = await captured.element(observation.targets["second"])
    assert element is not None
    assert await element.get_attribute("name") == "getAttribute"


async def test_capturing_changes_nothing_that_the_page_could_notice(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/list.html")
    await tab.evaluate(
        "() => { window.changes = 0; new MutationObserver((all) => { window.changes += all.length; })"
        ".observe(document, { subtree: true, childList: true, attributes: true, characterData: true }); }"
    )
    before = await tab.evaluate("[document.documentElement.outerHTML, Object.keys(window).length]")
    await (await capture(tab)).dispose()
    assert await tab.evaluate("[document.documentElement.outerHTML, Object.keys(window).length]") == before
    assert await tab.evaluate("window.changes") == 0


async def test_the_captured_document_gives_the_same_observation_offline(tab: Page, site: str) -> None:
    for page in ("list", "fields", "frames", "shadow", "hidden", "clickable"):
        await tab.goto(f"{site}/{page}.html")
        captured = await capture(tab)
        live = look(captured)
        stored = captured.html.encode()
        await tab.goto("about:blank")
        assert simplify(stored.decode(), url=captured.url, notes=captured.notes) == live


async def test_the_element_of_every_target_is_found_again(tab: Page, site: str) -> None:
    for page in ("list", "fields", "frames", "shadow", "hidden", "clickable"):
        await tab.goto(f"{site}/{page}.html")
        captured = await capture(tab)
        for target in look(captured).targets.values():
            element = await captured.element(target)
            assert element is not None, target
            said = await element.evaluate(
                "(e) => e.innerText || e.getAttribute('aria-label') || e.text || ''"
            )
            assert said.strip()[:10] in target.label or target.kind is TargetKind.TEXT, target
        await captured.dispose()


async def test_an_element_that_left_the_document_is_gone_and_found_anew_by_name(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/list.html")
    captured = await capture(tab)
    target = look(captured).targets["larkfield_gooseneck.add_to_cart"]
    await tab.evaluate("rerender()")
    assert await captured.element(target) is None
    fresh = await capture(tab)
    element = await fresh.element(look(fresh).targets[target.name])
    assert element is not None
    assert await element.inner_text() == "Add to cart"
    await tab.goto("about:blank")
    assert await fresh.element(target) is None


async def test_names_outlive_rendering_again_sorting_and_unrelated_additions(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/list.html")
    first = look(await capture(tab)).targets
    by_label = {name: target.label for name, target in first.items()}
    for change in ("rerender()", "resort()", "insert()"):
        await tab.evaluate(change)
        later = look(await capture(tab)).targets
        assert set(by_label) <= set(later), change
        assert {name: later[name].label for name in by_label} == by_label


async def test_twins_are_told_apart_by_what_differs_and_not_by_place(tab: Page, site: str) -> None:
    await tab.goto(f"{site}/list.html")
    captured = await capture(tab)
    observation = look(captured)
    twins = [name for name in observation.targets if name.startswith("fjellbo") and name.endswith(".save")]
    assert [name.split(".")[0] for name in twins] == [
        "fjellbo_whistling_331",
        "fjellbo_whistling_12",
    ]
    await tab.evaluate("resort()")
    captured = await capture(tab)
    element = await captured.element(look(captured).targets[twins[1]])
    assert element is not None
    assert "$27.00" in await element.evaluate("(e) => e.parentElement.innerText")


async def test_a_page_that_is_closed_is_an_error_and_not_an_empty_page(tab: Page, site: str) -> None:
    from playwright.async_api import Error  # noqa: PLC0415 - its name says too little at the top

    await tab.goto(f"{site}/list.html")
    await tab.close()
    with pytest.raises(Error):
        await capture(tab)


async def test_the_window_alone_is_shown_with_the_names_of_the_whole_page(tab: Page) -> None:
    rows = "".join(f"<li style='height:100px'><a href='/{n}'>Pot of kind {n}</a></li>" for n in range(40))
    await tab.set_content(f"<h1>All pots</h1><ul>{rows}</ul><footer><a href='/help'>Help</a></footer>")
    captured = await capture(tab)
    whole, seen = look(captured), simplify(captured.html, window=True)
    assert len(whole.targets) == 41
    assert 4 <= len(seen.targets) <= 8
    assert list(seen.targets) == list(whole.targets)[: len(seen.targets)]
    assert f"{41 - len(seen.targets)} more below it" in seen.notes[-1]
    await tab.evaluate("window.scrollTo(0, 1500)")
    scrolled = simplify((await capture(tab)).html, window=True)
    assert "things to act on above it" in scrolled.notes[-1]
    assert set(scrolled.targets) < set(whole.targets)
    assert not set(scrolled.targets) & set(seen.targets)
    tight = simplify((await capture(tab)).html, window=True, budget=40)
    assert set(tight.targets) < set(scrolled.targets)
    assert "were folded" in tight.notes[-1]


async def test_what_is_said_twice_side_by_side_for_the_eye_and_the_ear_is_said_once(tab: Page) -> None:
    await tab.set_content(
        "<p><span>$59.49</span><span>$59.49</span> <s>$70.00</s><span>11</span><span>11</span></p>"
    )
    assert look(await capture(tab)).html == "$59.49 $70.001111"
