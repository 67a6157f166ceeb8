"""A film as one HTML file: opens from disk, needs no network, and can be sent to somebody.

It is the film of the served page with its style and script inside, which the file's policy names by their
hashes; nothing else may run or load. Recorded HTML is left out.
"""

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from viewer.film import Film, read_film
from viewer.places import OutsideError, Root
from viewer.rendering import rendered, static

MOST_PICTURES = 4_200_000
"""Characters of pictures in a file: with all else, it stays below 5 MB."""


def film_html(folder: Path) -> str:
    """The film of a recording as one HTML file.

    Pictures that would make it too large are left out, those of the moments of actions first; it says so.

    Args:
        folder: of the recording; one that is damaged or was cut off is shown as far as it goes.
    """
    root = Root(folder)
    film = read_film(root.path, going_on=False)
    pictures, left_out = _pictures(root, film)
    style, script = static("viewer.css"), static("film.js")
    return rendered(
        "film_file.html.jinja",
        film=film,
        picture=pictures.get,
        left_out=left_out,
        # All four are our own text; a hash is of the very characters between the tags.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        style_hash=Markup(_hash(style)),  # noqa: S704
        script_hash=Markup(_hash(script)),  # noqa: S704
    )


def _pictures(root: Root, film: Film) -> tuple[dict[str, str], int]:
    """Pictures as addresses that hold them, by name, and how many did not fit."""
    found: dict[str, str] = {}
    room, left_out = MOST_PICTURES, 0
    for name in _names(film):
        try:
            content = root.read(f"screenshots/{name}", MOST_PICTURES)
        except OutsideError:
            continue
        address = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
        if len(address) > room:
            left_out += 1
            continue
        found[name] = address
        room -= len(address)
    return found, left_out


def _names(film: Film) -> Iterator[str]:
    """Pictures in the order in which they are wanted."""
    yield from (frame.look for frame in film.frames if frame.look)
    yield from (frame.touched for frame in film.frames if frame.touched)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
