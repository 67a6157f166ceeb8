"""The list: what is in the folder, as it changes, narrowed as one likes."""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.session import EndingKind
from tests.viewer.asking import ask, listed, sessions_in, wait_for
from tests.viewer.conftest import View
from tests.viewer.made import BEGAN, VISIT, goes_on, record, write_raw, write_study
from viewer.index import Refresher, Wanted, open_store
from viewer.index import ask as ask_index
from viewer.index.asking import twins
from viewer.places import Root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sessions and one that is damaged; the newest is Grace's."""
    shown = tmp_path / "recordings"
    record(shown / "maya", pictures=False)
    bought = [replace(VISIT[0], rationale="Crème brûlée dishes, please."), replace(VISIT[1], path="/cart")]
    record(
        shown / "deep" / "er" / "arjun", bought, EndingKind.PURCHASED, persona="arjun",
        began=BEGAN + timedelta(hours=1), pictures=False,
    )  # fmt: skip
    record(
        shown / "grace", VISIT[:1], None, persona="grace", began=BEGAN + timedelta(hours=2), pictures=False
    )
    write_raw(shown / "broken", "no header", {"kind": "step"})
    return shown


def found(url: str, query: str) -> list[str]:
    return sessions_in(ask(url, f"/?{query}").text)


def test_all_recordings_are_listed_newest_first(folder: Path, view: View) -> None:
    page = listed(view(folder), count=4)
    assert sessions_in(page) == ["grace", "deep/er/arjun", "maya", "broken"]
    assert "Running" in page
    assert "does not begin with a header line" not in page  # the first fault is told
    assert "line 1 of session.jsonl is no JSON" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("persona=Maya", ["maya"]),
        ("persona=a", ["grace", "deep/er/arjun", "maya"]),
        ("persona=%25", []),
        ("ending=purchased", ["deep/er/arjun"]),
        ("ending=left", ["maya"]),
        ("ending=running", ["grace"]),
        ("ending=cut-off", []),
        ("ending=damaged", ["broken"]),
        ("text=delivery", ["deep/er/arjun", "maya"]),
        ("text=deliv", ["deep/er/arjun", "maya"]),
        ("text=creme+brulee", ["deep/er/arjun"]),
        ("text=delivery+annoying", ["maya"]),
        ("text=%22+OR+*", []),
        ("text=NEAR(", []),
        ("page=product", ["maya"]),
        ("page=cart", ["deep/er/arjun"]),
        ("page=Brindle", ["maya"]),
        ("page=/search", ["maya"]),
        ("page=cart&ending=left", []),
        ("arm=control", []),
        ("first=2", ["maya", "broken"]),
        ("first=99", []),
        ("first=-1", ["grace", "deep/er/arjun", "maya", "broken"]),
    ],
)
def test_filters(folder: Path, view: View, query: str, expected: Sequence[str]) -> None:
    url = view(folder)
    listed(url, count=4)
    assert found(url, query) == expected


def test_what_was_found_is_marked(folder: Path, view: View) -> None:
    url = view(folder)
    listed(url, count=4)
    assert "The <mark>delivery</mark> is too dear" in ask(url, "/?text=delivery").text


def test_the_list_follows_the_folder(folder: Path, view: View) -> None:
    url = view(folder)
    listed(url, count=4)
    shutil.rmtree(folder / "maya")
    record(folder / "tess", persona="tess", pictures=False)
    page = wait_for(url, "/", lambda page: "/session/tess" in page)
    assert "/session/maya" not in page
    assert found(url, "text=annoying") == ["tess"]
    with (folder / "grace" / "session.jsonl").open("a") as journal:
        journal.write('{"kind": "ending", "ended": "stuck", "at": "2026-11-20T12:00:00Z"}\n')
    wait_for(url, "/?ending=stuck", lambda page: "/session/grace" in page)


def test_a_session_that_nobody_writes_to_was_cut_off(folder: Path, view: View) -> None:
    long_ago = time.time() - 3600
    os.utime(folder / "grace" / "session.jsonl", (long_ago, long_ago))
    url = view(folder)
    assert "Cut off" in ask(url, "/session/grace").text
    listed(url, count=4)
    assert found(url, "ending=cut-off") == ["grace"]
    assert found(url, "ending=running") == []


