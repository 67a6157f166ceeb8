"""What a session shows up to a turn, read by other means than the verbaliser's: for checks."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from agent.actions import Action, Click, TypeAndSubmit
from learn.session import Session
from simplify import Observation

LINK = re.compile(
    r'<a (?:[^<>"]|"[^"]*")*?name="(?P<name>[^"]+)"(?:[^<>"]|"[^"]*")*?(?:/>|>[^<]*</a>)'
    r"(?P<behind>(?:(?!<a |<button|<li|</ul|</ol|<nav|</main|<h\d|<input|<select).)*)",
    re.DOTALL,
)
COLOURS = (
    "navy blue|multicoloured|black|white|gray|grey|brown|blue|navy|red|green|beige|violet|purple|pink|"
    "burgundy|yellow|turquoise|teal"
)


@dataclass(frozen=True)
class Thing:
    """Something for sale."""

    label: str
    cents: int | None
    colours: tuple[str, ...]
    place: int


@dataclass(frozen=True)
class Record:
    """All that may be spoken of at a turn."""

    intent: str
    action: Action
    label: str
    page: Observation
    things: tuple[Thing, ...]
    clicked: Thing | None
    looked: tuple[Thing, ...]
    queries: tuple[str, ...]
    titles: tuple[str, ...]
    refused: bool
    labels: tuple[str, ...]

    @property
    def last(self) -> Thing | None:
        return self.looked[-1] if self.looked else None

    @property
    def counts(self) -> Counter[str]:
        return Counter(thing.label for thing in self.looked)

    @property
    def last_place(self) -> int | None:
        """Where the thing looked at last stands on this page."""
        if self.last is None:
            return None
        return next((thing.place for thing in self.things if thing.label == self.last.label), None)

    @property
    def prices(self) -> list[int]:
        return sorted(thing.cents for thing in self.things if thing.cents is not None)


def records(session: Session) -> Iterator[Record]:
    """One for each turn."""
    looked: list[Thing] = []
    queries: list[str] = []
    titles: list[str] = []
    labels: list[str] = []
    refused = False
    for turn in session.turns:
        action = turn.decision.action
        page = turn.observation
        here = things(page)
        target = page.targets.get(action.name) if isinstance(action, Click | TypeAndSubmit) else None
        clicked = here.get(target.name) if target is not None and isinstance(action, Click) else None
        titles.append(page.title)
        yield Record(
            session.intent,
            action,
            target.label if target else "",
            page,
            tuple(here.values()),
            clicked,
            tuple(looked),
            tuple(queries),
            tuple(titles),
            refused,
            tuple(labels),
        )
        refused = not turn.outcome.accepted
        if refused:
            continue
        labels.append(target.label if target else "")
        if clicked is not None:
            looked.append(clicked)
        if isinstance(action, TypeAndSubmit) and "search" in action.name:
            queries.append(action.text)


def things(page: Observation) -> dict[str, Thing]:
    """What is for sale on a page, by name, in reading order."""
    return _things(page.html, tuple((name, target.label) for name, target in page.targets.items()))


@lru_cache(maxsize=256)
def _things(html: str, labels: tuple[tuple[str, str], ...]) -> dict[str, Thing]:
    known = dict(labels)
    found: dict[str, Thing] = {}
    for link in LINK.finditer(html):
        price = re.search(r"\$([\d,]+)\.(\d\d)", link["behind"])
        name = link["name"]
        if name in known and (price or name.endswith(".view_product")):
            cents = int(price[1].replace(",", "") + price[2]) if price else None
            colours = tuple(re.findall(rf"\b(?:{COLOURS})\b", known[name].lower()))
            found[name] = Thing(known[name], cents, colours, len(found))
    return found
