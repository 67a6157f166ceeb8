"""Buttons of real shops, as the capture writes them down, and whether pressing them places an order."""

import csv
import time
from pathlib import Path

import pytest

from agent.actions import Action, Click, Select, Terminate, Type, TypeAndSubmit
from agent.browser import AT_HOME, BrowserSettings, Tab, open_browser
from agent.order_button import asks_to_order, only_takes_orders, places_order, takes_orders
from sandbox_shop import Design, ShopSettings, running_shop
from simplify import Observation, simplify
from tests.agent.browser.shopper import click, name_of
from tests.sandbox_shop.small_catalogue import small_catalogue

IT = "data-ref=':9'"
"""Marks the thing that is pressed, or typed into."""
CARD = (
    "<input type='text' data-ref=':1' data-secret='card' data-label='Card number'/>"
    "<input type='text' data-ref=':2' data-secret='code' data-label='Security code'/>"
)
STREET = "<input type='text' data-ref=':3' data-label='Street address'/>"
CHECKOUT = "https://shop.test/checkout/"
PRODUCT = "https://shop.test/product/blue-mug"
CART = "https://shop.test/cart/"
LISTING = "https://shop.test/c/mugs"
SHOP_SYSTEMS = Path(__file__).parent / "labels" / "shop_systems.csv"


def captured(body: str, title: str) -> str:
    return f'<html data-capture="1"><title>{title}</title><div>{body}</div></html>'


def named(observation: Observation, ref: str = ":9") -> str:
    return next(target.name for target in observation.targets.values() if target.ref == ref)


def pressed(body: str, url: str = CHECKOUT, title: str = "Shop") -> str | None:
    page = captured(body, title)
    observation = simplify(page, url=url)
    return places_order(Click(name=named(observation)), observation, page)


def entered(body: str, url: str = CHECKOUT, title: str = "Shop") -> str | None:
    page = captured(body, title)
    observation = simplify(page, url=url)
    return places_order(TypeAndSubmit(name=named(observation), text="1"), observation, page)


def button(label: str) -> str:
    return f"<button {IT}>{label}</button>"


def link(label: str) -> str:
    return f"<a {IT} data-link=':0'>{label}</a>"


ON_ANY_PAGE_BUT_A_CART = """
Place order | Place your order | PLACE ORDER NOW | Submit Order | Confirm order | Confirm and pay
Pay now | Complete purchase | Complete order | Complete my order | Finish order | Finalize order
Agree and pay | Place order (€34.20) | Confirm &amp; Pay | Make payment | Place order &amp; pay
Buy and pay | Bestellung abschicken | Bestellung aufgeben | Kauf abschließen | Jetzt bezahlen
Bestätigen und bezahlen | Passer la commande | Valider la commande | Confirmer ma commande
Payer maintenant | Valider et payer | Realizar pedido | Confirmar pedido | Pagar ahora | Finalizar compra
Confirmar y pagar | Comprar y pagar | Effettua l'ordine | Effettua l’ordine | Conferma ordine | Paga ora
Completa l'acquisto | Ordina e paga | Confirmar encomenda | Pagar agora | Concluir pedido | Fazer pedido
Bestelling plaatsen | Nu betalen | Bestelling afronden | Plaats je bestelling | Złóż zamówienie
Składam zamówienie | Potwierdzam zamówienie | Zapłać teraz | Potwierdź i zapłać | Odeslat objednávku
Dokončit objednávku | Závazně objednat | Potvrdit objednávku | Slutför köp | Lägg beställning | Betala nu
Bekräfta köp | Gennemfør køb | Fullfør kjøp | Bekræft ordre | Legg inn bestilling | Betal nå | Afgiv ordre
Lähetä tilaus | Vahvista tilaus | Maksa nyt | Tee tilaus | Siparişi tamamla | Siparişi onayla | Ödeme yap
Sipariş ver | Alışverişi tamamla | Оформить заказ | Подтвердить заказ | Оплатить заказ | Оплатить сейчас
Разместить заказ | Оформити замовлення | Підтвердити замовлення | Сплатити зараз | Оплатити замовлення
注文を確定する | 注文を確定 | ご注文内容を確定する | この内容で注文する | 購入を確定する | 今すぐ支払う
提交订单 | 提交訂單 | 确认付款 | 確認付款 | 立即支付 | 送出訂單 | 确认订单 | 去支付 | 주문 확정
지금 결제 | 주문 완료하기 | تأكيد الطلب | إتمام الطلب | ادفع الآن | إتمام عملية الشراء | إرسال الطلب
בצע הזמנה | אישור הזמנה | שלח הזמנה | סיום הזמנה | שלם עכשיו | ऑर्डर करें | अभी भुगतान करें
"""  # noqa: RUF001 - the shops' own words
BINDING = """
Zahlungspflichtig bestellen | Jetzt zahlungspflichtig bestellen | Kostenpflichtig bestellen
Kaufen und bezahlen | Order with obligation to pay | Buy now with 1-Click | Jetzt kaufen und bezahlen
Commander et payer | Commande avec obligation de paiement | Pedido con obligación de pago
Ordine con obbligo di pagamento | Encomenda com obrigação de pagamento
Bestelling met betalingsverplichting | Bestellen en betalen | Kupuję i płacę
Zamawiam z obowiązkiem zapłaty | Objednat s povinností platby | Beställ och betala
Bestil med betalingspligt | Bestill med betalingsplikt | Tilaa ja maksa | Заказать и оплатить
Замовити та сплатити | 购买并付款 | 주문 및 결제하기
"""
ON_A_CHECKOUT = """
Buy now | Pay | Pay $34.20 | Pay US$1,234.00 | Order now | Buy | Purchase | $12.00 · Pay | Kaufen
Jetzt kaufen | Bestellen | Bezahlen | 34,20 € bezahlen | Jetzt bestellen | Payer | Commander
Payer 34,20 € | Acheter maintenant | Pagar | Comprar ahora | Pagar 34,20 € | Acquista ora | Paga 12,00 €
Acquista | Comprar agora | Encomendar | Betaal € 34,20 | Kupuję | Zamawiam | Płacę 34,20 zł | Zaplatit
Objednat | Zaplatit 1 234 Kč | Köp | Betala | Betala 349 kr | Køb | Kjøp | Betal 349 kr | Tilaa
Maksa 34,20 € | Satın al | Öde | Оплатить | Оплатить 1 200 ₽ | Заказать | Сплатити 1 200 грн | Купити
注文する | 購入する | 支払う | ¥3,980を支払う | 立即购买 | 付款 | 结账 | 立即購買 | 주문하기 | 결제하기
12,000원 결제하기 | اشتر الآن | ادفع | ادفع 120.00 ر.س | שלם ₪120 | לתשלום | अभी खरीदें
"""  # noqa: RUF001 - the shops' own words
ELSEWHERE = """
Add to cart | Add to basket | Add to bag | Proceed to checkout | Checkout | Check out | Secure checkout
Continue to payment | Continue to delivery | Continue to review | Continue | Next | Review order
Review your order | View order | View orders | Track order | Track your order | Order history
Your orders | Reorder | Order again | Buy again | Apply coupon | Apply | Redeem | Save card | Add card
Subscribe | Subscribe to our newsletter | Sort order | Search | Order by phone | Call to order
Update quantity | Update | Edit | Back | Back to cart | Remove | Cancel order | Change address | Log in
How to place an order | Continue shopping | Order summary | Order notes | Minimum order | Order status
Use a different card | Confirm address | Confirm order received | Print order | Order details
Payment methods | Estimate shipping | Save for later | Edit order | In den Warenkorb | Zur Kasse
Weiter zur Zahlung | Bestellung ansehen | Bestellung prüfen | Gutschein einlösen | Bestellübersicht
Erneut bestellen | Telefonisch bestellen | Zurück zum Warenkorb | Sendung verfolgen | Ajouter au panier
Voir le panier | Valider mon panier | Suivre ma commande | Continuer vers la livraison
Vérifier la commande | Añadir al carrito | Tramitar compra | Ver pedido | Continuar con el envío
Pedir de nuevo | Ordenar por precio | Aggiungi al carrello | Procedi al pagamento | Rivedi ordine
Traccia ordine | Ordina per prezzo | Adicionar ao carrinho | Continuar comprando | Meus pedidos
In winkelwagen | Naar de kassa | Bestelling bekijken | Dodaj do koszyka | Przejdź do kasy
Śledź zamówienie | Do košíku | Pokračovat k platbě | Zobrazit objednávku | Lägg i varukorg
Gå till kassan | Spåra order | Læg i kurv | Gå til kassen | Legg i handlekurv | Lisää ostoskoriin
Siirry kassalle | Sepete ekle | Ödemeye geç | Siparişi takip et | Siparişlerim | В корзину
Перейти к оформлению | Отследить заказ | Заказать звонок | Повторить заказ | До кошика
Перейти до оформлення | カートに入れる | レジに進む | 購入手続きへ進む | 注文履歴 | 加入购物车
加入購物車 | 去结算 | 我的订单 | 优惠券 | 장바구니 담기 | 주문 조회 | 배송 조회 | أضف إلى السلة
متابعة التسوق | تتبع الطلب | הוסף לסל | המשך לקופה | מעקב הזמנה | कार्ट में जोड़ें
"""  # noqa: RUF001 - the shops' own words


