"""What can be chosen of the browser, and how long anything may take in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from agent.browser.courtesy import Courtesy


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds after which waiting ends, whatever the page does.

    Attributes:
        start: for the first answer of the start page.
        response: for the server's first answer to a navigation.
        load: from there until the document has been read.
        change: for a page that changes in place to come to rest; also for a document that has been read.
        quiet: a page without changes for so long is at rest.
        still: without changes for so long, a page that has nothing to do is at rest, too,
        ahead: if it is known that it will have nothing to do until so long after the last change.
        arriving: for the next picture of a new document to come; without one for so long, its loading is not
            waited for.
        reach: for an element to come within reach of the mouse.
        observe: for reading the page.
        screenshot: for taking a picture.
        hang: a page that does not answer for so long hangs.
    """

    start: float = 30.0
    response: float = 20.0
    load: float = 8.0
    change: float = 2.0
    quiet: float = 0.1
    still: float = 0.015
    ahead: float = 0.06
    arriving: float = 0.5
    reach: float = 1.5
    observe: float = 5.0
    screenshot: float = 3.0
    hang: float = 5.0


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How Chromium is started, and what a look at a page holds.

    Attributes:
        headed: show the window on the screen.
        executable: Chromium's program; None to look for it.
        address: of a browser that runs already, on this machine or another, in place of one that is started:
            `http://host:9222` or `ws://host:9222/devtools/...` for one that speaks CDP, another `ws://`
            address for a Playwright server.
        viewport: width and height of the page in CSS pixels.
        locale: language and region that the browser claims, such as `en-US`.
        timezone: such as `Europe/Berlin`; None for the machine's.
        colours: whether pages are asked for their light or dark colours.
        user_agent: what the browser calls itself; None for its own name.
        budget: tokens that an observation may have; None for no bound.
        count_tokens: tokens of a text; None for the simplifier's own estimate.
        screenshots: take a picture of the viewport with every look.
        trace: file for Playwright's trace of each visit; None for none. Secrets that are typed stand in it.
        images: load images and web fonts; a browser that runs already decides that itself.
        courtesy: whose turn it is, among all shoppers of this machine.
        deadlines: when waiting ends.
    """

    headed: bool = False
    executable: Path | None = None
    address: str | None = None
    viewport: tuple[int, int] = (1280, 800)
    locale: str = "en-US"
    timezone: str | None = None
    colours: Literal["light", "dark"] = "light"
    user_agent: str | None = None
    budget: int | None = None
    count_tokens: Callable[[str], int] | None = None
    screenshots: bool = True
    images: bool = True
    trace: Path | None = None
    courtesy: Courtesy = field(default_factory=Courtesy)
    deadlines: Deadlines = field(default_factory=Deadlines)
