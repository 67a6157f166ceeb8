import csv
import re
import timeit
from importlib import resources
from pathlib import Path

import pytest
import yaml

from agent.order_words import folded, pattern_of
from agent.purchase import purchase_on
from tests.agent.values import page, step

CHECKOUT = step(url="http://shop.test/checkout/payment/", title="Checkout")
SHOP_SYSTEMS = Path(__file__).parent / "labels" / "shop_systems.csv"
"""What django-oscar 4.2 and pretix 2026.8 write in all their languages."""


@pytest.mark.parametrize(
    ("title", "html", "number", "total"),
    [
        (
            "Order 100004: confirmation | Harbour Goods",
            "<h1>Order 100004: confirmation</h1><p>Your order number is 100004. Order total $12.00</p>",
            "100004",
            "$12.00",
        ),
        (
            "Checkout success",
            "<h1>Thank you for your order!</h1><p>Order #10001 is confirmed.</p>",
            "10001",
            None,
        ),
        (
            "Order received - Shop",
            (
                "<h1>Order received</h1><p>Thank you. Your order has been received.</p>"
                "<ul><li>Order number: 1183</li><li>Total: $45.00</li></ul>"
            ),
            "1183",
            "$45.00",
        ),
        (
            "Success Page",
            "<h1>Thank you for your purchase!</h1><p>Your order number is: 000000027.</p>",
            "000000027",
            None,
        ),
        (
            "Confirmation",
            (
                "<h2>Your order is confirmed</h2><p>Order #R123-9</p>"
                "<table><tr><td>Total</td><td>€ 1.204,50</td></tr></table>"
            ),
            "R123-9",
            "€ 1.204,50",
        ),
        (
            "Thank you",
            (
                "<h2>Your order has been placed and a confirmation email has been sent</h2>"
                "<p>Your order number is 100005</p><tr><th>Order total</th><th>£19.99</th></tr>"
            ),
            "100005",
            "£19.99",
        ),
    ],
)
def test_the_ways_in_which_shops_confirm_an_order_are_understood(
    title: str, html: str, number: str | None, total: str | None
) -> None:
    purchase = purchase_on(page(title=title, html=html), [CHECKOUT])
    assert purchase is not None
    assert (purchase.order_number, purchase.total) == (number, total)


@pytest.mark.parametrize(
    ("title", "html"),
    [
        (
            "Cart",
            "<h1>Your cart</h1><p>Order now and pay later. Thank you for your order history.</p>",
        ),
        ("Checkout: review", "<h1>Review your order</h1><p>Order total $12.00</p>"),
        ("Help", "<h1>Order tracking</h1>"),
        (
            "Order preview | Checkout",
            "<ol><li>5. Confirmation</li></ol><h1>Preview order</h1>",
        ),
        (
            "Payment",
            "<h1>Payment</h1><p>Your order will be confirmed on the next page</p>",
        ),
    ],
)
def test_a_page_that_speaks_of_orders_is_no_purchase(title: str, html: str) -> None:
    assert purchase_on(page(title=title, html=html), [CHECKOUT]) is None


def test_a_confirmation_that_no_checkout_led_to_is_no_purchase() -> None:
    thanks = page(title="Order confirmed", html="<h1>Thank you for your order</h1>")
    assert purchase_on(thanks, []) is None
    assert purchase_on(thanks, [step(url="http://shop.test/blog", title="Blog")]) is None


