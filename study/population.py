"""Personas drawn from a population: who comes to a shop, by the shares and spreads of what shoppers are like.

Every trait is drawn by itself. A trait of a word is given by its shares, `{low: 3, medium: 5, high: 2}`, or
as a list of equally likely ones, or as one word that holds for all; age and income by their distributions.
A trait that the population does not speak of stands in no persona.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from agent.actions import Frozen
from agent.persona import Level, Persona

NAMES: Mapping[str, tuple[str, ...]] = {
    "woman": (
        "Alma", "Beth", "Clara", "Dina", "Elena", "Farah", "Gina", "Hana", "Ida", "Julia", "Kira", "Laila",
        "Mona", "Nora", "Olga", "Paula", "Rita", "Sofia", "Thea", "Uma", "Vera", "Wanda", "Yara", "Zoe",
    ),
    "man": (
        "Adam", "Bruno", "Carl", "David", "Emil", "Felix", "Gabe", "Hugo", "Ivan", "Jonas", "Karim", "Leo",
        "Marc", "Nils", "Oscar", "Pablo", "Ravi", "Sam", "Theo", "Umar", "Viktor", "Will", "Yusuf", "Zane",
    ),
}  # fmt: skip
"""Names by gender, so that a name tells nothing else; anybody else is named from both."""

ROUND_INCOME = 1000
Weight = Annotated[float, Field(gt=0, lt=1e9)]


def _shares(value: object) -> object:
    if isinstance(value, str):
        return {value: 1.0}
    if isinstance(value, list | tuple):
        return dict.fromkeys(value, 1.0)
    return value


Words = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=600)], Weight],
    BeforeValidator(_shares),
    Field(min_length=1),
]
Levels = Annotated[dict[Level, Weight], BeforeValidator(_shares), Field(min_length=1)]


class Age(Frozen):
    """Years, normally distributed and cut off."""

    mean: Annotated[float, Field(ge=13, le=120)]
    sd: Annotated[float, Field(ge=0, le=60)]
    min: Annotated[int, Field(ge=13, le=120)] = 18
    max: Annotated[int, Field(ge=13, le=120)] = 90

    @model_validator(mode="after")
    def _in_order(self) -> "Age":
        if not self.min <= self.mean <= self.max:
            raise ValueError("should have `min`, `mean` and `max` in this order")
        return self


class Income(Frozen):
    """US dollars a year, log-normally distributed."""

    median: Annotated[float, Field(gt=0, le=1e8)]
    spread: Annotated[float, Field(ge=0, le=3, description="Standard deviation of the logarithm.")] = 0.6


class Population(Frozen):
    """Whom to draw personas from.

    Attributes:
        size: personas to draw.
        seed: which of the possible draws.
        prefix: what the personas' ids begin with.
        names: what they are called; None: by gender, from a list.
        intent: what their visits are for, where the study gives no intents.

    The other traits are those of `agent.persona.Persona`.
    """

    size: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    prefix: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20)] = "drawn"
    names: Words | None = None
    age: Age | None = None
    gender: Words | None = None
    occupation: Words | None = None
    household: Words | None = None
    location: Words | None = None
    income: Income | None = None
    background: Words | None = None
    shopping_habits: Words | None = None
    needs: Words | None = None
    patience: Levels | None = None
    price_sensitivity: Levels | None = None
    web_experience: Levels | None = None
    device: Words | None = None
    intent: Words | None = None


_Trait = Literal[
    "occupation", "household", "location", "background", "shopping_habits", "needs", "patience",
    "price_sensitivity", "web_experience", "device",
]  # fmt: skip
_TRAITS: Sequence[_Trait] = _Trait.__args__  # type: ignore[attr-defined] # a Literal's members


def draw(population: Population) -> tuple[Persona, ...]:
    """The personas of a population: the same population, the same personas.

    A larger size begins with the personas of a smaller one.
    """
    return tuple(_persona(population, number) for number in range(1, population.size + 1))


NO_INTENT = "I look around for something that I like."
"""What a drawn persona comes for where neither the population nor the study says."""


def _persona(population: Population, number: int) -> Persona:
    chances = np.random.default_rng([population.seed, number])
    gender = _drawn(population.gender, chances)
    names = population.names or dict.fromkeys(_names(gender), 1.0)
    values: dict[str, object] = {
        "id": f"{population.prefix}-{number:04}",
        "name": _drawn(names, chances),
        "gender": gender,
        "age": _age(population.age, chances),
        "income": _income(population.income, chances),
        "intent": _drawn(population.intent, chances) or NO_INTENT,
        **{trait: _drawn(getattr(population, trait), chances) for trait in _TRAITS},
    }
    return Persona.model_validate(values)


def _names(gender: str | None) -> tuple[str, ...]:
    return NAMES.get(gender or "", NAMES["woman"] + NAMES["man"])


def _drawn(shares: Mapping[str, float] | None, chances: np.random.Generator) -> str | None:
    point = chances.random()  # drawn in any case, so that one trait more leaves the others as they are
    if shares is None:
        return None
    weights = np.cumsum(list(shares.values()))
    return list(shares)[int(np.searchsorted(weights, point * weights[-1], side="right"))]


def _age(age: Age | None, chances: np.random.Generator) -> int | None:
    """Drawn until it lies within its bounds."""
    years = chances.normal(size=1000)
    if age is None:
        return None
    within = [value for value in age.mean + age.sd * years if age.min <= value <= age.max]
    return round(within[0]) if within else round(age.mean)


def _income(income: Income | None, chances: np.random.Generator) -> int | None:
    deviation = chances.normal()
    if income is None:
        return None
    dollars = income.median * float(np.exp(income.spread * deviation))
    return max(1, round(dollars / ROUND_INCOME)) * ROUND_INCOME
