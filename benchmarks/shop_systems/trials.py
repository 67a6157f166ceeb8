"""The commands, run in the shop as their users run them; what they recorded is held against its books."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from agent.errors import UserError
from agent.recording import Recording, read_recording
from agent.session import EndingKind
from benchmarks.shop_systems.django_oscar import Order, Oscar
from benchmarks.shop_systems.participant import ACTS, record_purchase, recorded_rightly

HERE = Path(__file__).parent
INTENT = "An electric kettle under 50 pounds."
MOST_STEPS = 15
PERSONAS = ("maya", "grace")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one way to visit the shop.

    Attributes:
        what: was tried, in words.
        good: actions that were done, acts that were recorded rightly, or steps that came again.
        of: how many there were.
        ending: of the visit.
        orders: in the shop's books that were not there before.
        wanted: of them.
        agree: whether what the recording says of the order is what the books say.
    """

    what: str
    good: int
    of: int
    ending: str
    orders: int
    wanted: int
    agree: bool

    @property
    def passed(self) -> bool:
        """Whether nothing was missing, and nothing too many."""
        return self.good == self.of and self.orders == self.wanted and self.agree


@dataclass(frozen=True, slots=True)
class Visits:
    """What the model did.

    Attributes:
        visits: how many.
        actions: of all visits.
        unknown: of them, those that named what was not on the page.
        done: those that were accepted.
        kinds: how many of each kind.
        endings: how the visits ended.
    """

    visits: int
    actions: int
    unknown: int
    done: int
    kinds: dict[str, int]
    endings: dict[str, int]


def by_names(shop: Oscar, folder: Path, *, allowed: bool) -> Trial:
    """The purchase is recited in a study of one session, with leave to order or without."""
    folder.mkdir(parents=True)
    arm = {"site": shop.url, **({"allow_purchase": urlsplit(shop.url).netloc} if allowed else {})}
    recital = str(HERE / "purchase.yaml")
    study = {
        "study": "by-names",
        "personas": ["maya"],
        "intents": ["A red glass kettle."],
        "arms": {"shop": arm},
        "policy": {"kind": "reciting", "decisions": recital},
        "limits": {"steps": 40},
    }
    file = folder / "study.yaml"
    file.write_text(yaml.safe_dump(study), encoding="utf-8")
    before = shop.orders()
    simagent("batch", file, "--workers", "1", "--out", folder / "out")
    recording = _only(folder)
    what = "by names, with leave" if allowed else "by names, without leave"
    recited = len(yaml.safe_load(Path(recital).read_text(encoding="utf-8")))
    held = recording.ending is not None and recording.ending.kind is EndingKind.PURCHASE_INTENT
    done = sum(step.outcome.accepted for step in recording.steps) + (held and not allowed)
    return _trial(what, recording, done, recited, before, shop, wanted=int(allowed))


def again(shop: Oscar, study: Path) -> Trial:
    """`simagent replay --verify` of the visit that a study recorded, and that ordered nothing."""
    recording = _only(study).folder
    before = shop.orders()
    told = json.loads(simagent("replay", recording, "--verify", "--json", may_fail=True))
    same = sum(step["observation"] and step["target"] and step["outcome"] for step in told["steps"])
    fresh = shop.orders()[len(before) :]
    ending = "the same" if told["ending"] else "another"
    return Trial("the same again", same, told["recorded"], ending, len(fresh), 0, not fresh)


def by_a_person(shop: Oscar, folder: Path) -> Trial:
    """A person with raw events buys, under `simagent record`."""
    before = shop.orders()
    recording = asyncio.run(record_purchase(shop.url, folder))
    right = recorded_rightly(recording)
    return _trial("by a person, recorded", recording, right, len(ACTS), before, shop, wanted=1)


def by_the_model(shop: Oscar, folder: Path, visits: int) -> Visits:
    """Visits of the bundled model: two shoppers in turn, each seed once."""
    recordings = []
    seeds = range(1, visits // len(PERSONAS) + 2)
    for seed, persona in list(product(seeds, PERSONAS))[:visits]:
        out = folder / f"{persona}-{seed}"
        simagent(
            "run", "--persona", persona, "--seed", str(seed), "--site", shop.url, "--intent", INTENT,
            "--max-steps", str(MOST_STEPS), "--out", out,
        )  # fmt: skip
        recordings.append(read_recording(out))
    steps = [step for recording in recordings for step in recording.steps]
    return Visits(
        visits=len(recordings),
        actions=len(steps),
        unknown=sum(step.outcome.message.startswith("There is nothing called") for step in steps),
        done=sum(step.outcome.accepted for step in steps),
        kinds=dict(Counter(step.decision.action.type for step in steps).most_common()),
        endings=dict(Counter(_ending(recording) for recording in recordings).most_common()),
    )


def simagent(*arguments: str | Path, may_fail: bool = False) -> str:
    """What a command prints.

    Raises:
        UserError: it failed; the text is what it told.
    """
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 and not (may_fail and done.stdout):
        raise UserError(f"simagent {arguments[0]} failed:\n{done.stderr}{done.stdout}")
    return done.stdout


def _trial(
    what: str, recording: Recording, good: int, of: int, before: list[Order], shop: Oscar, *, wanted: int
) -> Trial:
    fresh = shop.orders()[len(before) :]
    return Trial(what, good, of, _ending(recording), len(fresh), wanted, _agree(recording, fresh))


def _agree(recording: Recording, fresh: list[Order]) -> bool:
    """Whether number and total of the purchase are those of the books."""
    purchase = recording.ending.purchase if recording.ending else None
    if not fresh or purchase is None:
        return not fresh and purchase is None
    return (purchase.order_number, purchase.total) == (fresh[0].number, fresh[0].total)


def _only(study: Path) -> Recording:
    [session] = study.rglob("session.jsonl")
    return read_recording(session.parent)


def _ending(recording: Recording) -> str:
    return recording.ending.kind.value if recording.ending else "none"


def as_row(trial: Trial) -> dict[str, Any]:
    """For JSON."""
    return {name: getattr(trial, name) for name in Trial.__slots__} | {"passed": trial.passed}
