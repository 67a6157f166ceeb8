"""The shop of real people's clicks, rebuilt: an online shop for maternity clothes of 2008.

Categories, colours, prices, listing pages and the place of each product on them are those of the data
set named in `SOURCE`. Titles are drawn from category and colour, with the code, which tells apart what
is otherwise the same; descriptions, sizes and pictures are made here. Nobody rated or reviewed the
products in the data set, so nobody has.
"""

import csv
from collections import Counter
from importlib.resources import files

from sandbox_shop.catalogue.extract_clothing2008 import Row
from sandbox_shop.catalogue.phrases import capitalised, stream
from sandbox_shop.catalogue.product import Catalogue, Category, Choice, Placement, Product, ProductOption

SOURCE = (
    'Products and places from "clickstream data for online shopping" (M. Łapczyński, S. Białowąs, 2019, '
    "UCI Machine Learning Repository), CC BY 4.0; titles, sizes and pictures added."
)
_SHOP_TITLE = "Nine Months Maternity"
_ON_A_PAGE = 18
_CATEGORY_TITLES = {"trousers": "Trousers", "skirts": "Skirts", "blouses": "Blouses", "sale": "Sale"}
_NOUNS = {"trousers": "trousers", "skirts": "skirt", "blouses": "blouse", "sale": "sale item"}
_SHAPES = {"trousers": "trousers", "skirts": "skirt", "blouses": "blouse", "sale": "tunic"}
_TINTS = {
    "beige": "#d9c3a0", "black": "#2b2d31", "blue": "#3566a8", "brown": "#7a5236", "burgundy": "#74263a",
    "gray": "#8b9299", "green": "#4c8a4d", "navy blue": "#25365c", "many colours": "#d8793f",
    "olive": "#7b7a3f", "pink": "#e39bb1", "red": "#c63d3a", "violet": "#7c5ba6", "white": "#f3f3f0",
}  # fmt: skip
_BULLETS = {
    "trousers": ("Soft, elastic panel over the bump", "Machine wash at 30 °C"),
    "skirts": ("Elastic waist that grows with the bump", "Machine wash at 30 °C"),
    "blouses": ("Room for the bump below the bust", "Machine wash at 30 °C"),
    "sale": ("Cut for the months of pregnancy", "End of line, reduced"),
}
_SIZES = ("S", "M", "L", "XL")
_SIZE_SOLD_OUT = 0.1


def clothing2008() -> Catalogue:
    """The rebuilt shop: 217 products in four categories on 14 listing pages of at most 18."""
    order: Counter[tuple[str, int]] = Counter()
    products = []
    for row in _rows():
        order[row.category, row.page] += 1
        products.append(_product(row, Placement(row.category, row.page, order[row.category, row.page])))
    categories = tuple(Category(slug, title) for slug, title in _CATEGORY_TITLES.items())
    return Catalogue(
        "clothing2008", _SHOP_TITLE, categories, tuple(products), page_size=_ON_A_PAGE, source=SOURCE
    )


def _rows() -> list[Row]:
    """The table, in the order in which products stand on a page: that of their numbers."""
    table = files("sandbox_shop.catalogue").joinpath("tables", "clothing2008.csv").read_text(encoding="utf-8")
    return [
        Row(
            code=line["code"],
            category=line["category"],
            colour=line["colour"],
            location=int(line["location"]),
            view=line["view"],
            price=int(line["price"]),
            page=int(line["page"]),
            clicks=int(line["clicks"]),
        )
        for line in csv.DictReader(table.splitlines())
    ]


def _product(row: Row, placement: Placement) -> Product:
    colour = "multicoloured" if row.colour == "many colours" else row.colour
    name = f"{colour} {_NOUNS[row.category]}"
    seen = "from the front" if row.view == "en face" else "from the side"
    return Product(
        code=row.code,
        title=f"{name.title()} {row.code}",
        category=row.category,
        price_cents=row.price * 100,
        description=f"{capitalised(name)} for the months before and after birth, photographed {seen}.",
        bullets=_BULLETS[row.category],
        attributes={"Colour": capitalised(colour), "Photo": capitalised(seen), "Model": row.code},
        options=(_sizes(row.code),),
        picture={
            "shape": _SHAPES[row.category],
            "colour": _TINTS[row.colour],
            "accent": _TINTS["violet" if row.colour == "many colours" else "white"],
            "view": "profile" if row.view == "profile" else "front",
            "pattern": "many colours" if row.colour == "many colours" else "",
            "location": str(row.location),
        },
        placement=placement,
        popularity=float(row.clicks),
    )


def _sizes(code: str) -> ProductOption:
    """Sizes with some sold out; which, the code decides. One can always be had."""
    rng = stream(2008, code)
    had = [rng.random() >= _SIZE_SOLD_OUT for _ in _SIZES]
    had[rng.randrange(len(had))] = True
    return ProductOption("Size", tuple(Choice(size, can) for size, can in zip(_SIZES, had, strict=True)))
