"""What is installed on this machine and what is missing, for `simagent doctor`: looked at, never started."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import psutil
from packaging.requirements import Requirement

from agent.chromium import find_chromium
from agent.errors import UserError
from agent.model.cache import CACHE_VARIABLE, cache_dir, free_space, gib
from agent.model.environment import other_environments, recipe, server_python, vllm_version
from agent.model.hardware import available_memory, gpu_name, usable_cpus
from agent.model.launch import SMALLEST_BYTES
from agent.model.server import ServerState, server_status
from agent.model.weights import BASE, model_dir

PREPARE = "run `simagent model prepare`"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        ok: whether nothing is to be done about it.
        detail: what was found.
        remedy: what to do, where something is to be done; else empty.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def report() -> list[Check]:
    """Looks at everything that a visit with the local model needs, in under two seconds."""
    looks: tuple[Callable[[], Check], ...] = (
        _python,
        _packages,
        _chromium,
        _cache,
        _environment,
        _weights,
        _server,
        _gpu,
        _memory,
        _disk,
    )
    return [*(look() for look in looks), *_leftovers()]


def _found(name: str, detail: str) -> Check:
    return Check(name, ok=True, detail=detail)


def _wrong(name: str, detail: str, remedy: str) -> Check:
    return Check(name, ok=False, detail=detail, remedy=remedy)


def _python() -> Check:
    return _found("Python", f"{sys.version.split()[0]} ({sys.executable})")


def _packages() -> Check:
    try:
        wanted = [Requirement(line) for line in metadata.requires("simagent") or []]
    except metadata.PackageNotFoundError:
        return _wrong("packages", "simagent itself is not installed", "run `pip install -e .` in its folder")
    needed = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    lacking = [str(one) for one in needed if not _is_met(one)]
    if lacking:
        return _wrong("packages", f"missing or too old: {', '.join(lacking)}", f"pip install '{lacking[0]}'")
    return _found("packages", f"all {len(needed)} are installed")


def _is_met(requirement: Requirement) -> bool:
    try:
        return requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


def _chromium() -> Check:
    try:
        return _found("Chromium", str(find_chromium()))
    except UserError as error:
        return _wrong("Chromium", "none that can be used", str(error))


def _cache() -> Check:
    folder = cache_dir()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(existing, os.W_OK | os.X_OK):
        return _found("cache", str(folder))
    remedy = f"make {existing} writable, or name another folder with {CACHE_VARIABLE}"
    return _wrong("cache", f"{folder} cannot be written", remedy)


def _environment() -> Check:
    name = "model server's environment"
    try:
        python = server_python()
    except UserError as error:
        return _wrong(name, "not usable", str(error))
    if python is None:
        return _wrong(name, "not made yet", PREPARE)
    return _found(name, f"{vllm_version(python) or 'vLLM'} ({python})")


def _weights() -> Check:
    folder = model_dir()
    if folder is None:
        return _wrong("model", f"{BASE.name} is not prepared yet", PREPARE)
    return _found("model", f"{BASE.name}, {BASE.licence} ({folder})")


def _server() -> Check:
    name = "model server"
    status = server_status()
    if status.state is ServerState.ABSENT:
        return _found(name, "none is running; `simagent run` starts one")
    detail = f"{status.state}: {status.model} at {status.url}, process {status.pid}"
    if status.memory is not None:
        detail += f", {gib(status.memory)}"
    if status.state is ServerState.SILENT:
        return _wrong(name, detail, "end it with `simagent model stop`")
    return _found(name, detail)


def _gpu() -> Check:
    name = gpu_name()
    return _found("GPU", name or f"none from NVIDIA: the model runs on {len(usable_cpus())} processors")


def _memory() -> Check:
    free = available_memory()
    detail = f"{gib(free)} of {gib(psutil.virtual_memory().total)} are free"
    needed = SMALLEST_BYTES
    if free < needed and server_status().state is ServerState.ABSENT:
        return _wrong("memory", detail, f"the model server needs {gib(needed)}: close other programs")
    return _found("memory", detail)


def _disk() -> Check:
    try:
        free = free_space()
    except UserError as error:
        return _wrong("disk", "the cache cannot be made", str(error))
    detail = f"{gib(free)} are free for the cache"
    needed = 2**29 if model_dir() else recipe().needs_bytes
    if free < needed:
        return _wrong("disk", detail, f"{gib(needed)} are needed: make room")
    return _found("disk", detail)


def _leftovers() -> Iterator[Check]:
    """Environments of other versions, gigabytes each: nothing is wrong, but one may want the room."""
    others = other_environments()
    if others:
        names = ", ".join(path.name for path in others)
        yield _found("old environments", f"{names} in {cache_dir()}: remove them when no checkout uses them")
