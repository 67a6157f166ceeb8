"""A model server shared by many sessions: as many requests at once as it can serve, and patience with it.

Prompts are pure functions of what is on record, so a request that failed is asked again without harm. A
server that says it has too much to do is asked by fewer at once (additive increase, multiplicative
decrease, as TCP does it); of one that says how many requests wait in it (vLLM), no more are asked than it
works on. A server that is gone is waited for, or started again where it is our own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from agent.chat import ChatServer, Completion
from agent.errors import ModelBusy, ModelFault, ModelUnreachable
from agent.prompts import Message

PATIENCE = 300.0
"""Seconds for which a server that is busy or gone is asked again, before the session is a fault."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between two tries; doubled from one to the other."""

LOOK_EVERY = 1.0
"""Seconds between two looks at how many requests wait in the server."""

Revive = Callable[[], Awaitable[str]]
"""Starts the server again and gives its address."""


class ModelGate:
    """One model server, for many sessions at once.

    Args:
        url: its address.
        api_key: for servers that want one.
        most: requests at once at most.
        revive: starts our own server again; None: it is somebody else's, and is waited for.
        patience: seconds for which a request is tried again.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None,
        most: int,
        revive: Revive | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._api_key = api_key
        self._server = ChatServer(url, api_key=api_key)
        self._most = most
        self._limit = float(most)
        self._running = 0
        self._turn = asyncio.Condition()
        self._revive = revive
        self._reviving = asyncio.Lock()
        self._patience = patience
        self._gone: list[ChatServer] = []
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watch = asyncio.create_task(self._look())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        for server in (*self._gone, self._server):
            await server.__aexit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Where the model is."""
        return self._server.url

    @property
    def limit(self) -> int:
        """Requests that may be under way at once, at the moment."""
        return max(1, int(self._limit))

    async def complete(
        self,
        model: str,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any],
        temperature: float,
        seed: int,
        max_tokens: int,
    ) -> Completion:
        """One reply, when it is this request's turn.

        Raises:
            ModelFault: the server was busy or gone for longer than anybody waits, or answers nonsense.
        """
        clock = asyncio.get_running_loop().time
        ends, pause, server = clock() + self._patience, FIRST_PAUSE, self._server
        while True:
            try:
                async with self._its_turn():
                    server = self._server
                    completion = await server.complete(
                        model,
                        messages,
                        schema=schema,
                        temperature=temperature,
                        seed=seed,
                        max_tokens=max_tokens,
                    )
            except (ModelBusy, ModelUnreachable) as fault:
                if clock() > ends:
                    raise
                await self._recover(fault, server, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                await self._allow(self._limit + 1 / self._limit)
                return completion

    @asynccontextmanager
    async def _its_turn(self) -> AsyncIterator[None]:
        async with self._turn:
            await self._turn.wait_for(lambda: self._running < self.limit)
            self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            async with self._turn:
                self._turn.notify_all()

    async def _allow(self, limit: float) -> None:
        self._limit = min(float(self._most), max(1.0, limit))
        async with self._turn:
            self._turn.notify_all()

    async def _recover(self, fault: ModelFault, server: ChatServer, pause: float) -> None:
        if isinstance(fault, ModelBusy):
            await self._allow(self._limit / 2)
        elif self._revive is not None:
            await self._start_again(server)
        await asyncio.sleep(pause)

    async def _start_again(self, failed: ChatServer) -> None:
        """Once for all who found it gone."""
        assert self._revive is not None
        async with self._reviving:
            if self._server is not failed:
                return
            url = await self._revive()
            self._gone.append(failed)  # closed in the end: others may still wait for its answer
            self._server = ChatServer(url, api_key=self._api_key)

    async def _look(self) -> None:
        """Keeps what waits in the server short, as long as it says how much that is."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                waiting = await self._server.waiting()
            except ModelFault:
                continue
            if waiting is None:
                return
            if waiting:
                await self._allow(min(self._limit, float(self._running - waiting)))
