"""The film as one file: whole, small, and sealed by its policy."""

import base64
import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.viewer.made import VISIT, Made, record, write_raw
from viewer.film_file import film_html
from viewer.rendering import static


def test_it_holds_all_steps_and_their_pictures(tmp_path: Path) -> None:
    page = film_html(record(tmp_path / "maya"))
    assert page.count('<li class="step') == 4
    assert (
        page.count('src="data:image/jpeg;base64,') == 5
    )  # a picture a step, and one of what was scrolled to
    assert "left out" not in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)


def test_twenty_steps_stay_below_five_megabytes(tmp_path: Path) -> None:
    folder = record(tmp_path / "maya", [VISIT[1]] * 20)
    for path in (folder / "screenshots").iterdir():
        path.write_bytes(path.read_bytes().ljust(140_000, b"\0"))
    page = film_html(folder)
    assert len(page.encode()) < 5_000_000
    looks = [f'alt="The page as Maya saw it at step {number}"' for number in range(1, 21)]
    assert all(look in page for look in looks)
    assert re.search(r"\d+ pictures left out", page)


def test_the_policy_names_the_very_style_and_script(tmp_path: Path) -> None:
    page = film_html(record(tmp_path / "maya"))
    [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert policy.startswith("default-src 'none'; ")
    for tag, name, text in (("script", "script-src", "film.js"), ("style", "style-src", "viewer.css")):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert inside == static(text)
        digest = base64.b64encode(sha256(inside.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_recorded_pages_are_left_out(tmp_path: Path) -> None:
    page = film_html(record(tmp_path / "maya", [Made(html="<p>only in the recorded page</p>")]))
    assert "only in the recorded page" not in page
    assert "The recorded page" not in page


def test_links_out_of_the_recording_are_not_followed(tmp_path: Path) -> None:
    folder = record(tmp_path / "maya", VISIT[:1])
    (tmp_path / "other.jpg").write_bytes(b"TOP SECRET")
    (folder / "screenshots" / "0001.jpg").unlink()
    (folder / "screenshots" / "0001.jpg").symlink_to(tmp_path / "other.jpg")
    assert base64.b64encode(b"TOP SECRET").decode() not in film_html(folder)


@pytest.mark.parametrize(
    "lines", [["no header"], [], [{"kind": "header"}], [{"kind": "ending", "ended": "left"}]]
)
def test_what_is_hardly_a_recording_makes_a_page(tmp_path: Path, lines: list[object]) -> None:
    page = film_html(write_raw(tmp_path / "r", *lines))
    assert "</html>" in page
    assert "Somebody" in page


def test_a_folder_without_a_journal_makes_a_page(tmp_path: Path) -> None:
    assert "cannot be read" in film_html(tmp_path)
