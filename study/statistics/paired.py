"""Pairs of sessions: one arm's values beside the control's, and what can be counted of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from study.statistics.findings import Measure

Floats = npt.NDArray[np.float64]
Values = Sequence[float | None] | npt.NDArray[Any]
"""One value a pair, in the plan's order; None (or NaN) where the session is not finished or has none."""

Outcomes = Mapping[Measure, Mapping[str, Values]]
"""Of each measure each arm's values, the control first; the same arms, and as many values, everywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Paired:
    """The pairs of which both sessions have a value, in the plan's order.

    Attributes:
        control, arm: float64 of shape (pairs,); true is 1.
        personas: whose session it is, of shape (pairs,).
        planned: pairs of the study.
    """

    control: Floats
    arm: Floats
    personas: npt.NDArray[np.str_]
    planned: int

    @classmethod
    def of(cls, control: Floats, arm: Floats, personas: npt.NDArray[np.str_]) -> "Paired":
        """Drops the pairs that are not whole: where either value is NaN."""
        whole = ~(np.isnan(control) | np.isnan(arm))
        return cls(control[whole], arm[whole], personas[whole], len(personas))

    def __len__(self) -> int:
        return len(self.control)

    @property
    def differences(self) -> Floats:
        """Arm less control, of shape (pairs,)."""
        return np.asarray(self.arm - self.control)

    @property
    def table(self) -> "Table":
        """The pairs counted, where values are true or false."""
        control, arm = self.control > 0, self.arm > 0
        return Table(
            both=int((control & arm).sum()),
            only_control=int((control & ~arm).sum()),
            only_arm=int((~control & arm).sum()),
            neither=int((~control & ~arm).sum()),
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Pairs by which of their two sessions something is true of."""

    both: int
    only_control: int
    only_arm: int
    neither: int

    @property
    def pairs(self) -> int:
        """All of them."""
        return self.both + self.only_control + self.only_arm + self.neither

    @property
    def same(self) -> int:
        """Those whose two sessions agree; all others are discordant."""
        return self.both + self.neither


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """One arm beside the control, by one measure."""

    control: str
    arm: str
    measure: Measure
    paired: Paired


def pairings(outcomes: Outcomes, personas: Sequence[str]) -> Iterator[Pairing]:
    """Every arm beside the control: arm by arm, in the order of the measures.

    Raises:
        ValueError: measures differ in their arms, or arms in the number of their values.
    """
    arms = list(next(iter(outcomes.values()), ()))
    columns = {
        measure: _columns(measure, by_arm, arms, len(personas)) for measure, by_arm in outcomes.items()
    }
    who = np.asarray(personas, dtype=np.str_)
    for arm in arms[1:]:
        for measure, by_arm in columns.items():
            yield Pairing(arms[0], arm, measure, Paired.of(by_arm[arms[0]], by_arm[arm], who))


def _columns(
    measure: Measure, by_arm: Mapping[str, Values], arms: list[str], pairs: int
) -> dict[str, Floats]:
    if list(by_arm) != arms:
        raise ValueError(f"{measure.name} has the arms {list(by_arm)}, not {arms}")
    columns = {arm: _floats(values) for arm, values in by_arm.items()}
    if any(len(column) != pairs for column in columns.values()):
        lengths = [len(column) for column in columns.values()]
        raise ValueError(f"{measure.name} has {lengths} values for {pairs} pairs")
    return columns


def _floats(values: Any) -> Floats:
    # numpy makes NaN of None and 1 of True; its types do not say so.
    return np.asarray(values, dtype=np.float64)
