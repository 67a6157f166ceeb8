"""The soak finds what is lost, doubled or told otherwise than the shop has it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agent.browser import BrowserSettings, open_browser
from agent.session import EndingKind
from benchmarks.soak_bench.agreement import agreement
from benchmarks.soak_bench.leaks import Held, rise
from benchmarks.soak_bench.visits import Soaked, reciting_and_wandering, soaked
from sandbox_shop import Event, EventKind, ShopSettings, running_shop


@dataclass
class Small:
    """Eight sessions, and the shop's books."""

    done: list[Soaked]
    folder: Path
    events: list[Event]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return asyncio.run(soaked_small(tmp_path_factory.mktemp("soak")))


async def soaked_small(folder: Path) -> Small:
    with running_shop(ShopSettings()) as shop:
        async with open_browser(BrowserSettings(screenshots=False)) as browser:
            done = [
                await soaked(asked, browser, shop.url, folder) for asked in reciting_and_wandering(8, seed=3)
            ]
            assert browser.windows == 0
        return Small(done, folder, list(shop.events()))


def altered(small: Small, mark: str, change: dict[str, str]) -> Iterator[None]:
    """A recording in which words are others, until it is put back."""
    journal = small.folder / mark / "session.jsonl"
    before = journal.read_text("utf-8")
    text = before
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    journal.write_text(text, "utf-8")
    yield
    journal.write_text(before, "utf-8")


def test_recordings_and_books_agree(small: Small) -> None:
    found = agreement(small.done, small.folder, small.events)
    assert found.differences == []
    assert found.recordings == 8
    assert found.orders == 1
    assert found.pages > 20
    assert {each.kind for each in small.done} == {"order", "look", "wander"}
    assert small.done[0].ending is EndingKind.PURCHASED


def test_a_lost_recording_and_one_that_nobody_made_are_found(small: Small) -> None:
    lost = small.folder / "00002"
    lost.rename(small.folder / "00099")
    try:
        told = " ".join(agreement(small.done, small.folder, small.events).differences)
    finally:
        (small.folder / "00099").rename(lost)
    assert "00002: its recording is lost" in told
    assert "00099: nobody ran it" in told


def test_a_session_that_was_run_twice_is_found(small: Small) -> None:
    told = " ".join(agreement([*small.done, small.done[1]], small.folder, small.events).differences)
    assert "00002: was run 2 times" in told


def test_an_order_that_the_books_do_not_hold_is_found(small: Small) -> None:
    books = [event for event in small.events if event.kind is not EventKind.ORDER]
    told = " ".join(agreement(small.done, small.folder, books).differences)
    assert "00001: recorded orders" in told
    assert "1 recordings say that they ordered, and the books hold 0" in told


def test_an_order_of_another_sum_is_found(small: Small) -> None:
    books = [
        replace(event, detail={**event.detail, "total_cents": 1}) if event.kind is EventKind.ORDER else event
        for event in small.events
    ]
    assert any("recorded orders" in each for each in agreement(small.done, small.folder, books).differences)


def test_a_page_that_is_told_otherwise_is_found(small: Small) -> None:
    for _ in altered(small, "00002", {"/search?q=kettle": "/search?q=teapot"}):
        told = agreement(small.done, small.folder, small.events).differences
        assert any(each.startswith("00002: recorded pages") for each in told)
    assert agreement(small.done, small.folder, small.events).differences == []


def test_a_secret_that_is_masked_in_an_address_is_no_difference(small: Small) -> None:
    for _ in altered(small, "00002", {"/search?q=kettle": "/search?q=[password]"}):
        assert agreement(small.done, small.folder, small.events).differences == []


def test_a_leak_is_measured_with_how_sure_that_is() -> None:
    steady = Held(0, 100.0, 80.0, 300.0, 17, 9, 0, 2)
    leaking = [replace(steady, sessions=200 * n, python=100.0 + 5 * n) for n in range(1, 11)]
    slope, wide = rise(leaking, "python")
    assert slope == pytest.approx(25.0)
    assert wide == pytest.approx(0.0, abs=1e-6)
    assert rise(leaking, "files")[0] == pytest.approx(0.0)


def test_the_same_seed_wanders_the_same_way() -> None:
    kinds = [asked.kind for asked in reciting_and_wandering(16, seed=1)]
    assert kinds.count("order") == 2
    assert kinds.count("wander") == 8