# Address before, title or heading, text, number, total.
CONFIRMED = """
/kasse | Vielen Dank für Ihre Bestellung! | Bestellnummer: 100004. Gesamtsumme 34,20 € | 100004 | 34,20 €
/kasse | Bestellbestätigung | Bestell-Nr. lautet 77-1, Gesamtbetrag: EUR 1.204,50 | 77-1 | EUR 1.204,50
/checkout/confirm | Deine Bestellung ist eingegangen | Bestellnummer 10012 | 10012 | -
/commande | Merci pour votre commande | Commande n° 4711. Total TTC 1 234,50 € | 4711 | 1 234,50 €
/fr/panier | VOTRE COMMANDE EST CONFIRMEE | NUMERO DE COMMANDE 4712 | 4712 | -
/finalizar-compra | ¡Gracias por tu pedido! | Número de pedido: 4711. Total: 34,20 € | 4711 | 34,20 €
/tramitar-pedido | Pedido confirmado | Pedido nº 4711. Importe total $ 1.200,00 | 4711 | $ 1.200,00
/cassa | Grazie per il tuo ordine | Numero ordine: 4711 Totale € 34,20 | 4711 | € 34,20
/carrello | Ordine ricevuto | Ordine n. 4711 | 4711 | -
/finalizar | Obrigado pela sua compra! | Número do pedido: 4711. Valor total: R$ 34,20 | 4711 | R$ 34,20
/checkout | A sua encomenda foi recebida | Encomenda nº 4711. Total: 34,20 € | 4711 | 34,20 €
/afrekenen | Bedankt voor je bestelling | Bestelnummer: 4711. Totaalbedrag € 34,20 | 4711 | € 34,20
/afrekenen | Je bestelling is geplaatst | Ordernummer 4711 | 4711 | -
/zamowienie | Dziękujemy za zamówienie | Numer zamówienia: 4711. Do zapłaty: 134,20 zł | 4711 | 134,20 zł
/kasa | Zamówienie nr 4711 zostało złożone | Suma: 1 234,20 zł | 4711 | 1 234,20 zł
/kosik | Děkujeme za vaši objednávku | Číslo objednávky: 4711. Celkem k úhradě 1 234 Kč | 4711 | 1 234 Kč
/pokladna | Objednávka byla odeslána | Objednávka č. 4711 | 4711 | -
/kassa | Tack för din beställning | Ordernummer: 4711. Totalsumma 349 kr | 4711 | 349 kr
/kasse | Tak for din ordre | Ordrenummer: 4711. I alt 349,00 kr. | 4711 | 349,00 kr.
/kasse | Takk for bestillingen | Ordrenummer 4711. Totalt kr 349 | 4711 | kr 349
/kassa | Kiitos tilauksestasi | Tilausnumero: 4711. Yhteensä 34,20 € | 4711 | 34,20 €
/odeme | Siparişiniz alındı | Sipariş numaranız: 4711. Toplam 1.234,20 TL | 4711 | 1.234,20 TL
/sepet | SİPARİŞİNİZ İÇİN TEŞEKKÜR EDERİZ | SİPARİŞ NO: 4711. GENEL TOPLAM ₺34,20 | 4711 | ₺34,20
/oformlenie | Спасибо за ваш заказ! | Номер заказа: 4711. Итого: 1 200 ₽ | 4711 | 1 200 ₽
/order | Заказ № 4711 оформлен | Сумма заказа 1 200 руб. | 4711 | 1 200 руб.
/checkout | Дякуємо за ваше замовлення | Номер замовлення: 4711. Разом 1 200 грн | 4711 | 1 200 грн
/cart | ご注文ありがとうございました | 注文番号：250-4711。ご請求額 ¥3,980 | 250-4711 | ¥3,980
/cart | ご注文が完了しました | ご注文番号は 4711 です。合計金額：3,980円です | 4711 | 3,980円
/checkout | 感谢您的订购 | 订单号：4711，应付总额：¥99.00 | 4711 | ¥99.00
/checkout | 订单提交成功 | 订单编号 4711，合计 99元 | 4711 | 99元
/checkout | 訂單已成立 | 訂單編號：TW4711，訂單總金額 NT$1,200 | TW4711 | NT$1,200
/checkout | 주문이 완료되었습니다 | 주문번호: 20240101-4711 총 결제금액 12,000원 | 20240101-4711 | 12,000원
/checkout | شكراً لك على طلبك | رقم الطلب: 4711. الإجمالي 120.00 ر.س | 4711 | 120.00 ر.س
/checkout | تم استلام طلبك بنجاح | رقم الطلب 4711 | 4711 | -
/checkout | תודה על הזמנתך | מספר הזמנה: 4711. סה״כ לתשלום ₪120.00 | 4711 | ₪120.00
/checkout | ऑर्डर के लिए धन्यवाद | ऑर्डर नंबर: 4711. कुल राशि ₹1,200 | 4711 | ₹1,200
/checkout | Thank you, Ann! Your order | Order ID: AB-7. Grand total (3 items): CHF 34.20 | AB-7 | CHF 34.20
/checkout | ＴＨＡＮＫ ＹＯＵ for your order | Order no. 4711. Total 1 299 kr | 4711 | 1 299 kr
"""  # noqa: RUF001 - the shops' own words
SPEAKING_OF_ORDERS = """
Bestellung prüfen | Ihre Bestellung | Bestellübersicht | Jetzt bestellen | Meine Bestellungen | Kasse
Vérifier ma commande | Votre commande | Mes commandes | Merci de vérifier vos données | Passer la commande
Tu pedido | Confirma tu pedido | Mis pedidos | Resumen del pedido | Riepilogo ordine | Il tuo ordine
Finalizar pedido | Os meus pedidos | Je bestelling controleren | Bestelling afronden
Podsumowanie zamówienia | Złóż zamówienie | Souhrn objednávky | Granska din beställning | Din ordre
Vahvista tilaus | Tilauksesi | Siparişi onayla | Siparişlerim | Подтверждение адреса | Оформление заказа
Мои заказы | Ваше замовлення | ご注文内容の確認 | 注文履歴 | 注文を確定する | 确认订单 | 我的订单
提交订单 | 填寫訂單 | 주문서 작성 | 주문 내역 | 결제하기 | مراجعة الطلب | طلباتي | סיכום הזמנה
ההזמנות שלי | Thank you for visiting | Order tracking | Complete your order
"""

