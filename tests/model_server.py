"""A pytest plugin for the tests that need the real model server: last in the run, and tidied up after it."""

import pytest

from agent.model import Server, ServerState, ensure_server, prepare, server_status, stop_server

ran_before = pytest.StashKey[bool]()


def pytest_sessionstart(session: pytest.Session) -> None:
    if not _is_worker(session.config):
        session.config.stash[ran_before] = server_status().state is not ServerState.ABSENT


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Ends the server that the tests started, once no worker needs it; one that ran before stays."""
    if not _is_worker(session.config) and not session.config.stash[ran_before]:
        stop_server()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that need the model last: its server takes all processors."""
    items.sort(key=lambda item: item.get_closest_marker("model") is not None)


@pytest.fixture(scope="session")
def real_server() -> Server:
    """The model server of this machine, with the real weights; both are made where they are missing."""
    prepare(print)
    return ensure_server(print)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
