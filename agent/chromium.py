"""Finding the Chromium that the shoppers use: the user's choice, Playwright's download, or the system's."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from agent.errors import UserError

VARIABLE = "SIMAGENT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
"""Where Playwright puts Chromium inside its folder of browsers, by system."""


def find_chromium() -> Path:
    """The browser's executable: `SIMAGENT_CHROMIUM`, else Playwright's own download, else one on PATH.

    Raises:
        UserError: there is none, or `SIMAGENT_CHROMIUM` names no program.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return _program(Path(chosen))
    for found in _candidates():
        return found
    raise UserError(
        "no Chromium was found: install one with `playwright install chromium` "
        f"or `apt-get install chromium`, or name its program in {VARIABLE}"
    )


def _program(path: Path) -> Path:
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise UserError(f"{VARIABLE} names {path}, which is no program: mend or unset it")
    return path


def _candidates() -> Iterator[Path]:
    folder = _playwright_folder()
    for pattern in DOWNLOADS:
        yield from sorted(folder.glob(pattern), key=_revision, reverse=True)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)


def _playwright_folder() -> Path:
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"


def _revision(executable: Path) -> int:
    """The number in `chromium-1234`; the highest is the newest."""
    folder = next((part for part in executable.parts if part.startswith("chromium-")), "")
    number = folder.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
