"""What gives a page away: prices, lists of products, buttons that buy, the fields of an order."""

from functools import lru_cache

from study.journey import cart_words
from study.journey import shop_words as words
from study.journey.page import Line, Page, Thing, plain

MOST_OWN_BUTTONS = 3
"""A page of one product has its button at most so often: at the top, in a bar that stays, at the end."""


def nothing_found(page: Page) -> str:
    """The words in which a page says that there are no products to show; empty where it does not."""
    found = words.NOTHING_FOUND.search(page.text)
    return found[0] if found else ""


def is_add_button(thing: Thing) -> bool:
    """Whether it puts a product into the cart, or buys it at once, by what is written on it."""
    return not thing.is_field and thing.tag != "option" and _says_add(thing.label)


@lru_cache(maxsize=16_384)
def _says_add(label: str) -> bool:
    """Remembered, because the same labels stand on page after page of a shop."""
    said = plain(label)
    return (
        cart_words.ADD.search(said) is not None or cart_words.BUY.fullmatch(without_price(said)) is not None
    )


def without_price(label: str) -> str:
    """What is written on a button but for a price behind it."""
    price = words.PRICE.search(label)
    return (label[: price.start()] if price else label).strip(" -–|·(:!")  # noqa: RUF001 - a dash


def own_add_buttons(page: Page) -> bool:
    """Whether the page has a button that adds the one product which it is about.

    The button of one of many products stands in a list, beside the product's link and price, or is named
    under the product's link.
    """
    own = sum(
        not thing.around and not thing.listed and is_add_button(thing) and not _is_ones_of_many(thing, page)
        for thing in page.things.values()
    )
    return 0 < own <= MOST_OWN_BUTTONS


def _is_ones_of_many(thing: Thing, page: Page) -> bool:
    return thing.name.rpartition(".")[0] in page.things or cards_on(page.lines[thing.place]) > 0


def cards_on(line: Line) -> int:
    """Products on a line: links with a price; filters by price have theirs in the link."""
    if line.around:
        return 0
    links = sum(thing.tag == "a" and words.PRICE.match(plain(thing.label)) is None for thing in line.things)
    prices = len(words.PRICE.findall(plain(line.text)))
    return min(links, prices, 1) if line.listed else min(links, prices)


def has_own_price(page: Page) -> bool:
    """Whether a price stands by itself, as that of the product that the page is about."""
    return any(
        words.PRICE.search(plain(line.text)) and not line.listed and not line.around
        for line in page.lines
        if not any(thing.tag == "a" for thing in line.things)
    )


def orders(page: Page) -> str:
    """What makes a page a checkout by its form: two kinds of fields, or the button that places the order.

    Beside a product, such a button is the way to the checkout.
    """
    fields = [plain(f"{thing.name.replace('_', ' ')} {thing.label}") for thing in typed_into(page)]
    if sum(any(kind.search(each) for each in fields) for kind in words.CHECKOUT_FIELDS) >= 2:
        return "address or card"
    buttons = (plain(thing.label) for thing in page.things.values() if thing.tag == "button")
    placing = next((label for label in buttons if words.ORDER_BUTTON.match(label)), "")
    return "" if own_add_buttons(page) else placing


def typed_into(page: Page) -> list[Thing]:
    """The fields of the page itself: not those of its search, or of what surrounds every page."""
    return [
        thing for thing in page.things.values() if thing.is_field and not thing.searching and not thing.around
    ]
