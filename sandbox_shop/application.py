"""Which page answers which address."""

from collections.abc import Iterable
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from sandbox_shop.pages import account, cart, checkout, home, listing, product
from sandbox_shop.pages.page import Endpoint, Handler, PartHandler, endpoint, part
from sandbox_shop.shop import STATIC_FOLDER, Shop

_PAGES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", home.home),
    ("GET", "/departments", home.departments),
    ("GET", "/help", home.help_page),
    ("GET", "/help/{topic}", home.help_page),
    ("GET", "/search", listing.search),
    ("GET", "/c/{slug}", listing.category),
    ("GET", "/product/{code}", product.product),
)
_BUSINESS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/cart", cart.show),
    ("POST", "/cart/add", cart.add),
    ("POST", "/cart/buy-now", cart.buy_now),
    ("POST", "/cart/lines/{line}", cart.change),
    ("POST", "/cart/coupon", cart.coupon),
    ("GET", "/wish-list", cart.wish_list),
    ("POST", "/wish-list/add", cart.wish),
    ("POST", "/wish-list/remove", cart.unwish),
    ("GET", "/checkout", checkout.start),
    ("GET", "/checkout/address", checkout.address),
    ("POST", "/checkout/address", checkout.send_address),
    ("GET", "/checkout/delivery", checkout.delivery),
    ("POST", "/checkout/delivery", checkout.send_delivery),
    ("GET", "/checkout/payment", checkout.payment),
    ("GET", "/checkout/card", checkout.card),
    ("POST", "/checkout/card", checkout.send_card),
    ("GET", "/checkout/review", checkout.review),
    ("POST", "/checkout/order", checkout.order),
    ("GET", "/checkout/confirmation/{number}", checkout.confirmation),
    ("GET", "/account", account.account),
    ("GET", "/account/orders/{number}", account.order),
    ("GET", "/account/login", account.login),
    ("POST", "/account/login", account.send_login),
    ("GET", "/account/register", account.register),
    ("POST", "/account/register", account.send_register),
    ("POST", "/account/logout", account.logout),
    ("POST", "/cookies", account.cookies),
    ("POST", "/newsletter", account.newsletter),
)
"""Pages on which somebody is doing business, and no dialog interrupts."""

_PARTS: tuple[tuple[str, PartHandler], ...] = (
    ("/suggest", listing.suggest),
    ("/product/{code}/reviews", product.reviews),
    ("/pictures/{code}/{view}.svg", product.picture),
)

MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class SafeHeaders:
    """Adds to every answer the headers that keep foreign scripts, frames and guesses out."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap this application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def application(shop: Shop) -> Starlette:
    """The shop as a web application."""
    return Starlette(
        routes=list(_routes(shop)),
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={404: _missing(shop), 405: _missing(shop)},
    )


def _routes(shop: Shop) -> Iterable[BaseRoute]:
    for method, path, handler in _PAGES:
        yield Route(path, endpoint(shop, handler), methods=[method])
    for method, path, handler in _BUSINESS:
        yield Route(path, endpoint(shop, handler, interruptible=False), methods=[method])
    for path, part_handler in _PARTS:
        yield Route(path, part(shop, part_handler), methods=["GET"])
    yield Route("/static/{name}", _static_files(), methods=["GET"])


def _static_files() -> Endpoint:
    """The shop's style sheets and scripts: few and small, so they are kept in memory."""
    files = {path.name: path.read_bytes() for path in STATIC_FOLDER.iterdir()}

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            return Response("There is no such file.", 404, media_type="text/plain")
        return Response(
            files[name],
            media_type=MEDIA_TYPES[Path(name).suffix],
            headers={"Cache-Control": "public, max-age=86400"},
        )

    return answer


def _missing(shop: Shop) -> ExceptionHandler:
    page = endpoint(shop, home.not_found, interruptible=False)

    async def answer(request: Request, _: Exception) -> Response:
        return await page(request)

    return answer
