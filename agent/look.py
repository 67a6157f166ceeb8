"""One look at one page: what `simagent simplify` prints."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path

from agent.browser import BrowserSettings, Terms, open_browser
from agent.errors import UserError
from agent.page_view import PageView
from simplify import Observation, simplify, since
from simplify.observation import Spelling
from simplify.parse import CAPTURED, MAX_BYTES, unmarked_wide

GZIP = b"\x1f\x8b"
NO_WINDOW = "A saved page has no window: all of it is shown."
WIDE = (b"\xff\xfe", b"\xfe\xff")


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
        place: an http address, opened in the browser; or an HTML file, packed by gzip or not, simplified
            without one.
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
        saved = _saved(place)
        bare = window and not saved.startswith(CAPTURED.encode())
        now = read(saved, notes=(NO_WINDOW,) if bare else ())
    return since(replace(before, url=now.url), now) if before is not None else now


def _saved(place: str) -> bytes:
    path = Path(place)
    try:
        saved = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{place} cannot be read: {error.strerror}; name an HTML file or an http address"
        ) from error
    if saved.startswith(GZIP):
        saved = _unpacked(path)
    if b"\x00" in saved[:1024] and not saved.startswith(WIDE) and unmarked_wide(saved) is None:
        raise UserError(f"{place} is no HTML: it holds binary data")
    return saved


def _unpacked(path: Path) -> bytes:
    """What a compressed file holds, as far as it would be read."""
    try:
        with gzip.open(path) as file:
            return file.read(MAX_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{path} cannot be unpacked: it is cut off or damaged; save it anew") from error


ONE_LOOK = Terms(robots=False)
"""One page that somebody names is looked at for them, as in a browser of their own; nothing is done on it."""


async def _visited(address: str) -> PageView:
    async with (
        open_browser(BrowserSettings(screenshots=False)) as browser,
        browser.visit(address, terms=ONE_LOOK) as window,
    ):
        return await window.observe()
