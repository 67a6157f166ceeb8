"""A small catalogue whose every number is known, for the tests of the shop."""

from sandbox_shop.catalogue import (
    Catalogue,
    Category,
    Choice,
    Placement,
    Product,
    ProductOption,
    Question,
    Review,
)

CATEGORIES = (
    Category("kitchen", "Kitchen"),
    Category("kettles", "Kettles", "kitchen"),
    Category("toasters", "Toasters", "kitchen"),
    Category("clothes", "Clothes"),
    Category("shirts", "Shirts", "clothes"),
    Category("garden", "Garden"),
    Category("office", "Office"),
    Category("toys", "Toys"),
)
SIZE = ProductOption(
    "Size", (Choice("S"), Choice("M"), Choice("L", available=False), Choice("XL", extra_cents=200))
)
COLOUR = ProductOption("Colour", (Choice("Red"), Choice("Blue")))


def kettle(number: int) -> Product:
    """Kettles 1 to 20: $10 more each, brands in turn, every fourth delivered free."""
    return Product(
        code=f"K{number}",
        title=f"{('Brindle', 'Norrland', 'Pico')[number % 3]} Kettle No {number}",
        category="kettles",
        price_cents=1000 * number,
        brand=("Brindle", "Norrland", "Pico")[number % 3],
        rating=round(2 + (number * 7 % 30) / 10, 1),
        rating_count=30 + number,
        description="Boils water.",
        attributes={"Material": "steel"},
        free_delivery=number % 4 == 0,
        popularity=100 - number,
        picture={"shape": "kettle", "colour": "#aa3322"},
    )


REVIEWS = tuple(
    Review(
        f"Author {number}",
        f"2026-01-{number:02d}",
        1 + number % 5,
        f"Review {number}",
        f"Text of review {number}.",
        number,
    )
    for number in range(1, 11)
)
SHIRT = Product(
    code="S1",
    title="Linen Shirt",
    category="shirts",
    price_cents=3000,
    brand="Marrish",
    list_price_cents=4000,
    rating=4.4,
    rating_count=1234,
    description="Airy.",
    bullets=("Breathes", "Dries fast"),
    attributes={"Material": "linen"},
    options=(SIZE, COLOUR),
    reviews=REVIEWS,
    questions=(Question("Does it shrink?", "Hardly."),),
    popularity=200,
    picture={"shape": "shirt", "colour": "#224488"},
)
GONE = Product("T1", "Sold Toaster", "toasters", 2500, stock=0, rating=4.0, rating_count=3)
SCARCE = Product("T2", "Last Toaster", "toasters", 2500, stock=3, rating=3.0, rating_count=9)
TRICKY = Product(
    "X1", "Fish & <b>Chips</b> Rack", "toasters", 500, description="\"><script>alert('x')</script>"
)
OTHERS = tuple(
    Product(f"O{number}", f"{title} Thing", category, 1500 + number)
    for number, (title, category) in enumerate(
        [("Rake", "garden"), ("Spade", "garden"), ("Pen", "office"), ("Doll", "toys")]
    )
)


def small_catalogue() -> Catalogue:
    """Twenty kettles, three toasters, a shirt with options and reviews, and some more."""
    kettles = tuple(kettle(number) for number in range(1, 21))
    products = (*kettles, SHIRT, GONE, SCARCE, TRICKY, *OTHERS)
    return Catalogue("small", "Small Shop", CATEGORIES, products, page_size=6)


def placed_catalogue() -> Catalogue:
    """Seven products at fixed places on two pages of one category, listed in another order."""
    places = {
        "A1": (1, 1),
        "A2": (1, 2),
        "A3": (1, 3),
        "A4": (1, 4),
        "A5": (2, 1),
        "A6": (2, 2),
        "A7": (2, 3),
    }
    products = tuple(
        Product(
            code,
            f"Trousers {code}",
            "trousers",
            1000 * int(code[1]),
            placement=Placement("trousers", *place),
            popularity=int(code[1]),
        )
        for code, place in reversed(places.items())
    )
    return Catalogue("placed", "Placed Shop", (Category("trousers", "Trousers"),), products, page_size=3)
