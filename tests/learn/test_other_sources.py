"""Journals of actions, recordings, and which reader a source goes to."""

import json
from pathlib import Path

import pytest

from agent.actions import Click, Terminate, TypeAndSubmit, name_in
from agent.errors import UserError
from agent.session import EndingKind
from learn.readers.journal import read_journal
from learn.session import Author
from learn.sources import read_source
from tests.learn.values import clicks_file

RECORDINGS = Path(__file__).parents[1] / "agent" / "recordings"


def line(identity: str, action: object, **more: object) -> str:
    return json.dumps(
        {"session_id": identity, "simplified_html": '<a name="tea">Tea</a>', "action": action, **more}
    )


def test_a_journal_is_read_by_session_with_json_within_json(tmp_path: Path) -> None:
    path = tmp_path / "shopcart.jsonl"
    lines = [
        line(
            "s1", {"type": "click", "name": "tea"}, reasoning="I want tea.", user_id="u1", intent="green tea"
        ),
        line("s2", {"type": "terminate"}),
        line("s1", json.dumps({"type": "terminate"}), timestamp="2025-03-01T10:00:00Z"),
    ]
    path.write_text("\n".join(lines))
    first, second = read_source(str(path)).sessions
    assert [turn.decision.action for turn in first.turns] == [Click(name="tea"), Terminate()]
    assert first.turns[0].decision.rationale == "I want tea."
    assert (first.user, first.intent, first.ending) == ("u1", "green tea", EndingKind.LEFT)
    assert list(first.turns[0].observation.targets) == ["tea"]
    assert second.id == "s2"


def test_a_journals_unreadable_line_leaves_its_session_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [
        line("s1", {"type": "terminate"}),
        line("s1", {"type": "fly"}),
        "nothing",
        line("s2", {"type": "terminate"}),
    ]
    path.write_text("\n".join(lines))
    reading = read_journal(path)
    assert [each.id for each in reading.sessions] == ["s2"]
    assert [each.line for each in reading.unreadable] == [2, 3, 1]


def test_our_own_recordings_are_sessions_of_simulated_shoppers() -> None:
    session, later = read_source(str(RECORDINGS)).sessions
    assert {type(turn.decision.action) for turn in later.turns} == {Click, Terminate, TypeAndSubmit}
    assert session.author is Author.SIMULATED
    for turn in session.turns:
        name = name_in(turn.decision.action)
        if name is not None and turn.outcome.accepted:
            assert name in turn.observation.targets
    assert read_source(str(RECORDINGS / "format-1")).sessions == (session,)


def test_a_folder_with_a_file_of_peoples_data_is_read(tmp_path: Path) -> None:
    clicks_file(tmp_path, {"1": ["A1"]}).rename(tmp_path / "clicks.csv.gz")
    assert len(read_source(str(tmp_path)).sessions) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", b"\n", "is empty"),
        ("odd.jsonl", b'{"a": 1}\n', "none of sessions"),
        ("odd.bin", b"\xff\xfe\x00", "no UTF-8 text"),
    ],
)
def test_what_no_reader_knows_is_told(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=said):
        read_source(str(tmp_path / name))


def test_a_source_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="human_clicks, human_search"):
        read_source("human_click")
    with pytest.raises(UserError, match="nothing that can be read"):
        read_source(str(tmp_path))
