"""The numbers of a report, on rows that can be counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from study.outcomes import SAID as SAID_IN_FINDINGS
from study.report.figures import by_arm
from study.report.figures.comparisons import SAID
from study.report.figures.cost import cost
from study.report.figures.funnel import STAGES, endings, funnel
from study.report.figures.lost import lost, pattern, place_of
from study.report.figures.personas import ANY_OTHER, by_persona, by_trait
from study.report.figures.ranking import top
from study.report.figures.sampling import evenly
from study.report.figures.shares import mean, share
from study.report.figures.standing import gaps, standings
from study.report.figures.thoughts import themes
from tests.study.report.made_rows import a_plan, a_step, a_visit

ARMS = ("control", "b")


def test_a_share_has_wilsons_interval() -> None:
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I: 81 of 263.
    assert (share(81, 263).low, share(81, 263).high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert share(0, 10).low == 0.0
    assert share(10, 10).high == pytest.approx(1.0)
    assert (share(0, 0).value, share(0, 0).low, share(0, 0).high) == (None, 0.0, 1.0)


def test_a_mean_has_students_interval_within_its_scale() -> None:
    found = mean([1.0, 2.0, 3.0], 0.0, 100.0)
    # t(0.975, 2) = 4.3027, standard error 1 / sqrt(3).
    assert (found.n, found.value, found.low) == (3, 2.0, 0.0)
    assert found.high == pytest.approx(2 + 4.3027 / 3**0.5, abs=1e-3)
    assert mean([70.0], 0.0, 100.0).low is None
    assert mean([], 0.0, 100.0).value is None


def test_the_funnel_counts_whoever_reached_a_stage_and_who_went_on_from_the_one_before() -> None:
    visits = by_arm(
        ARMS,
        [
            a_visit(1, searched=True, viewed=True),
            a_visit(2, viewed=True, added=True, checkout=True, bought=True),
            a_visit(3),
            a_visit(1, "b", searched=True),
        ],
    )
    stages = {stage.line.key: stage for stage in funnel(visits)}
    assert list(stages) == list(STAGES)
    assert [(one.count, one.of) for one in stages["viewed"].line.shares] == [(2, 3), (0, 1)]
    assert stages["landed"].onwards is None
    onwards = stages["viewed"].onwards
    assert onwards is not None
    assert [(one.count, one.of) for one in onwards] == [(1, 1), (0, 1)]
    assert stages["bought"].line.shares[0].value == pytest.approx(1 / 3)


def test_endings_stand_in_their_order_and_unknown_ones_last() -> None:
    visits = by_arm(ARMS, [a_visit(1, ending="abducted"), a_visit(2), a_visit(1, "b", bought=True)])
    lines = endings(visits)
    assert [line.key for line in lines] == ["purchased", "left", "abducted"]
    assert [(one.count, one.of) for one in lines[0].shares] == [(0, 2), (1, 1)]


def test_measures_are_called_as_the_findings_call_them() -> None:
    assert dict(SAID) == dict(SAID_IN_FINDINGS)


def test_where_shoppers_got_lost() -> None:
    visits = by_arm(
        ARMS,
        [
            a_visit(1, last_url="http://127.0.0.1:1/cart?step=2", last_page="cart", last_title="Cart"),
            a_visit(2, bought=True, last_url="http://127.0.0.1:1/thanks"),
            a_visit(1, "b", last_url="http://127.0.0.1:2/cart?step=2", last_page="cart", steps=0),
            a_visit(2, "b", last_url=None, last_page=None, last_target=None),
        ],
    )
    steps = [
        a_step(1, index=1, text="Kettel  Blue", action="type_and_submit", name="search", zero_results=True),
        a_step(1, index=2, repeat=True),
        a_step(1, index=3, repeat=True),
        a_step(
            1, "b", index=1, text="kettel blue", action="type_and_submit", name="search", zero_results=True
        ),
        a_step(1, "b", index=2, repeat=True, name="other"),
        a_step(1, "b", index=3, accepted=False, outcome='"Add" is disabled and does not react. Wait.'),
        a_step(2, "b", index=1, accepted=False, outcome='"Buy" is disabled and does not react.'),
    ]
    found = lost(visits, steps)
    assert [(one.count, one.of) for one in found.unbought] == [(1, 2), (2, 2)]
    [address] = found.addresses.shown
    assert (address.what, address.times) == ("/cart?step=2", 2)
    # Of the sessions without a purchase: one in the control, two in b.
    assert [(one.count, one.of) for one in address.sessions] == [(1, 1), (1, 2)]
    assert [place.what for place in found.pages] == ["Cart"]
    assert (found.addresses.shown[0].example.session, found.addresses.shown[0].example.index) == (
        "00001-control",
        3,
    )
    [search] = found.searches.shown
    assert (search.what, search.times, [one.count for one in search.sessions]) == ("kettel blue", 2, [1, 1])
    # A session is counted once, however often it went round.
    assert [(place.what, place.times) for place in found.loops.shown] == [
        ("click pagination.next", 2),
        ("click other", 1),
    ]
    assert [one.count for one in found.loops.shown[0].sessions] == [1, 0]
    [rejection] = found.rejections.shown
    assert (rejection.what, rejection.times) == ("“…” is disabled and does not react.", 2)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:46111/", "/"),
        ("https://shop.example", "/"),
        ("https://shop.example/c/k%C3%BCche?q=blue+kettle#top", "/c/küche?q=blue kettle"),
        ("https://shop.example/s?" + "x" * 60, "/s?" + "x" * 40 + "…"),
        ("http://[broken", "http://[broken"),
        ("https://shop.example/%ff", "/\ufffd"),
    ],
)
def test_an_address_is_told_without_its_host_and_short(url: str, place: str) -> None:
    assert place_of(url) == place


def test_outcomes_of_one_kind_are_one_whatever_name_stands_in_them() -> None:
    one = a_step(
        name="cart.buy", outcome="There is nothing called cart.buy on this page. The nearest are a, b."
    )
    other = a_step(name="cart.bye", outcome="There is nothing called cart.bye on this page.")
    assert pattern(one) == pattern(other) == "There is nothing called … on this page."


def test_a_ranking_folds_what_is_long_and_counts_the_rest() -> None:
    assert top(range(12), 10, 5).shown == tuple(range(12))
    folded = top(range(30), 10, 5)
    assert (folded.shown, folded.folded, folded.left_out) == (tuple(range(10)), tuple(range(10, 15)), 15)


def test_personas_between_whose_arms_most_lies_come_first() -> None:
    visits = by_arm(
        ARMS,
        [
            a_visit(1, persona="same", bought=True), a_visit(1, "b", persona="same", bought=True),
            a_visit(2, persona="apart", bought=True), a_visit(2, "b", persona="apart"),
            a_visit(3, persona="none"), a_visit(3, "b", persona="none"),
            a_visit(4, persona="half"),
        ],
    )  # fmt: skip
    found = by_persona(visits)
    assert [line.id for line in found.shown] == ["apart", "half", "none", "same"]
    assert [(one.count, one.of) for one in found.shown[0].bought] == [(1, 1), (0, 1)]
    # Who visited one arm alone is shown, too, with nothing in the other one.
    assert [(one.count, one.of) for one in found.shown[1].bought] == [(0, 1), (0, 0)]


def test_of_many_personas_some_are_folded_and_the_rest_is_counted() -> None:
    arms = [f"arm-{place}" for place in range(12)]
    visits = by_arm(arms, [a_visit(1, arm, persona=f"p{number}") for arm in arms for number in range(130)])
    found = by_persona(visits)
    assert (len(found.shown), len(found.folded), found.left_out) == (28, 97, 5)


def test_traits_are_told_where_personas_differ_in_them() -> None:
    visits = by_arm(
        ("control",),
        [
            a_visit(1, persona="a", patience="high", device="a tablet", bought=True),
            a_visit(2, persona="b", patience="low", device="a phone", age=None),
            a_visit(3, persona="c", patience="low", device="a loom", age=29),
            a_visit(4, persona="d", patience="high", device="a phone", age=30),
            a_visit(5, persona="d", patience="high", device="a phone", age=30, bought=True),
        ],
    )
    traits = {trait.name: trait for trait in by_trait(visits)}
    assert "Gender" not in traits
    patience = [
        (line.value, line.personas, line.bought[0].count, line.bought[0].of)
        for line in traits["Patience"].lines
    ]
    assert patience == [("low", 2, 0, 2), ("high", 2, 2, 3)]
    device = [(line.value, line.personas) for line in traits["Device"].lines]
    assert device == [("a phone", 2), (ANY_OTHER, 2)]


def test_themes_are_counted_by_session_with_examples_from_evenly_spaced_places() -> None:
    visits = by_arm(ARMS, [a_visit(1), a_visit(2), a_visit(1, "b")])
    steps = [
        *(a_step(1, index=place, themes=["price"], rationale=f"Dear {place}.") for place in range(1, 8)),
        a_step(2, index=1, themes=["price", "other"], rationale="Dear 1."),
        a_step(1, "b", index=1, themes=["other"], rationale="What then?"),
    ]
    price, other = sorted(themes(visits, steps), key=lambda theme: theme.heard.what)
    assert (price.heard.times, [one.count for one in price.heard.sessions]) == (8, [2, 0])
    assert (other.heard.times, [one.count for one in other.heard.sessions]) == (2, [1, 1])
    # A theme of the lexicon is told by its title, one that it does not know by its id.
    assert (price.heard.what, other.heard.what) == ("Price", "other")
    said = [(one.text, one.persona, one.at.index) for one in price.examples[0]]
    assert said == [("Dear 2.", "Maya", 2), ("Dear 4.", "Maya", 4), ("Dear 6.", "Maya", 6)]
    assert price.examples[1] == ()


@given(some.lists(some.integers(), unique=True), some.integers(0, 9))
def test_evenly_spaced_ones_are_different_and_in_order(items: list[int], count: int) -> None:
    chosen = evenly(items, count)
    assert len(chosen) == min(count, len(items))
    places = [items.index(item) for item in chosen]
    assert places == sorted(set(places))


def test_costs_are_sums_and_unknown_caches_stay_unknown() -> None:
    found = cost([a_visit(1, bought=True), a_visit(2, cached_tokens=None), a_visit(3)])
    assert (found.sessions, found.bought, found.steps, found.tokens) == (3, 1, 9, 3150)
    assert found.cached_tokens == 800
    assert (found.a_session(found.steps), found.a_purchase(found.tokens)) == (3.0, 3150.0)
    nothing = cost([a_visit(1, cached_tokens=None)])
    assert (nothing.cached_tokens, nothing.a_purchase(nothing.tokens)) == (None, None)
    assert cost([]).a_session(0) is None


def test_what_is_missing_is_counted() -> None:
    planned = [
        a_plan(1, message="Stopped.", ending="interrupted"),
        a_plan(1, "b", "fault", message="No answer."),
        a_plan(2, "control", "fault", message="No answer."),
        a_plan(2, "b", "fault"),
        a_plan(3),
        a_plan(3, "b"),
        a_plan(4, "control", "waiting"),
        a_plan(4, "b", "running"),
    ]
    by_state = standings(ARMS, planned)
    assert (by_state["control"].done, by_state["control"].faulted, by_state["control"].waiting) == (2, 1, 1)
    # What runs at this moment has not run yet.
    assert (by_state["b"].planned, by_state["b"].waiting) == (4, 1)
    missing = gaps(planned)
    assert (missing.total.done, missing.total.faulted, missing.total.waiting) == (3, 3, 2)
    assert (missing.broken_pairs, missing.interrupted) == (1, 1)
    assert missing.faults == (("No answer.", 2), ("no reason was written down", 1))