def labels(kind: str) -> list[str]:
    """What django-oscar 4.2 and pretix 2026.8 write in all their languages (see `labels/`)."""
    with SHOP_SYSTEMS.open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["text"] for row in csv.DictReader(file) if row["kind"] == kind))


def table(text: str) -> list[str]:
    """The labels of a table, each once."""
    return list(
        dict.fromkeys(label.strip() for line in text.strip().splitlines() for label in line.split(" | "))
    )


@pytest.mark.parametrize("label", [*table(ON_ANY_PAGE_BUT_A_CART), *table(BINDING), *table(ON_A_CHECKOUT)])
def test_a_button_on_a_checkout_that_says_so_places_an_order(label: str) -> None:
    assert (pressed(button(label)) or "").endswith("says so")


@pytest.mark.parametrize("label", table(ON_ANY_PAGE_BUT_A_CART))
def test_what_says_so_places_an_order_on_pages_that_nobody_knows_and_leads_to_the_checkout_from_a_cart(
    label: str,
) -> None:
    assert pressed(button(label), "https://shop.test/step/3")
    assert pressed(button(label), CART) is None
    assert pressed(f"<a {IT} data-link=':0'>{label}</a>", LISTING) is None


@pytest.mark.parametrize("label", table(BINDING))
@pytest.mark.parametrize("url", [CART, PRODUCT])
def test_what_binds_by_itself_does_on_every_page(label: str, url: str) -> None:
    assert pressed(button(label), url)


@pytest.mark.parametrize("label", table(ON_A_CHECKOUT))
@pytest.mark.parametrize("url", [CART, PRODUCT, LISTING])
def test_what_leads_to_the_checkout_elsewhere_places_no_order_there(label: str, url: str) -> None:
    assert pressed(button(label), url) is None
    assert pressed(f"<a {IT} data-link=':0'>{label}</a>", url) is None


@pytest.mark.parametrize("label", table(ELSEWHERE))
@pytest.mark.parametrize("url", [CHECKOUT, PRODUCT])
def test_other_buttons_place_no_order(label: str, url: str) -> None:
    assert pressed(button(label), url) is None
    assert pressed(f"<a {IT} data-link=':0'>{label}</a>", url) is None


UNKNOWN = {
    "შეკვეთის განთავსება", "قم بإرسال تسجيل", "Talwch nawr", "Elo bezuelen", "Pošalji", "Отправить",
    "Підтвердити", "Yer bağlama sırası", "绑定订货", "下綁定訂單",  # noqa: RUF001
}  # fmt: skip
"""Labels of real shop systems that are not known by their words: of languages that are none of
`order_words.yaml`, or that say no more than "Send", or that are no words of shops (machines wrote them)."""


def test_the_last_buttons_of_two_shop_systems_are_known_in_all_their_languages() -> None:
    buttons = labels("order")
    unknown = {label for label in buttons if not pressed(button(label))}
    assert unknown == UNKNOWN
    assert len(buttons) > 120
    for label in unknown:  # by where they lead, all the same
        form = f"<form data-posts='.'>{button(label)}</form>"
        assert pressed(form, "https://shop.test/spring/checkout/confirm/")
        assert pressed(form, "https://shop.test/spring/checkout/questions/") is None


def test_other_buttons_of_two_shop_systems_place_no_order_in_any_language() -> None:
    others = labels("other")
    assert [label for label in others if pressed(button(label))] == []
    assert len(others) > 180


SEARCH = (
    "<form role='search'><input type='search' data-ref=':7' placeholder='Search'/>"
    "<button data-ref=':8'>Search</button></form>"
)
COUPON = "<input type='text' data-ref=':4' data-label='Coupon code'/>"
NEXT = "<button data-ref=':5'>Pay now</button>"
STEPS = "<li><a data-ref=':4' data-link=':4'>1. Address</a></li><li>3. Payment</li><li>4. Preview</li>"


