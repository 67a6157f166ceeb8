"""OPeRA's schema on small files of our own making."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from agent.session import EndingKind
from learn.readers.opera import read_opera
from learn.sources import read_source
from simplify import TargetKind

COLUMNS = (
    "session_id", "action_id", "timestamp", "action_type", "click_type", "semantic_id", "mouse_position",
    "element_meta", "url", "window_size", "page_meta", "simplified_html", "rationale", "products",
    "input_text",
)  # fmt: skip

HOME = (
    '<title>Amazon.com</title><form role="search"><input name="search_input" type="text" value=""/>'
    '<button name="search_button">Go</button></form>'
)
RESULTS = '<title>Amazon.com : kettle</title><a name="search_results.kettle.view_product">Kettle</a>'
PRODUCT = '<title>Kettle</title><button name="buy_now">Buy Now</button>'


def row(second: int, kind: str, name: str, html: str, **more: str) -> dict[str, str]:
    fixed = {
        "session_id": "u1_2025-03-01_2025-03-02",
        "action_id": f"a{second}",
        "timestamp": f"2025-03-01T10:00:{second:02}Z",
        "action_type": kind,
        "semantic_id": name,
        "simplified_html": html,
        "url": "https://www.amazon.com/",
        "page_meta": json.dumps(json.dumps({"search_term": "kettle"})),
    }
    return {**dict.fromkeys(COLUMNS, ""), **fixed, **more}


def parquet(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def shopping() -> list[dict[str, str]]:
    return [
        row(1, "input", "search_input", HOME, input_text="kettle", rationale="I want a kettle."),
        row(2, "click", "search_button", HOME, click_type="search"),
        row(3, "click", "search_results.kettle.view_product", RESULTS, click_type="product_link"),
        row(4, "click", "buy_now", PRODUCT, click_type="purchase"),
    ]


def test_its_vocabulary_becomes_the_papers_three_actions(tmp_path: Path) -> None:
    [session] = read_opera(parquet(tmp_path / "train.parquet", shopping())).sessions
    assert [turn.decision.action for turn in session.turns] == [
        TypeAndSubmit(name="search_input", text="kettle"),
        Click(name="search_results.kettle.view_product"),
        Click(name="buy_now"),
    ]
    assert session.turns[0].decision.rationale == "I want a kettle."
    assert session.turns[0].outcome.message == 'The page "Amazon.com : kettle" opened.'
    assert session.ending is EndingKind.PURCHASED
    assert session.user == "u1"
    targets = session.turns[0].observation.targets
    assert [(target.name, target.kind) for target in targets.values()] == [
        ("search_input", TargetKind.TEXT), ("search_button", TargetKind.BUTTON),
    ]  # fmt: skip


def test_actions_stand_in_the_order_of_their_time(tmp_path: Path) -> None:
    shuffled = [shopping()[place] for place in (2, 0, 3, 1)]
    path = parquet(tmp_path / "train.parquet", shuffled)
    assert read_opera(path).sessions == read_opera(parquet(tmp_path / "b.parquet", shopping())).sessions


def test_leaving_ends_a_session_and_what_is_no_action_of_the_paper_is_listed(tmp_path: Path) -> None:
    rows = [
        row(1, "scroll", "", HOME),
        row(2, "input", "search_input", HOME, input_text="kettle"),
        row(3, "navigation", "", HOME),
        row(4, "terminate", "", HOME),
    ]
    reading = read_opera(parquet(tmp_path / "full.parquet", rows))
    [session] = reading.sessions
    assert [turn.decision.action for turn in session.turns] == [
        TypeAndSubmit(name="search_input", text="kettle"), Terminate(),
    ]  # fmt: skip
    assert session.ending is EndingKind.LEFT
    assert [(each.line, each.reason) for each in reading.unreadable] == [
        (1, "scroll is no action of the paper"), (3, "navigation is no action of the paper"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (row(1, "wave", "x", HOME), "there is no action type 'wave'"),
        (row(1, "click", "", HOME), "a click names no element"),
        (row(1, "input", "search_input", HOME), "an input has no text"),
        (row(1, "click", "x", HOME, session_id=""), "it names no session"),
    ],
)
def test_a_row_that_no_action_can_be_made_of_leaves_its_session_out(
    tmp_path: Path, broken: dict[str, str], reason: str
) -> None:
    whole = [{**each, "session_id": "u2_a_b"} for each in shopping()]
    reading = read_opera(parquet(tmp_path / "train.parquet", [broken, *whole]))
    assert [session.user for session in reading.sessions] == ["u2"]
    [told] = reading.unreadable
    assert told.line == 1
    assert reason in told.reason


def test_the_folders_of_the_data_set_bring_their_users_along(tmp_path: Path) -> None:
    survey = json.dumps(json.dumps({"Demographic Information": {"Age": "35-44", "Tasks": ["work", "home"]}}))
    parquet(tmp_path / "OPeRA_filtered" / "action" / "train-00000.parquet", shopping())
    parquet(
        tmp_path / "OPeRA_filtered" / "user" / "train.parquet",
        [{"user_id": "u1", "survey": survey, "interview_transcript_processed": "I like tea."}],
    )
    [session] = read_source(str(tmp_path)).sessions
    assert session.persona.profile == (
        "Demographic Information\nAge: 35-44\nTasks: work, home\n\nInterview\nI like tea."
    )


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no column 'action_type'"):
        read_opera(parquet(tmp_path / "a.parquet", [{"session_id": "1"}]))
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(UserError, match="no Parquet"):
        read_opera(tmp_path / "b.parquet")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="folder called action"):
        read_opera(tmp_path / "empty")
