import pytest

from agent.purchase import purchase_on
from tests.agent.values import page, step

CHECKOUT = step(url="http://shop.test/checkout/payment/", title="Checkout")


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
        ("Cart", "<h1>Your cart</h1><p>Order now and pay later. Thank you for your order history.</p>"),
        ("Checkout: review", "<h1>Review your order</h1><p>Order total $12.00</p>"),
        ("Help", "<h1>Order tracking</h1>"),
        ("Order preview | Checkout", "<ol><li>5. Confirmation</li></ol><h1>Preview order</h1>"),
        ("Payment", "<h1>Payment</h1><p>Your order will be confirmed on the next page</p>"),
    ],
)
def test_a_page_that_speaks_of_orders_is_no_purchase(title: str, html: str) -> None:
    assert purchase_on(page(title=title, html=html), [CHECKOUT]) is None


def test_a_confirmation_that_no_checkout_led_to_is_no_purchase() -> None:
    thanks = page(title="Order confirmed", html="<h1>Thank you for your order</h1>")
    assert purchase_on(thanks, []) is None
    assert purchase_on(thanks, [step(url="http://shop.test/blog", title="Blog")]) is None