@pytest.mark.parametrize(
    ("shop", "url", "title", "body"),
    [
        (
            "WooCommerce",
            "/checkout/",
            "Checkout \u2013 Shop",
            f"<h1>Checkout</h1><form>{STREET}<button {IT}>Place order</button></form>",
        ),
        (
            "WooCommerce, unpaid order",
            "/checkout/order-pay/71/?pay_for_order=true",
            "Pay for order",
            f"<form><button {IT}>Pay for order</button></form>",
        ),
        (
            "WooCommerce, German Market",
            "/kasse/",
            "Kasse \u2013 Laden",
            f"<form>{STREET}<button {IT}>Jetzt kaufen</button></form>",
        ),
        (
            "Magento",
            "/checkout/#payment",
            "Checkout",
            f"<div>{STREET}</div><button {IT} title='Place Order'>Place Order</button>",
        ),
        (
            "Magento, German",
            "/checkout/#payment",
            "Zur Kasse",
            f"<button {IT} title='Jetzt kaufen'>Jetzt kaufen</button>",
        ),
        (
            "Shopify",
            "/checkouts/cn/Z2NwLXVz/information",
            "Checkout - Shop",
            f"<form>{CARD}<button {IT}>Pay now</button></form>",
        ),
        (
            "Shopify, without a charge",
            "/checkouts/cn/Z2NwLXVz",
            "Checkout - Shop",
            f"<form><button {IT}>Complete order</button></form>",
        ),
        (
            "PrestaShop",
            "/en/order",
            "Shop",
            f"<div><button {IT}>Place order</button></div>",
        ),
        (
            "PrestaShop, French",
            "/fr/commande",
            "Boutique",
            f"<div><button {IT}>Commander</button></div>",
        ),
        (
            "PrestaShop, older",
            "/index.php?controller=order&amp;step=3",
            "Order",
            f"<form><button {IT}>I confirm my order</button></form>",
        ),
        (
            "Shopware",
            "/checkout/confirm",
            "Bestellung abschließen",
            f"<form><button {IT}>Zahlungspflichtig bestellen</button></form>",
        ),
        (
            "Shopware, English",
            "/checkout/confirm",
            "Complete order",
            f"<form><button {IT}>Submit order</button></form>",
        ),
        (
            "OpenCart",
            "/index.php?route=checkout/checkout",
            "Checkout",
            f"<div><button {IT}>Confirm Order</button></div>",
        ),
        (
            "OpenCart, input",
            "/index.php?route=checkout/checkout",
            "Checkout",
            f"<input type='button' value='Confirm Order' {IT}/>",
        ),
        (
            "django-oscar",
            "/checkout/preview/",
            "Preview order | Checkout",
            f"<h1>Preview order</h1><form><button {IT}>Place order</button></form>",
        ),
        (
            "Saleor",
            "/checkout?checkout=Q2hlY2tvdXQ",
            "Checkout · Saleor",
            f"<form>{STREET}<button {IT}>Pay</button></form>",
        ),
        (
            "Saleor, make payment",
            "/checkout?checkout=Q2hlY2tvdXQ",
            "Checkout",
            f"<button {IT}>Make payment and create order</button>",
        ),
        (
            "Sylius",
            "/en_US/checkout/complete",
            "Shop",
            f"<form method='post' action='/en_US/checkout/complete'><button {IT}>Place order</button></form>",
        ),
        (
            "Spree",
            "/checkout/confirm",
            "Checkout",
            f"<form><input type='submit' value='Place Order' {IT}/></form>",
        ),
        (
            "Spree, one step",
            "/checkout/abc/payment",
            "Checkout",
            f"<form>{CARD}<button {IT}>Pay now $49.99</button></form>",
        ),
        (
            "BigCommerce",
            "/checkout",
            "Shop - Checkout",
            f"<div><button {IT}>Place Order</button></div>",
        ),
        ("Odoo", "/shop/payment", "Payment | Shop", f"<button {IT}>Pay now</button>"),
        (
            "Odoo, confirm",
            "/shop/checkout",
            "Review Order | Shop",
            f"<a role='button' {IT}>Confirm Order</a>",
        ),
        (
            "Amazon",
            "/gp/buy/spc/handlers/display.html?hasWorkingJavascript=1",
            "Place Your Order - Amazon.com Checkout",
            f"<span><input type='submit' aria-label='Place your order' {IT}/></span>",
        ),
        (
            "Amazon, German",
            "/checkout/p/p-303/spc",
            "Bestellung aufgeben",
            f"<input type='submit' aria-label='Jetzt kaufen' {IT}/>",
        ),
        (
            "eBay",
            "/rxo?action=view",
            "Checkout | eBay",
            f"<button {IT}>Confirm and pay</button>",
        ),
        (
            "Etsy",
            "/cart/123/review",
            "Etsy - Review",
            f"<button {IT}>Place your order</button>",
        ),
        (
            "AliExpress",
            "/p/trade/confirm.html",
            "Order Confirmation",
            f"<div role='button' {IT}>Place order</div>",
        ),
        (
            "Taobao",
            "/auction/buy_now.htm",
            "确认订单",
            f"<a {IT} role='button'>提交订单</a>",
        ),
        (
            "Rakuten",
            "/checkout/confirm",
            "ご注文内容の確認",
            f"<button {IT}>注文を確定する</button>",
        ),
        ("Coupang", "/checkout", "주문/결제", f"<button {IT}>결제하기</button>"),
        (
            "Allegro",
            "/zakup/podsumowanie",
            "Dostawa i płatność",
            f"<button {IT}>kupuję i płacę</button>",
        ),
        ("Trendyol", "/odeme", "Ödeme", f"<button {IT}>Onayla ve Bitir</button>"),
        (
            "Ozon",
            "/gocheckout",
            "Оформление заказа",
            f"<button {IT}>Оплатить онлайн</button>",
        ),
    ],
)
def test_the_last_buttons_of_well_known_shops_place_orders(
    shop: str, url: str, title: str, body: str
) -> None:
    page = f"{SEARCH}{body}"
    assert pressed(page, f"https://www.shop.test{url}", title), shop
    asked = page.replace(IT, "").replace("data-ref=':8'", IT)
    assert pressed(asked, f"https://www.shop.test{url}", title) is None, "the search"


