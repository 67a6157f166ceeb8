from pathlib import Path

import pytest

from agent.model import ensure_server
from agent.model.cache import CACHE_VARIABLE
from agent.model.installed import report
from tests.agent.model.conftest import StandIn


def test_an_empty_cache_is_told_with_what_to_do(cache: Path) -> None:
    checks = {check.name: check for check in report()}
    for name in ("model server's environment", "model"):
        assert not checks[name].ok
        assert checks[name].remedy == "run `simagent model prepare`"
    assert checks["Python"].ok
    assert checks["packages"].ok
    assert checks["model server"].ok


def test_everything_that_is_wrong_has_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setenv("SIMAGENT_CHROMIUM", str(tmp_path / "nowhere"))
    monkeypatch.setenv("SIMAGENT_SERVER_PYTHON", str(tmp_path / "nowhere"))
    wrong = [check for check in report() if not check.ok]
    assert {"Chromium", "model server's environment", "model"} <= {check.name for check in wrong}
    assert all(check.remedy for check in wrong)


def test_a_cache_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    checks = {check.name: check for check in report()}
    assert not checks["disk"].ok
    assert "cannot be written" in checks["disk"].remedy


def test_a_running_server_is_told_with_its_address(stand_in: StandIn) -> None:
    running = ensure_server(lambda _: None, stand_in.options)
    checks = {check.name: check for check in report()}
    assert running.url in checks["model server"].detail
