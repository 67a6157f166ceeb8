"""A small web server of pages that are hard to shop on; everything it holds back it lets go in the end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.loopback import LoopbackServer

PAGES = Path(__file__).parent.parent / "pages"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


class PageServer(LoopbackServer):
    """Serves the pages on loopback, and those that a test writes (`written`, by path), each
    with a content-security policy of its own where there is one (`policies`).

    `/held` answers only once `release` is called, or after `patience` seconds; `/stream` begins a page and
    ends it only then.
    """

    def __init__(self, away: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.away = away
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.other_origin = f"http://localhost:{self.server_port}"
        self.released = threading.Event()
        self.asked: list[str] = []
        self.posted: list[str] = []
        self.agents: list[str] = []
        self.written: dict[str, str] = {}
        self.policies: dict[str, str] = {}
        self.robots: str | None = None
        self.patience: float | None = None

    def release(self) -> None:
        """Lets go of all that is held back."""
        self.released.set()


class Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        self.server.agents.append(self.headers.get("User-Agent", ""))
        dynamic = {
            "/echo": self._echo,
            "/redirect": self._redirect,
            "/download": lambda: self._send(
                b"a,b", "text/csv", disposition="attachment; filename=prices.csv"
            ),
            "/file.json": lambda: self._send(b"{}", "application/json"),
            "/picture.png": lambda: self._send(PICTURE, "image/png"),
            "/late-text": lambda: self._send(b"Lovely kettle", "text/plain"),
            "/empty": lambda: self._send(b"", "text/html", status=204),
            "/status/404": lambda: self._send(b"<title>Lost</title>Lost", "text/html", status=404),
            "/dropped": self.close_connection_at_once,
            "/held": self._held,
            "/robots.txt": self._robots,
            "/away-to.html": self._away_to,
            "/stream": self._stream,
        }
        serve = dynamic.get(parts.path)
        if serve is None:
            self._page(parts.path)
        else:
            serve()

    def close_connection_at_once(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _page(self, path: str) -> None:
        file = PAGES / path.lstrip("/")
        if path not in self.server.written and not file.is_file():
            self._send(b"<title>Lost</title>Lost", "text/html", status=404)
            return
        text = self.server.written.get(path) or file.read_text(encoding="utf-8")
        text = text.replace("{{away}}", self.server.away).replace(
            "{{other_origin}}", self.server.other_origin
        )
        self._send(text.encode(), "text/html; charset=utf-8")

    def _echo(self) -> None:
        items = "".join(f"<li>{name} = {value}</li>" for name, value in parse_qsl(urlsplit(self.path).query))
        self._send(f"<title>Echo</title><ul>{items}</ul>".encode(), "text/html")

    def do_POST(self) -> None:
        self.server.asked.append(urlsplit(self.path).path)
        self.server.posted.append(urlsplit(self.path).path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._send(b"<title>Sent</title><h1>Thank you</h1>", "text/html")

    def _robots(self) -> None:
        if self.server.robots is None:
            self._send(b"", "text/plain", status=404)
        elif self.server.robots.startswith("http"):
            self._lead_to(self.server.robots)
        else:
            self._send(self.server.robots.encode(), "text/plain")

    def _away_to(self) -> None:
        link = f'<title>Ways</title><a href="{urlsplit(self.path).query}">There</a>'
        self._send(link.encode(), "text/html")

    def _redirect(self) -> None:
        self._lead_to(dict(parse_qsl(urlsplit(self.path).query))["to"])

    def _lead_to(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _held(self) -> None:
        self.server.released.wait(self.server.patience)
        self._send(b"<title>Came late</title><p>Here at last</p>", "text/html")

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Endless</title><p>The first part</p>".ljust(2048))
        self.wfile.flush()
        self.server.released.wait()

    def _send(self, body: bytes, kind: str, *, status: int = 200, disposition: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        policy = self.server.policies.get(urlsplit(self.path).path)
        if policy:
            self.send_header("Content-Security-Policy", policy)
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@contextmanager
def serving(away: str = "") -> Iterator[PageServer]:
    server = PageServer(away)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.release()
        server.shutdown()
        thread.join()
        server.server_close()
