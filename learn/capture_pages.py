"""Capture the pages on which people's sessions are set, as the agent's own browser sees them.

    python -m learn.capture_pages

Opens the sandbox shop, looks at the pages of `learn.clothing2008` and at the market's home page, each in a
fresh window, and writes what was captured into the package. Needed again when the shop's pages or the capture
change; a test compares the files with a live look and says so.
"""

import asyncio
import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from agent.browser import AT_HOME, BrowserSettings, open_browser
from learn import clothing2008
from learn.readers import human_search
from learn.rebuilt_shop import rebuilt_shop

FOLDER = Path(__file__).parent / "pages"

CAPTURED = {
    "clothing2008": (clothing2008.SITE, clothing2008.PATHS),
    "market": (human_search.SITE, (human_search.PATH,)),
}
"""By catalogue: what stands for the shop's address, and the pages to look at."""


def captured_pages(catalogue: str) -> dict[str, str]:
    """The captured HTML of each page of `CAPTURED`, by its address.

    Raises:
        UserError: there is no browser.
    """
    site, paths = CAPTURED[catalogue]
    with rebuilt_shop(catalogue) as shop:
        seen = asyncio.run(_look(shop.url, paths))
    return {site + path: html for path, html in seen.items()}


async def _look(shop: str, paths: Iterable[str]) -> dict[str, str]:
    pages = {}
    async with open_browser(BrowserSettings(screenshots=False)) as browser:
        for path in paths:
            async with browser.visit(shop + path, terms=AT_HOME) as window:
                pages[path] = (await window.observe()).html
    return pages


def main() -> int:
    """Run as a command."""
    for catalogue in CAPTURED:
        text = json.dumps(captured_pages(catalogue), ensure_ascii=False, indent=0)
        out = FOLDER / f"{catalogue}.json.gz"
        out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
