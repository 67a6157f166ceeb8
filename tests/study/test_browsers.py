"""Browsers of a study: opened again where they were killed, and others than our own by their address."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from agent.actions import Click
from agent.browser import AT_HOME, Browser, BrowserSettings, Tab, device_of
from agent.chromium import find_chromium
from agent.errors import BrowserFault, UserError
from sandbox_shop import ShopSettings, running_shop
from study.browsers import Browsers

SETTINGS = BrowserSettings(screenshots=False)


@pytest.fixture(scope="module")
def shop_url() -> Iterator[str]:
    with running_shop(ShopSettings(size=50)) as shop:
        yield shop.url


async def title_seen(browser: Browser, url: str) -> str:
    async with browser.visit(url) as window:
        return (await window.observe()).observation.title


@contextmanager
def printing(command: list[str], pattern: str) -> Iterator[str]:
    """A process that says its address; ended in the end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        address = next(found[0] for line in process.stdout if (found := re.search(pattern, line)))
        yield address
    finally:
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for each in below:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def chromium_with_cdp(folder: Path) -> Iterator[str]:
    command = [
        str(find_chromium()), "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}",
        "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    with printing(command, r"ws://\S+") as address:
        yield address


@contextmanager
def playwright_server(folder: Path) -> Iterator[str]:
    settings = {
        "executablePath": str(find_chromium()), "host": "127.0.0.1", "chromiumSandbox": os.geteuid() != 0,
    }  # fmt: skip
    (folder / "server.json").write_text(json.dumps(settings))
    command = [
        sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium",
        "--config", str(folder / "server.json"),
    ]  # fmt: skip
    with printing(command, r"ws://\S+") as address:
        yield address


async def test_a_browser_that_runs_already_is_used_by_cdp_and_stays(tmp_path: Path, shop_url: str) -> None:
    with chromium_with_cdp(tmp_path) as address:
        host = re.sub(r"^ws(://[^/]+).*", r"http\1", address)
        for each in (address, host):
            async with Browsers(SETTINGS, 1, [each]) as browsers, browsers.one() as browser:
                assert "Larkfield Market" in await title_seen(browser, shop_url)


async def test_two_windows_of_one_cdp_browser_know_nothing_of_each_other(
    tmp_path: Path, shop_url: str
) -> None:
    with chromium_with_cdp(tmp_path) as address:
        async with (
            Browsers(SETTINGS, 1, [address]) as browsers,
            browsers.one() as browser,
            browser.visit(shop_url, terms=AT_HOME) as one,
            browser.visit(shop_url, terms=AT_HOME) as other,
        ):
            page = (await one.observe()).observation
            answer = next(name for name in page.targets if "only_necessary" in name)
            assert (await one.perform(Click(name=answer), page)).accepted
            assert answer not in (await one.observe()).observation.targets
            assert answer in (await other.observe()).observation.targets


async def test_a_playwright_server_is_used_by_its_address(tmp_path: Path, shop_url: str) -> None:
    with playwright_server(tmp_path) as address:
        async with Browsers(SETTINGS, 1, [address]) as browsers, browsers.one() as browser:
            assert "Larkfield Market" in await title_seen(browser, shop_url)


async def test_an_address_at_which_nothing_answers_is_told() -> None:
    async with Browsers(SETTINGS, 1, ["http://127.0.0.1:1"]) as browsers:
        with pytest.raises(
            UserError, match=r"a browser that speaks CDP does not answer at http://127\.0\.0\.1:1"
        ):
            async with browsers.one():
                pass


async def test_a_killed_browser_is_opened_again(shop_url: str) -> None:
    others = set(_chromiums())
    async with Browsers(SETTINGS, 1) as browsers:
        async with browsers.one() as browser:
            assert await title_seen(browser, shop_url)
            async with browser.visit(shop_url, terms=AT_HOME) as window:
                [own] = set(_chromiums()) - others
                os.kill(own, signal.SIGKILL)
                with pytest.raises(BrowserFault):
                    await _look_for_ever(window)
        async with browsers.one() as again:
            assert again is not browser
            assert "Larkfield Market" in await title_seen(again, shop_url)


async def test_windows_are_shared_out_evenly() -> None:
    async with (
        Browsers(SETTINGS, 2) as browsers,
        browsers.one() as first,
        browsers.one() as second,
        browsers.one() as third,
    ):
        assert first is not second
        assert third in (first, second)


async def test_a_phone_is_shown_what_phones_are_shown(shop_url: str) -> None:
    async with (
        Browsers(SETTINGS, 1) as browsers,
        browsers.one() as browser,
        browser.visit(shop_url, device_of("an older Android phone"), AT_HOME) as window,
    ):
        assert "Larkfield Market" in (await window.observe()).observation.title


async def _look_for_ever(window: Tab) -> None:
    while True:
        await window.observe()


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it ended just now
        return []


def _chromiums() -> list[int]:
    """The browsers' own processes among those that this one started, also for other tests."""
    below = psutil.Process().children(recursive=True)
    return [
        each.pid for each in below if "--remote-debugging-pipe" in (line := _line(each)) and not _helps(line)
    ]


def _helps(line: list[str]) -> bool:
    return any(part.startswith("--type=") for part in line)
