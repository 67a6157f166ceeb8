"""One session of a plan: a window, a policy and a recorder put together, from start page to ending."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.awaiting import AwaitingWindow, awaiting_names
from agent.browser import AT_HOME, DEVICES, Browser, Device, Terms, agreed, persona_device
from agent.errors import BrowserFault, SiteClosed, UserError
from agent.login import asked_for, login_of
from agent.loop import Limits, Window, run_session
from agent.recording import JOURNAL, Header, Recorder, Recording, read_recording
from agent.session import Ending, EndingKind, Step, Totals
from study.deciding import Deciding
from study.file import StudyFile
from study.ledger import Ran
from study.plan import Planned
from study.resolved import Resolved, decisions_of
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
        terms: what may be done in each arm.
    """

    resolved: Resolved
    deciding: Deciding
    folder: Path
    terms: Mapping[str, Terms]

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
            terms = self.terms[planned.arm]
            async with browser.visit(site, self._device(planned), terms) as window:
                recorder = Recorder(self.folder / planned.key, self._header(planned, site, began))
                if terms.login is not None:
                    recorder.secrets.know(terms.login.typed)
                try:
                    steps, ending = await run_session(
                        planned.persona,
                        asked_for(planned.intent, terms.login),
                        self.deciding.policy(planned),
                        self._seen_by_a_recital(window, planned),
                        recorder,
                        Limits(**self.resolved.study.limits.model_dump()),
                        _unheard,
                    )
                finally:
                    recorder.close()
        except (SiteClosed, BrowserFault) as fault:
            ending = Ending(kind=EndingKind.FAULT, message=str(fault), at=datetime.now(UTC))
        return _ran(began, ending, steps, time.monotonic() - clock)

    def _seen_by_a_recital(self, window: Window, planned: Planned) -> Window:
        decisions = decisions_of(self.resolved.decisions, planned.arm)
        return AwaitingWindow(window, awaiting_names(decisions)) if decisions else window

    def _device(self, planned: Planned) -> Device:
        device = self.resolved.study.browser.device
        return persona_device(planned.persona) if device == "persona" else DEVICES[device]

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
                "terms": self.terms[planned.arm].described,
                **self._shop(planned.arm),
                "arm": {
                    "name": planned.arm,
                    **study.arms[planned.arm].model_dump(mode="json", exclude_none=True),
                },
            },
        )


def terms_of(study: StudyFile, logins: Path | None) -> dict[str, Terms]:
    """What may be done in each arm of a study.

    Args:
        study: the study.
        logins: a file of accounts; None for the environment.

    Raises:
        UserError: a host is none, an account is not there, or orders are allowed at another site.
    """
    terms = {}
    for name, arm in study.arms.items():
        if arm.site is None:
            terms[name] = AT_HOME
            continue
        try:
            terms[name] = agreed(
                str(arm.site),
                also=arm.also,
                allow_purchase=arm.allow_purchase,
                robots=arm.robots == "obey",
                pause=arm.pause,
                login=login_of(arm.login, logins) if arm.login else None,
            )
        except UserError as error:
            raise UserError(f"arm {name}: {error}") from error
    return terms


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
