"""Paths that stay inside the folder that is shown, and files that are read within bounds.

A place is named by its address: the path from the folder, percent-encoded, with `/` between its parts; the
folder itself is `.`. That is plain ASCII for every name that a disk can hold, also for one that is no text.
"""

import os
import stat
from pathlib import Path
from urllib.parse import quote, unquote

HERE = "."
"""The address of the folder itself."""


class OutsideError(Exception):
    """An address leads out of the folder, or nowhere."""


class Root:
    """The folder that is shown.

    Args:
        directory: the folder; links in its own path are followed once, here.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory.resolve()

    def find(self, address: str) -> Path:
        """The place of an address, every link on the way followed.

        Raises:
            OutsideError: it leads out of the folder, or there is nothing.
        """
        relative = path_of(address)
        if "\0" in relative or ".." in relative.split("/"):
            raise OutsideError(address)
        try:
            found = (self.path / relative.lstrip("/")).resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: links in a ring
            raise OutsideError(address) from error
        if not found.is_relative_to(self.path):
            raise OutsideError(address)
        return found

    def read(self, address: str, most: int) -> bytes:
        """The beginning of a file, as in `read_regular`.

        Raises:
            OutsideError: the address leads out of the folder, or to no regular file.
        """
        try:
            return read_regular(self.find(address), most)
        except OSError as error:
            raise OutsideError(address) from error


def read_regular(path: Path, most: int) -> bytes:
    """The beginning of a regular file.

    A pipe or a device would never end, or never begin; neither is opened for reading.

    Args:
        path: of the file; its last part may be no link.
        most: bytes that are read.

    Raises:
        OSError: there is no such regular file, or it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor has no path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no regular file")
        return file.read(most)


def address_of(relative: str) -> str:
    """The address of a path from the folder."""
    return quote(relative, safe="/", errors="surrogateescape") or HERE


def path_of(address: str) -> str:
    """The path of an address, from the folder."""
    return unquote(address, errors="surrogateescape")


def shown(text: str) -> str:
    """A name from the disk as text that can be shown; what is no text in it becomes a mark."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
