"""A session on disk: a folder that is readable at every moment of its making, and by other tools.

    session.jsonl             a header line, a line a step, an ending line; each on disk before the next step
    observations/0001.html    what the model was shown
    pages/0001.html.gz        the captured page that it was made from
    screenshots/0001.jpg      the viewport
    screenshots/0001-touch.jpg  the same when it was acted on, where it had to be scrolled for that
    checksums.sha256          of all these, once the session is over

Secrets that were typed are masked in all of it, contact data of real people, too (`agent.masking`).

A step's line is written after its files, so that a line never speaks of a file that is not there. The last
page that was looked at, on which nothing was done any more, is kept under the number after the last step. A
run that was killed leaves a recording without an ending line, and at worst half a last line, which is passed
over.
"""

import errno
import gzip
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agent.actions import Decision, Frozen
from agent.characters import whole
from agent.checksums import CHECKSUMS, checksums_of
from agent.errors import UserError
from agent.masking import Secrets
from agent.page_view import PageView
from agent.persona import Persona
from agent.session import Ending, Outcome, Step, Timing, Usage

FORMAT = 2
"""Number of the format that is written. Every number that was ever written is read."""

PERSON = "person"
"""Kind of the policy where a real person decided."""

JOURNAL = "session.jsonl"
TRACE = "trace.zip"
"""Playwright's own trace, beside a session for which it was wanted."""


class Header(Frozen):
    """What a session was before its first step.

    Attributes:
        format: number of the recording's format.
        version: of simagent, as it wrote this.
        started: UTC.
        persona: who shops, in full, so that the recording needs no other file.
        intent: what the visit is for.
        site: address at which the session starts.
        policy: what decides: its kind, and all that would be needed to ask the same again.
        seed: of the session.
        settings: every other setting, as it was in force.
    """

    kind: Literal["header"] = "header"
    format: int = FORMAT
    version: str
    started: datetime
    persona: Persona
    intent: str
    site: str
    policy: dict[str, Any]
    seed: int
    settings: dict[str, Any]


class Recording(Frozen):
    """A session as it was read back; `ending` is None where the run was cut off."""

    folder: Path
    header: Header
    steps: tuple[Step, ...]
    ending: Ending | None


