"""What kind of page a shopper looked at, in any shop: rules, the surest first.

What a page says of itself comes before its address, and its address before what stands on it: a heading
"Your cart" is meant for the reader, an address says what a shop's software calls the page, and buttons and
prices stand on many kinds of pages. A page for which no rule speaks is `other`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern

from agent.purchase import CONFIRMATIONS
from study.journey import shop_words as words
from study.journey.address import Address, read_address
from study.journey.page import Page, plain
from study.journey.signs import cards_on, has_own_price, nothing_found, orders, own_add_buttons, typed_into


class PageKind(StrEnum):
    """What a page of a shop is for."""

    HOME = "home"
    LISTING = "listing"
    """Products to choose from: results of a search, a category."""
    PRODUCT = "product"
    CART = "cart"
    CHECKOUT = "checkout"
    CONFIRMATION = "confirmation"
    """It says that an order stands."""
    ACCOUNT = "account"
    """What belongs to one customer: logging in, orders, a wish list."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What makes a page be of a kind: what it says there, to tell it from the same evidence elsewhere."""

    kind: PageKind
    said: str


LEADS_TO_ORDER = frozenset({PageKind.CART, PageKind.CHECKOUT, PageKind.CONFIRMATION})
MANY_CARDS = 3


def kind_of(page: Page, start: Page, before: PageKind | None) -> PageKind:
    """The kind of a page.

    Args:
        page: as it was looked at.
        start: the session's first page: what stands there, too (the shop's name in the title, the products
            of a shop of one page), tells nothing about this one.
        before: the kind of the page that was left for this one; None for the first.
    """
    address = read_address(page.url)
    found = _by_words(page, start, address, before)
    if found is not None and found.kind is not PageKind.LISTING:
        return found.kind
    if _is_home(address, start):
        return _at_home(page, start, found, before)
    found = found or _by_shape(page, address)
    return found.kind if found else PageKind.OTHER


def _is_home(address: Address, start: Page) -> bool:
    """Whether it is the address of the first page of the site, or the one where the session began.

    A session may begin at a shop that lives below a path of its own; where it began in the midst of a shop,
    on a list or a product, that page is no home.
    """
    if address.is_first_page:
        return True
    first = read_address(start.url)
    return address.page == first.page and _by_address(first) is None


def _at_home(page: Page, start: Page, said: Evidence | None, before: PageKind | None) -> PageKind:
    """The kind of a page at the home address, which in an application of one page is everything.

    It is home unless it shows something that the first page did not.
    """
    first, address = read_address(start.url), read_address(page.url)
    if page is start or address.path != first.path:
        return PageKind.HOME
    found = said or _by_shape(page, address)
    if found is None or found == (_by_words(start, start, first, before) or _by_shape(start, first)):
        return PageKind.HOME
    return found.kind


def _by_words(page: Page, start: Page, address: Address, before: PageKind | None) -> Evidence | None:
    """What the page says that it is, in its title, its main heading, and the fields of its form."""
    own = [part for part in page.title_parts if part not in start.title_parts or page is start]
    sayings = (*own, *page.main_headings)
    for kind, test in _WORD_RULES:
        said = test(page, sayings, address, before)
        if said:
            return Evidence(kind, said)
    return None


_WordRule = Callable[[Page, Sequence[str], Address, PageKind | None], str]


def _is_missing(_page: Page, sayings: Sequence[str], _address: Address, _before: PageKind | None) -> str:
    return _saying(words.NOT_A_PAGE, sayings)


def _confirms(page: Page, _sayings: Sequence[str], address: Address, before: PageKind | None) -> str:
    """Thanks for an order, on the way out of a checkout: an order history speaks of orders, too."""
    if before not in LEADS_TO_ORDER and not _segment(words.THANKS_SEGMENT, address):
        return ""
    for text in (page.title, *(text for _, text in page.headings)):
        if CONFIRMATIONS.search(text) or words.THANKS.search(plain(text)):
            return text
    line = words.THANK_LINE.search(page.text) if before in LEADS_TO_ORDER else None
    return line[0] if line and not orders(page) else ""


def _is_cart(page: Page, sayings: Sequence[str], address: Address, _before: PageKind | None) -> str:
    said = _saying(words.CART_PAGE, sayings)
    if said or page.only_dialog:
        return said
    # Shops answer an unfinished "add to cart" at the cart's address with the product's page.
    return "" if own_add_buttons(page) else _cart_segment(address)


