"""Which action was it? A page, what was done before, a rationale, and the actions to pick from.

What can be told of each action without its rationale is a row of yes and no: what kind of thing it is, where
it stands, how its price and colour compare with the last thing looked at, whether it was seen before.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from agent.actions import Action, Click, Terminate, Type, TypeAndSubmit, name_in
from learn.choices import legal
from learn.rationales.past import Past
from learn.rationales.shelf import Item, Shelf, Shelves
from learn.rationales.verbaliser import remember
from learn.session import Session, Turn
from simplify import Target, TargetKind

LEAVE = ""
"""Stands for leaving among the names of a page."""

_FEATURES = (
    "field button option link navigation next previous numbered leave "
    "thing first last upper middle lower seen same after before near_after far_after further_up elsewhere "
    "cheaper dearer same_price cheapest dearest same_colour other_colour visited "
    "leave_unlooked leave_after_one leave_after_few leave_after_many leave_at_end"
)
FEATURES = tuple(_FEATURES.split())
_PLACE = MappingProxyType({name: place for place, name in enumerate(FEATURES)})

Table = npt.NDArray[np.float64]
Flags = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One turn, to be picked again from its rationale.

    Attributes:
        session: index of its session.
        turn: what was seen, thought and done.
        before: what was done before it, oldest first.
        kind: look (at a thing for sale), move, type or leave.
        names: the names that can be acted on, and `LEAVE` at the end.
        labels: what is written on each.
        prices: the price of each, as it is said; empty where there is none.
        truth: which of them it was.
        features: a row for each, a column for each of `FEATURES`.
    """

    session: int
    turn: Turn
    before: tuple[Turn, ...]
    kind: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    prices: tuple[str, ...]
    truth: int
    features: Flags

    @property
    def rationale(self) -> str:
        """What was thought."""
        return self.turn.decision.rationale

    @property
    def gives_itself_away(self) -> bool:
        """Whether the rationale says the target's name, or what is written on it, word for word."""
        if self.names[self.truth] == LEAVE:
            return False
        said = f" {_plain(self.rationale)} "
        own = (_plain(self.labels[self.truth]), _plain(self.names[self.truth].rpartition(".")[2]))
        return any(text and f" {text} " in said for text in own)


def questions(sessions: Sequence[Session]) -> Iterator[Question]:
    """One for each turn that has a rationale, and whose action can be done on its page."""
    shelves = Shelves()
    for index, session in enumerate(sessions):
        past = Past()
        for place, turn in enumerate(session.turns):
            shelf = shelves.of(turn.observation)
            past.see(turn.observation.title)
            if turn.decision.rationale and legal(turn.observation, turn.decision.action):
                yield _question(index, turn, session.turns[:place], shelf, past)
            remember(turn, shelf, past)


def shuffled(asked: Sequence[Question], seed: int = 0) -> list[str]:
    """For each question the rationale of another turn of the same kind, as a rule of another session."""
    random = Random(seed)  # noqa: S311 - a sample
    of_kind: defaultdict[str, list[Question]] = defaultdict(list)
    for question in asked:
        of_kind[question.kind].append(question)
    found = []
    for question in asked:
        others = of_kind[question.kind]
        drawn = question
        for _ in range(20):
            drawn = random.choice(others)
            if drawn.session != question.session:
                break
        found.append(drawn.rationale)
    return found


def _question(index: int, turn: Turn, before: tuple[Turn, ...], shelf: Shelf, past: Past) -> Question:
    targets = [target for target in turn.observation.targets.values() if target.enabled]
    names = (*(target.name for target in targets), LEAVE)
    action = turn.decision.action
    own = name_in(action) or LEAVE
    items = [shelf.items.get(target.name) for target in targets]
    features = np.zeros((len(names), len(FEATURES)), dtype=np.float32)
    for row, target, item in zip(features, targets, items, strict=False):
        for name in _of_target(target, item, shelf, past):
            row[_PLACE[name]] = 1
    for name in _of_leaving(shelf, past):
        features[-1, _PLACE[name]] = 1
    return Question(
        session=index,
        turn=turn,
        before=before,
        kind=_kind(action, shelf),
        names=names,
        labels=(*(target.label for target in targets), ""),
        prices=(*(item.price if item else "" for item in items), ""),
        truth=names.index(own),
        features=features,
    )


def _kind(action: Action, shelf: Shelf) -> str:
    match action:
        case Terminate():
            return "leave"
        case TypeAndSubmit() | Type():
            return "type"
        case Click():
            return "look" if action.name in shelf.items else "move"
    return "move"


_KINDS: Mapping[TargetKind, str] = {
    TargetKind.TEXT: "field",
    TargetKind.BUTTON: "button",
    TargetKind.OPTION: "option",
    TargetKind.RADIO: "option",
    TargetKind.CHECKBOX: "option",
    TargetKind.LINK: "link",
    TargetKind.OTHER: "link",
}


def _of_target(target: Target, item: Item | None, shelf: Shelf, past: Past) -> Iterator[str]:
    if item is not None:
        yield from _of_item(item, shelf, past)
        return
    yield _KINDS[target.kind]
    label = target.label.lower()
    if target.name in shelf.navigation:
        yield "navigation"
    if label in {"next", "previous"}:
        yield label
    if label.isdecimal():
        yield "numbered"
    if label and any(title.lower().startswith(label) for title in past.titles[:-1]):
        yield "visited"


def _of_item(item: Item, shelf: Shelf, past: Past) -> Iterator[str]:
    yield "thing"
    count = len(shelf.items)
    if item.place == 0:
        yield "first"
    if item.place == count - 1:
        yield "last"
    yield "upper" if 3 * item.place < count else "lower" if 3 * item.place >= 2 * count else "middle"
    if past.times[item.label]:
        yield "seen"
    prices = shelf.prices
    if prices and item.cents in {prices[0], prices[-1]}:
        yield "cheapest" if item.cents == prices[0] else "dearest"
    last = past.last
    if last is None:
        return
    yield from _beside(item, last, shelf)
    yield from _compared(item, last)


def _beside(item: Item, last: Item, shelf: Shelf) -> Iterator[str]:
    """Where a thing stands as seen from the last one."""
    before = shelf.by_label.get(last.label)
    if before is None:
        yield "elsewhere"
        return
    steps = item.place - before.place
    if steps in {0, 1, -1}:
        yield ("same", "after", "before")[steps]
    elif steps < 0:
        yield "further_up"
    else:
        yield "near_after" if steps <= 4 else "far_after"


def _compared(item: Item, last: Item) -> Iterator[str]:
    """Its price and colour beside those of the last one."""
    if item.cents is not None and last.cents is not None and item.currency == last.currency:
        gap = item.cents - last.cents
        yield "same_price" if gap == 0 else "cheaper" if gap < 0 else "dearer"
    if item.colour:
        yield "same_colour" if item.colour == last.colour else "other_colour"


def _of_leaving(shelf: Shelf, past: Past) -> Iterator[str]:
    yield "leave"
    count = len(past.times)
    if count == 0:
        yield "leave_unlooked"
    elif count == 1:
        yield "leave_after_one"
    else:
        yield "leave_after_few" if count <= 4 else "leave_after_many"
    here = shelf.by_label.get(past.last.label) if past.last else None
    if here is not None and here.place == len(shelf.items) - 1:
        yield "leave_at_end"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
