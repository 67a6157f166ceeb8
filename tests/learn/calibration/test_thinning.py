"""A calibration as it is applied to what a language model says."""

import math

import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from learn.calibration.calibrated import Calibration
from learn.calibration.classes import ActionClass
from learn.calibration.thinning import thinning_of
from tests.agent.values import page

BIASES = {ActionClass.LEAVE: -0.5, ActionClass.CONTENT: 0.2, ActionClass.BUY: 1.0}


def calibration(policy: str = "model") -> Calibration:
    return Calibration(
        version="1",
        policy=policy,
        temperature=0.9,
        biases=BIASES,
        data="visits",
        part="validation",
        sessions=1,
        decisions=2,
    )


def test_a_kind_is_kept_by_how_far_its_bias_lies_below_the_highest_on_the_page() -> None:
    thinning = thinning_of(calibration())
    plain = page(links=("kettle", "teapot"))
    assert thinning.kept(Click(name="kettle"), plain) == 1.0
    assert thinning.kept(Terminate(), plain) == pytest.approx(math.exp(-0.7))
    shop = page(links=("kettle", "add_to_cart"))
    assert thinning.kept(Click(name="add_to_cart"), shop) == 1.0
    assert thinning.kept(Click(name="kettle"), shop) == pytest.approx(math.exp(-0.8))


def test_a_kind_without_bias_keeps_its_prior() -> None:
    thinning = thinning_of(calibration())
    plain = page(links=("kettle",))
    assert thinning.kept(TypeAndSubmit(name="search", text="tea"), plain) == pytest.approx(math.exp(-0.2))


def test_it_is_recorded_with_the_visit() -> None:
    assert thinning_of(calibration()).described["calibration"]["temperature"] == 0.9


def test_a_calibration_of_another_policy_is_refused() -> None:
    with pytest.raises(UserError, match=r"for the policy 'sequence'.*--policy model"):
        thinning_of(calibration("sequence"))
