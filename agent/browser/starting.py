"""The start page of a visit: it comes, or it is said why it does not, for whoever gave its address."""

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from agent.browser.guard import Why
from agent.browser.settings import Deadlines
from agent.browser.settling import settle
from agent.browser.watching import Journal, PageWatch
from agent.errors import SiteClosed


async def open_start_page(watch: PageWatch, url: str, deadlines: Deadlines, journal: Journal) -> None:
    """Opens the start page, and waits until it is at rest.

    Args:
        watch: over the page that it is opened in.
        url: its address.
        deadlines: when waiting ends.
        journal: what happened in the window so far.

    Raises:
        SiteClosed: it cannot be visited.
        playwright.async_api.Error: the page crashed.
    """
    try:
        await watch.page.goto(url, wait_until="commit", timeout=deadlines.start * 1000)
    except PlaywrightTimeout:
        raise SiteClosed(
            f"{url} did not answer within {deadlines.start:.0f} seconds: is the shop running?"
        ) from None
    except PlaywrightError as error:
        if not watch.alive:
            raise
        raise SiteClosed(_unreachable(watch, url, journal)) from error
    if watch.status is not None and watch.status >= 400:
        raise SiteClosed(f"{url} answered with HTTP status {watch.status}: is the address right?")
    await settle(watch, deadlines)


_STOPPED = {
    Why.AWAY: "leads away to {}: give that address if it is the shop's",
    Why.INSIDE: "leads into a private network ({}): give that address if it is meant",
    Why.ROBOTS: (
        "is kept from robots by its robots.txt, or that could not be read: simagent obeys it; if the shop is "
        "yours or its owner agrees, say --robots ignore"
    ),
    Why.ORDER: "would place an order ({}): give the address of the shop's start page",
}


def no_page(url: str, content_type: str) -> str:
    """What is at that address can be read by nobody."""
    kind = content_type.partition(";")[0]
    return f"{url} is no web page but {kind}: give the address of the shop's start page"


def _unreachable(watch: PageWatch, url: str, journal: Journal) -> str:
    if journal.stopped:
        return f"{url} {_STOPPED[journal.stopped[0].why].format(journal.stopped[0].url)}"
    if watch.status is not None and watch.status < 300:  # a redirect came, and what it led to did not
        return no_page(url, watch.content_type or "a download")
    certificate = ", and is its certificate valid" if url.startswith("https:") else ""
    code = f" ({watch.failure})" if watch.failure else ""
    return f"{url} cannot be reached{code}: is the shop running, and is the address right{certificate}?"
