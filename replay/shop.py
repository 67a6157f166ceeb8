"""The sandbox shop as it was when a session was recorded: catalogue, seed, switches, the next order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from agent.browser import AT_HOME, Terms, agreed
from agent.errors import UserError
from agent.recording import Header, Recording
from sandbox_shop import Design, ShopError, ShopSettings, running_shop


class Restored(NamedTuple):
    """Where a session can be run again: the address of its start page, and what may be done there."""

    url: str
    terms: Terms


@contextmanager
def restored_site(recording: Recording, allow_purchase: str | None = None) -> Iterator[Restored]:
    """Where the session can be run again: the site itself, or the sandbox shop, opened as it was.

    Args:
        recording: of the session.
        allow_purchase: host of the site, if the recorded order may be placed there once more; the sandbox
            shop takes orders anyway.

    Raises:
        UserError: the shop cannot be restored, or orders are allowed at another site.
    """
    settings = _settings(recording.header.settings)
    if settings is None:
        yield Restored(recording.header.site, _terms(recording.header, allow_purchase))
        return
    try:
        with running_shop(settings) as shop:
            bought = recording.ending.purchase if recording.ending else None
            if bought is not None and bought.order_number:
                shop.begin_orders_at(bought.order_number)
            yield Restored(shop.url, AT_HOME)
    except ShopError as error:
        raise UserError(f"the sandbox shop of {recording.folder} cannot be restored: {error}") from error


def _terms(header: Header, allow_purchase: str | None) -> Terms:
    """What was agreed on when a site was visited; whether orders may be placed is asked for each time."""
    agreed_on = header.settings.get("terms") or {}
    also = [host for host in agreed_on.get("also", ()) if isinstance(host, str)]
    robots = agreed_on.get("robots") is not False
    return agreed(header.site, also=also, robots=robots, allow_purchase=allow_purchase)


def _settings(settings: Mapping[str, Any]) -> ShopSettings | None:
    """The sandbox shop that a header tells of; None where the session was on another site.

    Raises:
        UserError: it tells of one that this version does not know.
    """
    told = settings.get("sandbox_shop")
    if told is None:
        arm = settings.get("arm")
        if not isinstance(arm, Mapping) or arm.get("site") is not None:
            return None
        # A study of an earlier version, whose headers tell of the arm alone.
        shop = {"catalogue": "market", "seed": 0, "size": 2000} | (arm.get("shop") or {})
        told = {**shop, "design": arm.get("set", {})}
    try:
        design = Design.parse(f"{switch}={value}" for switch, value in told["design"].items())
        return ShopSettings(told["catalogue"], told["seed"], told["size"], design)
    except (KeyError, TypeError, AttributeError, ShopError) as error:
        raise UserError(f"the recording's sandbox shop is not one of this version: {error}") from error
