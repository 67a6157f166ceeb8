from collections.abc import Callable
from pathlib import Path

from sandbox_shop import ShopSettings, open_shop
from sandbox_shop.shop import Shop
from tests.sandbox_shop.visitor import Visitor

PATHS = (
    "/",
    "/departments",
    "/search?q=kettle",
    "/search?q=shrit",
    "/search?q=blue&sort=price&page=2",
    "/suggest?q=bl",
    "/cart",
    "/help/contact",
    "/nowhere",
)


def story(shop: Shop) -> list[bytes]:
    """Everything that one visitor is sent, to the byte: looking around, then buying, logged in."""
    visitor = Visitor(shop)
    sent = [visitor.client.get(path).content for path in PATHS]
    rows = shop.database.connection.execute(
        "SELECT code FROM product WHERE has_options = 0 AND stock > 0 LIMIT 3"
    )
    for (code,) in rows:
        sent += [
            visitor.client.get(f"/product/{code}").content,
            visitor.client.get(f"/product/{code}/reviews").content,
            visitor.client.get(f"/pictures/{code}/0.svg").content,
            visitor.client.post("/cart/add", data={"code": code}).content,
        ]
    visitor.post("/account/register", name="Maya", email="maya@example.com", password="secret1")
    sent.append(visitor.checkout().source.encode())
    sent.append(visitor.client.post("/checkout/order").content)
    sent.append(visitor.client.get("/account").content)
    return sent


def test_the_same_seed_and_the_same_actions_make_the_same_pages_to_the_byte(cache: Path) -> None:
    with open_shop(ShopSettings(seed=3, size=150)) as one, open_shop(ShopSettings(seed=3, size=150)) as other:
        assert story(one) == story(other)


def test_another_seed_makes_another_shop(cache: Path) -> None:
    with open_shop(ShopSettings(seed=3, size=150)) as one, open_shop(ShopSettings(seed=4, size=150)) as other:
        assert story(one)[0] != story(other)[0]


def test_after_a_reset_the_shop_is_as_it_was(shop_with: Callable[..., Shop]) -> None:
    shop = shop_with()
    first = story(shop)
    shop.books.reset()
    assert shop.books.events() == []
    assert story(shop) == first
