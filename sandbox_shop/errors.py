"""What can go wrong in the shop, sorted by who must act on it.

ShopError            anything the shop reports to whoever runs it: one clear line
    CatalogueError   a catalogue that does not exist, or a file of products that cannot be read
"""


class ShopError(Exception):
    """The shop cannot do what was asked; the message says what to do about it."""


class CatalogueError(ShopError):
    """A catalogue is unknown, or a file of products is broken; the message names file and line."""
