"""Made-up visits, drawn with a seed, in the columns of a study's tables."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from study.plan import Planned
from study.themes import themes_of

PRODUCTS = {
    "brindle_cordless_kettle_1_7_l": "Brindle Cordless Kettle 1.7 L",
    "pico_travel_kettle": "Pico Travel Kettle",
    "harrow_gooseneck_kettle_steel": "Harrow Gooseneck Kettle, Steel",
    "larkfield_basics_toaster": "Larkfield Basics Toaster",
    "norden_linen_shirt": "Norden Linen Shirt",
    "ember_reading_lamp": "Ember Reading Lamp",
    "tove_wool_blanket": "Tove Wool Blanket",
    "ridge_hiking_socks_3_pack": "Ridge Hiking Socks, 3 Pack",
}
SEARCHES = (
    "electric kettle",
    "kettle under $40",
    "quiet kettle switches off",
    "reading lamp warm light",
    "socks",
)
FRUITLESS = (
    "kettel cordles",
    "something for my mother",
    "kettle that does not whistle at night",
    "lamp usb-c dimable",
)

THOUGHTS = {
    "price": (
        "That is more than I wanted to spend on {thing}.",
        "${price} is fine, and under what I set myself.",
        "I would rather compare the prices first.",
    ),
    "reviews": (
        "I want to see what people say about {thing} before I pay.",
        "The bad reviews are the ones I read first.",
        "There are no reviews here, so I do not know whether to trust {thing}.",
    ),
    "delivery": ("Will it come before the weekend?", "I do not want to pay for delivery on {thing}."),
    "searching": ("I will type what I need and see what comes up.", "Maybe other words find it."),
    "confusion": (
        "I do not see where to go on from here.",
        "I clicked this already and nothing happened.",
        "This page asks for more than I expected.",
    ),
    "choosing": ("{thing} looks like what I need.", "I will put {thing} in the cart and decide later."),
    "impatience": ("This takes too long.", "I have had enough of looking."),
}
REFUSALS = (
    "There is nothing called {name} on this page. The nearest names are pagination.next, footer.help.",
    '"Add to cart" is disabled and does not react at the moment.',
    '"{label}" is covered by a dialog "10% off your first order".',
    "That link leads away from the shop (to help.example.com) and was not followed.",
)
_PATIENCE = {"low": 0.75, "medium": 1.0, "high": 1.2, None: 1.0}


@dataclass
class Walk:
    """One visit as it goes on."""

    chances: random.Random
    planned: Planned
    site: str
    steps: list[dict[str, Any]] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    repeats: int = 0

    def step(
        self,
        page: str,
        path: str,
        title: str,
        action: str,
        name: str | None = None,
        text: str | None = None,
        *,
        thinking: Sequence[str],
        nothing: bool = False,
    ) -> None:
        """Does one thing; now and then it cannot be done, or is done twice."""
        chances = self.chances
        self.pages.add(page)
        refused = action == "click" and chances.random() < 0.06
        url = self.site + path
        done_before = any(
            row["url"] == url and row["name"] == name and row["text"] == text for row in self.steps
        )
        label = title.partition(" - ")[0]
        outcome = f'The page "{label}" opened.'
        if refused:
            outcome = chances.choice(REFUSALS).format(name=name, label=label)
        theme = chances.choice(thinking)
        product = chances.choice(list(PRODUCTS.values()))
        rationale = chances.choice(THOUGHTS[theme]).format(
            thing=f"the {product}", price=chances.randint(9, 89)
        )
        self.steps.append(
            {
                "page": page, "url": url, "title": title, "action": action, "name": name, "text": text,
                "rationale": rationale, "themes": themes_of(rationale), "accepted": not refused,
                "outcome": outcome, "url_after": url, "repeat": done_before and action != "terminate",
                "zero_results": nothing,
                "prompt_tokens": 1400 + 900 * len(self.steps) + chances.randint(0, 700),
                "cached_tokens": 1200 + 850 * len(self.steps), "completion_tokens": chances.randint(28, 64),
                "attempts": 1 + (chances.random() < 0.03),
                "observe_seconds": round(chances.uniform(0.2, 0.7), 3),
                "decide_seconds": round(chances.uniform(0.9, 2.8), 3),
                "perform_seconds": round(chances.uniform(0.2, 1.4), 3),
            }
        )  # fmt: skip
        if refused and chances.random() < 0.5:
            self.step(page, path, title, action, name, text, thinking=("confusion", "impatience"))


def visit(
    planned: Planned, site: str, lift: float, chances: random.Random
) -> tuple[list[dict[str, Any]], str]:
    """The steps of a visit, and how it ended.

    Args:
        planned: who visits.
        site: where.
        lift: by how much the odds of going on differ from usual.
        chances: to draw from.
    """
    walk = Walk(chances, planned, site)
    keen = 0.80 * _PATIENCE[planned.persona.patience] * lift
    if chances.random() < 0.93:
        _search(walk)
    else:
        walk.step("home", "/", "Larkfield Market", "click", "departments.kitchen", thinking=("confusion",))
    while chances.random() < 0.55:
        _search(walk)
    for slug in chances.choices(list(PRODUCTS), k=chances.randint(1, 4)):
        if chances.random() > keen:
            return walk.steps, _leave(walk)
        walk.step(
            "listing", "/search?q=electric+kettle&sort=price&page=1",
            "Results for “electric kettle” - Larkfield Market", "click",
            f"search_results.{slug}.view_product", thinking=("choosing", "price", "reviews"),
        )  # fmt: skip
        _look(walk, slug)
    if chances.random() > keen:
        return walk.steps, _leave(walk)
    walk.step(
        "product", "/product/pico_travel_kettle", "Pico Travel Kettle - Larkfield Market", "click",
        "buy_box.add_to_cart", thinking=("choosing", "price"),
    )  # fmt: skip
    return walk.steps, _pay(walk, keen)


def _search(walk: Walk) -> None:
    nothing = walk.chances.random() < 0.18
    words = walk.chances.choice(FRUITLESS if nothing else SEARCHES)
    if walk.chances.random() < 0.15:
        words = words.title()
    walk.step(
        "home", "/", "Larkfield Market", "type_and_submit", "search_the_shop", words,
        thinking=("searching", "price"), nothing=nothing,
    )  # fmt: skip


def _look(walk: Walk, slug: str) -> None:
    if walk.chances.random() < 0.4:
        walk.step(
            "product", f"/product/{slug}", f"{PRODUCTS[slug]} - Larkfield Market", "click",
            "reviews.lowest_rated", thinking=("reviews",),
        )  # fmt: skip


def _pay(walk: Walk, keen: float) -> str:
    if walk.chances.random() > keen + 0.1:
        walk.step(
            "cart", "/cart", "Cart - Larkfield Market", "click", "cart.remove", thinking=("price", "delivery")
        )
        return _leave(walk)
    walk.step(
        "cart",
        "/cart",
        "Cart - Larkfield Market",
        "click",
        "cart.proceed_to_checkout",
        thinking=("delivery",),
    )
    for name in ("email", "full_name", "street_address", "city"):
        walk.step(
            "checkout", "/checkout/address", "Delivery address - Larkfield Market", "type_and_submit",
            f"address.{name}", "…", thinking=("confusion", "delivery"),
        )  # fmt: skip
        if walk.chances.random() < 0.05:
            return _leave(walk)
    walk.step(
        "checkout", "/checkout/payment", "Payment - Larkfield Market", "click", "payment.place_order",
        thinking=("price", "delivery"),
    )  # fmt: skip
    return "purchased"


def _leave(walk: Walk) -> str:
    how = walk.chances.choices(("left", "stuck", "limit"), (0.75, 0.15, 0.10))[0]
    last = walk.steps[-1]
    if how == "left":
        walk.step(
            last["page"],
            last["url"].removeprefix(walk.site),
            last["title"],
            "terminate",
            thinking=("impatience",),
        )
    return how


def row_of(
    planned: Planned, steps: Sequence[Mapping[str, Any]], ending: str, start: datetime
) -> dict[str, Any]:
    """The row of `sessions.parquet` for a visit that is done."""
    pages = {step["page"] for step in steps}
    bought = ending == "purchased"
    names = [step["name"] for step in steps if step["name"] is not None]
    seconds = sum(
        step["observe_seconds"] + step["decide_seconds"] + step["perform_seconds"] for step in steps
    )
    last = steps[-1]
    return {
        "state": "done", "attempts": 1, "started": start, "ended": start + timedelta(seconds=seconds),
        "ending": ending, "message": "The order was placed." if bought else "The shopper left.",
        "steps": len(steps),
        "rejected": sum(not step["accepted"] for step in steps), "landed": True,
        "searched": any(step["action"] == "type_and_submit" and step["page"] == "home" for step in steps),
        "viewed": any(".view_product" in name for name in names),
        "added": "buy_box.add_to_cart" in names, "checkout": "checkout" in pages, "bought": bought,
        "searches": sum(step["name"] == "search_the_shop" for step in steps),
        "zero_result_searches": sum(step["zero_results"] for step in steps),
        "products": len({name for name in names if ".view_product" in name}),
        "repeats": sum(step["repeat"] for step in steps),
        "last_page": "confirmation" if bought else last["page"],
        "last_url": last["url"], "last_title": last["title"], "last_target": names[-1] if names else None,
        "order_number": "LM-1042" if bought else None, "order_total": "$38.90" if bought else None,
        "order_amount": 38.9 if bought else None,
        "items": ["Brindle Cordless Kettle 1.7 L"] if bought else [],
        "prompt_tokens": sum(step["prompt_tokens"] for step in steps),
        "cached_tokens": sum(step["cached_tokens"] for step in steps),
        "completion_tokens": sum(step["completion_tokens"] for step in steps),
        "browser_seconds": sum(step["observe_seconds"] + step["perform_seconds"] for step in steps),
        "model_seconds": sum(step["decide_seconds"] for step in steps), "seconds": seconds,
        "recording": f"sessions/{planned.key}",
    }  # fmt: skip
