"""What the model is shown of a page, and what on it can be acted on.

An observation is text (simplified HTML) plus the targets that the text names. It holds no handle to a
browser: it can be stored, compared, shown to a model and trained on long after the page is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class TargetKind(StrEnum):
    """What a person can do with a target."""

    LINK = "link"
    BUTTON = "button"
    TEXT = "text"
    """A field that takes typed text: it is typed into and submitted."""
    CHECKBOX = "checkbox"
    RADIO = "radio"
    OPTION = "option"
    """One choice of a select: clicking it selects it."""
    OTHER = "other"
    """Anything else that reacts to a click: a tab, a summary, an element with a handler."""


class Spelling(StrEnum):
    """How names are spelled."""

    SHORT = "short"
    """Few telling words, and only the groups that are needed: what a model is shown."""
    PAPER = "paper"
    """Every group, every word: as arXiv 2503.20749 and OPeRA spell them (`simplify.paper`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing on a page that can be acted on.

    Attributes:
        name: unique on its page; how the model says which thing it means.
        kind: what can be done with it.
        label: what a person reads on it, white space folded; empty where nothing is written.
        ref: where the capture that this observation was made from keeps the element; None for an
            observation of HTML that no browser captured, whose targets cannot be acted on.
        enabled: whether it reacts at all; a disabled button and a sold-out option do not.
    """

    name: str
    kind: TargetKind
    label: str
    ref: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """A page as the model sees it.

    Attributes:
        url: address of the page, empty where HTML came without one.
        title: the document's title.
        html: the simplified HTML, one line a block, in which every target carries its `name`.
        targets: the targets by name, in reading order.
        notes: what is missing from the text and why, in words for the model and the user
            (a frame that did not answer, a list that was folded).
    """

    url: str
    title: str
    html: str
    targets: Mapping[str, Target] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()
