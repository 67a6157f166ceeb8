"""Calibrated policies: classes of actions, files, and the same calibration however a policy is asked."""

import json
from pathlib import Path

import numpy as np
import pytest

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from learn.calibration.calibrated import Calibrated, Calibration, calibrate, read_calibration
from learn.calibration.classes import CLASSES, ActionClass, class_of, listing_classes
from learn.calibration.effect import AskedOnce, effect, rates_of_people
from learn.choices import LEAVE, Scores, scores_at_last, shop_menu
from learn.clothing2008 import HOME, listings
from learn.evaluation import evaluate, policies_named
from learn.policies.markov import MarkovChain
from learn.policies.simple import AlwaysLeave, MostFrequent
from learn.policies.uniform import ClicksBlindly
from learn.readers.human_clicks import visitor
from learn.session import Session
from learn.walks import PrefixWalks, session_of, simulate
from simplify import Observation, Target, TargetKind
from tests.agent.values import page
from tests.learn.values import session, visits


@pytest.fixture
def people(tmp_path: Path) -> tuple[Session, ...]:
    """They look at three or four things, mostly on one page, and leave."""
    some = [["A1", "A2", "A5", "B4"], ["A3", "A9", "A4"], ["B1", "B2", "B9", "B3"], ["A7", "A8", "P5"]]
    return visits(tmp_path, *some * 6)


def calibration(**changes: object) -> Calibration:
    fields: dict[str, object] = {
        "version": "0", "policy": "uniform", "temperature": 1.5, "biases": {"leave": 1.0, "content": -0.5},
        "data": "d", "part": "validation", "sessions": 1, "decisions": 1,
    }  # fmt: skip
    return Calibration.model_validate(fields | changes)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Terminate(), "leave"),
        (TypeAndSubmit(name="search_the_shop", text="a mug"), "search"),
        (Click(name="search_button"), "search"),
        (Click(name="search_results.red_mug.view_product"), "content"),
        (Click(name="search_results.red_mug.add_to_cart"), "buy"),
        (Click(name="buy_now"), "buy"),
        (Click(name="proceed_to_checkout"), "buy"),
        (Click(name="refinements.price.under_25"), "filter"),
        (Click(name="sort.price_low"), "filter"),
        (Click(name="brand_kettleworks"), "filter"),
        (Click(name="pagination.next"), "navigate"),
        (Click(name="departments.kitchen"), "navigate"),
        (Click(name="pages.2"), "navigate"),
        (Click(name="home_trends_mug"), "content"),
    ],
)
def test_what_an_action_is_for_follows_from_what_it_is_and_from_its_name(
    action: Action, expected: str
) -> None:
    ticks = {
        "brand_kettleworks": Target(name="brand_kettleworks", kind=TargetKind.CHECKBOX, label="", ref="1")
    }
    seen = page()
    seen = Observation(seen.url, seen.title, seen.html, {**seen.targets, **ticks})
    assert class_of(action, seen) is ActionClass(expected)


def test_on_the_listings_links_navigate_and_products_are_content() -> None:
    classes, shop = listing_classes(), listings()
    for place, seen in enumerate(shop.observations):
        menu = shop_menu(place)
        for column in (0, 20, 90, 216, 217):
            first = menu.choices[column][0]
            assert CLASSES[classes[place, column]] is class_of(first, seen)
        assert CLASSES[classes[place, menu.index[LEAVE]]] is ActionClass.LEAVE
    content = CLASSES.index(ActionClass.CONTENT)
    assert (classes == content).sum() == len(shop.products)
    assert not (classes[HOME] == content).any()


def test_a_calibration_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    made = calibration()
    made.write(tmp_path / "c.json")
    assert read_calibration(tmp_path / "c.json") == made
    assert json.loads((tmp_path / "c.json").read_text())["kind"] == "calibration"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("{", "no calibration"),
        ('{"kind": "study"}', "no calibration"),
        (calibration(format=9).model_dump_json(), "format 9"),
        (calibration().model_dump_json().replace("1.5", "0"), "temperature"),
        (calibration().model_dump_json().replace("leave", "flee"), "simagent calibrate"),
    ],
)
def test_files_that_are_none_are_told_in_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "c.json").write_text(text)
    with pytest.raises(UserError, match=said) as told:
        read_calibration(tmp_path / "c.json")
    assert "\n" not in str(told.value)


