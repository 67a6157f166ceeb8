"""Where sessions come from: a place is looked at, and read by the reader that it is for.

human_clicks, human_search     the data of people that come with the package
a folder                       a recording or several, OPeRA, or a folder with one of the files below
.csv, .csv.gz                  clicks (`readers.human_clicks`)
.parquet                       OPeRA's actions
.jsonl, .jsonl.gz              sessions in our own format, goals with queries, or a journal of actions
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from agent.errors import UserError
from learn.readers import human_clicks, human_search
from learn.readers.human_clicks import read_human_clicks
from learn.readers.human_search import read_human_search
from learn.readers.journal import read_journal
from learn.readers.recordings import is_recordings, read_recordings
from learn.reading import Reading, numbered_lines
from learn.sessions_file import read_sessions_file

Reader = Callable[[Path], Reading]

BUNDLED: Mapping[str, tuple[str, Reader]] = {
    human_clicks.SOURCE: ("clicks.csv.gz", read_human_clicks),
    human_search.SOURCE: ("queries.jsonl", read_human_search),
}
"""Data sets that come along: their file, and its reader."""


def read_source(source: str) -> Reading:
    """The sessions of a source.

    Args:
        source: a name of `BUNDLED`, a file or a folder.

    Raises:
        UserError: there is no such source, it cannot be read, or no reader knows what it is.
    """
    path = Path(source).expanduser()
    if source in BUNDLED and not path.exists():
        return bundled(source)
    try:
        if path.is_dir():
            return _read_folder(path)
        if path.is_file():
            return _reader_of(path)(path)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    raise UserError(f"there is no source '{source}': name a file, a folder, or one of {', '.join(BUNDLED)}")


@cache
def bundled(name: str) -> Reading:
    """A data set that comes along, by its name in `BUNDLED`; read once a process."""
    file, reader = BUNDLED[name]
    with as_file(files("learn").joinpath("datasets", name, file)) as path:
        return reader(path)


def _read_folder(folder: Path) -> Reading:
    if is_recordings(folder):
        return read_recordings(folder)
    for file, reader in BUNDLED.values():
        if (folder / file).is_file():
            return reader(folder / file)
    if next(folder.rglob("*.parquet"), None) is not None:
        return _read_opera(folder)
    raise UserError(
        f"{folder} holds nothing that can be read: no recording, no OPeRA, no file of people's data"
    )


def _reader_of(path: Path) -> Reader:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".csv"):
        return read_human_clicks
    if name.endswith(".parquet"):
        return _read_opera
    return _reader_of_lines(path)


def _reader_of_lines(path: Path) -> Reader:
    """The reader of a file of JSON Lines, by the keys of its first object."""
    for _, line in numbered_lines(path):
        if not line.strip():
            continue
        keys = _keys(line)
        if "kind" in keys:
            return read_sessions_file
        if "goal" in keys:
            return read_human_search
        if "session_id" in keys:
            return read_journal
        raise UserError(
            f"{path} begins with a line that is none of sessions, of goals with queries, or of actions"
        )
    raise UserError(f"{path} is empty")


def _keys(line: str) -> set[str]:
    try:
        value = json.loads(line)
    except ValueError:
        return set()
    return set(value) if isinstance(value, dict) else set()


def _read_opera(place: Path) -> Reading:
    from learn.readers.opera import read_opera  # noqa: PLC0415 - pyarrow is heavy, and rarely needed

    return read_opera(place)
