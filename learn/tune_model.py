"""Choose how a language model's probabilities become choices, on the validation part of `human_clicks`.

    python -m learn.tune_model [FOLDER] [--sessions N]

FOLDER is a model's or a LoRA adapter's; without it, the default model's. Written is `choosing.json` in it
(`learn.policies.choosing`). The biases are those with most decisions exactly right, found one after the
other; of equally good ones (`learn.tune_leaving.TOLERANCE`) leaving gets the lowest, links the one nearest to
none. The weight in the hybrid is the one with the least log loss.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from agent.errors import UserError
from agent.model import model_dir
from learn.choices import LEAVE, Menu, same, symbol_of
from learn.clothing2008 import place_of
from learn.evaluation import Which, chosen
from learn.policies.choosing import Choosing, Option, chosen_way, options, write_choosing
from learn.policies.language_model import both, pooled
from learn.policies.model_shares import ModelShares
from learn.policies.sequence import SequenceModel
from learn.scoring.local_model import LocalModel
from learn.session import Moment, Session
from learn.sources import bundled
from learn.tune_leaving import TOLERANCE, best_bias

SESSIONS = 400
LEAVING = tuple(round(float(bias), 2) for bias in np.arange(-1.6, 0.85, 0.1))
LINKS = tuple(round(float(bias), 2) for bias in np.arange(-4.0, 0.55, 0.25))
WEIGHTS = tuple(round(float(weight), 2) for weight in np.arange(0.0, 1.01, 0.1))
ROUNDS = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One decision, and what the models hold of it.

    Attributes:
        moment: the decision.
        options: of the language model, at each of its turns.
        menu: what could be chosen.
        sequence, model: log-probabilities over it.
    """

    moment: Moment
    options: tuple[tuple[Option, ...], ...]
    menu: Menu
    sequence: Floats
    model: Floats


def weighed(sessions: Sequence[Session], shares: ModelShares, sequence: SequenceModel) -> list[Weighed]:
    """All decisions of sessions."""
    found = []
    for session, by_turn in zip(sessions, shares.of(sessions), strict=True):
        for moment, (menu, ours, models) in zip(
            session.moments(), both(session, shares, sequence), strict=True
        ):
            offered = []
            for turn, turn_shares in zip(moment.turns, by_turn[moment.start : moment.stop], strict=True):
                place = place_of(turn.observation)
                assert place is not None
                offered.append(options(place, turn_shares))
            found.append(Weighed(moment, tuple(offered), menu, ours, models))
    return found


def tuned(decisions: Sequence[Weighed], sequence_leaving: float) -> Choosing:
    """The choosing that fits these decisions.

    Args:
        decisions: of people.
        sequence_leaving: the sequence model's own bias, chosen on many more of them: it counts where the
            language model has no part in the hybrid.
    """
    choosing = Choosing()
    for _ in range(ROUNDS):
        before = choosing
        paging = {bias: exact_alone(decisions, replace(choosing, paging=bias)) for bias in LINKS}
        choosing = replace(choosing, paging=nearest_to_none(paging))
        category = {bias: exact_alone(decisions, replace(choosing, category=bias)) for bias in LINKS}
        choosing = replace(choosing, category=nearest_to_none(category))
        leaving = {bias: exact_alone(decisions, replace(choosing, leaving=bias)) for bias in LEAVING}
        choosing = replace(choosing, leaving=best_bias(leaving))
        if choosing == before:
            break
    losses = {weight: log_loss(decisions, weight) for weight in WEIGHTS}
    weight = min(losses, key=lambda one: losses[one])
    bias = sequence_leaving if weight == 0 else best_bias(exact_hybrid(decisions, weight))
    return replace(choosing, hybrid_weight=weight, hybrid_leaving=bias)


def nearest_to_none(exact: dict[float, float]) -> float:
    """Of all biases that are as exact as the best, the smallest."""
    most = max(exact.values())
    return min((bias for bias, share in exact.items() if share >= most - TOLERANCE), key=abs)


def exact_alone(decisions: Sequence[Weighed], choosing: Choosing) -> float:
    """The share of decisions that the language model has right."""
    return _mean(decisions, lambda one: same(one.moment, chosen_way(one.moment, one.options, choosing)))


def log_loss(decisions: Sequence[Weighed], weight: float) -> float:
    """Of the hybrid, nats a decision."""
    return _mean(
        decisions,
        lambda one: -float(pooled(one.sequence, one.model, weight)[one.menu.index[symbol_of(one.moment)]]),
    )


def exact_hybrid(decisions: Sequence[Weighed], weight: float) -> dict[float, float]:
    """For each bias of leaving, the share of decisions that the hybrid has right."""
    right = np.zeros(len(LEAVING))
    for one in decisions:
        logs = np.tile(pooled(one.sequence, one.model, weight), (len(LEAVING), 1))
        logs[:, one.menu.index[LEAVE]] += LEAVING
        right += logs.argmax(axis=1) == one.menu.index[symbol_of(one.moment)]
    return {bias: float(share) for bias, share in zip(LEAVING, right / len(decisions), strict=True)}


def _mean(decisions: Sequence[Weighed], value: Callable[[Weighed], float]) -> float:
    return float(np.mean([value(one) for one in decisions]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="python -m learn.tune_model", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="of a model or adapter; none: the default model")
    parser.add_argument("--sessions", type=int, default=SESSIONS, help="of the validation part")
    given = parser.parse_args(arguments)
    try:
        _tune(given.folder or model_dir(), given.sessions)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _tune(folder: Path | None, most: int) -> None:
    if folder is None:
        raise UserError("the default model is not prepared: run `simagent model prepare`, or name a folder")
    sessions = chosen(bundled("human_clicks").sessions, Which.VALIDATION, most)
    shares = ModelShares(LocalModel(folder, lambda words: print(words, file=sys.stderr, flush=True)))
    sequence = SequenceModel.shipped()
    decisions = weighed(sessions, shares, sequence)
    found = replace(
        tuned(decisions, sequence.leaving_bias),
        tuned_on=f"{len(sessions)} validation sessions of human_clicks, {len(decisions)} decisions",
    )
    write_choosing(folder, found)
    sys.stdout.write(
        f"{found}\nalone: exact {exact_alone(decisions, found):.2%} on these; hybrid: "
        f"{exact_hybrid(decisions, found.hybrid_weight)[found.hybrid_leaving]:.2%}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
