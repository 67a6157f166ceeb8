"""What a site's robots.txt asks of robots (RFC 9309); simagent is one where nobody says otherwise."""

import asyncio
from urllib.parse import urlsplit

import httpx
from protego import Protego

from agent.browser.site import leads_inside

AGENT = "simagent"
"""By which name robots.txt may speak of it."""

MOST_BYTES = 512 * 1024
"""That are read of a robots.txt (RFC 9309, section 2.5)."""

SECONDS = 10.0
"""Within which it must come."""

LONGEST_DELAY = 30.0
"""Seconds between two actions that a site may ask for."""


class Robots:
    """The robots.txt of the hosts that are visited, each read once.

    Args:
        user_agent: what the browser calls itself.
    """

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    async def allows(self, url: str) -> bool:
        """Whether a page may be opened. Where robots.txt cannot be read, nothing may (RFC 9309, 2.3.1.4)."""
        rules = await self._of(url)
        return rules is not None and bool(rules.can_fetch(url, AGENT))

    async def delay(self, url: str) -> float:
        """Seconds that the site asks for between two pages; 0 where it asks for none."""
        rules = await self._of(url)
        wanted = rules.crawl_delay(AGENT) if rules is not None else None
        return min(float(wanted or 0.0), LONGEST_DELAY)

    async def _of(self, url: str) -> Protego | None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(f"{origin}/robots.txt"))
        return await asyncio.shield(self._rules[origin])

    async def _read(self, url: str) -> Protego | None:
        text = b""
        hooks = {"request": [_stay_outside]} if not await leads_inside(url) else {}
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx.AsyncClient(
                    follow_redirects=True,
                    max_redirects=5,
                    headers={"user-agent": self._user_agent},
                    event_hooks=hooks,
                ) as client,
                client.stream("GET", url) as answer,
            ):
                if 400 <= answer.status_code < 500:
                    return Protego.parse("")
                if answer.status_code >= 500:
                    return None
                async for piece in answer.aiter_bytes():
                    text += piece
                    if len(text) >= MOST_BYTES:
                        break
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            return None
        return Protego.parse(text[:MOST_BYTES].decode("utf-8", errors="replace"))


async def _stay_outside(request: httpx.Request) -> None:
    """A robots.txt of the web is nowhere in a private network, wherever its server says that it is.

    Raises:
        httpx.RequestError: it would be.
    """
    if await leads_inside(str(request.url)):
        raise httpx.RequestError("leads into a private network", request=request)
