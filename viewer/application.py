"""Which page answers which address. Every handler reads files, so each runs in a thread of its own."""

import re
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from viewer.film import Film, read_film, read_observation
from viewer.guard import RECORDED_POLICY
from viewer.index import Refresher, Store
from viewer.index.asking import PAGE, RUNNING_FOR, Wanted, ask, studies, study_of, twins
from viewer.index.summary import KINDS
from viewer.journal import JOURNAL, read_journal
from viewer.places import HERE, OutsideError, Root, address_of, path_of, shown
from viewer.rendering import in_words, part_url, query, rendered, static

GLANCE = 0.15
"""Seconds that a list waits for what has changed; what takes longer is put into it later."""
PATIENCE = 0.4
"""Seconds that a list waits where nothing is known yet."""
MOST_PICTURE = 20 * 2**20
MOST_PAGE = 12 * 2**20
_NUMBER = re.compile(r"\d{4,7}")
_PICTURE = re.compile(r"\d{4,7}(-touch)?\.jpg")
_STATIC: Mapping[str, str] = {
    "viewer.css": "text/css",
    "film.js": "text/javascript",
    "list.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is looked at: a folder, and what is known of it."""

    root: Root
    store: Store
    refresher: Refresher


class EncodedPaths:
    """Has paths looked at as they were sent: percent-encoded, so that a name may hold anything.

    Args:
        app: that answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as the application does."""
        if scope["type"] == "http":
            raw: bytes = scope["raw_path"]
            scope = {**scope, "path": raw.partition(b"?")[0].decode("ascii", "replace")}
        await self._app(scope, receive, send)


def application(shown_: Shown) -> Starlette:
    """The viewer as a web application."""
    routes: tuple[tuple[str, Callable[[Shown, Request], Response]], ...] = (
        ("/", _list),
        ("/study/{rest:path}", _study),
        ("/compare", _compare),
        ("/session/{rest:path}", _session_or_part),
        ("/static/{name}", _static_file),
    )
    return Starlette(
        routes=[Route(path, partial(handler, shown_), methods=["GET"]) for path, handler in routes],
        middleware=[Middleware(EncodedPaths)],
        exception_handlers={HTTPException: _told},
    )


def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = {404: "There is nothing here"}.get(error.status_code, "That cannot be answered")
    page = rendered("message.html.jinja", title=title, words=error.detail)
    return HTMLResponse(page, error.status_code, headers=_UNKEPT)


_UNKEPT = {"cache-control": "no-store"}
_KEPT_FOR_A_WHILE = {"cache-control": "private, max-age=300"}


def _page(name: str, **values: Any) -> Response:
    return HTMLResponse(rendered(name, **values), headers=_UNKEPT)


def _list(here: Shown, request: Request) -> Response:
    wanted, comparing = _wanted(request), request.query_params.get("compare", "")
    progress = here.refresher.ask(GLANCE)
    with here.store.reading() as connection:
        asked = ask(connection, wanted)
        if progress.going_on and not asked.total:
            progress = here.refresher.ask(PATIENCE)
            asked = ask(connection, wanted)
    return _page(
        "list.html.jinja",
        directory=shown(str(here.root.path)),
        wanted=wanted,
        comparing=_known(here, comparing),
        asked=asked,
        progress=progress,
        kinds=KINDS,
        page_size=PAGE,
        link=partial(_link, wanted, comparing),
    )


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    first = asked.get("first", "")
    return Wanted(
        **{name: asked.get(name, "").strip()[:200] for name in ("persona", "ending", "arm", "page", "text")},
        study=asked.get("study", "")[:4_000],
        first=int(first) if re.fullmatch(r"[0-9]{1,9}", first) else 0,
    )


def _link(wanted: Wanted, comparing: str, first: int) -> str:
    there = replace(wanted, first=first)
    names = ("persona", "ending", "arm", "page", "text", "study", "first")
    return query(**{name: getattr(there, name) for name in names}, compare=comparing)


def _known(here: Shown, address: str) -> str:
    """The address of a recording, as it was asked for; empty where there is none."""
    if not address:
        return ""
    _recording(here, address)
    return address


def _study(here: Shown, request: Request) -> Response:
    # Heavy to load, and needed by this page alone.
    from viewer.studies import read_study  # noqa: PLC0415

    address = _rest(request) or HERE
    folder = _found(here, address)
    here.refresher.ask(GLANCE)
    with here.store.reading() as connection:
        known = next((each for each in studies(connection) if each.address == address), None)
    if known is None or not folder.is_dir():
        raise HTTPException(404, "There is no study in this place.")
    return _page("study.html.jinja", address=address, study=read_study(here.store, folder, known))


def _session_or_part(here: Shown, request: Request) -> Response:
    """A film, or a part of its recording: what stands last in the address tells."""
    rest = _rest(request)
    for pattern, handler in _PARTS:
        found = pattern.fullmatch(rest)
        if found:
            return handler(here, found["address"] or HERE, found["name"], request)
    return _session(here, rest or HERE)


def _session(here: Shown, address: str) -> Response:
    film = _film(here, address)
    with here.store.reading() as connection:
        study, other = study_of(connection, address), twins(connection, address)
    return _page("session.html.jinja", address=address, study=study, twins=other, **_side(address, film))


def _compare(here: Shown, request: Request) -> Response:
    addresses = [request.query_params.get(name, "") for name in ("a", "b")]
    if not all(addresses):
        raise HTTPException(404, "Two sessions are compared: name them as `a` and `b`.")
    films = [(address, _film(here, address)) for address in addresses]
    return _page("compare.html.jinja", sides=[{"address": each[0], **_side(*each)} for each in films])


def _side(address: str, film: Film) -> dict[str, Any]:
    return {
        "film": film,
        "picture": lambda name: part_url(address, f"screenshots/{name}"),
        "part": lambda number, kind: part_url(address, f"{kind}/{number:04}"),
        "live": part_url(address, "steps") if film.running else None,
    }


def _film(here: Shown, address: str, after: int = 0) -> Film:
    folder = _recording(here, address).path
    try:
        age = time.time() - (folder / JOURNAL).lstat().st_mtime
    except OSError as error:
        raise HTTPException(404, "There is no recording in this place.") from error
    return read_film(folder, going_on=age < RUNNING_FOR, after=after)


def _steps(here: Shown, address: str, _name: str, request: Request) -> Response:
    """What has happened in a session since a step, to be put into the page that shows it."""
    after, key = request.query_params.get("after", ""), request.query_params.get("key", "")
    film = _film(here, address, int(after) if re.fullmatch(r"[0-9]{1,7}", after) else 0)
    values = {"key": key if key in {"a-", "b-"} else "", **_side(address, film)}
    return JSONResponse(
        {
            "count": len(film.frames),
            "running": film.running,
            "ended": in_words(film.ended),
            "seconds": film.seconds,
            "steps": rendered("steps.html.jinja", **values) if film.frames else "",
            "marks": rendered("marks.html.jinja", **values) if film.frames else "",
        },
        headers=_UNKEPT,
    )


def _screenshot(here: Shown, address: str, name: str, _request: Request) -> Response:
    content = _read(here, address, f"screenshots/{name}", MOST_PICTURE)
    return Response(content, media_type="image/jpeg", headers=_KEPT_FOR_A_WHILE)


def _observation(here: Shown, address: str, name: str, _request: Request) -> Response:
    recording = _recording(here, address)
    steps = read_journal(recording.path).steps
    target = next((step.name for step in steps if step.index == int(name)), "")
    seen = read_observation(recording, int(name), target)
    if seen is None:
        raise HTTPException(404, "There is no observation of that number.")
    return _page("observation.html.jinja", address=address, number=int(name), seen=seen)


def _recorded_page(here: Shown, address: str, name: str, _request: Request) -> Response:
    _read(here, address, f"pages/{name}.html.gz", 1)
    source = part_url(address, f"page/{name}/raw")
    return _page("page.html.jinja", address=address, number=int(name), source=source)


def _raw_page(here: Shown, address: str, name: str, _request: Request) -> Response:
    """A recorded page as it was captured; the policy on this answer forbids it everything but to be seen."""
    packed = _read(here, address, f"pages/{name}.html.gz", MOST_PAGE)
    headers = {**_UNKEPT, "content-security-policy": RECORDED_POLICY}
    return HTMLResponse(_READABLE + _unpacked(packed), headers=headers)


# What was captured was to be seen then, dialogs too, and has lost its style sheets.
_READABLE = b"""<!doctype html><style>
body, html { font: 15px/1.5 system-ui, sans-serif }
dialog { display: block; position: static }
</style>
"""


def _unpacked(packed: bytes) -> bytes:
    """The beginning of what was packed: a few bytes can hold gigabytes."""
    machine = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        return machine.decompress(packed, MOST_PAGE)
    except zlib.error as error:
        raise HTTPException(404, "This page is damaged.") from error


_Part = Callable[[Shown, str, str, Request], Response]
_PARTS: tuple[tuple[re.Pattern[str], _Part], ...] = tuple(
    (re.compile(rf"(?:(?P<address>.*)/)?{part}", re.DOTALL), handler)
    for part, handler in (
        (rf"screenshots/(?P<name>{_PICTURE.pattern})", _screenshot),
        (rf"observation/(?P<name>{_NUMBER.pattern})", _observation),
        (rf"page/(?P<name>{_NUMBER.pattern})", _recorded_page),
        (rf"page/(?P<name>{_NUMBER.pattern})/raw", _raw_page),
        (r"(?P<name>steps)", _steps),
    )
)


def _static_file(_here: Shown, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404, "There is no such file.")
    return Response(static(name), media_type=_STATIC[name], headers={"cache-control": "no-cache"})


def _rest(request: Request) -> str:
    """What follows the first part of the path, as an address, encoded as we do it."""
    rest: str = request.path_params["rest"]
    return address_of(path_of(rest)) if rest else ""


def _found(here: Shown, address: str) -> Any:
    try:
        return here.root.find(address)
    except OutsideError as error:
        raise HTTPException(404, "There is nothing in this place.") from error


def _recording(here: Shown, address: str) -> Root:
    """The folder of a recording, as a root of its own: no link in it leads out of it."""
    folder = _found(here, address)
    if not folder.is_dir():
        raise HTTPException(404, "There is no recording in this place.")
    return Root(folder)


def _read(here: Shown, address: str, part: str, most: int) -> bytes:
    try:
        return _recording(here, address).read(part, most)
    except OutsideError as error:
        raise HTTPException(404, "The recording has no such file.") from error
