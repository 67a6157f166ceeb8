"""The running shop: in this process on a free port, or as a server until somebody stops it."""

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from sandbox_shop.application import application
from sandbox_shop.books import Books
from sandbox_shop.catalogue.product import Catalogue
from sandbox_shop.database import CatalogueDatabase
from sandbox_shop.design import Design
from sandbox_shop.errors import AddressError, ShopError
from sandbox_shop.events import Event
from sandbox_shop.shop import Shop

HIGHEST_PORT = 65535
START_DEADLINE = 60.0
"""Seconds after which a server that does not answer has failed to start."""


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Which shop: the same settings always make the same shop.

    Attributes:
        catalogue: `market`, `clothing2008`, or the path of a file of products.
        seed: which of the possible markets; order numbers come from it too.
        size: products of the market.
        design: the switches.
    """

    catalogue: str = "market"
    seed: int = 0
    size: int = 2000
    design: Design = field(default_factory=Design)


@dataclass(frozen=True, slots=True)
class RunningShop:
    """A shop that answers at `url`, such as `http://127.0.0.1:40123`."""

    url: str
    shop: Shop

    def begin_orders_at(self, number: str) -> None:
        """The next order gets that number, so that a visit can be repeated."""
        self.shop.books.begin_orders_at(number)

    def reset(self) -> None:
        """Forget all visits, carts, orders, accounts and events; takes milliseconds."""
        self.shop.books.reset()

    def events(self) -> list[Event]:
        """What happened so far, oldest first."""
        return self.shop.books.events()


@contextmanager
def open_shop(
    settings: ShopSettings | None = None, *, books: Path | None = None, catalogue: Catalogue | None = None
) -> Iterator[Shop]:
    """The shop without a server: its catalogue's database, built on first use, and its books.

    Args:
        settings: which shop; the default one where none are given.
        books: the file in which it keeps its books; in memory where none is given.
        catalogue: products to sell in place of the catalogue that the settings name.

    Raises:
        ShopError: there is no such catalogue, or the books' file cannot be used.
    """
    settings = settings or ShopSettings()
    if catalogue is not None:
        database = CatalogueDatabase.of(catalogue)
    else:
        database = CatalogueDatabase.cached(settings.catalogue, seed=settings.seed, size=settings.size)
    with closing(database), closing(Books(books, seed=settings.seed)) as kept:
        yield Shop(database, kept, settings.design)


@contextmanager
def running_shop(
    settings: ShopSettings | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    books: Path | None = None,
    catalogue: Catalogue | None = None,
) -> Iterator[RunningShop]:
    """A shop that runs in this process until the block ends; nothing of it is left behind.

    Args:
        settings: which shop; the default one where none are given.
        host: address to listen at.
        port: 0 for any free one.
        books: the file in which it keeps its books; in memory where none is given.
        catalogue: products to sell in place of the catalogue that the settings name.

    Raises:
        ShopError: there is no such catalogue, the books' file cannot be used, or the port is taken.
    """
    with open_shop(settings, books=books, catalogue=catalogue) as shop, _listening(host, port) as listener:
        server = _Server(_configuration(shop))
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox shop")
        thread.start()
        try:
            server.wait_until_ready()
            yield RunningShop(_url(host, listener), shop)
        finally:
            server.should_exit = True
            thread.join()


def serve(
    settings: ShopSettings, *, host: str, port: int, books: Path | None, on_ready: Callable[[str], None]
) -> None:
    """Run the shop until it is interrupted (Ctrl-C) or told to end; `on_ready` is told its address.

    Raises:
        ShopError: there is no such catalogue, the books' file cannot be used, or the port is taken.
        KeyboardInterrupt: it was interrupted, after it ended cleanly.
    """
    with open_shop(settings, books=books) as shop, _listening(host, port) as listener:
        url = _url(host, listener)
        _Server(_configuration(shop), on_ready=lambda: on_ready(url)).run([listener])


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._ready = threading.Event()
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
        if self._on_ready:
            self._on_ready()

    def wait_until_ready(self) -> None:
        if not self._ready.wait(START_DEADLINE):
            raise ShopError(f"the shop did not start within {START_DEADLINE:.0f} seconds")


def _configuration(shop: Shop) -> uvicorn.Config:
    return uvicorn.Config(
        application(shop),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    if not 0 <= port <= HIGHEST_PORT:
        raise AddressError(
            f"port {port} does not exist: choose one up to {HIGHEST_PORT}, or 0 for any free one"
        )
    try:
        listener = socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise AddressError(_why_not(host, port, error)) from error
    with closing(listener):
        yield listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken: choose another with --port, or 0 for any free one"
    if error.errno == errno.EACCES:
        return f"port {port} is not allowed to you: choose one above 1023 with --port, or 0 for any free one"
    return f"the shop cannot listen at {host}, port {port}: {error.strerror or error}"


def _url(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"