DENIED = """
Ihre Bestellung wurde nicht bestätigt | Ihre Bestellung wird nach der Zahlung bestätigt
Votre commande n'a pas été confirmée | Votre commande sera confirmée | Tu pedido no ha sido confirmado
Il tuo ordine non è stato completato | Seu pedido não foi confirmado | Je bestelling is niet geplaatst
Twoje zamówienie nie zostało złożone | Objednávka nebyla odeslána | Din order är inte bekräftad
Din ordre er ikke gennemført | Tilauksesi ei ole vahvistettu | Ваш заказ не оформлен
Ваше замовлення не прийнято | 注文を完了できませんでした | 订单未提交成功 | 訂單尚未完成
주문이 아직 완료되지 않았습니다 | 订单确认 | 訂單確認 | Подтверждение заказа | Sipariş Onayı
Conferma ordine | Potwierdzenie zamówienia | تأكيد الطلب | אישור הזמנה | Your order is not yet confirmed
Your order is only placed once paid
"""  # noqa: RUF001 - the shops' own words


def test_lines_of_a_plain_table_are_items_and_a_code_in_a_heading_is_the_number() -> None:
    shown = page(
        title="Thank you! Your order has been placed successfully. Order details :: Spring Gala",
        html=(
            "<h2>Thank you!</h2><h2>YOUR DETAILS</h2><h2>Order MLZ79</h2>A payment of €53.00 is due."
            "<table>Regular ticket, 1, €35.00, €35.00, incl. 19% VAT\n"
            "T-shirt – Medium, 1, €18.00, €18.00\nTotal 2 products, €53.00, incl. €8.46 taxes</table>"  # noqa: RUF001
        ),
    )
    found = purchase_on(shown, [CHECKOUT])
    assert found is not None
    assert (found.order_number, found.total) == ("MLZ79", "€53.00")
    assert found.items == (
        "Regular ticket, 1, €35.00, €35.00, incl. 19% VAT",
        "T-shirt – Medium, 1, €18.00, €18.00",  # noqa: RUF001
    )


def test_confirmations_of_two_shop_systems_are_understood_in_all_their_languages() -> None:
    with SHOP_SYSTEMS.open(encoding="utf-8", newline="") as file:
        lines = [(row["language"], row["text"]) for row in csv.DictReader(file) if row["kind"] == "confirmed"]
    unknown = []
    for language, text in lines:
        found = purchase_on(page(title=text, html=f"<h1>{text}</h1>"), [CHECKOUT])
        if found is None or found.order_number != ("100042" if "100042" in text else None):
            unknown.append(language)
    assert set(unknown) == {"ka"}
    assert len(lines) > 120


DONE = """
/checkout/thank-you/ | /order/ND7ZQ/nbwrbt/?thanks=yes | /checkout/order-received/123/?key=wc_order_x
/checkout/onepage/success/ | /checkouts/c/1234/thank_you | /checkout/success/ab12
/order-confirmation?id_cart=5&id_module=3&id_order=7&key=1 | /orders/success
"""
UNDERWAY = (
    "/checkout/ | /checkout/confirm | /order-confirmation | /checkout/payment/?next=success | /thanksgiving"
)


def test_where_shop_systems_lead_once_an_order_is_placed_is_known_in_any_language() -> None:
    for path in cells(DONE):
        shown = page(
            url=f"https://shop.test{path}", title="შეკვეთა", html="<h1>შეკვეთა</h1><p>Total $12.00</p>"
        )
        found = purchase_on(shown, [CHECKOUT])
        assert found is not None, path
        assert found.total == "$12.00"
        assert purchase_on(shown, [step(url="https://shop.test/blog", title="Blog")]) is None
        assert purchase_on(shown, [step(url=f"https://shop.test{path}?checkout", title="Checkout")]) is None
    for path in cells(UNDERWAY):
        assert purchase_on(page(url=f"https://shop.test{path}", title="Go on"), [CHECKOUT]) is None, path


def cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip().replace("\n", " | ").split(" | ")]


@pytest.mark.parametrize("row", CONFIRMED.strip().splitlines())
def test_confirmations_are_understood_in_other_languages(row: str) -> None:
    before, title, text, number, total = cells(row)
    last = step(url=f"https://shop.test{before}", title="Shop")
    for page_title, heading in ((title, "Shop"), ("Shop", title)):
        shown = page(title=page_title, html=f"<h1>{heading}</h1><p>{title}</p><p>{text}</p>")
        purchase = purchase_on(shown, [last])
        assert purchase is not None
        assert (purchase.order_number, purchase.total or "-") == (number, total)
    nowhere = step(url="https://shop.test/blog", title="Blog")
    assert purchase_on(page(title=title, html=f"<h1>{title}</h1>"), [nowhere]) is None
    assert purchase_on(page(title="Shop", html=f"<h1>Shop</h1><p>{title}</p>"), [last]) is None


