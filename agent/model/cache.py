"""What is made once and kept in the user's cache: whole or not at all, and by one process at a time.

A folder counts as made when its marker file stands in it, and the marker is written last. So a build that was
killed in the middle leaves a folder without a marker, which the next run removes and makes again.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from agent.errors import UserError

Progress = Callable[[str], None]
"""Told, in words, what takes long: at its start and every few seconds until it is done."""

CACHE_VARIABLE = "SIMAGENT_CACHE"
MARKER = "complete.json"
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
TELL_EVERY = 10.0
"""Seconds between two words of progress about one thing."""


def cache_dir() -> Path:
    """The folder that everything is kept in: the user's cache, or the one that SIMAGENT_CACHE names."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser().resolve() if named else user_cache_path("simagent", appauthor=False)


def made_folder(name: str) -> Path | None:
    """The folder of that name in the cache, where it was made to its end."""
    folder = cache_dir() / name
    return folder if (folder / MARKER).is_file() else None


def make_once(
    name: str,
    build: Callable[[Path], Mapping[str, object]],
    progress: Progress,
    *,
    needs_bytes: int,
) -> Path:
    """Finds a folder in the cache, or makes it.

    Args:
        name: path of the folder, relative to the cache; it should carry a digest of what it is made from.
        build: fills the empty folder that it is given and returns what the marker shall say of it.
        progress: told of waiting for another process that is making the same.
        needs_bytes: free disk space without which it is not tried.

    Returns:
        The folder, complete.

    Raises:
        UserError: the cache cannot be written, or the disk has too little room.
    """
    if (made := made_folder(name)) is not None:
        return made
    with locked(f"{name}.lock", progress):
        if (made := made_folder(name)) is not None:
            return made
        folder = cache_dir() / name
        if folder.exists():
            shutil.rmtree(folder)
        require_space(needs_bytes, name)
        try:
            folder.mkdir(parents=True)
            facts = build(folder)
            write_whole(folder / MARKER, json.dumps(facts, indent=2) + "\n")
        except OSError as error:
            if error.errno in CANNOT_WRITE:
                raise unwritable(error) from error
            raise
        return folder


@contextmanager
def locked(name: str, progress: Progress) -> Iterator[None]:
    """Holds a lock among all processes of this user; the system frees it when its holder dies.

    Args:
        name: file name of the lock, relative to the cache.
        progress: told while another process holds it.

    Raises:
        UserError: the cache cannot be written.
    """
    path = cache_dir() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        since = time.monotonic()
        while True:
            try:
                lock.acquire(timeout=TELL_EVERY if time.monotonic() > since + 1 else 1)
                break
            except Timeout:
                waited = time.monotonic() - since
                progress(f"another simagent is at work on this: waiting for it, {waited:.0f} s")
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield
    finally:
        lock.release()


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a reader finds the old text or the new one, never a part."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def require_space(needs_bytes: int, what: str) -> None:
    """Refuses to begin what the disk has no room for.

    Raises:
        UserError: too little is free, or the cache cannot be made.
    """
    free = free_space()
    if free < needs_bytes:
        raise UserError(
            f"the disk is too full for {what}: {gib(needs_bytes)} are needed in {cache_dir()} "
            f"and {gib(free)} are free; make room, or name another folder with {CACHE_VARIABLE}"
        )


def free_space() -> int:
    """Bytes that are free where the cache is or will be.

    Raises:
        UserError: the cache cannot be made.
    """
    try:
        cache_dir().mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(cache_dir()).free
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> UserError:
    """The user's error for a cache that cannot be written, with the system's own reason."""
    return UserError(
        f"the cache {cache_dir()} cannot be written ({error.strerror}); "
        f"name another folder with {CACHE_VARIABLE}"
    )


def gib(size: float) -> str:
    """A number of bytes in GiB, for people."""
    return f"{size / 2**30:.1f} GiB"
