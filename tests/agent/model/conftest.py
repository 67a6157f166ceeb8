import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.model import ServerOptions, stop_server
from agent.model.cache import CACHE_VARIABLE
from agent.model.environment import PYTHON_VARIABLE

STAND_IN = Path(__file__).with_name("stand_in_vllm.py")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    monkeypatch.delenv(PYTHON_VARIABLE, raising=False)
    return folder


@dataclass
class StandIn:
    """How the program that stands in for vLLM behaves, and what it is asked to serve."""

    options: ServerOptions
    python: Path
    _monkeypatch: pytest.MonkeyPatch

    def behaves(self, behaviour: str) -> None:
        self._monkeypatch.setenv("STAND_IN_BEHAVIOUR", behaviour)


@pytest.fixture
def stand_in(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A Python whose `-m vllm...` is a small HTTP server with vLLM's command line and addresses."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv(PYTHON_VARIABLE, str(python))
    model = tmp_path / "tiny-model"
    model.mkdir()
    yield StandIn(ServerOptions(model=str(model)), python, monkeypatch)
    stop_server()
