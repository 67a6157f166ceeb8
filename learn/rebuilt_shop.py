"""The shops in which people's data are set, running: the one place at which learning meets the sandbox shop.

Pages are captured from them, and simulated shoppers that are held against people visit them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sandbox_shop import Design, ShopSettings, running_shop

DESIGN = Design(cookie_banner="off", newsletter="off", reviews="hidden")
"""The shop of 2008 asked about no cookies and no newsletter, and nobody wrote reviews there."""


@dataclass(frozen=True, slots=True)
class RebuiltShop:
    """A shop that runs.

    Attributes:
        url: its address.
        settings: how it is set up, as recordings keep it.
    """

    url: str
    settings: dict[str, Any]


@contextmanager
def rebuilt_shop(catalogue: str) -> Iterator[RebuiltShop]:
    """A catalogue's shop, until the block ends."""
    settings = ShopSettings(catalogue=catalogue, design=DESIGN)
    with running_shop(settings) as shop:
        yield RebuiltShop(shop.url, {"sandbox_shop": asdict(settings)})
