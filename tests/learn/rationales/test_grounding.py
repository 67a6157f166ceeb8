"""No thought claims what the record does not show."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.prompts import RATIONALE_CHARACTERS
from learn.rationales import VERBALISER, verbalised
from learn.session import RECORDED, Session
from learn.sources import read_source
from simplify import Observation, TargetKind
from tests.learn.rationales.claims import unfounded
from tests.learn.rationales.record import records
from tests.learn.rationales.sites import KETTLES, ours, papers, people, product, slug, visit
from tests.learn.test_opera import parquet, shopping

RECORDING = Path(__file__).parents[2] / "agent" / "recordings" / "format-1"


def sample(source: str, count: int) -> Sequence[Session]:
    return Random(7).sample(people(source), count)


def faults(session: Session, seed: int = 0) -> list[str]:
    """What is wrong with the thoughts of a session."""
    told = verbalised(session, seed, replace=True)
    return [
        f"{turn.decision.rationale} [{turn.decision.action}]: {fault}"
        for turn, record in zip(told.turns, records(session), strict=True)
        for fault in unfounded(turn.decision.rationale, record)
    ]


@pytest.mark.parametrize(("source", "count"), [("human_clicks", 400), ("human_search", 400)])
def test_what_is_thought_of_real_peoples_sessions_is_so(source: str, count: int) -> None:
    found = [fault for session in sample(source, count) for fault in faults(session)]
    assert found == []


def test_what_is_thought_of_a_recording_of_the_sandbox_shop_is_so() -> None:
    [session] = read_source(str(RECORDING)).sessions
    assert [fault for seed in range(40) for fault in faults(session, seed)] == []


def test_what_is_thought_of_a_session_of_operas_make_is_so(tmp_path: Path) -> None:
    [session] = read_source(str(parquet(tmp_path / "train.parquet", shopping()))).sessions
    assert [fault for seed in range(40) for fault in faults(session, seed)] == []
    assert [turn.rationale_by for turn in verbalised(session).turns] == [RECORDED, VERBALISER, VERBALISER]


def everything_of(page: Observation) -> list[Action]:
    return [
        TypeAndSubmit(name=name, text="blue kettle") if target.kind is TargetKind.TEXT else Click(name=name)
        for name, target in page.targets.items()
    ]


@given(data=st.data())
@settings(max_examples=150)
def test_what_is_thought_on_any_site_is_so(data: st.DataObject) -> None:
    pages = [ours(KETTLES), papers(KETTLES), ours(KETTLES[:2], title="Sale"), product(*KETTLES[0]), ours(())]
    steps = []
    for _ in range(data.draw(st.integers(1, 12))):
        page = data.draw(st.sampled_from(pages))
        steps.append((page, data.draw(st.sampled_from([*everything_of(page), Terminate()]))))
    assert faults(visit(*steps), data.draw(st.integers(0, 50))) == []


def test_a_thought_is_one_short_sentence_in_the_first_person() -> None:
    told = [
        verbalised(session) for source in ("human_clicks", "human_search") for session in sample(source, 300)
    ]
    thoughts = [turn.decision.rationale for session in told for turn in session.turns]
    assert all(re.search(r"\b(?:I|me|my|I'll|I'd)\b", thought) for thought in thoughts)
    assert all(re.fullmatch(r"[A-Z][^.!?\n]*(?:\.\d\d[^.!?\n]*)*\.", thought) for thought in thoughts)
    assert max(map(len, thoughts)) <= RATIONALE_CHARACTERS
    lengths = sorted(len(thought.split()) for thought in thoughts)
    assert lengths[len(lengths) // 2] <= 12
    assert len(set(thoughts)) > len(thoughts) / 4


def test_the_wording_depends_on_seed_session_and_turn_alone() -> None:
    session = sample("human_clicks", 1)[0]
    again = verbalised(session)
    assert verbalised(session) == again
    assert verbalised(session, 1) != again
    assert verbalised(replace(session, id="other")) != replace(again, id="other")


def test_a_thought_knows_nothing_of_what_comes_after_it() -> None:
    for session in sample("human_clicks", 50):
        whole = verbalised(session).turns
        for length in range(1, len(session.turns)):
            part = verbalised(replace(session, turns=session.turns[:length]))
            assert part.turns == whole[:length]


def test_what_the_person_said_stays_unless_it_is_to_be_replaced() -> None:
    session = visit((ours(KETTLES), Click(name=slug("Ember Kettle"))), (ours(KETTLES), Terminate()))
    session = session.with_rationales(["I like embers.", ""])
    kept = verbalised(session).turns
    assert kept[0].decision.rationale == "I like embers."
    assert [turn.rationale_by for turn in kept] == [RECORDED, VERBALISER]
    anew = verbalised(session, replace=True).turns
    assert anew[0].decision.rationale != "I like embers."
    assert anew[0].rationale_by == VERBALISER


def said_of(session: Session, turn: int) -> str:
    """All that a turn's thought says with some seed."""
    return "\n".join(verbalised(session, seed).turns[turn].decision.rationale for seed in range(200))


