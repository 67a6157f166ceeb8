"""The checkout: address, delivery, payment, review, confirmation.

Each step can be opened only when those before it are in order; otherwise the visitor is sent to the first one
that is not. Forms may be sent in half-filled: what was typed is kept, and what is missing is said.
"""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from sandbox_shop.books import Visit
from sandbox_shop.cart import DELIVERY_WAYS, DeliveryWay, Line, delivery_cents, delivery_way
from sandbox_shop.checkout import (
    ADDRESS_FIELDS,
    CARD_FIELDS,
    COUNTRIES,
    SHOP_DAY,
    address_problems,
    arrival,
    card_label,
    card_problems,
    clean,
    day_label,
)
from sandbox_shop.events import EventKind
from sandbox_shop.pages.page import Page

STEPS = ("address", "delivery", "payment", "review")


def start(page: Page) -> Response:
    """Go to the first step."""
    return page.go(_first_open(page, "address") or "/checkout/address")


def address(page: Page) -> Response:
    """Who gets the goods, and where."""
    if away := _first_open(page, "address"):
        return page.go(away)
    given = dict(page.visit.address)
    if page.visit.account and "email" not in given:
        name, email = page.shop.books.account(page.visit.account)
        given |= {"name": name, "email": email}
    return _address_form(page, given, {})


def send_address(page: Page) -> Response:
    """Keep what was typed; go on when all is in order."""
    if away := _first_open(page, "address"):
        return page.go(away)
    given = {field.name: clean(page.form.get(field.name, "")) for field in ADDRESS_FIELDS}
    given["country"] = clean(page.form.get("country", COUNTRIES[0]))
    page.shop.books.keep_address(page.visit, given)
    problems = address_problems(given)
    page.note(EventKind.CHECKOUT, step="address", missing=sorted(problems))
    if problems:
        return _address_form(page, given, problems)
    return page.go("/checkout/delivery")


def _address_form(page: Page, given: dict[str, str], problems: dict[str, str]) -> Response:
    return _step(
        page,
        "address",
        fields=ADDRESS_FIELDS,
        countries=COUNTRIES,
        given=given,
        problems=problems,
    )


def delivery(page: Page) -> Response:
    """How the goods are delivered."""
    if away := _first_open(page, "delivery"):
        return page.go(away)
    return _delivery_form(page, "")


def send_delivery(page: Page) -> Response:
    """Keep the chosen way."""
    if away := _first_open(page, "delivery"):
        return page.go(away)
    way = delivery_way(page.form.get("delivery", ""))
    page.note(EventKind.CHECKOUT, step="delivery", missing=[] if way else ["delivery"])
    if way is None:
        return _delivery_form(page, "Choose how your order is delivered.")
    page.shop.books.note_on_visit(page.visit, "delivery", way.code)
    return page.go("/checkout/payment")


def _delivery_form(page: Page, problem: str) -> Response:
    lines = page.shop.cart_lines(page.visit)
    ways = [(way, delivery_cents(lines, way), _arrival(lines, way)) for way in DELIVERY_WAYS]
    chosen = page.visit.delivery or DELIVERY_WAYS[0].code
    return _step(page, "delivery", ways=ways, chosen=chosen, problem=problem)


def payment(page: Page) -> Response:
    """Where the card is entered: in a frame of its own, as with payment services."""
    return page.go(away) if (away := _first_open(page, "payment")) else _step(page, "payment")


def card(page: Page) -> Response:
    """The form inside the frame."""
    if _first_open(page, "payment"):
        return page.frame("card_done.html", to="/checkout")
    return page.frame("card.html", fields=CARD_FIELDS, given={}, problems={})


def send_card(page: Page) -> Response:
    """Take the card or say what is wrong with it; its number is never kept."""
    if _first_open(page, "payment"):
        return page.frame("card_done.html", to="/checkout")
    given = {field.name: clean(page.form.get(field.name, "")) for field in CARD_FIELDS}
    problems = card_problems(given)
    page.note(EventKind.CHECKOUT, step="payment", missing=sorted(problems))
    if problems:
        return page.frame("card.html", fields=CARD_FIELDS, given=given, problems=problems)
    page.shop.books.note_on_visit(page.visit, "card", card_label(given["number"]))
    return page.frame("card_done.html", to="/checkout/review")


def review(page: Page) -> Response:
    """Everything once more, with the button that orders."""
    return page.go(away) if (away := _first_open(page, "review")) else _step(page, "review")


def order(page: Page) -> Response:
    """Place the order."""
    if away := _first_open(page, "review"):
        return page.go(away)
    visit, shop = page.visit, page.shop
    lines, way = shop.cart_lines(visit), _way(visit)
    cost = shop.cost(lines, visit, way)
    body = {
        "day": day_label(SHOP_DAY),
        "items": [_item(line) for line in lines],
        "goods_cents": cost["totals"].goods_cents,
        "discount_cents": cost["totals"].discount_cents,
        "delivery_cents": cost["totals"].delivery_cents,
        "total_cents": cost["totals"].total_cents,
        "address": dict(visit.address),
        "delivery": way.title,
        "arrives": day_label(_arrival(lines, way)),
        "card": visit.card,
    }
    number = shop.books.place_order(visit, body)
    page.note(EventKind.ORDER, number=number, items=body["items"], total_cents=body["total_cents"])
    return page.go(f"/checkout/confirmation/{number}")


def confirmation(page: Page) -> Response:
    """What was ordered, for whom, and what it came to."""
    placed = page.shop.books.order(page.visit, page.params["number"])
    return page.answer("confirmation.html", order=placed) if placed else page.not_found()


def _first_open(page: Page, step: str) -> str | None:
    """Where to go instead of this step, if something before it is not in order."""
    visit = page.visit
    if not page.shop.cart_lines(visit):
        return "/cart"
    if page.shop.design.guest_checkout == "off" and not visit.account:
        return "/account/login?next=/checkout"
    done: dict[str, Callable[[], bool]] = {
        "address": lambda: not address_problems(visit.address),
        "delivery": lambda: delivery_way(visit.delivery) is not None,
        "payment": lambda: bool(visit.card),
    }
    before = STEPS[: STEPS.index(step)]
    return next((f"/checkout/{each}" for each in before if not done[each]()), None)


def _step(page: Page, step: str, *, status: int = 200, **context: Any) -> Response:
    lines = page.shop.cart_lines(page.visit)
    way = _way(page.visit)
    return page.answer(
        f"checkout_{step}.html",
        status=status,
        step=step,
        steps=STEPS,
        lines=lines,
        visit=page.visit,
        arrives=_arrival(lines, way),
        **page.shop.cost(lines, page.visit, way),
        **context,
    )


def _way(visit: Visit) -> DeliveryWay:
    return delivery_way(visit.delivery) or DELIVERY_WAYS[0]


def _arrival(lines: Sequence[Line], way: DeliveryWay) -> Any:
    slowest = max(line.product.delivery_days for line in lines)
    return arrival(slowest + way.extra_days)


def _item(line: Line) -> dict[str, Any]:
    return {
        "code": line.product.code,
        "title": line.title,
        "choices": dict(line.choices),
        "quantity": line.quantity,
        "cents": line.cents,
    }
