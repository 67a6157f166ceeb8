"""Frames that another process shows, and windows before they are watched: the same terms hold in them."""

import asyncio
import stat
from pathlib import Path

import pytest

from agent.browser import Browser, BrowserSettings, Terms, agreed, open_browser
from agent.chromium import find_chromium
from agent.login import Login
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import click, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUBLIC = "apart.example"
ACCOUNT = Login("shopper", "jo.bloggs@mail.example", "Correct-Horse-9")
FIELDS = "<label>Password <input type=password></label>"

GOES_ON = (
    '<form method=post action="/checkout/place-order" id=f></form><a href="#" onclick="f.submit()">Go on</a>'
)


def page(body: str) -> str:
    return f"<!doctype html><title>Start</title><h1>Shop</h1><a href='/plain.html'>A</a>{body}"


def sandboxed(path: str) -> str:
    return f'<iframe sandbox="allow-scripts allow-forms" src="{path}" width=600 height=300></iframe>'


@pytest.mark.parametrize("way", ["Send out", "Get out", "Link out"])
async def test_nothing_leads_out_of_a_frame_that_is_kept_apart(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, way: str
) -> None:
    out = elsewhere.other_origin
    shop.written["/start"] = page(sandboxed("/inner"))
    shop.written["/inner"] = (
        f'<form method=post action="{out}/out"><button>Send out</button></form>'
        f'<form action="{out}/out"><button>Get out</button></form><a href="{out}/out">Link out</a>'
    )
    async with chromium.visit(f"{shop.origin}/start") as tab:
        await tab.observe()
        elsewhere.asked.clear()
        outcome = await click(tab, way)
        assert not outcome.accepted
        assert "leads away from the shop" in outcome.message
    assert elsewhere.asked == []


async def test_a_frame_that_is_kept_apart_leads_about_in_the_shop(
    chromium: Browser, shop: PageServer
) -> None:
    shop.written["/start"] = page(sandboxed("/inner"))
    shop.written["/inner"] = '<a href="/further">Further</a>'
    shop.written["/further"] = "<p>Arrived in the frame</p>"
    async with chromium.visit(f"{shop.origin}/start") as tab:
        assert (await click(tab, "Further")).accepted
        assert "Arrived in the frame" in await seen(tab)


async def test_no_order_leaves_a_frame_that_is_kept_apart(chromium: Browser, shop: PageServer) -> None:
    shop.written["/start"] = page(sandboxed("/inner"))
    shop.written["/inner"] = GOES_ON
    async with chromium.visit(f"{shop.origin}/start") as tab:
        outcome = await click(tab, "Go on")
        assert outcome.held == "order"
    assert shop.posted == []


