"""The server: on loopback alone, until somebody stops it, or in a thread for as long as a block takes."""

import errno
import ipaddress
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn

from agent.errors import UserError
from viewer.application import Shown, application
from viewer.guard import Guard
from viewer.index import Refresher, open_store
from viewer.places import Root, address_of
from viewer.rendering import session_url

START_DEADLINE = 30.0
"""Seconds after which a server that does not answer has failed to start."""


def view(
    directory: Path,
    open_path: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    open_browser: bool = True,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Shows the recordings in a folder until it is interrupted (Ctrl-C) or told to end.

    Args:
        directory: with recordings and studies anywhere in it; a recording or a study itself, too.
        open_path: the recording that is opened first, by its path from the directory; none: the list.
        host: a loopback address.
        port: 0 for any free one.
        open_browser: whether to open the user's browser.
        on_ready: told the address of what is opened first.

    Raises:
        UserError: there is no such folder, the address is not one of loopback, or the port is taken.
        KeyboardInterrupt: it was interrupted, after it ended cleanly.
    """
    with _shown(directory) as shown, _listening(host, port) as listener:
        url = _url(listener) + ("/" if open_path is None else session_url(address_of(open_path)))

        def ready() -> None:
            on_ready(url)
            if open_browser:
                # Some browsers are waited for until they are closed.
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

        _server(shown, listener, ready).run([listener])


@contextmanager
def running_viewer(directory: Path, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """A viewer that runs in this process until the block ends.

    Yields:
        Its address, such as `http://127.0.0.1:40123`.

    Raises:
        UserError: as for `view`.
    """
    with _shown(directory) as shown, _listening(host, port) as listener:
        started = threading.Event()
        server = _server(shown, listener, started.set)
        thread = threading.Thread(target=server.run, args=([listener],), name="viewer")
        thread.start()
        try:
            if not started.wait(START_DEADLINE):
                raise UserError(f"the viewer did not start within {START_DEADLINE:.0f} seconds")
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def _server(shown: Shown, listener: socket.socket, on_ready: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        Guard(application(shown), listener.getsockname()[1]),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, on_ready)


@contextmanager
def _shown(directory: Path) -> Iterator[Shown]:
    """The folder with its index, which is brought up to date from the beginning."""
    if not directory.is_dir():
        raise UserError(f"{directory} is no folder: name one that holds recordings")
    root = Root(directory)
    store = open_store(root.path)
    refresher = Refresher(root, store, _load_studies)
    refresher.ask(0.0)
    try:
        yield Shown(root, store, refresher)
    finally:
        refresher.close()
        store.close()


def _load_studies() -> None:
    """Loads what a study's page needs, which takes seconds, before somebody asks for one."""
    import viewer.studies  # noqa: F401, PLC0415


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    address = "127.0.0.1" if host == "localhost" else host
    if not _is_loopback(address):
        raise UserError(f"recordings are shown on this machine alone: --host {host} is no loopback address")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.create_server((address, port), family=family, backlog=128)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = f"port {port} is taken" if taken else f"port {port} cannot be had ({error.strerror or error})"
        raise UserError(f"{why}: choose another with --port, or 0 for any free one") from error
    with closing(listener):
        yield listener


def _is_loopback(host: str) -> bool:
    # The guard knows these names; others of the same network would be refused by it.
    try:
        return ipaddress.ip_address(host) in {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")}
    except ValueError:
        return False


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
