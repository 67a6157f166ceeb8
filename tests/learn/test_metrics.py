"""Scores against values worked out by hand, and intervals that hold what they promise."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.session import EndingKind
from learn.choices import Prediction
from learn.judging import Judged, WrongNumberOfPredictions, judge
from learn.metrics import compare, mcnemar, scores
from learn.policies.simple import MostFrequent
from learn.search_words import edit_similarity, keywords, token_f1
from learn.session import Session
from tests.learn.values import session


class Says:
    """A policy that says what it is told to, session by session."""

    def __init__(self, *said: Sequence[Action], name: str = "says") -> None:
        self.name = name
        self._said = iter(said)

    def predict(self, session: Session) -> Sequence[Prediction]:
        return [Prediction((action,)) for action in next(self._said)]


MUG, POT, LEAVE = Click(name="mug"), Click(name="pot"), Terminate()


def judged() -> Judged:
    sessions = [session(MUG, POT, MUG, LEAVE, identity="a"), session(LEAVE, identity="b")]
    return judge(Says([MUG, MUG, LEAVE, LEAVE], [Click(name="nowhere")]), sessions)


def test_scores_are_what_they_are_by_hand() -> None:
    found = {name: estimate.value for name, estimate in scores(judged(), resamples=10).items()}
    assert found["exact"] == pytest.approx(2 / 5)
    assert found["exact_per_session"] == pytest.approx((2 / 4 + 0) / 2)
    assert found["exact_without_first"] == pytest.approx(1 / 3)
    assert found["exact_per_session_without_first"] == pytest.approx(1 / 3)
    assert found["next_action"] == pytest.approx(1 / 3)
    assert found["leave_precision"] == pytest.approx(1 / 2)
    assert found["leave_recall"] == pytest.approx(1 / 2)
    assert found["leave_f1"] == pytest.approx(1 / 2)
    assert found["click_precision"] == pytest.approx(2 / 3)
    assert found["click_recall"] == pytest.approx(2 / 3)
    assert found["macro_f1"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found["illegal"] == pytest.approx(1 / 5)
    assert found["query_f1"] is None
    assert found["log_loss"] is None


def test_searches_are_scored_by_words_and_the_first_of_a_session_counts() -> None:
    typed = [TypeAndSubmit(name="search", text=text) for text in ("red wool scarf", "scarf")]
    said = [TypeAndSubmit(name="search", text=text) for text in ("wool scarf red", "hat")]
    found = scores(judge(Says(said), [session(*typed)]), resamples=10)
    assert found["query_f1"].value == 1
    assert found["query_exact"].value == 0
    assert found["query_f1_all"].value == 0.5
    assert found["exact"].value == 0
    silent = scores(judge(Says([MUG, MUG]), [session(*typed)]), resamples=10)
    assert silent["query_f1"].value == 0


def test_the_outcome_is_the_last_decision_buying_or_leaving() -> None:
    buy = Click(name="buy_now")
    bought = replace(session(MUG, buy, identity="a"), ending=EndingKind.PURCHASED)
    left = session(MUG, LEAVE, identity="b")
    cut = replace(session(MUG, identity="c"), ending=None)
    found = scores(judge(Says([MUG, buy], [MUG, buy], [buy]), [bought, left, cut]), resamples=10)
    assert found["outcome_f1"].value == pytest.approx(2 / 3)


def test_the_next_product_is_the_best_guess_given_that_the_person_stays() -> None:
    one = session(MUG, LEAVE)
    [first, _] = MostFrequent([session(LEAVE), session(LEAVE), session(MUG, LEAVE)]).predict(one)
    assert first.actions == (LEAVE,)
    policy = MostFrequent([session(LEAVE), session(LEAVE), session(MUG, LEAVE)])
    found = scores(judge(policy, [one]), resamples=10)
    assert found["next_product"].value == 1
    assert found["next_action"].value == 0


def test_a_policy_that_skips_a_decision_is_found_out() -> None:
    with pytest.raises(WrongNumberOfPredictions, match="1 predictions for 2 decisions"):
        judge(Says([MUG]), [session(MUG, LEAVE)])


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=12), st.integers(0, 9))
def test_intervals_hold_the_score_lie_between_nought_and_one_and_are_the_same_again(
    hits: list[list[bool]], seed: int
) -> None:
    sessions = [session(*[MUG] * len(each), identity=str(place)) for place, each in enumerate(hits)]
    result = judge(Says(*[[MUG if hit else POT for hit in each] for each in hits]), sessions)
    found, again = (scores(result, resamples=200, seed=seed)["exact"] for _ in range(2))
    assert found == again
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.high <= 1
    assert found.value == pytest.approx(sum(map(sum, hits)) / sum(map(len, hits)))


def test_the_interval_is_as_wide_as_that_of_independent_sessions() -> None:
    rng = np.random.default_rng(1)
    hits = rng.random(1000) < 0.3
    sessions = [session(MUG, identity=str(place)) for place in range(1000)]
    found = scores(judge(Says(*[[MUG if hit else POT] for hit in hits]), sessions))["exact"]
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 1.96 * math.sqrt(0.3 * 0.7 / 1000), rel=0.1)


def test_two_policies_are_compared_on_the_same_decisions() -> None:
    sessions = [session(MUG, LEAVE, identity=str(place)) for place in range(40)]
    right: list[Action] = [MUG, LEAVE]
    wrong: list[Action] = [POT, LEAVE]
    good = judge(Says(*[right] * 40, name="good"), sessions)
    bad = judge(Says(*[wrong] * 30, *[right] * 10, name="bad"), sessions)
    found = compare(good, bad)
    assert (found.only_a, found.only_b) == (30, 0)
    assert found.difference.value == pytest.approx(30 / 80)
    assert found.difference.low is not None
    assert found.difference.low > 0.2
    assert found.mcnemar == pytest.approx(2 * 0.5**30)
    with pytest.raises(ValueError, match="same decisions"):
        compare(good, judge(Says([MUG, LEAVE]), sessions[:1]))


@given(st.integers(0, 30), st.integers(0, 30))
def test_mcnemars_test_is_the_sum_of_the_tails_of_a_fair_coin(a: int, b: int) -> None:
    thrown = a + b
    tail = sum(math.comb(thrown, heads) for heads in range(min(a, b) + 1)) / 2**thrown
    assert mcnemar(a, b) == pytest.approx(min(1, 2 * tail) if thrown else 1)


def test_mcnemar_stands_large_counts() -> None:
    assert 0 <= mcnemar(5_000, 5_200) <= 1
    assert mcnemar(10_000, 100) < 1e-300 or mcnemar(10_000, 100) == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_of_searches_is_symmetric_and_bounded(one: str, other: str) -> None:
    for measure in (token_f1, edit_similarity):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == pytest.approx(measure(other, one))
        assert measure(one, one) == 1


def test_keywords_are_what_is_left_of_a_goal() -> None:
    goal = "i am looking for a blue kettle with a long cord, and price lower than 40.00 dollars"
    assert keywords(goal) == "blue kettle long cord"
    assert keywords("i want it") == "i want it"
