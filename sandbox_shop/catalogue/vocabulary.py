"""The words from which the market is made: one YAML file a department, and the words that all share.

A department's file names its invented brands and its leaf categories; a category names its kinds of
product, the facts and options that products of the kind have, its prices, and the sentences that its shop
and its customers say.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from sandbox_shop.catalogue.phrases import Phrase


def _pairs(values: Iterable[Any]) -> tuple[tuple[str, Any], ...]:
    """Read `[S, {XL: 4}]` as (("S", None), ("XL", 4))."""
    pairs: list[tuple[str, Any]] = []
    for value in values:
        pairs.extend(value.items() if isinstance(value, Mapping) else [(str(value), None)])
    return tuple((str(name), extra) for name, extra in pairs)


def _phrases(values: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(str(value)) for value in values)


def _dialogues(values: Iterable[tuple[str, str]]) -> tuple[tuple[Phrase, Phrase], ...]:
    return tuple((Phrase(question), Phrase(answer)) for question, answer in values)


Phrases = Annotated[tuple[Phrase, ...], BeforeValidator(_phrases)]
Dialogues = Annotated[tuple[tuple[Phrase, Phrase], ...], BeforeValidator(_dialogues)]
Factors = Annotated[tuple[tuple[str, float | None], ...], BeforeValidator(_pairs)]
Shapes = Annotated[tuple[tuple[str, str | None], ...], BeforeValidator(_pairs)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Leaf(_Words):
    """A category in which products stand, and the words for them.

    Attributes:
        title: what a person reads in the tree.
        noun: what a customer calls such a product, in lower case, or `kind`: what titles call it. `plural`
            tells the grammar.
        voice: how its customers speak.
        group: title of the category between this and the department; None where there is none.
        weight: how many products it gets, relative to the others.
        shape: which drawing its pictures take; a kind can have its own.
        price: lowest, highest and usual price in dollars.
        kinds: the sorts of product, as titles name them.
        titles: phrases for the title; slots are brand, line, kind, Colour and the facts.
        facts: name of the fact to its values; a value may carry a factor on the price.
        where: kind to the facts of which it has values of its own.
        colours: names from the palette; `colour` says whether it is a fact, an option, or only drawn.
        choose: label of an option to its values; a value may carry dollars that it costs more.
        about: sentences of the description.
        points: the bullet points.
        good: what contented customers write.
        bad: what others write.
        asked: questions with their answers.
    """

    title: str
    noun: str
    plural: bool = False
    voice: Literal["thing", "food", "book"] = "thing"
    group: str | None = None
    weight: float = 1.0
    shape: str
    price: tuple[float, float, float]
    kinds: Shapes
    titles: Phrases
    facts: dict[str, Factors] = {}
    where: dict[str, dict[str, tuple[str, ...]]] = {}
    colours: tuple[str, ...]
    colour: Literal["fact", "option", "drawn"] = "fact"
    choose: dict[str, Factors] = {}
    about: Phrases
    points: Phrases
    good: Phrases
    bad: Phrases
    asked: Dialogues = ()


class Department(_Words):
    """A top category with its brands. `code` begins the codes of its products."""

    title: str
    code: str
    brands: tuple[str, ...]
    lines: tuple[str, ...]
    categories: tuple[Leaf, ...]


class Voice(_Words):
    """How customers speak of things, of food, or of books; openings by the stars they give (1 to 5)."""

    openings: dict[int, Phrases]
    good: Phrases
    bad: Phrases
    quibbles: Phrases
    asides: Phrases


class ReviewWords(_Words):
    """What customers of all departments write; titles and closings by the stars they give (1 to 5)."""

    voices: dict[str, Voice]
    titles: dict[int, Phrases]
    closings: dict[int, Phrases]
    turns: Phrases
    first_names: tuple[str, ...]
    who: tuple[str, ...]
    time: tuple[str, ...]


class Vocabulary(_Words):
    """Everything that the market is made from."""

    departments: tuple[Department, ...]
    reviews: ReviewWords


def _words() -> Traversable:
    return files("sandbox_shop.catalogue").joinpath("words")


def _read(file: Traversable) -> Any:
    # libyaml's loader is ten times faster; it is in PyYAML's wheels, but not in every build.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that comes with the package, departments in the order of their files' names."""
    words = _words()
    departments = sorted(words.joinpath("departments").iterdir(), key=lambda file: file.name)
    return Vocabulary(
        departments=tuple(
            Department.model_validate(_read(file)) for file in departments if file.name.endswith(".yaml")
        ),
        reviews=ReviewWords.model_validate(_read(words.joinpath("reviews.yaml"))),
    )


@cache
def load_palette() -> dict[str, str]:
    """The names of colours, and what they are drawn with (#rrggbb)."""
    palette: dict[str, str] = _read(_words().joinpath("palette.yaml"))
    return palette