class Recorder:
    """Writes one session as it happens.

    Args:
        folder: made if need be; must be empty.
        header: the session's first line.
        mask_contacts: whether contact data is masked, too: it is a real person's session.

    Attributes:
        secrets: what has been typed so far that is masked.

    Raises:
        UserError: the folder cannot be written to, or holds something already.
    """

    def __init__(self, folder: Path, header: Header, *, mask_contacts: bool = False) -> None:
        self.folder = folder
        self.secrets = Secrets(contacts=mask_contacts)
        refuse_unwritable(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for part in ("observations", "pages", "screenshots"):
                (folder / part).mkdir()
            self._journal = (folder / JOURNAL).open("x", encoding="utf-8")
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._write(self.secrets.in_values(header.model_dump(mode="json")))

    def append(self, step: Step, view: PageView) -> Step:
        """Puts a step on disk.

        Returns:
            The step as it may be told: masked as on disk, but for its observation.

        Raises:
            UserError: the disk is full or gone; all earlier steps are there.
        """
        self.secrets.learn(view.observation, view.html, step)
        self._keep_view(step.index, view)
        touch = step.outcome.touch
        if touch is not None and touch.picture is not None:
            self._keep(f"screenshots/{step.index:04}-touch.jpg", touch.picture)
        kept = self.secrets.in_step(step)
        self._write({"kind": "step", **kept.model_dump(mode="json", exclude={"observation"})})
        return kept

    def end(self, ending: Ending, step_count: int, last_view: PageView | None) -> None:
        """Puts the ending on disk, and the page that was seen last.

        Raises:
            UserError: the disk is full or gone; all steps are there.
        """
        if last_view is not None:
            self._keep_view(step_count + 1, last_view)
        line = self.secrets.in_values(ending.model_dump(mode="json"))
        # "kind" names the line; how the session ended stands under "ended".
        self._write({"kind": "ending", "ended": line.pop("kind"), **line})
        try:
            self._keep(CHECKSUMS, checksums_of(self.folder).encode())
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def close(self) -> None:
        """Closes the journal. A recording without an ending line stays one that was cut off."""
        with suppress(OSError):  # what could not be written was told when it was
            self._journal.close()

    def _keep_view(self, number: int, view: PageView) -> None:
        observation = self.secrets.in_markup(view.observation.html)
        self._keep(f"observations/{number:04}.html", whole(observation).encode())
        page = self.secrets.in_markup(view.html).encode("utf-8", "surrogatepass")
        self._keep(f"pages/{number:04}.html.gz", gzip.compress(page, compresslevel=6, mtime=0))
        if view.screenshot is not None:
            self._keep(f"screenshots/{number:04}.jpg", view.screenshot)

    def _keep(self, name: str, content: bytes) -> None:
        try:
            (self.folder / name).write_bytes(content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _write(self, line: dict[str, Any]) -> None:
        try:
            self._journal.write(whole(json.dumps(line, ensure_ascii=False)) + "\n")
            self._journal.flush()
            os.fsync(self._journal.fileno())
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def read_recording(folder: Path) -> Recording:
    """Reads a recording back, finished or cut off.

    Raises:
        UserError: there is none, it is of a later format, or a line before its last cannot be read.
    """
    journal = folder / JOURNAL
    try:
        lines = journal.read_bytes().split(b"\n")
    except OSError as error:
        raise UserError(f"{folder} is no recording: {journal} cannot be read ({error.strerror})") from error
    entries = [_entry(journal, number, line) for number, line in enumerate(lines[:-1], start=1)]
    if not entries or not isinstance(entries[0], Header):
        raise UserError(f"{journal} does not begin with a header line: it is no recording of simagent")
    steps = [entry for entry in entries if isinstance(entry, _StepLine)]
    endings = [entry.ending(journal) for entry in entries if isinstance(entry, _EndingLine)]
    return Recording(
        folder=folder,
        header=entries[0],
        steps=tuple(entry.step(folder) for entry in steps),
        ending=endings[-1] if endings else None,
    )


def told_stopped(folder: Path) -> str:
    """What a visit that was stopped left behind, in words: its recording, or nothing."""
    recorded = (folder / JOURNAL).exists()
    return f"interrupted\nrecording: {folder}" if recorded else "interrupted: nothing was recorded"


def put_beside(folder: Path, name: str, text: str) -> None:
    """Puts a text file beside a recording, such as the shop's own books.

    Raises:
        UserError: the disk is full or gone; the recording itself is complete.
    """
    try:
        (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error


def refuse_unwritable(folder: Path) -> None:
    """Says early that a recording cannot be made there, before anything expensive has been done.

    Raises:
        UserError: the folder holds something already, or cannot be made or filled.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise UserError(
                f"{folder} is not empty, and recordings are never overwritten: name another --out"
            )
        above = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not above.is_dir():
        raise UserError(
            f"the recording cannot be written to {folder}: {above} is no folder; name another --out"
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise UserError(
            f"the recording cannot be written to {folder}: no permission in {above}; name another --out"
        )
    try:
        TemporaryFile(dir=above).close()  # not every folder with leave to write takes files
    except OSError as error:
        raise _unwritable(folder, error) from error


class _StepLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: Literal["step"]
    index: int
    at: datetime
    url: str
    title: str
    decision: Decision
    outcome: Outcome
    usage: Usage
    timing: Timing

    def step(self, folder: Path) -> Step:
        path = folder / "observations" / f"{self.index:04}.html"
        try:
            observation = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path}, which step {self.index} speaks of, cannot be read: {error}") from error
        return Step(
            observation=observation,
            **{name: getattr(self, name) for name in Step.model_fields if name != "observation"},
        )


class _EndingLine(BaseModel):
    model_config = ConfigDict(extra="allow")

    kind: Literal["ending"]
    ended: str

    def ending(self, journal: Path) -> Ending:
        try:
            return Ending.model_validate({"kind": self.ended, **(self.model_extra or {})})
        except ValidationError as error:
            raise UserError(f"{journal}, its ending: {error.errors()[0]['msg']}") from error


_Line = Annotated[Header | _StepLine | _EndingLine, Field(discriminator="kind")]
_LINE: TypeAdapter[Header | _StepLine | _EndingLine] = TypeAdapter(_Line)


def _entry(journal: Path, number: int, line: bytes) -> Header | _StepLine | _EndingLine:
    try:
        entry = _LINE.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{journal}, line {number}: {first['msg']}") from error
    if isinstance(entry, Header) and entry.format > FORMAT:
        raise UserError(
            f"{journal} is of format {entry.format}, and this simagent reads up to {FORMAT}: "
            "install a later one"
        )
    return entry


def _unwritable(folder: Path, error: OSError) -> UserError:
    if error.errno == errno.ENOSPC:
        return UserError(
            f"the disk is full: the recording in {folder} ends here and stays readable; "
            "make room and run again"
        )
    return UserError(
        f"the recording cannot be written to {folder}: {error.strerror or error}; name another --out"
    )
