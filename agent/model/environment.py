"""The environment of the model server: vLLM and torch, in a virtual environment apart from the agent's.

vLLM pins some 150 packages and weighs gigabytes; the agent needs none of them. The environment is made from a
lock that comes along (`locks/`), lies in the user's cache under the lock's digest, and is shared by all that
have the same lock.

The CPU build of torch is in no lock: package indexes hold it in different places. It is asked from pip as pip
is configured here, and where that knows no such build, from PyTorch's own index, which uv knows.
"""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from agent.errors import UserError
from agent.model.cache import MARKER, Progress, cache_dir, free_space, gib, made_folder, make_once
from agent.model.hardware import gpu_name
from agent.model.logged import CommandFailed, run_logged

PYTHON_VARIABLE = "SIMAGENT_SERVER_PYTHON"
CPU_TORCH = "2.13.0"
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an environment is made from.

    Attributes:
        lock: text of the pinned requirements.
        cpu_torch: version of torch's CPU build, which the lock leaves out; None where the lock has torch.
        needs_bytes: disk space that making it takes.
    """

    lock: str
    cpu_torch: str | None
    needs_bytes: int

    @property
    def folder(self) -> str:
        """Name of the environment's folder in the cache: another one for every other recipe or Python."""
        version = "{}.{}".format(*sys.version_info)
        made_from = f"{version}\n{self.cpu_torch}\n{self.lock}"
        return f"server-env-{hashlib.sha256(made_from.encode()).hexdigest()[:12]}"


def recipe() -> Recipe:
    """The recipe for this machine: with a GPU, or without."""
    locks = files("agent.model") / "locks"
    if gpu_name() is not None:
        return Recipe((locks / "server-gpu.txt").read_text(encoding="utf-8"), None, 16 * 2**30)
    return Recipe((locks / "server-cpu.txt").read_text(encoding="utf-8"), CPU_TORCH, 5 * 2**30)


def server_python() -> Path | None:
    """The Python that has vLLM: the one that SIMAGENT_SERVER_PYTHON names, else that of the made environment.

    Raises:
        UserError: the variable names what is not there.
    """
    named = os.environ.get(PYTHON_VARIABLE)
    if named:
        if not os.access(named, os.X_OK):
            raise UserError(
                f"{PYTHON_VARIABLE} names {named}, which is no program that can be run; mend or unset it"
            )
        return Path(named).absolute()
    made = made_folder(recipe().folder)
    python = made / "bin" / "python" if made else None
    # A made environment dies with the Python that it was made from: then its link leads nowhere.
    return python if python is not None and python.exists() else None


def prepare_environment(progress: Progress) -> Path:
    """Finds the environment, or makes it (some 100 s and 3.5 GB without a GPU).

    Returns:
        Its Python.

    Raises:
        UserError: it cannot be made here; the text says why, and what to do.
    """
    if (python := server_python()) is not None:
        return python
    _refuse_where_impossible()
    wanted = recipe()
    if (orphan := made_folder(wanted.folder)) is not None:
        # Made to its end, but the Python that it was made from is gone: it has to be made again.
        (orphan / MARKER).unlink()
    folder = make_once(
        wanted.folder,
        lambda folder: _build(folder, wanted, progress),
        progress,
        needs_bytes=wanted.needs_bytes,
    )
    return folder / "bin" / "python"


def clean_environment() -> dict[str, str]:
    """Our environment variables without those that would lead another Python to our own packages."""
    ours = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {key: value for key, value in os.environ.items() if key not in ours}


def other_environments() -> list[Path]:
    """Environments in the cache that this version does not use: those of other locks."""
    current = recipe().folder
    return sorted(path for path in cache_dir().glob("server-env-*") if path.is_dir() and path.name != current)


def _refuse_where_impossible() -> None:
    if sys.platform != "linux":
        raise UserError(
            "vLLM runs on Linux only: start a model server elsewhere and name it with --model-url"
        )
    if importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info)
        raise UserError(
            "this Python cannot make virtual environments: "
            f"apt-get install python{version}-venv, then run it again"
        )


def _build(folder: Path, wanted: Recipe, progress: Progress) -> Mapping[str, object]:
    log = cache_dir() / "logs" / f"{folder.name}.log"
    log.unlink(missing_ok=True)
    try:
        _install(folder, wanted, log, progress)
    except CommandFailed as error:
        if free_space() < 2**28:
            raise UserError(
                f"the disk is full: {gib(wanted.needs_bytes)} are needed in {cache_dir()}"
            ) from error
        raise UserError(f"the model server's environment could not be made: {error}") from error
    return {"python": sys.version.split()[0], "torch": wanted.cpu_torch or "from the lock"}


def _install(folder: Path, wanted: Recipe, log: Path, progress: Progress) -> None:
    run = partial(run_logged, log=log, progress=progress, seconds=HOUR, env=clean_environment())
    run([sys.executable, "-m", "venv", "--clear", folder], what="making the model server's environment")
    python = folder / "bin" / "python"
    lock = folder / "lock.txt"
    lock.write_text(wanted.lock, encoding="utf-8")
    # No dependencies: the lock is whole, and leaves out torch's companions (torchvision, torchaudio,
    # torchcodec), whose CPU builds do not match and break the import of transformers.
    run(
        [*pip(python, "install"), "--no-deps", "--require-hashes", "-r", lock],
        what="installing the model server (once, some minutes)",
    )
    if wanted.cpu_torch is not None:
        torch = f"torch=={wanted.cpu_torch}"
        try:
            run([*pip(python, "install"), "--no-deps", f"{torch}+cpu"], what="installing torch for the CPU")
        except CommandFailed:
            uv = (python, "-m", "uv", "pip", "install", "--python", python)
            run(
                [*uv, "--no-deps", "--torch-backend", "cpu", torch],
                what="installing torch for the CPU from PyTorch's own index",
            )
    run([python, "-c", "import torch, transformers, vllm"], what="trying the model server's environment")


def pip(python: Path, command: str) -> list[str | Path]:
    """The beginning of a command of that Python's pip, which asks nothing and draws no bars."""
    quiet = ("--no-input", "--progress-bar", "off", "--disable-pip-version-check")
    return [python, "-m", "pip", command, *quiet]


def vllm_version(python: Path) -> str | None:
    """Which vLLM an environment has, read from its folders without starting its Python."""
    for site in sorted(python.parent.parent.glob("lib/python*/site-packages")):
        for distribution in sorted(site.glob("vllm*.dist-info")):
            return distribution.name.removesuffix(".dist-info").replace("_", "-")
    return None
