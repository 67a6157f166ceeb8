"""The sessions of a study as tasks of a Ray cluster; what they recorded comes back to one place.

Ray decides where a session runs and when. On each node stands an engine or several, actors with a browser
and the sandbox shops of the arms; a session's task finds an engine of the node that Ray gave it, lets it
run the session as on any other machine, and returns the recording. The engines belong to one keeper, so
that they live as long as the study's job does and not longer.
"""

import asyncio
import io
import logging
import os
import shutil
import socket
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import ray
from ray.exceptions import RayError, RayTaskError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from agent.browser import Terms
from agent.errors import UserError
from agent.session import EndingKind
from study.deciding import Minds
from study.ledger import Ran
from study.local import LocalSessions
from study.plan import Planned
from study.resolved import Resolved
from study.visiting import SESSIONS

LOCAL = "local"
"""In place of an address: a cluster of this machine alone, for as long as the study runs."""

RETRIES = 3
"""How often Ray starts a session again whose node is lost."""

LISTENING = 10.0
"""Seconds within which a cluster's address must take a connection."""

CLOSING = 20.0
"""Seconds that the engines have to close their browsers and to leave nothing behind."""

CORES_AN_ENGINE = 2
"""One engine's Python keeps about one core busy, and its browser another."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What every engine has to know.

    Attributes:
        resolved: the study.
        minds: what its policy comes to.
        terms: what may be done in each arm.
        version: of simagent here; an engine of another one would record another format.
        engines: on each node, by the node's id.
        windows: most sessions at once in an engine.
    """

    resolved: Resolved
    minds: Minds
    terms: Mapping[str, Terms]
    version: str
    engines: dict[str, int]
    windows: int


class RaySessions:
    """Runs sessions on a Ray cluster.

    Args:
        resolved: the study.
        minds: what its policy comes to.
        terms: what may be done in each arm.
        folder: the study's, on this machine.
        address: of the cluster; `auto` for the one that this machine belongs to, `local` for one of its own.
        workers: sessions at once.

    Raises:
        UserError: there is no such cluster, or it cannot reach the model or the site.
    """

    def __init__(
        self,
        resolved: Resolved,
        minds: Minds,
        terms: Mapping[str, Terms],
        folder: Path,
        address: str,
        workers: int,
    ) -> None:
        self._resolved = resolved
        self._minds = minds
        self._terms = terms
        self._folder = folder
        self._address = address
        self._workers = workers
        self._keeper: Any = None
        self._task: Any = None

    async def __aenter__(self) -> Self:
        _connect(self._address)
        try:
            nodes = [node for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
            _refuse_unreachable(nodes, self._resolved, self._minds)
            engines = {node["NodeID"]: _engines(node) for node in nodes}
            setup = Setup(
                self._resolved, self._minds, self._terms, version("simagent"), engines, self._workers
            )
            here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
            self._keeper = _Keeper.options(  # type: ignore[attr-defined] # made by the decorator
                num_cpus=0, max_concurrency=1000, scheduling_strategy=here
            ).remote(setup)
            cores = sum(float(node["Resources"].get("CPU", 0)) for node in nodes)
            self._task = _session.options(
                num_cpus=min(1.0, max(0.01, round(cores / self._workers - 0.005, 2))),
                max_retries=RETRIES,
                scheduling_strategy="SPREAD",
            )
        except BaseException:
            ray.shutdown()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with suppress(RayError, TimeoutError):  # a lost node closes nothing any more
                await asyncio.wait_for(self._keeper.close.remote(), CLOSING)
        finally:
            ray.shutdown()

    async def run(self, planned: Planned) -> Ran:
        """Runs one session somewhere in the cluster; its recording is in the study's folder afterwards.

        Raises:
            UserError: the recording cannot be written here, or an engine cannot be set up.
        """
        began = datetime.now(UTC)
        reference = self._task.remote(self._keeper, planned)
        try:
            ran, packed = await reference
        except RayError as error:
            lost = _loss(error)
            return Ran(began, datetime.now(UTC), EndingKind.FAULT, f"The cluster lost the session ({lost}).")
        except asyncio.CancelledError:
            ray.cancel(reference, force=False)
            raise
        await asyncio.to_thread(_unpack, packed, self._folder / SESSIONS / planned.key)
        result: Ran = ran
        return result


@ray.remote
def _session(keeper: Any, planned: Planned) -> tuple[Ran, bytes]:
    """One session on the node that Ray chose."""
    node = ray.get_runtime_context().get_node_id()
    engine = ray.get(keeper.engine.remote(node, planned.number))
    result: tuple[Ran, bytes] = ray.get(engine.run.remote(planned))
    return result


@ray.remote
class _Keeper:
    """Owns the engines, and makes those of a node when its first session comes."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._engines: dict[tuple[str, int], Any] = {}

    async def engine(self, node: str, number: int) -> Any:
        """An engine of a node, the node's engines in turn; one that died is made anew."""
        place = number % self._setup.engines.get(node, 1)
        engine = self._engines.get((node, place))
        if engine is not None:
            try:
                await engine.ready.remote()
            except RayError:
                engine = None
        if engine is None:
            here = NodeAffinitySchedulingStrategy(node, soft=False)
            engine = _Engine.options(  # type: ignore[attr-defined]
                num_cpus=0, max_concurrency=self._setup.windows + 10, scheduling_strategy=here
            ).remote(self._setup)
            self._engines[node, place] = engine
        return engine

    async def close(self) -> None:
        """Closes all engines; those that are gone already do not matter."""
        closing = [engine.close.remote() for engine in self._engines.values()]
        await asyncio.gather(*closing, return_exceptions=True)


@ray.remote
class _Engine:
    """A browser and the shops of the arms on one node, and the sessions in them."""

    def __init__(self, setup: Setup) -> None:
        own = version("simagent")
        if own != setup.version:
            raise UserError(
                f"this study runs on simagent {setup.version}, and a node of the cluster has {own}: "
                "install the same everywhere"
            )
        self._folder = Path(tempfile.mkdtemp(prefix="simagent-engine-"))
        self._sessions = LocalSessions(
            setup.resolved, setup.minds, self._folder, workers=setup.windows, terms=setup.terms
        )
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._open = False

    async def ready(self) -> bool:
        """Answers as long as it lives."""
        return True

    async def run(self, planned: Planned) -> tuple[Ran, bytes]:
        """Runs one session, and gives away its recording."""
        async with self._opening:
            if not self._open:
                await self._stack.enter_async_context(self._sessions)
                self._open = True
        ran = await self._sessions.run(planned)
        return ran, await asyncio.to_thread(_pack, self._folder / SESSIONS / planned.key)

    async def close(self) -> None:
        """Closes the browser and the shops, and removes what they left."""
        await self._stack.aclose()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


def _loss(error: RayError) -> str:
    """What the cluster lost; raises what was raised in a session itself."""
    cause: BaseException = error
    while isinstance(cause, RayTaskError):
        cause = cause.cause
    if isinstance(cause, RayError):
        return type(cause).__name__
    raise cause


def _connect(address: str) -> None:
    """Raises UserError where there is no cluster."""
    try:
        _refuse_deaf(address)
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            include_dashboard=False if address == LOCAL else None,
        )
    except (OSError, ValueError, RuntimeError, RayError) as error:
        first = str(error).strip().partition("\n")[0]
        raise UserError(
            f"there is no Ray cluster at {address} ({first}): start one with `ray start --head`, name its "
            f"address, or say --ray {LOCAL}"
        ) from error


