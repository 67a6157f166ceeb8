from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import UserError
from agent.model import ServerOptions, hardware
from agent.model.hardware import cpu_ranges, usable_cpus
from agent.model.launch import GIB, planned_launch, prompt_cache_gib
from tests.agent.model.conftest import StandIn


def numbers(ranges: str) -> list[int]:
    ends = [part.split("-") for part in ranges.split(",")]
    return [number for end in ends for number in range(int(end[0]), int(end[-1]) + 1)]


@given(st.sets(st.integers(0, 300), min_size=1))
def test_processor_ranges_mean_the_processors_they_were_made_of(cpus: set[int]) -> None:
    assert numbers(cpu_ranges(tuple(sorted(cpus)))) == sorted(cpus)


def test_processor_ranges_are_short() -> None:
    assert cpu_ranges((0, 1, 2, 3, 6, 8, 9)) == "0-3,6,8-9"


@pytest.mark.parametrize(("free", "cache"), [(64 * GIB, 2), (6 * GIB, 2), (5 * GIB, 1), (4 * GIB, 1)])
def test_the_cache_of_prompts_fits_the_memory(free: int, cache: int) -> None:
    assert prompt_cache_gib(free) == cache


def test_too_little_memory_is_told() -> None:
    with pytest.raises(UserError, match=r"needs 4\.0 GiB of free memory and 2\.0 GiB are free"):
        prompt_cache_gib(2 * GIB)


def test_a_server_without_a_gpu_uses_all_processors_and_no_hub(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    launch = planned_launch(stand_in.options)
    assert launch.env["VLLM_CPU_OMP_THREADS_BIND"] == cpu_ranges(usable_cpus())
    assert launch.env["HF_HUB_OFFLINE"] == "1"
    assert launch.env["VLLM_NO_USAGE_STATS"] == "1"
    assert "--enforce-eager" in launch.command
    assert "--no-enable-chunked-prefill" in launch.command


@pytest.mark.parametrize(("features", "emulated"), [("fma avx2", True), ("fma avx2 avx512f", False)])
def test_processors_that_only_emulate_bfloat16_work_in_float32(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, features: str, *, emulated: bool
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"model name : any\nflags : {features}\n")
    monkeypatch.setattr(hardware, "CPU_FEATURES", cpuinfo)
    assert ("float32" in planned_launch(stand_in.options).command) is emulated


def test_a_server_with_a_gpu_takes_the_share_it_may(
    stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\necho NVIDIA Something 24GB\n")
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    options = ServerOptions(model=stand_in.options.model, gpu_memory_utilization=0.25, max_model_len=4096)
    command = " ".join(planned_launch(options).command)
    assert "--gpu-memory-utilization 0.25" in command
    assert "--max-model-len 4096" in command
    assert "--enforce-eager" not in command
