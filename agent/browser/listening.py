"""An ear on the pages of a person's window: what is done there reaches Python in its order.

The listener (`listening.js`) stands beside the reader in every process that shows a part of a page, and calls
a binding that the page does not see. What it says was sent before the page heard of the press, so that it
arrives even where the press leads away from the page.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Dialog, Frame, Page
from playwright.async_api import Error as PlaywrightError

from agent.browser.guard import Guard
from agent.browser.script import listening_frame_script, listening_script
from agent.browser.watching import DIALOGS_TOLD, Frames, Journal, PageWatch
from simplify.capture import WORLD, ask, put_beside_in

CHANNEL = "simagentHeard"
"""Of the binding; `listening.js` calls it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener said.

    Attributes:
        watch: over the page that it listens to.
        frame: the outermost one that its process shows.
        kind: `act`, `pressed` (a button of the bar), `arrived` (a document), `rested` (after a change).
        said: all that it said.
    """

    watch: "AttendedWatch"
    frame: Frame
    kind: str
    said: dict[str, Any]


class AttendedWatch(PageWatch):
    """Follows a page that a person uses: what the person can answer is left to the person.

    Attributes:
        on_heard: told what a listener said, at once and in order.
    """

    def __init__(self, page: Page, cdp: CDPSession, frames: Frames, guard: Guard, journal: Journal) -> None:
        super().__init__(page, cdp, frames, guard, journal)
        self.on_heard: Callable[[Heard], None] = lambda _heard: None
        self._apart: set[Frame] = set()

    @classmethod
    def script(cls) -> str:
        """The listener is put beside the page's reader, too."""
        return listening_script()

    async def listen(self, on_heard: Callable[[Heard], None]) -> None:
        """Begins to listen, on the documents that are there and on all that come.

        Raises:
            playwright.async_api.Error: the page was closed or has crashed.
        """
        self.on_heard = on_heard
        page = self.page
        await self._open_channel(self._cdp, page.main_frame)
        page.on("framenavigated", self._on_frame)
        page.on("frameattached", self._on_frame)
        page.on("framedetached", self._on_frame_gone)
        for frame in page.frames:
            self._on_frame(frame)
        await ask(page, "ping")  # the document that is there already gets its listener by being asked

    async def history(self) -> dict[str, Any]:
        """The way through the pages of this window, as the browser keeps it."""
        history: dict[str, Any] = await self._cdp.send("Page.getNavigationHistory")
        return history

    def stir(self) -> None:
        """Has those who wait for something on this page look again."""
        self._pulse.set()

    async def _open_channel(self, cdp: CDPSession, frame: Frame) -> None:
        def hear(event: dict[str, Any]) -> None:
            if event["name"] == CHANNEL:
                said = json.loads(event["payload"])
                self.on_heard(Heard(self, frame, said["kind"], said))

        cdp.on("Runtime.bindingCalled", hear)
        await cdp.send("Runtime.addBinding", {"name": CHANNEL, "executionContextName": WORLD})
        for_new = {"source": listening_frame_script(), "worldName": WORLD}
        await cdp.send("Page.addScriptToEvaluateOnNewDocument", for_new)

    def _on_frame(self, frame: Frame) -> None:
        if frame.parent_frame is not None and frame not in self._apart:
            self._errands.run(self._listen_apart(frame))

    def _on_frame_gone(self, frame: Frame) -> None:
        self._apart.discard(frame)

    async def _listen_apart(self, frame: Frame) -> None:
        """Listens to a frame that another process shows."""
        self._apart.add(frame)
        try:
            cdp = await self.page.context.new_cdp_session(frame)
        except PlaywrightError:  # it lives in the process of what is around it, whose listener hears it
            self._apart.discard(frame)
            return
        try:
            await self._open_channel(cdp, frame)
            await put_beside_in(frame, cdp)
        except PlaywrightError:
            self._apart.discard(frame)  # it went away, or moved; it is told where it comes back

    async def stop_script(self, seconds: float) -> bool:  # noqa: ARG002 - nobody waits for it
        """A script that waits for the person's answer to a message box is not stopped."""
        return False

    def _on_dialog(self, dialog: Dialog) -> None:
        """A message box is the person's to answer."""
        self._journal.dialogs += 1
        if self._journal.dialogs <= DIALOGS_TOLD and dialog.type != "beforeunload":
            self._journal.told.append(f'A message box of the page said "{dialog.message.strip()[:200]}".')
        self._pulse.set()
