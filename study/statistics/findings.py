"""The values that go into a comparison, and those that come out: frozen, and plain JSON when dumped.

Shares are from 0 to 1. Differences of shares are in percentage points, treatment less control; differences of
means in the measure's own unit. What does not exist (an interval of nothing) is None, never NaN.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

LEVEL = 0.95
"""Level of every interval. Intervals are each for its own comparison; only p-values are corrected."""

FEWEST_PERSONAS = 10
"""With fewer, nothing is said about other personas."""


class Value(BaseModel):
    """A value: never changed once made, unknown keys refused, and no NaN in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Settings(Value):
    """What is decided before anything runs.

    Attributes:
        alpha: the chance of any false alarm in the whole study.
        power: the chance with which the smallest effect would have been found.
        sequential: the study is looked at after every pair and may stop; all its tests and intervals hold
            then at every look.
    """

    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    power: Annotated[float, Field(gt=0, lt=1)] = 0.8
    sequential: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is known of every session.

    Attributes:
        name: its name in the findings.
        said: how a sentence says it: `bought` in "12.0 % bought", `steps` in "14.2 steps on average".
        kind: whether it is true or false of a session, which makes shares, or a number, which makes means.
        tested: False for what is only described: intervals, but no p-value and no part in the correction.
    """

    name: str
    said: str
    kind: Literal["share", "mean"] = "share"
    tested: bool = True


class Interval(Value):
    """From where to where; of 95 %."""

    low: float
    high: float


class Share(Value):
    """Of how many sessions of an arm something is true; `share` and `interval` are None of no sessions."""

    count: int
    share: float | None
    interval: Interval | None


class Mean(Value):
    """The mean of an arm's sessions; None of no sessions, `interval` also where they do not differ."""

    mean: float | None
    interval: Interval | None


class Finding(Value):
    """One arm against the control by one measure.

    Attributes:
        arm, control, measure: names.
        planned: pairs of the study.
        pairs: those that were compared: both sessions are finished and have this measure.
        personas: different personas in them.
        difference: treatment less control.
        interval: of the difference, for these personas (for others too where each shops only once).
        personas_interval: of the difference, for other personas of the same kind, too: cluster-robust. None
            where personas are fewer than 10 or do not repeat, and in a sequential study.
        p: of the test; None where the measure is only described.
        p_corrected: the same after Holm's correction for all tests of the study.
        significant: the corrected p is at most alpha.
        verdict: all this in a sentence or two.
    """

    arm: str
    control: str
    measure: str
    planned: int
    pairs: int
    personas: int
    difference: float | None
    interval: Interval | None
    personas_interval: Interval | None
    p: float | None
    p_corrected: float | None
    significant: bool | None
    verdict: str = ""


class ShareFinding(Finding):
    """By a measure that is true or false.

    Attributes:
        in_control, in_arm: each arm's share.
        both, only_control, only_arm, neither: pairs, by which of their two sessions it is true of.
        smallest_effect: percentage points that a true difference must have for this study to have found it
            with the wanted power; None where it could not find any, or the measure was not tested.
    """

    kind: Literal["share"] = "share"
    in_control: Share
    in_arm: Share
    both: int
    only_control: int
    only_arm: int
    neither: int
    smallest_effect: float | None


class MeanFinding(Finding):
    """By a measure that is a number.

    Attributes:
        in_control, in_arm: each arm's mean.
        more, less, same: pairs, by whether the number is larger in the arm than in the control.
    """

    kind: Literal["mean"] = "mean"
    in_control: Mean
    in_arm: Mean
    more: int
    less: int
    same: int


class Methods(Value):
    """What the numbers were computed by, each in a few words, for reports."""

    share: str
    share_difference: str
    share_test: str
    mean: str
    mean_test: str
    personas: str | None
    correction: str = "Holm"


class Findings(Value):
    """All comparisons of a study.

    Attributes:
        settings: what was decided beforehand.
        level: of all intervals.
        tests: size of the family that p is corrected for: arms besides the control, times tested measures.
        primary: name of the first tested measure, which alone decides about stopping.
        methods: how all this was computed.
        comparisons: arm by arm, in the order of the measures.
    """

    settings: Settings
    level: float = LEVEL
    tests: int
    primary: str | None
    methods: Methods
    comparisons: tuple[Annotated[ShareFinding | MeanFinding, Field(discriminator="kind")], ...]
