"""Populations held against people: who is simulated, who are the people, what is kept."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learn.align.fidelity import Fidelity, fidelity
from learn.align.picture import picture
from learn.align.population import halves, visitors, visits_of
from learn.align.tables import markdown
from learn.align.tally import Tally
from learn.policies.uniform import ClicksBlindly
from learn.session import Session
from learn.sessions_file import whole_file
from learn.walks import Clicks, simulate

PEOPLE = "people"
"""Name of the comparison of people with people."""

FLOOR_VISITS = 4000
FLOOR_SEED = 1


@dataclass(frozen=True, slots=True)
class Population:
    """Visits to be held against people.

    Attributes:
        name: what reports call it.
        how: where its visits come from, in a sentence.
        visits: what was clicked.
        people: the people that it is held against; None for all.
    """

    name: str
    how: str
    visits: Sequence[Clicks]
    people: Sequence[Clicks] | None = None


class Comparison:
    """People, and what is needed to hold a population against them.

    Args:
        source: all sessions of people that there are: pairs of samples for the noise are drawn from them.
        people: those that populations are held against.
    """

    def __init__(self, source: Sequence[Session], people: Sequence[Session]) -> None:
        self._sessions = people
        self._people = visits_of(people)
        self._pool = Tally.of(visits_of(source))
        blind = simulate(ClicksBlindly(), visitors(source, FLOOR_VISITS, FLOOR_SEED), seed=FLOOR_SEED)
        self._floor = Tally.of(blind)

    def of(self, population: Population) -> Fidelity:
        """How close a population comes."""
        people = self._people if population.people is None else population.people
        return fidelity(Tally.of(population.visits), Tally.of(people), self._pool, self._floor)

    def of_people(self, size: int | None, seed: int) -> Population:
        """People as a population: so many of them (None for half), to be held against the others."""
        chosen, others = halves(self._sessions, size or len(self._sessions) // 2, seed)
        how = f"{len(chosen):,} sessions of people, drawn at random, against the {len(others):,} others."
        return Population(PEOPLE, how, visits_of(chosen), visits_of(others))


def keep(folder: Path, population: Population, found: Fidelity) -> None:
    """Puts a population's table and picture into a folder.

    Raises:
        UserError: it cannot be written there.
    """
    name = slug(population.name)
    page = f"{markdown(population.name, found, population.how)}\n![{population.name}]({name}.svg)\n"
    for file, text in ((f"{name}.md", page), (f"{name}.svg", picture(population.name, found))):
        with whole_file(folder / file) as out:
            out.write(text.encode())


def keep_json(
    file: Path, found: Mapping[str, Fidelity], told: Mapping[str, Any], hows: Iterable[str]
) -> None:
    """Writes everything that was found for machines.

    Raises:
        UserError: it cannot be written there.
    """
    populations = {
        name: {"how": how, **each.as_json()} for (name, each), how in zip(found.items(), hows, strict=True)
    }
    with whole_file(file) as out:
        out.write(json.dumps({**told, "populations": populations}, ensure_ascii=False, indent=1).encode())


def slug(name: str) -> str:
    """A name as a file's or folder's."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
