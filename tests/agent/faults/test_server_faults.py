"""What a shop's server can do wrong: the session goes on or ends, says why, and never waits without end."""

from pathlib import Path

import psutil
import pytest

from agent.actions import Back
from agent.browser import Browser
from agent.session import EndingKind
from tests.agent.faults.faulty_shop import Fault, FaultyShop
from tests.agent.faults.processes import Processes
from tests.agent.faults.struck_session import Move, Strike, directed

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOGIN = 'The page "Log in - Larkfield Market" opened.'
HELP = 'The page "Help - Larkfield Market" opened.'
WENT_BACK = "That led to a page that did not load ({}); the browser went back."
MOST_GROWTH = 300_000_000
"""Bytes by which this process or Playwright's driver may grow over 100 MB that pass by both."""

MOST_HELD = 3
"""Answers that a page waits for in vain at once; Chromium asks a server for six things at a time."""


def answered_with(shop: FaultyShop, fault: Fault, times: int = 1) -> Strike:
    async def strike(_tab: object) -> None:
        shop.once(fault, times=times)

    return strike


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.NO_ANSWER, "The shop did not answer within 2 seconds."),
        (Fault.STALLED, HELP),
        (Fault.ROUND, WENT_BACK.format("net::ERR_TOO_MANY_REDIRECTS")),
        (Fault.GARBAGE, WENT_BACK.format("net::ERR_INVALID_HTTP_RESPONSE")),
        (Fault.WRONG_TYPE, "That led to a file (application/pdf), no page; the browser went back."),
    ],
)
async def test_an_answer_that_fails_once_is_told_and_the_session_goes_on(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: Fault, message: str
) -> None:
    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=answered_with(shop, fault)), "Account"]
    )
    assert shop.struck["document", fault]
    assert struck.messages[:2] == [message, LOGIN]
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_page_whose_connection_breaks_off_is_read_as_far_as_it_came(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    strike = answered_with(shop, Fault.CUT_OFF)
    struck = await directed(chromium, shop, tmp_path, [Move("Help", strike=strike), Move(Back()), "Account"])
    assert shop.struck["document", Fault.CUT_OFF]
    assert struck.messages[0] == HELP
    assert struck.messages[2] == LOGIN
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_connection_that_is_reset_each_time_is_told(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    struck = await directed(
        chromium,
        shop,
        tmp_path,
        [Move("Help", strike=answered_with(shop, Fault.DROPPED, times=2)), "Account"],
    )
    assert struck.messages[0].startswith("That led to a page that did not load (net::ERR_")
    assert struck.messages[1] == LOGIN


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.ERROR_500, 'The page "Sorry" opened (HTTP 500).'),
        (Fault.ERROR_502, 'The page "Bad gateway" opened (HTTP 502).'),
    ],
)
async def test_a_page_that_says_that_the_server_failed_is_shown_as_it_is(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: Fault, message: str
) -> None:
    struck = await directed(chromium, shop, tmp_path, [Move("Help", strike=answered_with(shop, fault))])
    assert struck.messages[0] == message
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_page_whose_compressed_text_breaks_off_is_read_as_far_as_it_came(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=answered_with(shop, Fault.BROKEN_GZIP))]
    )
    assert struck.messages[0] == HELP
    assert struck.ending.kind is EndingKind.LEFT


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.NO_ANSWER, "no answer"),
        (Fault.ROUND, "net::ERR_TOO_MANY_REDIRECTS"),
        (Fault.GARBAGE, "net::ERR_INVALID_HTTP_RESPONSE"),
    ],
)
async def test_a_shop_that_fails_twice_in_a_row_is_a_fault_that_names_the_reason(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: Fault, reason: str
) -> None:
    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=answered_with(shop, fault, times=9)), "Account"]
    )
    assert struck.ending.kind is EndingKind.FAULT
    assert struck.ending.message == f"The shop cannot be reached any more ({reason})."
    assert len(struck.steps) == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.NO_ANSWER, "did not answer within 10 seconds"),
        (Fault.ROUND, "cannot be reached (net::ERR_TOO_MANY_REDIRECTS)"),
        (Fault.ERROR_500, "answered with HTTP status 500"),
        (Fault.WRONG_TYPE, "is no web page but application/pdf"),
        (Fault.GARBAGE, "cannot be reached (net::ERR_INVALID_HTTP_RESPONSE)"),
    ],
)
async def test_a_start_page_that_fails_says_so(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: Fault, message: str
) -> None:
    shop.once(fault)
    struck = await directed(chromium, shop, tmp_path, [])
    assert struck.ending.kind is EndingKind.FAULT
    assert message in struck.ending.message
    assert not struck.recorded


