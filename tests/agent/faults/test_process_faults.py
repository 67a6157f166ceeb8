"""Processes that are killed in the middle of a session: it ends in words, and nothing of it is left."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from agent.browser import BrowserSettings
from agent.session import EndingKind
from study.browsers import Browsers
from tests.agent.faults.faulty_shop import FaultyShop
from tests.agent.faults.processes import Processes
from tests.agent.faults.struck_session import Move, Strike, directed

HELP = 'The page "Help - Larkfield Market" opened.'
NOTICED = 0.3
"""Seconds after which a death is known, as a rule; it is told in words in any case."""


@pytest.fixture
def processes() -> Iterator[Processes]:
    made = Processes()
    yield made
    assert not made.left()


def killed(processes: Processes, what: str, *, wait: float = 0.0) -> Strike:
    async def strike(_tab: object) -> None:
        assert processes.kill(what)
        await asyncio.sleep(wait)

    return strike


@pytest.mark.parametrize("when", ["before the act", "during it"])
@pytest.mark.parametrize(
    ("what", "endings"),
    [
        ("renderer", {"The page {url}/ crashed.", "The page {url}/ does not answer any more."}),
        ("browser", {"The browser window was closed."}),
        (
            "driver",
            {
                "The browser window was closed.",
                "The browser failed: Target page, context or browser has been closed",
            },
        ),
    ],
)
async def test_what_is_killed_is_a_fault_and_the_next_session_has_what_it_needs(
    processes: Processes,
    settings: BrowserSettings,
    shop: FaultyShop,
    tmp_path: Path,
    what: str,
    endings: set[str],
    when: str,
) -> None:
    if when == "before the act":
        move = Move("Help", strike=killed(processes, what, wait=NOTICED))
    else:
        move = Move("Help", during=(0.0, killed(processes, what)))
    async with Browsers(settings, 1) as browsers:
        async with browsers.one() as browser:
            struck = await directed(browser, shop, tmp_path / "killed", [move, "Account"])
        async with browsers.one() as browser:
            again = await directed(browser, shop, tmp_path / "again", ["Help"])
    assert struck.ending.kind is EndingKind.FAULT
    assert struck.ending.message in {each.format(url=shop.url) for each in endings}
    assert again.messages[0] == HELP


async def test_a_browser_goes_on_without_its_process_for_graphics(
    processes: Processes, settings: BrowserSettings, shop: FaultyShop, tmp_path: Path
) -> None:
    async with Browsers(settings, 1) as browsers, browsers.one() as browser:
        moves = [Move("Help", strike=killed(processes, "gpu", wait=NOTICED)), Move("Account")]
        struck = await directed(browser, shop, tmp_path, moves)
    assert struck.messages[0] == HELP
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_browser_that_hangs_is_a_fault_within_the_deadlines(
    processes: Processes,
    settings: BrowserSettings,
    shop: FaultyShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[psutil.Process] = []

    async def hold(_tab: object) -> None:
        for wait in ("OPENING", "CLOSING"):  # it is waited for in vain
            monkeypatch.setattr(f"agent.browser.launch.{wait}", 1.0)
        for each in processes.named("browser"):
            held.append(each)
            os.kill(each.pid, signal.SIGSTOP)

    try:
        async with Browsers(settings, 1) as browsers:
            async with browsers.one() as browser:
                moves = [Move("Help", strike=hold)]
                struck = await directed(browser, shop, tmp_path / "held", moves, seconds=20)
            async with browsers.one() as browser:
                await hold(None)
                closed = await directed(browser, shop, tmp_path / "closed", [])
            async with browsers.one() as browser:
                monkeypatch.undo()
                again = await directed(browser, shop, tmp_path / "again", ["Help"])
    finally:
        for each in held:
            if each.is_running():
                each.kill()
    assert len(held) == 2
    assert struck.ending.kind is EndingKind.FAULT
    assert closed.ending.message == "The browser does not answer any more."
    assert again.messages[0] == HELP


async def test_a_page_whose_process_is_killed_while_it_opens_is_no_more_than_a_fault_of_its_session(
    processes: Processes,
    settings: BrowserSettings,
    shop: FaultyShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.browser.launch.OPENING", 5.0)

    async def kill_the_next() -> None:
        before = processes.named("renderer")
        while all(each in before for each in processes.named("renderer")):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        processes.kill("renderer")

    async with Browsers(settings, 1) as browsers:
        for number in range(3):
            async with browsers.one() as browser:
                killing = asyncio.create_task(kill_the_next())
                struck = await directed(browser, shop, tmp_path / str(number), ["Help"])
                killing.cancel()
            assert struck.ending.kind in {EndingKind.FAULT, EndingKind.LEFT}
        async with browsers.one() as browser:
            again = await directed(browser, shop, tmp_path / "again", ["Help"])
    assert again.messages[0] == HELP