async def test_two_shoppers_frames_are_told_apart_or_held_for_both(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    """A frame within another process's frame has no name of its own: nobody's order passes by another's."""
    shop.written["/start"] = page(sandboxed("/outer"))
    shop.written["/outer"] = 'Outer <iframe src="/inner" width=500 height=200></iframe>'
    shop.written["/inner"] = GOES_ON
    async with (
        chromium.visit(f"{shop.origin}/start") as one,
        chromium.visit(f"{shop.origin}/start") as other,
    ):
        assert "go_on" in await seen(other)
        await click(one, "Go on")
        assert "Shop" in await seen(one)
    assert shop.posted == []


async def test_one_shoppers_frames_are_not_held_by_what_another_may(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    shop.written["/start"] = page(sandboxed("/inner"))
    shop.written["/inner"] = "<p>Apart</p>"
    elsewhere.written["/pays"] = page('<iframe src="/card" width=500 height=200></iframe>')
    elsewhere.written["/card"] = (
        '<form method=post action="/checkout/place-order"><button>Pay</button></form>'
    )
    async with chromium.visit(f"{shop.origin}/start") as one:
        assert "Apart" in await seen(one)
        terms = Terms(may_buy=True)
        for _ in range(3):
            async with chromium.visit(f"{elsewhere.origin}/pays", terms=terms) as other:
                elsewhere.posted.clear()
                assert (await click(other, "Pay")).accepted
                assert elsewhere.posted == ["/checkout/place-order"]


@pytest.mark.parametrize("way", ["direct", "nested", "itself", "in markup"])
async def test_no_frame_of_a_public_shop_asks_a_private_network(
    shop: PageServer, elsewhere: PageServer, tmp_path: Path, way: str
) -> None:
    elsewhere.written["/admin"] = "<h1>Router</h1>"
    private = f"{elsewhere.origin}/admin"
    shop.written |= {
        "/direct": page(f'<iframe src="{private}"></iframe>'),
        "/nested": page(f'<iframe src="http://partner.{PUBLIC}.test/partner"></iframe>'),
        "/partner": f'<iframe src="{private}"></iframe>',
        "/itself": page(sandboxed("/goes")),
        "/goes": f"<script>setTimeout(() => location = '{private}', 200)</script>",
        "/in markup": page(
            f"""<iframe sandbox="allow-scripts" srcdoc='<iframe src="{private}"></iframe>'></iframe>"""
        ),
    }
    shop.written["/in%20markup"] = shop.written["/in markup"]
    wrapper = tmp_path / "chromium"
    rules = ",".join(
        f"MAP {host} 127.0.0.1:{shop.server_port}" for host in (PUBLIC, f"partner.{PUBLIC}.test")
    )
    wrapper.write_text(f'#!/bin/sh\nexec "{find_chromium()}" "--host-resolver-rules={rules}" "$@"\n')
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    async with (
        open_browser(BrowserSettings(executable=wrapper, screenshots=False)) as browser,
        browser.visit(f"http://{PUBLIC}/{way}", terms=Terms(robots=False, pause=0.0)) as tab,
    ):
        await asyncio.sleep(0.6)
        assert "Router" not in await seen(tab)
    assert "/admin" not in elsewhere.asked


@pytest.mark.parametrize("way", ["by a blob", "by an empty page"])
async def test_a_frame_that_takes_a_nameless_address_gets_no_password(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, way: str
) -> None:
    ads = elsewhere.other_origin
    elsewhere.written |= {
        "/blob": (
            f"<script>location = URL.createObjectURL(new Blob(['{FIELDS}'], {{type: 'text/html'}}))</script>"
        ),
        "/one": "Advertisement",
        "/two": (
            "<script>setTimeout(() => { parent.frames[0].location = 'about:blank'; setTimeout(() => {"
            f" parent.frames[0].document.body.innerHTML = '{FIELDS}' }}, 300) }}, 300)</script>"
        ),
    }
    shop.written["/start"] = page(
        f'<iframe sandbox="allow-scripts" src="{ads}/blob" width=600 height=300></iframe>'
        if way == "by a blob"
        else f'<iframe src="{ads}/one" width=600 height=200></iframe><iframe src="{ads}/two"></iframe>'
    )
    terms = agreed(shop.origin, login=ACCOUNT)
    async with chromium.visit(f"{shop.origin}/start", terms=terms) as tab:
        for _ in range(100):
            if "Password" in await seen(tab):
                break
            await asyncio.sleep(0.1)
        outcome = await type_into(tab, "Password", "[password]")
        assert not outcome.accepted
        assert "may be anybody's" in outcome.message


@pytest.mark.parametrize("to", ["away", "order"])
async def test_a_frame_in_a_window_that_is_not_watched_yet_sends_nothing(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, to: str
) -> None:
    action = f"{elsewhere.other_origin}/out" if to == "away" else "/checkout/place-order"
    shop.written["/start"] = page(
        f"""<button onclick="const w = window.open('about:blank');
        w.document.write('<iframe name=f></iframe><form method=post target=f action={action}></form>');
        w.document.forms[0].submit()">Window</button>"""
    )
    async with chromium.visit(f"{shop.origin}/start") as tab:
        await tab.observe()
        elsewhere.posted.clear()
        outcome = await click(tab, "Window")
        assert outcome.held == ("order" if to == "order" else None)
        assert ("lead away" in outcome.message or "leads away" in outcome.message) is (to == "away")
    assert (shop.posted, elsewhere.posted) == ([], [])


@pytest.mark.parametrize(
    "script",
    [
        "fetch('/checkout/place-order', {method: 'POST'})",
        "fetch('/graphql', {method: 'POST', body: JSON.stringify({query: 'mutation placeOrder { id }'})})",
        "const asked = new XMLHttpRequest(); asked.open('POST', '/?wc-ajax=checkout'); asked.send()",
        "if (confirm('Place your order for 99 EUR now? This is binding.')) fetch('/go', {method: 'POST'})",
    ],
)
async def test_a_script_sends_no_order_without_leave(
    chromium: Browser, shop: PageServer, script: str
) -> None:
    shop.written["/checkout/delivery"] = page(f'<button onclick="{script}">Go on</button>')
    async with chromium.visit(f"{shop.origin}/checkout/delivery") as tab:
        outcome = await click(tab, "Go on")
        assert outcome.held == "order", outcome
        assert not outcome.accepted
    assert shop.posted == []
    async with chromium.visit(f"{shop.origin}/checkout/delivery", terms=Terms(may_buy=True)) as tab:
        assert (await click(tab, "Go on")).held is None
    assert len(shop.posted) == 1


async def test_what_scripts_ask_for_otherwise_comes(chromium: Browser, shop: PageServer) -> None:
    shop.written["/start"] = page(
        """<button onclick="fetch('/graphql', {method: 'POST', body: 'query orderHistory'})
        .then(() => document.title = 'Came')">Load</button>"""
    )
    async with chromium.visit(f"{shop.origin}/start") as tab:
        assert (await click(tab, "Load")).accepted
        assert (await tab.observe()).observation.title == "Came"
    assert shop.posted == ["/graphql"]
