"""One look at one page: what `simagent simplify` prints."""

import asyncio
from pathlib import Path

from agent.browser import BrowserSettings, open_browser
from agent.errors import UserError
from simplify import Observation, simplify
from simplify.observation import Spelling


def look_at(place: str, *, budget: int | None = None, paper_spelling: bool = False) -> Observation:
    """A page as the model would be shown it.

    Args:
        place: an http address, opened in the browser; or an HTML file, simplified without one.
        budget: tokens that the observation may have.
        paper_spelling: spell names as arXiv 2503.20749 and OPeRA do.

    Raises:
        UserError: the file cannot be read, or the page cannot be visited.
    """
    spelling = Spelling.PAPER if paper_spelling else Spelling.SHORT
    if place.startswith(("http://", "https://")):
        return asyncio.run(_visited(place, budget, spelling))
    path = Path(place)
    try:
        saved = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{place} cannot be read: {error.strerror}; name an HTML file or an http address"
        ) from error
    if b"\x00" in saved[:1024] and not saved.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{place} is no HTML: it holds binary data")
    return simplify(saved, budget=budget, spelling=spelling)


async def _visited(address: str, budget: int | None, spelling: Spelling) -> Observation:
    async with open_browser(BrowserSettings(screenshots=False)) as browser, browser.visit(address) as window:
        view = await window.observe()
    return simplify(
        view.html, url=view.observation.url, budget=budget, spelling=spelling, notes=view.observation.notes
    )
