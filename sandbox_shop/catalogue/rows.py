"""One row of an imported file: what its fields may hold, and the product that comes of it."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sandbox_shop.catalogue.product import Choice, Product, ProductOption, Question, Review

_AMOUNT = re.compile(r"\s*(?:US)?\$?\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?:USD)?\s*", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_SOLD_OUT = re.compile(r"\s*\(sold out\)\s*$", re.IGNORECASE)
_NO_CATEGORY = ("All products",)


def _cents(value: Any) -> int:
    """Cents of 12.99 or "$1,299.00"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"an amount in dollars is wanted, not {value!r}")  # noqa: TRY004 - pydantic reports ValueError
    found = _AMOUNT.fullmatch(str(value))
    if found is None:
        raise ValueError(f"an amount in dollars is wanted, such as 12.99, not {value!r}")
    return round(float(found.group(1).replace(",", "")) * 100)


def _path(value: Any) -> tuple[str, ...]:
    """The titles of "Home > Kettles", from the top down. Single guillemets and ` / ` are read as `>`."""
    parts = value if isinstance(value, list) else re.split(r">|\u203a| / ", str(value))
    return tuple(str(part).strip() for part in parts if str(part).strip()) or _NO_CATEGORY


def _listed(value: Any) -> Any:
    return [part.strip() for part in value.split("|") if part.strip()] if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else value
    return dict(_pair(part) for part in value.split("|") if part.strip())


def _pair(text: str) -> tuple[str, str]:
    label, equals, value = text.partition("=")
    if not equals or not label.strip():
        raise ValueError(f"'{text.strip()}' should read name=value")
    return label.strip(), value.strip()


def _options(value: Any) -> Any:
    if isinstance(value, str):
        listed = dict(_pair(part) for part in value.split(";") if part.strip())
        value = {label: [choice.strip() for choice in said.split(",")] for label, said in listed.items()}
    if not isinstance(value, dict):
        raise ValueError("options are an object of lists")  # noqa: TRY004 - pydantic reports ValueError
    return {
        label: [_choice(choice) for choice in (choices if isinstance(choices, list) else [choices])]
        for label, choices in value.items()
    }


def _choice(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value
    text = str(value)
    return {"value": _SOLD_OUT.sub("", text), "available": _SOLD_OUT.search(text) is None}


Cents = Annotated[int, BeforeValidator(_cents)]
Text = Annotated[str, AfterValidator(lambda text: _UNPRINTABLE.sub(" ", text).strip())]
Code = Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class _Fields(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class ChoiceFields(_Fields):
    """One value of an option."""

    value: Annotated[Text, Field(min_length=1)]
    available: bool = True
    extra: Cents = 0


class ReviewFields(_Fields):
    """A review; the date is ISO 8601."""

    rating: Annotated[int, Field(ge=1, le=5)]
    text: Text = ""
    title: Text = ""
    author: Text = "A customer"
    date: Annotated[Text, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = "2020-01-01"
    helpful: Annotated[int, Field(ge=0)] = 0
    verified: bool = False


class QuestionFields(_Fields):
    """A question with its answer."""

    question: Text
    answer: Text


class Row(_Fields):
    """A row as it must be after its texts have been read; `importer` says what each field is."""

    code: Code
    title: Annotated[Text, Field(min_length=1)]
    price: Cents
    category: Annotated[tuple[str, ...], BeforeValidator(_path)] = _NO_CATEGORY
    brand: Text = ""
    list_price: Cents | None = None
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    rating_count: Annotated[int, Field(ge=0)] = 0
    description: Text = ""
    bullets: Annotated[tuple[Text, ...], BeforeValidator(_listed)] = ()
    attributes: Annotated[dict[str, str], BeforeValidator(_pairs)] = {}
    options: Annotated[dict[str, tuple[ChoiceFields, ...]], BeforeValidator(_options)] = {}
    reviews: tuple[ReviewFields, ...] = ()
    questions: tuple[QuestionFields, ...] = ()
    stock: Annotated[int, Field(ge=0)] = 100
    free_delivery: bool = False
    delivery_days: Annotated[int, Field(ge=0)] = 3
    popularity: float | None = None
    picture: dict[str, str] = {}
    shape: Text = ""
    colour: Text = ""

    def product(self) -> Product:
        """The product that the row describes. Ratings default to those of the written reviews."""
        stars = [review.rating for review in self.reviews]
        count = max(self.rating_count, len(stars))
        mean = self.rating or (round(sum(stars) / len(stars), 1) if stars else None)
        drawn = {"shape": self.shape, "colour": self.colour} | self.picture
        return Product(
            code=self.code,
            title=self.title,
            category=slug_of(self.category),
            price_cents=self.price,
            brand=self.brand,
            list_price_cents=self.list_price if (self.list_price or 0) > self.price else None,
            rating=mean,
            rating_count=count if mean is not None else 0,
            description=self.description,
            bullets=tuple(bullet for bullet in self.bullets if bullet),
            attributes=self.attributes,
            options=tuple(_option(label, choices) for label, choices in self.options.items() if choices),
            reviews=tuple(Review(**review.model_dump()) for review in self.reviews),
            questions=tuple(Question(said.question, said.answer) for said in self.questions),
            stock=self.stock,
            free_delivery=self.free_delivery,
            delivery_days=self.delivery_days,
            picture={trait: value for trait, value in drawn.items() if value},
            popularity=self.popularity if self.popularity is not None else float(count),
        )


def _option(label: str, choices: tuple[ChoiceFields, ...]) -> ProductOption:
    return ProductOption(label, tuple(Choice(said.value, said.available, said.extra) for said in choices))


def slug_of(path: tuple[str, ...]) -> str:
    """The titles of a category path as one word for addresses, such as `home--kettles`."""
    return "--".join("-".join(re.findall(r"\w+", title.lower())) or "other" for title in path)
