"""The two tables of a study, written from recordings and read back."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from agent.recording import Recorder, read_recording
from agent.session import Ending, EndingKind, Step, Usage
from study.columns import DESCRIPTION, SESSION_COLUMNS, STEP_COLUMNS
from study.ledger import Entry, Ran, State
from study.plan import Planned
from study.tables import RESULTS, SESSIONS_TABLE, STEPS_TABLE, write_tables
from study.themes import THEMES
from study.visiting import SESSIONS
from tests.agent.test_recording import header
from tests.agent.values import NOON, maya, step, view

GOLDEN = Path(__file__).parents[1] / "agent" / "recordings" / "format-1"
DOCS = Path(__file__).parents[2] / "docs" / "results.md"
RAN = Ran(
    started=datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=UTC), ended=datetime(2026, 1, 2, 12, 1, tzinfo=UTC),
    ending=EndingKind.LEFT, message="The shopper left without buying.", steps=3, seconds=60.25,
)  # fmt: skip


def planned(number: int, pair: int, arm: str, seed: int = 2**31 - 1) -> Planned:
    return Planned(number, pair, arm, maya(), "I need a kettle.", seed)


def entry(of: Planned, state: State = State.DONE, ran: Ran | None = RAN) -> Entry:
    return Entry(of.key, state, attempts=1 if ran else 0, faults=0, ran=ran)


def left(folder: Path, *steps: Step, ending: EndingKind = EndingKind.LEFT) -> None:
    """A recording of these steps."""
    recorder = Recorder(folder, header())
    for each in steps:
        recorder.append(each, view())
    recorder.end(Ending(kind=ending, message="", at=NOON), len(steps), None)
    recorder.close()


def typed(cached: int | None) -> Step:
    usage = Usage(prompt_tokens=900, cached_tokens=cached, completion_tokens=20, attempts=2)
    return step(1, action=TypeAndSubmit(name="search", text="kettle")).model_copy(update={"usage": usage})


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study of two pairs: one purchase, one that left, one fault and one that waits."""
    shutil.copytree(GOLDEN, tmp_path / SESSIONS / "00001-control")
    clicked = step(2, action=Click(name="gone"), accepted=False, message="There is nothing called gone.")
    left(tmp_path / SESSIONS / "00001-other", typed(None), clicked, step(3, action=Terminate()))
    return tmp_path


def write(folder: Path, group: int = 5_000) -> tuple[pa.Table, pa.Table]:
    buys, leaves = planned(2, 1, "control"), planned(1, 1, "other")
    faulty, waits = planned(4, 2, "control"), planned(3, 2, "other")
    failed = Ran(RAN.started, RAN.ended, EndingKind.FAULT, "The browser crashed.")
    sessions = [
        (leaves, entry(leaves)), (buys, entry(buys)),
        (waits, entry(waits, State.RUNNING, None)), (faulty, entry(faulty, State.FAULT, failed)),
    ]  # fmt: skip
    write_tables(folder, sessions, ("control", "other"), group)
    return tuple(pq.read_table(folder / RESULTS / name) for name in (SESSIONS_TABLE, STEPS_TABLE))


def test_a_study_is_read_back_as_it_was(study: Path) -> None:
    sessions, steps = write(study)
    assert sessions.schema.equals(SESSION_COLUMNS, check_metadata=True)
    assert steps.schema.equals(STEP_COLUMNS, check_metadata=True)
    rows = sessions.to_pylist()
    assert [row["session"] for row in rows] == [
        "00001-control",
        "00001-other",
        "00002-control",
        "00002-other",
    ]
    assert [row["state"] for row in rows] == ["done", "done", "fault", "waiting"]
    assert [row["order"] for row in rows] == [2, 1, 4, 3]
    assert all(row["seed"] == 2**31 - 1 and row["persona_name"] == "Maya" for row in rows)
    kept = read_recording(GOLDEN)
    assert [row["index"] for row in steps.to_pylist()] == [*range(1, len(kept.steps) + 1), 1, 2, 3]
    assert steps.column("rationale").to_pylist()[:18] == [each.decision.rationale for each in kept.steps]


def test_a_purchase_and_a_visit_without_one(study: Path) -> None:
    purchase, visit = write(study)[0].to_pylist()[:2]
    stages = ("landed", "searched", "viewed", "added", "checkout", "bought")
    assert [purchase[stage] for stage in stages] == [True] * 6
    assert [visit[stage] for stage in stages] == [True, True, False, False, False, False]
    assert (purchase["order_number"], purchase["order_total"], purchase["order_amount"]) == (
        "1920-10001", "$66.99", 66.99,
    )  # fmt: skip
    assert purchase["items"] == ["Marlopen Glass Kettle, 1.7 L, Cream 1 $66.99"]
    assert (visit["order_number"], visit["order_amount"], visit["items"]) == (None, None, [])
    assert (visit["steps"], visit["rejected"], visit["last_target"]) == (3, 1, "search")
    assert (visit["started"], visit["seconds"]) == (RAN.started.replace(microsecond=123000), 60.25)
    assert visit["recording"] == "sessions/00001-other"
    assert read_recording(study / visit["recording"]).steps


