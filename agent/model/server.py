"""The model server of this machine: found, started, watched while it loads, and ended.

One server a user. A record of it lies in the cache (`server.json`), written as soon as its process exists, so
that a second command finds a server that still loads and waits for it in place of starting another. A record
is believed only while the process that it names is the same one still: same number, same time of birth.

The server is started in a session of its own and outlives the command that started it.
"""

import http.client
import json
import os
import socket
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import psutil
from pydantic import ValidationError

from agent.actions import Frozen
from agent.errors import UserError
from agent.model.cache import TELL_EVERY, Progress, cache_dir, locked, unwritable, write_whole
from agent.model.launch import Launch, ServerOptions, planned_launch, wanted_model
from agent.model.logged import last_words
from agent.model.weights import SERVED_NAME

HOST = "127.0.0.1"
START_SECONDS = 900.0
"""How long a server may take to load; a big model on a slow disk takes minutes."""
STOP_SECONDS = 20.0
"""How long it may take to end by itself, before it is killed."""
ANSWER_SECONDS = 10.0
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Server:
    """A model server that answers.

    Attributes:
        url: its base address, with `/v1`.
        model: the model's name in requests.
        pid: its process.
        started: whether this call started it.
        max_model_len: tokens of its context, where it says so.
        folder: the model's folder; None where the model was named otherwise.
    """

    url: str
    model: str
    pid: int
    started: bool
    max_model_len: int | None
    folder: Path | None


class ServerState(StrEnum):
    """How it is with the server."""

    ABSENT = "absent"
    STARTING = "starting"
    READY = "ready"
    SILENT = "silent"
    """It was ready once, its process lives, and it does not answer."""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What can be said of the server without disturbing it.

    Attributes:
        state: how it is.
        url: its base address.
        model: the model's name in requests.
        pid: its process.
        seconds: since it was started.
        memory: bytes that it and its children hold.
        log: where it writes; None for one in the foreground.
    """

    state: ServerState
    url: str | None = None
    model: str | None = None
    pid: int | None = None
    seconds: float | None = None
    memory: int | None = None
    log: Path | None = None


class Record(Frozen):
    """What the cache keeps of a server: enough to find it again, and to tell it from a later process."""

    pid: int
    born: float
    port: int
    model: str
    served_name: str
    command: tuple[str, ...]
    started_at: datetime
    log: Path | None = None
    ready: bool = False

    @property
    def url(self) -> str:
        """Base address of its API."""
        return f"http://{HOST}:{self.port}/v1"


def ensure_server(progress: Progress, options: ServerOptions | None = None) -> Server:
    """Finds the server that runs, or starts one, and waits until it answers.

    With no model named, whatever server was started here is used; but one with an older edition of our own
    model is replaced.

    Args:
        progress: told what takes long.
        options: what is asked of the server; None for our own model on any free port.

    Raises:
        UserError: it cannot be started, ended while it loaded, or another one stands in the way.
    """
    options = options or ServerOptions()
    with locked("server.lock", progress):
        record = _running()
        if record is not None and not _serves(record, options):
            launch = planned_launch(options)
            progress("the running model server has an older edition of the model: ending it")
            _end(record)
            record = _start(launch, options.port)
            return _await_ready(record, progress, started=True)
        if record is None:
            return _await_ready(_start(planned_launch(options), options.port), progress, started=True)
        return _await_ready(record, progress, started=False)


def serve_foreground(options: ServerOptions) -> NoReturn:
    """Becomes the model server: this process is replaced by vLLM, which writes to the terminal.

    It can be found and stopped like one in the background.

    Raises:
        UserError: it cannot be started, or one runs already.
    """
    with locked("server.lock", lambda _: None):
        record = _running()
        if record is not None:
            raise UserError(
                f"a model server runs already at {record.url} (process {record.pid}): "
                "use it, or end it with `simagent model stop`"
            )
        launch = planned_launch(options)
        port = _free_port(options.port)
        command = (*launch.command, "--port", str(port))
        _keep(_record_of(os.getpid(), port, launch, command, log=None))
    os.execve(command[0], command, dict(launch.env))  # noqa: S606 - no shell is wanted


def stop_server() -> bool:
    """Ends the server that was started here, with its children.

    Returns:
        Whether there was one.
    """
    record = _running()
    if record is None:
        return False
    _end(record)
    return True


def server_status() -> ServerStatus:
    """Says how it is with the server; changes nothing."""
    record = _running()
    if record is None:
        return ServerStatus(ServerState.ABSENT)
    if _context_of(record) is not None:
        state = ServerState.READY
    else:
        state = ServerState.SILENT if record.ready else ServerState.STARTING
    return ServerStatus(
        state=state,
        url=record.url,
        model=record.served_name,
        pid=record.pid,
        seconds=(datetime.now(UTC) - record.started_at).total_seconds(),
        memory=_memory(record.pid),
        log=record.log,
    )


def _serves(record: Record, options: ServerOptions) -> bool:
    """Whether a running server is what is asked for; False where it may be replaced.

    Raises:
        UserError: it is another one, which the user started on purpose.
    """
    own = record.served_name == SERVED_NAME
    if options.model is None:
        right = not own or record.model == wanted_model(options)
    else:
        right = record.model == wanted_model(options)
    if right and options.port in {None, record.port}:
        return True
    if own and options.model is None and options.port is None:
        return False
    raise UserError(
        f"a model server runs already, with {record.served_name} at {record.url}: "
        "use it, or end it with `simagent model stop` first"
    )


def _start(launch: Launch, port: int | None) -> Record:
    port = _free_port(port)
    command = (*launch.command, "--port", str(port))
    log = cache_dir() / "logs" / "server.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as sink:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                env=launch.env,
                cwd=log.parent,  # `python -m` searches the current folder first: it must be empty of modules
                start_new_session=True,
            )
    except OSError as error:
        raise unwritable(error) from error
    # Somebody has to take note of its end, or it stays a zombie for as long as we live.
    threading.Thread(target=process.wait, daemon=True, name="model-server-reaper").start()
    record = _record_of(process.pid, port, launch, command, log)
    _keep(record)
    return record


def _record_of(pid: int, port: int, launch: Launch, command: tuple[str, ...], log: Path | None) -> Record:
    try:
        born = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        born = 0.0  # it ended at once: its record names no living process
    return Record(
        pid=pid,
        born=born,
        port=port,
        model=launch.model,
        served_name=launch.served_name,
        command=command,
        started_at=datetime.now(UTC),
        log=log,
    )


def _await_ready(record: Record, progress: Progress, *, started: bool) -> Server:
    since = time.monotonic()
    told = since - TELL_EVERY
    while (context := _context_of(record)) is None:
        process = _process(record)
        if process is None:
            raise UserError(_obituary(record))
        elapsed = time.monotonic() - since
        if elapsed > START_SECONDS:
            raise UserError(
                f"the model server (process {record.pid}) has not answered for {elapsed:.0f} s: end it with "
                f"`simagent model stop` and try again; its log: {record.log or 'in its terminal'}"
            )
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            progress(f"the model server is starting: {elapsed:.0f} s (usually 30 to 60 s)")
        _wait_for_end(process, POLL_SECONDS)
    if not record.ready:
        _keep(record.model_copy(update={"ready": True}))
    folder = Path(record.model)
    return Server(
        url=record.url,
        model=record.served_name,
        pid=record.pid,
        started=started,
        max_model_len=context.tokens,
        folder=folder if folder.is_dir() else None,
    )


def _obituary(record: Record) -> str:
    if record.log is None:
        return "the model server ended while it was starting; its terminal says why"
    return (
        f"the model server ended while it was starting; its last words:\n{last_words(record.log)}\n"
        f"all that it said: {record.log}"
    )


@dataclass(frozen=True, slots=True)
class Context:
    """The length of a served model's context in tokens, where the server says it."""

    tokens: int | None


