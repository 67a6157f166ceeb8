"""The little language of the vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox_shop.catalogue.phrases import Phrase, capitalised, stream


def test_one_of_the_choices_is_drawn_and_slots_are_filled() -> None:
    phrase = Phrase("(Quiet|Silent) and {Capacity} (large|big)")
    drawn = {phrase.draw(stream(0, number), {"Capacity": "1 L"}) for number in range(60)}
    assert drawn == {
        "Quiet and 1 L large",
        "Quiet and 1 L big",
        "Silent and 1 L large",
        "Silent and 1 L big",
    }


def test_parentheses_without_a_bar_are_plain_text() -> None:
    assert Phrase("Mug (Set of 2)").draw(stream(0), {}) == "Mug (Set of 2)"


@pytest.mark.parametrize(
    ("value", "article"),
    [
        ("orange", "an"),
        ("8 inch", "an"),
        ("800 W", "an"),
        ("18 V", "an"),
        ("180 g", "a"),
        ("red", "a"),
        ("11 L", "an"),
    ],
)
def test_the_article_fits_what_stands_in_the_slot(value: str, article: str) -> None:
    assert Phrase("A {thing}").draw(stream(0), {"thing": value}) == f"{article.capitalize()} {value}"


def test_an_empty_choice_leaves_the_word_out() -> None:
    drawn = {Phrase("a( very|) long day").draw(stream(0, number), {}) for number in range(40)}
    assert drawn == {"a very long day", "a long day"}


def test_a_slot_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        Phrase("{Nothing}").draw(stream(0), {})


@given(st.integers(), st.lists(st.text() | st.integers(), max_size=3))
def test_a_stream_repeats_itself(seed: int, place: list[str | int]) -> None:
    assert stream(seed, *place).random() == stream(seed, *place).random()


def test_streams_of_different_places_differ() -> None:
    assert len({stream(0, "product", number).random() for number in range(500)}) == 500


def test_only_the_first_letter_is_made_large() -> None:
    assert capitalised("iron and Steel") == "Iron and Steel"
    assert capitalised("") == ""
