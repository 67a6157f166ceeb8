"""A journal is read whatever it holds: by bounds, by types, and as far as it goes."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.viewer.made import record, write_raw
from viewer import journal as reading
from viewer.film import read_film
from viewer.journal import read_journal

HEADER = {"kind": "header", "format": 2, "persona": {"name": "Maya", "id": "maya"}, "intent": "A kettle."}
STEP: dict[str, Any] = {
    "kind": "step",
    "index": 1,
    "at": "2026-01-01T00:00:00Z",
    "url": "http://shop/",
    "title": "Shop",
    "decision": {"rationale": "I look.", "action": {"type": "click", "name": "cart"}},
    "outcome": {"accepted": True, "message": "The page opened.", "url": "http://shop/cart"},
    "timing": {"observe": 0.1, "decide": 0.2, "perform": 0.3},
}


def test_what_was_recorded_is_read(tmp_path: Path) -> None:
    journal = read_journal(record(tmp_path / "r"))
    assert journal.damage == ""
    assert journal.header is not None
    assert journal.header.persona_name == "Maya"
    assert [step.action for step in journal.steps] == ["type_and_submit", "click", "click", "terminate"]
    touch = journal.steps[1].touch
    assert touch is not None
    assert (touch.x, touch.y, touch.window, touch.scrolled) == (160, 430, (1280, 800), True)
    assert journal.ending is not None
    assert journal.ending.ended == "left"


def test_a_recording_of_the_first_format_is_read() -> None:
    folder = Path(__file__).parents[1] / "agent" / "recordings" / "format-1"
    film = read_film(folder, going_on=False)
    assert film.journal.damage == ""
    assert (film.ended, film.steps, len(film.frames)) == ("purchased", 18, 19)
    assert all(frame.observation and frame.observation.line for frame in film.frames[:-1])
    assert film.window is None


def test_half_a_last_line_is_passed_over(tmp_path: Path) -> None:
    folder = write_raw(tmp_path / "r", HEADER, STEP, cut='{"kind": "step", "ind')
    journal = read_journal(folder)
    assert (len(journal.steps), journal.damage) == (1, "")
    assert read_film(folder, going_on=True).ended == "running"
    assert read_film(folder, going_on=False).ended == "cut-off"


def test_a_damaged_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    journal = read_journal(
        write_raw(tmp_path / "r", HEADER, "{oh no", STEP, {"kind": "ending", "ended": "left"})
    )
    assert "line 2" in journal.damage
    assert len(journal.steps) == 1
    assert journal.ending is not None


@pytest.mark.parametrize(
    "content", ["", "\n", "\x00\x01", "[]\n", "null\n", '{"kind": "step"}\n', "[" * 100_000 + "\n"]
)
def test_what_is_no_recording_is_told(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "session.jsonl").write_text(content)
    assert read_journal(folder).damage
    assert read_film(folder, going_on=True).ended == "damaged"


def test_a_journal_without_end_is_read_to_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 5_000)
    monkeypatch.setattr(reading, "MOST_STEPS", 7)
    folder = write_raw(tmp_path / "r", HEADER, *[STEP] * 1_000)
    journal = read_journal(folder)
    assert len(journal.steps) == 7
    assert "longer than" in journal.damage


def test_a_line_without_end_is_no_step(tmp_path: Path) -> None:
    folder = write_raw(tmp_path / "r", HEADER, {**STEP, "title": "x" * 3_000_000}, STEP)
    steps = read_journal(folder).steps
    assert [len(step.title) for step in steps] == [reading.MOST_CHARS, 4]


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    for name in ("pipe", "link"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "pipe" / "session.jsonl")
    (tmp_path / "link" / "session.jsonl").symlink_to("/dev/zero")
    assert "cannot be read" in read_journal(tmp_path / "pipe").damage
    assert "cannot be read" in read_journal(tmp_path / "link").damage


def test_numbers_and_texts_are_tame(tmp_path: Path) -> None:
    wild = (
        '{"kind": "step", "index": 1e999, "at": "yesterday", "title": "\\ud800\\u0000",'
        ' "timing": {"observe": NaN}}'
    )
    [step] = read_journal(write_raw(tmp_path / "r", HEADER, wild)).steps
    assert (step.index, step.at, step.title, step.observe) == (1, None, "\ufffd\ufffd", 0)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = [
    "kind", "persona", "settings", "policy", "decision", "outcome", "timing", "usage", "index", "at", "title",
    "touch", "window", "box", "x", "action", "name", "text", "purchase", "items", "ended", "started", "arm",
]  # fmt: skip
entries = st.dictionaries(
    st.sampled_from(KEYS),
    values | st.dictionaries(st.sampled_from(KEYS), values, max_size=5),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    lines=st.lists(entries, max_size=4),
    kinds=st.lists(st.sampled_from(["header", "step", "ending"]), max_size=4),
)
def test_any_json_makes_a_film(tmp_path: Path, lines: list[dict[str, Any]], kinds: list[str]) -> None:
    told = [json.dumps({**line, "kind": kind}) for line, kind in zip(lines, kinds, strict=False)]
    (tmp_path / "session.jsonl").write_text("".join(f"{line}\n" for line in told))
    film = read_film(tmp_path, going_on=False)
    assert film.ended
    assert film.seconds >= 0
    for step in film.journal.steps:
        step.title.encode()
        step.rationale.encode()
