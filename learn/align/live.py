"""A population in the real browser: many visits to the running clothing shop, several at once, each recorded.

A visit is decided by its number and the population's seed. A run that was cut off goes on where it stopped:
visits with an ending stand, what was begun and not finished is put aside and made anew.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.browser import AT_HOME, Browser, BrowserSettings, Deadlines, open_browser
from agent.coming_back import ComingBack
from agent.errors import UserError
from agent.loop import Limits, run_session
from agent.persona import Persona
from agent.recording import JOURNAL, Header, Recorder, read_recording
from agent.session import EndingKind, Step
from learn.choices import Scorer
from learn.clothing2008 import has_place
from learn.policies.sampling import SampledPolicy
from learn.rebuilt_shop import RebuiltShop

LIMITS = Limits(steps=900, seconds=7200.0)
"""Far beyond what people do: a shopper leaves by itself."""

PATIENT = Deadlines(start=120.0, response=60.0, load=60.0, change=15.0, reach=15.0, observe=60.0, hang=60.0)
"""Many visits at once keep a machine busy: what takes long here is no fault of the shop."""

AGAIN = frozenset({EndingKind.FAULT, EndingKind.INTERRUPTED, EndingKind.STUCK})
"""Endings of visits that are made anew: who does only what can be done is stuck by the machine alone."""

PUT_ASIDE = "cut-off"
"""Folder of what was begun and not finished; nothing that was recorded is thrown away."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A population to be.

    Attributes:
        scorer: what decides.
        visitors: who comes, one a visit.
        seed: of the population.
        temperature: of the sampling.
        folder: where the recordings go, one folder a visit.
        windows: visits at once.
        policy: what decides, for the record.
    """

    scorer: Scorer
    visitors: Sequence[Persona]
    seed: int
    temperature: float
    folder: Path
    windows: int
    policy: dict[str, Any]

    def recorded_policy(self, number: int) -> dict[str, Any]:
        """What a recording's header says of the policy."""
        return {
            "kind": "sampled scores",
            "name": self.scorer.name,
            "temperature": self.temperature,
            "population_seed": self.seed,
            "visit": number,
            **self.policy,
        }


def missing(plan: Plan) -> list[int]:
    """Numbers of the visits that are still to be made, from 0.

    Raises:
        UserError: the folder holds visits of another population, or something else.
    """
    return [number for number in range(len(plan.visitors)) if not _finished(plan, number)]


async def visit(plan: Plan, shop: RebuiltShop, on_done: Callable[[int, EndingKind], None]) -> None:
    """Makes all visits that are missing.

    Args:
        plan: which.
        shop: where they go.
        on_done: told each visit's number and ending, when it is on disk.

    Raises:
        UserError: there is no browser, or a recording cannot be written.
        asyncio.CancelledError: the run was stopped; the recordings say so.
    """
    numbers = iter(missing(plan))
    async with open_browser(BrowserSettings(screenshots=False, deadlines=PATIENT)) as browser:
        workers = [
            asyncio.create_task(_visits(plan, shop, browser, numbers, on_done)) for _ in range(plan.windows)
        ]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _visits(
    plan: Plan,
    shop: RebuiltShop,
    browser: Browser,
    numbers: Iterator[int],
    on_done: Callable[[int, EndingKind], None],
) -> None:
    """One window after the other, as long as there are visits to make."""
    for number in numbers:
        _put_aside(_folder(plan, number))
        async with browser.visit(shop.url, terms=AT_HOME) as window:
            recorder = Recorder(_folder(plan, number), _header(plan, shop, number))
            policy = SampledPolicy(plan.scorer, seed=plan.seed, number=number, temperature=plan.temperature)
            persona = plan.visitors[number]
            try:
                _, ending = await run_session(
                    persona, persona.intent, policy, ComingBack(window, has_place), recorder, LIMITS, _unheard
                )
            finally:
                recorder.close()
        on_done(number, ending.kind)


def _finished(plan: Plan, number: int) -> bool:
    folder = _folder(plan, number)
    if not (folder / JOURNAL).exists():
        return False
    try:
        found = read_recording(folder)
    except UserError:
        return False  # cut off before its first line was whole
    if found.header.policy != plan.recorded_policy(number):
        raise UserError(
            f"{folder} was decided by {_in_words(found.header.policy)}, not by "
            f"{_in_words(plan.recorded_policy(number))}: name another --out"
        )
    return found.ending is not None and found.ending.kind not in AGAIN


def _put_aside(folder: Path) -> None:
    """Makes room for a visit that was begun before and not finished."""
    if not folder.exists():
        return
    aside = folder.parent.parent / PUT_ASIDE / folder.parent.name
    try:
        aside.mkdir(parents=True, exist_ok=True)
        taken = len(list(aside.glob(f"{folder.name}-*")))
        shutil.move(folder, aside / f"{folder.name}-{taken + 1}")
    except OSError as error:
        raise UserError(f"{folder} cannot be put aside: {error.strerror or error}") from error


def _folder(plan: Plan, number: int) -> Path:
    return plan.folder / f"{number + 1:05}"


def _header(plan: Plan, shop: RebuiltShop, number: int) -> Header:
    return Header(
        version=version("simagent"),
        started=datetime.now(UTC),
        persona=plan.visitors[number],
        intent=plan.visitors[number].intent,
        site=shop.url,
        policy=plan.recorded_policy(number),
        seed=number,
        settings={
            "steps": LIMITS.steps,
            "seconds": LIMITS.seconds,
            "rejected": LIMITS.rejected,
            "comes_back": True,
            **shop.settings,
        },
    )


def _in_words(policy: dict[str, Any]) -> str:
    told = {name: value for name, value in policy.items() if name not in {"kind", "name", "visit"}}
    return f"'{policy.get('name')}' ({', '.join(f'{name} {value}' for name, value in told.items())})"


def _unheard(_step: Step) -> None:
    """Nobody listens to single steps of a population."""
