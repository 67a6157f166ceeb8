"""What came of an action, in words that a language model and a person can read.

Pure functions of two looks at the page, before and after, and of what the hand and the page itself did.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process, utils

from agent.actions import Action, Type, TypeAndSubmit
from agent.browser.guard import Stopped, Why
from agent.browser.site import host_of
from agent.characters import whole_values
from simplify import Target, TargetKind, without_clocks

Read = TypeVar("Read", bound=Hashable)

SHOWN_LINES = 3
LINE_LENGTH = 100
COMPLAINT_LENGTH = 200
NEAREST = 3
NEAR = 50


@dataclass(frozen=True, slots=True)
class Look:
    """What a person could read of a document at one moment.

    Attributes:
        document: tells one loaded document from the next.
        content_type: the document's media type.
        url: its address.
        title: its title.
        dialogs: names of the dialogs that stand open.
        messages: texts of alerts and status lines.
        lines: the lines of the visible text.
        wordless: what fields, signs and pictures are called, which stand there without text.
        fields: what each field is called, and what it says; none of those for secrets.
        anchor: name of the place on the page that the address points at.
    """

    document: float
    content_type: str
    url: str
    title: str
    dialogs: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    wordless: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    anchor: str = ""

    @classmethod
    def of(cls, seen: dict[str, Any] | None) -> "Look | None":
        """What the page says of itself (`look.js`); None where it said nothing."""
        if seen is None:
            return None
        return cls(**{name: _frozen(value) for name, value in whole_values(seen).items()})


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the browser says where it does not send a form.

    Attributes:
        field: the field's label.
        message: what is wrong with it.
        own: whether it is the element that was acted on.
    """

    field: str
    message: str
    own: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What one element is like at one moment; the fields are those that `element.js` reports.

    `missed` is whether the mouse came down on something else in its stead, and was kept from it.
    """

    connected: bool
    tag: str
    type: str
    editing: str
    disabled: bool
    read_only: bool
    multiple: bool
    chosen: bool | None
    value: str
    expanded: str | None
    pressed: str | None
    scheme: str
    complaint: Complaint | None
    missed: bool = False

    @classmethod
    def of(cls, report: dict[str, Any]) -> "Facts":
        """What the page says of it (`element.js`)."""
        report = whole_values(report)
        complaint = report["complaint"]
        return cls(**(report | {"complaint": Complaint(**complaint) if complaint else None}))


def first_change(before: Sequence[Look | None], after: Sequence[Look | None]) -> str | None:
    """What can be read to have changed in place: on the page, or else in the frame of what was acted on."""
    pairs = zip(before, after, strict=False)
    changes = (changed(old, new) for old, new in pairs if old and new)
    return next((text for text in changes if text), None)


def of_element(action: Action, target: Target, before: Facts | None, last: Facts | None) -> str | None:
    """What is told of the element itself after an action on it; None where that says nothing."""
    if last is None:
        return None
    if isinstance(action, TypeAndSubmit | Type):
        return field(last)
    return state(target, before, last) if before is not None else None


def in_place(state: str | None, change: str | None, last: Facts | None) -> list[str]:
    """What is told of an action that left the document in place; nothing where nothing came of it.

    Args:
        state: what the element itself is like by now.
        change: what changed around it.
        last: facts of the element at last.
    """
    complained = complaint(last.complaint) if last is not None and last.complaint is not None else None
    return [part for part in (state, change, complained) if part]


def refilled(before: Sequence[Look | None], after: Sequence[Look | None]) -> list[str]:
    """What fields say by now that nobody typed into, on the page or in the frame of what was acted on."""
    pairs = zip(before, after, strict=False)
    fresh = [pair for old, new in pairs if old and new for pair in _fresh(old.fields, new.fields)]
    told = [_says(quoted(name) if name else "A field", value) for name, value in fresh[:SHOWN_LINES]]
    more = len(fresh) - SHOWN_LINES
    return told if more <= 0 else [*told, f"{more} more field{'s' * (more > 1)} changed."]


def called(target: Target) -> str:
    """A target as an outcome speaks of it."""
    return quoted(target.label or target.name)


def quoted(text: str) -> str:
    """A text of the page between quotation marks, cut where it is long."""
    folded = " ".join(text.split())
    return f'"{folded}"' if len(folded) <= LINE_LENGTH else f'"{folded[:LINE_LENGTH].rstrip()}…"'


def unknown(name: str, names: Iterable[str]) -> str:
    """There is no such name; these come nearest."""
    near = process.extract(
        name,
        list(names),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=NEAREST,
        score_cutoff=NEAR,
    )
    hint = f" The nearest names are {', '.join(found[0] for found in near)}." if near else ""
    return f"There is nothing called {name[:LINE_LENGTH]} on this page.{hint}"


def disabled(target: Target) -> str:
    """It stands there, but does not react."""
    return f"{called(target)} is disabled and does not react at the moment."


def gone(target: Target) -> str:
    """It left the page before anything could be done with it."""
    return f"{called(target)} went away from the page just now."


def went_back(title: str) -> str:
    """The page before is there again."""
    return f"You went back to the page {quoted(title)}."


NOT_FOLLOWED = {
    Why.AWAY: "That link leads away from the shop (to {}) and was not followed.",
    Why.INSIDE: "That leads into a private network (to {}) and was not followed.",
    Why.ROBOTS: "The shop keeps robots from that page (robots.txt), and it was not opened.",
    Why.ORDER: "That would have placed the order, and was not sent.",
}
"""What is told of an action that led to a document that was not asked for."""

STOPPED = {
    Why.AWAY: "The page tried to lead away to {}, and was kept.",
    Why.INSIDE: "The page tried to lead into a private network (to {}), and was kept.",
    Why.ROBOTS: "The page led to one that the shop keeps from robots (robots.txt), and was kept.",
    Why.ORDER: "The page tried to place the order, which was not sent.",
}
"""What is told where the page did so by itself."""


def not_followed(what: Stopped) -> str:
    """What an action would have led to was not asked for."""
    return NOT_FOLLOWED[what.why].format(host_of(what.url))


def stopped(what: Stopped) -> str:
    """A document that the page asked for by itself, and did not get."""
    return STOPPED[what.why].format(host_of(what.url))


def in_foreign_frame(target: Target, url: str) -> str:
    """It stands in a frame of somebody else's, which is not touched."""
    whose = f"is {host_of(url)}'s" if url.startswith("http") else "may be anybody's"
    return f"{called(target)} stands in a part of the page that {whose}, and was not touched."


