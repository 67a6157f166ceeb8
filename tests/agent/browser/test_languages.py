"""Shops in other languages and scripts: seen, named, searched, ordered at, and their thanks read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from agent.actions import Action, Click, Decision, TypeAndSubmit
from agent.browser import AT_HOME, Browser, Device, Tab
from agent.purchase import purchase_on
from agent.session import Step, Timing
from tests.agent.browser.server import PageServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop in one language: what stands in its page, and what a shopper calls things.

    Attributes:
        page: of the pages of these tests.
        locale: of its customers.
        names: of what is used, by what it is.
        query: what is searched for.
        order: the number and the total that the last page says.
    """

    page: str
    locale: str
    names: Mapping[str, str]
    query: str
    order: tuple[str, str]


SHOPS = [
    Shop(
        "shop-de.html",
        "de-DE",
        {
            "search": "produkte_suchen",
            "product": "wasserkocher_grün",
            "size": "größe.groß",
            "gift": "als_geschenk",
            "cart": "in_den_warenkorb",
            "checkout": "zur_kasse",
            "street": "straße_hausnummer",
            "order": "zahlungspflichtig",
        },
        "Wasserkocher",
        ("DE-1001", "1.234,50 €"),
    ),
    Shop(
        "shop-pl.html",
        "pl-PL",
        {
            "search": "szukaj_produktów",
            "product": "czajnik_żółty",
            "size": "rozmiar.duży",
            "gift": "zapakuj_na_prezent",
            "cart": "dodaj_do_koszyka",
            "checkout": "przejdź_do_kasy",
            "street": "ulica_i_numer",
            "order": "kupuję_i_płacę",
        },
        "czajnik",
        ("PL-2002", "1 234,50 zł"),
    ),
    Shop(
        "shop-ja.html",
        "ja-JP",
        {
            "search": "商品を検索",
            "product": "電気ケトル_緑",
            "size": "サイズ.大",
            "gift": "ギフト包装",
            "cart": "カートに入れる",
            "checkout": "レジに進む",
            "street": "番地",
            "order": "注文を確定する",
        },
        "電気ケトル",
        ("JP-3003", "¥12,345"),
    ),
    Shop(
        "shop-ar.html",
        "ar-EG",
        {
            "search": "ابحث_عن_منتج",
            "product": "غلاية_خضراء",
            "size": "الحجم.كبير",
            "gift": "تغليف_هدية",
            "cart": "أضف_إلى",
            "checkout": "إتمام_الشراء",
            "street": "الشارع",
            "order": "تأكيد_الطلب",
        },
        "غلاية",
        ("AR-4004", "1234.50"),
    ),
]


async def done(tab: Tab, action: Action) -> Step:
    """An action that can be done, as a step."""
    view = await tab.observe()
    outcome = await tab.perform(action, view.observation)
    assert outcome.accepted, f"{outcome.message}\n{view.observation.html}"
    return Step(
        index=1,
        at=datetime.now(UTC),
        url=view.observation.url,
        title=view.observation.title,
        observation=view.observation.html,
        decision=Decision(rationale="", action=action),
        outcome=outcome,
        timing=Timing(observe=0, decide=0, perform=0),
    )


@pytest.mark.parametrize("foreign", SHOPS, ids=lambda each: each.locale)
async def test_a_whole_purchase_by_names_in_another_language(
    chromium: Browser, shop: PageServer, foreign: Shop
) -> None:
    device = Device((1280, 800), locale=foreign.locale)
    names = foreign.names
    actions: list[Action] = [
        TypeAndSubmit(name=names["search"], text=foreign.query),
        Click(name=names["product"]),
        Click(name=names["size"]),
        Click(name=names["gift"]),
        Click(name=names["cart"]),
        Click(name=names["checkout"]),
        TypeAndSubmit(name=names["street"], text="1"),
        Click(name=names["order"]),
    ]
    async with chromium.visit(f"{shop.origin}/{foreign.page}", device, AT_HOME) as tab:
        steps = [await done(tab, action) for action in actions]
        last = await tab.observe()
    bought = purchase_on(last.observation, steps)
    assert bought is not None, last.observation.html
    assert bought.order_number == foreign.order[0]
    assert foreign.order[1] in (bought.total or "").replace("\u00a0", " ")


@pytest.mark.parametrize("foreign", SHOPS, ids=lambda each: each.locale)
async def test_the_last_button_is_known_in_another_language(
    chromium: Browser, shop: PageServer, foreign: Shop
) -> None:
    async with chromium.visit(f"{shop.origin}/{foreign.page}?checkout", Device((1280, 800))) as tab:
        view = await tab.observe()
        outcome = await tab.perform(Click(name=foreign.names["order"]), view.observation)
        assert outcome.held == "order"
