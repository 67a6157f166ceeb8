"""What a recording's folder holds beside its journal: the page that was seen last."""

import gzip
import html
import re
from pathlib import Path

from agent.errors import UserError
from agent.recording import Recording
from study.journey.page import Page, opened, read_page

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_HEAD = 200_000
"""Characters of a captured page in which its title stands."""


def last_page(recording: Recording) -> Page | None:
    """The page that was looked at after the last step, on which nothing was done any more.

    Returns:
        None where the session ended with its last step, or broke off before it looked again.

    Raises:
        UserError: it is there and cannot be read.
    """
    steps = recording.steps
    number = len(steps) + 1
    path = recording.folder / "observations" / f"{number:04}.html"
    try:
        observation = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    outcome = steps[-1].outcome if steps else None
    url = outcome.url if outcome else recording.header.site
    title = _title(recording.folder / "pages" / f"{number:04}.html.gz")
    return read_page(url, title or (opened(outcome) if outcome else ""), observation)


def _title(path: Path) -> str:
    """The title of a captured page; empty where it has none, and the observation tells it."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as page:
            found = _TITLE.search(page.read(_HEAD))
    except (OSError, EOFError):
        return ""
    return " ".join(html.unescape(found[1]).split()) if found else ""
