"""Real sessions in the middle of which things go wrong at random: whatever it is, the session is whole.

With `SIMAGENT_FAULTS=500` so many faults are made. What came of each session stands in `told.jsonl`, in the
folder that `--basetemp` names.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from agent.browser import BrowserSettings, Tab
from agent.loop import Limits
from agent.session import EndingKind
from study.browsers import Browsers
from tests.agent.faults.conftest import wanted
from tests.agent.faults.faulty_shop import Fault, FaultyShop
from tests.agent.faults.processes import Processes
from tests.agent.faults.struck_session import Haunted, Struck, Wanderer, in_page, no_noise, session

SEED = 12
LIMITS = Limits(steps=8, seconds=40.0)
SHARE = 0.6
"""Of the decisions after which something goes wrong."""

BESIDE = {"script": 0.04, "image": 0.04, "style": 0.04}
"""Share of the requests for what pages are made of that fail, in every session."""

IN_PAGE = (
    "remove", "move", "rename", "disable", "cover", "rerender", "rerenderAlways", "frame", "frameReloads",
    "frameReplaced", "leave", "leaveOnPress", "reload", "alerts", "confirms", "spin", "memory", "strings",
    "nodes", "texts", "history", "historyFlood", "windows", "windowsOnPress", "write", "unload",
)  # fmt: skip
PROCESSES = ("renderer", "gpu", "browser", "driver")
DOWN = (0.3, 1.0, 5.0)
"""Seconds for which the shop is down."""

ENDINGS = {
    EndingKind.PURCHASED,
    EndingKind.LEFT,
    EndingKind.STUCK,
    EndingKind.LIMIT,
    EndingKind.FAULT,
}
REASONS = (
    " crashed.",
    " does not answer any more.",
    "cannot be reached any more (",
    "The browser window was closed.",
    "The browser was closed.",
    "The browser failed: ",
    "did not answer within",
    "cannot be reached (",
    "answered with HTTP status",
    "is no web page but",
)
"""What a fault's ending says, one or the other."""

Strikes = dict[str, Callable[[Tab, str, random.Random], Awaitable[None]]]


async def strike_page(name: str, tab: Tab, label: str, chances: random.Random) -> None:
    await in_page(name, label, chances.choice([0, 0, 20, 60, 150, 400]))(tab)


async def strike_server(
    shop: FaultyShop, fault: Fault, _tab: Tab, _label: str, chances: random.Random
) -> None:
    shop.once(fault, times=chances.choice([1, 1, 2, 5]))


async def strike_shop(shop: FaultyShop, _tab: Tab, _label: str, chances: random.Random) -> None:
    await asyncio.to_thread(shop.go_down, chances.choice(DOWN))


async def strike_process(
    processes: Processes, what: str, _tab: Tab, _label: str, chances: random.Random
) -> None:
    wait = chances.choice([0.0, 0.05, 0.2, 0.5])
    asyncio.get_running_loop().call_later(wait, processes.kill, what)


def strikes_on(shop: FaultyShop, processes: Processes) -> Strikes:
    strikes: Strikes = {f"page: {name}": partial(strike_page, name) for name in IN_PAGE}
    strikes |= {f"server: {fault.value}": partial(strike_server, shop, fault) for fault in Fault}
    strikes["server: down"] = partial(strike_shop, shop)
    return strikes | {f"killed: {what}": partial(strike_process, processes, what) for what in PROCESSES}


def assert_fitting(struck: Struck) -> None:
    """The ending is one that may come of a fault, and one of the known reasons is named."""
    assert struck.ending.kind in ENDINGS, struck.ending
    if struck.ending.kind is EndingKind.FAULT:
        assert any(reason in struck.ending.message for reason in REASONS), struck.ending.message


@pytest.mark.timeout(300 + 60 * wanted())
async def test_sessions_are_whole_whatever_strikes_them(
    settings: BrowserSettings, shop: FaultyShop, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    processes = Processes()
    strikes = strikes_on(shop, processes)
    made = number = 0
    wrong: list[str] = []
    async with Browsers(settings, 1) as browsers:
        while made < wanted():
            number += 1
            chances = random.Random(f"{SEED} {number}")
            shop.always_asked = chances.random() < 0.5
            shop.by_chance(random.Random(f"{SEED} {number} beside"), BESIDE)
            struck: list[str] = []
            policy_in = partial(Haunted, Wanderer(number), strikes, chances, SHARE, struck)
            told: dict[str, object] = {"session": number, "struck": struck}
            began = time.monotonic()
            try:
                async with no_noise(), browsers.one() as browser:
                    ran = await session(browser, shop.url, tmp_path / f"{number:04}", policy_in, LIMITS)
                assert_fitting(ran)
            except AssertionError as error:
                wrong.append(f"session {number}: {error}")
                told["wrong"] = str(error)
            else:
                told |= {"steps": len(ran.steps), "ending": ran.ending.kind, "message": ran.ending.message}
            told["seconds"] = round(time.monotonic() - began, 1)
            made += len(struck)
            await asyncio.to_thread(shop.well_again)
            processes.now()
            with (tmp_path / "told.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
    assert not wrong
    assert not await asyncio.to_thread(processes.left)
    assert "Traceback" not in capfd.readouterr().err
