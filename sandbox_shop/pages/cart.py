"""The cart and the wish list."""

import re
from collections.abc import Mapping

from starlette.responses import Response

from sandbox_shop.cart import DELIVERY_WAYS, FREE_FROM_CENTS, coupon_of, most_of
from sandbox_shop.catalogue.product import Product
from sandbox_shop.checkout import clean
from sandbox_shop.events import EventKind
from sandbox_shop.pages.page import Page, local_address
from sandbox_shop.pages.product import show_product


def show(page: Page) -> Response:
    """The cart."""
    lines = page.shop.cart_lines(page.visit)
    cost = page.shop.cost(lines, page.visit, DELIVERY_WAYS[0])
    missing = max(0, FREE_FROM_CENTS - cost["totals"].goods_cents) if cost["totals"].delivery_cents else 0
    return page.answer("cart.html", lines=lines, most_of=most_of, to_free=missing, **cost)


def add(page: Page) -> Response:
    """Put a product into the cart."""
    return _add(page, "/cart")


def buy_now(page: Page) -> Response:
    """Put a product into the cart and go straight to the checkout."""
    return _add(page, "/checkout")


def _add(page: Page, then: str) -> Response:
    found = page.shop.database.product(page.form.get("code", ""))
    if found is None:
        return page.not_found()
    chosen = {option.label: page.form.get(f"option-{option.label}", "") for option in found.options}
    quantity = page.form.get("quantity", "1").strip() or "1"
    problems = _problems(found, chosen, quantity)
    if problems:
        return show_product(page, found, chosen=chosen, quantity=quantity, problems=problems)
    page.shop.books.put_in_cart(page.visit, found.code, chosen, int(quantity), most=most_of(found))
    page.note(EventKind.ADD, code=found.code, choices=chosen, quantity=int(quantity))
    return page.go(then, notice=f"Added to cart: {found.title}.")


def _problems(found: Product, chosen: Mapping[str, str], quantity: str) -> dict[str, str]:
    if not found.stock:
        return {"stock": "This product is sold out."}
    problems = {}
    for option in found.options:
        available = {choice.value: choice.available for choice in option.choices}
        value = chosen[option.label]
        if value not in available:
            problems[option.label] = f"Choose a {option.label.lower()}."
        elif not available[value]:
            problems[option.label] = f"{value} is sold out. Choose another {option.label.lower()}."
    if _read_quantity(quantity, least=1, most=most_of(found)) is None:
        problems["quantity"] = f"Enter a quantity from 1 to {most_of(found)}."
    return problems


def change(page: Page) -> Response:
    """Change a line's quantity, or take it out."""
    wanted_line = page.params["line"]
    line = next((each for each in page.shop.cart_lines(page.visit) if str(each.id) == wanted_line), None)
    if line is None:
        return page.go("/cart", notice="This is no longer in your cart.")
    wanted = "0" if page.form.get("do") == "remove" else page.form.get("quantity", "").strip()
    most = most_of(line.product)
    quantity = _read_quantity(wanted, least=0, most=most)
    if quantity is None:
        return page.go("/cart", notice=f"Enter a quantity from 1 to {most} for {line.product.title}.")
    page.shop.books.set_quantity(page.visit, line.id, quantity)
    if quantity:
        page.note(EventKind.QUANTITY, code=line.product.code, choices=dict(line.choices), quantity=quantity)
        return page.go("/cart", notice="Your cart was updated.")
    page.note(EventKind.REMOVE, code=line.product.code, choices=dict(line.choices))
    return page.go("/cart", notice=f"Removed from cart: {line.product.title}.")


def coupon(page: Page) -> Response:
    """Use a coupon, or stop using it."""
    books, visit = page.shop.books, page.visit
    if page.form.get("do") == "remove":
        books.note_on_visit(visit, "coupon", "")
        return page.go("/cart", notice="The coupon was removed.")
    code = clean(page.form.get("coupon", ""))
    found = coupon_of(code)
    page.note(EventKind.COUPON, code=code, accepted=found is not None)
    if found is None:
        message = f"The coupon {code} is not valid." if code else "Enter a coupon code."
        return page.go("/cart", notice=message)
    books.note_on_visit(visit, "coupon", found.code)
    return page.go("/cart", notice=f"Coupon {found.code} applied: {found.meaning}.")


def wish_list(page: Page) -> Response:
    """The wish list."""
    cards = page.shop.database.cards(page.shop.books.wishes(page.visit))
    return page.answer("wish_list.html", cards=cards)


def wish(page: Page) -> Response:
    """Put a product on the wish list."""
    found = page.shop.database.product(page.form.get("code", ""))
    if found is None:
        return page.not_found()
    page.shop.books.wish(page.visit, found.code)
    page.note(EventKind.WISH, code=found.code)
    return page.go(f"/product/{found.code}", notice=f"Added to your wish list: {found.title}.")


def unwish(page: Page) -> Response:
    """Take a product off the wish list."""
    code = page.form.get("code", "")
    page.shop.books.unwish(page.visit, code)
    page.note(EventKind.UNWISH, code=code)
    return page.go(local_address(page.form.get("back", "/wish-list")))


def _read_quantity(text: str, *, least: int, most: int) -> int | None:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        return None
    return int(text) if least <= int(text) <= most else None
