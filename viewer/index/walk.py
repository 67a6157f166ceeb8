"""Finds recordings and studies below a folder, without reading them.

A recording is a folder with a journal, a study one with a `study.json`. Links are not followed, hidden
folders are passed over, and nothing is looked for inside a recording.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from study.layout import STUDY
from viewer.journal import JOURNAL
from viewer.places import address_of

MOST_FOLDERS = 200_000
DEEPEST = 16
_NEVER = frozenset({"node_modules", "__pycache__", "site-packages"})


@dataclass(frozen=True, slots=True)
class Found:
    """A recording or a study.

    Attributes:
        address: of its folder.
        folder: path of it.
        is_study: which of both.
        study: address of the study's folder that it lies in, a study in itself; empty where it lies in none.
        mtime_ns: when its journal, or its study file, was written to last.
        size: of that file, in bytes.
    """

    address: str
    folder: Path
    is_study: bool
    study: str
    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    relative: str
    depth: int
    study: str


def walk(root: Path) -> Iterator[Found]:
    """All recordings and studies below a folder, itself included; at most so many folders are looked into."""
    waiting = [_Place(str(root), "", 0, "")]
    for _ in range(MOST_FOLDERS):
        if not waiting:
            return
        place = waiting.pop()
        study = place.study
        found_study = _file(place, STUDY)
        if found_study is not None:
            study = address_of(place.relative)
            yield _found(place, found_study, study, is_study=True)
        journal = _file(place, JOURNAL)
        if journal is not None:
            yield _found(place, journal, study, is_study=False)
        elif place.depth < DEEPEST:
            waiting.extend(_below(place, study))


def _found(place: _Place, status: os.stat_result, study: str, *, is_study: bool) -> Found:
    address = address_of(place.relative)
    return Found(address, Path(place.path), is_study, study, status.st_mtime_ns, status.st_size)


def _file(place: _Place, name: str) -> os.stat_result | None:
    try:
        status = os.lstat(f"{place.path}/{name}")
    except OSError:
        return None
    # What is no regular file is listed as a damaged recording, and never opened.
    return None if stat.S_ISDIR(status.st_mode) else status


def _below(place: _Place, study: str) -> list[_Place]:
    try:
        with os.scandir(place.path) as entries:
            return [
                _Place(entry.path, f"{place.relative}/{entry.name}".lstrip("/"), place.depth + 1, study)
                for entry in entries
                if entry.is_dir(follow_symlinks=False)
                and not entry.name.startswith(".")
                and entry.name not in _NEVER
            ]
    except OSError:
        return []
