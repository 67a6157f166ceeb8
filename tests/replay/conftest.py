"""A session in the sandbox shop that ends in an order, recorded once for all tests of replays."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.browser import BrowserSettings, open_browser
from agent.loop import Limits, run_session
from agent.policy import RecitingPolicy
from agent.recording import Header, Recorder
from sandbox_shop import ShopSettings, running_shop
from tests.agent.test_recording import header
from tests.agent.values import maya

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
        async with (
            open_browser(BrowserSettings(screenshots=screenshots)) as browser,
            browser.visit(shop.url) as window,
        ):
            recorder = Recorder(folder, Header.model_validate(told))
            try:
                limits = Limits(steps=len(what))
                policy = RecitingPolicy(what)
                await run_session(maya(), "a kettle", policy, window, recorder, limits, lambda _: None)
            finally:
                recorder.close()


@pytest.fixture(scope="session")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of four steps; not to be changed."""
    return record(tmp_path_factory.mktemp("replay") / "looked", LOOKS)
