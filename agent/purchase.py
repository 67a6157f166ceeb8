"""Has the shopper bought? Read from the page that says so, in any shop.

No shop is asked through a side door: a purchase is what a person would take for one, a page that thanks for
an order or confirms it, reached by an action of this session on the way through a checkout. In which words
shops do so is written in `order_words.yaml`, language by language.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from lxml import html as markup
from lxml.etree import ParserError

from agent.order_words import Phrases, folded, money, plain
from agent.session import Purchase, Step
from simplify import Observation

CONFIRMATIONS = Phrases("thanks")
"""How shops say that an order stands; read in the title and in the headings only."""

DENIAL = Phrases("denial")
"""What is said within such words, or right behind them, where the order does not stand, or not yet."""
DENIED_WITHIN = 8
"""Characters behind; Japanese and Korean put it there."""

WAY = Phrases("way")
"""What the address or title of the page before a confirmation speaks of."""

NUMBER = Phrases("number")
NUMBER_VALUE = r"[\s:#.()-]{0,6}([a-z]{0,6}-?\d[\da-z_-]*)"

CODE = re.compile(r"(?<![A-Za-z\d.,_-])[A-Za-z]{0,6}-?\d{4}[A-Za-z\d_-]*(?![.,]\d)")
"""A number that stands where an order is confirmed, whatever is said around it."""

NAMED = re.compile(r"(\S+?)[\s:#]+([A-Z\d][A-Z\d-]{3,15})")
"""A heading of a word and a code, "Order ND7ZQ"; what is written in capitals as a whole is none."""

DONE_ADDRESS = re.compile(
    r"""[/?&=](?:
      thank-?you | thanks | order-?(?:received|placed|complete|completed|success)
      | (?:check-?out|orders?)/(?:[a-z\d-]+/)?success | purchase-?complete
      | order-?confirmation(?=\?(?:.*&)?id-order=)
    )(?![a-z])""",
    re.VERBOSE,
)
"""Where shop systems lead once an order is placed, in any language; in small letters, words joined by `-`."""

COSTS = Phrases("costs")
TOTAL = Phrases("total")
ASIDES = r"(?:(?:\s?\([^()]{1,60}\)){1,2}|\s?\d{1,3} [^\W\d_]{3,20}\b)?"
"""How many things a total is of, how much tax is in it: "Total (2 items)", "Total 2 items"."""

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
    if not steps or not _is_on_the_way(steps[-1]):
        return None
    try:
        page = markup.document_fromstring(observation.html)
    except ParserError:  # an empty page
        return None
    headings = [_text(heading) for heading in page.iter("h1", "h2", "h3")]
    confirming = [line for line in (observation.title, *headings) if _confirms(line)]
    if not confirming and not _is_told_by_address(observation.url, steps[-1].url):
        return None
    text = _text(page)
    numbers = (
        NUMBER.before(NUMBER_VALUE, text)
        or [code for line in confirming for code in CODE.findall(line)]
        or [found[2] for found in map(NAMED.fullmatch, headings) if found and not found[1].isupper()]
    )
    totals = TOTAL.before(rf"{ASIDES}\D{{0,40}}?({money()})", text)
    return Purchase(
        order_number=numbers[0] if numbers else None,
        items=_items(page),
        total=totals[-1] if totals else None,
    )


def _is_on_the_way(step: Step) -> bool:
    """Whether a step was made on the way through a checkout."""
    page = folded(unquote(f"{step.url} {step.title}"))
    return any(word in page for word in WAY.words)


def _is_told_by_address(url: str, before: str) -> bool:
    """Whether a page is, by its address, one that thanks for an order, and the page before it was not."""
    now, then = (unquote(each).lower().replace("_", "-") for each in (url, before))
    return DONE_ADDRESS.search(now) is not None and DONE_ADDRESS.search(then) is None


def _confirms(line: str) -> bool:
    found = CONFIRMATIONS.search(line)
    if found is None:
        return False
    said = found.string[found.start() : found.end() + DENIED_WITHIN]
    return DENIAL.search(said) is None


def _items(page: markup.HtmlElement) -> tuple[str, ...]:
    """Lines of the order: rows and list items with a price that are no sums.

    What is a plain table to people is written without marks for its rows, a line each (see `simplify`).
    """
    lines = [line for part in page.iter("table", "tr", "li") for line in _lines(part)]
    return tuple(line for line in lines if _has_price(line) and not _is_sum(line))[:ITEM_LIMIT]


def _lines(part: markup.HtmlElement) -> list[str]:
    if part.tag != "table":
        return [_text(part)]
    return [] if part.find(".//tr") is not None else "".join(part.itertext()).splitlines()


def _has_price(line: str) -> bool:
    return re.search(money(), plain(line), re.IGNORECASE) is not None


def _is_sum(line: str) -> bool:
    """Whether a line of an order is no item, but a total, or what comes on top."""
    return TOTAL.search(line) is not None or COSTS.begins(line)


def _text(part: markup.HtmlElement) -> str:
    """What a person reads there, white space folded."""
    return " ".join(" ".join(part.itertext()).split())
