"""A session in the sandbox shop that ends in an order, recorded once for all tests of replays."""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.browser import AT_HOME, BrowserSettings, open_browser
from agent.loop import Limits, run_session
from agent.policy import RecitingPolicy
from agent.recording import Header, Recorder
from sandbox_shop import ShopSettings, running_shop
from tests.agent.test_recording import header
from tests.agent.values import maya
from tests.loopback import LoopbackServer

SMALL = ShopSettings(size=400)
"""A shop that other tests have built already."""


def decisions(*actions: Action) -> list[Decision]:
    return [Decision(rationale=f"I do step {at}.", action=action) for at, action in enumerate(actions, 1)]


LOOKS = decisions(
    TypeAndSubmit(name="search_the_shop", text="kettle"),
    Click(name="only_necessary"),
    Click(name="no_such_thing"),
    Terminate(),
)


def record(
    folder: Path, what: Sequence[Decision], settings: ShopSettings = SMALL, *, screenshots: bool = True
) -> Path:
    """Makes a recording by saying decisions."""
    asyncio.run(_record(folder, what, settings, screenshots=screenshots))
    return folder


async def _record(
    folder: Path, what: Sequence[Decision], settings: ShopSettings, *, screenshots: bool
) -> None:
    with running_shop(settings) as shop:
        told = header().model_dump() | {"site": shop.url, "settings": {"sandbox_shop": asdict(settings)}}
        await _visit(folder, what, Header.model_validate(told), screenshots=screenshots)


async def _visit(folder: Path, what: Sequence[Decision], told: Header, *, screenshots: bool) -> None:
    async with (
        open_browser(BrowserSettings(screenshots=screenshots)) as browser,
        browser.visit(told.site, terms=AT_HOME) as window,
    ):
        recorder = Recorder(folder, told)
        try:
            limits = Limits(steps=len(what))
            policy = RecitingPolicy(what)
            await run_session(maya(), "a kettle", policy, window, recorder, limits, lambda _: None)
        finally:
            recorder.close()


def record_on(site: str, folder: Path, what: Sequence[Decision]) -> Path:
    """Makes a recording on a site that is no sandbox shop."""
    told = Header.model_validate(header().model_dump() | {"site": site, "settings": {}})
    asyncio.run(_visit(folder, what, told, screenshots=False))
    return folder


@contextmanager
def serving(pages: Mapping[str, str]) -> Iterator[str]:
    """A site of these pages, by path; they may change while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<!doctype html><title>Site</title>{pages.get(self.path, '')}".encode()
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = LoopbackServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of four steps; not to be changed."""
    return record(tmp_path_factory.mktemp("replay") / "looked", LOOKS)
