"""What the shop sells: products and where they stand, generated, rebuilt from history, or imported."""

from sandbox_shop.catalogue.product import (
    Catalogue,
    Category,
    Choice,
    Placement,
    Product,
    ProductOption,
    Question,
    Review,
)
from sandbox_shop.catalogue.shops import catalogue_named

__all__ = [
    "Catalogue",
    "Category",
    "Choice",
    "Placement",
    "Product",
    "ProductOption",
    "Question",
    "Review",
    "catalogue_named",
]
