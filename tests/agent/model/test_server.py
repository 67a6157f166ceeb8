import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from agent.errors import UserError
from agent.model import (
    ServerOptions,
    ServerState,
    ensure_server,
    server,
    server_status,
    stop_server,
)
from tests.agent.model.conftest import StandIn


def silent(_: str) -> None:
    """Progress that nobody reads."""


def ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).wait(timeout=10) is not None or not psutil.pid_exists(pid)
    except psutil.NoSuchProcess:
        return True


def loaded(stand_in: StandIn) -> Path:
    return Path(stand_in.options.model or "") / "loaded"


def test_a_server_is_started_once_and_used_again(stand_in: StandIn) -> None:
    first = ensure_server(silent, stand_in.options)
    second = ensure_server(silent, stand_in.options)
    assert first.started
    assert second == replace(first, started=False)
    assert (first.model, first.max_model_len) == ("tiny-model", 512)
    assert str(first.folder) == stand_in.options.model


def test_a_server_that_the_user_chose_is_used_where_no_model_is_named(stand_in: StandIn) -> None:
    chosen = ensure_server(silent, stand_in.options)
    assert ensure_server(silent) == replace(chosen, started=False)


def test_a_running_server_can_be_described(stand_in: StandIn) -> None:
    assert server_status().state is ServerState.ABSENT
    running = ensure_server(silent, stand_in.options)
    status = server_status()
    assert (status.state, status.url, status.model, status.pid) == (
        ServerState.READY,
        running.url,
        running.model,
        running.pid,
    )
    assert status.memory


def test_stopping_ends_the_server_and_its_children(stand_in: StandIn) -> None:
    running = ensure_server(silent, stand_in.options)
    child = int((Path(stand_in.options.model or "") / "child.pid").read_text())
    assert psutil.pid_exists(child)
    assert stop_server()
    assert ended(running.pid)
    assert ended(child)
    assert server_status().state is ServerState.ABSENT
    assert not stop_server()


def test_a_server_deaf_to_requests_to_end_is_killed(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.behaves("stubborn")
    monkeypatch.setattr(server, "STOP_SECONDS", 1.0)
    running = ensure_server(silent, stand_in.options)
    assert stop_server()
    assert ended(running.pid)


def test_a_server_that_was_killed_is_started_anew(stand_in: StandIn) -> None:
    first = ensure_server(silent, stand_in.options)
    family = psutil.Process(first.pid).children()
    os.kill(first.pid, signal.SIGKILL)
    assert ended(first.pid)
    second = ensure_server(silent, stand_in.options)
    assert second.started
    assert second.pid != first.pid
    for orphan in family:
        orphan.kill()


def test_a_server_that_dies_while_it_loads_leaves_its_last_words(cache: Path, stand_in: StandIn) -> None:
    stand_in.behaves("dies")
    with pytest.raises(UserError, match="the weights are not what they should be") as caught:
        ensure_server(silent, stand_in.options)
    assert str(cache / "logs" / "server.log") in str(caught.value)
    assert server_status().state is ServerState.ABSENT


def test_a_server_that_never_gets_ready_is_given_up_in_words(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.behaves("loads")
    monkeypatch.setattr(server, "START_SECONDS", 0.5)
    with pytest.raises(UserError, match="simagent model stop"):
        ensure_server(silent, stand_in.options)
    assert server_status().state is ServerState.STARTING
    assert stop_server()


def test_a_second_command_waits_for_a_server_that_still_loads(
    stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.behaves("loads")
    with monkeypatch.context() as impatient:
        impatient.setattr(server, "START_SECONDS", 0.0)
        with pytest.raises(UserError):
            ensure_server(silent, stand_in.options)
    loading = server_status()
    told = threading.Event()

    def open_when_told(_: str) -> None:
        told.set()
        loaded(stand_in).touch()

    ready = ensure_server(open_when_told, stand_in.options)
    assert told.is_set()
    assert not ready.started
    assert ready.pid == loading.pid


def test_two_commands_at_once_start_one_server(stand_in: StandIn) -> None:
    program = (
        "import json, sys\n"
        "from agent.model import ServerOptions, ensure_server\n"
        "server = ensure_server(lambda _: None, ServerOptions(model=sys.argv[1]))\n"
        "print(json.dumps([server.pid, server.started]))\n"
    )
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", program, stand_in.options.model or ""], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    answers = [json.loads(command.communicate(timeout=60)[0]) for command in commands]
    assert len({pid for pid, _ in answers}) == 1
    assert sorted(started for _, started in answers) == [False, True]


def test_the_server_outlives_the_command_that_started_it(stand_in: StandIn) -> None:
    program = (
        "import sys\n"
        "from agent.model import ServerOptions, ensure_server\n"
        "print(ensure_server(lambda _: None, ServerOptions(model=sys.argv[1])).pid)\n"
    )
    command = [sys.executable, "-c", program, stand_in.options.model or ""]
    pid = int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    assert ensure_server(silent, stand_in.options).pid == pid


def rubbish(record: Path) -> None:
    record.write_text("not what was written")


def another_process(record: Path) -> None:
    record.write_text(json.dumps(json.loads(record.read_text()) | {"pid": os.getpid()}))


@pytest.mark.parametrize("spoil", [rubbish, another_process])
def test_a_record_is_believed_only_of_the_very_process_it_names(
    cache: Path, stand_in: StandIn, spoil: Callable[[Path], None]
) -> None:
    running = ensure_server(silent, stand_in.options)
    record = cache / "server.json"
    true = record.read_text()
    spoil(record)
    assert server_status().state is ServerState.ABSENT
    assert not stop_server()
    record.write_text(true)
    assert stop_server()
    assert ended(running.pid)


def test_another_model_is_not_put_in_place_of_the_one_that_runs(stand_in: StandIn, tmp_path: Path) -> None:
    running = ensure_server(silent, stand_in.options)
    other = tmp_path / "another-model"
    other.mkdir()
    with pytest.raises(UserError, match="simagent model stop"):
        ensure_server(silent, ServerOptions(model=str(other)))
    assert server_status().pid == running.pid


def test_a_taken_port_is_named(stand_in: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is taken"):
            ensure_server(silent, replace(stand_in.options, port=port))


def test_a_server_listens_where_it_is_told_to(stand_in: StandIn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = ensure_server(silent, replace(stand_in.options, port=port))
    assert running.url == f"http://127.0.0.1:{port}/v1"


def test_a_server_in_the_foreground_is_found_and_stopped_like_any_other(stand_in: StandIn) -> None:
    program = (
        "import sys\n"
        "from agent.model import ServerOptions, serve_foreground\n"
        "serve_foreground(ServerOptions(model=sys.argv[1]))\n"
    )
    command = subprocess.Popen([sys.executable, "-c", program, stand_in.options.model or ""])
    while server_status().state is ServerState.ABSENT:
        assert command.poll() is None
    running = ensure_server(silent, stand_in.options)
    assert (running.pid, running.started) == (command.pid, False)
    assert stop_server()
    command.wait(timeout=10)


def test_without_an_environment_the_way_to_one_is_told(cache: Path) -> None:
    with pytest.raises(UserError, match="simagent model prepare"):
        ensure_server(silent)
    assert not (cache / "server.json").exists()
