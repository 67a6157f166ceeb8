"""Pictures of products, drawn here: a simple shape for each kind of product, tinted with its colour.

The shapes are the SVG groups in `shapes/`, 200 by 200 units, with places for the colours (`$c` the
product's own, `$l` and `$d` lighter and darker, `$a` its accent, `$g` a gradient across it) and for
words (`$brand`, `$w1` to `$w3` of the title). The same product always gets the same picture.
"""

import colorsys
import re
import zlib
from functools import cache
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape

from sandbox_shop.catalogue.product import Product
from sandbox_shop.catalogue.vocabulary import load_palette

_MANY_COLOURS = ("#e39bb1", "#edc531", "#3f9fb0")
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_SMALL_WORDS = frozenset(("the", "a", "an", "of", "and", "in", "by"))


def picture(product: Product, view: int = 0) -> str:
    """Draw the product.

    Args:
        product: its `picture` traits say the `shape`, the `colour` and the `accent`, and `view=profile` for
            clothes seen from the side, `pattern=many colours`; what they do not say is taken from its title.
        view: 0 is the picture of the listing, 1 the same from the other side, 2 and above come closer.

    Returns:
        An SVG document of less than 4 kB.
    """
    own = _colour(product)
    mark = f"p{zlib.crc32(f'{product.code}/{view}'.encode()):08x}"
    accent = product.picture.get("accent", "")
    accent = accent if _HEX.fullmatch(accent) and accent != own else _mixed(own, "#ffffff", 0.55)
    left, middle, right = _gradient(product, own)
    drawing = _template(_shape(product))
    return _template("frame").substitute(
        id=mark,
        label=escape(product.title),
        pose=_pose(view, lettered="<text" in drawing.template),
        left=left,
        middle=middle,
        right=right,
        backdrop=_mixed(own if view % 2 == 0 else accent, "#ffffff", 0.86),
        shape=drawing.substitute(_tints(own, accent), g=f"url(#{mark})", **_words(product)),
        **_tints(own, accent),
    )


def _pose(view: int, *, lettered: bool) -> str:
    """How the shape stands in the frame: as drawn, from the other side, then nearer and nearer."""
    if view == 0:
        return ""
    near = 1.0 + 0.2 * min(view - 1, 3)
    # What carries letters is tilted, since its mirror image could not be read.
    turn = f"rotate({-7 if view % 2 else 5})" if lettered else f"scale({-1 if view % 2 else 1} 1)"
    return f'transform="translate(100 105) {turn} scale({near:g}) translate(-100 -105)"'


def _gradient(product: Product, own: str) -> tuple[str, str, str]:
    """The colours across the shape, from left to right."""
    if product.picture.get("pattern") == "many colours":
        return _MANY_COLOURS
    tints = _tints(own, own)
    return tints["l"], tints["c"], tints["d"]


def _tints(own: str, accent: str) -> dict[str, str]:
    return {
        "c": own,
        "l": _mixed(own, "#ffffff", 0.3),
        "ll": _mixed(own, "#ffffff", 0.72),
        "d": _mixed(own, "#1c1a22", 0.25),
        "dd": _mixed(own, "#1c1a22", 0.5),
        "a": accent,
        "ad": _mixed(accent, "#1c1a22", 0.3),
    }


def _words(product: Product) -> dict[str, str]:
    """Words small enough to be printed on a cover or a label."""
    words = [word.strip(",()") for word in product.title.split()]
    words = [word for word in words if len(word) <= 11 and word.lower() not in _SMALL_WORDS]
    first, second, third = [*words, "", "", ""][:3]
    name = next(
        (name for name in (product.brand, product.brand.split(" ")[0]) if 0 < len(name) <= 9),
        product.brand[:1],
    )
    return {"brand": escape(name or first), "w1": escape(first), "w2": escape(second), "w3": escape(third)}


def _shape(product: Product) -> str:
    shapes = _shape_names()
    said = product.picture.get("shape", "")
    if said not in shapes:
        words = re.findall(r"[a-z]+", f"{product.category} {product.title}".lower())
        found = (
            form
            for word in reversed(words)
            for form in (word, word.removesuffix("s"), f"{word}s")
            if form in shapes
        )
        said = next(found, "box")
    aside = f"{said}_profile"
    return aside if product.picture.get("view") == "profile" and aside in shapes else said


def _colour(product: Product) -> str:
    said = product.picture.get("colour", "")
    if _HEX.fullmatch(said):
        return said.lower()
    palette = {name.lower(): tint for name, tint in load_palette().items()}
    named = [
        palette[word] for word in re.findall(r"[a-z]+", f"{said} {product.title}".lower()) if word in palette
    ]
    return named[0] if named else _any_colour(product.code)


def _any_colour(code: str) -> str:
    """A friendly colour for a product of which nothing is known: its own, and always the same."""
    hue = zlib.crc32(code.encode()) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, 0.52, 0.42)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def _mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of the `other`; both are written #rrggbb."""
    parts = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in parts)


@cache
def _shape_names() -> frozenset[str]:
    folder = files("sandbox_shop.catalogue").joinpath("shapes")
    return frozenset(file.name.removesuffix(".svg") for file in folder.iterdir()) - {"frame"}


@cache
def _template(name: str) -> Template:
    source = files("sandbox_shop.catalogue").joinpath("shapes", f"{name}.svg").read_text(encoding="utf-8")
    return Template(source.replace(' xmlns="http://www.w3.org/2000/svg"', "") if name != "frame" else source)