@pytest.mark.parametrize(
    ("shop", "url", "title", "body"),
    [
        (
            "WooCommerce's cart",
            "/cart/",
            "Cart \u2013 Shop",
            f"<a {IT} data-link=':4'>Proceed to checkout</a>",
        ),
        (
            "WooCommerce's coupon",
            "/checkout/",
            "Checkout \u2013 Shop",
            f"<form>{STREET}{COUPON}<button {IT}>Apply coupon</button></form>",
        ),
        (
            "Magento's cart",
            "/checkout/cart/",
            "Shopping Cart",
            f"<form><button {IT} title='Proceed to Checkout'>Proceed to Checkout</button></form>",
        ),
        (
            "Magento's cart, with an order button's name",
            "/checkout/cart/",
            "Shopping Cart",
            f"<form><button {IT}>Place order</button></form>",
        ),
        (
            "Magento's first step",
            "/checkout/#shipping",
            "Checkout",
            f"<form>{STREET}<button {IT}>Next</button></form>",
        ),
        (
            "Magento's order history",
            "/sales/order/history/",
            "My Orders",
            f"<a {IT} data-link=':4'>Reorder</a>",
        ),
        (
            "Shopify's cart",
            "/cart",
            "Your Shopping Cart \u2013 Shop",
            f"<form><button {IT}>Check out</button></form>",
        ),
        (
            "Shopify's product",
            "/products/blue-mug",
            "Blue mug \u2013 Shop",
            f"<form><button {IT}>Buy it now</button></form>",
        ),
        (
            "Shopify's product, with a wallet",
            "/products/blue-mug",
            "Blue mug",
            f"<div role='button' {IT}>Buy with Shop Pay</div>",
        ),
        (
            "Shopify's first step",
            "/checkouts/cn/Z2NwLXVz/information",
            "Information - Checkout",
            f"<form>{STREET}<button {IT}>Continue to shipping</button></form>",
        ),
        (
            "PrestaShop's cart",
            "/en/cart?action=show",
            "Cart",
            f"<a {IT} data-link=':4'>Proceed to checkout</a>",
        ),
        (
            "PrestaShop's French cart",
            "/fr/panier?action=show",
            "Panier",
            f"<a {IT} data-link=':4'>Commander</a>",
        ),
        (
            "PrestaShop's order history",
            "/en/order-history",
            "Order history",
            f"<a {IT} data-link=':4'>Reorder</a>",
        ),
        (
            "Shopware's cart",
            "/checkout/cart",
            "Warenkorb",
            f"<a {IT} data-link=':4'>Zur Kasse</a>",
        ),
        (
            "Shopware's registration",
            "/checkout/register",
            "Kasse",
            f"<form>{STREET}<button {IT}>Weiter</button></form>",
        ),
        (
            "OpenCart's cart",
            "/index.php?route=checkout/cart",
            "Shopping Cart",
            f"<a {IT} data-link=':4'>Checkout</a>",
        ),
        (
            "django-oscar's basket",
            "/basket/",
            "Basket | Oscar",
            f"<form><button {IT}>Update quantity</button></form>",
        ),
        (
            "django-oscar's payment, before its preview",
            "/checkout/payment-details/",
            "Payment details | Checkout",
            f"<ol>{STEPS}</ol><form>{CARD}<button {IT}>Continue</button></form>",
        ),
        (
            "Sylius' first step",
            "/en_US/checkout/address",
            "Shop",
            f"<form>{STREET}<button {IT}>Next</button></form>",
        ),
        (
            "Spree's cart",
            "/cart",
            "Shopping Cart",
            f"<form method='post' action='/cart'><button {IT}>Checkout</button></form>",
        ),
        (
            "Odoo's cart",
            "/shop/cart",
            "Shopping Cart | Shop",
            f"<a {IT} data-link=':4'>Process Checkout</a>",
        ),
        (
            "Amazon's product",
            "/dp/B000123",
            "Blue mug : Amazon.com",
            f"<span><input type='submit' value='Buy Now' {IT}/></span>",
        ),
        (
            "eBay's product",
            "/itm/12345",
            "Blue mug | eBay",
            f"<a {IT} data-link=':4'>Buy It Now</a>",
        ),
        (
            "Flipkart's cart",
            "/viewcart",
            "Shopping Cart",
            f"<form><button {IT}>Place Order</button></form>",
        ),
        (
            "Coupang's cart",
            "/cartView.pang",
            "장바구니",
            f"<button {IT}>결제하기</button>",
        ),
        (
            "a kept card",
            "/account/payment-methods",
            "Payment methods",
            f"<form>{CARD}<button {IT}>Save</button></form>",
        ),
        (
            "a kept card, sent in",
            "/account/payment-methods",
            "Payment methods",
            f"<form>{CARD}<button {IT}>Submit</button></form>",
        ),
        (
            "a newsletter at the foot of a checkout",
            "/checkout",
            "Checkout",
            f"<form>{CARD}{NEXT}</form><form>{COUPON}<button {IT}>OK</button></form>",
        ),
        (
            "what explains a code",
            "/checkout",
            "Checkout",
            f"<form>{CARD}<button {IT}>What is this?</button><button data-ref=':4'>Pay now</button></form>",
        ),
        (
            "a list that opens",
            "/checkout",
            "Checkout",
            f"<form>{CARD}<button {IT} aria-expanded='false'>United States</button></form>",
        ),
        (
            "a choice of how to pay",
            "/checkout",
            "Checkout",
            f"<button {IT} aria-expanded='false'>PayPal</button>",
        ),
        (
            "a choice of how to pay, by a round button",
            "/checkout",
            "Checkout",
            f"<input type='radio' {IT} data-label='PayPal'/>",
        ),
        (
            "a link about a wallet",
            "/checkout",
            "Checkout",
            f"<a {IT} data-link=':4'>What is Klarna?</a>",
        ),
        (
            "a wallet's picture on a help page",
            "/help/payment",
            "Payment",
            f"<a {IT} data-link=':4' aria-label='PayPal'></a>",
        ),
        (
            "a product's card on a list",
            "/c/books",
            "Books",
            f"<a {IT} data-link=':4'><h3>How to place an order</h3></a>",
        ),
        (
            "terms of a checkout",
            "/checkout",
            "Checkout",
            f"<a {IT} data-link=':4'>By placing your order you agree to our terms</a>",
        ),
    ],
)
def test_other_buttons_of_well_known_shops_place_none(shop: str, url: str, title: str, body: str) -> None:
    assert pressed(f"{SEARCH}{body}", f"https://www.shop.test{url}", title) is None, shop


@pytest.mark.parametrize(
    "control",
    [
        f"<a role='button' {IT}>Place order</a>",
        f"<a role='button' {IT} data-link=':4'>Place order</a>",
        f"<input type='image' alt='Place order' {IT}/>",
        f"<button {IT}><span>Pl</span><span>ace</span> <b>or</b>der</button>",
        f"<button {IT}><div>Place</div><div>order</div></button>",
        f"<button {IT}>Pl\u200bace\u00a0or\u00adder</button>",
        f"<button {IT}>P\u2060lace o\u200drder</button>",
        f"<button {IT}>PLACE ORDER</button>",
        f"<button {IT}>\uff30\uff4c\uff41\uff43\uff45\u3000\uff2f\uff52\uff44\uff45\uff52</button>",
        f"<button {IT}>\U0001d40f\U0001d425\U0001d41a\U0001d41c\U0001d41e order</button>",
        f"<button {IT}>🔒 Place order →</button>",
        f"<button {IT}>»  Place   order  «</button>",
        f"<button {IT} aria-label='Place order'>✓</button>",
        f"<button {IT} title='Place order'><img alt='✓'/></button>",
        f"<button {IT}><img alt='Place order'/></button>",
        f"<button {IT}>Place o\u0301rder</button>",
        f"<button {IT}>SİPARİŞİ TAMAMLA</button>",
        f"<button {IT}>siparişi tamamla</button>",
        f"<button {IT}>SIPARIŞI ONAYLA</button>",
        f"<button {IT}>VALIDER LA COMMANDE</button>",
        f"<button {IT}>ZŁÓŻ ZAMÓWIENIE</button>",
        f"<div {IT} data-click='own'>Place order</div>",
        f"<button {IT} disabled=''>Place order</button>",
        f"<input type='submit' {IT} data-hint='place order'/>",
        f"<button {IT} id='btn-place-order'>OK</button>",
        f"<button {IT} id='place_order'>✓</button>",
        f"<form data-posts='.'><button {IT} data-code='bottomSubmitOrderButtonId'>✓</button></form>",
        f"<button {IT} name='placeYourOrder1'>✓</button>",
        f"<button {IT}>I have read the terms and place order</button>",
    ],
)
def test_an_order_button_in_disguise_is_known(control: str) -> None:
    assert pressed(control)
    assert pressed(control, "https://shop.test/cart") is None


@pytest.mark.parametrize(
    "label",
    [
        "Next",
        "Continue",
        "OK",
        "Weiter",
        "次へ",
        "Далее",
        "→",
        "Submit",
        "Pay with this card",
    ],
)
def test_the_submit_of_a_form_with_payment_fields_places_an_order(label: str) -> None:
    form = f"<form>{CARD}<button {IT}>{label}</button></form>"
    why = "the form that it submits holds payment fields"
    assert pressed(form, "https://shop.test/step/3") == why
    framed = f"<form><iframe title='Card'><form>{CARD}</form></iframe><button {IT}>{label}</button></form>"
    assert pressed(framed) == why
    unread = "<iframe data-frame='0' title='Secure card number input frame'/>"
    assert pressed(f"<form>{unread}<button {IT}>{label}</button></form>") == why
    assert pressed(f"<form>{STREET}</form>{form}") == why
    assert pressed(f"<form>{STREET}<button {IT}>{label}</button></form><form>{CARD}</form>") is None


@pytest.mark.parametrize(
    "label",
    [
        "Apply coupon",
        "Apply",
        "Edit",
        "Back",
        "Remove",
        "Save card",
        "Zurück",
        "Modifier",
        "Continue to review",
        "戻る",
    ],
)
def test_what_stands_beside_payment_fields_for_something_else_places_none(
    label: str,
) -> None:
    assert pressed(f"<form>{CARD}<button {IT}>{label}</button><button>Go on</button></form>") is None


