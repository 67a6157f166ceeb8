"""How populations come about: simulated offline or in the browser, or read from recordings."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UserError
from agent.persona import Persona
from agent.session import EndingKind
from learn.align.comparison import Population, slug
from learn.align.live import Plan, missing, visit
from learn.align.population import visitors, visits_of
from learn.calibration.calibrated import Calibrated
from learn.choices import Scorer
from learn.readers.recordings import is_recordings, read_recordings
from learn.rebuilt_shop import rebuilt_shop
from learn.session import Session
from learn.sessions_file import write_sessions
from learn.walks import session_of, side_by_side, simulate

TOLD_EVERY = 10
"""Visits between two lines of progress."""

CUT_OFF = frozenset({EndingKind.FAULT, EndingKind.INTERRUPTED})
"""Endings of visits that are no visits."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Populations that differ in what decides alone.

    Attributes:
        visitors: who comes, one a visit.
        seed: of the population.
        temperature: of the sampling.
        folder: where what was simulated is kept.
        windows: visits at once in the browser.
    """

    visitors: Sequence[Persona]
    seed: int
    temperature: float
    folder: Path
    windows: int

    @classmethod
    def of(
        cls,
        people: Sequence[Session],
        number: int,
        seed: int,
        temperature: float,
        folder: Path,
        windows: int,
    ) -> "Simulation":
        """Visitors drawn from those people."""
        return cls(visitors(people, number, seed), seed, temperature, folder, windows)

    def offline(self, scorer: Scorer, tell: Tell) -> Population:
        """Visits drawn on the captured listings, kept as a file of sessions.

        Raises:
            UserError: the scorer gives no scores, or the file cannot be written.
        """
        visits = simulate(scorer, self.visitors, seed=self.seed, temperature=self.temperature, tell=tell)
        sessions = (
            session_of(clicks, visitor, str(number))
            for number, (clicks, visitor) in enumerate(zip(visits, self.visitors, strict=True), start=1)
        )
        write_sessions(sessions, self.folder / f"{slug(scorer.name)}.jsonl.gz")
        how = f"{len(visits):,} visits simulated offline, on the captured listings and without a browser."
        return Population(scorer.name, how, visits)

    def live(self, scorer: Scorer, tell: Tell) -> Population:
        """Visits to the running shop in the browser, recorded; goes on with those of an earlier run.

        Args:
            scorer: what decides.
            tell: told how far it has got.

        Raises:
            UserError: the scorer gives no scores, there is no browser, or a recording cannot be written.
        """
        plan = self._plan(scorer)
        left = missing(plan)
        made = 0

        def count(_number: int, _ending: EndingKind) -> None:
            nonlocal made
            made += 1
            if made % TOLD_EVERY == 0 or made == len(left):
                there = len(self.visitors) - len(left) + made
                tell(f"{scorer.name}: {there} of {len(self.visitors)} visits")

        if left:
            with rebuilt_shop("clothing2008") as shop:
                asyncio.run(visit(plan, shop, count))
        return recorded(plan.folder, scorer.name, tell, most=len(self.visitors))

    def _plan(self, scorer: Scorer) -> Plan:
        described = (
            {"calibration": scorer.calibration.model_dump(mode="json")}
            if isinstance(scorer, Calibrated)
            else {}
        )
        folder = self.folder / "recordings" / slug(scorer.name)
        # A model that is asked about one visit after the other reads what is new in it alone.
        windows = self.windows if side_by_side(scorer) else 1
        return Plan(scorer, self.visitors, self.seed, self.temperature, folder, windows, described)


def recorded(folder: Path, name: str, tell: Tell, *, most: int | None = None) -> Population:
    """The visits of a folder of recordings.

    Visits that ended as a fault, were stopped or have no ending are left out, and it is told how many.

    Args:
        folder: with the recordings.
        name: of the population.
        tell: told what is left out.
        most: the first so many; None for all.

    Raises:
        UserError: there are none, or they were made elsewhere than on the clothing listings.
    """
    if not is_recordings(folder):
        raise UserError(f"{folder} holds no recordings: name a folder with some in it")
    reading = read_recordings(folder)
    for each in reading.unreadable:
        tell(f"left out: {each}")
    sessions = reading.sessions[:most]
    whole = [session for session in sessions if session.ending is not None and session.ending not in CUT_OFF]
    without = Counter(str(session.ending or "no ending") for session in sessions if session not in whole)
    if not whole:
        raise UserError(f"{folder} holds no recording that came to its end")
    how = f"{len(whole):,} visits recorded in the browser."
    if without:
        how += f" Left out: {', '.join(f'{count} with {kind}' for kind, count in without.items())}."
    return Population(name, how, visits_of(whole))
