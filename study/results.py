"""What a study came to, made from its ledger and recordings: tables, statistics, report."""

from pathlib import Path

from agent.errors import UserError
from study.folder import read_folder
from study.outcomes import findings, outcomes_in
from study.report import Figures, Results, figures_of, read_results, write_report
from study.report.results import STATISTICS
from study.tables import RESULTS, SESSIONS_TABLE, write_tables


def write_results(folder: Path) -> tuple[Results, Figures, Path]:
    """Writes everything anew, also while the study runs: of its sessions as far as they are done.

    Args:
        folder: the study's.

    Returns:
        What the report is made of, its figures, and the report's file.

    Raises:
        UserError: it is no study's folder, something in it cannot be read, or the disk is full.
    """
    resolved, sessions, _ = read_folder(folder)
    arms = tuple(resolved.study.arms)
    write_tables(folder, sessions, arms)
    outcomes = outcomes_in(folder / RESULTS / SESSIONS_TABLE)
    found = findings([planned for planned, _ in sessions], arms, outcomes, resolved.study.analysis)
    try:
        (folder / RESULTS / STATISTICS).write_text(found.model_dump_json(indent=1), encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{folder / RESULTS / STATISTICS} cannot be written: {error.strerror or error}"
        ) from error
    results = read_results(folder)
    figures = figures_of(results)
    return results, figures, write_report(folder, results, figures)
