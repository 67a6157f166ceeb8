"""What would be kept of a visit, for the participant to look through and to delete from."""

import base64
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from agent.actions import Back, Click, Terminate, Type, TypeAndSubmit, in_words
from agent.browser import Browser
from agent.recording import Recording, read_recording
from agent.session import Purchase, Step
from learn.participants.deleting import Deletion, delete, delete_all
from learn.participants.pages import rendered


class Reviewed(Enum):
    """What the participant decided."""

    KEPT = auto()
    PARTLY_DELETED = auto()
    DELETED = auto()
    CLOSED = auto()
    """They closed the window without a word: all is kept."""


@dataclass(frozen=True, slots=True)
class Item:
    """A page that is stored, and what was done on it.

    Attributes:
        index: number of the step.
        done: what was done, in words.
        title: of the page.
        url: of the page.
        outcome: what came of it.
        rationale: the participant's answer, if they were asked.
        picture: of the window, in base64; empty where there is none.
        page: the observation's text.
    """

    index: int
    done: str
    title: str
    url: str
    outcome: str
    rationale: str
    picture: str
    page: str


@dataclass(frozen=True, slots=True)
class Review:
    """All that is stored of a visit."""

    items: tuple[Item, ...]
    last: Item | None
    order: str

    @classmethod
    def of(cls, recording: Recording) -> "Review":
        """What a recording holds."""
        folder, steps = recording.folder, recording.steps
        last = max((step.index for step in steps), default=0) + 1
        end = folder / "observations" / f"{last:04}.html"
        last_item = (
            Item(last, "", "", "", "", "", _picture(folder, last), end.read_text(encoding="utf-8"))
            if end.is_file()
            else None
        )
        purchase = recording.ending.purchase if recording.ending else None
        return cls(tuple(_item(folder, step) for step in steps), last_item, _ordered(purchase))


async def review(browser: Browser, folder: Path) -> Reviewed:
    """Shows what is stored of a visit, and deletes what the participant does not want to be kept.

    Raises:
        UserError: there is no recording, or it cannot be written anew.
        BrowserFault: the browser is gone.
    """
    shown = Review.of(read_recording(folder))
    async with browser.sheet(rendered("review.html.jinja", review=shown)) as sheet:
        said = await sheet.pressed()
    if said is None:
        return Reviewed.CLOSED
    if said["presses"] == "delete":
        delete_all(folder)
        return Reviewed.DELETED
    what = Deletion.of(said["ticked"].split())
    if what.empty:
        return Reviewed.KEPT
    delete(folder, what)
    return Reviewed.PARTLY_DELETED


def _item(folder: Path, step: Step) -> Item:
    return Item(
        index=step.index,
        done=_done(step),
        title=step.title,
        url=step.url,
        outcome=step.outcome.message,
        rationale=step.decision.rationale,
        picture=_picture(folder, step.index),
        page=step.observation,
    )


def _done(step: Step) -> str:
    action = step.decision.action
    if isinstance(action, Terminate):
        return "You left"
    if isinstance(action, Click):
        return f"You clicked {action.name}"
    if isinstance(action, Back):
        return "You went back to the page before"
    if not isinstance(action, TypeAndSubmit | Type):
        return f"You did: {in_words(action)}"
    entered = "entered and sent" if isinstance(action, TypeAndSubmit) else "filled in"
    return f"You {entered} “{action.text}” in {action.name}"


def _ordered(purchase: Purchase | None) -> str:
    if purchase is None:
        return ""
    number = f"Order {purchase.order_number}" if purchase.order_number else "An order"
    return " · ".join([number, *purchase.items, *([f"total {purchase.total}"] if purchase.total else [])])


def _picture(folder: Path, number: int) -> str:
    path = folder / "screenshots" / f"{number:04}.jpg"
    return base64.b64encode(path.read_bytes()).decode() if path.is_file() else ""
