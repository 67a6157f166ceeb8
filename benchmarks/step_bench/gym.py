"""The same visit in BrowserGym's environment, in a Python of its own that is made on first use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.model.cache import Progress
from benchmarks.simplify_bench.peers import Peer, Worker, running_worker

PEER = Peer("browsergym", "benchmarks.step_bench.peer_gym", ("step",))

DELAY = 0.5
"""Seconds that BrowserGym waits before each observation unless it is told otherwise."""


def _type(label: str, text: str, frame: str = "") -> str:
    place = f"page.frame_locator('{frame}')" if frame else "page"
    return (
        f"field = {place}.get_by_label({label!r}, exact=True).and_({place}.locator('input:visible'))\n"
        f"field.fill({text!r})\n"
        "with page.expect_event('framenavigated'):\n"
        "    field.press('Enter')"
    )


def _press(name: str) -> str:
    return f"page.get_by_role('button', name={name!r}, exact=True).click()"


def _follow(name: str) -> str:
    return f"page.get_by_role('link', name={name!r}, exact=True).first.click()"


def _opening(action: str) -> str:
    """An action that opens a page, which is waited for: else BrowserGym may look too early."""
    return f"with page.expect_navigation():\n    {action}"


ACTIONS = (
    _type("Search the shop", "kettle"),
    _opening(_press("Only necessary")),
    _press("No, thanks"),
    _opening(_follow("Hearthmoor Keel Glass Kettle 2 L White")),
    _opening(_press("Add to cart")),
    _opening(_follow("Proceed to checkout")),
    _type("Email", "ann@example.com"),
    _type("Full name", "Ann Example"),
    _type("Street address", "1 Elm Street"),
    _type("City", "Columbus"),
    _type("State or region", "OH"),
    _type("ZIP or postal code", "43004"),
    _opening(_press("Continue to payment")),
    _type("Card number", "4242 4242 4242 4242", "iframe"),
    _type("Expiry date (MM/YY)", "12/30", "iframe"),
    _type("Security code", "123", "iframe"),
    _type("Name on card", "Ann Example", "iframe") + "\npage.wait_for_url('**/checkout/review')",
    (
        "page.get_by_role('button', name='Place order').click()\n"
        "page.get_by_role('heading', name='Thank you for your order').wait_for()"
    ),
)
"""What `visits.by_hand` does, in BrowserGym's way of saying it."""


@asynccontextmanager
async def running_gym(progress: Progress) -> AsyncIterator[Worker]:
    """The worker.

    Raises:
        SystemFailed: its environment cannot be made.
    """
    async with running_worker(PEER, progress) as worker:
        yield worker


async def in_gym(worker: Worker, site: str, *, delay: float) -> list[float]:
    """Seconds of each `env.step` of a visit.

    Raises:
        SystemFailed: the visit failed.
    """
    answer = await worker.ask(do="visit", url=site, actions=list(ACTIONS), delay=delay)
    return [float(seconds) for seconds in answer["seconds"]]
