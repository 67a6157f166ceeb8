import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import UserError
from study.interview.questionnaire import SUS, Item, Questionnaire
from study.interview.questionnaire_file import questionnaire_named, questions_alone

OWN = """\
name: trust
instructions: Think of the checkout.
scale: [1, 7]
labels: [not at all, very much]
items:
  - I trusted this shop with my card
  - question: I was afraid of hidden costs
    reverse: true
  - question: What would have made you buy?
    open: true
  - question: How likely will you come back?
    scale: [0, 10]
total: percent
"""


def test_sus_is_scored_as_its_authors_example_is() -> None:
    """The filled-in form of Brooke (1996), page 194: contributions 4 1 1 4 1 2 1 1 4 3, times 2.5."""
    assert SUS.total_of([5, 4, 2, 1, 2, 3, 2, 4, 5, 2]) == 55.0


@given(st.lists(st.integers(1, 5), min_size=10, max_size=10))
def test_sus_is_what_the_published_rule_gives(scores: list[int]) -> None:
    odd = sum(score - 1 for score in scores[0::2])
    even = sum(5 - score for score in scores[1::2])
    assert SUS.total_of(scores) == (odd + even) * 2.5


def test_sus_goes_from_0_to_100_and_straight_lines_say_nothing() -> None:
    assert SUS.ends == (0.0, 100.0)
    assert [SUS.total_of([score] * 10) for score in range(1, 6)] == [50.0] * 5


def test_a_questionnaire_of_ones_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN)
    own = questionnaire_named(str(file))
    assert (own.name, own.instructions, own.total) == ("trust", "Think of the checkout.", "percent")
    assert [item.scale for item in own.items] == [(1, 7), (1, 7), None, (0, 10)]
    assert [item.reverse for item in own.items] == [False, True, False, False]
    assert own.items[0].labels == ("not at all", "very much")
    assert own.items[3].labels is None  # those at the top are of another scale
    assert own.total_of([7, 1, 10]) == 100.0
    assert own.total_of([7, 7, 0]) == round(100 * 6 / 22, 4)


@pytest.mark.parametrize(
    ("total", "value"), [("", 4.5), ("total: mean", 4.5), ("total: sum", 9.0), ("total: percent", 58.3333)]
)
def test_reversed_items_are_turned_round_in_every_total(tmp_path: Path, total: str, value: float) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(f"scale: [1, 7]\n{total}\nitems:\n  - good\n  - {{question: bad, reverse: true}}\n")
    two = questionnaire_named(str(file))
    assert two.name == "two"
    assert two.total_of([5, 4]) == value


def test_a_questionnaire_may_have_no_total(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    file.write_text("scale: [1, 7]\ntotal: none\nitems: [good]\n")
    assert questionnaire_named(str(file)).total is None
    file.write_text("items: [Why]\n")
    assert questionnaire_named(str(file)).total is None


@given(st.lists(st.tuples(st.integers(1, 7), st.booleans()), min_size=1, max_size=9))
def test_reversing_an_item_and_its_score_changes_nothing(answers: list[tuple[int, bool]]) -> None:
    for total in ("mean", "sum", "percent"):
        plain = Questionnaire(items=tuple(Item(question="q", scale=(1, 7)) for _ in answers), total=total)
        turned = Questionnaire(
            items=tuple(Item(question="q", scale=(1, 7), reverse=reverse) for _, reverse in answers),
            total=total,
        )
        given_plain = [score for score, _ in answers]
        given_turned = [8 - score if reverse else score for score, reverse in answers]
        assert plain.total_of(given_plain) == turned.total_of(given_turned)
        assert plain.ends[0] <= plain.total_of(given_plain) <= plain.ends[1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("items: []", "line 1: `items` should have at least 1 item"),
        ("- a", "holds no questionnaire: it should be keys with values"),
        ("", "is empty"),
        ("name: mine", "`items` is missing"),
        ("name: Not A Name\nitems: [q]", "line 1: `name` should be lower-case letters and digits"),
        ("name: sus\nitems: [q]", "line 1: `sus` comes along already"),
        ("items: [q]\nscales: [1, 5]", "line 2: unknown key `scales`; did you mean `scale`?"),
        (
            "items:\n  - q\n  - {question: r, revers: true}",
            "line 3: unknown key `items.1.revers`; did you mean",
        ),
        ("scale: [5, 1]\nitems: [q]", "line 1: `scale` should be the lowest score and the highest"),
        ("scale: [1, 500]\nitems: [q]", "at most 101 points"),
        ("scale: [1, 2.5]\nitems: [q]", "`scale.1` should be a valid integer"),
        ("scale: 5\nitems: [q]", "`scale` should be a valid tuple"),
        ("items:\n  - q\n  - '  '", "line 3: `items.1.question` should not be empty"),
        (f"items: ['{'q' * 601}']", "at most 600 characters"),
        ("scale: [1, 5]\nlabels: [a, b, c]\nitems: [q]", "`items.0`: `labels` should be two, or 5"),
        ("labels: [a, b]\nitems: [q]", "`items.0`: `labels` and `reverse` are for items with a scale"),
        ("scale: [1, 5]\nitems:\n  - {question: q, open: true, reverse: true}", "line 3: `items.0` is open"),
        ("items: [q]\ntotal: mean", "line 2: `total` needs an item with a scale"),
        ("items: [q]\nscale: [1, 5]\ntotal: median", "`total` should be 'mean', 'sum', 'percent' or 'none'"),
        (
            "scale: [1, 5]\ntotal: sum\nitems:\n  - q\n  - {question: r, scale: [1, 7]}",
            "line 2: `total` should be percent or none where items have different scales",
        ),
        ("items: [q", "is not valid YAML: line 1"),
    ],
)
def test_bad_questionnaires_are_one_line_that_says_where(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(UserError) as told:
        questionnaire_named(str(file))
    assert complaint in str(told.value)
    assert str(file) in str(told.value)
    assert "\n" not in str(told.value)


def test_an_unknown_questionnaire_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no questionnaire umux: known are sus"):
        questionnaire_named("umux")
    with pytest.raises(UserError, match="There is no file"):
        questionnaire_named(str(tmp_path / "no.yaml"))


def test_questions_are_taken_once_and_must_say_something() -> None:
    alone = questions_alone(["Why  did you\nleave?", "And now?", "And now?"])
    assert alone is not None
    assert [item.question for item in alone.items] == ["Why did you leave?", "And now?"]
    assert questions_alone([]) is None
    with pytest.raises(UserError, match="the question ' ' should not be empty"):
        questions_alone([" "])
    with pytest.raises(UserError, match=r"the question '\\udcff'"):
        questions_alone(["\udcff"])  # what a shell passes on that is no text


def test_the_example_of_the_documentation_is_a_questionnaire(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "interviews.md").read_text()
    [example] = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    (tmp_path / "example.yaml").write_text(example)
    own = questionnaire_named(str(tmp_path / "example.yaml"))
    assert (own.name, own.total, len(own.items), len(own.scored)) == ("checkout-trust", "mean", 3, 2)
