"""A recording as one HTML file that needs no network; its Playwright trace beside it, where it has one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from agent.errors import UserError
from agent.recording import TRACE, read_recording
from viewer.film_file import film_html


def export(recording: Path, file: Path) -> Iterator[Path]:
    """Writes a recording to a file, whole or not at all.

    Args:
        recording: its folder.
        file: the HTML file; overwritten where it is there.

    Yields:
        What was written: the file, and the trace's copy where the recording has one (`playwright show-trace`
        opens it).

    Raises:
        UserError: the recording cannot be read, or the file cannot be written.
    """
    read_recording(recording)
    if file.suffix.lower() not in {".html", ".htm"}:
        raise UserError(f"--export {file}: the name should end in .html")
    page = film_html(recording)
    try:
        aside = file.with_name(f".{file.name}.part")
        aside.write_text(page, encoding="utf-8")
        aside.replace(file)
        yield file
        if (recording / TRACE).is_file():
            beside = file.with_suffix(".trace.zip")
            shutil.copyfile(recording / TRACE, beside)
            yield beside
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}") from error
