"""All findings of a study, from what is known of its sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from study.statistics import anytime, fixed
from study.statistics.correction import holm
from study.statistics.findings import (
    Findings,
    Interval,
    Mean,
    MeanFinding,
    Methods,
    Settings,
    Share,
    ShareFinding,
)
from study.statistics.paired import Floats, Outcomes, Paired, Pairing, Table, pairings
from study.statistics.power import observed_discordance, smallest_effect
from study.statistics.verdict import verdict


class Inference(Protocol):
    """What the modules `fixed` and `anytime` both offer."""

    METHODS: Methods

    def share_interval(self, count: int, of: int) -> Interval | None:
        """Of a share."""

    def share_difference(self, table: Table) -> Interval | None:
        """Of the difference of two paired shares, in points."""

    def share_p(self, differences: Floats) -> float:
        """That two paired shares do not differ."""

    def mean_interval(self, values: Floats) -> Interval | None:
        """Of a mean."""

    def mean_p(self, differences: Floats) -> float:
        """That paired numbers do not differ."""


@dataclass(frozen=True, slots=True)
class Tested:
    """P-values of a test, raw and corrected, and the size of the family; both None of what is not tested."""

    p: float | None
    p_corrected: float | None
    tests: int


def compare(outcomes: Outcomes, personas: Sequence[str], settings: Settings) -> Findings:
    """Every arm against the control, by every measure.

    Pairs of which a session has no value are left out, measure by measure. All (arms besides the control x
    tested measures) are one family, corrected by Holm.

    Args:
        outcomes: of each measure each arm's values, one a pair; the first arm is the control, the first
            tested measure is the primary one. A sequential study's pairs stand in the order in which they
            were looked at.
        personas: whose pair it is, in the same order.
        settings: what was decided beforehand.

    Raises:
        ValueError: measures differ in their arms, or arms in the number of their values.
    """
    inference: Inference = anytime if settings.sequential else fixed
    compared = list(pairings(outcomes, personas))
    found = tuple(
        _found(pairing, tested, settings, inference)
        for pairing, tested in zip(compared, _tested(compared, inference), strict=True)
    )
    return Findings(
        settings=settings,
        tests=sum(pairing.measure.tested for pairing in compared),
        primary=next((measure.name for measure in outcomes if measure.tested), None),
        methods=inference.METHODS,
        comparisons=found,
    )


def _tested(compared: Sequence[Pairing], inference: Inference) -> list[Tested]:
    p_values = {
        place: _p_value(pairing, inference)
        for place, pairing in enumerate(compared)
        if pairing.measure.tested
    }
    corrected = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    return [
        Tested(p_values.get(place), corrected.get(place), len(p_values)) for place in range(len(compared))
    ]


def _p_value(pairing: Pairing, inference: Inference) -> float:
    test = inference.share_p if pairing.measure.kind == "share" else inference.mean_p
    return test(pairing.paired.differences)


def _found(
    pairing: Pairing, tested: Tested, settings: Settings, inference: Inference
) -> ShareFinding | MeanFinding:
    paired, shares = pairing.paired, pairing.measure.kind == "share"
    of_personas = None
    if not settings.sequential:
        of_personas = fixed.personas_interval(paired.differences, paired.personas, shares=shares)
    said = {
        "arm": pairing.arm,
        "control": pairing.control,
        "measure": pairing.measure.name,
        "planned": paired.planned,
        "pairs": len(paired),
        "personas": len(set(paired.personas.tolist())),
        "personas_interval": of_personas,
        "p": tested.p,
        "p_corrected": tested.p_corrected,
        "significant": None if tested.p_corrected is None else tested.p_corrected <= settings.alpha,
    }
    finding: ShareFinding | MeanFinding
    if shares:
        finding = _shares(paired.table, tested, settings, inference, said)
    else:
        finding = _means(paired, inference, said)
    told = verdict(finding, pairing.measure, settings, inference.METHODS, tested.tests)
    return finding.model_copy(update={"verdict": told})


def _shares(
    table: Table, tested: Tested, settings: Settings, inference: Inference, said: dict[str, Any]
) -> ShareFinding:
    pairs = table.pairs

    def share(count: int) -> Share:
        interval = inference.share_interval(count, pairs)
        return Share(count=count, share=count / pairs if pairs else None, interval=interval)

    effect = None
    if tested.p is not None:
        effect = smallest_effect(pairs, observed_discordance(table), settings, tested.tests)
    return ShareFinding(
        **said,
        difference=100 * (table.only_arm - table.only_control) / pairs if pairs else None,
        interval=inference.share_difference(table),
        in_control=share(table.both + table.only_control),
        in_arm=share(table.both + table.only_arm),
        both=table.both,
        only_control=table.only_control,
        only_arm=table.only_arm,
        neither=table.neither,
        smallest_effect=effect,
    )


def _means(paired: Paired, inference: Inference, said: dict[str, Any]) -> MeanFinding:
    differences = paired.differences

    def mean(values: Floats) -> Mean:
        return Mean(
            mean=float(values.mean()) if len(values) else None, interval=inference.mean_interval(values)
        )

    return MeanFinding(
        **said,
        difference=float(differences.mean()) if len(differences) else None,
        interval=inference.mean_interval(differences),
        in_control=mean(paired.control),
        in_arm=mean(paired.arm),
        more=int((differences > 0).sum()),
        less=int((differences < 0).sum()),
        same=int((differences == 0).sum()),
    )
