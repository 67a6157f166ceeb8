"""What a run learns from: the rows, and what else people might have done."""

import json
from pathlib import Path

import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.prompts import Context, PromptStyle, said
from learn.choices import symbol_of
from learn.policies.kept_words import KeptWords
from learn.readers.human_search import SOURCE as SEARCHES
from learn.rows import rows_of
from learn.session import Author
from learn.sources import bundled
from learn.training.examples import LEAST, PIECE, Teachers, drawn_searches, examples_of
from tests.learn.values import visits

CONTEXT = Context(tokens=100_000, count=len, style=PromptStyle.TAUGHT)


@pytest.fixture(scope="module")
def teachers() -> Teachers:
    return Teachers.shipped()


def test_an_example_is_the_row_that_the_agent_would_be_sent(tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "B4"])
    [example] = examples_of(
        [session], CONTEXT, teachers=None, rationale_share=0, page_share=1, other_pages=None, seed=0
    )
    [row] = rows_of(session, CONTEXT)
    assert example["messages"] == [message.model_dump() for message in row.messages]
    assert tuple(example["learned"]) == row.learned
    assert example["choices"] == {}


def test_what_else_people_might_have_done_is_on_the_page_and_sums_to_nearly_one(
    tmp_path: Path, teachers: Teachers
) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "B4", "A19"])
    [example] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=1, other_pages=None, seed=0
    )
    learned = [place for place, counts in enumerate(example["learned"]) if counts]
    assert sorted(map(int, example["choices"])) == learned
    for place, turn in zip(learned, session.turns, strict=True):
        choices = dict(example["choices"][str(place)])
        assert 0.8 < sum(choices.values()) < 1.001
        for text in choices:
            action = json.loads(text)["action"]
            assert action["type"] == "terminate" or action["name"] in turn.observation.targets


def test_on_the_way_to_a_listing_only_what_can_still_be_meant_counts(
    tmp_path: Path, teachers: Teachers
) -> None:
    [session] = visits(tmp_path, ["A1"])
    [example] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=1, other_pages=None, seed=0
    )
    first, second = (dict(example["choices"][str(place)]) for place in (2, 4))
    home = session.turns[0].observation
    assert {json.loads(text)["action"].get("name") for text in first} <= {None, *home.targets}
    # Who went to the trousers did so for a product: leaving at once is not what the way was for.
    assert said(session.turns[-1].decision) not in second
    assert max(second.values()) < 1 - LEAST


def test_the_shares_are_the_teacher_s_own(tmp_path: Path, teachers: Teachers) -> None:
    [session] = visits(tmp_path, ["A1", "A2"])
    [example] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=1, other_pages=None, seed=0
    )
    moments = list(session.moments())
    last = teachers.clicks.predict(session)[-1]
    assert last.scores is not None
    shares = last.scores.of_first_actions()
    place = max(int(number) for number in example["choices"])
    choices = dict(example["choices"][str(place)])
    assert symbol_of(moments[-1]) == "leave"
    assert choices[said(session.turns[-1].decision)] == pytest.approx(shares[Terminate()], abs=1e-3)
    next_page = '{"rationale":"","action":{"type":"click","name":"next"}}'
    assert choices[next_page] == pytest.approx(shares[Click(name="next")], abs=1e-3)


def test_with_thoughts_every_decision_has_one_and_nothing_else_is_said_likely(
    tmp_path: Path, teachers: Teachers
) -> None:
    [session] = visits(tmp_path, ["A1", "A2"])
    [example] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=1, page_share=1, other_pages=None, seed=0
    )
    said_so = [
        json.loads(message["content"])
        for message, learned in zip(example["messages"], example["learned"], strict=True)
        if learned
    ]
    assert all(decision["rationale"] for decision in said_so)
    assert example["choices"] == {}
    assert example["thinks"]


def test_of_searches_the_first_is_learned_on_a_folded_page() -> None:
    session = next(one for one in bundled(SEARCHES).sessions if len(one.turns) > 1)
    [example] = examples_of(
        [session], CONTEXT, teachers=None, rationale_share=0, page_share=1, other_pages=900, seed=0
    )
    assert sum(example["learned"]) == 1
    assert len(example["messages"][1]["content"]) < 1_000
    assert session.turns[0].decision.action.model_dump()["text"] in example["messages"][-1]["content"]


