"""What of each session is compared: stages that it reached, how it ended, how many steps it took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from agent.session import EndingKind
from study.file import Analysis, Measure
from study.ledger import Entry, Ran, State
from study.plan import Planned
from study.statistics.comparison import compare
from study.statistics.findings import Findings, Settings
from study.statistics.findings import Measure as Compared
from study.statistics.paired import Values
from study.statistics.stopping import decide
from study.tables import read_visit, session_row
from study.visiting import AGAIN, SESSIONS

SAID: Mapping[Measure, str] = {
    "bought": "bought",
    "checkout": "came to the checkout",
    "added": "put something into the cart",
    "viewed": "looked at a product",
    "searched": "searched",
    "left": "left without buying",
    "stuck": "got stuck",
    "limit": "ran into a limit",
}
STEPS = Compared("steps", "steps", kind="mean", tested=False)
"""Described beside the measures, and not tested."""

ENDINGS: Mapping[Measure, EndingKind] = {
    "left": EndingKind.LEFT,
    "stuck": EndingKind.STUCK,
    "limit": EndingKind.LIMIT,
}
STAGES: tuple[Measure, ...] = ("bought", "checkout", "added", "viewed", "searched")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one session came to.

    Attributes:
        pair: of the session.
        arm: of the session.
        reached: the measures that are true of it.
        steps: how many actions.
    """

    pair: int
    arm: str
    reached: frozenset[Measure]
    steps: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Outcome":
        """By a row of the table of sessions, of one that is done."""
        reached = [stage for stage in STAGES if row[stage]]
        reached += [measure for measure, kind in ENDINGS.items() if kind == row["ending"]]
        return cls(row["pair"], row["arm"], frozenset(reached), row["steps"])


def outcomes_in(sessions: Path) -> list[Outcome]:
    """Of the sessions in a table that are done.

    Args:
        sessions: a `sessions.parquet`.
    """
    columns = ["pair", "arm", "state", "ending", "steps", *STAGES]
    rows = pq.read_table(sessions, columns=columns).to_pylist()
    return [Outcome.of(row) for row in rows if row["state"] == State.DONE]


def settings_of(analysis: Analysis) -> Settings:
    """What was agreed on beforehand, as the statistics take it."""
    return Settings(alpha=analysis.alpha, power=analysis.power, sequential=analysis.stop_early)


def findings(
    sessions: Sequence[Planned], arms: Sequence[str], outcomes: Iterable[Outcome], analysis: Analysis
) -> Findings:
    """What a study shows, by its sessions as far as they are done.

    Measures that are not tested are described.

    Args:
        sessions: all that is planned.
        arms: names; the first is the control.
        outcomes: of the sessions that are done.
        analysis: what was agreed on beforehand.
    """
    by_place = {(outcome.pair, outcome.arm): outcome for outcome in outcomes}
    personas = {planned.pair: planned.persona.id for planned in sessions}
    pairs = sorted(personas)
    values: dict[Compared, Mapping[str, Values]] = {
        **_values(analysis.measures, by_place, arms, pairs, tested=True),
        **_values(
            [each for each in SAID if each not in analysis.measures], by_place, arms, pairs, tested=False
        ),
        STEPS: {
            arm: [by_place[pair, arm].steps if (pair, arm) in by_place else None for pair in pairs]
            for arm in arms
        },
    }
    return compare(values, [personas[pair] for pair in pairs], settings_of(analysis))


def _values(
    measures: Sequence[Measure],
    by_place: Mapping[tuple[int, str], Outcome],
    arms: Sequence[str],
    pairs: Sequence[int],
    *,
    tested: bool,
) -> dict[Compared, dict[str, list[bool | None]]]:
    """Of each measure each arm's values, one a pair; None where the session is not done."""
    return {
        Compared(measure, SAID[measure], tested=tested): {
            arm: [
                measure in by_place[pair, arm].reached if (pair, arm) in by_place else None for pair in pairs
            ]
            for arm in arms
        }
        for measure in measures
    }


class StoppingRule:
    """Says after each session whether a study that may stop early has found what it was for.

    It looks at pairs in the plan's order, up to the first one that is not done: which sessions are fast must
    not decide what is looked at.

    Args:
        sessions: all that is planned.
        arms: names; the first is the control.
        analysis: what was agreed on beforehand.
        folder: the study's, with its recordings.
    """

    def __init__(
        self, sessions: Sequence[Planned], arms: Sequence[str], analysis: Analysis, folder: Path
    ) -> None:
        self._arms = arms
        self._analysis = analysis
        self._folder = folder
        self._pairs = sorted({planned.pair for planned in sessions})
        self._outcomes: dict[tuple[int, str], Outcome] = {}
        self._over: set[tuple[int, str]] = set()
        self._looked_at = 0

    def note(self, planned: Planned, ran: Ran) -> bool:
        """Takes note of a session that is done, or was given up; whether enough is known now.

        Raises:
            UserError: its recording cannot be read.
        """
        self._over.add((planned.pair, planned.arm))
        if ran.ending not in AGAIN:
            self._outcomes[planned.pair, planned.arm] = self._outcome(planned, ran)
        whole = self._looked_at
        while whole < len(self._pairs) and all((self._pairs[whole], arm) in self._over for arm in self._arms):
            whole += 1
        if whole == self._looked_at or len(self._arms) < 2:
            return False
        self._looked_at = whole
        values = _values(
            self._analysis.measures, self._outcomes, self._arms, self._pairs[:whole], tested=True
        )
        return decide(values, settings_of(self._analysis)).stop

    def _outcome(self, planned: Planned, ran: Ran) -> Outcome:
        visit = read_visit(self._folder / SESSIONS / planned.key)
        return Outcome.of(session_row(planned, Entry(planned.key, State.DONE, 1, 0, ran), visit))
