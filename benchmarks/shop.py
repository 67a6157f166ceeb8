"""How long the shop's server takes for each of its pages: `python -m benchmarks.shop [--json FILE]`.

The application is called in this process, with no network in between; each round of a page asks for another
category, product or text, so that nothing is measured that a cache had ready.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from sandbox_shop import ShopSettings, open_shop
from sandbox_shop.application import application
from sandbox_shop.shop import Shop

TEXTS = ("kettle", "shirt", "blue", "set", "black dress", "cotton", "desk lamp", "toy", "large", "steel")
MISSPELT = ("ketle", "shrit", "blakc", "cottn", "dumbel", "headfones", "blankett", "coffe", "sheos", "tabel")
ADDRESS = {
    "email": "maya@example.com",
    "name": "Maya Lind",
    "street": "12 Elm Street",
    "city": "Portland",
    "state": "OR",
    "postal_code": "97201",
    "country": "United States",
}
CARD = {"number": "4242424242424242", "expiry": "12/30", "security_code": "123", "holder": "Maya Lind"}


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds at the server for one kind of page."""

    page: str
    median: float
    p90: float
    bytes: int


async def measure(shop: Shop, rounds: int) -> list[Timing]:
    """Time each kind of page over so many rounds, after two that do not count."""
    transport = httpx.ASGITransport(application(shop))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        await _fill_cart(client, shop)
        timings = [await _time(client, name, paths, rounds) for name, paths in _pages(shop).items()]
        timings.append(await _time_orders(client, shop, max(3, rounds // 5)))
        return timings


def _pages(shop: Shop) -> dict[str, Sequence[str]]:
    database = shop.database
    leaves = [shelf for shelf in database.shelves if shelf.id == shelf.last and shelf.products]
    tops = database.children(None)
    codes = [
        code for (code,) in database.connection.execute("SELECT code FROM product ORDER BY id LIMIT 500")
    ]
    codes = codes[:: max(1, len(codes) // 50)]
    filters = "brand=Brindle&rating=3&delivery=free&price=0-100"
    return {
        "home": ["/"],
        "departments": ["/departments"],
        "department": [f"/c/{shelf.slug}" for shelf in tops],
        "category": [f"/c/{shelf.slug}" for shelf in leaves],
        "category, page 3, by price": [f"/c/{shelf.slug}?sort=price&page=3" for shelf in tops],
        "category, four filters": [f"/c/{shelf.slug}?{filters}" for shelf in tops],
        "all products": [f"/search?page={page}" for page in range(1, 40)],
        "search": [f"/search?q={text}" for text in TEXTS],
        "search, misspelt": [f"/search?q={text}" for text in MISSPELT],
        "search, many words": [f"/search?q=a+good+{text}+as+a+present+for+my+father" for text in TEXTS],
        "search, nothing found": [f"/search?q=zzqx{number}" for number in range(10)],
        "suggestions": [f"/suggest?q={text[:3]}" for text in TEXTS],
        "product": [f"/product/{code}" for code in codes],
        "reviews": [f"/product/{code}/reviews?sort=newest" for code in codes],
        "picture": [f"/pictures/{code}/0.svg" for code in codes],
        "cart": ["/cart"],
        "wish list": ["/wish-list"],
        "account": ["/account/login"],
        "checkout: address": ["/checkout/address"],
        "checkout: review": ["/checkout/review"],
        "help": ["/help/delivery", "/help/payment"],
        "not found": ["/nowhere"],
    }


async def _fill_cart(client: httpx.AsyncClient, shop: Shop) -> None:
    plain = "SELECT code FROM product WHERE has_options = 0 AND stock > 5 ORDER BY id LIMIT 5"
    for (code,) in shop.database.connection.execute(plain):
        await client.post("/cart/add", data={"code": code})
        await client.post("/wish-list/add", data={"code": code})
    await client.post("/checkout/address", data=ADDRESS)
    await client.post("/checkout/delivery", data={"delivery": "standard"})
    await client.post("/checkout/card", data=CARD)


async def _time(client: httpx.AsyncClient, name: str, paths: Sequence[str], rounds: int) -> Timing:
    seconds, size = [], 0
    for number in range(rounds + 2):
        before = time.perf_counter()
        reply = await client.get(paths[number % len(paths)])
        seconds.append(time.perf_counter() - before)
        if reply.status_code != (404 if name == "not found" else 200):
            raise SystemExit(f"{reply.url} answered {reply.status_code}: nothing was measured")
        size = len(reply.content)
    return _timing(name, seconds[2:], size)


async def _time_orders(client: httpx.AsyncClient, shop: Shop, rounds: int) -> Timing:
    seconds, size = [], 0
    for _ in range(rounds):
        await _fill_cart(client, shop)
        before = time.perf_counter()
        reply = await client.post("/checkout/order", follow_redirects=True)
        seconds.append(time.perf_counter() - before)
        if "Thank you for your order" not in reply.text:
            raise SystemExit("the order was not placed: nothing was measured")
        size = len(reply.content)
    return _timing("place an order, confirmation", seconds, size)


def _timing(name: str, seconds: Sequence[float], size: int) -> Timing:
    milliseconds = [each * 1000 for each in seconds]
    p90 = statistics.quantiles(milliseconds, n=10)[-1]
    return Timing(name, round(statistics.median(milliseconds), 2), round(p90, 2), size)


def _table(timings: Sequence[Timing], size: int) -> Table:
    table = Table(title=f"The shop with {size:,} products: milliseconds at the server")
    table.add_column("page")
    for column in ("median", "p90", "kB"):
        table.add_column(column, justify="right")
    for each in sorted(timings, key=lambda timing: -timing.median):
        table.add_row(each.page, f"{each.median:.1f}", f"{each.p90:.1f}", f"{each.bytes / 1000:.1f}")
    return table


def main() -> None:
    """Measure, print a table, and write the figures down where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("--size", type=int, default=10_000, help="products of the market")
    parser.add_argument("--rounds", type=int, default=40, help="requests for each kind of page")
    arguments = parser.parse_args()
    with open_shop(ShopSettings(size=arguments.size)) as shop:
        timings = asyncio.run(measure(shop, arguments.rounds))
    Console().print(_table(timings, arguments.size))
    if arguments.json:
        figures = {"products": arguments.size, "pages": [asdict(each) for each in timings]}
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
