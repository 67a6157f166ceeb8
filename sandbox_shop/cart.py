"""What a cart costs: pure arithmetic over its lines, a coupon and a way of delivery."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sandbox_shop.catalogue.product import Product

FREE_FROM_CENTS = 3500
"""Standard delivery is free for goods of this worth or more."""
MOST_OF_ONE = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a cart with its product.

    Attributes:
        id: the cart's own number for it.
        product: what is wanted.
        choices: value by option label, one for every option of the product.
        quantity: how often, from 1.
    """

    id: int
    product: Product
    choices: Mapping[str, str]
    quantity: int

    @property
    def each_cents(self) -> int:
        """Price of one, with what the choices cost extra."""
        return self.product.price_cents + extra_cents(self.product, self.choices)

    @property
    def cents(self) -> int:
        """Price of the whole line."""
        return self.each_cents * self.quantity

    @property
    def title(self) -> str:
        """The product with its choices: `Plain Tee (Size: M)`."""
        chosen = ", ".join(f"{label}: {value}" for label, value in self.choices.items())
        return f"{self.product.title} ({chosen})" if chosen else self.product.title


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that takes something off the goods' worth, from a least worth on."""

    code: str
    meaning: str
    percent: int = 0
    cents: int = 0
    from_cents: int = 0

    def discount(self, goods_cents: int) -> int:
        """Cents off goods of this worth; 0 where it does not apply."""
        if goods_cents < self.from_cents:
            return 0
        return min(goods_cents, self.cents + goods_cents * self.percent // 100)


COUPONS = (
    Coupon("WELCOME10", "10% off your order", percent=10),
    Coupon("SAVE5", "$5.00 off orders of $40.00 or more", cents=500, from_cents=4000),
)


@dataclass(frozen=True, slots=True)
class DeliveryWay:
    """A way of getting the goods to the customer; `extra_days` come on top of the slowest product's own."""

    code: str
    title: str
    cents: int
    extra_days: int
    can_be_free: bool = False


DELIVERY_WAYS = (
    DeliveryWay("standard", "Standard delivery", 495, 0, can_be_free=True),
    DeliveryWay("express", "Express delivery", 1295, -10),
)


@dataclass(frozen=True, slots=True)
class Totals:
    """What an order comes to, in cents."""

    goods_cents: int
    discount_cents: int
    delivery_cents: int

    @property
    def total_cents(self) -> int:
        """What is to be paid."""
        return self.goods_cents - self.discount_cents + self.delivery_cents


def extra_cents(product: Product, choices: Mapping[str, str]) -> int:
    """What these choices cost on top of the product's price."""
    return sum(
        choice.extra_cents
        for option in product.options
        for choice in option.choices
        if choices.get(option.label) == choice.value
    )


def coupon_of(code: str) -> Coupon | None:
    """The coupon of that code, however it is spelt."""
    folded = code.strip().upper()
    return next((coupon for coupon in COUPONS if coupon.code == folded), None)


def delivery_way(code: str) -> DeliveryWay | None:
    """The way of delivery of that code."""
    return next((way for way in DELIVERY_WAYS if way.code == code), None)


def delivery_cents(lines: Iterable[Line], way: DeliveryWay) -> int:
    """What delivery costs: nothing from a worth on, or where every product is delivered free of charge."""
    lines = tuple(lines)
    free = sum(line.cents for line in lines) >= FREE_FROM_CENTS or all(
        line.product.free_delivery for line in lines
    )
    return 0 if not lines or (way.can_be_free and free) else way.cents


def totals(lines: Iterable[Line], coupon: Coupon | None, way: DeliveryWay) -> Totals:
    """What these lines come to."""
    lines = tuple(lines)
    goods = sum(line.cents for line in lines)
    return Totals(goods, coupon.discount(goods) if coupon else 0, delivery_cents(lines, way))


def most_of(product: Product) -> int:
    """How many of a product one cart may hold."""
    return min(product.stock, MOST_OF_ONE)