def test_however_it_is_asked_a_policy_is_calibrated_alike(people: tuple[Session, ...]) -> None:
    chain = MarkovChain(1, people)
    policy = Calibrated(chain, calibration())
    assert policy.name == "markov-1-calibrated"
    for each in people[:4]:
        at_once = [prediction.scores for prediction in policy.predict(each)]
        last = scores_at_last(policy, each)
        assert at_once[-1] is not None
        assert np.allclose(at_once[-1].log_probabilities, last.log_probabilities)
        for prediction in policy.predict(each):
            assert isinstance(prediction.scores, Scores)
            assert prediction.actions == prediction.scores.best
            assert np.exp(prediction.scores.log_probabilities).sum() == pytest.approx(1)
    blind = Calibrated(ClicksBlindly(), calibration())
    comers = [visitor("")] * 8
    walked = simulate(blind, comers, seed=1)
    walks = PrefixWalks(blind, comers)
    for number, clicks in enumerate(walked):
        for product in clicks[:3]:
            walks.click(np.array([number]), np.array([product]))
    logs = walks.log_probabilities(np.arange(8))
    again = [scores_at_last(blind, session_of(clicks[:3], visitor(""), "x")) for clicks in walked]
    assert np.allclose(logs, [each.log_probabilities for each in again])


def test_rates_meet_those_of_people(people: tuple[Session, ...]) -> None:
    found = calibrate(ClicksBlindly(), people, data="d", part="all")
    assert found.policy == "uniform"
    assert set(found.biases) == {ActionClass.LEAVE, ActionClass.CONTENT, ActionClass.NAVIGATE}
    assert found.decisions == sum(len(list(each.moments())) for each in people)
    asked = AskedOnce(ClicksBlindly())
    before, after = effect(asked, people), effect(Calibrated(asked, found), people)
    rates = rates_of_people(asked, people)
    for name, rate in rates.items():
        assert rate.value == pytest.approx(after.rates[name].value, abs=2e-3)
        assert after.differences[name].value == pytest.approx(0, abs=2e-3)
    assert sum(rate.value or 0 for rate in rates.values()) == pytest.approx(1)
    assert (after.scores["log_loss"].value or 9) < (before.scores["log_loss"].value or 0)
    assert (after.scores["leave_ece"].value or 0) < (before.scores["leave_ece"].value or 1)
    for score in after.scores.values():
        assert score.value is not None
        assert score.low is not None
        assert score.high is not None


def test_policies_without_scores_cannot_be_calibrated() -> None:
    with pytest.raises(UserError, match="only says what it does"):
        calibrate(AlwaysLeave(), [session()], data="d", part="all")
    with pytest.raises(UserError, match="gives no score"):
        calibrate(MostFrequent([]), [], data="d", part="all")


def test_policies_on_other_pages_are_calibrated_too() -> None:
    people = [session(Click(name="mug"), TypeAndSubmit(name="search", text="mug"), Terminate())] * 3
    found = calibrate(MostFrequent([]), people, data="d", part="all")
    after = effect(Calibrated(MostFrequent([]), found), people)
    assert after.rates["search"].value == pytest.approx(1 / 3, abs=2e-3)


def test_the_calibrated_policy_comes_beside_those_that_are_named(people: tuple[Session, ...]) -> None:
    made = calibration()
    assert [each.name for each in policies_named(["uniform"], people, made)] == [
        "uniform",
        "uniform-calibrated",
    ]
    alone = policies_named([], people, made)
    assert [each.name for each in alone] == ["uniform-calibrated"]
    found = evaluate(people[:3], alone)
    assert found.results[0].scores["log_loss"].value is not None
    with pytest.raises(UserError, match="'oracle', which is not here"):
        policies_named([], people, calibration(policy="oracle"))
