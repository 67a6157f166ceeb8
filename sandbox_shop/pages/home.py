"""The home page, the list of all departments, and the help pages."""

from starlette.responses import Response

from sandbox_shop.cart import COUPONS, DELIVERY_WAYS, FREE_FROM_CENTS
from sandbox_shop.pages.page import Page

FEW_CATEGORIES = 4
HELP_TOPICS = {"delivery": "Delivery", "returns": "Returns", "payment": "Payment", "contact": "Contact"}


def home(page: Page) -> Response:
    """The home page: a shop of few categories shows these, a larger one what is known, reduced and liked."""
    shelves = page.shop.database.children(None)
    if len(shelves) <= FEW_CATEGORIES:
        tiles = [(shelf, page.shop.search.popular(shelf, most=1)) for shelf in shelves]
        return page.answer("home.html", tiles=tiles, sections=())
    return page.answer("home.html", tiles=(), sections=page.shop.front)


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
