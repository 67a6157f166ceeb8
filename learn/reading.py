"""What a reader gives: the sessions that could be read, and where and why others could not."""

import gzip
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UserError
from learn.session import Session


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in a source that could not be read, or that no session can be made of.

    Attributes:
        where: the file, as the user would find it.
        line: line, or row of a table, from 1; None where it is the whole file.
        reason: one sentence.
    """

    where: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """One line for people."""
        place = self.where if self.line is None else f"{self.where}, line {self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a source.

    Attributes:
        sessions: in the order of the source.
        unreadable: what was left out; a session of which a part is unreadable is left out whole, since a
            visit with a hole in it is not what the person did.
    """

    sessions: tuple[Session, ...]
    unreadable: tuple[Unreadable, ...] = ()


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file, plain or gzipped, with their numbers from 1.

    Raises:
        UserError: the file cannot be read, or is no UTF-8 text.
    """
    lines = _text(path).split("\n")  # not splitlines(): a text within JSON may hold other line ends
    if not lines[-1]:
        lines.pop()
    yield from enumerate(lines, start=1)


def open_text(path: Path) -> io.StringIO:
    """A text file, plain or gzipped, read whole: for readers of formats that span lines.

    Raises:
        UserError: the file cannot be read, or is no UTF-8 text.
    """
    return io.StringIO(_text(path), newline="")


def none_twice(sessions: Iterable[Session], where: str) -> Reading:
    """The sessions, those left out whose id stood there before.

    Args:
        sessions: as they were read.
        where: what messages call the source.
    """
    kept: dict[str, Session] = {}
    twice = []
    for session in sessions:
        if session.key in kept:
            twice.append(
                Unreadable(where, None, f"session {session.id} stands there twice; the first counts")
            )
        else:
            kept[session.key] = session
    return Reading(tuple(kept.values()), tuple(twice))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile) as error:
        raise UserError(f"{path} is a damaged gzip file: {error}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
