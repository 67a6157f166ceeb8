"""One realistic study for all tests of a report that only read it."""

from dataclasses import replace
from pathlib import Path

import pytest

from study.report import figures_of, read_results, write_report
from tests.study.report.demo_study import REALISTIC, write_study


@pytest.fixture(scope="session")
def realistic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study of two arms, with its report."""
    folder = write_study(tmp_path_factory.mktemp("realistic"), replace(REALISTIC, repetitions=2))
    results = read_results(folder)
    write_report(folder, results, figures_of(results))
    return folder
