"""One session of a plan: a window, a policy and a recorder put together, from start page to ending."""

import shutil
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.browser import DEVICES, Browser, Device, device_of
from agent.errors import BrowserFault, SiteClosed, UserError
from agent.loop import Limits, run_session
from agent.recording import JOURNAL, Header, Recorder, Recording, read_recording
from agent.session import Ending, EndingKind, Step, Totals
from study.deciding import Deciding
from study.ledger import Ran
from study.plan import Planned
from study.resolved import Resolved
from study.shops import settings_of

SESSIONS = "sessions"
"""Folder of a study's recordings."""

PUT_ASIDE = "cut-off"
"""Folder of what was begun and not finished; nothing that was recorded is thrown away."""

AGAIN = frozenset({EndingKind.FAULT, EndingKind.INTERRUPTED})
"""Endings of sessions that count for nothing, and are begun anew."""


@dataclass(frozen=True, slots=True)
class Visiting:
    """What all sessions of a study share.

    Attributes:
        resolved: the study.
        deciding: gives each session its policy.
        folder: in which the recordings go, one folder a session.
    """

    resolved: Resolved
    deciding: Deciding
    folder: Path

    async def visit(self, planned: Planned, browser: Browser, site: str) -> Ran:
        """Runs one session, and records it.

        Args:
            planned: which.
            browser: where its window opens.
            site: where it goes.

        Returns:
            What came of it. A fault of the browser, the site or the model is told, not raised.

        Raises:
            UserError: the recording cannot be written.
            asyncio.CancelledError: the run was stopped.
        """
        began, clock = datetime.now(UTC), time.monotonic()
        steps: tuple[Step, ...] = ()
        try:
            async with browser.visit(site, self._device(planned)) as window:
                recorder = Recorder(self.folder / planned.key, self._header(planned, site, began))
                try:
                    steps, ending = await run_session(
                        planned.persona,
                        planned.intent,
                        self.deciding.policy(planned),
                        window,
                        recorder,
                        Limits(**self.resolved.study.limits.model_dump()),
                        _unheard,
                    )
                finally:
                    recorder.close()
        except (SiteClosed, BrowserFault) as fault:
            ending = Ending(kind=EndingKind.FAULT, message=str(fault), at=datetime.now(UTC))
        return _ran(began, ending, steps, time.monotonic() - clock)

    def _device(self, planned: Planned) -> Device:
        device = self.resolved.study.browser.device
        return device_of(planned.persona.device) if device == "persona" else DEVICES[device]

    def _shop(self, arm: str) -> dict[str, Any]:
        """The sandbox shop of an arm, for the header; nothing where it is a site."""
        settings = settings_of(self.resolved.study, arm)
        return {"sandbox_shop": asdict(settings)} if settings is not None else {}

    def _header(self, planned: Planned, site: str, began: datetime) -> Header:
        study = self.resolved.study
        return Header(
            version=version("simagent"),
            started=began,
            persona=planned.persona,
            intent=planned.intent,
            site=site,
            policy=self.deciding.described(planned),
            seed=planned.seed,
            settings={
                **study.limits.model_dump(),
                "observation_budget": self.deciding.budget,
                "study": study.study,
                "digest": self.resolved.digest,
                "session": planned.key,
                "device": self._device(planned).described,
                **self._shop(planned.arm),
                "arm": {
                    "name": planned.arm,
                    **study.arms[planned.arm].model_dump(mode="json", exclude_none=True),
                },
            },
        )


def finished(folder: Path, planned: Planned, digest: str) -> Ran | None:
    """What came of a session that was running when everything ended, if it had come to its ending.

    Args:
        folder: with the recordings.
        planned: which.
        digest: of the study.
    """
    recording = _recording(folder / planned.key)
    if recording is None or recording.ending is None or recording.ending.kind in AGAIN:
        return None
    settings = recording.header.settings
    if (settings.get("session"), settings.get("digest")) != (planned.key, digest):
        return None
    seconds = (recording.ending.at - recording.header.started).total_seconds()
    return _ran(recording.header.started, recording.ending, recording.steps, seconds)


def put_aside(folder: Path, key: str) -> None:
    """Makes room for a session that was begun before and not finished.

    Raises:
        UserError: the disk fails.
    """
    begun = folder / key
    if not begun.exists():
        return
    aside = folder.parent / PUT_ASIDE
    try:
        aside.mkdir(parents=True, exist_ok=True)
        taken = sum(1 for _ in aside.glob(f"{key}-*"))
        shutil.move(begun, aside / f"{key}-{taken + 1}")
    except OSError as error:
        raise UserError(f"{begun} cannot be put aside: {error.strerror or error}") from error


def _recording(folder: Path) -> Recording | None:
    if not (folder / JOURNAL).exists():
        return None
    try:
        return read_recording(folder)
    except UserError:
        return None  # cut off before its first line was whole


def _ran(began: datetime, ending: Ending, steps: tuple[Step, ...], seconds: float) -> Ran:
    cost = Totals.of(steps)
    return Ran(
        started=began,
        ended=ending.at,
        ending=ending.kind,
        message=ending.message,
        steps=cost.steps,
        prompt_tokens=cost.prompt_tokens,
        completion_tokens=cost.completion_tokens,
        seconds=round(seconds, 3),
    )


def _unheard(_step: Step) -> None:
    """Nobody listens to single steps of a study."""
