"""A viewer of a folder of recordings, with a cache of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from viewer.serving import running_viewer

View = Callable[[Path], str]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is kept beside the test, not in the user's cache."""
    monkeypatch.setenv("SIMAGENT_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def view() -> Iterator[View]:
    """Starts viewers, and ends them with the test."""
    with ExitStack() as running:
        yield lambda folder: running.enter_context(running_viewer(folder))
