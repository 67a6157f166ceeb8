"""Checksums of a recording, in the form of `sha256sum`: what was altered since it was made can be told."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

CHECKSUMS = "checksums.sha256"
COVERED = ("session.jsonl", "observations/*", "pages/*", "screenshots/*")
"""What they are of. What comes later (interviews, the shop's books) lies beside."""


def checksums_of(folder: Path) -> str:
    """A line for each file of a recording, as `sha256sum` writes them, in the order of their names.

    Raises:
        OSError: one cannot be read.
    """
    return "".join(f"{_digest(path)}  {name}\n" for name, path in _files(folder))


def altered(folder: Path) -> Mapping[str, str] | None:
    """What is not as it was when the session ended.

    Args:
        folder: of a recording.

    Returns:
        By name of the file: `changed`, `missing`, `unreadable` or `added`; None where the recording has no
        checksums, because it was cut off or is of format 1.

    Raises:
        OSError: the checksums cannot be read.
    """
    listed = folder / CHECKSUMS
    if not listed.is_file():
        return None
    known = _listed(listed)
    here = dict(_files(folder))
    found = {name: "added" for name in here if name not in known}
    for name, digest in known.items():
        try:
            if name not in here:
                found[name] = "missing"
            elif _digest(here[name]) != digest:
                found[name] = "changed"
        except OSError:
            found[name] = "unreadable"
    return found


def _listed(path: Path) -> Mapping[str, str]:
    """Digests by name of the file."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    parts = (line.partition("  ") for line in lines)
    return {name: digest for digest, _, name in parts if name}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    paths = (path for pattern in COVERED for path in folder.glob(pattern) if path.is_file())
    return ((path.relative_to(folder).as_posix(), path) for path in sorted(paths))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