def _refuse_deaf(address: str) -> None:
    """Raises OSError where nothing listens: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        with socket.create_connection((host.strip("[]"), int(port)), timeout=LISTENING):
            pass


def _engines(node: dict[str, Any]) -> int:
    return max(1, int(node["Resources"].get("CPU", 1)) // CORES_AN_ENGINE)


def _refuse_unreachable(nodes: list[dict[str, Any]], resolved: Resolved, minds: Minds) -> None:
    """What is on this machine's loopback cannot be reached from others."""
    if len({node["NodeManagerAddress"] for node in nodes}) < 2:
        return
    for model in minds.models:
        if _is_loopback(model.url):
            raise UserError(
                f"the model server {model.url} can be reached from this machine alone, and the cluster has "
                "others: name one in the study's policy, as `url: http://HOST:8000`"
            )
    for name, arm in resolved.study.arms.items():
        if arm.site is not None and _is_loopback(str(arm.site)):
            raise UserError(
                f"arms.{name}: {arm.site} can be reached from this machine alone, not from the cluster"
            )


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _pack(folder: Path) -> bytes:
    """A recording as a tar archive; it is removed here. Nothing where nothing was recorded."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        if folder.exists():
            archive.add(folder, arcname=".")
    shutil.rmtree(folder, ignore_errors=True)
    return packed.getvalue()


def _unpack(packed: bytes, folder: Path) -> None:
    """Puts a recording in its place, whole or not at all.

    Raises:
        UserError: the disk is full or gone.
    """
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            if not archive.getmembers():
                part.rmdir()
                return
            archive.extractall(part, filter="data")
        for file in part.rglob("*"):
            if file.is_file():
                _sync(file)
        part.rename(folder)
    except OSError as error:
        raise UserError(
            f"the recording cannot be written to {folder}: {error.strerror or error}; "
            "make room, and go on with --resume"
        ) from error


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
