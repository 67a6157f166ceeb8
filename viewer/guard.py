"""Who may ask, and what every answer says of itself.

The server listens on loopback, where every page in the user's browser can reach it. So a request must name
the server by the very address that it listens at (a foreign name that was bound to loopback is refused: DNS
rebinding), must not come from another site's page, and can only read.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What our pages may load and do."""

RECORDED_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""What a recorded page may do: show itself, in our frame alone. No script, no picture, no address."""

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_FOREIGN = frozenset({"cross-site", "same-site"})
_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Guard:
    """Lets through who may ask, and puts the headers on every answer.

    Args:
        app: that answers.
        port: that the server listens at.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = frozenset(_hosts(port))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the application does, or refuses."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                own = [] if _has_policy(given) else [(b"content-security-policy", POLICY.encode())]
                message["headers"] = [*given, *own, *_HEADERS]
            await send(message)

        status, why = self._refusal(scope)
        answer = self._app if not why else PlainTextResponse(why, status, headers={"allow": "GET, HEAD"})
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        """Status and reason of a refusal; an empty reason where there is none."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 400, "This server answers at its own address on this machine alone.\n"
        if any(not self._is_own(origin) for origin in origins):
            return 403, "Pages of other sites may not ask here.\n"
        if headers.get("sec-fetch-site") in _FOREIGN and not _is_followed_link(headers):
            return 403, "Pages of other sites may not ask here.\n"
        if scope["method"] not in {"GET", "HEAD"}:
            return 405, "This server can only be read from.\n"
        return 200, ""

    def _is_own(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme == "http" and host.lower() in self._hosts


def _hosts(port: int) -> Iterable[str]:
    for name in _NAMES:
        yield f"{name}:{port}"
        if port == 80:
            yield name


def _has_policy(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-security-policy" for name, _ in headers)


def _is_followed_link(headers: Headers) -> bool:
    """Whether somebody followed a link to a page, which then opens in place of the one with the link."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
