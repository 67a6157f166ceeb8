"""Asks a viewer by raw HTTP: paths and headers go out as they are written here."""

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

DEADLINE = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(url: str, path: str = "/", method: str = "GET", **headers: str | None) -> Answer:
    """Asks for a path; `_` in a header's name stands for `-`, and None leaves out what would be sent else."""
    where = urlsplit(url)
    sent: dict[str, str | None] = {"host": where.netloc, "connection": "close"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in sent.items() if value is not None),
    ]
    return raw(url, "\r\n".join([*lines, "", ""]).encode())


def raw(url: str, request: bytes) -> Answer:
    """Sends bytes as they are."""
    where = urlsplit(url)
    assert where.hostname
    with socket.create_connection((where.hostname, where.port or 80), timeout=DEADLINE) as connection:
        connection.sendall(request)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Answer(int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}, body)


def wait_for(url: str, path: str, done: Callable[[str], bool]) -> str:
    """Asks again until the page is as it should be."""
    until, page = monotonic() + DEADLINE, ""
    while monotonic() < until:
        page = ask(url, path).text
        if done(page):
            return page
    raise AssertionError(f"{path} did not come to be as it should: {page[:2000]}")


def listed(url: str, query: str = "", count: int | None = None) -> str:
    """The list once all is indexed; a count is waited for, too."""

    def whole(page: str) -> bool:
        found = re.search(r'id="count" data-going-on="no"(?: data-running)?>([\d,]+)', page)
        return found is not None and count in {None, int(found[1].replace(",", ""))}

    return wait_for(url, f"/{query}", whole)


def sessions_in(page: str) -> list[str]:
    """Addresses of the sessions in a list, in its order."""
    return re.findall(r'<a class="cover" href="/(?:session/)?([^"]*)"', page)


def secret(folder: Path) -> Path:
    """A file that lies beside the folder that is shown, and must never be seen."""
    path = folder / "secret.txt"
    path.write_text("TOP SECRET")
    return path
