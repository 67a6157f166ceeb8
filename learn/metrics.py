"""Scores of judged predictions, each with its interval, and of two policies against each other.

Next action as arXiv 2503.20749, section 4.2, measures it (`exact_per_session`: accuracy within each session
first, then the mean over sessions), and what the paper leaves out: all decisions alike (`exact`), each action
type, what cannot be done at all, and how far chance could have moved each number. Intervals are by bootstrap
over sessions, since the decisions of one person hang together.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from learn.judging import CLASSES, Column, Judged

RESAMPLES = 2000
LEVEL = 0.95
SEED = 2008
_CHUNK = 100
"""Resamples at a time, which bounds the memory."""

Sums = Mapping[str, Column]
"""Of each quantity the sum within each session, or within each of some resamples of sessions."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score and its 95 % interval; all None where there is nothing that it could be of."""

    value: float | None
    low: float | None
    high: float | None

    def __sub__(self, other: "Estimate") -> float:
        """The difference of two scores; NaN where one is missing."""
        return math.nan if self.value is None or other.value is None else self.value - other.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """Policy `a` less policy `b` on the same decisions.

    Attributes:
        a, b: their names.
        difference: of `exact`, with its paired interval by bootstrap over sessions.
        only_a, only_b: decisions that one has right and the other has not.
        mcnemar: two-sided p-value of McNemar's exact test, which takes decisions as independent.
    """

    a: str
    b: str
    difference: Estimate
    only_a: int
    only_b: int
    mcnemar: float


def scores(judged: Judged, *, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Estimate]:
    """All scores of a policy.

    Args:
        judged: its predictions, held against what people did.
        resamples: of the bootstrap.
        seed: of the resampling; the same for all policies, so that their intervals are comparable.

    Returns:
        By name, shares from 0 to 1: `exact` of all decisions; `exact_per_session` the mean over sessions;
        `exact_without_first` and `exact_per_session_without_first`, as the paper counts; `next_action` of the
        decisions that are not leaving; `next_product` of the same, leaving aside; `outcome_f1` of buying
        against leaving at the end of a session (the paper's session outcome); `leave_f1`, `leave_precision`,
        `leave_recall`; `macro_f1` over the action types that people used, and each type's own precision,
        recall and F1; `illegal`, and `illegal_unconstrained` of the decisions at which that was asked;
        `query_exact`, `query_f1`, `query_edit` of the first text that a session types, `query_f1_all` of
        every one; and `log_loss`, nats a decision.
    """
    sums = _sums(judged)
    whole = {name: column.sum(keepdims=True) for name, column in sums.items()}
    parts = list(_resampled(sums, judged.sessions, resamples, seed))
    return {
        name: _estimate(score(whole), np.concatenate([score(part) for part in parts]) if parts else None)
        for name, score in _scores(judged).items()
    }


def compare(a: Judged, b: Judged, *, resamples: int = RESAMPLES, seed: int = SEED) -> Comparison:
    """Whether one policy is more often right than another, on the same sessions.

    Raises:
        ValueError: they were asked about different decisions.
    """
    if not np.array_equal(a.session, b.session) or not np.array_equal(a.truth, b.truth):
        raise ValueError(f"{a.policy} and {b.policy} were not asked about the same decisions")
    sums = {
        "difference": _by_session(a, a.exact - b.exact),
        "decisions": _by_session(a, np.ones_like(a.exact)),
    }
    share = _share("difference", "decisions")
    whole = {name: column.sum(keepdims=True) for name, column in sums.items()}
    parts = [share(part) for part in _resampled(sums, a.sessions, resamples, seed)]
    only_a = int(((a.exact == 1) & (b.exact == 0)).sum())
    only_b = int(((a.exact == 0) & (b.exact == 1)).sum())
    difference = _estimate(share(whole), np.concatenate(parts) if parts else None)
    return Comparison(a.policy, b.policy, difference, only_a, only_b, mcnemar(only_a, only_b))


