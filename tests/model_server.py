"""A pytest plugin for the tests that need the real model server: last in the run, and tidied up after it.

Such a test is marked `model` and asks for the fixture `real_server`.
"""

from typing import Any

import pytest

from agent.model import Server, ensure_server, prepare, server_status, stop_server

started = pytest.StashKey[set[int]]()
"""Processes of the servers that this run's tests started."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[started] = set()
    if config.pluginmanager.hasplugin("xdist") and not _is_worker(config):
        config.pluginmanager.register(FromWorkers(config))


@pytest.fixture(scope="session")
def real_server(pytestconfig: pytest.Config) -> Server:
    """The model server of this machine, with the real weights; both are made where they are missing."""
    prepare(print)
    server = ensure_server(print)
    if server.started:
        pytestconfig.stash[started].add(server.pid)
    return server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that need the model last: its server takes all processors."""
    items.sort(key=lambda item: item.get_closest_marker("model") is not None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends the server that the tests started, once no worker needs it; one that ran before stays."""
    ours = session.config.stash[started]
    if _is_worker(session.config):
        session.config.workeroutput["started_servers"] = sorted(ours)  # type: ignore[attr-defined] # xdist's
    elif server_status().pid in ours:
        stop_server()


class FromWorkers:
    """Hears from xdist's workers which servers they started."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended."""
        output = getattr(node, "workeroutput", {})
        self._config.stash[started].update(output.get("started_servers", ()))


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
