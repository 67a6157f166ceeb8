"""What this machine has for a model server: processors, memory, a GPU."""

import os
import shutil
import subprocess
from pathlib import Path

import psutil

CPU_FEATURES = Path("/proc/cpuinfo")
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
CGROUP_USED = Path("/sys/fs/cgroup/memory.current")


def usable_cpus() -> tuple[int, ...]:
    """Numbers of the processors that this process may run on, in order."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def cpu_ranges(cpus: tuple[int, ...]) -> str:
    """Processor numbers as vLLM reads them: `0-3,6`."""
    ranges: list[list[int]] = []
    for cpu in cpus:
        if ranges and cpu == ranges[-1][1] + 1:
            ranges[-1][1] = cpu
        else:
            ranges.append([cpu, cpu])
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in ranges)


def multiplies_bfloat16() -> bool:
    """Whether the processors work in bfloat16 at speed; without AVX-512 (or Arm's bf16) it is emulated."""
    try:
        features = set(CPU_FEATURES.read_text().split())
    except OSError:
        return True  # no Linux: leave the choice to vLLM
    return not features.isdisjoint({"avx512f", "avx512_bf16", "amx_bf16", "bf16"})


def available_memory() -> int:
    """Bytes that can still be taken, within a container's limit where there is one."""
    free = psutil.virtual_memory().available
    try:
        limit, used = CGROUP_LIMIT.read_text().strip(), int(CGROUP_USED.read_text())
    except OSError:
        return free
    return free if limit == "max" else min(free, max(0, int(limit) - used))


def gpu_name() -> str | None:
    """The first NVIDIA GPU as its driver names it; None where there is none, or no working driver."""
    if shutil.which("nvidia-smi") is None:
        return None
    try:
        listing = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    names = listing.stdout.strip().splitlines() if listing.returncode == 0 else []
    return names[0].strip() if names else None
