"""Capture of pages that never rest, never end, hang or fail: in time, without an exception, the reason told.

The only thing said of time is the contract: a capture is back at its deadline, with some leeway for a machine
that is busy with other things.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import TypeVar

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from simplify import Observation, simplify
from simplify import capture as capture_module
from simplify.capture import Capture, capture
from tests.simplify.difficult import Server, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

Value = TypeVar("Value")
DEADLINE = 60.0
"""For what can be read: never reached, but by a machine that has no time for us."""
HUNG = 6.0
"""For what cannot be read: it is waited out."""
LEEWAY = 20.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def port(server: Server) -> int:
    server.busy.clear()
    return server.server_port


@pytest_asyncio.fixture(loop_scope="session")
async def restless_tab(chromium: Browser) -> AsyncIterator[Page]:
    """A page whose end need not be waited for: what it shows may hang."""
    context = await chromium.new_context(viewport={"width": 1000, "height": 700})
    yield await context.new_page()
    await context.close()


async def in_time(awaitable: Awaitable[Value], seconds: float = DEADLINE) -> Value:
    started = time.monotonic()
    value = await asyncio.wait_for(awaitable, seconds + LEEWAY)
    assert time.monotonic() - started < seconds + LEEWAY
    return value


async def look(page: Page, deadline: float = DEADLINE) -> tuple[Capture, Observation]:
    captured = await in_time(capture(page, deadline=deadline), deadline)
    observation = simplify(captured.html, url=captured.url, notes=captured.notes)
    return captured, observation


async def open_page(page: Page, address: str) -> None:
    await page.goto(address, wait_until="commit")
    await page.get_by_text("Go on").wait_for()


@pytest.mark.parametrize("path", ["stream", "growing", "mutating", "writing", "alerting", "patched"])
async def test_a_page_that_never_rests_is_read_as_it_stands(restless_tab: Page, port: int, path: str) -> None:
    await open_page(restless_tab, f"http://127.0.0.1:{port}/{path}")
    for _ in range(3):
        captured, observation = await look(restless_tab)
        assert "go_on" in observation.targets
        await in_time(captured.dispose())


@pytest.mark.parametrize("path", ["restless", "flicker"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_frames_that_come_and_go_cost_no_more_than_themselves(
    restless_tab: Page, port: int, path: str, host: str
) -> None:
    await open_page(restless_tab, f"http://127.0.0.1:{port}/{path}?src=http://{host}:{port}/plain")
    for _ in range(5):
        captured, observation = await look(restless_tab)
        assert set(observation.targets) <= {"go_on", "pay_now"}
        assert "go_on" in observation.targets
        assert "pay_now" in observation.targets or len(captured.html) < 1_000
        await in_time(captured.dispose())


async def test_a_page_that_reloads_all_the_time_is_read_or_called_unreadable(
    restless_tab: Page, port: int
) -> None:
    await restless_tab.goto(f"http://127.0.0.1:{port}/reloading", wait_until="commit")
    for _ in range(5):
        _, observation = await look(restless_tab)
        assert "go_on" in observation.targets or observation.notes or observation.html == ""


async def test_a_frame_that_hangs_in_the_pages_process_is_told_and_everything_stays_in_time(
    restless_tab: Page, server: Server, port: int
) -> None:
    await open_page(restless_tab, f"http://127.0.0.1:{port}/framed?src=/plain")
    before, observation = await look(restless_tab)
    target = observation.targets["go_on"]
    await restless_tab.evaluate("document.querySelector('iframe').src = '/busy?ms=40000'")
    assert await asyncio.to_thread(server.busy.wait, 60)
    captured, hung = await look(restless_tab, HUNG)
    assert hung.notes == ("The page did not answer in time.",)
    assert hung.targets == {}
    assert captured.url.startswith("http://127.0.0.1")
    with pytest.raises(TimeoutError):
        await in_time(before.element(target, deadline=0.5))
    await in_time(before.dispose(), 0)
    await in_time(captured.dispose(), 0)


async def test_a_frame_that_hangs_in_its_own_process_costs_itself_and_leaves_the_rest_usable(
    restless_tab: Page, server: Server, port: int
) -> None:
    await open_page(restless_tab, f"http://127.0.0.1:{port}/framed?src=http://localhost:{port}/plain")
    await restless_tab.frames[1].get_by_text("Pay now").wait_for()
    before, both = await look(restless_tab)
    assert list(both.targets) == ["go_on", "pay_now"]
    await restless_tab.evaluate(
        f"document.querySelector('iframe').src = 'http://localhost:{port}/busy?ms=40000'"
    )
    assert await asyncio.to_thread(server.busy.wait, 60)
    captured, observation = await look(restless_tab, HUNG)
    assert list(observation.targets) == ["go_on"]
    assert any("did not answer in time" in note for note in observation.notes)
    element = await in_time(captured.element(observation.targets["go_on"]))
    assert element is not None
    assert await element.inner_text() == "Go on"
    with pytest.raises(TimeoutError):
        await in_time(before.element(both.targets["pay_now"], deadline=0.5))
    await in_time(before.dispose(), 0)
    await in_time(captured.dispose(), 0)


async def test_a_frame_without_a_server_is_told_and_an_error_page_is_read(tab: Page, port: int) -> None:
    await open_page(tab, f"http://127.0.0.1:{port}/framed?src=http://localhost:1/")
    async with asyncio.timeout(30):
        while not tab.frames[1].url.startswith("chrome-error:"):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    _, observation = await look(tab)
    assert list(observation.targets) == ["go_on"]
    assert any("could not be loaded" in note for note in observation.notes)
    await tab.goto(f"http://127.0.0.1:{port}/framed?src=http://localhost:{port}/no-such-page")
    _, observation = await look(tab)
    assert "Gone" in observation.html


@pytest.mark.parametrize("hosts", ["127.0.0.1", "127.0.0.1,localhost"])
async def test_frames_in_frames_are_read_to_a_depth_and_the_rest_is_told(
    tab: Page, port: int, hosts: str
) -> None:
    await tab.goto(f"http://127.0.0.1:{port}/nested?left=14&hosts={hosts}")
    captured = await in_time(capture(tab, deadline=DEADLINE))
    observation = simplify(captured.html, notes=captured.notes)
    labels = [target.label for target in observation.targets.values()]
    assert labels == [f"Level {left}" for left in range(14, 3, -1)]
    assert any("frames are left out" in note for note in observation.notes)
    element = await captured.element(list(observation.targets.values())[-1])
    assert element is not None
    assert await element.inner_text() == "Level 4"


async def test_a_crowd_of_frames_is_read_in_part_and_the_rest_is_told(tab: Page, port: int) -> None:
    await tab.goto(f"http://127.0.0.1:{port}/crowded")
    captured = await in_time(capture(tab, deadline=DEADLINE))
    observation = simplify(captured.html, notes=captured.notes)
    assert [target.label for target in observation.targets.values()].count("Pay now") == 60
    assert any("40 frames are left out" in note for note in observation.notes)


async def test_a_large_page_is_read_whole_and_every_target_once(tab: Page, port: int) -> None:
    await tab.goto(f"http://127.0.0.1:{port}/large?elements=30000")
    captured = await in_time(capture(tab, deadline=DEADLINE))
    observation = simplify(captured.html, notes=captured.notes)
    assert len(observation.targets) == 10_000
    assert not observation.notes


async def test_what_takes_longer_than_the_deadline_is_read_in_part(tab: Page, port: int) -> None:
    await tab.goto(f"http://127.0.0.1:{port}/large?elements=60000")
    await capture(tab, deadline=60.0)  # the page is laid out
    captured = await in_time(capture(tab, deadline=0.05), 0.05)
    assert captured.notes
    assert captured.url.startswith("http://127.0.0.1")


async def test_five_hundred_levels_are_read_with_what_stands_in_each(tab: Page) -> None:
    levels = "".join(f"<div><a href=/{level}>t{level}</a>" for level in range(500))
    await tab.set_content(levels)
    _, observation = await look(tab)
    assert [target.label for target in observation.targets.values()] == [f"t{level}" for level in range(500)]


async def test_a_restless_page_is_read_without_a_trace(tab: Page, port: int) -> None:
    await open_page(tab, f"http://127.0.0.1:{port}/framed?src=/plain")
    await tab.frames[1].get_by_text("Pay now").wait_for()
    count = (
        "() => { window.changes = 0; const all = [window, frames[0]]; for (const one of all) {"
        " new one.MutationObserver((some) => { window.changes += some.length; }).observe(one.document,"
        " { subtree: true, childList: true, attributes: true, characterData: true });"
        " for (const kind of ['focus', 'blur', 'scroll', 'resize', 'selectionchange', 'error', 'message'])"
        " one.addEventListener(kind, () => { window.changes += 1; }, true); } }"
    )
    await tab.evaluate(count)
    for _ in range(3):
        captured, _ = await look(tab)
        await captured.dispose()
    assert await tab.evaluate("window.changes") == 0


async def test_a_page_in_which_the_reader_itself_fails_is_told(
    tab: Page, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = "({ read() { throw new Error('out of memory'); }, release() { throw 1; } })"
    monkeypatch.setattr(capture_module, "_reader_script", lambda: fails)
    await open_page(tab, f"http://127.0.0.1:{port}/framed?src=/plain")
    captured, observation = await look(tab)
    assert observation.notes == (capture_module.UNREADABLE,)
    await captured.dispose()


@pytest.mark.parametrize("piece", ["<a href=/x>y</a>", "<b>x</b>", "<span>a </span>"])
async def test_a_line_of_fifty_thousand_things_is_read(tab: Page, piece: str) -> None:
    await tab.set_content(f"<button>Go on</button>{piece * 50_000}<p>The end")
    await tab.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
    )  # it is painted
    captured = await in_time(capture(tab, deadline=DEADLINE))
    observation = simplify(captured.html, notes=captured.notes)
    assert "go_on" in observation.targets
    assert "The end" in observation.html
    assert not observation.notes
