"""A model server shared by many: no more at once than it can serve, patience with one that is gone."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from agent.chat import Completion
from agent.errors import ModelBusy, ModelUnreachable
from study.model_gate import ModelGate
from tests.loopback import LoopbackServer


class Server(LoopbackServer):
    """Serves `capacity` chats at once and refuses more with 429; says how many wait where it `tells`.

    With `refuses`, so many chats are refused before any is served, however slowly they come: who is refused
    asks twice again before it is told.
    """

    def __init__(self, capacity: int, port: int = 0, *, refuses: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.capacity = capacity
        self.refuses = refuses
        self.waiting: int | None = None
        self.now = self.most = self.refused = self.served = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        told = self.server.waiting
        text = "" if told is None else f'# HELP\nvllm:num_requests_waiting{{engine="0"}} {told}.0\n'
        self._send(200 if told is not None else 404, text)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        with server.lock:
            server.now += 1
            server.most = max(server.most, server.now)
            full = server.now > server.capacity or server.refused < server.refuses
            server.refused += full
        try:
            if full:
                self._send(429, json.dumps({"error": {"message": "too many requests"}}))
                return
            threading.Event().wait(0.03)
            server.served += 1
            self._send(200, json.dumps({"choices": [{"message": {"content": "yes"}}]}))
        finally:
            with server.lock:
                server.now -= 1

    def _send(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keeps quiet."""


@contextmanager
def serving(capacity: int, port: int = 0, *, refuses: int = 0) -> Iterator[Server]:
    server = Server(capacity, port, refuses=refuses)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def ask(gate: ModelGate) -> Completion:
    return await gate.complete("m", [], schema={}, temperature=0, seed=0, max_tokens=1)


async def test_all_are_served_by_a_server_that_takes_few_at_once() -> None:
    with serving(capacity=3, refuses=3 * 16) as server:
        async with ModelGate(server.url, api_key=None, most=16) as gate:
            limits: list[int] = []

            async def served() -> str:
                reply = await ask(gate)
                limits.append(gate.limit)
                return reply.text

            assert await asyncio.gather(*(served() for _ in range(60))) == ["yes"] * 60
            assert server.served == 60
            assert min(limits) < 16, (limits, server.refused)  # it may be back there by the end


async def test_never_more_at_once_than_agreed() -> None:
    with serving(capacity=100) as server:
        async with ModelGate(server.url, api_key=None, most=5) as gate:
            await asyncio.gather(*(ask(gate) for _ in range(40)))
            assert server.most <= 5
            assert server.refused == 0


async def test_what_waits_in_the_server_is_kept_short() -> None:
    with serving(capacity=100) as server:
        server.waiting = 6
        async with ModelGate(server.url, api_key=None, most=8) as gate:
            asking = [asyncio.create_task(ask(gate)) for _ in range(400)]
            async with asyncio.timeout(20):
                while gate.limit > 3:  # noqa: ASYNC110 - the gate tells nobody when it changes its mind
                    await asyncio.sleep(0.05)
            server.waiting = 0
            await asyncio.gather(*asking)


async def test_a_server_that_is_gone_is_waited_for() -> None:
    with serving(capacity=9) as server:
        port = server.server_address[1]
    async with ModelGate(f"http://127.0.0.1:{port}", api_key=None, most=4) as gate:
        asking = [asyncio.create_task(ask(gate)) for _ in range(3)]
        await asyncio.sleep(1.0)
        with serving(capacity=9, port=port):
            assert [reply.text for reply in await asyncio.gather(*asking)] == ["yes"] * 3


async def test_our_own_server_is_started_again_once_for_all() -> None:
    with serving(capacity=9) as gone:
        url = gone.url
    revived = 0
    with serving(capacity=9) as server:

        async def revive() -> str:
            nonlocal revived
            revived += 1
            await asyncio.sleep(0.05)
            return server.url

        async with ModelGate(url, api_key=None, most=4, revive=revive) as gate:
            await asyncio.gather(*(ask(gate) for _ in range(4)))
            assert gate.url == f"{server.url}/v1"
    assert revived == 1


async def test_patience_has_an_end_and_the_fault_says_what_it_was() -> None:
    with serving(capacity=0) as server:
        async with ModelGate(server.url, api_key=None, most=4, patience=0.1) as gate:
            with pytest.raises(ModelBusy, match="too many requests"):
                await ask(gate)
        url = server.url
    async with ModelGate(url, api_key=None, most=4, patience=0.1) as gate:
        with pytest.raises(ModelUnreachable, match="is it running there"):
            await ask(gate)
