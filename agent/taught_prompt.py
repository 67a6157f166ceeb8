"""The prompt of a model that was fine-tuned on shoppers' visits: as few tokens as can be.

Such a model knows the task, so nothing is explained. A page is told by its outline (`agent.outline`), as what
changed since it was shown last, or, at a page's first sight, since the page before it, whose navigation it
mostly shares. In return each turn ends with a line that a small model cannot work out for itself: how much
was done, how the last choices lay to one another in reading order, and what comes next in it.

What people do next hangs on just that (measured on `human_clicks`): whether this person is going through a
page in order, what was looked at before, and how long the visit has lasted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import urlsplit

from agent.actions import ACTION_TYPES, meaning, name_in
from agent.fence import RULE, fenced, quoting, without_control_tokens
from agent.messages import MESSAGE_OVERHEAD, Context, Message, said
from agent.outline import changed, outline
from agent.persona import Persona
from agent.session import Outcome, Step
from simplify import Observation

MOVES = 3
"""Past moves that are told."""

LOW_WATER = 0.5
"""Share of the context that is kept when the oldest turns are left out."""

_NAMED = re.compile(r'<(\w+)[^>]*? name="([^"]*)"')
_LIKE_RECAP = re.compile(r"^\d+ done(?:$|,.*$)", re.MULTILINE)
_OPENED = re.compile(r'The page ".*" opened\.( You went back to the page ".*"\.)?')


def taught_conversation(
    persona: Persona, intent: str, steps: Sequence[Step], observation: Observation, context: Context
) -> list[Message]:
    """What a fine-tuned policy is sent to decide the next action; see `agent.prompts.conversation`."""
    looks = [_Look(step.url, step.observation) for step in steps]
    looks.append(_Look(observation.url, observation.html))
    visit = _Visit(steps, looks, context)
    system = Message(role="system", content=f"{persona.describe()}\nYou want: {intent}{_besides(context)}")
    start = visit.start(context.tokens - context.count(system.content) - 2 * MESSAGE_OVERHEAD)
    messages = [system]
    for place in range(start, len(looks)):
        messages.append(Message(role="user", content=visit.turn(place, start)))
        if place < len(steps):
            messages.append(Message(role="assistant", content=said(steps[place].decision)))
    return messages


def _besides(context: Context) -> str:
    """What such a model was not taught, where it needs it: further actions, and what a fence is."""
    more = [action for action in context.actions if action not in ACTION_TYPES]
    besides = [f"You can also: {' '.join(map(meaning, more))}"] if more else []
    return "".join(f"\n{line}" for line in [*besides, *([RULE] if context.fences else [])])


@dataclass(frozen=True, slots=True)
class _Look:
    """A page that was looked at: its address, and what was shown of it."""

    url: str
    html: str


class _Visit:
    """A visit as it is told, turn by turn.

    Args:
        steps: what was done.
        looks: at which pages; one more, the page at hand.
        context: the model's.
    """

    def __init__(self, steps: Sequence[Step], looks: Sequence[_Look], context: Context) -> None:
        self._steps = steps
        self._looks = looks
        self._context = context
        self._turns: dict[tuple[int, int | None], str] = {}
        self._sizes: dict[tuple[int, int | None], int] = {}

    def turn(self, place: int, start: int) -> str:
        """What came of the last action, the page as it stands now, and where the shopper is in it."""
        key = self._key(place, start)
        if key not in self._turns:
            self._turns[key] = without_control_tokens("\n".join(self._told(*key)))
        return self._turns[key]

    def start(self, room: int) -> int:
        """The first turn that is told. Turns are left out many at a time: the prompt mostly only grows.

        Walks through the session as it grew, so that each step finds what the step before it decided.
        """
        start, length = 0, 0
        for now in range(len(self._looks)):
            length += self._size(now, start) + (self._reply(now - 1) if now > start else 0)
            if length <= room or now == start:
                continue
            aim = int(room * LOW_WATER)
            while start < now and length > aim:
                start += 1
                length = sum(self._size(place, start) for place in range(start, now + 1))
                length += sum(map(self._reply, range(start, now)))
        return start

    def _key(self, place: int, start: int) -> tuple[int, int | None]:
        """A turn, and the turn before it whose page its own is told against; none of the first."""
        if place == start:
            return place, None
        url = self._looks[place].url
        known = (before for before in range(place - 1, start - 1, -1) if self._looks[before].url == url)
        return place, next(known, place - 1)

    def _told(self, place: int, before: int | None) -> Iterator[str]:
        now = self._looks[place]
        if before is None:
            page = outline(now.html)
        else:
            came = quoting(_unexpected(self._steps[place - 1].outcome))
            page = "\n".join(filter(None, (came, changed(self._looks[before].html, now.html))))
        if before is None or page:
            page = _LIKE_RECAP.sub(r'"\g<0>"', page)
            yield fenced(page) if self._context.fences else page
        yield recap(self._steps[:place], now.url, now.html)

    def _size(self, place: int, start: int) -> int:
        key = self._key(place, start)
        if key not in self._sizes:
            self._sizes[key] = self._context.count(self.turn(place, start)) + MESSAGE_OVERHEAD
        return self._sizes[key]

    def _reply(self, place: int) -> int:
        return self._context.count(said(self._steps[place].decision)) + MESSAGE_OVERHEAD


def _unexpected(outcome: Outcome) -> str:
    """What came of an action, where the page that follows does not say it: which page opened, it does."""
    expected = outcome.accepted and _OPENED.fullmatch(outcome.message)
    return "" if expected else outcome.message


def recap(steps: Sequence[Step], url: str, html: str) -> str:
    """One line on the visit so far, as seen from the page at hand.

    What was chosen is what did not lead to another page for good: a link that was followed is the way to it.

    Args:
        steps: what was done before.
        url: address of the page at hand.
        html: its observation.

    Returns:
        How many actions were done; the last moves from one choice to the next (how many places further on in
        reading order; `page` where the next one stood on another page of the same list, `new` where it
        stood elsewhere); how many things of the page at hand were chosen; and what comes next in its reading
        order after the last one, and after the one that is furthest down. On the next page of a list, of
        which nothing was chosen yet, that is the first thing that is new.
    """
    told = [f"{len(steps)} done"]
    followed = [*(step.url for step in steps), url][1:]
    looks = [step for step, after in zip(steps, followed, strict=True) if step.url == after]
    moves = [_move(before, after) for before, after in pairwise(looks[-MOVES - 1 :])]
    if moves:
        told.append(f"moves {' '.join(moves)}")
    order = _order(html)
    chosen = [name for step in looks if step.url == url and (name := _name(step)) in order]
    if chosen:
        told.append(f"{len(set(chosen))} here")
        furthest = max(chosen, key=lambda name: order[name])
        after = [_after(name, order) for name in dict.fromkeys((chosen[-1], furthest))]
    else:
        after = [_first_new(steps[-1], url, order)] if steps else []
    if any(after):
        told.append(f"next {' or '.join(filter(None, after))}")
    return ", ".join(told)


def _first_new(last: Step, url: str, order: Mapping[str, int]) -> str:
    if last.url == url or not _one_list(last.url, url):
        return ""
    known = _order(last.observation)
    return next((name for name in order if name not in known), "")


def _one_list(one: str, other: str) -> bool:
    """Whether two addresses differ in their query alone, as the pages of a list do."""
    return urlsplit(one)[:3] == urlsplit(other)[:3]


def _move(before: Step, after: Step) -> str:
    if before.url != after.url:
        return "page" if _one_list(before.url, after.url) else "new"
    order = _order(after.observation)
    here, there = order.get(_name(before)), order.get(_name(after))
    return f"{there - here:+d}" if here is not None and there is not None else "new"


def _name(step: Step) -> str:
    return name_in(step.decision.action) or ""


def _after(name: str, order: Mapping[str, int]) -> str:
    """What stands next to a name in reading order, and does not belong to it."""
    names = list(order)
    return next((other for other in names[order[name] + 1 :] if not other.startswith(f"{name}.")), "")


@lru_cache(maxsize=512)
def _order(html: str) -> Mapping[str, int]:
    """The place of each name in reading order."""
    return MappingProxyType({name: place for place, (_, name) in enumerate(_NAMED.findall(html))})