def test_beside_a_button_that_says_so_the_others_place_none() -> None:
    form = f"<form>{CARD}<button {IT}>%s</button><button data-ref=':5'>%s</button></form>"
    assert pressed(form % ("Hello", "Go on"))
    assert pressed(form % ("Hello", "Place order")) is None
    assert pressed(form % ("Place order", "Hello"))


def test_buttons_that_say_not_to_submit_do_not_submit() -> None:
    form = f"<form>{CARD}<button {IT} type='%s'>Hello</button></form>"
    assert pressed(form % "submit")
    assert pressed(form % "button") is None
    assert pressed(form % "reset") is None


def test_where_the_order_is_reviewed_later_payment_fields_alone_place_none() -> None:
    steps = "<ol><li><a data-ref=':4' data-link=':4'>Delivery</a></li><li>Payment</li>%s</ol>"
    form = f"<form>{CARD}<button {IT}>%s</button></form>"
    assert pressed(steps % "<li>Review</li>" + form % "Next") is None
    assert pressed(steps % "<li>Review</li>" + form % "Pay now"), "what says so does so nevertheless"
    assert pressed(steps % "<li>Done</li>" + form % "Next")
    assert pressed(steps % "<li><a data-ref=':5' data-link=':5'>Review</a></li>" + form % "Next")
    assert pressed(steps % "<li>Review</li>" + form % "Next", title="Checkout: Review"), "it is now"


@pytest.mark.parametrize(
    "address",
    [
        "/checkout/place-order", "/place_order", "/checkout/complete", "/order/confirm", "/orders/create",
        "/payments", "/payments/4711", "/checkout/order", "/?wc-ajax=checkout", "/checkout/onepage/saveOrder",
        "https://pay.test/payment/process", "/shop/confirm_order", "/checkout/update/confirm", "/submitOrder",
    ],
)  # fmt: skip
def test_a_form_that_is_posted_to_where_orders_are_placed_places_one(
    address: str,
) -> None:
    form = f"<form method='%s' action='{address}'><button {IT}>%s</button></form>"
    assert pressed(form % ("post", "Weiter")) == f"the form leads to {address}"
    assert pressed(form % ("get", "Weiter")) is None
    assert pressed(form % ("post", "Apply coupon")) is None
    assert pressed(form % ("post", "Weiter"), CART) is None
    assert pressed(form % ("post", "Weiter"), PRODUCT) is None
    posted = f"data-posts='{address}'"
    assert pressed(f"<form {posted}><button {IT}>Weiter</button></form>") == f"the form leads to {address}"
    assert pressed(f"<form data-posts='.'><button {IT} {posted}>Weiter</button></form>")
    assert pressed(f"<button {IT} {posted}>Weiter</button>") == f"the form leads to {address}"
    own = f"<button {IT} formmethod='POST' formaction='{address}'>Weiter</button>"
    assert pressed(f"<form action='/checkout/address'>{own}</form>") == f"the form leads to {address}"


@pytest.mark.parametrize(
    "address",
    [
        "/checkout/address", "/checkout/delivery", "/checkout/payment", "/cart/add", "/newsletter",
        "/account/orders",
        "/orders", "/checkout", "/search?q=order", "/reorder/confirmed", "/checkout/completeness",
    ],
)  # fmt: skip
def test_other_forms_place_none(address: str) -> None:
    assert pressed(f"<form method='post' action='{address}'><button {IT}>Weiter</button></form>") is None


WALLETS = [
    "PayPal", "Pay with PayPal", "Apple Pay", "Buy with Apple Pay", "Google Pay", "Buy with GPay", "Klarna",
    "Pay with Klarna", "Continue to PayPal",
    "Shop Pay", "Amazon Pay", "Mit PayPal bezahlen", "Payer avec PayPal", "PayPal Checkout", "PayPay",
    "카카오페이 Kakao Pay",
]  # fmt: skip


ONLY_NAMED = {
    "PayPal",
    "Apple Pay",
    "Google Pay",
    "Klarna",
    "Shop Pay",
    "Amazon Pay",
    "PayPay",
    "카카오페이 Kakao Pay",
}


@pytest.mark.parametrize("label", WALLETS)
def test_wallets_pay_on_a_checkout_and_on_a_cart_but_not_on_a_product(
    label: str,
) -> None:
    for url in (CHECKOUT, CART):
        assert (pressed(button(label), url) or "").endswith("pays with a wallet")
    assert pressed(button(label), PRODUCT) is None
    assert pressed(f"<button {IT} aria-expanded='true'>{label}</button>", CHECKOUT) is None
    link = f"<a {IT} data-link=':4'>{label}</a>"
    assert (pressed(link, CART) is None) == (label in ONLY_NAMED), "a link may explain what it names"


@pytest.mark.parametrize(
    ("url", "title", "body"),
    [
        ("https://shop.test/checkout", "Shop", ""),
        ("https://shop.test/de/kasse", "Shop", ""),
        ("https://shop.test/tramitar-pedido?step=3", "Shop", ""),
        ("https://shop.test/index.php?route=checkout/checkout", "Shop", ""),
        ("https://shop.test/cart/checkout", "Shop", ""),
        (
            "https://shop.test/%D0%BE%D1%84%D0%BE%D1%80%D0%BC%D0%BB%D0%B5%D0%BD%D0%B8%D0%B5",
            "Shop",
            "",
        ),
        ("https://pay.shop.test/rxo", "Shop", ""),
        ("https://shop.test/s/17", "Secure checkout | Shop", ""),
        ("https://shop.test/s/17", "Dostawa i płatność - Sklep", ""),
        ("https://shop.test/s/17", "Shop", "<h1>ご注文内容の確認</h1>"),
        ("https://shop.test/checkout/c/4711", "Shop", ""),
        ("https://shop.test/checkout/customer", "Shop", ""),
        ("https://shop.test/customer/checkout", "Shop", ""),
        ("https://shop.test/checkout/info", "Shop", ""),
        ("https://shop.test/s/17", "Shop", CARD),
        ("https://shop.test/s/17", "Shop", STREET),
        ("https://shop.test/cart", "Cart", STREET),
    ],
)
def test_a_checkout_is_known_by_address_title_heading_and_fields(url: str, title: str, body: str) -> None:
    assert pressed(body + button("Buy now"), url, title)


@pytest.mark.parametrize(
    ("url", "title", "body"),
    [
        ("https://shop.test/", "Shop", ""),
        ("https://shop.test/checkout/cart", "Shop", ""),
        ("https://shop.test/help/payment", "Shop", ""),
        ("https://shop.test/products/checkout", "Shop", ""),
        ("https://shop.test/account/order/4711", "Shop", ""),
        ("https://shop.test/account/addresses", "Addresses", STREET),
        ("https://shop.test/account/cards", "Cards", CARD),
        ("https://shop.test/s/17", "A checkout counter for children | Toys", ""),
        ("https://shop.test/s/17", "Warenkorb", ""),
        ("https://shop.test/product/blue-mug", "Blue mug", STREET),
        ("https://shop.test/blue-mug", "Blue mug", f"{STREET}<button data-ref=':5'>Add to cart</button>"),
        (
            "https://shop.test/s/17",
            "Shop",
            "<input type='email' data-ref=':3' data-label='Email address'/>",
        ),
    ],
)
def test_other_pages_are_no_checkout(url: str, title: str, body: str) -> None:
    assert pressed(body + button("Buy now"), url, title) is None


FIELD = f"<input type='text' {IT} data-label='Name'/>"


