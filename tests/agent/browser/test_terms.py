"""Sessions stay where they were sent, do what they may, and no more."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.actions import Back, Click, Type, TypeAndSubmit
from agent.browser import AT_HOME, Browser, BrowserSettings, Tab, Terms, agreed, open_browser
from agent.chromium import find_chromium
from agent.errors import SiteClosed, UserError
from agent.login import Login, login_of
from agent.session import Outcome
from tests.agent.browser.conftest import with_settings
from tests.agent.browser.server import PageServer, serving
from tests.agent.browser.shopper import click, name_of, seen, type_into

pytestmark = pytest.mark.asyncio(loop_scope="session")

PUBLIC = "shop.example"
ACCOUNT = Login("shopper", "jo.bloggs@mail.example", "Correct-Horse-9")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def public(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Browser, PageServer]]:
    """A browser that finds a public shop, and the server that is it: the name leads to this machine."""
    with serving() as server:
        wrapper = tmp_path_factory.mktemp("chromium") / "chromium"
        rules = f"MAP *.{PUBLIC} 127.0.0.1:{server.server_port},MAP {PUBLIC} 127.0.0.1:{server.server_port}"
        wrapper.write_text(f'#!/bin/sh\nexec "{find_chromium()}" "--host-resolver-rules={rules}" "$@"\n')
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        async with open_browser(BrowserSettings(executable=wrapper, screenshots=False)) as browser:
            yield browser, server


def fresh(browser: Browser) -> Browser:
    """The same Chromium, which has read no robots.txt yet and owes no turn."""
    return with_settings(browser, BrowserSettings(screenshots=False))


@pytest.fixture
def robots(public: tuple[Browser, PageServer], monkeypatch: pytest.MonkeyPatch) -> PageServer:
    """The shop's server, at which its robots.txt is looked for, too."""
    server = public[1]
    monkeypatch.setenv("HTTP_PROXY", server.origin)
    monkeypatch.setenv("http_proxy", server.origin)
    server.robots = None
    server.asked.clear()
    server.agents.clear()
    return server


async def forget_its_frame(partner: PageServer) -> None:
    """Forgets what was asked of the partner, once the frame has come that `schemes.html` shows of it."""
    async with asyncio.timeout(30):
        while "/controls.html" not in partner.asked:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    partner.asked.clear()


# ---- staying on the site --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way",
    [
        "File",
        "Data",
        "Intent",
        "Mail",
        "Application",
        "Data by script",
        "Data in a window",
        "Partner in a window",
    ],
)
async def test_no_address_leads_off_the_web_or_off_the_site(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, way: str
) -> None:
    elsewhere.asked.clear()
    async with chromium.visit(f"{shop.origin}/schemes.html") as tab:
        await tab.observe()
        await forget_its_frame(elsewhere)
        outcome = await click(tab, way)
        assert not outcome.accepted, outcome
        assert "not followed" in outcome.message
        assert outcome.url == f"{shop.origin}/schemes.html"
        assert (await tab.observe()).observation.title == "Schemes"
    assert elsewhere.asked == []


