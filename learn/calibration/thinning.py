"""A calibration at work in the browser, where a language model says one decision, not all probabilities."""

import math

from agent.actions import Action
from agent.errors import UserError
from agent.language_model import Thinning
from learn.calibration.calibrated import Calibration
from learn.calibration.classes import class_of
from learn.choices import page_actions
from simplify import Observation

MADE_FOR = ("model", "model-thinking")
"""The policies that decide in `simagent run`."""


def thinning_of(calibration: Calibration) -> Thinning:
    """Decisions of a class c are kept with a share of exp(b_c - b of the class on the page with the highest).

    So classes come as often as calibrated ones, q(c) ~ P(c) * exp(b_c). The temperature is the sampling's.

    Raises:
        UserError: the calibration is for another policy than a language model.
    """
    if calibration.policy not in MADE_FOR:
        raise UserError(
            f"the calibration is for the policy '{calibration.policy}', and here a language model decides: "
            f"make one with `simagent calibrate SOURCE --policy {MADE_FOR[0]} --out FILE`"
        )

    def kept(action: Action, page: Observation) -> float:
        def bias(one: Action) -> float:
            return calibration.biases.get(class_of(one, page), 0.0)

        highest = max(bias(actions[0]) for actions in page_actions(page, "").values())
        return min(1.0, math.exp(bias(action) - highest))

    return Thinning(kept, {"calibration": calibration.model_dump(mode="json")})
