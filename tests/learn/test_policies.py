"""Baselines: distributions over what can be done, that know the past and nothing of what comes."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from learn.choices import LEAVE, Scorer, legal, menu_of, same, symbol_of
from learn.clothing2008 import listings
from learn.evaluation import POLICIES
from learn.policies.markov import MarkovChain
from learn.policies.neighbours import SessionNeighbours
from learn.policies.sequence import WEIGHTS, SequenceModel, read_model
from learn.policies.sequence_features import shelf, visit_of
from learn.policies.simple import AlwaysLeave, MostFrequent
from learn.session import Session
from learn.sources import bundled
from tests.learn.values import session, visits

Make = Callable[[Sequence[Session]], Scorer]
SCORED: list[Make] = [
    MostFrequent,
    lambda training: MarkovChain(1, training),
    lambda training: MarkovChain(2, training),
    SessionNeighbours,
    lambda _: SequenceModel.shipped(),
]


@pytest.mark.parametrize("make", SCORED)
def test_what_a_policy_says_is_a_distribution_over_what_can_be_done(tmp_path: Path, make: Make) -> None:
    sessions = visits(tmp_path, ["A1", "A2", "A3"], ["A1", "A2", "B4"], ["C5"])
    policy = make(sessions)
    for each in sessions:
        moments = list(each.moments())
        for moment, prediction in zip(moments, policy.predict(each), strict=True):
            assert prediction.scores is not None
            shares = np.exp(prediction.scores.log_probabilities)
            assert shares.sum() == pytest.approx(1)
            assert (shares > 0).all()
            assert len(shares) == 218
            first = prediction.scores.of_first_actions()
            assert sum(first.values()) == pytest.approx(1)
            assert all(legal(moment.observation, action) for action in first)
            assert prediction.actions == prediction.scores.best


@pytest.mark.parametrize("make", SCORED)
def test_no_policy_knows_what_comes(tmp_path: Path, make: Make) -> None:
    training = visits(tmp_path, ["A1", "A2", "A3"], ["A1", "B4"])
    policy = make(training)
    stays, goes = visits(tmp_path, ["A1", "A2", "C5", "C6"], ["A1", "A2", "P20"])
    for one, other in zip(policy.predict(stays)[:3], policy.predict(goes)[:3], strict=True):
        assert one.scores is not None
        assert other.scores is not None
        assert np.allclose(one.scores.log_probabilities, other.scores.log_probabilities)


def test_chains_follow_what_they_counted_and_back_off(tmp_path: Path) -> None:
    training = visits(tmp_path, *[["A1", "B4", "A2"]] * 5, *[["C5", "B4", "C6"]] * 6)
    [probe] = visits(tmp_path, ["A1", "B4", "P1"])
    first, second = (MarkovChain(order, training).predict(probe) for order in (1, 2))
    assert first[2].actions[-1] == Click(name=listings().products["C6"].name)
    assert second[2].actions[-1] == Click(name=listings().products["A2"].name)
    scores = second[3].scores  # after P1, which nobody clicked, it knows no more than what is frequent
    assert scores is not None
    assert scores.menu.symbols[int(scores.log_probabilities.argmax())] in {"B4", LEAVE}


def test_neighbours_vote_for_what_they_did_next(tmp_path: Path) -> None:
    training = visits(tmp_path, *[["A5", "A9", "B7"]] * 8, *[["C1"]] * 3)
    [probe] = visits(tmp_path, ["A5", "A9", "C1"])
    assert SessionNeighbours(training).predict(probe)[2].actions[-1] == Click(
        name=listings().products["B7"].name
    )


def types(policy: str, one: Session) -> str:
    action = POLICIES[policy]([]).predict(one)[0].actions[0]
    assert isinstance(action, TypeAndSubmit)
    assert action.name == "search"
    return action.text


def test_simple_policies_do_what_their_names_say() -> None:
    one = session(Click(name="mug"), Click(name="mug"), Terminate())
    assert {prediction.actions for prediction in AlwaysLeave().predict(one)} == {(Terminate(),)}
    assert MostFrequent([one]).predict(one)[0].actions == (Click(name="mug"),)
    assert types("copy-intent", one) == "a mug"
    assert types("keywords", one) == types("kept-words", one) == "mug"


def test_the_menu_holds_every_recorded_choice_and_the_way_to_it() -> None:
    for each in bundled("human_clicks").sessions[:200]:
        for moment in each.moments():
            menu = menu_of(moment)
            assert menu.choices[menu.index[symbol_of(moment)]] == tuple(
                turn.decision.action for turn in moment.turns
            )


def test_another_way_to_the_same_listing_is_as_right(tmp_path: Path) -> None:
    [one] = visits(tmp_path, ["P1", "P20"])
    moment = list(one.moments())[1]
    click = moment.turns[-1].decision.action
    assert moment.turns[0].decision.action == Click(name="next")
    assert same(moment, (Click(name="next"), click))
    assert same(moment, (Click(name="pages.2"), click))
    assert not same(moment, (Click(name="pages.5"), click))
    assert not same(moment, (click,))
    assert not same(moment, (Click(name="next"), Terminate()))
    assert not same(moment, ())


def test_the_sequence_model_sweeps_on_and_knows_the_clothing_listings_alone(tmp_path: Path) -> None:
    [sweeps] = visits(tmp_path, ["A1", "A2", "A3", "A4", "A5"])
    assert SequenceModel.shipped().predict(sweeps)[5].actions == (Click(name=listings().products["A6"].name),)
    with pytest.raises(UserError, match="clothing listings alone"):
        SequenceModel.shipped().predict(session())


@given(st.lists(st.integers(0, 216), max_size=30))
def test_a_visits_features_stay_in_their_classes_and_do_not_look_ahead(clicks: list[int]) -> None:
    whole = visit_of(clicks, shelf())
    part = visit_of(clicks[: len(clicks) // 2], shelf())
    length = len(clicks) // 2 + 1
    for name in ("last", "before_last", "third", "move", "numbers", "seen", "frontier", "colour_share"):
        assert np.array_equal(getattr(whole, name)[:length], getattr(part, name))
    assert whole.seen.min() >= 0
    assert whole.seen.max() < 9
    assert whole.frontier.min() >= 0
    assert whole.frontier.max() < 38
    assert (whole.colour_share <= 1).all()


TORCH = {
    0: {0: -3.0171, 3: -3.4446, 21: -5.9958, 130: -6.7349, 131: -5.6208, 217: -13.4199},
    3: {0: -5.7278, 3: -0.856, 21: -7.7473, 130: -9.8957, 131: -8.7165, 217: -3.9356},
    6: {0: -4.9141, 3: -6.2667, 21: -7.1984, 130: -2.562, 131: -1.9903, 217: -1.3828},
}
"""What `learn.train_sequence.logits` gives with torch for the first shipped network: by clicks so far and
column; to be made anew with the weights."""


def test_numpy_reads_the_network_as_torch_trained_it() -> None:
    content = files("learn.policies").joinpath(WEIGHTS).read_bytes()
    first = read_model(content)._networks[0]
    read = first.log_probabilities(visit_of([0, 1, 2, 20, 20, 130], shelf()), 29, shelf())
    for clicks, columns in TORCH.items():
        for column, expected in columns.items():
            assert read[clicks, column] == pytest.approx(expected, abs=2e-3)
    assert np.exp(read).sum(axis=1) == pytest.approx(1)
