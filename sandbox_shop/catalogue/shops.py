"""Which catalogues there are, by name."""

from sandbox_shop.catalogue.market import market
from sandbox_shop.catalogue.product import Catalogue
from sandbox_shop.errors import CatalogueError


def catalogue_named(name: str, *, seed: int = 0, size: int = 2000) -> Catalogue:
    """The catalogue of this name.

    Args:
        name: `market`.
        seed: which of the possible markets; the others have none.
        size: products of the market; the others have the size they have.

    Raises:
        CatalogueError: there is no such catalogue.
    """
    if name == "market":
        return market(seed, size)
    raise CatalogueError(f"no catalogue '{name}': say market")
