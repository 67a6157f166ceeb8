"""Who bought: by persona, and by what personas have in common."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from study.report.figures.ranking import Top, top
from study.report.figures.shares import Share, share
from study.report.rows import VisitRow

PERSONAS = 28
"""Personas that are shown at once."""

MOST_RATES = 1500
"""Rates, of a persona in an arm, that are told in all: a page has its limits."""

VALUES = 8
"""Values of a trait that are told apart; the rarer ones, and those of one persona, are put together."""

ANY_OTHER = "any other"

_AGES = ((30, "under 30"), (45, "30 to 44"), (60, "45 to 59"), (1000, "60 and over"))
_ORDER = ("low", "medium", "high", *(label for _, label in _AGES))


@dataclass(frozen=True, slots=True)
class PersonaLine:
    """What one persona did.

    Attributes:
        id: of the persona.
        name: what the shopper is called.
        traits: what is known, in a line.
        bought: of the persona's sessions in each arm, those with a purchase.
    """

    id: str
    name: str
    traits: str
    bought: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class TraitLine:
    """What the personas did who have something in common.

    Attributes:
        value: of the trait.
        personas: how many have it.
        bought: of their sessions in each arm, those with a purchase.
    """

    value: str
    personas: int
    bought: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait, and what the personas did by its values."""

    name: str
    lines: tuple[TraitLine, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """A persona, told by one of its sessions, and its purchases and sessions, an entry an arm."""

    told: VisitRow
    bought: tuple[int, ...]
    sessions: tuple[int, ...]


def by_persona(visits: Mapping[str, Sequence[VisitRow]]) -> Top[PersonaLine]:
    """The personas: those between whose arms most lies first, and of equal ones those who bought least."""
    people = sorted(_people(visits), key=lambda one: (-_apart(one), sum(one.bought), one.told.persona))
    lines = (
        PersonaLine(one.told.persona, one.told.persona_name, _traits(one.told), _shares([one]))
        for one in people
    )
    return top(lines, PERSONAS, max(0, MOST_RATES // len(visits) - PERSONAS))


def by_trait(visits: Mapping[str, Sequence[VisitRow]]) -> tuple[Trait, ...]:
    """Traits of which the study's personas have two values or more."""
    people = _people(visits)
    traits = (Trait(name, tuple(_lines(people, value_of))) for name, value_of in _TRAITS.items())
    return tuple(trait for trait in traits if len(trait.lines) > 1)


def _people(visits: Mapping[str, Sequence[VisitRow]]) -> list[_Person]:
    sessions = {arm: Counter(visit.persona for visit in all_) for arm, all_ in visits.items()}
    bought = {arm: Counter(visit.persona for visit in all_ if visit.bought) for arm, all_ in visits.items()}
    told = {visit.persona: visit for all_ in visits.values() for visit in all_}
    return [
        _Person(
            one,
            tuple(count[persona] for count in bought.values()),
            tuple(count[persona] for count in sessions.values()),
        )
        for persona, one in told.items()
    ]


def _apart(one: _Person) -> float:
    """Largest difference between two arms' rates."""
    rates = [bought / of for bought, of in zip(one.bought, one.sessions, strict=True) if of]
    return max(rates) - min(rates)


def _shares(people: Sequence[_Person]) -> tuple[Share, ...]:
    bought = [sum(counts) for counts in zip(*(one.bought for one in people), strict=True)]
    sessions = [sum(counts) for counts in zip(*(one.sessions for one in people), strict=True)]
    return tuple(map(share, bought, sessions))


def _traits(visit: VisitRow) -> str:
    levels = {"patience": visit.patience, "price": visit.price_sensitivity, "web": visit.web_experience}
    parts = (
        [str(known) for known in (visit.gender, visit.age) if known is not None],
        [f"{trait} {level}" for trait, level in levels.items() if level is not None],
        [visit.device] if visit.device is not None else [],
    )
    return "; ".join(", ".join(part) for part in parts if part)


def _lines(people: Iterable[_Person], value_of: Callable[[VisitRow], str | None]) -> Iterable[TraitLine]:
    groups: dict[str, list[_Person]] = {}
    for one in people:
        value = value_of(one.told)
        if value is not None:
            groups.setdefault(value, []).append(one)
    shared = [value for value in groups if len(groups[value]) > 1]
    told = sorted(shared, key=lambda value: -len(groups[value]))[:VALUES]
    for value in sorted(told, key=_place):
        yield TraitLine(value, len(groups[value]), _shares(groups[value]))
    rest = [one for value in groups if value not in told for one in groups[value]]
    if rest:
        yield TraitLine(ANY_OTHER, len(rest), _shares(rest))


def _place(value: str) -> int:
    return _ORDER.index(value) if value in _ORDER else len(_ORDER)


def _age(visit: VisitRow) -> str | None:
    if visit.age is None:
        return None
    return next(label for end, label in _AGES if visit.age < end)


_TRAITS: Mapping[str, Callable[[VisitRow], str | None]] = {
    "Patience": lambda visit: visit.patience,
    "Web experience": lambda visit: visit.web_experience,
    "Price sensitivity": lambda visit: visit.price_sensitivity,
    "Device": lambda visit: visit.device,
    "Age": _age,
    "Gender": lambda visit: visit.gender,
}
