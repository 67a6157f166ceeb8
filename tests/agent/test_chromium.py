"""Where the browser is looked for, and in which order."""

from pathlib import Path

import pytest

from agent.chromium import find_chromium
from agent.errors import UserError


@pytest.fixture
def empty_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser, but for what a test puts there."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("SIMAGENT_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "ms-playwright"))
    return tmp_path


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_without_a_browser_it_says_how_to_get_one(empty_machine: Path) -> None:
    with pytest.raises(UserError, match=r"playwright install chromium.*apt-get install chromium"):
        find_chromium()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_on_the_path_is_found(empty_machine: Path, name: str) -> None:
    installed = program(empty_machine / "bin" / name)
    assert find_chromium() == installed


def test_playwrights_newest_download_goes_before_the_path(empty_machine: Path) -> None:
    program(empty_machine / "bin" / "chromium")
    program(empty_machine / "ms-playwright" / "chromium-999" / "chrome-linux" / "chrome")
    newest = program(empty_machine / "ms-playwright" / "chromium-1255" / "chrome-linux64" / "chrome")
    assert find_chromium() == newest


def test_playwrights_folder_is_where_playwright_puts_it(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH")
    monkeypatch.setenv("XDG_CACHE_HOME", str(empty_machine / "cache"))
    download = program(empty_machine / "cache" / "ms-playwright" / "chromium-1" / "chrome-linux" / "chrome")
    assert find_chromium() == download


def test_the_users_choice_goes_before_everything(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "bin" / "chromium")
    chosen = program(empty_machine / "mine")
    monkeypatch.setenv("SIMAGENT_CHROMIUM", str(chosen))
    assert find_chromium() == chosen


def test_a_choice_that_is_no_program_is_told(empty_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMAGENT_CHROMIUM", str(empty_machine))
    with pytest.raises(UserError, match=f"SIMAGENT_CHROMIUM names {empty_machine}, which is no program"):
        find_chromium()
