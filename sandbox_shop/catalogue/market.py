"""A general marketplace, made from a seed: the same seed makes the same shop, to the byte.

Every product is drawn from a stream of random numbers of its own (seed and number of the product), so
product 17 is the same product in a shop of 2,000 and in one of 10,000. Only titles look at the products
before: they are unique.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox_shop.catalogue.opinions import Opinions, opinions
from sandbox_shop.catalogue.phrases import capitalised, stream
from sandbox_shop.catalogue.product import Catalogue, Category, Choice, Product, ProductOption
from sandbox_shop.catalogue.vocabulary import Department, Leaf, Vocabulary, load_palette, load_vocabulary
from sandbox_shop.errors import CatalogueError

_SHOP_TITLE = "Larkfield Market"
_SOLD_OUT = 0.03  # share of products that cannot be had at all
_CHOICE_SOLD_OUT = 0.12  # share of sizes and colours that cannot be had
_REDUCED = 0.18
_TITLE_ATTEMPTS = 40


def market(seed: int = 0, size: int = 2000) -> Catalogue:
    """Make the marketplace.

    Args:
        seed: which of the possible shops.
        size: how many products. A larger shop begins with the products of the smaller one.

    Raises:
        CatalogueError: `size` is below 1.
    """
    if size < 1:
        raise CatalogueError(f"a market needs at least one product, not {size}")
    vocabulary = load_vocabulary()
    places = _leaves(vocabulary)
    weights = [leaf.weight for _, leaf, _ in places]
    taken: set[str] = set()
    products = []
    for number in range(size):
        rng = stream(seed, "product", number)
        # One of each category first, so that none is empty in a small shop.
        department, leaf, slug = places[number] if number < len(places) else rng.choices(places, weights)[0]
        products.append(_Draft(seed, number, rng, department, leaf, slug, vocabulary).product(taken))
    return Catalogue("market", _SHOP_TITLE, tuple(_tree(vocabulary)), tuple(products), page_size=12)


def slugged(*titles: str) -> str:
    """Titles of categories, from the top down, as one word for addresses: `home-kitchen-kettles`."""
    words = "".join(
        letter if letter.isalnum() else " " for letter in " ".join(titles).replace("'", "").lower()
    )
    return "-".join(words.split())


def _leaves(vocabulary: Vocabulary) -> list[tuple[Department, Leaf, str]]:
    return [
        (department, leaf, slugged(department.title, leaf.title))
        for department in vocabulary.departments
        for leaf in department.categories
    ]


def _tree(vocabulary: Vocabulary) -> Iterator[Category]:
    for department in vocabulary.departments:
        top = slugged(department.title)
        yield Category(top, department.title)
        groups: list[str] = []
        for leaf in department.categories:
            parent = top if leaf.group is None else f"{top}-in-{slugged(leaf.group)}"
            if leaf.group is not None and leaf.group not in groups:
                groups.append(leaf.group)
                yield Category(parent, leaf.group, top)
            yield Category(slugged(department.title, leaf.title), leaf.title, parent)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What a brand is like throughout the shop: dear or cheap, and liked or not."""

    dearness: float
    quality: float


def _maker(seed: int, brand: str) -> _Maker:
    rng = stream(seed, "brand", brand)
    dearness = math.exp(rng.gauss(0.0, 0.25))
    return _Maker(dearness, rng.gauss(0.0, 0.16) + 0.3 * math.log(dearness))


@dataclass(frozen=True, slots=True)
class _Traits:
    """What was drawn first and everything else speaks of."""

    shape: str
    brand: str
    colour: str
    facts: dict[str, str]
    price_factor: float
    slots: dict[str, str]


def _slots(leaf: Leaf, kind: str, brand: str, colour: str, facts: Mapping[str, str]) -> dict[str, str]:
    """What the phrases may name: each fact as it is, and in lower case for the middle of a sentence."""
    spoken = {name.lower(): value.lower() for name, value in facts.items()}
    drawn = {"brand": brand, "kind": kind, "Colour": colour, "colour": colour.lower()}
    return {**spoken, **facts, **drawn, **_grammar(leaf, kind)}


def _grammar(leaf: Leaf, kind: str) -> dict[str, str]:
    """The words that differ between one kettle and a pair of headphones."""
    by_kind = leaf.noun == "kind"
    noun = _spoken(kind) if by_kind else leaf.noun
    if leaf.plural or (by_kind and noun.endswith("s") and not noun.endswith("ss")):
        words = {
            "it": "they",
            "them": "them",
            "this": "these",
            "is": "are",
            "was": "were",
            "has": "have",
            "s": "",
        }
    else:
        words = {"it": "it", "them": "it", "this": "this", "is": "is", "was": "was", "has": "has", "s": "s"}
    return words | {"noun": noun, "It": capitalised(words["it"]), "This": capitalised(words["this"])}


