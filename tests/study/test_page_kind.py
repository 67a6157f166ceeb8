"""Pages in the shapes of other shops' software, in several languages: what kind of page each is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simplify import simplify
from study.journey.page import Page, read_page
from study.journey.page_kind import PageKind, kind_of
from study.journey.signs import nothing_found

HEAD = """<header><a href=/>Tarn & Co</a>
<form action=/s><input name=q placeholder="Search for products"></form>
<nav><a href=/k>Kettles</a><a href=/b>Bags</a><a href=/login>Sign in</a><a href=/cart>Basket (0)</a></nav>
</header>"""
FOOT = "<footer><a href=/help>Help</a><a href=/terms>Terms</a><a href=/checkout-help>Payment</a></footer>"
HOME = (
    "<h1>Welcome to Tarn & Co</h1><ul>"
    + "".join(f"<li><a href=/p{n}>Kettle {n}</a> <span>${n}9.00</span></li>" for n in range(1, 5))
    + "</ul>"
)


def shown(main: str, url: str, title: str) -> Page:
    """The page as a shopper is shown it, in what surrounds every page of that shop."""
    html = f"<title>{title}</title>{HEAD}<main>{main}</main>{FOOT}"
    return read_page(url, title, simplify(html, url=url).html)


START = shown(HOME, "https://tarn.example/", "Tarn & Co")


def kind(main: str, path: str, title: str = "Tarn & Co", before: PageKind | None = PageKind.HOME) -> PageKind:
    return kind_of(shown(main, f"https://tarn.example{path}", title), START, before)


def cards(*titles: str, button: str = "", price: str = "$19.00") -> str:
    pressed = f"<button>{button}</button>" if button else ""
    items = (f"<li><a href=/p/{each}><h3>{each}</h3></a> <p>{price}</p>{pressed}</li>" for each in titles)
    return f"<ul>{''.join(items)}</ul>"


LOOSE = "".join(
    f"<div><a href=/{each}>Tin {each}</a> <b>$9.00</b> <button>Add to cart</button></div>" for each in "abc"
)
"""Products side by side that are no list to HTML."""
PRODUCT = "<h1>Tin Kettle</h1><p>$24.50</p><button>{}</button><p>A kettle of tin.</p>"
RELATED = "<h2>You may also like</h2>" + cards("Pot", "Pan", "Lid", button="Add to cart")


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        (PRODUCT.format("Add to bag"), "/products/tin-kettle", "Tin Kettle – Tarn & Co"),  # noqa: RUF001 - as it is
        (PRODUCT.format("Add to basket") + RELATED, "/tin-kettle.html", "Tin Kettle"),
        (PRODUCT.format("In den Warenkorb"), "/Kueche/Kessel/TK-100", "Tin Kettle | Tarn"),
        (PRODUCT.format("Ajouter au panier"), "/fr/accueil/12-tin-kettle.html", "Tin Kettle"),
        (PRODUCT.format("Añadir al carrito"), "/producto/tetera/", "Tetera - Tarn"),
        (PRODUCT.format("Aggiungi al carrello"), "/bollitore", "Bollitore"),
        (PRODUCT.format("In winkelwagen"), "/nl/nl/p/waterkoker/9200000/", "Waterkoker"),
        (PRODUCT.format("Buy it now"), "/itm/110001", "Tin Kettle | Tarn"),
        ("<h1>Tin Kettle</h1><p>Currently unavailable</p>" + RELATED, "/dp/B00TIN", "Tarn.com: Tin Kettle"),
        ("<h1>Tin Kettle</h1><p>$5</p><p>Sold out</p>" + cards("A", "B", "C"), "/tin-kettle", "Tin Kettle"),
        (PRODUCT.format("Add to cart"), "/index.php?route=product/product&product_id=43", "Tin Kettle"),
        (PRODUCT.format("Add to cart") + "<h2>Reviews</h2><p>No matches for your filter</p>", "/tin", "Tin"),
        # An unfinished form comes back at the cart's address.
        (PRODUCT.format("Add to cart") + "<p role=alert>Choose a size.</p>", "/cart/add", "Tin Kettle"),
    ],
)  # fmt: skip
def test_a_products_page(main: str, path: str, title: str) -> None:
    assert kind(main, path, title) is PageKind.PRODUCT


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        (cards("A", "B", "C", button="Add to cart"), "/collections/kettles", "Kettles"),
        ("<h1>Kettles</h1>" + cards("A", "B", "C", "D"), "/3-kettles", "Kettles"),
        ("<h1>Kessel</h1>" + cards("A", "B", "C", price="19,00 €"), "/kessel/", "Kessel"),
        ("<h1>Search results for 'tin'</h1>" + cards("A", button="Add to cart"), "/?s=tin", "Tarn"),
        ("<h1>Results</h1><p>1 result</p>" + cards("A", button="Quick add"), "/search?q=tin", "Search: tin"),
        ("<h1>Your search returned no results.</h1>", "/catalogsearch/result/?q=zzz", "Tarn"),
        (
            '<p>1-48 of over 2,000 results for "kettle"</p>' + cards("A", "B"),
            "/s?k=kettle&ref=nb",
            "Tarn : kettle",
        ),
        (cards("A", "B", "C", button="Ajouter au panier", price="12,00 €"), "/12-bouilloires", "Bouilloires"),
        ("<h1>Baskets</h1>" + cards("Wicker", "Reed", "Wire", button="Add"), "/c/basket", "Baskets"),
        ("<h1>Kettles</h1><p>Nothing matches your filters.</p>", "/index.php?route=product/category", "Tarn"),
        ("<h1>Shop</h1>" + cards("A", "B"), "/shop/", "Shop - Tarn"),
        (LOOSE, "/tin", "Tin"),
    ],
)  # fmt: skip
def test_a_list_of_products(main: str, path: str, title: str) -> None:
    assert kind(main, path, title) is PageKind.LISTING


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        ("<h1>Your basket</h1><p>Tin Kettle $24.50</p>" + RELATED, "/basket/", "Basket | Tarn"),
        ("<h1>Shopping Cart</h1><button>Remove</button>", "/checkout/cart/", "Shopping Cart"),
        ("<h1>Warenkorb (2)</h1><button>Zur Kasse</button>", "/checkout/cart", "Warenkorb - Tarn"),
        ("<h1>Mein Warenkorb</h1><p>1 Artikel</p>", "/warenkorb", "Tarn"),
        ("<h1>Panier</h1><p>Il n'y a plus d'articles</p>", "/fr/panier?action=show", "Panier"),
        ("<p>Subtotal (1 item): $24.50</p><button>Proceed to checkout</button>", "/gp/cart/view.html", "T"),
        ("<h1>Your bag is empty</h1>", "/bag", "Bag"),
        ("<h1>Carrito</h1>", "/carrito/", "Carrito - Tarn"),
    ],
)  # fmt: skip
def test_a_cart(main: str, path: str, title: str) -> None:
    assert kind(main, path, title) is PageKind.CART


ADDRESS = (
    "<form><label>Email <input name=e></label>"
    "<label>{} <input name=s></label><label>{} <input name=z></label></form>"
)


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        ("<h1>Contact</h1>" + ADDRESS.format("Address", "Postal code"), "/checkouts/cn/a1b2", "Tarn"),
        ("<h1>Shipping</h1>" + ADDRESS.format("Street address", "ZIP code"), "/onepage", "Tarn"),
        ("<h1>Versand</h1>" + ADDRESS.format("Straße und Hausnummer", "PLZ"), "/bestellen/adresse", "Tarn"),
        ("<h2>Adresses</h2>" + ADDRESS.format("Adresse", "Code postal"), "/fr/commande", "Tarn"),
        ("<h1>Overview</h1><p>Total $9</p><button>Place order - $9.00</button>", "/step/4", "Tarn"),
        ("<h1>Prüfen</h1><button>Zahlungspflichtig bestellen</button>", "/confirm", "Tarn"),
        ("<label>Card number <input name=c></label><label>CVC <input name=v></label>", "/pay", "Tarn"),
        ("<p>Loading</p>", "/cart/checkout", "Tarn"),
        ("<h1>Checkout</h1>", "/", "Tarn & Co"),
    ],
)  # fmt: skip
def test_a_step_of_a_checkout(main: str, path: str, title: str) -> None:
    assert kind(main, path, title, PageKind.CART) is PageKind.CHECKOUT


@pytest.mark.parametrize(
    ("main", "path"),
    [
        ("<h1>Thank you for your order!</h1><p>Order number 1001</p>", "/checkout/order-received/1001/"),
        ("<h1>Vielen Dank für Ihre Bestellung</h1>", "/checkout/finish?orderId=1"),
        ("<h1>Merci pour votre commande</h1>", "/fr/confirmation-commande"),
        ("<h1>¡Hecho!</h1><h2>Gracias por tu pedido</h2>", "/pedido"),
        ("<p>Thank you for your order, Ann!</p><p>We will write to you.</p>", "/"),
    ],
)
def test_a_confirmation_is_one_on_the_way_out_of_a_checkout(main: str, path: str) -> None:
    assert kind(main, path, before=PageKind.CHECKOUT) is PageKind.CONFIRMATION


def test_an_old_order_is_no_confirmation() -> None:
    page = "<h1>Your orders</h1><h2>Order received</h2><p>Thank you for your order of May 2.</p>"
    assert kind(page, "/account/orders", before=PageKind.ACCOUNT) is PageKind.ACCOUNT


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        ("<h1>Sign in</h1><label>Password <input type=password></label>", "/ap/signin", "Tarn Sign-In"),
        ("<h1>Log in or create an account</h1>", "/customer/account/login/", "Customer login"),
        ("<h1>Anmelden</h1>", "/mein-konto", "Tarn"),
        ("<h1>Mon compte</h1>", "/fr/mon-compte", "Tarn"),
        ("<h1>Addresses</h1>" + ADDRESS.format("Street", "City"), "/account/addresses/new", "Tarn"),
        ("<h1>My wish list</h1>" + cards("A", "B", "C", button="Add to cart"), "/wishlist", "Tarn"),
    ],
)  # fmt: skip
def test_what_belongs_to_one_customer(main: str, path: str, title: str) -> None:
    assert kind(main, path, title) is PageKind.ACCOUNT


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/de-de/index.html", "/index.php?route=common/home", "/?utm=x"]
)
def test_the_first_page_of_a_site_is_home(path: str) -> None:
    assert kind(HOME, path) is PageKind.HOME


@pytest.mark.parametrize(
    ("main", "path", "title"),
    [
        ("<h1>Delivery</h1><p>Free from $35. Order by noon.</p>", "/help/delivery", "Delivery"),
        ("<h1>About us</h1><p>We sell kettles.</p>", "/about", "About"),
        ("<h1>404</h1>" + cards("A", "B", "C"), "/product/gone", "Page not found"),
        ("<h1>How to pay</h1><p>We take cards, at the checkout.</p>", "/payment", "Payment"),
        ("<h1>Departments</h1><ul><li><a href=/a>Garden</a><li><a href=/b>Books</a></ul>", "/map", "T"),
    ],
)  # fmt: skip
def test_a_page_that_does_not_tell_is_other(main: str, path: str, title: str) -> None:
    assert kind(main, path, title) is PageKind.OTHER


def test_a_shops_name_is_no_heading() -> None:
    start = shown("<h1>Hello</h1>", "https://basket.example/", "The Basket")
    page = shown("<h1>About</h1>", "https://basket.example/about", "About - The Basket")
    assert kind_of(page, start, PageKind.HOME) is PageKind.OTHER


def test_a_session_may_begin_in_a_shop_below_a_path_or_in_the_midst_of_one() -> None:
    below = shown(HOME, "https://host.example/kettles/", "Tarn & Co")
    assert kind_of(below, below, None) is PageKind.HOME
    listing = shown("<h1>Kettles</h1>" + cards("A", "B", "C"), "https://tarn.example/c/kettles", "Kettles")
    assert kind_of(listing, listing, None) is PageKind.LISTING


@pytest.mark.parametrize(
    "text",
    [
        "0 results", "No results found.", "No products found", "Your search did not match any products.",
        "We couldn't find anything for zzz", "Nothing found", "0 products found",
        "No products match all of your filters.", "Sorry, no items match your search", "Keine Ergebnisse",
        "0 Treffer", "Leider keine Produkte gefunden", "Aucun résultat pour « zzz »", "Aucun produit trouvé",
        "No se encontraron productos", "Sin resultados",
        "Nessun risultato", "Geen resultaten gevonden", "Your search returned no results.",
    ],
)  # fmt: skip
def test_a_list_that_says_that_it_is_empty(text: str) -> None:
    page = shown(f"<h1>Search</h1><p>{text}</p>", "https://tarn.example/search?q=zzz", "Search")
    assert nothing_found(page)
    assert kind_of(page, START, PageKind.HOME) is PageKind.LISTING


@pytest.mark.parametrize(
    "text",
    [
        "10 results", "1,200 items", "Showing results for kettle instead of ketle", "No reviews yet.",
        "No returns on sale items", "No product has all of your words. These have some.", "$0 delivery",
        "Keine Produkte im Warenkorb", "No items in your basket", "Rated 4.0 results may vary",
    ],
)  # fmt: skip
def test_a_list_that_says_something_else(text: str) -> None:
    page = shown(
        f"<h1>Kettles</h1><p>{text}</p>" + cards("A", "B"), "https://tarn.example/search?q=a", "Kettles"
    )
    assert not nothing_found(page)


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_anything_at_all_is_a_page_of_some_kind(observation: str, url: str, title: str) -> None:
    page = read_page(url, title, observation)
    assert kind_of(page, START, None) in PageKind
    assert kind_of(page, page, PageKind.CHECKOUT) in PageKind


@pytest.mark.parametrize(
    "text", ["<a " + "x " * 50_000, "<" * 50_000, "1 " * 50_000, "add to " * 20_000, "no " * 40_000]
)
@pytest.mark.timeout(20)
def test_no_text_takes_for_ever(text: str) -> None:
    assert kind_of(read_page("http://tarn.example/x", text, text), START, None) in PageKind
