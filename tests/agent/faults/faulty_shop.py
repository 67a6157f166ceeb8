"""The sandbox shop behind a server that fails on purpose: by command, or by chance.

Every fault ends by itself, and nothing listens anywhere but on loopback.
"""

import gzip
import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from urllib.parse import urlsplit

from sandbox_shop import Design, ShopSettings, running_shop

SCRIPT = Path(__file__).with_name("page_faults.js")
SCRIPT_ADDRESS = "/faults/page_faults.js"
ROUND = "/faults/round"
"""Leads to itself for ever."""

HUGE_BYTES = 100_000_000
PIECE = 64 * 1024
HELD = 60.0
"""Seconds after which what is held back is let go, whether somebody asks for that or not."""

NOT_PASSED_ON = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})
SORRY = b"<title>Sorry</title><h1>Something went wrong</h1>"
BAD_GATEWAY = b"<title>Bad gateway</title><h1>Bad gateway</h1>"
HUGE_TYPES = {"script": "text/javascript", "image": "image/png", "style": "text/css"}


class Fault(StrEnum):
    """What an answer can be in place of the shop's own."""

    NO_ANSWER = "no answer"
    STALLED = "stops in the middle and stays connected"
    DROPPED = "connection reset at once"
    CUT_OFF = "connection closed in the middle"
    ROUND = "redirected for ever"
    ERROR_500 = "HTTP 500"
    ERROR_502 = "HTTP 502"
    GARBAGE = "bytes that are no HTTP"
    WRONG_TYPE = "another media type"
    BROKEN_GZIP = "compressed, and cut off"
    HUGE = "100 MB of a known length"
    HUGE_STREAM = "100 MB of unknown length"


