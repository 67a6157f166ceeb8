"""Small studies, written down as pairs."""

from collections.abc import Mapping

import numpy as np

from study.statistics.findings import Measure

BOUGHT = Measure("bought", "bought")
LEFT = Measure("left", "left without buying", tested=False)
STEPS = Measure("steps", "steps", kind="mean")


def truths(both: int, only_control: int, only_arm: int, neither: int) -> Mapping[str, list[bool | None]]:
    """A control and an arm with so many pairs of each kind, one kind after the other."""
    counts = [both, only_control, only_arm, neither]
    return {
        "control": np.repeat([True, True, False, False], counts).tolist(),
        "free-delivery": np.repeat([True, False, True, False], counts).tolist(),
    }


def personas(pairs: int, different: int) -> list[str]:
    """So many personas, taking turns."""
    return [f"persona-{number % different}" for number in range(pairs)]
