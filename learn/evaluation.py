"""Policies held against recorded people: which sessions, which policies, and what comes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, overload

from agent.errors import UserError
from agent.model import Progress
from learn.calibration.calibrated import Calibrated, Calibration
from learn.choices import Scorer, read_ahead
from learn.judging import Judged, judge
from learn.metrics import Comparison, Estimate, compare, scores
from learn.policies.kept_words import KeptWords
from learn.policies.language_model import (
    FREE_SESSIONS,
    LANGUAGE_MODEL_POLICIES,
    language_model_policies,
)
from learn.policies.markov import MarkovChain
from learn.policies.neighbours import SessionNeighbours
from learn.policies.sequence import SequenceModel
from learn.policies.simple import AlwaysLeave, MostFrequent, Searches
from learn.policies.uniform import ClicksBlindly
from learn.search_words import keywords
from learn.session import Session
from learn.sources import BUNDLED, bundled
from learn.split import Part, part_of, sessions_in

Training = Sequence[Session]

POLICIES: Mapping[str, Callable[[Training], Scorer]] = {
    "always-leave": lambda _: AlwaysLeave(),
    "uniform": lambda _: ClicksBlindly(),
    "most-frequent": MostFrequent,
    "markov-1": lambda training: MarkovChain(1, training),
    "markov-2": lambda training: MarkovChain(2, training),
    "session-knn": SessionNeighbours,
    "sequence": lambda _: SequenceModel.shipped(),
    "sequence-argmax": lambda _: SequenceModel.shipped().by_argmax(),
    "copy-intent": lambda _: Searches("copy-intent", str),
    "keywords": lambda _: Searches("keywords", keywords),
    "kept-words": lambda _: Searches("kept-words", KeptWords.shipped().query),
}
"""The baselines by name, each made from the sessions that it may learn from."""


class Which(StrEnum):
    """Which sessions of a source are evaluated."""

    UNSEEN = "unseen"
    """All that nothing was trained or tuned on: those that do not stand in the bundled data, and its
    test part."""
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Result:
    """One policy's scores (`learn.metrics.scores`)."""

    policy: str
    sessions: int
    decisions: int
    scores: Mapping[str, Estimate]

    def as_json(self) -> dict[str, Any]:
        """Plain values: `policy`, `sessions`, `decisions`, and each score with `value`, `low` and `high`."""
        estimates = {name: asdict(estimate) for name, estimate in self.scores.items()}
        return {
            "policy": self.policy,
            "sessions": self.sessions,
            "decisions": self.decisions,
            **estimates,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of all policies, and of each against the best of them by `exact`."""

    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, for machines."""
        return {
            "policies": [result.as_json() for result in self.results],
            "comparisons": [asdict(comparison) for comparison in self.comparisons],
        }


def policies_named(
    names: Iterable[str],
    training: Training,
    calibration: Calibration | None = None,
    *,
    model_folder: Path | None = None,
    progress: Progress = lambda _: None,
    free_sessions: int = FREE_SESSIONS,
) -> list[Scorer]:
    """Policies, each once.

    Args:
        names: keys of `POLICIES`, or of `LANGUAGE_MODEL_POLICIES`.
        training: what they may learn from.
        calibration: the policy that it is for comes once more, calibrated, whether it is named or not.
        model_folder: of the language model, or of a LoRA adapter; None for the default model.
        progress: told what takes long.
        free_sessions: of how many sessions at most it is also asked what it says when nothing confines it.

    Raises:
        UserError: there is no such policy, or no such model.
    """
    wanted = list(dict.fromkeys(names))
    refuse_unknown(wanted, calibration)
    needed = [*wanted, *([calibration.policy] if calibration else [])]
    spoken = {}
    if any(name in LANGUAGE_MODEL_POLICIES for name in needed):
        spoken = language_model_policies(model_folder, progress, free_sessions=free_sessions)
    made = {name: spoken.get(name) or POLICIES[name](training) for name in needed}
    found = [made[name] for name in wanted]
    return found if calibration is None else [*found, Calibrated(made[calibration.policy], calibration)]


def refuse_unknown(names: Iterable[str], calibration: Calibration | None = None) -> None:
    """Says early that there is no such policy, before anything is read.

    Args:
        names: what was asked for.
        calibration: its policy has to be there, too.

    Raises:
        UserError: there is none.
    """
    known = (*POLICIES, *LANGUAGE_MODEL_POLICIES)
    for name in names:
        if name not in known:
            raise UserError(f"there is no policy '{name}': choose from {', '.join(known)}")
    if calibration is not None and calibration.policy not in known:
        raise UserError(
            f"the calibration is for the policy '{calibration.policy}', which is not here: make one for "
            f"{', '.join(known)}"
        )


def chosen(sessions: Sequence[Session], which: Which, most: int | None = None) -> list[Session]:
    """The sessions to evaluate.

    Args:
        sessions: of the source.
        which: see `Which`.
        most: a sample of so many, the same each time; None for all.

    Raises:
        UserError: there are none.
    """
    match which:
        case Which.ALL:
            found = list(sessions)
        case Which.UNSEEN:
            found = _unseen(sessions)
        case _:
            found = sessions_in(Part(which.value), sessions)
    if not found:
        raise UserError(f"the data have no sessions of the part '{which.value}'")
    if most is not None:
        found = sorted(found, key=lambda session: sha256(f"sample {session.key}".encode()).digest())[:most]
    return found


def training_for(sessions: Sequence[Session]) -> Training:
    """What baselines may learn from for these sessions: the training part of the bundled data of their kind.

    Where there is no such data, the training part of the sessions themselves. It is read when it is first
    looked at, since not every policy learns.
    """
    return _Later(lambda: _training_for(sessions))


class _Later(Sequence[Session]):
    """Sessions that are read when they are first looked at."""

    def __init__(self, read: Callable[[], list[Session]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> list[Session]:
        return self._read()

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> Session: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Session]: ...
    def __getitem__(self, place: int | slice) -> Session | Sequence[Session]:
        return self._found[place]


def _training_for(sessions: Sequence[Session]) -> list[Session]:
    kinds = {session.source for session in sessions}
    if kinds <= set(BUNDLED):
        return [each for kind in sorted(kinds) for each in sessions_in(Part.TRAIN, bundled(kind).sessions)]
    return sessions_in(Part.TRAIN, sessions)


def evaluate(sessions: Sequence[Session], policies: Sequence[Scorer]) -> Evaluation:
    """Asks each policy about the same sessions, teacher-forced."""
    for policy in policies:
        read_ahead(policy, sessions)
    judged = [judge(policy, sessions) for policy in policies]
    results = tuple(Result(each.policy, each.sessions, len(each.exact), scores(each)) for each in judged)
    return Evaluation(results, tuple(_against_best(judged)))


def _against_best(judged: Sequence[Judged]) -> list[Comparison]:
    best = max(judged, key=lambda each: float(each.exact.mean()))
    return [compare(best, each) for each in judged if each is not best]


def _unseen(sessions: Sequence[Session]) -> list[Session]:
    """Sessions that stand neither in the training nor in the validation part of the bundled data.

    A session counts as known by its key and by what was done, since another file may number its sessions
    anew.
    """
    kinds = {session.source for session in sessions} & set(BUNDLED)
    known = {
        _deeds(session)
        for kind in sorted(kinds)
        for session in bundled(kind).sessions
        if part_of(session) is not Part.TEST
    }
    if not kinds:
        return sessions_in(Part.TEST, sessions)
    return [session for session in sessions if _deeds(session) not in known]


def _deeds(session: Session) -> tuple[object, ...]:
    return (session.key, *(turn.decision.action for turn in session.turns))