def test_pages_of_the_list(tmp_path: Path, view: View) -> None:
    for number in range(53):
        write_raw(
            tmp_path / "r" / f"{number:03}", {"kind": "header", "started": f"2026-01-01T00:{number:02}:00Z"}
        )
    url = view(tmp_path / "r")
    page = listed(url, count=53)
    assert sessions_in(page) == [f"{number:03}" for number in range(52, 2, -1)]
    assert 'href="/?first=50"' in page
    older = ask(url, "/?first=50").text
    assert sessions_in(older) == ["002", "001", "000"]
    assert 'href="/?"' in older


def test_the_folder_may_be_a_recording_itself(folder: Path, view: View) -> None:
    url = view(folder / "maya")
    page = listed(url, count=1)
    assert 'href="/session/"' in page
    film = ask(url, "/session/").text
    assert "I came for a kettle" in film
    assert ask(url, "/session/observation/0001").status == 200
    assert ask(url, "/session/page/0001/raw").status == 200


def test_names_that_are_no_text(tmp_path: Path, view: View) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/r/caf\xe9 %2e?#&\n")
    record(Path(odd), VISIT[:1])
    url = view(tmp_path / "r")
    [address] = sessions_in(listed(url, count=1))
    assert "I came for a kettle" in ask(url, f"/session/{address}").text
    assert ask(url, f"/session/{address}/screenshots/0001.jpg").body.startswith(b"\xff\xd8")


def test_a_folder_that_cannot_be_read_is_passed_over(folder: Path, view: View) -> None:
    (folder / "closed").mkdir(mode=0o000)
    listed(view(folder), count=4)


def test_a_read_only_folder_and_a_cache_that_cannot_be_made(
    folder: Path, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SIMAGENT_CACHE", str(tmp_path / "file" / "cache"))
    before = sorted(folder.rglob("*"))
    assert len(sessions_in(listed(view(folder), count=4))) == 4
    assert sorted(folder.rglob("*")) == before


def test_an_index_that_is_damaged_is_made_anew(folder: Path) -> None:
    store = open_store(folder)
    store.file.write_bytes(b"no database" * 1000)
    store = open_store(folder)
    refresher = Refresher(Root(folder), store)
    assert refresher.ask(30.0).known == 4
    refresher.close()
    with store.reading() as connection:
        assert ask_index(connection, Wanted()).total == 4


def test_what_is_known_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(folder)
    first = Refresher(Root(folder), store)
    assert first.ask(30.0).known == 4
    first.close()
    read: list[Path] = []
    monkeypatch.setattr("viewer.index.refreshing.summary_of", read.append)
    second = Refresher(Root(folder), store)
    assert second.ask(30.0).known == 4
    second.close()
    assert read == []


def test_twins_are_found_in_the_other_arm(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "shown" / "study")
    store = open_store(tmp_path / "shown")
    refresher = Refresher(Root(tmp_path / "shown"), store)
    refresher.ask(30.0)
    refresher.close()
    keys = sorted(each.name for each in (folder / "sessions").iterdir())
    with store.reading() as connection:
        [twin] = twins(connection, f"study/sessions/{keys[0]}")
        asked = ask_index(connection, Wanted(arm="control", study="study"))
    assert (twin.address, twin.study) == (f"study/sessions/{keys[1]}", "study")
    assert (asked.count, asked.total, asked.arms) == (3, 6, ("control", "reviews-hidden"))
    assert [(study.address, study.sessions, study.over) for study in asked.studies] == [("study", 6, 6)]


def test_a_session_that_runs_is_told_since_a_step(tmp_path: Path, view: View) -> None:
    recorder = goes_on(tmp_path / "r" / "maya")
    url = view(tmp_path / "r")
    assert '"running":true' in ask(url, "/session/maya/steps?after=0").text
    recorder.close()
    assert "data-live" in ask(url, "/session/maya").text
    for after in ("x", "-1", "1e9", "99999999999", ""):
        assert ask(url, f"/session/maya/steps?after={after}").status == 200
