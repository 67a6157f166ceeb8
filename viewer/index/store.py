"""The rows of all recordings, in a SQLite file in the user's cache.

The file can be made anew at any time: one of another version, or one that is damaged, is thrown away.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import fields
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from agent.model.cache import cache_dir
from viewer.index.summary import Summary
from viewer.index.walk import Found

VERSION = 1
PATIENCE = 10.0
"""Seconds that one who writes is waited for."""


class Store:
    """The rows of one folder's recordings.

    Args:
        file: of the database.
        aside: a folder that is removed with the store.
    """

    def __init__(self, file: Path, aside: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.file = file
        self._aside = aside
        try:
            self._prepare()
        except sqlite3.DatabaseError:
            _remove(file)
            self._prepare()

    def _prepare(self) -> None:
        with closing(self.connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            [(version,)] = connection.execute("PRAGMA user_version")
            if version == VERSION:
                return
            if version:
                raise sqlite3.DatabaseError("of another version")
            schema = (files("viewer.index") / "schema.sql").read_text(encoding="utf-8")
            connection.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {VERSION}; COMMIT;")

    def close(self) -> None:
        """Removes what was for this run alone."""
        if self._aside is not None:
            self._aside.cleanup()

    def connect(self) -> sqlite3.Connection:
        """A connection of the calling thread's own."""
        connection = sqlite3.connect(self.file, timeout=PATIENCE)
        # What is lost with the power is read again.
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for as long as the block takes."""
        with closing(self.connect()) as connection:
            connection.row_factory = sqlite3.Row
            yield connection


def open_store(directory: Path) -> Store:
    """The store of a folder's recordings: in the user's cache, or where that cannot be, for this run alone.

    Args:
        directory: the folder, every link in its path followed.
    """
    name = blake2b(str(directory).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    kept = cache_dir() / "viewer"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        return Store(kept / f"{name}.sqlite")
    except (OSError, sqlite3.Error):
        aside = tempfile.TemporaryDirectory(prefix="simagent-viewer-")
        return Store(Path(aside.name) / f"{name}.sqlite", aside)


def stamps(connection: sqlite3.Connection) -> Mapping[str, tuple[int, int, str]]:
    """Of each recording that is known: when its journal was written to, its size, its study."""
    rows = connection.execute("SELECT address, mtime_ns, size, study FROM recording")
    return {address: (mtime_ns, size, study) for address, mtime_ns, size, study in rows}


def put(connection: sqlite3.Connection, found: Found, summary: Summary) -> None:
    """Writes down a recording, in place of what was known of it."""
    forget(connection, [found.address])
    row = {each.name: getattr(summary, each.name) for each in fields(summary)}
    del row["said"], row["pages"]
    row |= {
        "address": found.address,
        "mtime_ns": found.mtime_ns,
        "size": found.size,
        "study": found.study,
    }
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    number = connection.execute(
        f"INSERT INTO recording ({names}) VALUES ({places})",  # noqa: S608 - names of fields
        row,
    ).lastrowid
    connection.execute("INSERT INTO said (rowid, rationales) VALUES (?, ?)", (number, summary.said))
    connection.executemany(
        "INSERT INTO page (recording, kind, title, path) VALUES (?, ?, ?, ?)",
        [(number, page.kind, page.title, page.path) for page in summary.pages],
    )


def forget(connection: sqlite3.Connection, addresses: Iterable[str]) -> None:
    """Takes recordings out that are there no more, or not as they were."""
    for address in addresses:
        known = connection.execute("SELECT id FROM recording WHERE address = ?", (address,)).fetchone()
        if known is None:
            continue
        for table, column in (
            ("said", "rowid"),
            ("page", "recording"),
            ("journey", "recording"),
            ("recording", "id"),
        ):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", known)  # noqa: S608 - constants


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
