"""Recordings in a folder: which there are, whether they are as they were made, and how they take less room.

A recording of a study belongs to its study: its ledger and its results speak of it, so it is never deleted
here. What can be made anew from the rest (the captured pages, the pictures) can go everywhere.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from agent.checksums import CHECKSUMS, altered, checksums_of
from agent.errors import UserError
from agent.recording import FORMAT, JOURNAL, Header, read_recording
from agent.session import EndingKind
from study.layout import STUDY

STORED = frozenset({".gz", ".jpg", ".zip", ".webp"})
"""Files that are compressed as they are."""


_CUT_OFF = "cut off"


class Part(StrEnum):
    """What a recording can do without: nothing that was decided or came of it."""

    PAGES = "pages"
    """The captured pages: without them, a re-run finds no name again that moved."""
    SCREENSHOTS = "screenshots"


class Condition(StrEnum):
    """What can be said of a recording on disk."""

    WHOLE = "whole"
    UNCHECKED = "no checksums"
    """It was cut off, or is of a format that had none."""
    ALTERED = "altered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """A recording in a folder.

    Attributes:
        folder: its own.
        header: what the session was before its first step; None where the recording cannot be read.
        steps: how many there are.
        ending: how it ended, `cut off` or `unreadable`.
        problem: why it cannot be read; empty where it can.
        size: bytes on disk.
        study: whether it belongs to a study.
    """

    folder: Path
    header: Header | None
    steps: int
    ending: str
    problem: str
    size: int
    study: bool

    @property
    def started(self) -> datetime | None:
        """When the session began (UTC); None where it cannot be read."""
        return self.header.started if self.header else None


def entries(folder: Path) -> Iterator[Entry]:
    """The recordings in a folder and all folders below it, in the order of their paths.

    Of each, no more is read than an entry tells: whether all of it can be read, `condition` finds out.

    Raises:
        UserError: there is no such folder.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder: name one with recordings in it")
    for above, folders, files in os.walk(folder):
        folders.sort()
        if JOURNAL in files:
            folders.clear()
            yield _entry(Path(above))


def study_of(folder: Path) -> Path | None:
    """The folder of the study that a recording belongs to; None where it belongs to none."""
    study = folder.parent.parent
    return study if (study / STUDY).is_file() else None


def _entry(folder: Path) -> Entry:
    size, in_study = _size(folder), study_of(folder) is not None
    try:
        header, steps, ending = _outline(folder)
    except (OSError, ValueError):
        try:
            recording = read_recording(folder)
        except UserError as error:
            return Entry(folder, None, 0, Condition.UNREADABLE.value, str(error), size, in_study)
        header, steps, ending = recording.header, len(recording.steps), _CUT_OFF
        if recording.ending is not None:
            ending = recording.ending.kind.value
    return Entry(folder, header, steps, ending, "", size, in_study)


def _outline(folder: Path) -> tuple[Header, int, str]:
    """Header, number of steps and ending, by the first and the last line of the journal.

    Raises:
        OSError: it cannot be read.
        ValueError: these lines are not what they are in every recording.
    """
    first, *lines = (folder / JOURNAL).read_bytes().split(b"\n")[:-1] or [b""]
    header = Header.model_validate_json(first)
    if header.format > FORMAT:
        raise ValueError(header.format)
    if not lines:
        return header, 0, _CUT_OFF
    match json.loads(lines[-1]):
        case {"kind": "ending", "ended": str(ended)}:
            return header, len(lines) - 1, EndingKind(ended).value
        case {"kind": "step"}:
            return header, len(lines), _CUT_OFF
        case other:
            raise ValueError(other)


def _size(folder: Path | str) -> int:
    """Bytes of the files in a folder and below it."""
    size = 0
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False):
                size += _size(each.path)
            elif each.is_file():
                size += each.stat().st_size
    return size


def condition(entry: Entry) -> tuple[Condition, Sequence[str]]:
    """Whether a recording is as it was made, and what is wrong with it."""
    try:
        read_recording(entry.folder)
    except UserError as error:
        return Condition.UNREADABLE, [str(error)]
    try:
        found = altered(entry.folder)
    except OSError as error:
        return Condition.UNREADABLE, [f"{entry.folder / CHECKSUMS}: {error.strerror or error}"]
    if found is None:
        return Condition.UNCHECKED, []
    return (Condition.ALTERED if found else Condition.WHOLE), [
        f"{name}: {how}" for name, how in found.items()
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which recordings are meant.

    Attributes:
        older_than: those that began longer ago; None for all.
        endings: those that ended so; empty for all.
    """

    older_than: timedelta | None = None
    endings: frozenset[str] = frozenset()

    def holds(self, entry: Entry, now: datetime) -> bool:
        """Whether a recording is one of them. One that cannot be read has no age."""
        if self.endings and entry.ending not in self.endings:
            return False
        if self.older_than is None:
            return True
        return entry.started is not None and now - entry.started > self.older_than


def drop_parts(folder: Path, parts: Iterable[Part]) -> None:
    """Removes parts of a recording; its checksums are then those of the rest.

    Raises:
        UserError: it cannot be written to.
    """
    try:
        for part in parts:
            for path in sorted((folder / part.value).glob("*")):
                path.unlink()
        if (folder / CHECKSUMS).exists():
            aside = folder / f"{CHECKSUMS}.part"
            aside.write_text(checksums_of(folder), encoding="utf-8")
            aside.replace(folder / CHECKSUMS)
    except OSError as error:
        raise UserError(f"{folder} cannot be changed: {error.strerror or error}") from error


def delete(folder: Path) -> None:
    """Deletes a recording.

    Raises:
        UserError: it cannot be deleted.
    """
    aside = folder.with_name(f".{folder.name}.deleted")
    try:
        folder.rename(aside)  # whole or not at all, for whoever lists the folder meanwhile
        shutil.rmtree(aside)
    except OSError as error:
        raise UserError(f"{folder} cannot be deleted: {error.strerror or error}") from error


def pack(folder: Path, chosen: Sequence[Entry], file: Path, on_packed: Callable[[Entry], None]) -> None:
    """Writes recordings into one zip file, each as a folder with all that lies in it.

    Args:
        folder: from which on paths are told.
        chosen: the recordings.
        file: must not exist.
        on_packed: told each one.

    Raises:
        UserError: there is nothing to pack, or the file cannot be written.
    """
    if not chosen:
        raise UserError(f"there is no recording to pack in {folder}")
    if file.exists():
        raise UserError(f"{file} exists already: name another --out")
    aside = file.with_name(f"{file.name}.part")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry in chosen:
                _add(archive, folder, entry.folder)
                on_packed(entry)
        aside.rename(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, root: Path, folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        name = path.relative_to(root.parent if root == folder else root)
        stored = path.suffix in STORED
        archive.write(path, name, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
