"""A study looked through before anything runs: what it comes to, and what it could find out."""

from collections.abc import Iterator
from pathlib import Path

from agent.actions import Frozen
from agent.errors import UserError
from study.estimate import estimate, usual_in, usual_of
from study.file import ModelPolicy
from study.outcomes import SAID, settings_of
from study.progress import duration
from study.resolved import Resolved
from study.statistics.power import expected_discordance, smallest_effect

BASELINE = 0.2
"""Share of the control's sessions of which a measure is true, where nothing is known yet."""


class Checked(Frozen):
    """What a study comes to.

    Attributes:
        sessions: how many.
        pairs: of twins, one session an arm.
        personas: how many different ones.
        prompt_tokens: expected, of all sessions, cached ones included.
        completion_tokens: expected, of all sessions.
        seconds: expected, until it is done.
        source: where the expectations come from.
        workers: sessions at once that it was reckoned with.
        smallest_effect: percentage points by which the first measure must differ for this study to find it
            with the wanted power, if it is true of `BASELINE` of the control's sessions; None where it could
            not find any difference, or has one arm.
    """

    sessions: int
    pairs: int
    personas: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    source: str
    workers: int
    smallest_effect: float | None


def checked(resolved: Resolved, workers: int, like: Path | None) -> Checked:
    """What a study comes to.

    Args:
        resolved: the study.
        workers: sessions at once.
        like: folder of an earlier study that cost about the same a session; None for rough figures.

    Raises:
        UserError: the earlier study cannot be read, or has no session that is done.
    """
    usual = usual_of(resolved) if like is None else usual_in(like)
    if usual is None:
        raise UserError(f"{like} has no session that is done: leave --like out, or name another study")
    expected = estimate(resolved, usual, workers)
    return Checked(
        sessions=expected.sessions,
        pairs=expected.pairs,
        personas=len(resolved.personas),
        prompt_tokens=expected.prompt_tokens,
        completion_tokens=expected.completion_tokens,
        seconds=round(expected.seconds, 1),
        source=expected.source,
        workers=workers,
        smallest_effect=_smallest_effect(resolved),
    )


def _smallest_effect(resolved: Resolved) -> float | None:
    study = resolved.study
    tests = (len(study.arms) - 1) * len(study.analysis.measures)
    if tests == 0:
        return None
    discordant = expected_discordance(BASELINE, BASELINE)
    return smallest_effect(resolved.pairs, discordant, settings_of(study.analysis), tests)


def told(resolved: Resolved, found: Checked) -> Iterator[str]:
    """The same in lines for people."""
    study = resolved.study
    arms = ", ".join(study.arms)
    intents = len({intent for each in resolved.intents for intent in each})
    yield f"{study.study}: {found.sessions:,} sessions in {len(study.arms)} arms ({arms})"
    yield (
        f"  {found.pairs:,} in each arm, each with its twin in the others: personas {found.personas:,}, "
        f"intents {intents:,}, repetitions {study.repetitions}"
    )
    if isinstance(study.policy, ModelPolicy):
        yield (
            f"  about {_round(found.prompt_tokens)} prompt tokens (cached ones included) and "
            f"{_round(found.completion_tokens)} said"
        )
    yield (f"  about {duration(found.seconds)} with {found.workers} at once, reckoned from {found.source}")
    if len(study.arms) > 1:
        yield f"  {_sharpness(resolved, found)}"


def _sharpness(resolved: Resolved, found: Checked) -> str:
    analysis = resolved.study.analysis
    said = SAID[analysis.measures[0]]
    if found.smallest_effect is None:
        return f"too few pairs to count on finding any difference in who {said}: raise repetitions"
    return (
        f"could find a difference of {found.smallest_effect:.1f} percentage points or more in who {said} "
        f"({analysis.power:.0%} power; {BASELINE:.0%} of the control's; twins no more alike than strangers)"
    )


def _round(count: int) -> str:
    """A count as far as an estimate can be believed."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f} million"
    return f"{round(count, -2):,}"
