"""Find the sequence model's bias of leaving, on the validation part of `human_clicks`.

    python -m learn.tune_leaving WEIGHTS.npz

Of all biases that are as exact as the best to within `TOLERANCE`, the one that leaves least is kept: it tells
leaving from staying best. Writes it into the file.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from learn.choices import LEAVE, symbol_of
from learn.policies.sequence import BIAS, SequenceModel, read_model
from learn.policies.sequence_features import shelf
from learn.readers.human_clicks import country_of
from learn.session import Session
from learn.sources import bundled
from learn.split import Part, sessions_in

BIASES = tuple(round(float(bias), 2) for bias in np.arange(-1.2, 0.65, 0.1))
TOLERANCE = 0.0005
"""A share of all decisions."""


def best_bias(exact: dict[float, float]) -> float:
    """The bias to keep.

    Args:
        exact: for each bias, the share of decisions that is exactly right.
    """
    most = max(exact.values())
    return min(bias for bias, share in exact.items() if share >= most - TOLERANCE)


def exact_by_bias(model: SequenceModel, sessions: Sequence[Session]) -> dict[float, float]:
    """For each of `BIASES`, the share of decisions that the model has exactly right."""
    on = shelf()
    right = np.zeros(len(BIASES))
    count = 0
    for session in sessions:
        symbols = [symbol_of(moment) for moment in session.moments()]
        done = np.array([len(on.codes) if symbol == LEAVE else on.index[symbol] for symbol in symbols])
        logs = np.log(model.shares([int(click) for click in done[:-1]], country_of(session)))
        for place, bias in enumerate(BIASES):
            weighed = logs.copy()
            weighed[:, -1] += bias
            right[place] += (weighed.argmax(axis=1) == done).sum()
        count += len(done)
    return {bias: float(share) for bias, share in zip(BIASES, right / count, strict=True)}


def main() -> int:
    """Run as a command."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m learn.tune_leaving WEIGHTS.npz\n")
        return 2
    path = Path(sys.argv[1])
    sessions = sessions_in(Part.VALIDATION, bundled("human_clicks").sessions)
    exact = exact_by_bias(read_model(path.read_bytes()), sessions)
    with np.load(path, allow_pickle=False) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    kept[BIAS] = np.array(best_bias(exact))
    np.savez_compressed(path, allow_pickle=False, **kept)
    for bias, share in exact.items():
        sys.stdout.write(f"bias {bias:+.1f}: exact {share:.2%} on validation\n")
    sys.stdout.write(f"kept {best_bias(exact):+.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
