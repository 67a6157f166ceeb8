"""Puts the shop up: 75 plain products in three categories, one in three colours, the search index."""

from decimal import Decimal

import django
from django.core.management import call_command

django.setup()

from oscar.apps.address.models import Country  # noqa: E402 - models are there only after the set-up
from oscar.apps.catalogue.categories import create_from_breadcrumbs  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductAttribute, ProductCategory, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402

MAKERS = ("Arden", "Bram", "Calder", "Dunmore", "Elland")
COLOURS = {"Blue": "39.00", "Red": "41.00", "Green": "43.00"}
STOCK = 100_000


class Shelves:
    """Where products are put."""

    def __init__(self) -> None:
        Country.objects.create(
            iso_3166_1_a2="GB", iso_3166_1_a3="GBR", printable_name="United Kingdom", name="UNITED KINGDOM",
            is_shipping_country=True,
        )  # fmt: skip
        self.partner = Partner.objects.create(name="Stock", code="stock")
        self.goods = ProductClass.objects.create(name="Goods", requires_shipping=True, track_stock=True)
        ProductAttribute.objects.create(
            product_class=self.goods, code="colour", name="Colour", type="text", required=False
        )
        self.count = 0

    def put(self, title: str, category: object, price: str | None, description: str) -> object:
        """A product; without a price it has variants."""
        product = Product(
            title=title, upc=self._next(), structure="standalone" if price else "parent",
            description=description, product_class=self.goods,
        )  # fmt: skip
        product.save()
        ProductCategory.objects.create(product=product, category=category)
        if price:
            self._stock(product, price)
        return product

    def put_variant(self, parent: object, title: str, colour: str, price: str) -> None:
        """A product's variant in one colour."""
        product = Product(title=title, upc=self._next(), structure="child", parent=parent)
        product.attr.colour = colour
        product.save()
        self._stock(product, price)

    def _next(self) -> str:
        self.count += 1
        return f"U{self.count:04}"

    def _stock(self, product: object, price: str) -> None:
        StockRecord.objects.create(
            product=product, partner=self.partner, partner_sku=f"S{self.count}", price=Decimal(price),
            num_in_stock=STOCK, price_currency="GBP",
        )  # fmt: skip


def fill() -> None:
    """Makes the tables and fills them."""
    call_command("migrate", verbosity=0)
    shelves = Shelves()
    kettles, toasters, novels = map(
        create_from_breadcrumbs, ("Kitchen > Kettles", "Kitchen > Toasters", "Books > Novels")
    )
    for number, maker in enumerate(MAKERS * 5):
        litres = 1 + number % 4 * 0.2
        shelves.put(
            f"{maker} electric kettle {litres:.1f} L no. {number + 1}", kettles, f"{19 + number * 2}.50",
            "A kettle that switches itself off.",
        )  # fmt: skip
        shelves.put(
            f"{maker} toaster for {2 + number % 2 * 2} slices no. {number + 1}", toasters,
            f"{15 + number}.00", "Browns evenly.",
        )  # fmt: skip
        shelves.put(f"The {maker} case, volume {number + 1}", novels, f"{5 + number % 7}.99", "A novel.")
    lit = shelves.put("Glass kettle with lights", kettles, None, "Comes in three colours.")
    for colour, price in COLOURS.items():
        shelves.put_variant(lit, f"Glass kettle with lights, {colour.lower()}", colour, price)
    call_command("rebuild_index", interactive=False, verbosity=0)


fill()
