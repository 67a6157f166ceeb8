"""What `simagent record` does, told as it happens."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from rich.text import Text

from agent.actions import Action, name_in
from agent.browser import Browser, BrowserSettings, open_browser
from agent.errors import SessionFault
from agent.recording import told_stopped
from agent.session import Step
from agent.terminal import Terminal
from learn.participants.attending import Attended, attend
from learn.participants.consent import agrees
from learn.participants.participation import Participation
from learn.participants.review import Reviewed, review

REVIEWED = {
    Reviewed.KEPT: "The participant looked through it, and keeps all of it.",
    Reviewed.PARTLY_DELETED: "The participant deleted a part of it; the header says which.",
    Reviewed.DELETED: "The participant deleted all of it.",
    Reviewed.CLOSED: "The participant closed the review: all of it is kept.",
}

out = Terminal(highlight=False, soft_wrap=True)


def record_visit(
    who: Participation, settings: BrowserSettings, *, keep_books: Callable[[Path], None], reviewed: bool
) -> Attended | None:
    """Has a participant agree, shop, and look through what would be kept.

    Args:
        who: takes part.
        settings: of the browser.
        keep_books: puts the sandbox shop's books beside the recording.
        reviewed: whether the participant looks through it at once.

    Returns:
        The visit; None where they did not agree, so that nothing was recorded.

    Raises:
        KeyboardInterrupt: the researcher stopped it, and was told what is left of it.
        SystemExit: the same, by another signal than Ctrl-C.
    """
    try:
        return asyncio.run(_record(who, settings, keep_books, reviewed=reviewed))
    except (KeyboardInterrupt, SystemExit):
        out.print(Text(f"\n{told_stopped(who.out)}"))
        raise


async def _record(
    who: Participation, settings: BrowserSettings, keep_books: Callable[[Path], None], *, reviewed: bool
) -> Attended | None:
    async with open_browser(settings) as browser:
        out.print(Text(f"{who.participant} reads what is recorded.", "dim"))
        if not await agrees(browser, who.consent):
            out.print("The participant did not agree: nothing was recorded.")
            return None
        out.print(Text.assemble((who.participant, "bold"), f" visits {who.site}"))
        try:
            attended = await attend(browser, who, _tell)
        finally:
            keep_books(who.out)
        _tell_ending(attended, who.out)
        if reviewed:
            await _let_review(browser, who.out)
    return attended


async def _let_review(browser: Browser, folder: Path) -> None:
    try:
        out.print(REVIEWED[await review(browser, folder)])
    except SessionFault:  # the whole browser was closed with its last window
        out.print(Text(f"The browser is closed: simagent record --review {folder} shows what is stored."))


def review_recording(folder: Path, settings: BrowserSettings) -> Reviewed:
    """Shows a participant what is stored of an earlier visit."""

    async def shown() -> Reviewed:
        async with open_browser(settings) as browser:
            return await review(browser, folder)

    came = asyncio.run(shown())
    out.print(REVIEWED[came])
    return came


def _tell(step: Step) -> None:
    head = Text.assemble((f"{step.index:>3} ", "bold"), (step.title or step.url, "bold"))
    out.print(head)
    out.print(Text(f"    {_in_words(step.decision.action)}", "cyan"))
    if step.decision.rationale:
        out.print(Text(f"    “{step.decision.rationale}”", "italic"))
    out.print(Text(f"    → {step.outcome.message}", "default" if step.outcome.accepted else "red"))


def _tell_ending(attended: Attended, folder: Path) -> None:
    ending = attended.ending
    out.print(Text.assemble("\n", (ending.kind.value, "bold"), f": {ending.message}"))
    out.print(Text(f"recording: {folder}"))


def _in_words(action: Action) -> str:
    return " ".join(filter(None, (action.type, name_in(action))))
