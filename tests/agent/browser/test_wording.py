"""The words for what an action changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.browser import wording
from agent.browser.wording import Complaint, Facts, Look
from simplify import Target, TargetKind

PAGE = Look(
    document=1.0,
    content_type="text/html",
    url="http://shop.example/kettles",
    title="Kettles",
    lines=("Kettles", "Cart (0)", "Next"),
)
FIELD = Facts(
    connected=True,
    tag="input",
    type="text",
    editing="text",
    disabled=False,
    read_only=False,
    multiple=False,
    chosen=None,
    value="",
    expanded=None,
    pressed=None,
    scheme="",
    complaint=None,
)


def test_a_clock_that_goes_on_is_no_change_and_times_that_come_are() -> None:
    shown = replace(PAGE, lines=(*PAGE.lines, "Your cart 29:58", "Ends in 02:13:44"))
    later = replace(PAGE, lines=(*PAGE.lines, "Your cart 29:57", "Ends in 02:13:43"))
    assert wording.changed(shown, later) is None
    slots = replace(PAGE, lines=(*PAGE.lines, "10:00", "12:30"))
    assert wording.changed(PAGE, slots) == 'The page changed: it now shows "10:00", "12:30".'


def test_fields_that_nobody_typed_into_are_told_with_what_they_say() -> None:
    before = replace(PAGE, fields=(("Quantity", "1"), ("Code", "X"), ("", "a"), ("Size", "S"), ("Note", "")))
    after = replace(PAGE, fields=(("Quantity", "2"), ("Code", ""), ("", "b"), ("Size", "M"), ("Note", "")))
    assert wording.refilled([before], [before]) == []
    assert wording.refilled([None, before], [PAGE, None]) == []
    assert wording.refilled([before], [after]) == [
        '"Quantity" now says "2".',
        '"Code" is empty now.',
        'A field now says "b".',
        "1 more field changed.",
    ]


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (PAGE, None),
        (replace(PAGE, lines=("Kettles", "Cart (1)", "Next")), 'The page changed: it now shows "Cart (1)".'),
        (replace(PAGE, lines=("Kettles", "Next")), 'The page changed: "Cart (0)" went away.'),
        (
            replace(PAGE, lines=(*PAGE.lines, "a", "b", "c", "d", "e")),
            'The page changed: it now shows "a", "b", "c" and 2 more.',
        ),
        (replace(PAGE, dialogs=("Cookies",)), 'The page changed: a dialog "Cookies" opened.'),
        (replace(PAGE, dialogs=("",)), "The page changed: a dialog opened."),
        (replace(PAGE, messages=("Added",)), 'The page changed: it says "Added".'),
        (
            replace(PAGE, dialogs=("Cart",), messages=("Added",), lines=("x",)),
            'The page changed: a dialog "Cart" opened; it says "Added".',
        ),
        (replace(PAGE, url=PAGE.url + "#reviews", anchor="Reviews"), 'The page moved to "Reviews".'),
        (replace(PAGE, url=PAGE.url + "#x"), "The page moved to another place."),
        (replace(PAGE, url=PAGE.url + "?page=2", title="Kettles, 2"), 'The page "Kettles, 2" opened.'),
    ],
)
def test_a_change_in_place_is_told_by_what_a_person_reads(after: Look, message: str | None) -> None:
    assert wording.changed(PAGE, after) == message


@pytest.mark.parametrize(
    ("after", "status", "message"),
    [
        (replace(PAGE, url="http://shop.example/cart", title="Cart"), 200, 'The page "Cart" opened.'),
        (replace(PAGE, url="http://shop.example/cart", title=""), 200, 'The page "/cart" opened.'),
        (PAGE, 200, 'The page "Kettles" was loaded again.'),
        (replace(PAGE, title="Lost"), 404, 'The page "Lost" opened (HTTP 404).'),
        (
            replace(PAGE, title="Cart", messages=("Added",), dialogs=("Cookies",)),
            200,
            'The page "Cart" opened and says: "Added". A dialog "Cookies" is open on it.',
        ),
    ],
)
def test_a_new_page_is_told_by_its_title(after: Look, status: int, message: str) -> None:
    assert wording.opened(PAGE, after, status) == message


def test_a_field_is_told_by_what_it_holds_but_a_password_is_not_repeated() -> None:
    assert wording.field(replace(FIELD, value=" tea \n")) == 'The field now says "tea".'
    assert wording.field(FIELD) == "The field is empty now."
    assert wording.field(replace(FIELD, type="password", value="hush")) == "The field is filled in."
    assert wording.field(replace(FIELD, connected=False)) is None


def test_the_browsers_refusal_names_the_field_unless_it_is_the_same() -> None:
    assert (
        wording.complaint(Complaint("City", "Fill it in.", own=False))
        == 'The page shows at "City": Fill it in.'
    )
    assert wording.complaint(Complaint("City", "Fill it in.", own=True)) == "The page shows: Fill it in."


def test_a_box_that_did_not_move_is_told_so() -> None:
    box = Target("gift", TargetKind.CHECKBOX, "Gift wrap")
    ticked = replace(FIELD, chosen=True)
    empty = replace(FIELD, chosen=False)
    assert wording.state(box, empty, ticked) == '"Gift wrap" is ticked now.'
    assert wording.state(box, ticked, empty) == '"Gift wrap" is not ticked any more.'
    assert wording.state(box, empty, empty) == '"Gift wrap" is still not ticked.'
    assert wording.state(box, FIELD, FIELD) is None


def test_a_switch_is_told_by_its_state() -> None:
    heart = Target("save", TargetKind.BUTTON, "Save")
    assert wording.state(heart, FIELD, replace(FIELD, pressed="true")) == '"Save" is pressed.'
    assert wording.state(heart, replace(FIELD, expanded="true"), replace(FIELD, expanded="false")) == (
        '"Save" is closed now.'
    )


@given(st.text())
def test_a_quotation_is_one_line_of_bounded_length(text: str) -> None:
    quotation = wording.quoted(text)
    assert "\n" not in quotation
    assert len(quotation) <= wording.LINE_LENGTH + 3


@given(st.text(max_size=30), st.sets(st.text(min_size=1, max_size=20), max_size=8))
def test_an_unknown_name_is_answered_with_names_that_exist(name: str, names: set[str]) -> None:
    message = wording.unknown(name, sorted(names))
    assert message.startswith(f"There is nothing called {name} on this page.")


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_no_change_is_told_exactly_where_the_same_lines_stand(old: list[str], new: list[str]) -> None:
    change = wording.changed(replace(PAGE, lines=tuple(old)), replace(PAGE, lines=tuple(new)))
    assert (change is None) == (sorted(old) == sorted(new))
