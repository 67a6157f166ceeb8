"""What is passed around: what a system made of a page, what the judge says of it, and the record of both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a system's output that is offered to be acted on.

    Attributes:
        role: what the system calls it (a role, a tag, a kind).
        label: by what it is told from others: our name, a peer's words for it.
    """

    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Look:
    """One observation that a system made of the page that is open.

    Attributes:
        milliseconds: how long it took, from the call to the text.
        text: what a model would be given.
        entries: what of it can be acted on.
        parts: milliseconds of its parts, where it has such.
    """

    milliseconds: float
    text: str
    entries: tuple[Entry, ...]
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """One element that a person can see and act on.

    Attributes:
        tag: local name.
        role: its role, or `generic`.
        text: what a person reads on it.
        markup: its opening tag, cut.
        how: how a system's targets stand for it, in words; empty where they do not.
    """

    tag: str
    role: str
    text: str
    markup: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A target that nobody can see.

    Attributes:
        place: of the element among those that were judged.
        reason: why, in words.
        markup: its opening tag, cut.
        name: of the target.
    """

    place: int
    reason: str
    markup: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of a page a system's output covers.

    Attributes:
        judged: the elements in reading order.
        unseen: targets that nobody can see; only where elements are known.
    """

    judged: tuple[Judged, ...]
    unseen: tuple[Unseen, ...] = ()

    @property
    def completeness(self) -> float:
        """Share of the elements that a target stands for; 1 on a page without any."""
        return sum(1 for each in self.judged if each.how) / len(self.judged) if self.judged else 1.0

    @property
    def missed(self) -> list[Judged]:
        """The elements that no target stands for."""
        return [each for each in self.judged if not each.how]


class SystemFailed(Exception):
    """A system could not read a page, or could not be set up; its text says why, for the table."""


def ambiguous(entries: Sequence[Entry]) -> int:
    """How many entries share role and label with another one."""
    return sum(count for count in Counter(entries).values() if count > 1)


def verdict_of(listed: Sequence[dict[str, Any]], hows: Sequence[str], text: str = "") -> Verdict:
    """Puts together what `judge.js` listed and how each is covered.

    An option of a select counts as covered when the output writes it: most systems offer the select alone.
    """
    judged = []
    for record, covered in zip(listed, hows, strict=True):
        written = record["role"] == "option" and record["text"] and record["text"] in text
        how = covered or ("written at its select" if written else "")
        judged.append(Judged(record["tag"], record["role"], record["text"], record["markup"], how))
    return Verdict(tuple(judged))


def match_by_text(listed: Sequence[dict[str, Any]], entries: Sequence[Entry]) -> list[str]:
    """How each judged element is covered by entries that name no element: by role and words.

    Every entry is used once. The same role and the same words come first, then the same words alone, then
    words that contain each other; so doubt is in favour of the system. Links of one card to one address stand
    for each other, as they do where elements are known.

    Args:
        listed: what `judge.js` listed.
        entries: the system's.

    Returns:
        For each listed element how it is covered; the empty text where it is not.
    """
    hows = [""] * len(listed)
    wanted = [_Words(record["role"], _plain(record["text"])) for record in listed]
    left = [_Words(entry.role, _plain(entry.label)) for entry in entries]
    for how, fits in (
        ("the same role and words", _same),
        ("the same words", _same_words),
        ("like words", _like),
    ):
        for index, words in enumerate(wanted):
            if hows[index]:
                continue
            found = next((place for place, each in enumerate(left) if fits(words, each)), None)
            if found is not None:
                del left[found]
                hows[index] = how
    covered = {record["twin"] for record, how in zip(listed, hows, strict=True) if how}
    return [
        how or ("the same address in its card" if record["twin"] in covered else "")
        for record, how in zip(listed, hows, strict=True)
    ]


class _Words(NamedTuple):
    role: str
    plain: str


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _same(one: _Words, other: _Words) -> bool:
    return one == other


def _same_words(one: _Words, other: _Words) -> bool:
    return bool(one.plain) and one.plain == other.plain


def _like(one: _Words, other: _Words) -> bool:
    shorter, longer = sorted((one.plain, other.plain), key=len)
    return len(shorter) > 2 and shorter in longer
