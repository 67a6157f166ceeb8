"""One look at one page: what `simagent simplify` prints."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

from agent.browser import BrowserSettings, open_browser
from agent.errors import UserError
from agent.page_view import PageView
from simplify import Observation, simplify, since
from simplify.observation import Spelling


def look_at(
    place: str,
    *,
    budget: int | None = None,
    paper_spelling: bool = False,
    window: bool = False,
    earlier: str | None = None,
) -> Observation:
    """A page as the model would be shown it.

    Args:
        place: an http address, opened in the browser; or an HTML file, simplified without one.
        budget: tokens that the observation may have.
        paper_spelling: spell names as arXiv 2503.20749 and OPeRA do.
        window: only what stands in the browser's window.
        earlier: an HTML file of the same page as it was before; only what changed since is told.

    Raises:
        UserError: the file cannot be read, or the page cannot be visited.
    """
    read = partial(
        simplify,
        budget=budget,
        spelling=Spelling.PAPER if paper_spelling else Spelling.SHORT,
        window=window,
    )
    before = read(_saved(earlier)) if earlier is not None else None
    if place.startswith(("http://", "https://")):
        view = asyncio.run(_visited(place))
        now = read(view.html, url=view.observation.url, notes=view.observation.notes)
    else:
        now = read(_saved(place))
    return since(replace(before, url=now.url), now) if before is not None else now


def _saved(place: str) -> bytes:
    path = Path(place)
    try:
        saved = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{place} cannot be read: {error.strerror}; name an HTML file or an http address"
        ) from error
    if b"\x00" in saved[:1024] and not saved.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{place} is no HTML: it holds binary data")
    return saved


async def _visited(address: str) -> PageView:
    async with open_browser(BrowserSettings(screenshots=False)) as browser, browser.visit(address) as window:
        return await window.observe()
