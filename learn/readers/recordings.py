"""Our own recordings: sessions of simulated shoppers."""

from pathlib import Path

from agent.errors import UserError
from agent.recording import JOURNAL, Recording, read_recording
from learn.observed import observed
from learn.reading import Reading, Unreadable
from learn.session import Author, Session, Turn

SOURCE = "recordings"


def is_recordings(folder: Path) -> bool:
    """Whether a folder is a recording, or holds some."""
    return bool(_folders(folder))


def read_recordings(folder: Path) -> Reading:
    """The sessions of a recording, or of a folder with recordings in it."""
    sessions, unreadable = [], []
    for each in _folders(folder):
        try:
            recording = read_recording(each)
        except UserError as error:
            unreadable.append(Unreadable(str(each), None, str(error)))
            continue
        if recording.steps:
            sessions.append(_session(recording))
        else:
            unreadable.append(Unreadable(str(each), None, "nothing was done in it"))
    return Reading(tuple(sessions), tuple(unreadable))


def _folders(folder: Path) -> list[Path]:
    if (folder / JOURNAL).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{JOURNAL}"))


def _session(recording: Recording) -> Session:
    header = recording.header
    turns = tuple(
        Turn(
            observed(step.observation, url=step.url, title=step.title),
            step.decision,
            step.outcome,
            at=step.at,
        )
        for step in recording.steps
    )
    ending = recording.ending.kind if recording.ending else None
    identity = f"{header.started:%Y-%m-%dT%H%M%S}-{header.persona.id}-{header.seed}"
    return Session(identity, SOURCE, Author.SIMULATED, None, header.persona, header.intent, turns, ending)