@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.HUGE_STREAM])
async def test_a_document_of_100_mb_is_a_page_like_any_other_and_passes_by_the_driver(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, fault: Fault
) -> None:
    grown = _Growth()
    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=answered_with(shop, fault)), "Home"]
    )
    assert shop.struck["document", fault]
    assert struck.messages[0] == 'The page "Very long" opened.'
    assert struck.messages[1] == 'The page "Larkfield Market" opened.'
    assert struck.ending.kind is EndingKind.LEFT
    assert max(grown.bytes()) < MOST_GROWTH


@pytest.mark.parametrize("kind", ["script", "image"])
@pytest.mark.parametrize("fault", [Fault.HUGE, Fault.HUGE_STREAM, Fault.NO_ANSWER, Fault.BROKEN_GZIP])
async def test_scripts_and_pictures_that_fail_do_not_keep_the_shopper(
    chromium: Browser, shop: FaultyShop, tmp_path: Path, kind: str, fault: Fault
) -> None:
    shop.once(fault, kind, times=MOST_HELD)
    struck = await directed(chromium, shop, tmp_path, ["Help", "Account"])
    assert shop.struck[kind, fault]
    assert struck.messages[:2] == [HELP, LOGIN]
    assert struck.ending.kind is EndingKind.LEFT


async def test_a_shop_that_goes_down_and_comes_back_is_visited_on(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    async def down(_tab: object) -> None:
        shop.go_down()

    async def back(_tab: object) -> None:
        shop.come_back()

    struck = await directed(
        chromium, shop, tmp_path, [Move("Help", strike=down), Move("Account", strike=back), "Help"]
    )
    assert struck.messages[:3] == [WENT_BACK.format("net::ERR_CONNECTION_REFUSED"), LOGIN, HELP]
    assert struck.ending.kind is EndingKind.LEFT


async def test_going_back_to_a_page_that_does_not_come_leaves_the_page_in_use(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    shop.always_asked = True
    garbled = Move(Back(), strike=answered_with(shop, Fault.GARBAGE))
    struck = await directed(chromium, shop, tmp_path, ["Help", garbled, "Account"])
    assert struck.messages[1] == "The page before did not load (net::ERR_INVALID_HTTP_RESPONSE)."
    assert struck.messages[2] == LOGIN
    silent = Move(Back(), strike=answered_with(shop, Fault.NO_ANSWER))
    struck = await directed(chromium, shop, tmp_path / "silent", ["Help", silent, "Account"])
    assert struck.messages[1] == "The page before did not come."
    assert struck.messages[2] == LOGIN


async def test_going_back_to_a_shop_that_is_down_is_a_fault_that_says_so(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    async def down(_tab: object) -> None:
        shop.go_down()

    shop.always_asked = True
    struck = await directed(chromium, shop, tmp_path, ["Help", Move(Back(), strike=down)])
    assert struck.ending.kind is EndingKind.FAULT
    assert struck.ending.message == "The shop cannot be reached any more (net::ERR_CONNECTION_REFUSED)."


async def test_a_shop_that_stays_down_is_a_fault_and_one_that_is_back_is_visited_anew(
    chromium: Browser, shop: FaultyShop, tmp_path: Path
) -> None:
    async def down(_tab: object) -> None:
        shop.go_down()

    struck = await directed(chromium, shop, tmp_path / "down", [Move("Help", strike=down), "Account"])
    assert struck.ending.kind is EndingKind.FAULT
    assert struck.ending.message == "The shop cannot be reached any more (net::ERR_CONNECTION_REFUSED)."
    closed = await directed(chromium, shop, tmp_path / "closed", [])
    assert "cannot be reached (net::ERR_CONNECTION_REFUSED): is the shop running" in closed.ending.message
    shop.come_back()
    again = await directed(chromium, shop, tmp_path / "again", ["Help"])
    assert again.messages[0] == HELP


class _Growth:
    """By how much this process and Playwright's driver grow from now on."""

    def __init__(self) -> None:
        drivers = Processes.all_named("driver")
        assert drivers
        self._processes = [psutil.Process(), *drivers]
        self._before = [each.memory_info().rss for each in self._processes]

    def bytes(self) -> list[int]:
        now = [each.memory_info().rss for each in self._processes]
        return [after - before for before, after in zip(self._before, now, strict=True)]
