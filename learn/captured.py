"""Pages that were captured beforehand by `learn.capture_pages`, kept in the package.

What is kept is what the browser saw; it is simplified when it is read, so that it changes with the simplifier
as what the agent sees does.
"""

import gzip
import json
from collections.abc import Mapping
from importlib.resources import files


def captured(catalogue: str) -> Mapping[str, str]:
    """The captured HTML of a catalogue's pages, by address."""
    content = files("learn").joinpath("pages", f"{catalogue}.json.gz").read_bytes()
    pages: dict[str, str] = json.loads(gzip.decompress(content))
    return pages
