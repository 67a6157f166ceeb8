"""What can go wrong in the shop, sorted by who must act on it.

ShopError            anything the shop reports to whoever runs it: one clear line
    CatalogueError   a catalogue that does not exist, or a file of products that cannot be read
    BooksError       a file in which the shop cannot keep its books
    AddressError     an address at which the shop cannot listen
"""


class ShopError(Exception):
    """The shop cannot do what was asked; the message says what to do about it."""


class CatalogueError(ShopError):
    """A catalogue is unknown, or a file of products is broken; the message names file and line."""


class BooksError(ShopError):
    """The file for the shop's books cannot be opened, or holds something else."""


class AddressError(ShopError):
    """The shop cannot listen at that host and port; the message says which to try."""
