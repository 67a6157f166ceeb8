"""The items of WebShop (Yao et al., 2022, arXiv 2207.01206) as rows of our own.

An item is an object with `asin`, `name`, `product_category` ("Beauty > Hair"), `pricing` ("$12.99",
"$9.99$19.99" for a range, or a list of such texts), `small_description` (a list), `full_description`,
`customization_options` (label to a list of values, each with a price of its own or none),
`average_rating`, `total_reviews`, `Attributes`, `product_information`, `Reviews`. As in WebShop itself,
an item without a price costs $100.00, and items without a real code, or with one that came before, are
left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_PRICE = re.compile(r"\$?\s*([0-9][0-9,]*(?:\.[0-9]+)?)")
_PRICE_WHERE_NONE_IS_GIVEN = 100.0
_LONGEST_CODE = 10


def rows_of_webshop(
    items: Iterable[tuple[str, Mapping[str, Any]]],
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The items that WebShop would sell, each with its place in the file."""
    seen: set[str] = set()
    for place, item in items:
        code = str(item.get("asin", ""))
        if code in {"", "nan"} or len(code) > _LONGEST_CODE or code in seen:
            continue
        seen.add(code)
        yield place, _row(code, item)


def _row(code: str, item: Mapping[str, Any]) -> dict[str, Any]:
    prices = _prices(item.get("pricing")) or [_PRICE_WHERE_NONE_IS_GIVEN]
    rating = _number(item.get("average_rating"))
    return {
        "code": code,
        "title": item.get("name") or item.get("Title"),
        "price": min(prices),
        "list_price": max(_prices(item.get("list_price")), default=None),
        "category": item.get("product_category") or item.get("category"),
        "brand": _said(item.get("brand")),
        "description": _said(item.get("full_description") or item.get("Description")),
        "bullets": _texts(item.get("small_description") or item.get("BulletPoints")),
        "attributes": _attributes(item),
        "options": _options(item.get("customization_options"), min(prices)),
        "rating": rating if rating is not None and 1 <= rating <= 5 else None,
        "rating_count": int(_number(item.get("total_reviews")) or 0),
        "reviews": list(_reviews(item.get("Reviews") or item.get("reviews"))),
        "stock": 0 if "unavailable" in _said(item.get("availability_status")).lower() else 100,
    }


def _prices(value: Any) -> list[float]:
    """All the amounts that a price tag names."""
    texts = value if isinstance(value, list) else [value]
    found = [match for text in texts if text is not None for match in _PRICE.findall(str(text))]
    return [float(amount.replace(",", "")) for amount in found]


def _number(value: Any) -> float | None:
    """The number at the beginning of 4.5, "4.5 out of 5 stars" or "1,204 ratings"."""
    found = re.match(r"\s*([0-9][0-9,]*(?:\.[0-9]+)?)", str(value))
    return float(found.group(1).replace(",", "")) if found else None


def _said(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text.lower() in {"nan", "none"} else text


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in (_said(item) for item in values) if text]


def _attributes(item: Mapping[str, Any]) -> dict[str, str]:
    information = item.get("product_information")
    stated = information if isinstance(information, dict) else {}
    rows = {str(label).strip(): _said(value) for label, value in stated.items()}
    features = _texts(item.get("Attributes") or item.get("attributes"))
    if features:
        rows["Features"] = ", ".join(features)
    return {label: value for label, value in rows.items() if label and value}


def _options(value: Any, base: float) -> dict[str, list[dict[str, Any]]]:
    options: dict[str, list[dict[str, Any]]] = {}
    for label, offered in (value if isinstance(value, dict) else {}).items():
        choices = (
            [choice for choice in offered if isinstance(choice, dict)] if isinstance(offered, list) else []
        )
        known = {_said(choice.get("value")): choice for choice in choices}
        named = [_choice(text, choice, base) for text, choice in known.items() if text]
        if named:
            options[str(label).strip().capitalize()] = named
    return options


def _choice(text: str, choice: Mapping[str, Any], base: float) -> dict[str, Any]:
    price = min(_prices(choice.get("price") or choice.get("price_string")), default=base)
    return {
        "value": text,
        "extra": max(0.0, round(price - base, 2)),
        "available": choice.get("is_available") is not False,
    }


def _reviews(value: Any) -> Iterator[dict[str, Any]]:
    for review in value if isinstance(value, list) else ():
        if not isinstance(review, dict):
            continue
        stars = _number(review.get("score", review.get("stars")))
        if stars is not None and 1 <= stars <= 5:
            body = _said(review.get("body") or review.get("review"))
            yield {"rating": round(stars), "title": _said(review.get("title")), "text": body}
