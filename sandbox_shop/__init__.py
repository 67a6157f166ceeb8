"""A shop with its own books: catalogue, search, cart, checkout and an event log. Stands alone."""

from sandbox_shop.design import Design, Switch, switches
from sandbox_shop.errors import AddressError, BooksError, CatalogueError, ShopError
from sandbox_shop.events import Event, EventKind, json_lines
from sandbox_shop.server import RunningShop, ShopSettings, open_shop, running_shop, serve

__all__ = [
    "AddressError",
    "BooksError",
    "CatalogueError",
    "Design",
    "Event",
    "EventKind",
    "RunningShop",
    "ShopError",
    "ShopSettings",
    "Switch",
    "json_lines",
    "open_shop",
    "running_shop",
    "serve",
    "switches",
]
