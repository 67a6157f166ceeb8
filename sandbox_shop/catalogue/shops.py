"""Which catalogues there are, by name."""

from pathlib import Path

from sandbox_shop.catalogue.clothing2008 import clothing2008
from sandbox_shop.catalogue.importer import load_catalogue
from sandbox_shop.catalogue.market import market
from sandbox_shop.catalogue.product import Catalogue
from sandbox_shop.errors import CatalogueError


def catalogue_named(name: str, *, seed: int = 0, size: int = 2000) -> Catalogue:
    """The catalogue of this name.

    Args:
        name: `market`, `clothing2008`, or the path of a file of products (see `importer`).
        seed: which of the possible markets; the others have none.
        size: products of the market; the others have the size they have.

    Raises:
        CatalogueError: there is no such catalogue, or the file is broken.
    """
    if name == "market":
        return market(seed, size)
    if name == "clothing2008":
        return clothing2008()
    path = Path(name).expanduser()
    if path.is_file():
        return load_catalogue(path)
    raise CatalogueError(
        f"no catalogue '{name}': say market, clothing2008, or the path of a .csv, .jsonl or .json file"
    )
