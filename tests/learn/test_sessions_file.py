import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from learn.session import Evidence, Session
from learn.sessions_file import read_sessions_file, whole_file, write_sessions
from tests.learn.values import session, turn, visits

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(Click, name=texts), st.builds(TypeAndSubmit, name=texts, text=texts), st.just(Terminate())
)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    drawn = draw(st.lists(st.tuples(actions, st.sampled_from(Evidence), texts), min_size=1, max_size=5))
    turns = tuple(turn(action, evidence=evidence, rationale=said) for action, evidence, said in drawn)
    whole = session()
    return Session(
        draw(texts),
        "test",
        whole.author,
        draw(st.none() | texts),
        whole.persona,
        draw(texts),
        turns,
        whole.ending,
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(sessions(), max_size=4), st.sampled_from(["s.jsonl", "s.jsonl.gz"]))
def test_what_was_written_is_read_back(tmp_path: Path, written: list[Session], name: str) -> None:
    write_sessions(written, tmp_path / name)
    reading = read_sessions_file(tmp_path / name)
    assert reading.sessions == tuple(written)
    assert reading.unreadable == ()


def test_a_page_that_many_saw_is_written_once(tmp_path: Path) -> None:
    write_sessions(visits(tmp_path, ["A1", "A2"], ["A3"]), tmp_path / "s.jsonl")
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert kinds == ["sessions", "observation", "observation", "session", "session"]


def test_unreadable_lines_are_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    write_sessions([session(identity="a"), session(identity="b")], path)
    head, page, first, second = path.read_text().splitlines()
    lost = json.loads(first)
    lost["turns"][0]["observation"] = "0123"
    path.write_text("\n".join([head, page, json.dumps(lost), "{", second]))
    reading = read_sessions_file(path)
    assert [each.id for each in reading.sessions] == ["b"]
    assert [(each.line, each.reason[:7]) for each in reading.unreadable] == [(3, "no page"), (4, "Invalid")]


def test_a_later_format_and_another_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"kind": "sessions", "format": 99, "version": "9"}\n')
    with pytest.raises(UserError, match="install a later one"):
        read_sessions_file(path)
    write_sessions([session()], path)
    path.write_text("\n".join(path.read_text().splitlines()[1:]))
    with pytest.raises(UserError, match="does not begin"):
        read_sessions_file(path)


def test_whoever_is_interrupted_leaves_the_old_file_and_no_half_one(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "s.jsonl"
    write_sessions([session()], out)
    before = out.read_bytes()

    def interrupted() -> None:
        with whole_file(out) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["s.jsonl"]
