"""The thought before something for sale is clicked: where it stands, what it costs, what colour it has.

A sentence has a subject (where the thing stands), one or two remarks on it (price, colour, what was seen
before), and what follows for the shopper. Which remarks can be made depends on the record alone; which are
made, and in what words, is chance.
"""

from collections.abc import Sequence

from learn.rationales.past import Dice, Past, in_words
from learn.rationales.remarks import Remark, remarks
from learn.rationales.shelf import Item, Shelf


def before_looking(item: Item, shelf: Shelf, past: Past, intent: str, dice: Dice) -> str:
    """The thought before a thing for sale is clicked.

    Args:
        item: the thing.
        shelf: where it stands.
        past: what happened before.
        intent: what the visit is for.
        dice: chance.
    """
    if past.times[item.label]:
        return _again(item, past, dice)
    made = _chosen(list(remarks(item, shelf, past, intent)), dice)
    subject = dice.pick(*_subjects(item, shelf, past))
    if not made:
        return dice.pick(*(frame.format(s=subject) for frame in _BARE))
    count = len(past.times)
    if count >= 2 and dice.chance(0.12):
        return _counted(count, made[0], dice)
    if dice.chance(0.35):
        apposed = " and ".join(remark.apposed for remark in made)
        return dice.pick(*_APPOSED).format(s=subject, a=apposed)
    clause = f"{_capital(subject)} {_joined(made)}"
    against = made[-1].against
    return f"{clause}, {dice.pick(*(_ANYWAY if against else _SO))}."


_BARE = (
    "I look at {s}.",
    "Let me look at {s}.",
    "Let me see {s}.",
    "I open {s}.",
    "Now I look at {s}.",
    "I want to see {s}.",
    "I take a look at {s}.",
    "I'll have a look at {s}.",
    "I wonder about {s}.",
    "Maybe {s}, let me see.",
    "What about {s}, I open it.",
)
_APPOSED = (
    "I look at {s}, {a}.",
    "Let me see {s}, {a}.",
    "Now I look at {s}, {a}.",
    "I open {s}, {a}.",
    "I'll have a look at {s}, {a}.",
    "I want to see {s}, {a}.",
    "I take a look at {s}, {a}.",
    "What about {s}, {a}, let me see.",
    "I wonder about {s}, {a}.",
    "Maybe {s}, {a}, I'll see.",
)
_SO = (
    "so I look at it",
    "so I open it",
    "so I click it",
    "so let me see it",
    "let me see it",
    "I want to see it",
    "I want a closer look",
    "I'll look at it",
    "I take a look",
    "so I have a look",
    "that I want to see",
)
_ANYWAY = (
    "but I look at it",
    "but I look anyway",
    "but let me see it",
    "but I want to see it",
    "still I take a look",
    "but I'll have a look",
    "but I click it all the same",
    "and I look all the same",
)


def _again(item: Item, past: Past, dice: Dice) -> str:
    """The thing was looked at before."""
    last = past.last
    if last is not None and last.label == item.label:
        return dice.pick(
            "I look at the same one again.",
            "Let me see that one once more.",
            "I open the same one again.",
            "That one again, I look once more.",
            "I want to see that one again.",
            "I go for the one that I just had, once more.",
            "I am not done with that one, I open it again.",
        )
    times = past.times[item.label]
    if times > 1 and dice.chance(0.5):
        return dice.pick(
            f"I have looked at it {_times(times)} and look again.",
            f"Back to the one that I opened {_times(times)} already.",
            f"I come back to it again, after {_times(times)} before.",
        )
    subject = f"the {item.colour} one" if item.colour and dice.chance(0.4) else "one"
    seen = "one that I have seen" if subject == "one" else f"{subject} that I have seen"
    return dice.pick(
        f"I go back to {seen} before.",
        f"Let me see {seen} already, once more.",
        f"I return to {seen} before.",
        f"I look again at {seen}.",
        f"I want another look at {seen}.",
        f"I compare with {seen} before.",
    )


def _subjects(item: Item, shelf: Shelf, past: Past) -> Sequence[str]:
    """What the thing can be called, by where it stands."""
    last = past.last
    before = shelf.by_label.get(last.label) if last is not None else None
    count = len(shelf.items)
    if count == 1:
        return ("the only one here", "the one thing here")
    if before is None:
        return _where(item, count)
    if item.place > before.place:
        return _further_on(item, item.place - before.place, count)
    if item.place == before.place - 1:
        return ("the one before it", "the one just before", "the one right before that")
    return ("one further up", "one higher up", "one nearer the top", "one from further up")


def _further_on(item: Item, ahead: int, count: int) -> Sequence[str]:
    """What the thing can be called that stands so many places behind the last one."""
    if ahead == 1:
        end = ("the last one here", "the one at the end") if item.place == count - 1 else ()
        return ("the next one", "the one after it", "the next", "the one that comes next", *end)
    far = ("one further down", "one further on", "one lower down")
    if ahead <= 4:
        return (*far, f"the one {in_words(ahead)} further on")
    return (*far, *(_where(item, count) if item.place >= count - count // 3 else ()))


def _where(item: Item, count: int) -> Sequence[str]:
    """Where the thing stands on its page."""
    third = count // 3
    if item.place == 0:
        return ("the first one", "the first one here", "the one at the top")
    if item.place == count - 1:
        return ("the last one here", "the one at the very end")
    if item.place < third:
        return ("one near the top", "one of the first ones here")
    if item.place >= count - third:
        return ("one near the end", "one near the bottom")
    return ("one in the middle", "one from the middle of the page")


def _chosen(found: list[Remark], dice: Dice) -> list[Remark]:
    """None, one or two of the remarks, the one that speaks against the thing last."""
    if not found or dice.chance(0.1):
        return []
    first = _drawn(found, dice)
    if not dice.chance(0.3):
        return [first]
    others = [remark for remark in found if remark.price != first.price]
    if not others:
        return [first]
    return sorted([first, _drawn(others, dice)], key=lambda remark: remark.against)


def _drawn(found: list[Remark], dice: Dice) -> Remark:
    return dice.pick(*(remark for remark in found for _ in range(remark.weight)))


def _joined(made: Sequence[Remark]) -> str:
    first = f"{made[0].verb} {made[0].rest}"
    if len(made) == 1:
        return first
    second = made[1]
    verb = "" if made[0].verb == second.verb else f"{second.verb} "
    return f"{first} and {verb}{second.rest}"


def _counted(count: int, remark: Remark, dice: Dice) -> str:
    """With a look back at how many were looked at."""
    number = in_words(count)
    return dice.pick(
        f"I have seen {number} so far, and this one {remark.verb} {remark.rest}.",
        f"After {number} I look at one more, {remark.apposed}.",
        f"I have looked at {number}, now one more, {remark.apposed}.",
    )


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{in_words(number)} times"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
