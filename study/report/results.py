"""What a study came to, as it lies in its folder."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ValidationError

from agent.errors import UserError
from study.layout import STUDY
from study.report.interviews import Answer, Total, read_all
from study.report.rows import PlannedRow, StepRow, VisitRow, rows
from study.resolved import Resolved, read_resolved
from study.statistics.findings import Findings
from study.tables import RESULTS, SESSIONS_TABLE, STEPS_TABLE

STATISTICS = "statistics.json"


@dataclass(frozen=True, slots=True)
class Results:
    """All that a report is made of.

    Attributes:
        resolved: the study.
        planned: its sessions, whatever came of them.
        visits: those that are done.
        steps: of these.
        findings: of the statistics; None where there is nothing to compare.
        answers: of interviews.
        totals: of questionnaires.
    """

    resolved: Resolved
    planned: tuple[PlannedRow, ...]
    visits: tuple[VisitRow, ...]
    steps: tuple[StepRow, ...]
    findings: Findings | None
    answers: tuple[Answer, ...]
    totals: tuple[Total, ...]


def read_results(folder: Path) -> Results:
    """What lies in a study's folder.

    Raises:
        UserError: the study, a table, the findings or an interview cannot be read.
    """
    resolved = read_resolved(folder / STUDY)
    sessions = _table(folder / RESULTS / SESSIONS_TABLE)
    done = sessions.filter(pc.equal(sessions.column("state"), "done"))
    visits = tuple(rows(done, VisitRow))
    answers, totals = read_all(folder, visits)
    return Results(
        resolved=resolved,
        planned=tuple(rows(sessions, PlannedRow)),
        visits=visits,
        steps=tuple(rows(_table(folder / RESULTS / STEPS_TABLE), StepRow)),
        findings=_findings(folder / RESULTS / STATISTICS),
        answers=answers,
        totals=totals,
    )


def _table(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise UserError(f"{path} cannot be read: {error}") from error


def _findings(path: Path) -> Findings | None:
    if not path.exists():
        return None
    try:
        return Findings.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
