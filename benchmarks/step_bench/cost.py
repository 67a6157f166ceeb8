"""What work costs: wall time, and CPU time and memory of this process and all that it started."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds.

    Attributes:
        wall: that passed.
        cpu: of all processors together.
    """

    wall: float
    cpu: float

    def __sub__(self, earlier: "Cost") -> "Cost":
        return Cost(self.wall - earlier.wall, self.cpu - earlier.cpu)

    @classmethod
    def now(cls, root: int | None = None, without: Iterable[int] = ()) -> Self:
        """Since some moment, of a process and all that it started, also of those that ended by now.

        Args:
            root: the process; None: this one.
            without: processes that are not counted, such as the shop's.
        """
        return cls(time.perf_counter(), sum(_cpu(process) for process in family(root, without)))


def family(root: int | None = None, without: Iterable[int] = ()) -> list[psutil.Process]:
    """A process and all that it started and that still run."""
    first = psutil.Process(root)
    left_out = set(without)
    return [process for process in [first, *first.children(recursive=True)] if process.pid not in left_out]


def memory(processes: Iterable[psutil.Process]) -> float:
    """MiB that belong to these processes, what they share divided among all that share it (PSS)."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / MIB


def _cpu(process: psutil.Process) -> float:
    """With that of its own processes that ended: each window's ends with it."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