def mean_by_session(
    values: Column, session: npt.NDArray[np.int64], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Estimate:
    """The mean of some values, with its interval by bootstrap over the sessions that they belong to.

    Args:
        values: one for each decision.
        session: for each decision, which session it belongs to.
        resamples: of the bootstrap.
        seed: of the resampling.
    """
    _, index = np.unique(session, return_inverse=True)
    count = int(index.max()) + 1 if len(index) else 0
    sums = {
        "value": np.bincount(index, weights=values, minlength=count).astype(np.float64),
        "decisions": np.bincount(index, minlength=count).astype(np.float64),
    }
    mean = _share("value", "decisions")
    whole = {name: column.sum(keepdims=True) for name, column in sums.items()}
    parts = [mean(part) for part in _resampled(sums, count, resamples, seed)]
    return _estimate(mean(whole), np.concatenate(parts) if parts else None)


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided p-value of McNemar's exact test: a coin thrown once for each decision on which two differ."""
    thrown = only_a + only_b
    if thrown == 0:
        return 1.0
    logs = [
        math.lgamma(thrown + 1)
        - math.lgamma(heads + 1)
        - math.lgamma(thrown - heads + 1)
        - thrown * math.log(2)
        for heads in range(min(only_a, only_b) + 1)
    ]
    highest = max(logs)
    return min(1.0, 2 * math.exp(highest) * math.fsum(math.exp(each - highest) for each in logs))


Score = Callable[[Sums], Column]


def _share(part: str, whole: str) -> Score:
    return lambda sums: _ratio(sums[part], sums[whole])


def _f1(name: str) -> Score:
    return lambda sums: _ratio(2 * sums[f"{name}_hit"], sums[f"{name}_said"] + sums[f"{name}_done"])


def _scores(judged: Judged) -> dict[str, Score]:
    used = [name for number, name in enumerate(CLASSES) if (judged.truth == number).any()]
    found: dict[str, Score] = {
        "exact": _share("exact", "decisions"),
        "exact_per_session": _share("accuracy", "sessions"),
        "exact_without_first": _share("later_exact", "later"),
        "exact_per_session_without_first": _share("later_accuracy", "later_sessions"),
        "next_action": _share("staying_exact", "staying"),
        "next_product": _share("next_product", "staying"),
        "outcome_f1": _f1("buying"),
        "leave_f1": _f1("terminate"),
        "leave_precision": _share("terminate_hit", "terminate_said"),
        "leave_recall": _share("terminate_hit", "terminate_done"),
        "macro_f1": lambda sums: np.mean([np.nan_to_num(_f1(name)(sums)) for name in used], axis=0),
        "illegal": _share("illegal", "decisions"),
        "illegal_unconstrained": _share("illegal_freely", "spoken_freely"),
        "query_exact": _share("first_query_exact", "first_queries"),
        "query_f1": _share("first_query_f1", "first_queries"),
        "query_edit": _share("first_query_edit", "first_queries"),
        "query_f1_all": _share("query_f1", "queries"),
        "log_loss": _share("loss", "decisions"),
    }
    for name in used:
        found[f"{name}_precision"] = _share(f"{name}_hit", f"{name}_said")
        found[f"{name}_recall"] = _share(f"{name}_hit", f"{name}_done")
        found[f"{name}_f1"] = _f1(name)
    return found


def _sums(judged: Judged) -> dict[str, Column]:
    """Every quantity that a score is made of, summed within each session."""
    later = 1 - judged.first
    staying = (judged.truth != CLASSES.index("terminate")).astype(float)
    queried = np.isfinite(judged.query_f1).astype(float)
    opening = queried * _first_of(judged, queried)
    columns = {
        "decisions": np.ones_like(judged.exact),
        "exact": judged.exact,
        "later": later,
        "later_exact": later * judged.exact,
        "staying": staying,
        "staying_exact": staying * judged.exact,
        "next_product": np.nan_to_num(judged.next_product),
        "buying_done": np.nan_to_num(judged.buys),
        "buying_said": np.nan_to_num(judged.would_buy),
        "buying_hit": np.nan_to_num(judged.buys * judged.would_buy),
        "illegal": judged.illegal,
        "illegal_freely": np.nan_to_num(judged.illegal_unconstrained),
        "spoken_freely": np.isfinite(judged.illegal_unconstrained).astype(float),
        "loss": -judged.log_probability,
        "queries": queried,
        "query_f1": np.nan_to_num(judged.query_f1),
        "first_queries": opening,
        **{
            f"first_{name}": opening * np.nan_to_num(getattr(judged, name))
            for name in ("query_exact", "query_f1", "query_edit")
        },
    }
    for number, name in enumerate(CLASSES):
        columns[f"{name}_done"] = (judged.truth == number).astype(float)
        columns[f"{name}_said"] = (judged.said == number).astype(float)
        columns[f"{name}_hit"] = columns[f"{name}_done"] * columns[f"{name}_said"]
    sums = {name: _by_session(judged, column) for name, column in columns.items()}
    sums["sessions"] = (sums["decisions"] > 0).astype(float)
    sums["accuracy"] = np.nan_to_num(_ratio(sums["exact"], sums["decisions"]))
    sums["later_sessions"] = (sums["later"] > 0).astype(float)
    sums["later_accuracy"] = np.nan_to_num(_ratio(sums["later_exact"], sums["later"]))
    return sums


def _first_of(judged: Judged, chosen: Column) -> Column:
    """1 for the first chosen decision of each session."""
    first = np.zeros_like(chosen)
    places = np.flatnonzero(chosen)
    _, starts = np.unique(judged.session[places], return_index=True)
    first[places[starts]] = 1
    return first


def _by_session(judged: Judged, column: Column) -> Column:
    return np.bincount(judged.session, weights=column, minlength=judged.sessions).astype(np.float64)


def _resampled(sums: Sums, sessions: int, resamples: int, seed: int) -> Iterator[dict[str, Column]]:
    """Sums over sessions drawn with replacement, some resamples at a time."""
    names = list(sums)
    table = np.stack([sums[name] for name in names], axis=1)
    rng = np.random.default_rng(seed)
    for start in range(0, resamples if sessions else 0, _CHUNK):
        drawn: npt.NDArray[np.int64] = rng.multinomial(
            sessions, np.full(sessions, 1 / sessions), size=min(_CHUNK, resamples - start)
        )
        totals = drawn.astype(float) @ table
        yield {name: totals[:, place] for place, name in enumerate(names)}


def _ratio(part: Column, whole: Column) -> Column:
    return np.asarray(np.divide(part, whole, out=np.full_like(part, np.nan, dtype=float), where=whole > 0))


def _estimate(value: Column, resampled: Column | None) -> Estimate:
    point = float(value[0])
    if not math.isfinite(point):
        return Estimate(None, None, None)
    usable = resampled[np.isfinite(resampled)] if resampled is not None else np.empty(0)
    if not len(usable):
        return Estimate(point, None, None)
    low, high = np.quantile(usable, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(point, float(low), float(high))
