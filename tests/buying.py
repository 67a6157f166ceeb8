"""A script that buys: it knows nothing of any shop but what a person reads on its pages."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag

from agent.actions import Action, Click, Decision, TypeAndSubmit
from agent.prompts import said
from tests.scripted_model import Script, legal

DISMISS = r"only_necessary|no_thanks|not_now|close"
"""What makes a dialog go away."""

WISHES = (
    r"place_order|place_your_order",
    r"pay_now|pay$|use_this_card|check_card",
    r"continue_as_(a_)?guest|guest",
    r"^(?!.*shopping).*continue|deliver_to_this|select_option",
    r"proceed_to_checkout|checkout",
)
"""What a buyer clicks, the most urgent first."""

ANSWERS = {
    r"e_?mail": "ann@example.com",
    r"card_number|number_on_card|^number|\.number": "4242 4242 4242 4242",
    r"expir": "12/30",
    r"security|cvc|cvv": "123",
    r"phone": "555 0100 200",
    r"zip|postcode|postal": "43004",
    r"city|town": "Columbus",
    r"state|county|region": "OH",
    r"address|street": "1 Elm Street",
    r"name": "Ann Example",
}
"""What a buyer types into a field, by the field's name."""


def buying(wish: str) -> Script:
    """Searches for the wish, takes the first product that can be had, and goes through the checkout."""
    added = False

    def script(request: dict[str, Any]) -> str:
        nonlocal added
        page = BeautifulSoup(request["messages"][-1]["content"], "lxml")
        action = _next(page, legal(request, "click"), legal(request, "type_and_submit"), wish, added=added)
        added = added or (isinstance(action, Click) and "add_to_" in action.name)
        return said(Decision(rationale="I buy it.", action=action))

    return script


def _next(page: BeautifulSoup, clicks: list[str], fields: list[str], wish: str, *, added: bool) -> Action:
    heading = page.h1.get_text() if page.h1 else ""
    empty = [name for name in fields if not _value(page, name)]
    if "checkout" in _text(page.title).lower():
        for name in empty:
            for pattern, answer in ANSWERS.items():
                if re.search(pattern, name) and "search" not in name and "coupon" not in name:
                    return TypeAndSubmit(name=name, text=answer)
    wishes = [DISMISS, *WISHES, "cart|basket"] if added else [DISMISS, "add_to_cart", "add_to_basket", wish]
    if not added and wish not in heading.lower() and any("search" in name for name in fields):
        return TypeAndSubmit(name=next(name for name in fields if "search" in name), text=wish)
    for wanted in wishes:
        for name in clicks:
            if re.search(wanted, name) or (wanted == wish and wish in _read(page, name)):
                return Click(name=name)
    raise AssertionError(f"nothing to buy with among {clicks}")


def _value(page: BeautifulSoup, name: str) -> str:
    field = page.select_one(f'[name="{name}"]')
    return str(field.get("value") or "") if field else ""


def _read(page: BeautifulSoup, name: str) -> str:
    link = page.select_one(f'a[name="{name}"]')
    return link.get_text().lower() if link else ""


def _text(part: Tag | None) -> str:
    return part.get_text() if part else ""
