"""The rules of the checkout: which address and which card are taken, and when the goods arrive. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SHOP_DAY = date(2026, 4, 6)
"""The day that it always is in the shop, so that its pages never change by themselves."""
COUNTRIES = ("United States", "Canada", "United Kingdom")
LONGEST_ANSWER = 120
TEST_CARDS: Mapping[str, str] = {
    "4242424242424242": "Visa",
    "5555555555554444": "Mastercard",
    "378282246310005": "American Express",
}
"""The published test numbers of payment services: no real card has them."""
DECLINED_CARDS: Mapping[str, str] = {
    "4000000000000002": "Your card was declined. Try another card.",
    "4000000000009995": "Your card has insufficient funds. Try another card.",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_POSTAL_CODES = {
    "United States": (re.compile(r"\d{5}(-\d{4})?"), "Enter a ZIP code of 5 digits, such as 97201."),
    "Canada": (re.compile(r"[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d"), "Enter a postal code such as K1A 0B1."),
    "United Kingdom": (
        re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"),
        "Enter a postcode such as SW1A 1AA.",
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Attributes:
        name: its name in the form.
        label: what a person reads.
        autocomplete: the HTML token that lets a browser fill it in.
        kind: the input's type.
    """

    name: str
    label: str
    autocomplete: str
    kind: str = "text"


ADDRESS_FIELDS = (
    Field("email", "Email", "email", "email"),
    Field("name", "Full name", "name"),
    Field("street", "Street address", "street-address"),
    Field("city", "City", "address-level2"),
    Field("state", "State or region", "address-level1"),
    Field("postal_code", "ZIP or postal code", "postal-code"),
)
CARD_FIELDS = (
    Field("number", "Card number", "cc-number"),
    Field("expiry", "Expiry date (MM/YY)", "cc-exp"),
    Field("security_code", "Security code", "cc-csc"),
    Field("holder", "Name on card", "cc-name"),
)


def clean(text: str) -> str:
    """White space folded, and no longer than any honest answer."""
    return " ".join(text.split())[:LONGEST_ANSWER]


def valid_email(text: str) -> bool:
    """Whether it looks like an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def address_problems(address: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with an address: a sentence by field name; empty where it is in order."""
    problems = {
        field.name: f"Enter your {field.label if field.label.startswith('ZIP') else field.label.lower()}."
        for field in ADDRESS_FIELDS
        if not address.get(field.name)
    }
    if "email" not in problems and not valid_email(address["email"]):
        problems["email"] = "Enter an email address such as name@example.com."
    country = address.get("country", COUNTRIES[0])
    if country not in _POSTAL_CODES:
        problems["country"] = "Choose a country from the list."
    elif "postal_code" not in problems:
        pattern, message = _POSTAL_CODES[country]
        if not pattern.fullmatch(address["postal_code"]):
            problems["postal_code"] = message
    return problems


def card_problems(card: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a card: a sentence by field name; empty where it is taken."""
    problems = {
        "number": _number_problem(_digits(card.get("number", ""))),
        "expiry": _expiry_problem(card.get("expiry", "")),
        "security_code": _security_code_problem(card.get("security_code", "")),
        "holder": "" if card.get("holder") else "Enter the name on the card.",
    }
    return {name: problem for name, problem in problems.items() if problem}


def card_label(number: str) -> str:
    """What may be shown and kept of a card that was taken: `Visa ending in 4242`."""
    digits = _digits(number)
    return f"{TEST_CARDS[digits]} ending in {digits[-4:]}"


def _digits(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def _number_problem(digits: str) -> str:
    if not digits:
        return "Enter your card number."
    if digits in TEST_CARDS:
        return ""
    if digits in DECLINED_CARDS:
        return DECLINED_CARDS[digits]
    if not (digits.isdecimal() and digits.isascii() and 12 <= len(digits) <= 19 and _luhn(digits)):
        return "This card number is not valid. Check the digits."
    return "Only test cards are taken here, such as 4242 4242 4242 4242."


def _luhn(digits: str) -> bool:
    """The check sum of card numbers (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _expiry_problem(expiry: str) -> str:
    if not expiry:
        return "Enter the expiry date."
    found = re.fullmatch(r"(0?[1-9]|1[0-2])\s*[/-]?\s*(?:20)?(\d\d)", expiry, re.ASCII)
    if not found:
        return "Enter the expiry date as MM/YY, such as 12/30."
    month, year = int(found[1]), 2000 + int(found[2])
    if (year, month) < (SHOP_DAY.year, SHOP_DAY.month):
        return "This card has expired."
    return ""


def _security_code_problem(code: str) -> str:
    if not code:
        return "Enter the security code."
    if not re.fullmatch(r"\d{3,4}", code, re.ASCII):
        return "The security code has 3 or 4 digits."
    return ""


def arrival(working_days: int) -> date:
    """The day on which something arrives, so many working days after the shop's day."""
    day = SHOP_DAY
    left = max(1, working_days)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def month_label(day: str) -> str:
    """What a person reads for the month of a day in ISO 8601: `Mar 2026`."""
    return f"{date.fromisoformat(day):%b %Y}"


def day_label(day: date) -> str:
    """What a person reads for a day: `Thu, Nov 5`."""
    return f"{day:%a, %b} {day.day}"
