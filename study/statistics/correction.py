"""One family of tests a study, so that the chance of any false alarm in it is at most alpha."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction (1979, A simple sequentially rejective multiple test procedure).

    It holds however the tests hang together: measures of one funnel, arms with one control. A hypothesis is
    rejected at alpha where its corrected p is at most alpha.
    """
    # statsmodels' multipletests gives the same, but collects garbage at each call, which takes a process
    # that holds a study's browsers and records longer than a look at the study may.
    order = np.argsort(p_values)
    steps = np.arange(len(p_values), 0, -1) * np.asarray(p_values, dtype=np.float64)[order]
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(1, np.maximum.accumulate(steps))
    return [float(p) for p in corrected]