def beside(label: str, kind: str = "") -> str:
    said = f" type='{kind}'" if kind else ""
    return f"<button data-ref=':5'{said}>{label}</button>"


@pytest.mark.parametrize(
    "form",
    [
        f"<form>{FIELD}{beside('Place order')}</form>",
        f"<form>{FIELD}<input type='submit' value='Pay now' data-ref=':5'/></form>",
        f"<form>{FIELD}{beside('Apply coupon')}{beside('Place order')}</form>",
        f"<form>{FIELD}{CARD}{beside('Next')}</form>",
        f"<form>{beside('Pay', 'submit')}{FIELD}{beside('Back')}</form>",
        f"<form>{FIELD}{beside('Show', 'button')}{beside('Pay')}</form>",
        f"<form method='post' action='/place-order'>{FIELD}</form>",
        f"<form method='post' action='/place-order'>{FIELD}{beside('Weiter')}</form>",
        f"<form><iframe title='x'><form>{FIELD}</form></iframe>{beside('Pay now')}</form>",
    ],
)
def test_enter_in_a_field_presses_the_button_of_its_form(form: str) -> None:
    assert (entered(form) or "").startswith("Enter submits its form: ")
    page = captured(form, "Shop")
    observation = simplify(page, url=CHECKOUT)
    assert places_order(Type(name=named(observation), text="1"), observation, page) is None
    assert places_order(Click(name=named(observation)), observation, page) is None


@pytest.mark.parametrize(
    "form",
    [
        f"<form>{FIELD}{beside('Search')}</form>{beside('Place order')}",
        f"<form>{FIELD}{beside('Apply', 'submit')}{beside('Place order')}</form>",
        f"<form>{FIELD}<input type='submit' value='Apply' data-ref=':4'/>{beside('Place order')}</form>",
        f"<form>{FIELD}{beside('Place order', 'button')}</form>",
        f"<form>{FIELD}{beside('Continue to payment')}</form>",
        f"<form><textarea {IT} data-label='Notes'/>{beside('Place order')}</form>",
        f"{FIELD}{beside('Place order')}",
        f"<form>{FIELD}</form>",
    ],
)
def test_enter_elsewhere_places_no_order(form: str) -> None:
    assert entered(form) is None


@pytest.mark.parametrize("label", table(ON_ANY_PAGE_BUT_A_CART)[::5])
def test_where_goods_are_shown_what_says_so_leads_to_the_checkout(label: str) -> None:
    assert pressed(button(label), PRODUCT) is None
    assert pressed(button(label), LISTING) is None
    for to_cart in (
        "Add to cart",
        "In den Warenkorb",
        "カートに入れる",
        "Добавить в корзину",
        "Dodaj do koszyka",
    ):
        more = f"<button data-ref=':5'>{to_cart}</button>{button(label)}"
        assert pressed(more, "https://shop.test/blue-mug") is None
        assert pressed(more, CHECKOUT), "goods are offered there, too"


@pytest.mark.parametrize(
    "label",
    [
        "Next",
        "Confirm",
        "Submit",
        "Continue →",
        "Weiter",
        "Suivant",
        "Continuar",
        "Jatka",
        "次へ",
        "下一步",
        "Далее",
    ],
)
def test_what_goes_on_from_payment_fields_without_a_form_places_an_order(
    label: str,
) -> None:
    assert (pressed(CARD + button(label)) or "").endswith("goes on from payment fields")
    assert pressed(f"<iframe title='Card'><form>{CARD}</form></iframe>{button(label)}")
    assert pressed(STREET + button(label)) is None
    assert pressed(f"<form>{CARD}</form>{button(label)}") is None, "that form has a way of its own"
    assert pressed(f"<ol><li>Payment</li><li>Review</li></ol>{CARD}{button(label)}") is None
    assert pressed(CARD + button(label), "https://shop.test/account/cards") is None


@pytest.mark.parametrize(
    "label",
    [
        "Help",
        "Menu",
        "United States",
        "Show code",
        "Chat",
        "Back",
        "Apply",
        "Visa",
        "Hilfe",
    ],
)
def test_other_controls_beside_payment_fields_without_a_form_place_none(
    label: str,
) -> None:
    assert pressed(CARD + button(label)) is None


def test_a_checkout_in_a_frame_over_a_product_is_one() -> None:
    framed = f"{beside('Add to cart')}<iframe title='x'>{button('Place your order')}</iframe>"
    assert pressed(framed, PRODUCT)
    assert pressed(framed.replace("Place your order", "Buy now"), PRODUCT) is None


def test_a_button_may_repeat_the_terms_and_a_card_of_a_product_is_no_button() -> None:
    terms = "I have read the terms and conditions and the privacy policy of the shop and its partners, agree "
    assert pressed(button(f"{terms} that you may write to me, and place my order"))
    assert pressed(f"<div {IT} data-click=''>{terms} {terms} place order</div>") is None


@pytest.mark.parametrize("address", ["http://[", "//[::1", "\x01", "javascript:void(0)", "%", "?" * 3000])
def test_broken_addresses_are_no_obstacle(address: str) -> None:
    form = f"<form method='post' action='{address}'><button {IT}>Next</button></form>"
    assert pressed(form, url=address) is None
    assert pressed(
        f"<form method='post' action='{address}'>{CARD}<button {IT}>Next</button></form>",
        url=address,
    )


def test_the_reason_is_told_to_people() -> None:
    assert (
        pressed(button("Zahlungspflichtig bestellen")) == 'the button "Zahlungspflichtig bestellen" says so'
    )
    assert pressed(f"<a {IT} data-link=':1'>Pay now</a>") == 'the link "Pay now" says so'


def test_what_is_not_on_the_page_or_not_captured() -> None:
    page = captured(button("Place order"), "Shop")
    observation = simplify(page, url=CHECKOUT)
    name = named(observation)
    actions: list[Action] = [
        Click(name="gone"),
        TypeAndSubmit(name="gone", text="1"),
        Terminate(),
    ]
    assert [places_order(action, observation, page) for action in actions] == [
        None,
        None,
        None,
    ]
    for nothing in (
        "",
        "  ",
        "<!-- -->",
        '<html data-capture="1">',
        "\ud800",
        "<",
        "&",
    ):
        assert places_order(Click(name=name), observation, nothing), "its label is known without the page"
    saved = simplify("<form><button>Place order</button></form>", url=CHECKOUT)
    assert places_order(
        Click(name=next(iter(saved.targets))),
        saved,
        "<form><button>Place order</button></form>",
    )


AND_ORDER = """
Save and place order | Save &amp; pay now | Save card and pay £20.00 | Sign in and pay now | Save, pay now
Update and place order | Apply and pay now | Add card and pay | Continue and pay | Edit + place order
Weiter und bezahlen | Speichern und zahlungspflichtig bestellen | Enregistrer et payer | Guardar y pagar
Salva e paga ora | Opslaan en betalen | Zapisz i zapłać | Uložit a zaplatit | Spara och betala | Gem og betal
Tallenna ja maksa | Kaydet ve öde | Сохранить и оплатить | Зберегти та сплатити | 保存して支払う | 保存并支付
저장하고 결제하기 | सहेजें और भुगतान करें
"""
AND_SOMETHING_ELSE = """
Save and continue | Sign in and continue | Save and pay later | Delivery &amp; payment | How do I pay?
Edit name and address | Cancel and order again | Versand und Zahlung | Dostawa i płatność | 配送和付款
משלוח ותשלום | Доставка и оплата | Save card and pay faster next time
"""


