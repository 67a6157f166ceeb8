import json
from pathlib import Path

from agent.actions import TypeAndSubmit
from learn.readers.human_search import market_home, read_human_search
from learn.sources import bundled


def test_a_goal_is_a_session_whose_queries_are_typed_into_the_markets_search(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(json.dumps({"goal": "i need a blue kettle", "queries": ["blue kettle", "kettle"]}) + "\n")
    [session] = read_human_search(path).sessions
    assert session.intent == session.persona.intent == "i need a blue kettle"
    assert [turn.decision.action for turn in session.turns] == [
        TypeAndSubmit(name="search_the_shop", text="blue kettle"),
        TypeAndSubmit(name="search_the_shop", text="kettle"),
    ]
    assert session.turns[0].observation is market_home()
    assert session.turns[0].outcome.message == (
        'The page "Results for "blue kettle" - Larkfield Market" opened. '
        'You went back to the page "Larkfield Market".'
    )
    assert session.ending is None


def test_lines_that_cannot_be_read_are_counted_with_line_and_reason(tmp_path: Path) -> None:
    lines = [
        '{"goal": "a kettle", "queries": ["kettle"]}',
        '{"goal": "a pot", "queries": []}',
        '{"goal": "a pan"}',
        "no json",
        "",
        '{"goal": "a kettle", "queries": ["kettles"]}',
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(lines))
    reading = read_human_search(path)
    assert len(reading.sessions) == 1
    assert [each.line for each in reading.unreadable] == [2, 3, 4, None]
    assert "twice" in reading.unreadable[-1].reason


def test_all_the_searches_that_come_along_are_read() -> None:
    reading = bundled("human_search")
    assert (len(reading.sessions), reading.unreadable) == (1075, ())
