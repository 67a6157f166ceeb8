"""The sandbox shops of a study's arms: each a process of its own, opened again where it was killed.

A shop keeps its books in the study's folder (`shops/ARM.sqlite`), its event log among them, to be held
against the recordings.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from agent.errors import UserError
from sandbox_shop import Design, ShopError, ShopSettings, open_shop
from study.file import ShopChoice, StudyFile

OPENING = 120.0
"""Seconds within which a shop must be open; a catalogue that is built for the first time takes a while."""

OPENING_TRIES = 5
"""How often a shop is opened anew that was killed before it was open."""

MOST_REOPENINGS = 1000
"""Openings of one shop in one run; a shop that falls over again and again is no shop."""


def refuse_unknown_shop(arm: str, choice: ShopChoice, switches: Mapping[str, str]) -> None:
    """Says early that there is no such shop.

    Raises:
        UserError: there is no such switch, value or catalogue.
    """
    try:
        design = Design.parse(_assignments(switches))
        with open_shop(ShopSettings(choice.catalogue, choice.seed, choice.size, design)):
            pass
    except ShopError as error:
        raise UserError(f"arms.{arm}: {error}") from error


def settings_of(study: StudyFile, arm: str) -> ShopSettings | None:
    """The sandbox shop of an arm; None where it is a site."""
    chosen = study.arms[arm]
    if chosen.site is not None:
        return None
    choice = chosen.shop or study.shop
    design = Design.parse(_assignments(chosen.set))
    return ShopSettings(choice.catalogue, choice.seed, choice.size, design)


class Shops:
    """The running shops of the arms that are no site.

    Args:
        study: whose arms.
        folder: where the shops keep their books; None: in memory.
    """

    def __init__(self, study: StudyFile, folder: Path | None) -> None:
        self._study = study
        self._folder = folder
        self._urls = {name: str(arm.site) for name, arm in study.arms.items() if arm.site is not None}
        self._processes: dict[str, Process] = {}
        self._watches: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        try:
            for name in self._study.arms:
                if name not in self._urls:
                    await self._open(name, port=0)
                    self._watches.append(asyncio.create_task(self._keep_open(name)))
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    def url(self, arm: str) -> str:
        """Where shoppers of that arm go."""
        return self._urls[arm]

    @property
    def pids(self) -> list[int]:
        """Of the shops' processes."""
        return [process.pid for process in self._processes.values()]

    async def _close(self) -> None:
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        for process in self._processes.values():
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _keep_open(self, arm: str) -> None:
        """Opens the shop again, at its old address, whenever it ends."""
        for _ in range(MOST_REOPENINGS):
            await self._processes[arm].wait()
            await self._open(arm, port=urlsplit(self._urls[arm]).port or 0)

    async def _open(self, arm: str, port: int) -> None:
        """Raises UserError where the shop does not open."""
        for _ in range(OPENING_TRIES):
            process = await self._start(arm, port)
            address = await _address(process, arm)
            if address:
                self._urls[arm] = address
                return
            if await process.wait() > 0:
                assert process.stderr is not None
                said = (await process.stderr.read()).decode(errors="replace").strip()
                raise UserError(f"the sandbox shop of arm {arm} does not open: {said.rpartition(chr(10))[2]}")
        raise UserError(f"the sandbox shop of arm {arm} was killed {OPENING_TRIES} times before it was open")

    async def _start(self, arm: str, port: int) -> Process:
        self._processes[arm] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox_shop", json.dumps(self._told(arm, port)),
            stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True,
        )  # fmt: skip
        return self._processes[arm]

    def _told(self, arm: str, port: int) -> dict[str, object]:
        chosen = self._study.arms[arm]
        books = None
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            books = str(self._folder / f"{arm}.sqlite")
        choice = chosen.shop or self._study.shop
        return {**choice.model_dump(), "set": _assignments(chosen.set), "port": port, "books": books}


async def _address(process: Process, arm: str) -> str:
    """What an open shop says first; empty where it ended before."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(OPENING):
            return (await process.stdout.readline()).decode().strip()
    except TimeoutError:
        process.kill()
        raise UserError(f"the sandbox shop of arm {arm} did not open within {OPENING:.0f} seconds") from None


def _assignments(switches: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in switches.items()]
