"""One request for a page, from the cookie to the event log, so that the pages themselves are plain functions.

A handler takes a `Page` and returns a response. All its work is one transaction of the books, and what it
notes is logged after the page itself. Handlers run in the server's one event loop thread: each takes some
milliseconds, and none waits for anything.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox_shop.books import Visit
from sandbox_shop.events import EventKind
from sandbox_shop.shop import Shop

COOKIE = "visit"
LARGEST_FORM = 64 * 1024
NEWSLETTER_PAGE = 3


@dataclass
class Page:
    """A request for a page, with who asks.

    Attributes:
        shop: the shop that is asked.
        visit: who asks, as known when the request came.
        path: path and query of the address.
        params: the address's parts in braces, such as the product's code.
        query: the address's query.
        form: what was sent in, by field name; empty unless posted.
        interruptible: whether the newsletter dialog may come up on this page.
    """

    shop: Shop
    visit: Visit
    path: str
    params: Mapping[str, str]
    query: QueryParams
    form: Mapping[str, str]
    interruptible: bool = True
    noted: list[tuple[EventKind, dict[str, Any]]] = field(default_factory=list)

    def note(self, kind: EventKind, **detail: Any) -> None:
        """Log this, after the page itself."""
        self.noted.append((kind, detail))

    def answer(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page of the shop, with header and footer."""
        visit, books = self.visit, self.shop.books
        name = books.account(visit.account)[0] if visit.account else ""
        if visit.notice:
            books.note_on_visit(visit, "notice", "")
        frame = {
            "path": self.path,
            "notice": visit.notice,
            "customer": name,
            "cart_count": sum(line.quantity for line in books.cart(visit)),
            "wish_count": len(books.wishes(visit)),
            "ask_cookies": self.shop.design.cookie_banner == "on" and not visit.cookies,
            "ask_newsletter": self._newsletter_is_due(status),
        }
        return HTMLResponse(self.shop.render(template, **frame, **context), status)

    def frame(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A page in a frame of another: no header, no footer."""
        return HTMLResponse(self.shop.render(template, path=self.path, **context), status)

    def go(self, address: str, *, notice: str = "") -> Response:
        """Send the visitor on, with a sentence for the next page."""
        if notice:
            self.shop.books.note_on_visit(self.visit, "notice", notice)
        return RedirectResponse(quote(address, safe="/?&=%#+:,@"), 303)

    def not_found(self) -> Response:
        """The page that says that there is no such page."""
        return self.answer("not_found.html", status=404)

    def _newsletter_is_due(self, status: int) -> bool:
        visit, books = self.visit, self.shop.books
        if not self.interruptible or status != 200 or self.form:
            return False
        books.note_on_visit(visit, "pages", visit.pages + 1)
        due = visit.pages + 1 >= NEWSLETTER_PAGE and not visit.newsletter
        if self.shop.design.newsletter == "off" or not due:
            return False
        books.note_on_visit(visit, "newsletter", "shown")
        return True


Handler = Callable[[Page], Response]
PartHandler = Callable[[Shop, Request], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(shop: Shop, handler: Handler, *, interruptible: bool = True) -> Endpoint:
    """What the web framework calls for a page."""

    async def answer(request: Request) -> Response:
        form = await _read_form(request)
        books = shop.books
        with books.transaction():
            cookie = request.cookies.get(COOKIE)
            visit = (books.visit(cookie) if cookie else None) or books.begin_visit()
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            page = Page(shop, visit, path, request.path_params, request.query_params, form, interruptible)
            response = handler(page)
            if cookie != visit.id:
                response.set_cookie(COOKIE, visit.id, httponly=True, samesite="lax")
                books.record(visit, EventKind.VISIT, {})
            seen = {"method": request.method, "path": path, "status": response.status_code}
            books.record(visit, EventKind.PAGE, seen)
            for kind, detail in page.noted:
                books.record(visit, kind, detail)
        return response

    return answer


def part(shop: Shop, handler: PartHandler) -> Endpoint:
    """What the web framework calls for what is only a part of a page: nobody's visit, and not in the log."""

    async def answer(request: Request) -> Response:
        return handler(shop, request)

    return answer


def local_address(address: str) -> str:
    """The address if it leads to a page of this shop, the home page otherwise."""
    safe = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if safe and address.isprintable() else "/"


async def _read_form(request: Request) -> dict[str, str]:
    if request.method != "POST":
        return {}
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise HTTPException(413, "This form is too large.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