@dataclass(slots=True)
class _Draft:
    """One product in the making."""

    seed: int
    number: int
    rng: random.Random
    department: Department
    leaf: Leaf
    slug: str
    vocabulary: Vocabulary

    def product(self, taken: set[str]) -> Product:
        """The product. Its title is added to those `taken`."""
        traits = self._traits()
        title = self._title(traits, taken)
        maker = _maker(self.seed, traits.brand)
        price = self._price(traits.price_factor * maker.dearness)
        options, stock = self._options(traits.colour)
        slots = traits.slots | {"price": f"${price / 100:.0f}"}
        said = opinions(self.rng, self.leaf, self.vocabulary.reviews, slots, maker.quality)
        return Product(
            code=f"{self.department.code}{10001 + self.number}",
            title=title,
            category=self.slug,
            price_cents=price,
            brand=traits.brand,
            list_price_cents=self._earlier_price(price),
            rating=said.rating,
            rating_count=said.rating_count,
            description=self._description(slots),
            bullets=tuple(self._bullets(slots)),
            attributes=traits.facts,
            options=options,
            reviews=said.reviews,
            questions=said.questions,
            stock=stock,
            free_delivery=self.rng.random() < (0.6 if price >= 5000 else 0.22),
            delivery_days=self.rng.choices((1, 2, 3, 4, 5, 7, 10), (8, 22, 28, 18, 12, 8, 4))[0],
            picture=self._picture(traits),
            popularity=self._popularity(said),
        )

    def _traits(self) -> _Traits:
        rng, leaf = self.rng, self.leaf
        kind, shape = rng.choice(leaf.kinds)
        brand = rng.choice(self.department.brands)
        facts: dict[str, str] = {"Brand": brand}
        factor = 1.0
        for name, values in leaf.facts.items():
            factors = dict(values)
            facts[name] = rng.choice(leaf.where.get(kind, {}).get(name) or tuple(factors))
            factor *= factors.get(facts[name]) or 1.0
        colour = rng.choice(leaf.colours)
        if leaf.colour == "fact":
            facts["Colour"] = colour
        return _Traits(
            shape or leaf.shape, brand, colour, facts, factor, _slots(leaf, kind, brand, colour, facts)
        )

    def _title(self, traits: _Traits, taken: set[str]) -> str:
        for _ in range(_TITLE_ATTEMPTS):
            line = self.rng.choice(self.department.lines)
            title = capitalised(
                self.rng.choice(self.leaf.titles).draw(self.rng, traits.slots | {"line": line})
            )
            if title not in taken:
                break
        else:
            title = f"{title}, Model {self.number}"
        taken.add(title)
        return title

    def _price(self, factor: float) -> int:
        low, high, usual = self.leaf.price
        dollars = min(high, max(low, usual * factor * math.exp(self.rng.gauss(0.0, 0.22))))
        return _priced(dollars, self.rng)

    def _earlier_price(self, price: int) -> int | None:
        if self.rng.random() >= _REDUCED:
            return None
        earlier = _priced(price / 100 / (1 - self.rng.choice((0.1, 0.15, 0.2, 0.25, 0.3, 0.4))), self.rng)
        return earlier if earlier > price else None

    def _options(self, colour: str) -> tuple[tuple[ProductOption, ...], int]:
        """The options, and the stock: with nothing in stock no choice can be had."""
        rng = self.rng
        sold_out = rng.random() < _SOLD_OUT
        wanted = dict(self.leaf.choose)
        if self.leaf.colour == "option":
            others = [other for other in self.leaf.colours if other != colour]
            shown = [colour, *rng.sample(others, rng.randint(1, min(4, len(others))))]
            wanted = {"Colour": tuple((name, None) for name in shown)} | wanted
        options = tuple(self._option(label, values, sold_out=sold_out) for label, values in wanted.items())
        stock = 0 if sold_out else rng.choices((rng.randint(1, 5), rng.randint(6, 200)), (12, 88))[0]
        return options, stock

    def _option(
        self, label: str, values: tuple[tuple[str, float | None], ...], *, sold_out: bool
    ) -> ProductOption:
        had = [not sold_out and self.rng.random() >= _CHOICE_SOLD_OUT for _ in values]
        if not sold_out and not any(had):
            had[self.rng.randrange(len(had))] = True
        return ProductOption(
            label,
            tuple(
                Choice(value, available, round(100 * (extra or 0.0)))
                for (value, extra), available in zip(values, had, strict=True)
            ),
        )

    def _description(self, slots: Mapping[str, str]) -> str:
        about = self.leaf.about
        chosen = self.rng.sample(about, min(len(about), self.rng.randint(1, 2)))
        return " ".join(capitalised(phrase.draw(self.rng, slots)) for phrase in chosen)

    def _bullets(self, slots: Mapping[str, str]) -> Iterator[str]:
        points = self.leaf.points
        for phrase in self.rng.sample(points, min(len(points), self.rng.randint(3, 4))):
            yield capitalised(phrase.draw(self.rng, slots))

    def _picture(self, traits: _Traits) -> dict[str, str]:
        accent = self.rng.choice(self.leaf.colours)
        palette = load_palette()
        return {
            "shape": traits.shape,
            "colour": palette[traits.colour],
            "accent": palette[accent],
            "seed": f"{self.seed}-{self.number}",
        }

    def _popularity(self, said: Opinions) -> float:
        liked = (said.rating or 3.0) - 3.0
        return round(math.log1p(said.rating_count) * (1.0 + 0.15 * liked) + self.rng.random(), 3)


def _spoken(kind: str) -> str:
    """The name of a kind within a sentence: `watering can`, `USB-C charger`."""
    return " ".join(word if word[1:] != word[1:].lower() else word.lower() for word in kind.split())


def _priced(dollars: float, rng: random.Random) -> int:
    """A price as shops write them, in cents: 17.49, 34.99, 120.00."""
    endings, weights = ((99, 49, 50), (60, 25, 15)) if dollars < 60 else ((99, 0, 50), (50, 40, 10))
    ending = rng.choices(endings, weights)[0]
    whole = round(dollars) if ending == 0 else max(0, math.floor(dollars))
    return whole * 100 + ending
