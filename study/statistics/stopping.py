"""When a study may stop: after any pair, without a false alarm more for having looked."""

from study.statistics import anytime
from study.statistics.correction import holm
from study.statistics.findings import Settings, Value
from study.statistics.paired import Outcomes, pairings


class Look(Value):
    """What one look at an unfinished study says.

    Attributes:
        stop: whether the study has found what it was for.
        p_corrected: of the primary measure, by arm; empty where the study is not sequential.
        told: the same in a sentence.
    """

    stop: bool
    p_corrected: dict[str, float]
    told: str


def decide(outcomes: Outcomes, settings: Settings) -> Look:
    """Whether to go on.

    A sequential study stops as soon as the primary measure (the first tested one) differs in any of its arms
    from the control: when its anytime-valid p, corrected for all tests of the study, is at most alpha. It
    never stops because nothing was found. A study that is not sequential never stops early.

    The pairs that are looked at must not be chosen by what they showed: pairs in the plan's order, up to the
    first one that is still running. If fast sessions were looked at before slow ones, that would be another
    order than that of the findings.

    Args:
        outcomes: as for `compare`, of the pairs so far.
        settings: as for `compare`.

    Raises:
        ValueError: measures differ in their arms, or arms in the number of their values.
    """
    if not settings.sequential:
        return Look(stop=False, p_corrected={}, told="This study is looked at once, at its end.")
    tested = {measure: by_arm for measure, by_arm in outcomes.items() if measure.tested}
    pairs = len(next(iter(next(iter(tested.values()), {}).values()), ()))
    compared = list(pairings(tested, [""] * pairs))
    corrected = holm([anytime.share_p(pairing.paired.differences) for pairing in compared])
    primary = next(iter(tested), None)
    by_arm = {
        pairing.arm: p for pairing, p in zip(compared, corrected, strict=True) if pairing.measure == primary
    }
    shown = [arm for arm, p in by_arm.items() if p <= settings.alpha]
    if not shown or primary is None:
        return Look(
            stop=False, p_corrected=by_arm, told=f"Pairs looked at: {pairs:,}; no difference is shown yet."
        )
    told = f"Pairs looked at: {pairs:,}; a difference is shown: {primary.said} ({', '.join(shown)})."
    return Look(stop=True, p_corrected=by_arm, told=told)
