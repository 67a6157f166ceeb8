"""A server of pages that make reading hard: endless, restless, hanging, nested, and of any size.

Whatever runs on and on here ends by itself after some seconds.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.loopback import LoopbackServer

STREAM_SECONDS = 15
BUSY = (
    "const tell = new XMLHttpRequest(); tell.open('GET', '/begun', false); tell.send();"
    " const until = Date.now() + {ms}; while (Date.now() < until) {{ }}"
)
"""Tells the server that it begins, and from then on leaves no gap."""


def page(body: str, script: str = "") -> str:
    """A page of a body, and a script that runs when the body stands there."""
    return f"<!doctype html><title>Difficult</title><body>{body}<script>{script}</script></body>"


def busy(query: dict[str, str]) -> str:
    """A frame that answers nothing for a while, from a moment after it stands there."""
    return page("<button>Unreachable</button>", f"setTimeout(() => {{ {BUSY.format(ms=query['ms'])} }}, 0);")


def framed(query: dict[str, str]) -> str:
    """A page with one frame of a given address."""
    return page(f"<button>Go on</button><iframe width=300 height=200 src='{query['src']}'></iframe>")


def restless(query: dict[str, str]) -> str:
    """A page whose frame goes elsewhere again and again."""
    return page(
        "<button>Go on</button><iframe id=f width=300 height=200></iframe>",
        f"let n = 0; const timer = setInterval(() => {{ n += 1; if (n > 1500) clearInterval(timer);"
        f" document.getElementById('f').src = '{query['src']}?n=' + n; }}, 10);",
    )


def flicker(query: dict[str, str]) -> str:
    """A page whose frames come and go."""
    return page(
        "<button>Go on</button><div id=d></div>",
        f"let n = 0; const timer = setInterval(() => {{ n += 1; if (n > 1500) clearInterval(timer);"
        " const d = document.getElementById('d'); d.replaceChildren();"
        " if (n % 3) { const f = document.createElement('iframe');"
        f" f.src = '{query['src']}?n=' + n; d.append(f); }} }}, 10);",
    )


def nested(query: dict[str, str]) -> str:
    """Frames in frames, their hosts taking turns where two are given."""
    left = int(query["left"])
    hosts = query["hosts"].split(",")
    src = f"http://{hosts[left % len(hosts)]}:{query['port']}/nested?left={left - 1}&hosts={query['hosts']}"
    inner = f"<iframe width=600 height=400 src='{src}'></iframe>" if left else ""
    return page(f"<button>Level {left}</button>{inner}")


def large(query: dict[str, str]) -> str:
    """Cards, six elements each."""
    card = "<li><a href='/p/{n}'><h3>Kettle {n}</h3></a><p>Boils <b>{n}</b> litres</p><button>Buy it</button>"
    cards = "".join(card.format(n=n) for n in range(int(query["elements"]) // 6))
    return page(f"<h1>Kettles</h1><ul>{cards}</ul>")


PAGES: dict[str, Callable[[dict[str, str]], str]] = {
    "/busy": busy,
    "/framed": framed,
    "/restless": restless,
    "/flicker": flicker,
    "/nested": nested,
    "/large": large,
    "/plain": lambda _: page("<button>Pay now</button>"),
    "/growing": lambda _: page(
        "<button>Go on</button><ul id=u></ul>",
        "let n = 0; const timer = setInterval(() => { for (let i = 0; i < 50; i += 1, n += 1)"
        " document.getElementById('u').insertAdjacentHTML('beforeend', `<li><a href=/${n}>Item ${n}</a>`);"
        " window.scrollTo(0, document.body.scrollHeight); if (n > 60000) clearInterval(timer); }, 5);",
    ),
    "/mutating": lambda _: page(
        "<button>Go on</button><main id=m></main>",
        "let n = 0; const timer = setInterval(() => { n += 1; if (n > 3000) clearInterval(timer);"
        " document.getElementById('m').innerHTML = `<a href=/x>Offer</a>`.repeat(1 + n % 300); }, 3);",
    ),
    "/writing": lambda _: page(
        "<button>Go on</button>",
        "let n = 0; const again = () => { n += 1; document.open();"
        " document.write('<title>Written</title><button>Go on</button><p>Written'); document.close();"
        " if (n < 1500) setTimeout(again, 5); }; setTimeout(again, 50);",
    ),
    "/alerting": lambda _: page(
        "<button>Go on</button>",
        "let n = 0; const again = () => { n += 1; alert('Win ' + n); if (n < 300) setTimeout(again, 0); };"
        " setTimeout(again, 50);",
    ),
    "/reloading": lambda _: page("<button>Go on</button>", "setTimeout(() => location.reload(), 30);"),
    "/crowded": lambda _: page(
        "<button>Go on</button>" + "<iframe width=50 height=30 src=/plain></iframe>" * 100
    ),
    "/patched": lambda _: page(
        "<button>Go on</button><x-a></x-a><form><input name=firstChild><input name=localName></form>",
        "const boom = () => { throw new Error('touched'); };"
        "for (const [kind, names] of [[Node, ['firstChild', 'nextSibling', 'nodeType', 'parentNode']],"
        " [Element, ['localName', 'shadowRoot', 'getAttribute', 'matches', 'getBoundingClientRect']],"
        " [Document, ['body', 'documentElement', 'title', 'querySelectorAll', 'elementFromPoint']],"
        " [HTMLElement, ['innerText', 'onclick']], [HTMLInputElement, ['value', 'type', 'labels']]])"
        " for (const name of names) try {"
        " Object.defineProperty(kind.prototype, name, { get: boom, set: boom }); } catch { }"
        "for (const name of ['map', 'push', 'filter', Symbol.iterator]) Array.prototype[name] = boom;"
        "Map.prototype.get = Set.prototype.has = String.prototype.replace = RegExp.prototype.test = boom;"
        "window.getComputedStyle = JSON.stringify = boom; window.Set = window.Map = undefined;",
    ),
}


class _Handler(BaseHTTPRequestHandler):
    server: "Server"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden argument
        """Says nothing."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/stream":
            self._stream()
            return
        if address.path == "/begun":
            self.server.busy.set()
        made = PAGES.get(address.path)
        query = {key: values[-1] for key, values in parse_qs(address.query).items()}
        query["port"] = str(self.server.server_port)
        data = (made(query) if made else page("<p>Gone")).encode()
        self.send_response(200 if made else 500)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self._write(data)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        until = time.monotonic() + STREAM_SECONDS
        more = self._write(b"<!doctype html><title>Endless</title><h1>News</h1><button>Go on</button>")
        number = 0
        while more and time.monotonic() < until and not self.server.ended:
            number += 1
            more = self._write(f"<p><a href='/{number}'>News of minute {number}</a>\n".encode())
            time.sleep(0.02)

    def _write(self, data: bytes) -> bool:
        """Writes; says whether anybody is still there."""
        try:
            self.wfile.write(data)
        except OSError:
            return False
        return True


class Server(LoopbackServer):
    """Serves the pages; its port answers as `127.0.0.1` and as `localhost`, which is another origin.

    Attributes:
        busy: set when a frame has begun to answer nothing.
        ended: whether streams are to end.
    """

    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.busy = threading.Event()
        self.ended = False


@contextmanager
def serving() -> Iterator[Server]:
    """Serves the pages as long as the block lasts."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended = True
            server.shutdown()
            thread.join()
