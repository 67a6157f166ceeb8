"""One Chromium for the faults that it survives, and the shop that fails on purpose."""

import os
import stat
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from agent.browser import Browser, BrowserSettings, open_browser
from agent.chromium import find_chromium
from tests.agent.faults.faulty_shop import FaultyShop, faulty_shop
from tests.agent.faults.processes import Processes
from tests.agent.faults.struck_session import BRISK

HEAP = 256
"""MiB of a page's JavaScript; what wants more is ended by the browser, long before the machine is in need."""


@pytest.fixture(scope="module")
def shops() -> Iterator[FaultyShop]:
    with faulty_shop() as shop:
        yield shop


@pytest.fixture
def shop(shops: FaultyShop) -> Iterator[FaultyShop]:
    yield shops
    shops.well_again()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> BrowserSettings:
    program = tmp_path_factory.mktemp("chromium") / "chromium"
    program.write_text(
        f'#!/bin/sh\nexec "{find_chromium()}" --js-flags=--max-old-space-size={HEAP} "$@"\n', encoding="utf-8"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return BrowserSettings(executable=program, screenshots=False, deadlines=BRISK)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(settings: BrowserSettings) -> AsyncIterator[Browser]:
    processes = Processes()
    async with open_browser(settings) as browser:
        yield browser
        processes.now()
    assert not processes.left()


def wanted() -> int:
    """How many faults are made at random."""
    return int(os.environ.get("SIMAGENT_FAULTS", "30"))
