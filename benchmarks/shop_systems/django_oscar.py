"""django-oscar (BSD-3-Clause), as its users install it: in an environment of its own, on loopback."""

import hashlib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from agent.errors import UserError
from agent.model.cache import Progress, cache_dir, make_once
from agent.model.environment import clean_environment, pip
from agent.model.logged import CommandFailed, last_words, run_logged

HERE = Path(__file__).parent
LOCK = HERE / "django-oscar.txt"
NEEDS_BYTES = 2**29
MINUTES = 15 * 60.0
STARTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Order:
    """An order in the shop's own books."""

    number: str
    goods: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Oscar:
    """A running shop.

    Attributes:
        url: its start page.
        books: its database.
    """

    url: str
    books: Path

    def orders(self) -> list[Order]:
        """All orders, the first one first."""
        with closing(sqlite3.connect(f"file:{self.books}?mode=ro", uri=True, timeout=20)) as books:
            rows = books.execute("SELECT id, number, total_incl_tax FROM order_order ORDER BY id").fetchall()
            lines = books.execute("SELECT order_id, title, quantity FROM order_line ORDER BY id").fetchall()
        return [
            Order(
                number,
                tuple(f"{quantity}, {title}" for order, title, quantity in lines if order == row),
                f"£{total:.2f}",
            )
            for row, number, total in rows
        ]


@contextmanager
def running_oscar(folder: Path, progress: Progress) -> Iterator[Oscar]:
    """Installs it where it is not yet, fills a new shop, and serves it as long as the block lasts.

    Raises:
        UserError: it cannot be installed, filled or started; the text says why.
    """
    python = _environment(progress)
    folder.mkdir(parents=True, exist_ok=True)
    variables = {
        **clean_environment(),
        "DJANGO_SETTINGS_MODULE": "oscar_site.settings",
        "PYTHONPATH": str(HERE),
        "SHOP_FOLDER": str(folder),
    }
    log = folder / "shop.log"
    try:
        run_logged(
            [python, "-W", "ignore", "-m", "oscar_site.fill"],
            what="filling the shop", log=log, progress=progress, seconds=MINUTES, env=variables,
        )  # fmt: skip
    except CommandFailed as error:
        raise UserError(f"django-oscar could not be filled: {error}") from error
    port = _free_port()
    command = [str(python), "-W", "ignore", "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with log.open("ab") as sink:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=variables)
        try:
            url = f"http://127.0.0.1:{port}/"
            _await(url, server, log)
            yield Oscar(url, folder / "shop.sqlite3")
        finally:
            server.terminate()
            server.wait()


def _environment(progress: Progress) -> Path:
    digest = hashlib.sha256(
        f"{sys.version_info[:2]}\n{LOCK.read_text(encoding='utf-8')}".encode()
    ).hexdigest()
    name = f"django-oscar-{digest[:12]}"
    return make_once(name, partial(_build, progress), progress, needs_bytes=NEEDS_BYTES) / "bin" / "python"


def _build(progress: Progress, folder: Path) -> Mapping[str, object]:
    log = cache_dir() / "logs" / f"{folder.name}.log"
    run = partial(run_logged, log=log, progress=progress, seconds=MINUTES, env=clean_environment())
    python = folder / "bin" / "python"
    try:
        run([sys.executable, "-m", "venv", "--clear", folder], what="making an environment for django-oscar")
        run(
            [*pip(python, "install"), "--no-deps", "--require-hashes", "-r", LOCK],
            what="installing django-oscar (once, about a minute)",
        )
    except CommandFailed as error:
        raise UserError(f"django-oscar could not be installed: {error}") from error
    return {"python": sys.version.split()[0]}


def _await(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and server.poll() is None:
        try:
            if httpx.get(url, timeout=10, follow_redirects=True).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise UserError(f"django-oscar does not start (log: {log})\n{last_words(log)}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
