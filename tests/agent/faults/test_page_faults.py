"""What a page can do between the look and the act, and during it, and what is told of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agent.actions import Scroll
from agent.browser import Browser, BrowserSettings
from agent.session import EndingKind
from tests.agent.browser.conftest import with_settings
from tests.agent.faults.faulty_shop import FaultyShop
from tests.agent.faults.struck_session import BRISK, Move, directed, in_page

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOGIN = 'The page "Log in - Larkfield Market" opened.'
HELP = 'The page "Help - Larkfield Market" opened.'
BOX = 'A message box of the page said "{}" and was answered "OK".'
STOPPED = "A script of the page ran without end and was stopped."
PATIENT = BrowserSettings(screenshots=False, deadlines=replace(BRISK, response=20.0, load=20.0, hang=60.0))
"""For pages that only take long."""


async def until_it_is_over(_tab: object) -> None:
    """What the page does again and again, it does for three seconds."""
    await asyncio.sleep(4)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("remove", '"Help" is not on the page any more.'),
        ("move", HELP),
        ("rename", HELP),
        ("disable", '"Help" is disabled and does not react at the moment.'),
        ("cover", '"Help" is covered by "Please wait": deal with that first.'),
        ("rerender", HELP),
        ("leaveOnPress", 'The page "All departments - Larkfield Market" opened.'),
        ("unload", f"{HELP} The page asked whether to leave it, and was left."),
        ("windows", HELP),
        ("windowsOnPress", 'A new window opened: the page "Help - Larkfield Market".'),
        ("alerts", " ".join([*[BOX.format("Stay!")] * 3, HELP])),
        ("confirms", " ".join([*[BOX.format("Really?")] * 3, HELP])),
    ],
)
async def test_what_changes_under_the_hand_is_told_and_the_session_goes_on(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: str, message: str
) -> None:
    struck = await directed(chromium, shop, tmp_path, [Move("Help", strike=in_page(fault, "Help"))])
    assert struck.messages[0] == message
    assert struck.ending.kind is EndingKind.LEFT


@pytest.mark.parametrize("fault", ["leave", "reload", "rerenderAlways", "history", "write"])
async def test_a_page_that_goes_its_own_way_is_used_again_once_it_lets_one(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: str
) -> None:
    then = "Home" if fault == "write" else "Account"
    struck = await directed(
        chromium,
        shop,
        tmp_path,
        [
            Move("Help", strike=in_page(fault)),
            Move(Scroll(direction="up")),
            Move(then, until_it_is_over),
        ],
    )
    assert all(struck.messages)
    if fault == "history":  # the browser may have had enough of it, and follow none of its links for a while
        assert struck.messages[-2] in {LOGIN, "Nothing on the page changed."}
    elif fault != "write":  # what it wrote may stand there at last, or the page that was asked for
        assert struck.messages[-2] == LOGIN
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_page_that_floods_its_history_is_used_and_keeps_nobody_else(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    floods, beside = await asyncio.gather(
        directed(
            chromium, shop, tmp_path / "floods", [Move("Help", strike=in_page("historyFlood")), "Account"]
        ),
        directed(chromium, shop, tmp_path / "beside", ["Help", "Account"]),
    )
    assert floods.ending.kind is beside.ending.kind is EndingKind.LEFT
    assert beside.messages[:2] == [HELP, LOGIN]
    assert all(floods.messages)  # its own links may lead nowhere, as the browser has had enough of it
    assert chromium.alive


async def test_a_frame_that_is_loaded_again_or_replaced_costs_at_most_one_step(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    struck = await directed(
        chromium,
        shop,
        tmp_path,
        [
            Move(Scroll(direction="up"), strike=in_page("frame")),
            Move("Contact", strike=in_page("frameReloads")),
            Move("Contact", strike=in_page("frameReplaced")),
            "Account",
        ],
    )
    assert len(struck.steps) == 5
    assert all(struck.messages)
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_script_without_end_is_stopped_and_the_session_goes_on(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=in_page("spin", delay=0)), "Account"]
    )
    assert STOPPED in struck.messages[0]
    assert struck.messages[1] == LOGIN
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_page_that_takes_all_memory_is_ended_by_the_browser_and_the_next_session_is_none_the_worse(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    struck = await directed(chromium, shop, tmp_path / "bomb", [Move("Help", strike=in_page("memory"))])
    assert struck.ending.kind is EndingKind.FAULT
    assert struck.ending.message == f"The page {shop.url}/ crashed."
    again = await directed(chromium, shop, tmp_path / "again", ["Help"])
    assert again.messages[0] == HELP


async def test_a_page_of_a_million_nodes_is_read_and_used(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    moves = [
        Move("Help", strike=in_page("nodes")),
        Move("Help"),
        Move("Account"),
    ]  # the first may find it too slow
    struck = await directed(with_settings(chromium, PATIENT), shop, tmp_path, moves, seconds=300.0)
    assert HELP in struck.messages[:2]
    assert struck.messages[2] == LOGIN
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_start_page_that_spins_for_ever_is_stopped_and_used(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    shop.in_page("spin", 0)
    struck = await directed(chromium, shop, tmp_path, ["Help"])
    assert HELP in struck.messages[0]
    assert struck.ending.kind is EndingKind.LEFT
