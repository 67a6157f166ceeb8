"""Capture the pages of the rebuilt clothing shop, as the agent's own browser sees them.

    python -m learn.capture_listings OUT.json.gz

Opens the sandbox shop with the catalogue `clothing2008`, looks at its home page and at each listing in a fresh
window, and writes what was captured. Needed again when the shop's pages or the capture change; a test
compares the file with a live look and says so.
"""

import asyncio
import gzip
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from agent.browser import BrowserSettings, open_browser
from learn.clothing2008 import PATHS, SITE
from sandbox_shop import Design, ShopSettings, running_shop

DESIGN = Design(cookie_banner="off", newsletter="off")
"""The shop of 2008 asked about no cookies and no newsletter, so the rebuilt one does not either."""


def captured_pages() -> dict[str, str]:
    """The captured HTML of each page of `PATHS`, by its address at `SITE`.

    Raises:
        UserError: there is no browser.
    """
    with running_shop(ShopSettings(catalogue="clothing2008", design=DESIGN)) as shop:
        return asyncio.run(_look(shop.url))


async def _look(shop: str) -> dict[str, str]:
    pages = {}
    async with open_browser(BrowserSettings(screenshots=False)) as browser:
        for path in PATHS:
            async with browser.visit(shop + path) as window:
                view = await window.observe()
            assert urlsplit(view.observation.url).path == urlsplit(path).path
            pages[SITE + path] = view.html
    return pages


def write(pages: dict[str, str], out: Path) -> None:
    """Writes captured pages in the form that `learn.clothing2008` reads."""
    text = json.dumps(pages, ensure_ascii=False, indent=0)
    out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def main() -> int:
    """Run as a command."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m learn.capture_listings OUT.json.gz\n")
        return 2
    write(captured_pages(), Path(sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
