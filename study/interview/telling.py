"""A visit told in the first person within so many tokens: what matters most first to be kept.

A step in short is the page's title and address, the thought, the action and what came of it. Where not all
steps find room, the last one is kept first, then those at which something went wrong, then the first, then
the later ones; how many are left out is said at their place. A part of the room, and what is left of the
rest, is for pages: those at which the visit ended or something went wrong before all others. What stands on
several pages, such as the shop's navigation, is shown once, and is `…` on the others.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from agent.actions import Back, Scroll, Terminate, Type, TypeAndSubmit, name_in
from agent.messages import TokenCounter
from agent.outline import outline
from agent.session import Step
from study.interview.quoted import quoted
from study.journey.page import read_page
from study.journey.signs import nothing_found

PAGE_SHARE = 3
"""This part of the room is kept for pages, and a page gets at most so much."""

SHORTEST_PAGE = 24
"""Tokens below which the beginning of a page tells nothing."""

LONGEST_PAGE = 20_000
"""Characters of a page that are looked at; no context has room for more of one."""

LONGEST_TOKEN = 12
"""Characters that a token hardly ever exceeds: a text is not looked at further than that."""

_TITLE_ELEMENT = re.compile("<title>.*?</title>", re.DOTALL)
_TITLE, _ADDRESS, _NAME, _TEXT, _THOUGHT, _OUTCOME = 100, 100, 80, 120, 300, 240


def tell_visit(steps: Sequence[Step], room: int, count: TokenCounter) -> str:
    """The visit as the shopper would tell it; all that is recorded is quoted.

    Args:
        steps: of the session, oldest first.
        room: tokens that the text may have.
        count: tokens of a text.

    Returns:
        At most `room` tokens; empty where the room is too small for anything.
    """
    if not steps:
        return shortened("I did nothing there.", room, count)
    order = _by_weight(steps)
    aim = room
    while aim > 0:
        text = _told(steps, order, aim, count)
        over = count(text) - room
        if over <= 0:
            return text
        aim -= over + 1  # tokens of parts do not add up exactly to those of the whole
    return ""


def shortened(text: str, room: int, count: TokenCounter) -> str:
    """The beginning of a text, as long as its tokens find room, with `…` where something is left out."""
    if len(text) <= LONGEST_TOKEN * room and count(text) <= room:
        return text
    low, high = 0, min(len(text) - 1, max(0, LONGEST_TOKEN * room))
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[:middle] + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""


def _told(steps: Sequence[Step], order: Sequence[int], room: int, count: TokenCounter) -> str:
    in_short = [_in_short(step, after) for step, after in zip(steps, [*steps[1:], None], strict=True)]
    gap = count(_left_out(len(steps)))
    kept: set[int] = set()
    spent = 0
    for place in order:
        cost = count(in_short[place]) + 1
        most = room - room // PAGE_SHARE if kept else room
        if spent + cost + (gap if len(kept) + 1 < len(steps) else 0) > most:
            continue
        kept.add(place)
        spent += cost + (gap if {place - 1, place + 1}.isdisjoint(kept) else 0)
    by_page = [place for place in order if place in kept and place] + ([0] if 0 in kept else [])
    pages = _pages(steps, by_page, room - spent, room // PAGE_SHARE, count)
    return "\n".join(_lines(in_short, kept, pages))


def _by_weight(steps: Sequence[Step]) -> list[int]:
    """Places of the steps, what matters most first."""
    last = len(steps) - 1
    wrong = [place for place, step in enumerate(steps) if went_wrong(step)]
    return list(dict.fromkeys([last, *reversed(wrong), 0, *range(last - 1, 0, -1)]))


def went_wrong(step: Step) -> bool:
    """Whether the action could not be done, or the page says that there is nothing to show."""
    page = read_page(step.url, step.title, step.observation[:LONGEST_PAGE])
    return not step.outcome.accepted or bool(nothing_found(page))


def _pages(
    steps: Sequence[Step], order: Sequence[int], room: int, most: int, count: TokenCounter
) -> dict[int, str]:
    """The pages that find room, by the place of the step that looked at them."""
    shown: dict[int, str] = {}
    told: set[str] = set()
    for place in order:
        if room < SHORTEST_PAGE:
            break
        lines = [line if line not in told else "…" for line in _page(steps[place])]
        if all(line == "…" for line in lines):
            continue
        text = "\n".join(f"  {line}" for line, _ in groupby(lines))
        shown[place] = shortened(text, min(room, most) - 1, count)
        told.update(line.strip() for line in shown[place].split("\n"))
        room -= count(shown[place]) + 1
    return shown


def _page(step: Step) -> list[str]:
    """The lines that were shown, without markup and without the title, which stands above them."""
    html = _TITLE_ELEMENT.sub("", step.observation[:LONGEST_PAGE], count=1)
    return [told for line in outline(html).split("\n") if (told := quoted(line))]


def _lines(in_short: Sequence[str], kept: set[int], pages: dict[int, str]) -> Iterator[str]:
    missing = 0
    for place, line in enumerate(in_short):
        if place not in kept:
            missing += 1
            continue
        if missing:
            yield _left_out(missing)
            missing = 0
        head, _, rest = line.partition("\n")
        yield head
        if pages.get(place):
            yield pages[place]
        yield rest
    if missing:
        yield _left_out(missing)


def _left_out(steps: int) -> str:
    return f"({steps} {'step is' if steps == 1 else 'steps are'} left out here.)"


def _in_short(step: Step, after: Step | None) -> str:
    """A line on where I was, and one on what I thought and did and what came of it.

    That a page opened is not said where the next step says it.
    """
    thought = (
        f"I thought: {_cut(step.decision.rationale, _THOUGHT)} " if step.decision.rationale.strip() else ""
    )
    title = f'"{_cut(step.title, _TITLE)}"' if step.title.strip() else "without a title"
    return (
        f"{step.index}. I was on the page {title} ({_cut(_address(step.url), _ADDRESS)}).\n"
        f"{thought}{_did(step)} {_came_of(step, after)}".rstrip()
    )


def _did(step: Step) -> str:
    tried = "" if step.outcome.accepted else "tried to "
    action = step.decision.action
    present, past = _VERBS[action.type]
    verb = f"{tried}{present if tried else past}"
    name = _cut(name_in(action) or "", _NAME)
    match action:
        case Terminate():
            return "I closed the window."
        case TypeAndSubmit(text=text) | Type(text=text):
            return f'I {verb} "{_cut(text, _TEXT)}" into {name}.'
        case Back():
            return f"I {verb} back to the page before."
        case Scroll(direction=direction):
            return f"I {verb} {direction}."
    return f"I {verb} {name}."


_VERBS: Mapping[str, tuple[str, str]] = {
    "click": ("click", "clicked"),
    "type_and_submit": ("type", "typed"),
    "type": ("type", "typed"),
    "select": ("choose", "chose"),
    "hover": ("rest the mouse on", "rested the mouse on"),
    "back": ("go", "went"),
    "scroll": ("scroll", "scrolled"),
    "terminate": ("close", "closed"),
}


def _came_of(step: Step, after: Step | None) -> str:
    message = step.outcome.message
    follows = after is not None and message == f'The page "{after.title}" opened.'
    return "" if follows or isinstance(step.decision.action, Terminate) else _cut(message, _OUTCOME)


def _address(url: str) -> str:
    """Path and query: the host is the same throughout, and tells nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _cut(text: str, characters: int) -> str:
    """Recorded text, quoted and bounded in length."""
    line = quoted(text[: 20 * characters])
    return line if len(line) <= characters else line[: characters - 1] + "…"
