"""One visit of 18 actions that ends in an order, made by the agent and by a script written by hand.

Both go through the same pages of the same shop in the same kind of browser. The script is what somebody would
write who knows the shop: it finds things by role and label, as Playwright's documentation recommends, and
waits as Playwright does by itself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import yaml
from playwright.async_api import Browser as Chromium
from playwright.async_api import Locator, Page, async_playwright

from agent.actions import Decision
from agent.browser import AT_HOME, Browser, BrowserSettings
from agent.browser.launch import FLAGS, UNWANTED_DEFAULTS
from agent.chromium import find_chromium
from agent.loop import Limits, run_session
from agent.persona import load_persona
from agent.policy import RecitingPolicy
from agent.recording import Header, Recorder
from agent.session import EndingKind, Step

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "orders-a-kettle.yaml"
DECISIONS = tuple(Decision.model_validate(each) for each in yaml.safe_load(EXAMPLE.read_text("utf-8")))
NO = "No, thanks"
THANKS = "Thank you for your order"


async def by_agent(browser: Browser, site: str, folder: Path) -> tuple[Step, ...]:
    """The visit as the agent makes it, its decisions known beforehand, all of it recorded.

    Raises:
        RuntimeError: it did not end in an order.
    """
    persona = load_persona("maya")
    async with browser.visit(site, terms=AT_HOME) as window:
        recorder = Recorder(folder, _header(site))
        try:
            steps, ending = await run_session(
                persona, "A kettle.", RecitingPolicy(DECISIONS), window, recorder, Limits(), lambda _: None
            )
        finally:
            recorder.close()
    if ending.kind is not EndingKind.PURCHASED:
        raise RuntimeError(f"the agent's visit ended otherwise: {ending.message}")
    return steps


@asynccontextmanager
async def plain_chromium() -> AsyncIterator[Chromium]:
    """A browser with the agent's own flags, without the agent."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(),
            args=list(FLAGS),
            ignore_default_args=list(UNWANTED_DEFAULTS),
            chromium_sandbox=False,
        )
        try:
            yield chromium
        finally:
            await chromium.close()


async def by_hand(chromium: Chromium, site: str, keep: Path | None = None) -> None:
    """The same visit as a script.

    Args:
        chromium: where its window opens.
        site: the shop.
        keep: where a picture and the HTML of each page are kept, as anybody would who wants to look at it
            later; None keeps nothing.
    """
    page = await chromium.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
    script = _Script(page, keep)
    try:
        await page.goto(site)
        await script.type("Search the shop", "kettle")
        await script.press("Only necessary")
        await script.press(NO)
        await script.follow("Hearthmoor Keel Glass Kettle 2 L White")
        await script.press("Add to cart")
        await script.follow("Proceed to checkout")
        for label, text in (
            ("Email", "ann@example.com"),
            ("Full name", "Ann Example"),
            ("Street address", "1 Elm Street"),
            ("City", "Columbus"),
            ("State or region", "OH"),
            ("ZIP or postal code", "43004"),
        ):
            await script.type(label, text)
        await script.press("Continue to payment")
        for label, text in (
            ("Card number", "4242 4242 4242 4242"),
            ("Expiry date (MM/YY)", "12/30"),
            ("Security code", "123"),
            ("Name on card", "Ann Example"),
        ):
            await script.type(label, text, frame="iframe")
        await page.wait_for_url("**/checkout/review")  # the card form's page sends the one around it on
        await script.look()
        await page.get_by_role("button", name="Place order").click()
        await page.get_by_role("heading", name=THANKS).wait_for()
        await script.look()
    finally:
        await page.context.close()


class _Script:
    """The hand-written script's ways to act."""

    def __init__(self, page: Page, keep: Path | None) -> None:
        self._page = page
        self._keep = keep
        self._looks = 0

    async def type(self, label: str, text: str, frame: str | None = None) -> None:
        await self.look()
        place = self._page if frame is None else self._page.frame_locator(frame)
        field = place.get_by_label(label, exact=True).and_(place.locator("input:visible"))
        await field.fill(text)
        async with self._page.expect_event("framenavigated"):  # or the next text goes into the old page
            await field.press("Enter")

    async def press(self, name: str) -> None:
        await self.look()
        await self._click(self._page.get_by_role("button", name=name, exact=True), opens=name != NO)

    async def follow(self, name: str) -> None:
        await self.look()
        await self._click(self._page.get_by_role("link", name=name, exact=True).first, opens=True)

    async def _click(self, thing: Locator, *, opens: bool) -> None:
        """Who takes pictures has to wait for the page that opens; who only clicks on, does not."""
        if self._keep is None or not opens:
            await thing.click()
            return
        async with self._page.expect_event("framenavigated"):
            await thing.click()

    async def look(self) -> None:
        if self._keep is None:
            return
        self._looks += 1
        await self._page.wait_for_load_state()
        self._keep.mkdir(parents=True, exist_ok=True)
        picture = self._keep / f"{self._looks:02}.jpg"
        await self._page.screenshot(path=picture, type="jpeg", quality=60)
        (self._keep / f"{self._looks:02}.html").write_text(await self._page.content(), "utf-8")


def settings(*, screenshots: bool, images: bool = True) -> BrowserSettings:
    """The agent's browser."""
    return replace(BrowserSettings(), screenshots=screenshots, images=images)


def _header(site: str) -> Header:
    return Header(
        version="0",
        started=datetime.now(UTC),
        persona=load_persona("maya"),
        intent="A kettle.",
        site=site,
        policy={"kind": "reciting"},
        seed=0,
        settings={},
    )
