"""Has the shopper bought? Read from the page that says so, in any shop.

No shop is asked through a side door: a purchase is what a person would take for one, a page that thanks for
an order or confirms it, reached by an action of this session on the way through a checkout.
"""

import re
from collections.abc import Sequence

from lxml import html as markup
from lxml.etree import ParserError

from agent.session import Purchase, Step
from simplify import Observation

CONFIRMATIONS = re.compile(
    r"""
    \b thank\ s? (you)? \b .{0,30} \b (order|purchase|buying|shopping\ with) \b
    | \b (your\ )? order \b .{0,40} \b (is|was|has\ been|have\ been) \b .{0,20}
      \b (confirmed|placed|received|complete|completed|processed\ successfully) \b
    | \b order\ (confirmed|placed|received|complete|completed|confirmation|successful) \b
    | \b order\ \#?[\w-]{3,20} :? \ confirm(ed|ation) \b
    | \b purchase\ (complete|completed|confirmed) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How shops say that an order stands; read in the title and in the headings only."""

CHECKOUT = re.compile(r"check-?out|payment|preview|/order|basket|cart|buy|bag", re.IGNORECASE)
"""What the address or title of the page before a confirmation speaks of."""

ORDER_NUMBER = re.compile(
    r"order\s*(?:number|no\.?|id|reference|\#)\s*(?:is|was)?\s*:?\s*\#?\s*([A-Z]*-?\d[\w-]*)", re.IGNORECASE
)
MONEY = r"(?:US)?[$€£¥]\s?\d[\d.,]*\d|(?:US)?[$€£¥]\s?\d|\d[\d.,]*\d\s?(?:€|EUR|USD|GBP|zł|PLN)"
PRICE = re.compile(MONEY)
SUM = re.compile(r"\btotals?\b|^\W*(delivery|shipping|tax|vat|discount|coupon)\b", re.IGNORECASE)
"""What a line of an order says that is no item."""

TOTAL = re.compile(rf"\b(?:order\s+|grand\s+)?total\b[^$€£¥\d]{{0,40}}({MONEY})", re.IGNORECASE)
ITEM_LIMIT = 20


def purchase_on(observation: Observation, steps: Sequence[Step]) -> Purchase | None:
    """What was bought, if this page confirms an order that the last step placed.

    Args:
        observation: the page as it stands after the last step.
        steps: what happened so far; without a step on a checkout there is no purchase, so that an order
            history, or a page that merely speaks of orders, is none.

    Returns:
        The purchase, its parts filled as far as the page says them; None where this is no confirmation.
    """
    if not steps or not CHECKOUT.search(f"{steps[-1].url} {steps[-1].title}"):
        return None
    try:
        page = markup.document_fromstring(observation.html)
    except ParserError:  # an empty page
        return None
    headings = [_text(heading) for heading in page.iter("h1", "h2", "h3")]
    if not any(CONFIRMATIONS.search(line) for line in [observation.title, *headings]):
        return None
    text = _text(page)
    number = ORDER_NUMBER.search(text)
    totals = TOTAL.findall(text)
    return Purchase(
        order_number=number.group(1) if number else None,
        items=_items(page),
        total=totals[-1].strip() if totals else None,
    )


def _items(page: markup.HtmlElement) -> tuple[str, ...]:
    """Lines of the order: rows and list items with a price that are no sums."""
    lines = [_text(row) for row in page.iter("tr", "li")]
    return tuple(line for line in lines if PRICE.search(line) and not SUM.search(line))[:ITEM_LIMIT]


def _text(part: markup.HtmlElement) -> str:
    """What a person reads there, white space folded."""
    return " ".join(" ".join(part.itertext()).split())