def test_a_steps_row(study: Path) -> None:
    search, refused, end = write(study)[1].to_pylist()[-3:]
    assert (search["action"], search["name"], search["text"]) == ("type_and_submit", "search", "kettle")
    assert (search["prompt_tokens"], search["cached_tokens"], search["attempts"]) == (900, None, 2)
    assert (refused["accepted"], refused["outcome"]) == (False, "There is nothing called gone.")
    assert (end["action"], end["name"], end["text"]) == ("terminate", None, None)
    assert search["themes"] == ["browsing"]
    assert (search["at"], search["observe_seconds"]) == (NOON, 0.1)


def test_only_sessions_that_are_done_have_what_a_visit_has(study: Path) -> None:
    sessions, steps = write(study)
    fault, waiting = sessions.to_pylist()[2:]
    after = SESSION_COLUMNS.names[SESSION_COLUMNS.names.index("steps") :]
    assert all(row[name] is None for row in (fault, waiting) for name in after)
    assert (fault["ending"], fault["message"], fault["attempts"]) == ("fault", "The browser crashed.", 1)
    assert (waiting["ending"], waiting["started"], waiting["attempts"]) == (None, None, 0)
    assert set(steps.column("session").to_pylist()) == {"00001-control", "00001-other"}


def test_what_must_be_there_is_there(study: Path) -> None:
    for table in write(study):
        for field in table.schema:
            assert field.nullable or table.column(field.name).null_count == 0, field.name


def test_cached_tokens_are_missing_only_where_the_server_never_said(tmp_path: Path) -> None:
    one = planned(1, 1, "control")
    for cached, told in ((None, None), (0, 0), (800, 800)):
        folder = tmp_path / str(cached)
        left(folder / SESSIONS / one.key, typed(cached), step(2, action=Terminate()))
        write_tables(folder, [(one, entry(one))], ("control",))
        row = pq.read_table(folder / RESULTS / SESSIONS_TABLE).to_pylist()[0]
        assert (row["prompt_tokens"], row["cached_tokens"]) == (900, told)


def test_rows_go_to_disk_in_groups(study: Path) -> None:
    whole, _ = write(study)
    parts, steps = write(study, group=2)
    assert parts.equals(whole)
    assert pq.ParquetFile(study / RESULTS / STEPS_TABLE).num_row_groups == -(-steps.num_rows // 2)


def test_a_table_is_there_whole_or_as_it_was(study: Path) -> None:
    write(study)
    before = [(study / RESULTS / name).read_bytes() for name in (SESSIONS_TABLE, STEPS_TABLE)]
    shutil.rmtree(study / SESSIONS / "00001-other")
    with pytest.raises(UserError, match="00001-other is no recording"):
        write(study)
    assert [(study / RESULTS / name).read_bytes() for name in (SESSIONS_TABLE, STEPS_TABLE)] == before
    assert {path.name for path in (study / RESULTS).iterdir()} == {SESSIONS_TABLE, STEPS_TABLE}


def test_a_folder_that_cannot_be_written_to_is_told_in_a_line(study: Path) -> None:
    (study / RESULTS).write_text("in the way")
    with pytest.raises(UserError, match="results cannot be written to"):
        write(study)


def test_a_study_of_nothing_has_tables_without_rows(tmp_path: Path) -> None:
    write_tables(tmp_path, [], ("control",))
    assert pq.read_table(tmp_path / RESULTS / SESSIONS_TABLE).num_rows == 0


def test_pandas_reads_them(study: Path) -> None:
    pandas = pytest.importorskip("pandas")
    write(study)
    frame = pandas.read_parquet(study / RESULTS / SESSIONS_TABLE)
    done = frame[frame["state"] == "done"]
    assert done.groupby("arm")["bought"].sum().to_dict() == {"control": 1, "other": 0}
    assert str(frame["started"].dtype) == "datetime64[ms, UTC]"


# ---- the page about them ------------------------------------------------------------------------


def told(heading: str) -> Iterator[tuple[str, ...]]:
    """The rows of the first table under a heading of the page, as texts without marks."""
    section = DOCS.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    for line in re.findall(r"^\| (?!-)(.*) \|$", section, re.MULTILINE)[1:]:
        yield tuple(cell.strip().strip("`") for cell in line.split(" | "))


@pytest.mark.parametrize(
    ("heading", "columns"), [("`sessions.parquet`", SESSION_COLUMNS), ("`steps.parquet`", STEP_COLUMNS)]
)
def test_the_page_tells_of_every_column_as_it_is(heading: str, columns: pa.Schema) -> None:
    real = [
        (
            field.name,
            str(field.type).replace(" not null", ""),
            "yes" if field.nullable else "",
            field.metadata[DESCRIPTION].decode(),
        )
        for field in columns
    ]
    assert list(told(heading)) == real


def test_the_page_tells_of_every_theme_as_it_is() -> None:
    assert list(told("Themes")) == [(theme.id, theme.title, theme.description) for theme in THEMES]
