"""Two shops that have nothing of the sandbox shop: one of German pages, one of a single English page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.loopback import LoopbackServer

GOODS = {
    "kessel": ("Kupferkessel", "89,00 €"),
    "kanne": ("Teekanne", "15,50 €"),
    "tasse": ("Teetasse", "4,90 €"),
}

PAGE = """<!doctype html><html lang=de><title>{title} | Haus Buchholz</title>
<header><a href=/>Haus Buchholz</a>
<form action=/suche><input name=suche placeholder="Wonach suchen Sie?"><button>Suchen</button></form>
<a href=/kueche/>Küche</a> <a href=/konto>Mein Konto</a> <a href=/warenkorb>Warenkorb ({count})</a></header>
<main>{main}</main><footer><a href=/versand>Versand</a></footer></html>"""


class German(BaseHTTPRequestHandler):
    """Pages at addresses of their own; the server knows what is in the cart."""

    cart: list[str]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        words = parse_qs(address.query).get("suche", [""])[0].lower()
        match address.path.strip("/").split("/"):
            case [""]:
                self._answer("Startseite", f"<h1>Willkommen</h1>{self._list(GOODS)}")
            case ["suche"]:
                found = {code: item for code, item in GOODS.items() if words in item[0].lower()}
                said = (
                    f"<p>{len(found)} Treffer</p>{self._list(found)}"
                    if found
                    else "<p>Leider nichts gefunden.</p>"
                )
                self._answer("Suche", f"<h1>Suchergebnisse für „{words}“</h1>{said}")
            case ["kueche"]:
                self._answer("Küche", f"<h1>Küche</h1>{self._list(GOODS)}")
            case ["kueche", code]:
                self._product(code)
            case ["warenkorb"]:
                lines = "".join(f"<li>{GOODS[code][0]} {GOODS[code][1]}</li>" for code in self.cart)
                self._answer(
                    "Warenkorb", f"<h1>Warenkorb</h1><ul>{lines}</ul><a href=/kasse>Zur Kasse gehen</a>"
                )
            case ["kasse"]:
                self._answer(
                    "Ihre Bestellung",
                    "<h1>Lieferung und Zahlung</h1><form method=post action=/danke>"
                    "<label>Straße und Hausnummer <input name=a></label><label>PLZ <input name=b></label>"
                    "<button>Zahlungspflichtig bestellen</button></form>",
                )
            case _:
                self._answer("Mein Konto", "<h1>Anmelden</h1><label>Passwort <input type=password></label>")

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
        if self.path == "/danke":
            self._answer("Danke", "<h1>Vielen Dank für Ihre Bestellung!</h1><p>Bestellnummer 4711</p>")
        elif sent.get("groesse", ["klein"]) == [""]:
            self._product(sent["code"][0], "<p role=alert>Bitte wählen Sie eine Größe.</p>")
        else:
            self.cart.append(sent["code"][0])
            self.send_response(303)
            self.send_header("Location", sent["zurueck"][0])
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _product(self, code: str, said: str = "") -> None:
        name, price = GOODS[code]
        self._answer(
            name,
            f"<h1>{name}</h1>{said}<p>{price}</p><form method=post action=/hinzu>"
            f"<input type=hidden name=code value={code}><input type=hidden name=zurueck value=/kueche/{code}>"
            "<label>Größe <select name=groesse><option value=''>Auswahl</option><option>klein</option>"
            "<option>groß</option></select></label><button>In den Warenkorb</button></form>",
        )

    @staticmethod
    def _list(goods: dict[str, tuple[str, str]]) -> str:
        items = "".join(
            f"<li><a href=/kueche/{code}><h3>{name}</h3></a> <p>{price}</p><form method=post action=/hinzu>"
            f"<input type=hidden name=code value={code}><input type=hidden name=zurueck value=/kueche/>"
            "<button>In den Warenkorb</button></form></li>"
            for code, (name, price) in goods.items()
        )
        return f"<ul>{items}</ul>"

    def _answer(self, title: str, main: str) -> None:
        _send(self, PAGE.format(title=title, main=main, count=len(self.cart)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keeps quiet."""


SINGLE = (Path(__file__).parent / "pages" / "single.html").read_text()


class Single(BaseHTTPRequestHandler):
    """An application of one page, whose address never changes."""

    def do_GET(self) -> None:
        _send(self, SINGLE)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keeps quiet."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The shop's address; its cart is empty."""
    fresh = type("Fresh", (handler,), {"cart": []})
    server = LoopbackServer(("127.0.0.1", 0), fresh)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, page: str) -> None:
    body = page.encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