class FaultyShop:
    """A sandbox shop, and what goes wrong on the way to it.

    Attributes:
        struck: the faults that happened, by what was asked for (`document`, `script`, `image`).
        always_asked: whether the browser may keep no page, and asks for it on the way back, too.
    """

    def __init__(self, behind: str) -> None:
        self.behind = urlsplit(behind).netloc
        self.released = threading.Event()
        self.struck: Counter[tuple[str, Fault]] = Counter()
        self.always_asked = False
        self._lock = threading.Lock()
        self._armed: dict[str, list[Fault]] = {}
        self._standing: dict[str, Fault] = {}
        self._by_chance: Callable[[str], Fault | None] = lambda _kind: None
        self._in_page: list[tuple[str, int]] = []
        self._server = _Server(self, 0)
        self._port = self._server.server_port
        self._thread: threading.Thread | None = None
        self._timers: list[threading.Timer] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def once(self, fault: Fault, kind: str = "document", times: int = 1) -> None:
        """The next requests of this kind are answered so."""
        with self._lock:
            self._armed.setdefault(kind, []).extend([fault] * times)

    def always(self, fault: Fault | None, kind: str = "document") -> None:
        """All requests of this kind are answered so from now on; None: as the shop answers them."""
        with self._lock:
            self._standing.pop(kind, None)
            if fault is not None:
                self._standing[kind] = fault

    def by_chance(self, chances: random.Random, shares: dict[str, float]) -> None:
        """Requests are answered in some way or other, each with the share of its kind."""

        def draw(kind: str) -> Fault | None:
            return chances.choice(list(Fault)) if chances.random() < shares.get(kind, 0.0) else None

        self._by_chance = draw

    def in_page(self, strike: str, delay: int = 0) -> None:
        """The next document does this to itself (`page_faults.js`), so many milliseconds after it began."""
        with self._lock:
            self._in_page.append((strike, delay))

    def well_again(self) -> None:
        """Whatever was to go wrong does not, and what was held is let go."""
        with self._lock:
            self.always_asked = False
            self._armed.clear()
            self._standing.clear()
            self._in_page.clear()
            self._by_chance = lambda _kind: None
        self.released.set()
        self.released = threading.Event()
        for timer in self._timers:
            timer.join()
        self._timers.clear()
        self.come_back()

    def go_down(self, seconds: float | None = None) -> None:
        """Nobody listens any more, for some seconds where they are given; the port stays ours."""
        with self._lock:
            if self._thread is None:
                return
            self._server.shutdown()
            self._thread.join()
            self._thread = None
            self._server.server_close()
            self._server = _Server(self, self._port)
        if seconds is not None:
            timer = threading.Timer(seconds, self.come_back)
            self._timers.append(timer)
            timer.start()

    def come_back(self) -> None:
        """Listens again."""
        with self._lock:
            if self._thread is not None:
                return
            self._server.server_activate()
            self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
            self._thread.start()

    def close(self) -> None:
        self.well_again()
        self.released.set()
        self.go_down()
        self._server.server_close()

    def fault_of(self, kind: str) -> Fault | None:
        """How this request is answered; None: as the shop does."""
        with self._lock:
            armed = self._armed.get(kind)
            fault = armed.pop(0) if armed else self._standing.get(kind) or self._by_chance(kind)
            if fault is not None:
                self.struck[kind, fault] += 1
            return fault

    def injection(self) -> str:
        """What is put into the next document."""
        with self._lock:
            strikes = ";".join(f"{strike}:{delay}" for strike, delay in self._in_page)
            self._in_page.clear()
        return f'<script src="{SCRIPT_ADDRESS}" data-strikes="{strikes}"></script>'


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, shop: FaultyShop, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.shop = shop
        self.server_bind()  # and no more: who calls now is refused

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle of an answer is what these answers are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        if path == SCRIPT_ADDRESS:
            self._send(200, "text/javascript", SCRIPT.read_bytes())
        elif path == ROUND:
            self._go_round()
        else:
            self._answer(body)

    do_POST = do_GET  # noqa: N815 - the name is the base class's

    def _answer(self, body: bytes) -> None:
        kind = self.headers.get("Sec-Fetch-Dest", "")
        kind = "document" if kind == "iframe" else kind
        fault = self.server.shop.fault_of(kind)
        answers: dict[Fault | None, Callable[[], object]] = {
            None: partial(self._pass_on, body),
            Fault.NO_ANSWER: partial(self.server.shop.released.wait, HELD),
            Fault.STALLED: partial(self._break_off, body, stalls=True),
            Fault.DROPPED: self._reset,
            Fault.CUT_OFF: partial(self._break_off, body, stalls=False),
            Fault.ROUND: self._go_round,
            Fault.ERROR_500: partial(self._send, 500, "text/html", SORRY),
            Fault.ERROR_502: partial(self._send, 502, "text/html", BAD_GATEWAY),
            Fault.GARBAGE: partial(self.wfile.write, random.Random(0).randbytes(4096)),
            Fault.WRONG_TYPE: partial(self._pass_on, body, kind="application/pdf"),
            Fault.BROKEN_GZIP: partial(self._break_gzip, body),
            Fault.HUGE: partial(self._send_huge, kind, known=True),
            Fault.HUGE_STREAM: partial(self._send_huge, kind, known=False),
        }
        answers[fault]()

    def _go_round(self) -> None:
        number = int(urlsplit(self.path).query or 0) if self.path.startswith(ROUND) else 0
        self.send_response(302)
        self.send_header("Location", f"{ROUND}?{number + 1}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _reset(self) -> None:
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
        self.connection.close()

    def _asked_behind(self, body: bytes) -> tuple[HTTPResponse, bytes]:
        behind = HTTPConnection(self.server.shop.behind, timeout=HELD)
        try:
            behind.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = behind.getresponse()
            return answer, answer.read()
        finally:
            behind.close()

    def _pass_on(self, body: bytes, kind: str | None = None) -> None:
        answer, content = self._asked_behind(body)
        if answer.headers.get_content_type() == "text/html":
            content = content.replace(b"</head>", f"{self.server.shop.injection()}</head>".encode(), 1)
        self._head(answer, len(content), kind=kind)
        self.wfile.write(content)

    def _break_off(self, body: bytes, *, stalls: bool) -> None:
        answer, content = self._asked_behind(body)
        self._head(answer, len(content))
        self.wfile.write(content[: len(content) // 2])
        if stalls:
            self.wfile.flush()
            self.server.shop.released.wait(HELD)

    def _break_gzip(self, body: bytes) -> None:
        answer, content = self._asked_behind(body)
        small = gzip.compress(content)
        half = small[: len(small) // 2]
        self._head(answer, len(half), encoding="gzip")
        self.wfile.write(half)

    def _head(
        self, answer: HTTPResponse, length: int, *, kind: str | None = None, encoding: str | None = None
    ) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() in NOT_PASSED_ON or (kind and name.lower() == "content-type"):
                continue
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if self.server.shop.always_asked and answer.headers.get_content_type() == "text/html":
            self.send_header("Cache-Control", "no-store")  # on the way back, too, it is asked for
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_huge(self, kind: str, *, known: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", HUGE_TYPES.get(kind, "text/html"))
        if known:
            self.send_header("Content-Length", str(HUGE_BYTES))
        self.end_headers()
        left = HUGE_BYTES
        for piece in huge(kind):
            if left <= 0:
                return
            self.wfile.write(piece[:left])
            left -= len(piece)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


def huge(kind: str) -> Iterator[bytes]:
    """An answer without end, in pieces."""
    if kind == "script":
        return itertools.repeat(b"globalThis.much = 1;".ljust(PIECE - 1) + b"\n")
    if kind == "image":
        return itertools.chain([b"\x89PNG\r\n\x1a\n"], itertools.repeat(bytes(PIECE)))
    text = b"<p>" + b"So many words are said here. ".ljust(40) * (PIECE // 40) + b"</p>\n"
    return itertools.chain(
        [b"<!doctype html><title>Very long</title><a href='/'>Home</a>"], itertools.repeat(text)
    )


@contextmanager
def faulty_shop(size: int = 60) -> Iterator[FaultyShop]:
    quiet = Design(newsletter="off", cookie_banner="off")
    with running_shop(ShopSettings(size=size, design=quiet)) as behind:
        shop = FaultyShop(behind.url)
        shop.come_back()
        try:
            yield shop
        finally:
            with suppress(OSError):
                shop.close()