async def test_a_script_in_an_address_does_what_any_script_of_the_page_may(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/schemes.html") as tab:
        assert 'it says "Said by its own script"' in (await click(tab, "Own script")).message


async def test_nothing_is_sent_out_of_a_frame_by_hand(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    elsewhere.asked.clear()
    async with chromium.visit(f"{shop.origin}/schemes.html") as tab:
        await tab.observe()
        await forget_its_frame(elsewhere)
        link = await click(tab, "Link out of the frame")
        assert "leads away from the shop" in link.message
        sent = await type_into(tab, "In the frame", "kettle")
        assert "leads away from the shop" in sent.message
        pressed = await click(tab, "Send out of the frame")
        assert "leads away from the shop" in pressed.message
    assert elsewhere.asked == []


async def test_what_is_in_a_frame_of_somebody_elses_is_shown_and_not_touched(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    host = elsewhere.origin.removeprefix("http://")
    async with chromium.visit(f"{shop.origin}/schemes.html") as tab:
        outcome = await click(tab, "Add to cart")
        assert not outcome.accepted
        assert outcome.message == (
            f'"Add to cart" stands in a part of the page that is {host}\'s, and was not touched.'
        )


async def test_a_site_that_is_named_belongs_to_the_shop(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    terms = agreed(shop.origin, also=[elsewhere.origin.removeprefix("http://")])
    async with chromium.visit(f"{shop.origin}/schemes.html", terms=terms) as tab:
        assert (await click(tab, "Add to cart")).accepted
    async with chromium.visit(f"{shop.origin}/away.html", terms=terms) as tab:
        assert (await click(tab, "Partner shop")).url.startswith(elsewhere.origin)


async def test_a_public_shop_does_not_lead_into_a_private_network(
    public: tuple[Browser, PageServer], shop: PageServer
) -> None:
    browser, _ = public
    host = shop.origin.removeprefix("http://")
    terms = agreed(f"http://{PUBLIC}/", also=[host], robots=False, pause=0.0)
    async with fresh(browser).visit(
        f"http://{PUBLIC}/away-to.html?{shop.origin}/plain.html", terms=terms
    ) as tab:
        shop.asked.clear()
        outcome = await click(tab, "There")
        assert not outcome.accepted
        assert outcome.message == (f"That leads into a private network (to {host}) and was not followed.")
    assert shop.asked == []


# ---- robots.txt, pace, name -----------------------------------------------------------------------------


async def test_robots_txt_is_obeyed_unless_it_is_agreed_otherwise(
    public: tuple[Browser, PageServer], robots: PageServer
) -> None:
    robots.robots = "User-agent: *\nDisallow: /echo\n"
    browser = fresh(public[0])
    start = f"http://{PUBLIC}/controls.html"
    async with browser.visit(start, terms=Terms(pause=0.0)) as tab:
        kept = await type_into(tab, "Search", "kettle")
        assert not kept.accepted
        assert kept.message == "The shop keeps robots from that page (robots.txt), and it was not opened."
        assert (await click(tab, "Plain page")).accepted
    assert robots.asked.count("/robots.txt") == 1
    assert "/echo" not in robots.asked
    async with browser.visit(start, terms=Terms(robots=False, pause=0.0)) as tab:
        assert (await type_into(tab, "Search", "kettle")).accepted


async def test_a_start_page_that_robots_may_not_see_is_told_with_what_to_do(
    public: tuple[Browser, PageServer], robots: PageServer
) -> None:
    robots.robots = "User-agent: simagent\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    with pytest.raises(SiteClosed, match=r"robots\.txt.*--robots ignore"):
        async with fresh(public[0]).visit(f"http://{PUBLIC}/plain.html", terms=Terms(pause=0.0)):
            pass
    assert "/plain.html" not in robots.asked


async def test_a_shop_without_robots_txt_may_be_visited(
    public: tuple[Browser, PageServer], robots: PageServer
) -> None:
    async with fresh(public[0]).visit(f"http://{PUBLIC}/plain.html", terms=Terms(pause=0.0)) as tab:
        assert "Nothing but words." in await seen(tab)
    assert "/robots.txt" in robots.asked


async def test_where_robots_txt_cannot_be_read_nothing_is_opened(public: tuple[Browser, PageServer]) -> None:
    with pytest.raises(SiteClosed, match="could not be read"):
        async with fresh(public[0]).visit(f"http://{PUBLIC}/plain.html", terms=Terms(pause=0.0)):
            pass


async def test_the_shop_is_told_who_comes(public: tuple[Browser, PageServer], robots: PageServer) -> None:
    async with fresh(public[0]).visit(f"http://{PUBLIC}/plain.html", terms=Terms(pause=0.0)):
        pass
    assert len(robots.agents) == 2
    assert all(agent.rpartition(" ")[2].startswith("simagent/") for agent in robots.agents)


async def test_shoppers_take_turns_at_a_site_of_somebody_elses(
    public: tuple[Browser, PageServer], robots: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    robots.robots = "User-agent: *\nCrawl-delay: 7\n"
    waited: list[float] = []

    async def note(_: object, site: object, pause: float) -> None:
        waited.append(pause)

    monkeypatch.setattr("agent.browser.courtesy.Courtesy.turn", note)
    async with fresh(public[0]).visit(f"http://{PUBLIC}/controls.html") as tab:
        await click(tab, "Plain page")
    assert waited == [7.0, 7.0]


async def test_this_machines_own_sites_are_asked_for_nothing(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/plain.html"):
        pass
    assert "/robots.txt" not in shop.asked


# ---- orders ---------------------------------------------------------------------------------------------


async def ordered(tab: Tab, label: str) -> Outcome:
    outcome = await click(tab, label)
    assert not outcome.accepted
    return outcome


async def test_no_order_is_placed_without_leave(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/checkout-of-a-shop.html") as tab:
        pressed = await ordered(tab, "Place order")
        assert pressed.held == "order"
        assert pressed.message.startswith("This would place the order (")
        entered = await type_into(tab, "Card number", "4242 4242 4242 4242")
        assert entered.held == "order"
        assert (await click(tab, "Back to the shop")).accepted
    assert "/placed" not in shop.asked
    assert "/order/place" not in shop.asked


async def test_an_order_that_no_button_announces_is_not_sent(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/checkout-of-a-shop.html") as tab:
        outcome = await ordered(tab, "Show me more of it")
        assert outcome.held == "order"
        assert outcome.message == "That would have placed the order, and was not sent."
    assert "/order/place" not in shop.asked


UNKNOWN_LANGUAGE = """<title>შეკვეთა</title><script>
const ask = (path, method) => fetch(path, { method }).then(() => { said.textContent = `${method} ${path}`; });
</script><p id=said></p>
<button onclick="ask('/spring/checkout/confirm/', 'POST')">შეკვეთის განთავსება</button>
<button onclick="ask('/spring/checkout/confirm/', 'GET')">შეკვეთა</button>
<button onclick="ask('/spring/checkout/questions/', 'POST')">გაგრძელება</button>"""


async def test_what_a_script_posts_to_the_end_of_a_checkout_is_not_sent_in_any_language(
    chromium: Browser, shop: PageServer
) -> None:
    shop.written["/spring/pay.html"] = UNKNOWN_LANGUAGE
    async with chromium.visit(f"{shop.origin}/spring/pay.html") as tab:
        assert "GET /spring" in (await click(tab, "შეკვეთა")).message
        assert "POST /spring" in (await click(tab, "გაგრძელება")).message
        asked = list(shop.asked)
        outcome = await click(tab, "შეკვეთის განთავსება")
        assert outcome.held == "order"
        assert outcome.message == "That would have placed the order, and was not sent."
        assert shop.asked == asked


async def test_a_button_that_turns_into_the_last_one_before_it_is_pressed_is_not_pressed(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/checkout-of-a-shop.html") as tab:
        view = await tab.observe()
        name = name_of(view.observation, "Go on")
        await tab._page.evaluate("document.getElementById('turns').textContent = 'Pay now'")
        outcome = await tab.perform(Click(name=name), view.observation)
        assert outcome.held == "order"


async def test_where_it_is_allowed_the_order_is_placed(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/checkout-of-a-shop.html", terms=AT_HOME) as tab:
        assert (await click(tab, "Place order")).held is None
    assert "/order/place" in shop.asked


async def test_orders_are_allowed_at_the_very_site_alone() -> None:
    assert agreed("https://www.shop.example/", allow_purchase="shop.example").may_buy
    assert agreed("http://127.0.0.1:8000/", allow_purchase="127.0.0.1:8000").may_buy
    assert not agreed("https://shop.example/").may_buy
    for other in ("other.example", "example", "shop.example.evil.example", "pay.example"):
        with pytest.raises(UserError, match="that very site"):
            agreed("https://shop.example/", also=["pay.example"], allow_purchase=other)


# ---- accounts -------------------------------------------------------------------------------------------


async def test_an_account_is_typed_by_its_marks_and_read_by_nobody(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=Terms(login=ACCOUNT)) as tab:
        view = await tab.observe()
        user = Type(name=name_of(view.observation, "E-mail address"), text="[user name]")
        typed = await tab.perform(user, view.observation)
        assert typed.message == 'The field now says "[user name]".'
        sent = await type_into(tab, "Password", "[password]")
        assert sent.accepted
        assert "Welcome, [user name]" in sent.message
        assert await tab._page.evaluate("document.querySelector('[type=password]').value") == ACCOUNT.password
        after = await tab.observe()
        told = repr((typed, sent, after.html, after.observation, view))
        assert ACCOUNT.password not in told
        assert ACCOUNT.user not in told
        assert "jo.bloggs" not in told


@pytest.mark.parametrize(
    ("label", "mark", "why"),
    [
        ("Search", "[password]", '"Search" is no field for a password, and none was typed.'),
        ("Review", "[password]", '"Review" is no field for a password, and none was typed.'),
        ("E-mail address", "[password]", '"E-mail address" is no field for a password, and none was typed.'),
    ],
)
async def test_a_password_goes_into_its_field_alone(
    chromium: Browser, shop: PageServer, label: str, mark: str, why: str
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=Terms(login=ACCOUNT)) as tab:
        outcome = await type_into(tab, label, mark)
        assert not outcome.accepted
        assert outcome.message == why
    assert "/echo" not in shop.asked


async def test_a_field_that_is_none_for_passwords_any_more_gets_none(
    chromium: Browser, shop: PageServer
) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=Terms(login=ACCOUNT)) as tab:
        view = await tab.observe()
        action = TypeAndSubmit(name=name_of(view.observation, "Password"), text="[password]")
        await tab._page.evaluate(
            "document.querySelector('[type=password]').outerHTML = '<input name=password title=Password>'"
        )
        outcome = await tab.perform(action, view.observation)
        assert not outcome.accepted
        assert await tab._page.evaluate("document.querySelector('[name=password]').value") == ""


async def test_a_user_name_goes_into_no_search(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/login.html", terms=Terms(login=ACCOUNT)) as tab:
        outcome = await type_into(tab, "Search", "[user name]")
        assert outcome.message == '"Search" is no field for a user name, and none was typed.'


async def test_nobody_logs_in_on_a_page_that_is_not_encrypted(public: tuple[Browser, PageServer]) -> None:
    terms = Terms(robots=False, pause=0.0, login=ACCOUNT)
    async with fresh(public[0]).visit(f"http://{PUBLIC}/login.html", terms=terms) as tab:
        outcome = await type_into(tab, "Password", "[password]")
        assert outcome.message == "This page is not encrypted: nobody logs in on it."


async def test_a_picture_shows_no_user_name(chromium: Browser, shop: PageServer) -> None:
    browser = with_settings(chromium, BrowserSettings())
    pictures = []
    for login in (ACCOUNT, None):
        async with browser.visit(f"{shop.origin}/login.html", terms=Terms(login=login)) as tab:
            view = await tab.observe()
            text = "[user name]" if login else ACCOUNT.user
            name = name_of(view.observation, "E-mail address")
            await tab.perform(TypeAndSubmit(name=name, text=text), view.observation)
            pictures.append((await tab.observe()).screenshot)
    assert pictures[0] is not None
    assert pictures[0] != pictures[1]


async def test_logins_come_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "logins.yaml"
    file.write_text("shopper: {user: jo.bloggs@mail.example, password: Correct-Horse-9}\nhalf: {user: jo}\n")
    file.chmod(0o600)
    assert login_of("shopper", file) == ACCOUNT
    assert "Correct" not in repr(ACCOUNT)
    with pytest.raises(UserError, match="has no login other: there is shopper, half"):
        login_of("other", file)
    with pytest.raises(UserError, match=r"half.password. should be a text"):
        login_of("half", file)
    monkeypatch.setenv("SIMAGENT_LOGIN_SHOPPER_USER", ACCOUNT.user)
    with pytest.raises(UserError, match="set SIMAGENT_LOGIN_SHOPPER_PASSWORD"):
        login_of("shopper", None)
    monkeypatch.setenv("SIMAGENT_LOGIN_SHOPPER_PASSWORD", ACCOUNT.password)
    assert login_of("shopper", None) == ACCOUNT


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
async def test_a_file_of_logins_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "logins.yaml"
    file.write_text("shopper: {user: jo, password: secret-word}\n")
    file.chmod(0o644)
    with pytest.raises(UserError, match="chmod 600"):
        login_of("shopper", file)


async def test_going_back_waits_for_its_turn_like_any_action(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/controls.html", terms=Terms(pause=0.01)) as tab:
        await click(tab, "Plain page")
        view = await tab.observe()
        assert (await tab.perform(Back(), view.observation)).accepted


# ---- windows and checks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way", ["Partner", "Partner without an opener", "Partner by a form", "Partner by script"]
)
async def test_no_window_asks_for_anything_off_the_site(
    chromium: Browser, shop: PageServer, elsewhere: PageServer, way: str
) -> None:
    async with chromium.visit(f"{shop.origin}/new-windows.html") as tab:
        elsewhere.asked.clear()
        outcome = await click(tab, way)
        assert "leads away from the shop" in outcome.message
        assert not outcome.accepted
        assert (await tab.observe()).observation.title == "New windows"
    assert elsewhere.asked == []


@pytest.mark.parametrize("way", ["Own page", "Own page without an opener"])
async def test_a_window_on_the_site_opens_all_the_same(chromium: Browser, shop: PageServer, way: str) -> None:
    async with chromium.visit(f"{shop.origin}/new-windows.html") as tab:
        assert (await click(tab, way)).message == 'A new window opened: the page "Plain".'


async def test_a_window_does_not_open_what_robots_may_not_see(
    public: tuple[Browser, PageServer], robots: PageServer
) -> None:
    robots.robots = "User-agent: *\nDisallow: /plain.html\n"
    async with fresh(public[0]).visit(f"http://{PUBLIC}/new-windows.html", terms=Terms(pause=0.0)) as tab:
        outcome = await click(tab, "Own page")
        assert "keeps robots from that page" in outcome.message
    assert "/plain.html" not in robots.asked


async def test_a_challenge_is_one_once_it_can_be_seen(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/captcha-frames.html") as tab:
        assert (await tab.observe()).bot_check is None
        await click(tab, "Search a lot")
        assert (await tab.observe()).bot_check == "a challenge of localhost"
