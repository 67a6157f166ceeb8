"""Opening the start page, and starting the browser: what goes wrong is one clear line."""

import re
from pathlib import Path

import playwright
import pytest

from agent.browser import Browser, BrowserSettings, open_browser
from agent.browser.launch import WITHOUT
from agent.errors import UserError
from tests.agent.browser.conftest import with_settings
from tests.agent.browser.server import PageServer
from tests.agent.browser.shopper import seen

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def refusal(browser: Browser, url: str) -> str:
    with pytest.raises(UserError) as caught:
        async with browser.visit(url):
            pass
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "url", ["", "shop", "file:///etc/passwd", "http://", "http://[::1", "http://shop:port/"]
)
async def test_what_is_no_web_address_is_refused(chromium: Browser, url: str) -> None:
    assert "is no web address: give one such as" in await refusal(chromium, url)


async def test_a_site_that_is_down_is_told_with_the_browsers_code(
    chromium: Browser, shop: PageServer
) -> None:
    shop.shutdown()
    shop.server_close()
    assert await refusal(chromium, shop.origin) == (
        f"{shop.origin} cannot be reached (net::ERR_CONNECTION_REFUSED): "
        "is the shop running, and is the address right?"
    )


async def test_a_site_without_encryption_is_not_reached_by_https(chromium: Browser, shop: PageServer) -> None:
    message = await refusal(chromium, shop.origin.replace("http:", "https:"))
    assert "cannot be reached (net::ERR_SSL" in message
    assert message.endswith("is the address right, and is its certificate valid?")


async def test_a_site_that_does_not_answer_is_told(hasty_chromium: Browser, shop: PageServer) -> None:
    assert "did not answer within 3 seconds" in await refusal(hasty_chromium, f"{shop.origin}/held")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("status/404", "answered with HTTP status 404"),
        ("file.json", "is no web page but application/json"),
        ("late-text", "is no web page but text/plain"),
        ("picture.png", "is no web page but image/png"),
        ("download", "is no web page but text/csv"),
    ],
)
async def test_what_is_no_page_is_refused(chromium: Browser, shop: PageServer, path: str, words: str) -> None:
    message = await refusal(chromium, f"{shop.origin}/{path}")
    assert message.startswith(f"{shop.origin}/{path} {words}")


async def test_an_address_that_leads_away_is_refused_with_where_it_leads(
    chromium: Browser, shop: PageServer, elsewhere: PageServer
) -> None:
    there = f"{elsewhere.origin}/plain.html"
    message = await refusal(chromium, f"{shop.origin}/redirect?to={there}")
    assert f"leads away to {there}" in message


async def test_a_redirect_within_the_shop_is_followed_under_another_name_of_this_machine(
    chromium: Browser, shop: PageServer
) -> None:
    there = f"{shop.other_origin}/plain.html"
    async with chromium.visit(f"{shop.origin}/redirect?to={there}") as tab:
        assert tab.url == there


async def test_windows_know_nothing_of_each_other(chromium: Browser, shop: PageServer) -> None:
    url = f"{shop.origin}/plain.html"
    async with chromium.visit(url) as one, chromium.visit(url) as other:
        await one._pages.front().page.evaluate("localStorage.setItem('cart', 'full')")
        assert await other._pages.front().page.evaluate("localStorage.getItem('cart')") is None
        assert await seen(one) == await seen(other)


async def test_a_screenshot_is_a_jpeg_of_the_viewport(chromium: Browser, shop: PageServer) -> None:
    browser = with_settings(chromium, BrowserSettings(viewport=(640, 480)))
    async with browser.visit(f"{shop.origin}/plain.html") as tab:
        screenshot = (await tab.observe()).screenshot
        assert screenshot is not None
        assert screenshot.startswith(b"\xff\xd8\xff")
        assert b"\x01\xe0\x02\x80" in screenshot  # height and width, as a JPEG's frame header has them


async def test_locale_timezone_and_user_agent_are_what_was_asked_for(
    chromium: Browser, shop: PageServer
) -> None:
    settings = BrowserSettings(
        locale="de-DE", timezone="Europe/Berlin", user_agent="Shopper/1", screenshots=False
    )
    async with with_settings(chromium, settings).visit(f"{shop.origin}/plain.html") as tab:
        page = tab._pages.front().page
        assert await page.evaluate("navigator.language") == "de-DE"
        assert await page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/Berlin"
        assert await page.evaluate("navigator.userAgent") == "Shopper/1"


async def test_a_setting_that_the_browser_refuses_is_the_users_to_mend(
    chromium: Browser, shop: PageServer
) -> None:
    browser = with_settings(chromium, BrowserSettings(timezone="Nowhere/Else"))
    assert "the browser refuses its settings" in await refusal(browser, f"{shop.origin}/plain.html")


async def test_a_program_that_is_no_browser_is_told() -> None:
    with pytest.raises(UserError, match="the browser /bin/false does not start"):
        async with open_browser(BrowserSettings(executable=Path("/bin/false"))):
            pass


async def test_a_window_needs_a_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(UserError, match="needs a display"):
        async with open_browser(BrowserSettings(headed=True)):
            pass


async def test_what_playwright_leaves_out_of_the_browser_is_left_out() -> None:
    driver = Path(playwright.__file__).parent / "driver" / "package" / "lib" / "coreBundle.js"
    listed = re.search(r"disabledFeatures = \[(.*?)\]\.filter", driver.read_text("utf-8"), re.DOTALL)
    assert listed is not None
    features = re.findall(r'^ *"(\w+)"', listed[1], re.MULTILINE)
    assert len(features) > 10
    assert set(features) <= set(WITHOUT)


async def test_a_window_brings_no_pages_of_the_browsers_own(chromium: Browser, shop: PageServer) -> None:
    async with chromium.visit(f"{shop.origin}/plain.html"):
        devtools = await chromium._chromium.new_browser_cdp_session()
        targets = (await devtools.send("Target.getTargets"))["targetInfos"]
    assert [target["url"] for target in targets if target["url"].startswith("chrome://")] == []