def test_prices_colours_and_places_are_read_off_any_page() -> None:
    for page, name in ((ours(KETTLES), "{}"), (papers(KETTLES), "search_results.{}.view_product")):
        session = visit(
            (page, Click(name=name.format("arlen_kettle_blue"))),
            (page, Click(name=name.format("brindle_cordless_kettle"))),
            (page, Click(name=name.format("delph_electric_kettle_red"))),
            (page, Click(name=name.format("arlen_kettle_blue"))),
            (page, Terminate()),
        )
        assert "The first one costs $34.50" in said_of(session, 0)
        assert "is within my $40" in said_of(session, 1)
        assert "$5.50 cheaper" in said_of(session, 1)
        assert "the next one" in said_of(session, 1).lower()
        assert "the one two further on" in said_of(session, 2)
        assert "is the dearest here" in said_of(session, 2)
        assert "“electric kettle” as I want" in said_of(session, 2)
        assert "the blue one that I have seen" in said_of(session, 3)
        assert "I have looked at three" in said_of(session, 4)


def test_a_price_range_is_no_price() -> None:
    session = visit((ours(KETTLES), Click(name="25_to_50")), (ours(KETTLES), Click(name="sort.price_low")))
    assert "I narrow it down by price: $25 to $50." in said_of(session, 0)
    assert "I sort them by “Price: low to high”." in said_of(session, 1)


def test_who_bought_leaves_with_that() -> None:
    kettle = product(*KETTLES[0])
    session = visit(
        (kettle, Click(name="add_to_cart")), (kettle, Click(name="buy_now")), (kettle, Terminate())
    )
    assert "I put it in my cart." in said_of(session, 0)
    assert "I order it." in said_of(session, 1)
    assert "I have ordered, so I close the window." in said_of(session, 2)


@pytest.mark.parametrize(
    ("goal", "queries", "said"),
    [
        ("a blue leather sofa for my home", ["leather sofa home"], "I leave out the color"),
        ("a blue leather sofa", ["blue leather sofa"], "I leave nothing out and search for all of it."),
        (
            "a blue leather sofa",
            ["sofa blue leather"],
            "I put all my words into the search, in my own order.",
        ),
        ("a blue leather sofa", ["couch"], "I search in words of my own."),
        ("a blue leather sofa", ["blue sofa", "blue sofa"], "I run the same search again."),
        ("a blue leather sofa", ["leather sofa", "blue leather sofa"], "I add the color this time."),
        ("a blue leather sofa", ["blue leather sofa", "leather sofa"], "I try it without the color."),
        ("a blue leather sofa", ["leather soffa", "leather sofa"], "I spell one word differently."),
        ("a blue leather sofa", ["sofa", "couch"], "I try quite other words."),
        ("a blue leather sofa", ["sofa", "sofa bed", "sofa"], "an earlier search of mine again"),
    ],
)
def test_searches_are_held_against_the_goal_and_the_search_before(
    goal: str, queries: list[str], said: str
) -> None:
    page = ours(KETTLES)
    session = visit(
        *((page, TypeAndSubmit(name="search_the_shop", text=query)) for query in queries), intent=goal
    )
    assert said in said_of(session, len(queries) - 1)


def test_a_size_may_stand_there_as_a_bare_number() -> None:
    page = ours(KETTLES)
    typed = TypeAndSubmit(name="search_the_shop", text="shoes 7.5")
    assert "the size" not in said_of(visit((page, typed), intent="shoes in size 7.5 with arch support"), 0)