def test_most_searches_are_learned_on_few_tokens_and_some_on_the_whole_page() -> None:
    sessions = bundled(SEARCHES).sessions[:96]
    found = examples_of(
        sessions, CONTEXT, teachers=None, rationale_share=0, page_share=1, other_pages=900, seed=0
    )
    sizes = [len(example["messages"][1]["content"]) for example in found]
    assert {size > 1_000 for size in sizes} == {True, False}
    assert sum(size > 1_000 for size in sizes) < 16
    assert sum(size < 500 for size in sizes) > 24


def test_where_no_page_is_shown_its_title_is_and_where_the_shopper_stands(
    tmp_path: Path, teachers: Teachers
) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "A3"])
    [shown], [bare] = (
        list(
            examples_of(
                [session],
                CONTEXT,
                teachers=teachers,
                rationale_share=0,
                page_share=share,
                other_pages=None,
                seed=0,
            )
        )
        for share in (1, 0)
    )
    assert bare["choices"] == shown["choices"]
    assert bare["learned"] == list(shown["learned"])
    for whole, short in zip(shown["messages"], bare["messages"], strict=True):
        lines = whole["content"].split("\n")
        ends = "\n".join([lines[0], *lines[-1:][: len(lines) - 1]])
        assert short["content"] == (ends if whole["role"] == "user" else whole["content"])
    assert bare["messages"][3]["content"] == "Trousers\n1 done"


def test_a_long_visit_without_its_pages_comes_in_pieces(tmp_path: Path, teachers: Teachers) -> None:
    [session] = visits(tmp_path, [f"A{number}" for number in range(1, 26)])
    pieces = list(
        examples_of(
            [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=0, other_pages=None, seed=0
        )
    )
    said_so = [
        piece["messages"][place]["content"]
        for piece in pieces
        for place in range(2, len(piece["messages"]), 2)
    ]
    assert said_so == [said(turn.decision) for turn in session.turns]
    assert [sum(piece["learned"]) for piece in pieces] == [PIECE, PIECE, len(session.turns) - 2 * PIECE]
    assert len({piece["messages"][0]["content"] for piece in pieces}) == 1
    [whole] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=1, other_pages=None, seed=0
    )
    in_order = [piece["choices"][place] for piece in pieces for place in sorted(piece["choices"], key=int)]
    assert in_order == [whole["choices"][place] for place in sorted(whole["choices"], key=int)]
    assert all(piece["learned"][int(place)] for piece in pieces for place in piece["choices"])


def test_pages_are_shown_in_the_share_of_visits_that_is_asked_for() -> None:
    sessions = bundled("human_clicks").sessions[:40]
    found = examples_of(
        sessions, CONTEXT, teachers=None, rationale_share=0, page_share=0.5, other_pages=None, seed=0
    )
    shown = ["account" in example["messages"][1]["content"] for example in found]
    assert 10 < sum(shown) < 30


def test_of_a_search_what_else_might_be_typed_is_told(teachers: Teachers) -> None:
    session = bundled("human_search").sessions[0]
    [example] = examples_of(
        [session], CONTEXT, teachers=teachers, rationale_share=0, page_share=1, other_pages=80, seed=0
    )
    [(place, choices)] = example["choices"].items()
    asked = json.loads(example["messages"][int(place)]["content"])["action"]
    told = [json.loads(text)["action"] for text, _ in choices]
    assert {action["name"] for action in told} == {asked["name"]}
    assert {action["text"] for action in told} == set(teachers.words.draws(session.intent))
    assert sum(share for _, share in choices) == pytest.approx(1, abs=0.01)


def test_a_goal_without_a_query_is_learned_from_with_one_that_was_drawn() -> None:
    words = KeptWords.shipped()
    goal = "i am looking for a red kettle with a long cord"
    [drawn] = drawn_searches([goal, ""], words)
    assert drawn.intent == goal
    assert drawn.author is Author.SIMULATED
    action = drawn.turns[0].decision.action
    assert isinstance(action, TypeAndSubmit)
    assert action.text in words.draws(goal)