@pytest.mark.parametrize("label", table(AND_ORDER))
def test_what_does_something_harmless_and_orders_orders(label: str) -> None:
    assert pressed(button(label))
    assert pressed(f"<form>{CARD}{button(label)}</form>")


@pytest.mark.parametrize("label", table(AND_SOMETHING_ELSE))
def test_what_does_two_things_of_which_none_orders_places_no_order(label: str) -> None:
    assert pressed(button(label)) is None


LAST_PAGE = """
Pay £20.00 now | Jetzt €20 bezahlen | Payer 20 € maintenant | Paga 20 € ora | Buy for £20 | Pay 3 items
Pay £20 with card ending 4242 | Pay with Visa ending in 4242 | Order with invoice | Auf Rechnung bestellen
Send payment | Proceed with payment | Pay on delivery | Per Nachnahme bezahlen | Payer à la livraison
"""


@pytest.mark.parametrize("label", table(LAST_PAGE))
def test_sums_and_ways_to_pay_may_stand_on_the_last_button(label: str) -> None:
    assert pressed(button(label), "https://shop.test/checkout/review", "Review your order")
    assert pressed(button(label), PRODUCT) is None


PAY_WAYS = """
Pay with card | Pay in 4 with Klarna | Klarna Pay later | Pay later | Pay now | PayPal | Pay on delivery
Pay with Visa ending in 4242 | Order with invoice | Auf Rechnung bestellen | Jetzt bezahlen | Mit Karte zahlen
Rechnung | Payer par carte | Tarjeta de crédito
"""


@pytest.mark.parametrize("label", table(PAY_WAYS))
def test_a_way_to_pay_is_chosen_and_orders_nothing(label: str) -> None:
    assert pressed(f"<input type='radio' {IT} data-label='{label}'/>") is None
    assert pressed(f"<label type='radio' {IT}>{label}</label>") is None
    assert pressed(f"<div role='radio' aria-checked='false' {IT}>{label}</div>") is None


@pytest.mark.parametrize("label", ["Pay with card", "Pay by card", "Mit Karte bezahlen", "Pay on delivery"])
def test_a_way_to_pay_that_opens_orders_nothing_and_one_that_is_pressed_does(label: str) -> None:
    assert pressed(f"<button {IT} aria-expanded='false'>{label}</button>") is None
    assert pressed(button(label))


@pytest.mark.parametrize("label", ["Pay in 4 with Klarna", "Klarna Pay later", "Pay later", "Pay in 30 days"])
def test_to_pay_another_time_is_a_way_to_pay_whatever_it_stands_on(label: str) -> None:
    assert pressed(button(label)) is None
    assert pressed(link(label)) is None


@pytest.mark.parametrize(
    "ticked",
    [
        f"<button role='checkbox' aria-checked='false' {IT}>%s</button>",
        f"<button role='switch' {IT}>%s</button>",
        f"<button role='radio' {IT}>%s</button>",
        f"<input type='checkbox' {IT} data-label='%s'/>",
        f"<input type='radio' {IT} data-label='%s'/>",
        f"<label type='radio' {IT}>%s</label>",
    ],
)
def test_what_is_ticked_may_order_by_its_words_alone(ticked: str) -> None:
    for label in ("Place order now", "Confirm and pay", "Zahlungspflichtig bestellen"):
        assert pressed(ticked % label)
        assert pressed(ticked % label, CART) is None
    for label in ("I agree to the terms and place the order", "Gift wrapping", "Finish", "Save card and pay"):
        assert pressed(ticked % label) is None
    assert pressed(f"<form data-posts='/place-order'>{CARD}{ticked % 'Express delivery'}</form>") is None
    page = captured(ticked % "Place order now", "Shop")
    observation = simplify(page, url=CHECKOUT)
    assert places_order(Select(name=named(observation)), observation, page)


def test_an_option_of_a_list_orders_nothing() -> None:
    page = captured(f"<select data-label='Pay'><option {IT}>Pay now</option></select>", "Shop")
    observation = simplify(page, url=CHECKOUT)
    for action in (Click(name=named(observation)), Select(name=named(observation))):
        assert places_order(action, observation, page) is None
    assert pressed(f"<input type='text' {IT} data-label='Pay now'/>") is None
    assert pressed(f"<button role='textbox' {IT}>Pay now</button>"), "no field, whatever it is called"


@pytest.mark.parametrize("enter", ["\n", "\r", "\r\n"])
def test_a_text_with_a_line_break_presses_enter(enter: str) -> None:
    form = "<form>%s<button data-ref=':5'>Place order</button></form>"
    page = captured(form % FIELD, "Shop")
    observation = simplify(page, url=CHECKOUT)
    action = Type(name=named(observation), text=f"hi{enter}")
    assert (places_order(action, observation, page) or "").startswith("Enter submits its form: ")
    page = captured(form % f"<textarea {IT} data-label='Notes'/>", "Shop")
    observation = simplify(page, url=CHECKOUT)
    assert places_order(Type(name=named(observation), text="a\nb"), observation, page) is None


@pytest.mark.parametrize(
    "tag", ["<a role='button' {0}>{1}</a>", "<div role='button' data-click='own' {0}>{1}</div>"]
)
def test_of_a_long_label_the_beginning_is_read(tag: str) -> None:
    terms = "By placing your order you agree to our terms of use, privacy notice and the conditions of sale. "
    assert pressed(tag.format(IT, f"Place order {terms * 2}"))
    assert pressed(tag.format(IT, f"Place order {terms * 5}"))
    assert pressed(tag.format(IT, f"Gift wrapping {terms * 5} Place order")) is None


ELSEWHERE_HARMLESS = """
Confirm order status | Buy and pay later | Order and pay in store | Submit order form | Submit order enquiry
Complete your order history | Pay now or later
"""


@pytest.mark.parametrize("label", table(ELSEWHERE_HARMLESS))
def test_what_speaks_of_orders_on_ordinary_pages_places_none(label: str) -> None:
    for url in ("https://shop.test/", "https://shop.test/contact", PRODUCT):
        assert pressed(button(label), url) is None
        assert pressed(link(label), url) is None


def test_to_pay_another_time_binds_on_a_checkout_alone() -> None:
    for label in ("Order and pay in 30 days", "Order and pay in store"):
        assert pressed(button(label))
        assert pressed(button(label), PRODUCT) is None
    for label in ("Place order and pay in 30 days", "Jetzt zahlungspflichtig bestellen, in 30 Tagen zahlen"):
        assert pressed(button(label), "https://shop.test/step/3"), "what is left of it orders"


FOOD = """
Order | Order now | Finish | Complete | Book now | Pay
"""
TOTAL = "<p>Total: <b>£23.50</b></p>"
CHOICE = "<input type='radio' data-ref=':6' data-label='Cash on delivery'/>"


@pytest.mark.parametrize("label", table(FOOD))
def test_a_page_that_is_merely_called_an_order_is_a_checkout_where_it_has_more_of_one(label: str) -> None:
    for url, title in (
        ("https://restaurant.test/order", "Menu"),
        ("https://restaurant.test/order/build?size=2", "Build your pizza"),
        ("https://restaurant.test/", "Order | Pizza"),
        ("https://restaurant.test/en/", "Pizza"),
    ):
        around = STREET if url.endswith("/en/") else ""
        assert pressed(around + button(label), url, title) is None
        assert pressed(around + link(label), url, title) is None
        for more in (TOTAL, CARD, CHOICE):
            assert pressed(around + more + button(label), url, title)


