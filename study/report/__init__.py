"""What people read of a study: a page, and a summary in the terminal.

results      what lies in a study's folder, read in
rows         rows of its tables
interviews   what lies beside its recordings
figures      every number, computed from these
answer       the answer, in sentences
told         facts, warnings and costs, in words
wording      numbers and names as a reader wants them
page         the HTML report
terminal     the summary
"""

from pathlib import Path

from agent.errors import UserError
from study.report.figures import Figures, figures_of
from study.report.page import page
from study.report.results import Results, read_results
from study.report.terminal import print_results
from study.tables import RESULTS

__all__ = ["Figures", "Results", "figures_of", "print_results", "read_results", "write_report"]

REPORT = "report.html"


def write_report(folder: Path, results: Results, figures: Figures) -> Path:
    """Writes the HTML report into a study's folder.

    Args:
        folder: of the study.
        results: as they were read from it.
        figures: of these.

    Returns:
        The file.

    Raises:
        UserError: the disk is full or gone.
    """
    path = folder / RESULTS / REPORT
    html = page(results, figures, lambda part: (folder / part).is_file())
    try:
        aside = path.with_name(f"{path.name}.part")
        aside.write_text(html, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from error
    return path
