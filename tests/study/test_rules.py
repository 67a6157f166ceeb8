"""The shopper by rules: buys in a real shop, reacts to what it is shown, and survives any page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.actions import name_in
from agent.browser import AT_HOME
from agent.persona import load_persona
from agent.session import EndingKind
from sandbox_shop import Design, ShopSettings, running_shop
from simplify import simplify
from study.browsers import Browsers
from study.deciding import Deciding, Minds
from study.plan import Planned
from study.rules import RulesPolicy
from study.visiting import SESSIONS, Visiting
from tests.study.studies import resolved
from tests.study.test_browsers import SETTINGS

INTENT = "I need an electric kettle for my kitchen."


@pytest.fixture(scope="module")
def shops() -> Iterator[tuple[str, str]]:
    """A shop as it is, and one in which nobody orders without an account."""
    walled = ShopSettings(design=Design(guest_checkout="off"))
    with running_shop(ShopSettings()) as plain, running_shop(walled) as wall:
        yield plain.url, wall.url


async def visit(folder: Path, site: str, seeds: range, arm: str) -> list[tuple[EndingKind, int]]:
    study = resolved(limits={"steps": 40})
    persona = load_persona("maya")
    found = []
    async with (
        Deciding(study, Minds(), 1) as deciding,
        Browsers(SETTINGS, 1) as browsers,
        browsers.one() as browser,
    ):
        for seed in seeds:
            planned = Planned(seed, seed, arm, persona, INTENT, seed)
            ran = await Visiting(
                study, deciding, folder / SESSIONS, dict.fromkeys(study.study.arms, AT_HOME)
            ).visit(planned, browser, site)
            found.append((ran.ending, ran.steps))
    return found


async def test_some_buy_and_some_leave_and_the_same_seed_does_the_same(
    tmp_path: Path, shops: tuple[str, str]
) -> None:
    plain, _ = shops
    once = await visit(tmp_path / "once", plain, range(1, 9), "control")
    endings = {ending for ending, _ in once}
    assert EndingKind.PURCHASED in endings
    assert EndingKind.LEFT in endings
    assert EndingKind.FAULT not in endings
    assert await visit(tmp_path / "again", plain, range(1, 3), "control") == once[:2]


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                '<a href="/p">Red kettle</a> $12.00',
                "<h1>0 results</h1>",
                "<button>Add to cart</button>",
                '<input aria-label="Search">',
                "<a href=/c>Checkout</a>",
                "<a href=/n>Next</a>",
                "<select><option>S</select>",
                '<input type=password aria-label="Password">',
                "<button disabled>Buy now</button>",
                "<title>Checkout</title>",
                "<li><a href=/x>x&quot;y</a> €9,99</li>",
                '<input aria-label="E-mail" value="a">',
                "<dialog open><button>Close</button></dialog>",
            ]
        ),
        max_size=8,
    ),
    st.integers(0, 1000),
    st.text(max_size=60),
)
async def test_any_page_gets_a_decision_that_can_be_done_on_it(
    parts: list[str], seed: int, intent: str
) -> None:
    page = simplify("<body>" + "".join(f"<div>{part}</div>" for part in parts), url="http://shop.test/")
    decision, _ = await RulesPolicy(seed).decide(load_persona("maya"), intent, [], page)
    name = name_in(decision.action)
    assert name is None or page.targets[name].enabled
