"""Who is asked: one recording, or those of a study, all of them or some."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.errors import UserError
from agent.recording import JOURNAL, Recording, read_recording
from agent.session import EndingKind

SESSIONS = "sessions"
CUT_OFF = "cut-off"
"""Stands for the ending of a recording that has none."""

ENDINGS = (*(kind.value for kind in EndingKind), CUT_OFF)

_KEY = re.compile(r"\d+-(.+)")


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody who can be asked.

    Attributes:
        folder: of the recording.
        arm: of the study's session; None where the folder's name tells none.
    """

    folder: Path
    arm: str | None = None


def subjects_in(place: Path) -> tuple[Subject, ...]:
    """The one recording, or all recordings of a study, or of any folder that holds some.

    Raises:
        UserError: there is none.
    """
    if (place / JOURNAL).exists():
        return (Subject(place, _arm(place)),)
    above = place / SESSIONS if (place / SESSIONS).is_dir() else place
    try:
        folders = sorted(folder for folder in above.iterdir() if (folder / JOURNAL).exists())
    except OSError as error:
        raise UserError(f"{place} cannot be read as a folder of recordings: {error.strerror}") from error
    if not folders:
        raise UserError(f"{place} holds no recording: name a recording's folder, or a study's")
    return tuple(Subject(folder, _arm(folder)) for folder in folders)


def choose(
    subjects: Sequence[Subject],
    *,
    arm: str | None = None,
    ending: str | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> tuple[Subject, ...]:
    """Some of them.

    Args:
        subjects: all.
        arm: those of this arm; None for all.
        ending: those whose visit ended so, one of `ENDINGS`; None for all that came to an end, or, of a
            single one, for that one.
        sample: at most so many, by chance; a larger sample holds the smaller ones of the same seed.
        seed: of the chance.

    Raises:
        UserError: there are none such.
    """
    arms = list(dict.fromkeys(subject.arm for subject in subjects if subject.arm))
    if arm is not None and arm not in arms:
        raise UserError(f"--arm {arm}: there is no such arm; there are {', '.join(arms) or 'none'}")
    if ending is not None and ending not in ENDINGS:
        raise UserError(f"--ending {ending}: choose from {', '.join(ENDINGS)}")
    found = [subject for subject in subjects if arm in {None, subject.arm}]
    if sample is not None:
        random.Random(seed).shuffle(found)  # noqa: S311 - no secret
    alone = len(subjects) == 1 and ending is None
    chosen = tuple(found) if alone else tuple(_some(found, ending, sample))
    if not chosen:
        raise UserError("nobody is left to be asked: no recording is of that arm and ended so")
    return tuple(sorted(chosen, key=lambda subject: subject.folder))


def ended(recording: Recording) -> str:
    """How a visit ended, in one word."""
    return recording.ending.kind.value if recording.ending else CUT_OFF


def _some(subjects: Sequence[Subject], ending: str | None, sample: int | None) -> Iterator[Subject]:
    left = len(subjects) if sample is None else sample
    for subject in subjects:
        if left == 0:
            return
        how = _ended(subject)
        if how in {ending, None} or (ending is None and how != CUT_OFF):
            yield subject
            left -= 1


def _ended(subject: Subject) -> str | None:
    """None where the recording cannot be read: it is kept, so that whoever asks it says why."""
    try:
        return ended(read_recording(subject.folder))
    except UserError:
        return None


def _arm(folder: Path) -> str | None:
    found = _KEY.fullmatch(folder.name)
    return found[1] if found and folder.parent.name == SESSIONS else None
