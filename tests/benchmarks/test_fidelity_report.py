"""The experiment's table and picture."""

import xml.etree.ElementTree as ET

from benchmarks.fidelity_report import Line, Table, markdown, picture
from learn.metrics import Comparison, Estimate

NOTHING = Estimate(None, None, None)


def line(name: str, exact: Estimate, difference: Comparison | None = None) -> Line:
    scores = {"exact": exact, "log_loss": Estimate(3.7, 3.6, 3.8), "leave_f1": NOTHING}
    return Line(name, 1200, 9000, scores, difference)


def table() -> Table:
    better = Comparison("hybrid", "sequence", Estimate(0.004, 0.001, 0.007), 90, 60, 0.01)
    return Table(
        "Next action",
        [
            line("sequence", Estimate(0.19, 0.17, 0.21)),
            line("hybrid", Estimate(0.194, 0.175, 0.212), better),
            line("a <b> & c", Estimate(0.05, None, None)),
        ],
        ("exact", "log_loss", "leave_f1"),
    )


def test_a_row_holds_percent_nats_and_the_paired_difference() -> None:
    lines = markdown(table()).splitlines()
    assert lines[2].endswith("| exact less sequence's |")
    assert lines[4] == "| `sequence` | 1,200 | 19.0 (17.0 to 21.0) | 3.70 (3.60 to 3.80) | - |  |"
    assert lines[5].endswith("| +0.4 (+0.1 to +0.7) |")
    assert "| 5.0 |" in lines[6]


def test_the_picture_shows_the_best_first_and_takes_names_as_text() -> None:
    tree = ET.fromstring(picture(table()))
    space = "{http://www.w3.org/2000/svg}"
    names = [group.findtext(f"{space}text") for group in tree.iter(f"{space}g")]
    assert names == ["hybrid", "sequence", "a <b> & c"]
