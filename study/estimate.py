"""What a study will cost, before anything runs: by an earlier study's sessions, or by rough figures."""

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from study.file import ModelPolicy
from study.folder import read_folder
from study.ledger import State
from study.resolved import Resolved


@dataclass(frozen=True, slots=True)
class Usual:
    """What a session usually costs.

    Attributes:
        steps: actions.
        prompt_tokens: tokens of all its prompts together, those found in the prefix cache included.
        completion_tokens: tokens said.
        seconds: from its start to its end, while `workers` such sessions ran at once.
        workers: sessions that ran at once when this was measured.
        source: where these figures come from, for people.
    """

    steps: float
    prompt_tokens: float
    completion_tokens: float
    seconds: float
    workers: int
    source: str


STEPS = 12.0
WITH_MODEL = Usual(
    STEPS,
    STEPS * 1_500,
    STEPS * 45,
    STEPS * 3.0,
    1,
    "the default model on two cores of a CPU, 12 steps a session",
)
WITHOUT_MODEL = Usual(STEPS, 0.0, 0.0, STEPS * 0.5, 1, "two cores of a CPU, 12 steps a session")
"""Rough figures for a machine without a GPU; `--like` takes better ones from an earlier study."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be expected of a study.

    Attributes:
        sessions: how many.
        pairs: of twins.
        prompt_tokens: of all sessions.
        completion_tokens: of all sessions.
        seconds: until it is done.
        source: where the figures come from, for people.
    """

    sessions: int
    pairs: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    source: str


def usual_of(resolved: Resolved) -> Usual:
    """Rough figures for a study of this policy; never more steps than it allows."""
    usual = WITH_MODEL if isinstance(resolved.study.policy, ModelPolicy) else WITHOUT_MODEL
    share = min(1.0, resolved.study.limits.steps / usual.steps)
    thinking = resolved.study.pace.thinking
    waiting = STEPS * share * thinking.median if thinking else 0.0
    return Usual(
        usual.steps * share,
        usual.prompt_tokens * share,
        usual.completion_tokens * share,
        usual.seconds * share + waiting,
        usual.workers,
        usual.source,
    )


def usual_in(folder: Path) -> Usual | None:
    """What the sessions of an earlier study cost; None where none is done.

    Raises:
        UserError: it is no study's folder.
    """
    _, sessions, notes = read_folder(folder)
    ran = [entry.ran for _, entry in sessions if entry.state is State.DONE and entry.ran is not None]
    if not ran:
        return None
    return Usual(
        fmean(each.steps for each in ran),
        fmean(each.prompt_tokens for each in ran),
        fmean(each.completion_tokens for each in ran),
        fmean(each.seconds for each in ran),
        int(notes.get("workers", "1")),
        f"{len(ran)} sessions of {folder}",
    )


def estimate(resolved: Resolved, usual: Usual, workers: int) -> Estimate:
    """What a study is to cost with so many sessions at once.

    Sessions side by side are reckoned to be as slow as they were when they were measured: with more of them
    at once than that, the machine or the model may be the bottleneck, and it takes longer.
    """
    sessions = resolved.sessions
    at_once = min(workers, sessions)
    seconds = usual.seconds * sessions / at_once
    if usual.workers == 1 and at_once > 1:
        seconds = usual.seconds * sessions / min(at_once, 2)  # two cores, measured one by one
    rate = resolved.study.pace.arrivals_per_minute
    if rate is not None:
        seconds = max(seconds, 60 * sessions / rate)
    return Estimate(
        sessions,
        resolved.pairs,
        round(usual.prompt_tokens * sessions),
        round(usual.completion_tokens * sessions),
        seconds,
        usual.source,
    )