def opened(before: Look, after: Look, status: int | None) -> str:
    """Another document is there."""
    said = [text for text in after.messages if text not in before.messages]
    failed = f" (HTTP {status})" if status is not None and status >= 400 else ""
    name = after.title or urlsplit(after.url).path
    verb = "was loaded again" if _page(before) == _page(after) and before.title == after.title else "opened"
    says = f" and says: {_list(said)}" if said else ""
    dialogs = f" A dialog {_list(after.dialogs)} is open on it." if after.dialogs else ""
    return f"The page {quoted(name)} {verb}{failed}{says}.{dialogs}"


def changed(before: Look, after: Look) -> str | None:
    """What is different on a page that stayed; None where a person can read no difference."""
    if _page(before) != _page(after):
        return opened(before, after, None)
    parts = _dialogs(before, after)
    messages = _fresh(before.messages, after.messages)
    if messages:
        parts.append(f"it says {_list(messages)}")
    fresh = _fresh(before.lines, after.lines) or _fresh(before.wordless, after.wordless)
    if not parts and fresh:
        parts.append(f"it now shows {_list(fresh)}")
    gone = _fresh(after.lines, before.lines) or _fresh(after.wordless, before.wordless)
    if not parts and gone:
        parts.append(f"{_list(gone)} went away")
    if parts:
        return f"The page changed: {'; '.join(parts)}."
    if before.url != after.url:
        return (
            f"The page moved to {quoted(after.anchor)}."
            if after.anchor
            else "The page moved to another place."
        )
    return None


def state(target: Target, before: Facts, after: Facts) -> str | None:
    """What became of the element itself; None where that says nothing."""
    if not after.connected:
        return None
    name = called(target)
    if after.chosen is not None:
        return f"{name} is {_chosen(target, before, after)}."
    if before.expanded != after.expanded and after.expanded is not None:
        return f"{name} is {'open' if after.expanded == 'true' else 'closed'} now."
    if before.pressed != after.pressed and after.pressed is not None:
        return f"{name} is {'pressed' if after.pressed == 'true' else 'not pressed any more'}."
    return None


def field(after: Facts) -> str | None:
    """What a field says after something was typed into it; None where it is gone."""
    if not after.connected:
        return None
    if after.type == "password":
        return "The field is filled in."
    return _says("The field", after.value.strip())


def _says(which: str, value: str) -> str:
    return f"{which} now says {quoted(value)}." if value else f"{which} is empty now."


def complaint(refusal: Complaint) -> str:
    """Why the browser did not send the form."""
    where = "" if refusal.own or not refusal.field else f" at {quoted(refusal.field)}"
    return f"The page shows{where}: {refusal.message[:COMPLAINT_LENGTH]}"


def _chosen(target: Target, before: Facts, after: Facts) -> str:
    ticked = "ticked" if target.kind is TargetKind.CHECKBOX else "chosen"
    if before.chosen == after.chosen:
        return f"still {ticked}" if after.chosen else f"still not {ticked}"
    return f"{ticked} now" if after.chosen else f"not {ticked} any more"


def _dialogs(before: Look, after: Look) -> list[str]:
    came = _fresh(before.dialogs, after.dialogs)
    went = _fresh(after.dialogs, before.dialogs)
    parts = [f"a dialog {quoted(name)} opened" if name else "a dialog opened" for name in came]
    return parts + [f"the dialog {quoted(name)} closed" if name else "a dialog closed" for name in went]


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _fresh(old: Sequence[Read], new: Sequence[Read]) -> list[Read]:
    """What the new list has more of than the old one, in its order, each once; clocks may go on."""
    more = Counter(map(_timeless, new)) - Counter(map(_timeless, old))
    return list(dict.fromkeys(line for line in new if _timeless(line) in more))


def _timeless(line: Read) -> Hashable:
    return without_clocks(line) if isinstance(line, str) else line


def _list(texts: Sequence[str]) -> str:
    shown = ", ".join(quoted(text) for text in texts[:SHOWN_LINES])
    rest = len(texts) - SHOWN_LINES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _page(look: Look) -> str:
    return look.url.partition("#")[0]
