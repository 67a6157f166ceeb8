"""The home page, the list of all departments, and the help pages."""

from starlette.responses import Response

from sandbox_shop.cart import COUPONS, DELIVERY_WAYS, FREE_FROM_CENTS
from sandbox_shop.pages.page import Page

HELP_TOPICS = {"delivery": "Delivery", "returns": "Returns", "payment": "Payment", "contact": "Contact"}


def home(page: Page) -> Response:
    """The home page: what is well known, what is reduced, what is liked."""
    search = page.shop.search
    sections = [
        ("Best sellers", search.popular(None, most=4)),
        ("Today's deals", search.reduced(most=4)),
        ("Loved by customers", search.top_rated(most=4)),
    ]
    return page.answer("home.html", sections=[(title, cards) for title, cards in sections if cards])


def departments(page: Page) -> Response:
    """All categories, two levels deep."""
    database = page.shop.database
    tree = [(shelf, database.children(shelf)) for shelf in database.children(None)]
    return page.answer("departments.html", tree=tree)


def help_page(page: Page) -> Response:
    """One help topic, or their list."""
    topic = page.params.get("topic", "")
    if topic and topic not in HELP_TOPICS:
        return page.not_found()
    return page.answer(
        "help.html",
        topic=topic,
        topics=HELP_TOPICS,
        ways=DELIVERY_WAYS,
        coupons=COUPONS,
        free_from=FREE_FROM_CENTS,
        source=page.shop.database.source,
    )


def not_found(page: Page) -> Response:
    """Any address at which there is no page."""
    return page.not_found()