def _context_of(record: Record) -> Context | None:
    """Asks the server for its model; None where it does not (yet) serve the one that it was started with."""
    if _get(record.port, "/health") is None:
        return None
    body = _get(record.port, "/v1/models")
    if body is None:
        return None
    try:
        models = json.loads(body)["data"]
        for model in models:
            if model["id"] == record.served_name:
                return Context(model.get("max_model_len"))
    except (ValueError, KeyError, TypeError):
        return None
    return None


def _get(port: int, path: str) -> bytes | None:
    """The body of an answer of 200; None for any other, and for none at all. No proxy is ever asked."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)) as connection:
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
    return body if response.status == http.client.OK else None


def _state_file() -> Path:
    return cache_dir() / "server.json"


def _keep(record: Record) -> None:
    try:
        write_whole(_state_file(), record.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise unwritable(error) from error


def _running() -> Record | None:
    """The record of the server, where its process lives."""
    try:
        record = Record.model_validate_json(_state_file().read_bytes())
    except (OSError, ValidationError):
        return None
    return record if _process(record) is not None else None


def _process(record: Record) -> psutil.Process | None:
    """The living process that a record names; None where it has ended, or its number is another's now."""
    try:
        process = psutil.Process(record.pid)
        if abs(process.create_time() - record.born) > 1 or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def _wait_for_end(process: psutil.Process, seconds: float) -> None:
    try:
        process.wait(timeout=seconds)
    except psutil.TimeoutExpired:
        return


def _end(record: Record) -> None:
    process = _process(record)
    if process is not None:
        try:
            children = process.children(recursive=True)
            process.terminate()
        except psutil.NoSuchProcess:
            children = []
        # vLLM ends its children before itself: whatever outlives it, or does not end at all, is killed.
        _wait_for_end(process, STOP_SECONDS)
        for survivor in (process, *children):
            try:
                survivor.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs([process, *children], timeout=STOP_SECONDS)
    _state_file().unlink(missing_ok=True)


def _memory(pid: int) -> int | None:
    try:
        process = psutil.Process(pid)
        return sum(member.memory_info().rss for member in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return None


def _free_port(wanted: int | None) -> int:
    """A port on loopback that nobody listens at.

    Raises:
        UserError: the wanted one is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted or 0))
        except OSError as error:
            raise UserError(f"port {wanted} is taken ({error.strerror}): name another with --port") from error
        port: int = probe.getsockname()[1]
        return port
