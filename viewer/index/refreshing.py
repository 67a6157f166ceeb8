"""Brings an index up to date in a thread, newest recordings first, a batch at a time."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from study.layout import STUDY
from viewer.index.store import Store, forget, put, stamps
from viewer.index.summary import summary_of
from viewer.index.walk import Found, walk
from viewer.journal import mapping, text
from viewer.places import Root, read_regular

BATCH = 100
"""Recordings that are read before their rows are written: a fraction of a second."""
FRESH = 2.0
"""Seconds for which what was found is taken for all there is."""
MOST_STUDY_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index is.

    Attributes:
        known: recordings whose rows are as they should be.
        of: recordings that were found; 0 while the folder is still walked through for the first time.
        going_on: whether more rows are to come.
        trouble: why rows cannot be kept; empty where they can.
    """

    known: int = 0
    of: int = 0
    going_on: bool = False
    trouble: str = ""


class Refresher:
    """Keeps the index of a folder up to date.

    Args:
        root: the folder.
        store: of its rows.
        on_studies: called in the thread when studies were found.
    """

    def __init__(self, root: Root, store: Store, on_studies: Callable[[], None] = lambda: None) -> None:
        self._root = root
        self._store = store
        self._on_studies = on_studies
        self._state = threading.Condition()
        self._progress = Progress()
        self._thread: threading.Thread | None = None
        self._finished = float("-inf")
        self._closing = threading.Event()

    def ask(self, patience: float) -> Progress:
        """Has the index brought up to date, unless it was a moment ago.

        Args:
            patience: seconds that are waited for it; what takes longer goes on behind.

        Returns:
            How far it is.
        """
        with self._state:
            late = time.monotonic() - self._finished > FRESH
            if self._thread is None and late and not self._closing.is_set():
                self._progress = replace(self._progress, going_on=True, trouble="")
                self._thread = threading.Thread(target=self._run, name="index of recordings")
                self._thread.start()
            self._state.wait_for(lambda: not self._progress.going_on, patience)
            return self._progress

    def close(self) -> None:
        """Ends what goes on; rows that were written stay."""
        self._closing.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        trouble = ""
        try:
            with closing(self._store.connect()) as connection:
                studies = self._refresh(connection)
            if studies:
                self._on_studies()
        except sqlite3.Error as error:
            trouble = f"the index of recordings cannot be kept: {error}"
        finally:
            with self._state:
                self._thread = None
                self._finished = time.monotonic()
                self._progress = replace(self._progress, going_on=False, trouble=trouble)
                self._state.notify_all()

    def _refresh(self, connection: sqlite3.Connection) -> int:
        """Reads what is new or changed; how many studies there are."""
        found = list(walk(self._root.path))
        recordings = [each for each in found if not each.is_study]
        studies = [each for each in found if each.is_study]
        known = stamps(connection)
        stale = [each for each in recordings if known.get(each.address) != _stamp(each)]
        stale.sort(key=lambda each: each.mtime_ns, reverse=True)
        with connection:
            _put_studies(connection, studies)
            forget(connection, known.keys() - {each.address for each in recordings})
        self._tell(len(recordings) - len(stale), len(recordings))
        for batch in _batches(stale):
            if self._closing.is_set():
                break
            rows = [(each, summary_of(each.folder)) for each in batch]
            with connection:
                for each, summary in rows:
                    put(connection, each, summary)
            self._tell(self._progress.known + len(batch), len(recordings))
        return len(studies)

    def _tell(self, known: int, of: int) -> None:
        with self._state:
            self._progress = replace(self._progress, known=known, of=of)
            self._state.notify_all()


def _stamp(found: Found) -> tuple[int, int, str]:
    return found.mtime_ns, found.size, found.study


def _batches(found: Sequence[Found]) -> Iterable[Sequence[Found]]:
    return (found[place : place + BATCH] for place in range(0, len(found), BATCH))


def _put_studies(connection: sqlite3.Connection, found: Sequence[Found]) -> None:
    known = dict(connection.execute("SELECT address, stamp FROM study").fetchall())
    for gone in known.keys() - {each.address for each in found}:
        connection.execute("DELETE FROM study WHERE address = ?", (gone,))
    for each in found:
        stamp = f"{each.mtime_ns} {each.size}"
        if known.get(each.address) != stamp:
            row = (each.address, stamp, *_study(each))
            connection.execute("INSERT OR REPLACE INTO study VALUES (?, ?, ?, ?, ?)", row)


def _study(found: Found) -> tuple[str, str, str]:
    """Name, question and arms of a study; of one that cannot be read, its folder's name."""
    try:
        entry = json.loads(read_regular(found.folder / STUDY, MOST_STUDY_BYTES))
    except (OSError, ValueError, RecursionError):
        entry = None
    study = mapping(mapping(entry).get("study"))
    arms = "\n".join(text(arm) for arm in mapping(study.get("arms")))
    return text(study.get("study")) or text(found.folder.name), text(study.get("question")), arms