def test_a_street_on_a_start_page_is_where_food_is_brought() -> None:
    for url in ("https://pizza.test/", "https://pizza.test/de-de/?from=x", "https://pizza.test/index.html"):
        assert pressed(STREET + button("Order now"), url, "Pizza") is None
    assert pressed(STREET + button("Order now"), "https://pizza.test/order", "Pizza") is None
    assert pressed(STREET + button("Order now"), "https://offer.test/mugs/now", "Mugs"), "a one-page shop"


@pytest.mark.parametrize("label", table(ON_A_CHECKOUT)[::6])
def test_a_link_of_a_checkout_needs_plain_words(label: str) -> None:
    assert pressed(link(label)) is None
    assert pressed(f"<a {IT}>{label}</a>"), "it leads nowhere, so it does something"


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.test/checkout/place-order?confirm=1", "/placeOrder", "/place_your_order",
        "/submit-order/", "/api/v1/submitOrder", "/process-order.php",
        "/checkout/onepage/saveOrder/form_key/x1/", "/order/place", "/?wc-ajax=checkout", "/checkout/submit",
        "/index.php?a=1&action=place_order", "/en/module/ps_wirepayment/validation",
        "/index.php?route=extension/payment/cod/confirm", "/?route=payment/cod/confirm",
        "/index.php?route=extension/opencart/payment/cod%7Cconfirm", "//shop.test/submit-payment#now",
    ],
)  # fmt: skip
def test_an_address_for_orders_alone_is_one_however_it_is_asked_for(address: str) -> None:
    assert only_takes_orders(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.test/checkout/", "/checkout/payment", "/checkout/confirm", "/order", "/orders",
        "/order/4711", "/order-received/71/?key=x", "/order-placed", "/checkout/order-received",
        "/place-order/success", "/order/place/confirmation", "/help/place-order", "/blog/submit-order",
        "/how-to-place-an-order", "/payment/4711/confirm", "/static/js/place-order.js",
        "/view/place-order.html", "/login?next=/checkout/place-order",
        "https://count.test/?dl=https%3A%2F%2Fshop.test%2Fplace-order", "/?wc-ajax=update_order_review",
        "/?wc-ajax=checkout_fields", "/checkout/onepage/savePayment", "https://place-order.test/",
        "/payments", "/search?q=place-order", "/reorder", "/placeorders-guide", "", "#place-order",
        "http://[",
    ],
)  # fmt: skip
def test_other_addresses_are_not_for_orders_alone(address: str) -> None:
    assert not only_takes_orders(address)


def test_where_forms_place_orders_need_not_be_for_orders_alone() -> None:
    assert takes_orders("/checkout/confirm")
    assert not only_takes_orders("/checkout/confirm")


@pytest.mark.parametrize(
    "text",
    [
        "Place your order for 99 EUR now? This is binding.", "Zahlungspflichtig bestellen?",
        "Do you want to pay now?", "Do you really want to buy this?",
        "Your card will be charged $99.00. Continue?", "Pay 99.00 EUR?",
        "Are you sure?\nThis will submit your order.", "Möchten Sie jetzt kostenpflichtig bestellen?",
        "Möchten Sie jetzt bestellen?", "Confirmer la commande ?", "Voulez-vous vraiment payer ?",
        "¿Confirmar el pedido?", "Vuoi acquistare ora?", "Wilt u nu betalen?", "Jetzt kaufen?",
        "注文を確定しますか", "Save your card and place the order?", "Place order and pay in 30 days?",
        "确认付款",
    ],
)  # fmt: skip
def test_a_message_box_that_asks_to_order_is_known(text: str) -> None:
    assert asks_to_order(text)


@pytest.mark.parametrize(
    "text",
    [
        "Remove this item from your order?", "Leave this page?", "Delete your order history?", "", "OK?",
        " \n", "Changes that you made may not be saved.", "Cancel order 4711?", "Do you want to pay later?",
        "Do you want to order again?", "Add a warranty to your order?",
        "Are you sure that you want to log out?", "Artikel aus dem Warenkorb entfernen?",
        "Your order could not be found.", "Subscribe to our newsletter?", "Supprimer cet article ?",
        "This site wants to send you messages.", "Are you over 18?",
    ],
)  # fmt: skip
def test_other_message_boxes_ask_for_something_else(text: str) -> None:
    assert not asks_to_order(text)


def test_a_message_box_without_an_end_costs_no_time() -> None:
    asks_to_order("the words are read")
    before = time.perf_counter()
    assert not any(asks_to_order(part * 50_000) for part in (", ", "and ", "\n", "order ", "save and "))
    assert time.perf_counter() - before < 2


async def orders_on(tab: Tab) -> list[str]:
    """The labels of all that places an order on the page that stands there, clicked or typed into."""
    view = await tab.observe()
    assert view.observation.targets
    found = []
    for target in view.observation.targets.values():
        acts: list[Action] = [
            Click(name=target.name),
            TypeAndSubmit(name=target.name, text="1"),
        ]
        if any(places_order(act, view.observation, view.html) for act in acts):
            found.append(target.label)
    return found


async def filled(tab: Tab, texts: dict[str, str], go_on: str) -> None:
    """Fills in fields and goes on."""
    for label, text in texts.items():
        view = await tab.observe()
        name = name_of(view.observation, label)
        assert (await tab.perform(Type(name=name, text=text), view.observation)).accepted
    assert (await click(tab, go_on)).accepted


PAGES = ("", "c/kettles", "product/S1", "help/payment", "account/register", "cart")
ADDRESS = {
    "Email": "maya@shop.example", "Full name": "Maya Lind", "Street address": "1 Elm Street",
    "City": "Portland", "State or region": "Oregon", "ZIP or postal code": "97201",
}  # fmt: skip
CARD_DATA = {
    "Card number": "4242 4242 4242 4242", "Expiry date (MM/YY)": "12/30", "Security code": "123",
    "Name on card": "Maya Lind",
}  # fmt: skip


async def test_of_all_that_the_sandbox_shop_shows_its_last_button_alone_places_an_order() -> None:
    quiet = Design(newsletter="off", cookie_banner="off")
    shops = [
        running_shop(ShopSettings(design=each), catalogue=small_catalogue()) for each in (Design(), quiet)
    ]
    async with open_browser(BrowserSettings(screenshots=False)) as chromium:
        with shops[0] as shop:
            for path in PAGES:
                async with chromium.visit(f"{shop.url.rstrip('/')}/{path}") as tab:
                    assert await orders_on(tab) == [], path
        with shops[1] as shop:
            async with chromium.visit(f"{shop.url.rstrip('/')}/product/K1", terms=AT_HOME) as tab:
                passed = [await orders_on(tab)]
                await click(tab, "Add to cart")
                passed.append(await orders_on(tab))
                await click(tab, "Proceed to checkout")
                passed.append(await orders_on(tab))
                await filled(tab, ADDRESS, "Continue to delivery")
                passed.append(await orders_on(tab))
                await click(tab, "Continue to payment")
                passed.append(await orders_on(tab))
                await filled(tab, CARD_DATA, "Pay with this card")
                assert "Review" in (await tab.observe()).observation.title
                last = await orders_on(tab)
                await click(tab, last[0])
                passed.append(await orders_on(tab))
                assert "Thank you" in (await tab.observe()).observation.title
    assert passed == [[]] * 6
    assert [label.split(" (")[0] for label in last] == ["Place order"]
