"""How vLLM is started on this machine: its command line and its environment, for a CPU or a GPU."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UserError
from agent.model.cache import gib
from agent.model.environment import clean_environment, server_python
from agent.model.hardware import (
    available_memory,
    cpu_ranges,
    gpu_name,
    multiplies_bfloat16,
    usable_cpus,
)
from agent.model.weights import CONTEXT_TOKENS, OFFLINE, SERVED_NAME, model_dir

GIB = 2**30
CPU_SERVER_BYTES = 3 * GIB
"""What the server of our own model takes on a CPU, its cache of prompts left out."""
SMALLEST_BYTES = CPU_SERVER_BYTES + GIB
"""Free memory without which it is not started."""
GPU_SHARE = 0.4
"""Share of a GPU's memory for our own small model; vLLM's default would take nearly all of it."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What can be chosen of a server.

    Attributes:
        model: a model folder, or a name that vLLM knows to find; None for our own model.
        port: where it listens on 127.0.0.1; None for any free one.
        gpu_memory_utilization: share of the GPU's memory that it may take, 0 to 1.
        max_model_len: tokens of its context; None for 8,192 with our own model, else the model's own limit.
    """

    model: str | None = None
    port: int | None = None
    gpu_memory_utilization: float | None = None
    max_model_len: int | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """A server that is about to be started.

    Attributes:
        command: the program and its arguments, all but the port.
        env: its whole environment.
        model: the folder or name that it loads.
        served_name: what the model is called in requests.
    """

    command: tuple[str, ...]
    env: Mapping[str, str]
    model: str
    served_name: str


def planned_launch(options: ServerOptions) -> Launch:
    """Works out how to start vLLM here.

    Raises:
        UserError: the environment, the weights or the memory are missing.
    """
    python = server_python()
    if python is None:
        raise UserError("there is no environment for the model server yet: run `simagent model prepare`")
    model = wanted_model(options)
    own = options.model is None
    gpu = gpu_name() is not None
    served_name = SERVED_NAME if own else Path(model).name
    arguments = _arguments(options, own=own, gpu=gpu)
    return Launch(
        command=(
            *(str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", model),
            *("--served-model-name", served_name, "--host", "127.0.0.1", *arguments),
        ),
        env=_environment(local=Path(model).is_dir(), gpu=gpu),
        model=model,
        served_name=served_name,
    )


def wanted_model(options: ServerOptions) -> str:
    """The folder or name that the options ask for.

    Raises:
        UserError: our own model is asked for and not prepared.
    """
    if options.model is not None:
        folder = Path(options.model).expanduser()
        return str(folder.resolve()) if folder.is_dir() else options.model
    own = model_dir()
    if own is None:
        raise UserError("the model's weights are not prepared yet: run `simagent model prepare`")
    return str(own)


def _arguments(options: ServerOptions, *, own: bool, gpu: bool) -> list[str]:
    arguments = [
        "--enable-prefix-caching",
        "--enable-prompt-tokens-details",  # usage then says how much of a prompt was cached
        "--disable-uvicorn-access-log",
        # A constrained reply without free white space: one spelling, and no model lost in blanks.
        "--structured-outputs-config",
        '{"backend": "xgrammar", "disable_any_whitespace": true}',
    ]
    context = options.max_model_len or (CONTEXT_TOKENS if own else None)
    if context is not None:
        arguments += ["--max-model-len", str(context)]
    if gpu:
        share = options.gpu_memory_utilization or (GPU_SHARE if own else None)
        return arguments + (["--gpu-memory-utilization", str(share)] if share is not None else [])
    # Compiled, it starts in 110 s in place of 30, at every start anew, and prompts gain little.
    # On a CPU, vLLM 0.32 dies of a seeded request whose prompt it reads in chunks (generator without offset).
    arguments += ["--enforce-eager", "--no-enable-chunked-prefill"]
    # Measured with AVX2 alone: a prompt takes less than half the time in float32.
    return arguments if multiplies_bfloat16() else [*arguments, "--dtype", "float32"]


def _environment(*, local: bool, gpu: bool) -> dict[str, str]:
    env = clean_environment()
    env |= {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if local:
        env |= OFFLINE
    if not gpu:
        env.setdefault("VLLM_CPU_OMP_THREADS_BIND", cpu_ranges(usable_cpus()))
        if "VLLM_CPU_KVCACHE_SPACE" not in env:
            env["VLLM_CPU_KVCACHE_SPACE"] = str(prompt_cache_gib(available_memory()))
    return env


def prompt_cache_gib(available: int) -> int:
    """GiB of memory for cached prompts: 2 (93,000 tokens of our own model), or 1 where memory is short.

    Args:
        available: bytes of memory that can be taken.

    Raises:
        UserError: the server does not fit at all.
    """
    if available >= CPU_SERVER_BYTES + 2 * GIB + GIB // 2:
        return 2
    if available >= SMALLEST_BYTES:
        return 1
    raise UserError(
        f"the model server needs {gib(SMALLEST_BYTES)} of free memory and {gib(available)} are free: "
        "close other programs, or name a server elsewhere with --model-url"
    )
