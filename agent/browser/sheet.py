"""A page of our own in the browser: a text to read, buttons to press, and nothing of the shop."""

import asyncio
from collections.abc import Mapping
from importlib import resources

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page


class Sheet:
    """One such page. Its buttons bear what pressing them means (`data-presses`)."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pressed: asyncio.Queue[Mapping[str, str] | None] = asyncio.Queue()

    async def open(self, html: str) -> None:
        """Shows a document.

        Args:
            html: whole, with its style, and a head.
        """
        self._page.on("close", lambda _: self._pressed.put_nowait(None))
        await self._page.expose_function("pressed", self._on_pressed)
        script = resources.files("agent.browser").joinpath("sheet.js").read_text(encoding="utf-8")
        try:
            document = html.replace("<head>", f"<head><script>{script}</script>", 1)
            await self._page.set_content(document, wait_until="domcontentloaded")
            await self._page.bring_to_front()
        except PlaywrightError:
            if not self._page.is_closed():
                raise

    async def pressed(self) -> Mapping[str, str] | None:
        """The next button that is pressed, as its data say (`presses` and more); None once it is closed."""
        return await self._pressed.get()

    def _on_pressed(self, said: Mapping[str, str]) -> None:
        self._pressed.put_nowait(said)