def _is_checkout(page: Page, sayings: Sequence[str], address: Address, _before: PageKind | None) -> str:
    said = _saying(words.CHECKOUT_PAGE, sayings) or _segment(words.CHECKOUT_SEGMENT, address)
    if said:
        return said
    if _segment(words.ACCOUNT_SEGMENT, address):
        return ""  # an address book has the same fields
    if address.segments and words.ORDER_SEGMENT.fullmatch(address.segments[-1]) and typed_into(page):
        return address.segments[-1]
    return orders(page)


def _is_account(_page: Page, sayings: Sequence[str], address: Address, _before: PageKind | None) -> str:
    return _saying(words.ACCOUNT_PAGE, sayings) or _segment(words.ACCOUNT_SEGMENT, address)


def _lists_results(_page: Page, sayings: Sequence[str], _address: Address, _before: PageKind | None) -> str:
    return _saying(words.RESULTS_PAGE, sayings)


_WORD_RULES: tuple[tuple[PageKind, _WordRule], ...] = (
    (PageKind.OTHER, _is_missing),
    (PageKind.CONFIRMATION, _confirms),
    (PageKind.CART, _is_cart),
    (PageKind.CHECKOUT, _is_checkout),
    (PageKind.ACCOUNT, _is_account),
    (PageKind.LISTING, _lists_results),
)


def _by_shape(page: Page, address: Address) -> Evidence | None:
    """What the address says, and what stands on the page."""
    return next(_shapes(page, address), None)


def _shapes(page: Page, address: Address) -> Iterator[Evidence]:
    by_address = _by_address(address)
    if by_address and by_address.kind is PageKind.PRODUCT:
        yield by_address
    if own_add_buttons(page):
        yield Evidence(PageKind.PRODUCT, page.name)
    nothing = nothing_found(page)
    if nothing:
        yield Evidence(PageKind.LISTING, nothing)
    if by_address:
        yield by_address
    counted = words.COUNTED.search(page.text)
    if counted:
        yield Evidence(PageKind.LISTING, counted[0])
    if _follows(words.PRODUCTS_SEGMENT, address) and (page.only_dialog or has_own_price(page)):
        yield Evidence(PageKind.PRODUCT, address.path)
    if words.SOLD_OUT.search(page.text) and has_own_price(page):
        yield Evidence(PageKind.PRODUCT, page.name)
    if sum(map(cards_on, page.lines)) >= MANY_CARDS:
        yield Evidence(PageKind.LISTING, "")
    if any("password" in thing.name for thing in page.things.values() if not thing.around):
        yield Evidence(PageKind.ACCOUNT, "")


def _by_address(address: Address) -> Evidence | None:
    """A product's own address, or that of a list; what comes last in it is what it leads to."""
    segments = address.segments
    listed = max((at for at, each in enumerate(segments) if words.LIST_SEGMENT.fullmatch(each)), default=-1)
    product = max(
        (at for at, each in enumerate(segments) if words.PRODUCT_SEGMENT.fullmatch(each)), default=-1
    )
    if listed < product < len(segments) - 1:
        return Evidence(PageKind.PRODUCT, address.path)
    if listed >= 0 and not _follows(words.PRODUCTS_SEGMENT, address):
        return Evidence(PageKind.LISTING, address.path)
    if address.searched or (segments and words.LAST_LIST_SEGMENT.fullmatch(segments[-1])):
        return Evidence(PageKind.LISTING, f"{address.path} {address.searched}")
    return None


def _saying(pattern: Pattern[str], sayings: Sequence[str]) -> str:
    return next((saying for saying in sayings if pattern.fullmatch(saying)), "")


def _segment(pattern: Pattern[str], address: Address) -> str:
    return next((segment for segment in address.segments if pattern.fullmatch(segment)), "")


def _follows(pattern: Pattern[str], address: Address) -> bool:
    """Whether something comes after such a segment."""
    return any(pattern.fullmatch(segment) for segment in address.segments[:-1])


def _cart_segment(address: Address) -> str:
    """The cart's word in an address, unless it stands below a list or a product: bags are sold, too.

    Some shops have their checkout below the cart, and some their cart below the checkout.
    """
    for at, segment in enumerate(address.segments):
        if words.CART_SEGMENT.fullmatch(segment):
            below = address.segments[at + 1 :]
            return "" if any(map(words.CHECKOUT_SEGMENT.fullmatch, below)) else segment
        if any(
            kind.fullmatch(segment)
            for kind in (words.LIST_SEGMENT, words.PRODUCT_SEGMENT, words.PRODUCTS_SEGMENT)
        ):
            return ""
    return ""
