"""Populations in the real browser: decided as offline, brought back from products, resumed after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.actions import Click
from agent.browser import AT_HOME, Browser
from agent.errors import UserError
from agent.recording import JOURNAL, read_recording
from agent.session import EndingKind
from learn.align.live import PUT_ASIDE, Plan, missing, visit
from learn.align.population import visits_of
from learn.align.simulation import recorded
from learn.choices import codes_on
from learn.clothing2008 import HOME, listings, place_at
from learn.policies.sequence import SequenceModel
from learn.readers.human_clicks import visitor
from learn.readers.recordings import read_recordings
from learn.rebuilt_shop import rebuilt_shop
from learn.walks import simulate
from tests.learn.values import clicks_file

CHECKOUT = Path(__file__).parents[3]
SEED = 4


def plan(folder: Path, visits: int, *, seed: int = SEED) -> Plan:
    comers = [visitor("Poland") for _ in range(visits)]
    return Plan(SequenceModel.shipped(), comers, seed, 1.0, folder / "sequence", 2, {})


@pytest.mark.timeout(900)
async def test_visits_in_the_browser_are_those_of_the_simulation(tmp_path: Path) -> None:
    plans = plan(tmp_path, 3)
    ended: dict[int, EndingKind] = {}
    with rebuilt_shop("clothing2008") as shop:
        await visit(plans, shop, ended.__setitem__)
    assert ended == dict.fromkeys(range(3), EndingKind.LEFT)
    assert missing(plans) == []
    reading = read_recordings(plans.folder)
    assert not reading.unreadable
    assert len({session.id for session in reading.sessions}) == 3
    expected = simulate(plans.scorer, plans.visitors, seed=SEED)
    assert visits_of(reading.sessions) == expected
    for session in reading.sessions:
        for turn in session.turns[:-1]:
            place = place_at(turn.observation.url, turn.observation.title)
            assert place is not None
            code = codes_on(place).get(getattr(turn.decision.action, "name", ""))
            if code is not None:
                product = listings().products[code]
                assert turn.outcome.message == listings().looked_at(product).message
            assert turn.decision.rationale
        assert session.turns[0].observation.title == listings().observations[HOME].title
    assert recorded(plans.folder, "sequence", print).visits == expected
    with pytest.raises(UserError, match="seed"):
        missing(plan(tmp_path, 3, seed=SEED + 1))


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_goes_back_as_its_own_button_does(chromium: Browser) -> None:
    shop = listings()
    product = shop.products["A1"]
    with rebuilt_shop("clothing2008") as live:
        async with chromium.visit(live.url, terms=AT_HOME) as window:
            assert not (await window.go_back()).accepted
            for _, click, _ in shop.through(HOME, shop.way(HOME, product.place)):
                await window.perform(click, (await window.observe()).observation)
            listing = (await window.observe()).observation
            await window.perform(Click(name=product.name), listing)
            seen = (await window.observe()).observation
            assert seen.title.startswith(product.title)
            back = await window.go_back()
            assert back.accepted
            assert back.message == f'You went back to the page "{listing.title}".'
            again = (await window.observe()).observation
            assert (again.url, again.html) == (listing.url, listing.html)
            assert back.url == listing.url


@pytest.mark.timeout(1800)
def test_a_killed_run_goes_on_and_keeps_what_was_finished(tmp_path: Path) -> None:
    people = clicks_file(tmp_path, {str(n): ["A1", "A2", "B4"][: 1 + n % 3] for n in range(40)})
    target = tmp_path / "out"
    command = [
        sys.executable, "-m", "cli", "align", "--policy", "sequence", "--sessions", "4", "--against", people,
        "--part", "all", "--out", target, "--seed", "9", "--windows", "2",
    ]  # fmt: skip
    folder = target / "recordings" / "sequence"
    running = subprocess.Popen(
        [str(each) for each in command], cwd=CHECKOUT, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        wait_until(lambda: running.poll() is not None or any(map(ended, folder.glob("*"))))
        finished = {each: (each / JOURNAL).read_bytes() for each in folder.glob("*") if ended(each)}
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    assert finished
    begun = [each.name for each in folder.glob("*") if each not in finished and not ended(each)]
    again = subprocess.run(
        [str(each) for each in command],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert "4 visits recorded in the browser" in again.stdout
    assert len(list(folder.glob("*"))) == 4
    assert all(map(ended, folder.glob("*")))
    for each, kept in finished.items():
        assert (each / JOURNAL).read_bytes() == kept
    aside = [each.name.partition("-")[0] for each in (target / "recordings" / PUT_ASIDE).glob("sequence/*")]
    assert sorted(aside) == sorted(begun)


def ended(folder: Path) -> bool:
    try:
        return read_recording(folder).ending is not None
    except UserError:  # its first line is not whole yet
        return False


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 900
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.1)
