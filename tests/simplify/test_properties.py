"""What holds for every page, whatever stands on it."""

import re
import unicodedata

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from simplify import Observation, Spelling, estimate_tokens, name_map, simplify
from tests.simplify.trees import HIDDEN, PAGES

NAME = re.compile(r'[<\s]name="([^"]*)"')
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_vowel_sign(sign: str) -> bool:
    """Whether it is a mark without which a word of a South Asian script cannot be read."""
    return 0x0900 <= ord(sign) < 0x1AB0 and unicodedata.category(sign)[0] == "M"


def names_in(observation: Observation) -> list[str]:
    return NAME.findall(observation.html)


@MANY
@given(PAGES)
def test_each_target_stands_exactly_once_in_the_text(page: str) -> None:
    observation = simplify(page)
    assert names_in(observation) == list(observation.targets)
    for name in observation.targets:
        assert observation.html.count(f'name="{name}"') == 1


@MANY
@given(PAGES)
def test_names_are_made_of_letters_digits_underscores_and_dots(page: str) -> None:
    for name, target in simplify(page).targets.items():
        assert name == target.name
        assert name.strip("._") == name
        assert all(sign.isalnum() or sign in "_." or is_vowel_sign(sign) for sign in name), name
        assert any(sign.isalnum() for sign in name), name
        assert name == name.lower()
        assert len(name) <= 160


@MANY
@given(PAGES)
def test_hidden_text_is_never_shown(page: str) -> None:
    observation = simplify(page)
    assert HIDDEN not in observation.html
    assert all(HIDDEN not in target.label for target in observation.targets.values())


@MANY
@given(PAGES)
def test_the_text_parses_to_the_same_names(page: str) -> None:
    observation = simplify(page)
    if observation.html:
        root = lxml_html.fromstring(f"<div>{observation.html}</div>")
        assert [found.get("name") for found in root.iterfind(".//*[@name]")] == list(observation.targets)


@MANY
@given(PAGES)
def test_the_same_page_gives_the_same_observation(page: str) -> None:
    assert simplify(page) == simplify(page)
    assert simplify(page) == simplify(page.encode())


@MANY
@given(PAGES, st.integers(0, 300))
def test_a_budget_is_kept_and_its_targets_are_those_shown(page: str, budget: int) -> None:
    whole = simplify(page)
    observation = simplify(page, budget=budget)
    assert estimate_tokens(observation.html) <= budget
    assert names_in(observation) == list(observation.targets)
    assert set(observation.targets) <= set(whole.targets)
    assert observation == simplify(page, budget=budget)
    if estimate_tokens(whole.html) > budget:
        assert observation.notes


@MANY
@given(PAGES)
def test_the_papers_spelling_names_the_same_targets(page: str) -> None:
    short, paper = simplify(page), simplify(page, spelling=Spelling.PAPER)
    names = name_map(page)
    assert [names.to_paper[name] for name in short.targets] == list(paper.targets)
    assert [names.to_short[name] for name in paper.targets] == list(short.targets)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.text(alphabet="<>/=\"' abdinput&;!-?[]\x00\n")))
def test_any_text_and_any_bytes_give_an_observation(anything: str | bytes) -> None:
    observation = simplify(anything)
    assert names_in(observation) == list(observation.targets)
    assert estimate_tokens(simplify(anything, budget=20).html) <= 20


@settings(max_examples=100, deadline=None)
@given(PAGES, st.integers(0, 2000), st.integers(1, 40))
@example("<div><select><option>Next</option></select></label><button>Kettle</button></div>", 26, 18)
def test_a_mutilated_page_gives_an_observation(page: str, at: int, length: int) -> None:
    at %= len(page)
    observation = simplify(page[:at] + page[at + length :])
    assert names_in(observation) == list(observation.targets)
