import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.themes import THEMES, themes_of


@pytest.mark.parametrize(
    ("rationale", "themes"),
    [
        ("I click it.", ()),
        ("", ()),
        ("This one costs $12 more, too dear for me.", ("price",)),
        ("There are too many options here; let me filter by price.", ("price", "too_much", "narrowing")),
        ("It's sold out in my size, so I'll go back to the results.", ("fit", "stock", "navigation")),
        ("I\u2019ve seen enough and nothing convinces me, so I\u2019m leaving.", ("giving_up",)),
        ("They make me create an account just to check out.", ("account", "checkout")),
        ("Free delivery by Friday works for me.", ("delivery",)),
        ("The reviews mention that it leaks.", ("reviews", "quality", "details")),
        ("Clicking that button did nothing, so I'll try again.", ("confusion",)),
        ("That's the one, I add it to my basket.", ("deciding",)),
        ("I don't want to give my phone number to a shop I've never heard of.", ("trust", "privacy")),
        ("A newsletter popup already?", ("dialogs",)),
        ("No results at all, so I'll try a shorter search.", ("nothing_found", "searching")),
    ],
)  # fmt: skip
def test_a_rationale_has_the_themes_that_it_speaks_of(rationale: str, themes: tuple[str, ...]) -> None:
    assert set(themes_of(rationale)) == set(themes)


@pytest.mark.parametrize(
    ("rationale", "theme"),
    [
        ("I want gluten free cookies.", "dialogs"),
        ("I compare before adding it to my cart.", "deciding"),
        ("I leave it at the top of the list.", "giving_up"),
        ("I return to the white one.", "returns"),
        ("Costa Rican coffee, please.", "price"),
        ("I am not comfortable with that.", "quality"),
    ],
)
def test_a_word_that_means_something_else_makes_no_theme(rationale: str, theme: str) -> None:
    assert theme not in themes_of(rationale)


@given(st.text(max_size=200))
def test_any_text_has_known_themes_in_their_order(text: str) -> None:
    order = [theme.id for theme in THEMES]
    found = themes_of(text)
    assert list(found) == [each for each in order if each in found]
    assert themes_of(text.upper()) == themes_of(text.lower()) or not text.isascii()


def test_themes_have_their_own_ids_titles_and_phrases() -> None:
    assert len({theme.id for theme in THEMES}) == len({theme.title for theme in THEMES}) == len(THEMES)
    for theme in THEMES:
        assert re.fullmatch("[a-z_]+", theme.id)
        assert theme.description.endswith(".")
        assert not theme.pattern.search("")