@pytest.mark.parametrize("heading", [*cells(SPEAKING_OF_ORDERS), *cells(DENIED)])
def test_headings_that_speak_of_orders_in_other_languages_are_no_purchase(
    heading: str,
) -> None:
    assert purchase_on(page(title=heading, html=f"<h1>{heading}</h1>"), [CHECKOUT]) is None


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://shop.test/de/kasse/", "Laden"),
        ("https://shop.test/panier", "Boutique"),
        ("https://shop.test/s/3", "Paiement sécurisé"),
        ("https://shop.test/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0", "Магазин"),
        ("https://shop.test/s/3", "ご注文手続き"),
        ("https://shop.test/s/3", "结算"),
        ("https://shop.test/s/3", "KOSZYK"),
        ("https://shop.test/s/3", "SEPETİM"),
    ],
)
def test_the_way_through_a_checkout_is_known_in_other_languages(url: str, title: str) -> None:
    thanks = page(title="Order confirmed", html="<h1>Thank you for your order</h1>")
    assert purchase_on(thanks, [step(url=url, title=title)]) is not None


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://shop.test/", "Shop"),
        ("https://shop.test/konto/verlauf", "Mein Konto"),
        ("https://shop.test/fr/recommandes", "Produits recommandés"),
        ("https://shop.test/product/4711", "ケトル"),
        ("https://shop.test/search?q=kettle", "Results"),
    ],
)
def test_other_ways_lead_to_no_purchase(url: str, title: str) -> None:
    thanks = page(title="Order confirmed", html="<h1>Thank you for your order</h1>")
    assert purchase_on(thanks, [step(url=url, title=title)]) is None


def test_the_lines_of_an_order_are_those_with_a_price_that_are_no_sums() -> None:
    rows = [
        "Wasserkocher 34,20 €", "Zwischensumme 34,20 €", "Versandkosten 4,90 €", "inkl. MwSt. 6,00 €",
        "Gesamt 39,10 €",
        "Tasse 2 Stück", "Becher 5 EUR",
    ]  # fmt: skip
    table = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
    shown = page(title="Bestellbestätigung", html=f"<h1>Danke</h1><table>{table}</table>")
    purchase = purchase_on(shown, [CHECKOUT])
    assert purchase is not None
    assert purchase.items == ("Wasserkocher 34,20 €", "Becher 5 EUR")
    assert purchase.total == "39,10 €"


def test_the_tax_within_a_total_is_not_the_total() -> None:
    shown = page(html="<h1>Order confirmed</h1>Sub total $15.00 Total (Inclusive of tax $0.00) $20.00")
    purchase = purchase_on(shown, [step(url="https://shop.test/checkout")])
    assert purchase is not None
    assert purchase.total == "$20.00"
    shown = page(html="<h1>Order confirmed</h1>Total ($20.00)")
    purchase = purchase_on(shown, [step(url="https://shop.test/checkout")])
    assert purchase is not None
    assert purchase.total == "$20.00"


def test_a_page_that_no_checkout_led_to_costs_no_time() -> None:
    shown = page(html="<p>Order confirmed</p>" * 20_000)
    steps = [
        step(
            url="https://shop.test/product/linen-shirt-blue?variant=4711",
            title="Linen shirt, blue",
        )
    ]
    purchase_on(shown, steps)  # the words are read
    assert min(timeit.repeat(lambda: purchase_on(shown, steps), number=10, repeat=5)) < 0.01


def test_every_language_has_all_that_is_needed_and_every_phrase_can_be_read() -> None:
    languages = {**yaml.safe_load(resources.files("agent").joinpath("order_words.yaml").read_text("utf-8"))}
    needed = {
        "thanks",
        "way",
        "number",
        "total",
        "costs",
        "order",
        "order_alone",
        "no_order",
        "checkout",
        "cart",
    }
    del languages["any"]
    assert len(languages) >= 20
    for language, kinds in languages.items():
        assert needed <= set(kinds) <= set(languages["german"]) | {"unspaced"}, language
        for kind in set(kinds) - {"unspaced", "way"}:
            for phrase in kinds[kind].replace("...", "").split(", "):
                pattern = pattern_of(folded(phrase), unspaced=bool(kinds.get("unspaced")))
                assert not re.search(pattern, ""), phrase
                assert all(each.count("(") == each.count(")") for each in phrase.split()), phrase
                assert all(each.count("{") == each.count("}") for each in phrase.split()), phrase
