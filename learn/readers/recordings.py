"""Our own recordings: sessions of simulated shoppers, and of people whom `simagent record` listened to."""

from pathlib import Path

from agent.actions import Back, Click, Decision, Hover, Scroll, Select, Type, TypeAndSubmit
from agent.errors import UserError
from agent.recording import JOURNAL, PERSON, Header, Recording, read_recording
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
            decision,
            step.outcome,
            at=step.at,
        )
        for step in recording.steps
        if (decision := _as_the_paper_has_it(step.decision)) is not None
    )
    ending = recording.ending.kind if recording.ending else None
    identity = f"{header.started:%Y-%m-%dT%H%M%S}-{header.persona.id}-{header.seed}"
    user = header.policy.get("participant")
    return Session(identity, SOURCE, _author(header), user, header.persona, header.intent, turns, ending)


def _author(header: Header) -> Author:
    return Author.HUMAN if header.policy.get("kind") == PERSON else Author.SIMULATED


def _as_the_paper_has_it(decision: Decision) -> Decision | None:
    """A decision as one of the paper's three actions; None where it knows none such: going back, scrolling.

    A text is typed and submitted in one there, also where a person went on to another field.
    """
    match decision.action:
        case Type(name=name, text=text):
            return decision.model_copy(update={"action": TypeAndSubmit(name=name, text=text)})
        case Select(name=name):
            return decision.model_copy(update={"action": Click(name=name)})
        case Back() | Scroll() | Hover():
            return None
    return decision
