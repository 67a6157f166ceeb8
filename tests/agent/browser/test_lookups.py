"""Names that lead into a private network, however they do it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from agent.browser.guard import Asked, Guard, Why
from agent.browser.robots import Robots
from agent.browser.site import Site
from agent.browser.terms import Terms
from tests.agent.browser.server import serving

OUTSIDE, INSIDE = "93.184.216.34", "10.0.0.1"
Names = Mapping[str, list[list[str]]]


def looked_up(monkeypatch: pytest.MonkeyPatch, names: Names) -> None:
    """Names lead where a test says, from one lookup to the next; [] is a lookup that fails."""
    left = {host: list(answers) for host, answers in names.items()}

    async def answer(host: str, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        found = left[host].pop(0) if len(left[host]) > 1 else left[host][0]
        if not found:
            raise OSError("no answer")
        return [(2, 1, 6, "", (address, 0)) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)


async def guard_of(url: str) -> Guard:
    guard = Guard(Site.of(url), Terms(robots=False))
    await guard.begin(url)
    return guard


def frame(url: str) -> Asked:
    return Asked(url, "GET", main=False, by_hand=False)


async def test_one_private_address_among_others_opens_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up(monkeypatch, {"shop.example": [[OUTSIDE, INSIDE]]})
    guard = await guard_of("https://shop.example/")
    assert await guard.refusal(frame("http://192.168.1.1/")) is Why.INSIDE
    assert await guard.refusal(Asked("https://shop.example/", "GET", main=True, by_hand=True)) is Why.INSIDE


async def test_a_shop_of_a_private_network_may_lead_about_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up(monkeypatch, {"shop.example": [[INSIDE, "10.0.0.2"]]})
    guard = await guard_of("https://shop.example/")
    assert await guard.refusal(frame("http://192.168.1.1/")) is None


@pytest.mark.parametrize("first", [[], [OUTSIDE]])
async def test_a_name_is_looked_up_each_time(monkeypatch: pytest.MonkeyPatch, first: list[str]) -> None:
    looked_up(monkeypatch, {"shop.example": [[OUTSIDE]], "late.shop.example": [first, [INSIDE]]})
    guard = await guard_of("https://shop.example/")
    await guard.refusal(frame("https://late.shop.example/"))
    assert await guard.refusal(frame("https://late.shop.example/")) is Why.INSIDE


async def test_robots_txt_leads_into_no_private_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as shop, serving() as private:
        monkeypatch.setenv("HTTP_PROXY", shop.origin)
        monkeypatch.setenv("http_proxy", shop.origin)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        shop.robots = f"{private.origin}/robots.txt"
        private.robots = "User-agent: *\nAllow: /\n"
        assert not await Robots("test").allows("http://shop.example/cart")
        assert shop.asked == ["/robots.txt"]
        assert private.asked == []


async def test_robots_txt_of_a_private_network_may_lead_about_in_it() -> None:
    with serving() as shop, serving() as other:
        shop.robots = f"{other.origin}/robots.txt"
        other.robots = "User-agent: *\nDisallow: /cart\n"
        robots = Robots("test")
        assert not await robots.allows(f"{shop.origin}/cart")
        assert await robots.allows(f"{shop.origin}/kettles")
        assert other.asked == ["/robots.txt"]
