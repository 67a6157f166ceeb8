"""A study looked through before anything runs: what it comes to, and what it could find out."""

from collections.abc import Iterator
from pathlib import Path

from agent.actions import Frozen
from agent.errors import UserError
from study.estimate import estimate, usual_in, usual_of
from study.file import ModelPolicy
from study.progress import duration
from study.resolved import Resolved


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
    """

    sessions: int
    pairs: int
    personas: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    source: str
    workers: int


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
    )


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


def _round(count: int) -> str:
    """A count as far as an estimate can be believed."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f} million"
    return f"{round(count, -2):,}"
