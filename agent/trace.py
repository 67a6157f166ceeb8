"""Playwright's trace of a session: kept beside the recording, without the secrets that were typed."""

import re
import zipfile
from pathlib import Path

from agent.errors import UserError
from agent.masking import Secrets
from agent.recording import TRACE

PICTURES = (".jpeg", ".jpg", ".png")
TEXTS = (".trace", ".network", ".stacks", ".html", ".json", ".txt", ".css", ".js", ".xml", ".svg", ".dat")


UNMASKED = ".trace.zip"
"""Where Playwright writes it, until it is known what has to be masked."""


def keep_trace(folder: Path, secrets: Secrets) -> None:
    """Puts a session's trace into its place, without secrets.

    They are taken out of its texts, and with them go all pictures, which may show them. Where no secret was
    typed, it stays as it is; where the browser left none behind, there is none.

    Args:
        folder: the recording's.
        secrets: of the session.

    Raises:
        UserError: it cannot be read or written.
    """
    written, masked = folder / UNMASKED, folder / f"{TRACE}.part"
    if not written.exists():
        return
    try:
        if secrets.any_typed:
            _mask(written, masked, secrets)
            masked.replace(folder / TRACE)
        else:
            written.replace(folder / TRACE)
    except (OSError, zipfile.BadZipFile) as error:
        raise UserError(f"the trace in {folder} cannot be kept: {error}") from error
    finally:
        written.unlink(missing_ok=True)
        masked.unlink(missing_ok=True)


def drop_trace(folder: Path) -> None:
    """Takes away the trace of a session that never began."""
    (folder / UNMASKED).unlink(missing_ok=True)


def _mask(written: Path, masked: Path, secrets: Secrets) -> None:
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            if not entry.filename.endswith(PICTURES):
                after.writestr(entry.filename, _masked(entry.filename, before.read(entry), secrets))


def _masked(name: str, content: bytes, secrets: Secrets) -> bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    if not name.endswith(TEXTS) and not re.match(r"\s*[<{\[]", text):
        return content
    return secrets.in_json(text).encode()
