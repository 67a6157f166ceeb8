"""The thought before something is typed: which words of the goal, or of the last search, stay or go."""

import re
from collections.abc import Iterator, Sequence

from learn.rationales.past import Dice, Past, in_words
from learn.rationales.words import Change, change, kinds, left_out, spelled_anew, telling
from learn.search_words import words
from simplify import Target

_SEARCH = re.compile(r"search|find|keyword|query|looking for|^q$", re.IGNORECASE)


def before_typing(text: str, target: Target | None, intent: str, past: Past, dice: Dice) -> str:
    """The thought before a text is typed and submitted.

    Args:
        text: what is typed.
        target: the field; None where the page has none of that name.
        intent: what the visit is for.
        past: what happened before.
        dice: chance.
    """
    if target is None or not searches(target):
        label = f"“{target.label[:40]}”" if target is not None and target.label else "this"
        return dice.pick(
            "Now I fill this in.", "I fill this in too.", f"I fill in {label}.", f"Now I fill in {label}."
        )
    if past.queries:
        return dice.pick(*_anew(text, past.queries))
    return dice.pick(*_first(text, change(intent, text)))


def searches(field: Target) -> bool:
    """Whether a field is there to search."""
    return _SEARCH.search(field.name) is not None or _SEARCH.search(field.label) is not None


def _first(text: str, made: Change) -> Sequence[str]:
    """The first search of a visit, against the goal."""
    count = len(telling(text))
    if not made.kept:
        return (
            "I search in words of my own.",
            "I type what comes to my mind.",
            "Let me search for it in my own words.",
            "I try a word of my own in the search.",
        )
    if not made.dropped and not made.added:
        return _whole(made)
    thoughts = [*_dropped(made), *_kept(made), *_opening(text)]
    if count <= 4:
        few = in_words(count)
        word = "word" if count == 1 else "words"
        thoughts += [
            f"I keep it short, {few} {word} will do.",
            f"I search with {few} {word} only.",
            f"Let me start with just {few} {word}.",
        ]
    if len(made.dropped) > len(made.kept):
        thoughts += [
            "I search with the main words only.",
            "I type just a part of what I want.",
            "I leave most of it out and search for the rest.",
        ]
    elif made.dropped:
        thoughts += ["I type most of what I want.", "I search with the better part of it."]
        if 4 * len(made.dropped) <= len(made.dropped) + len(made.kept):
            thoughts += ["I search with nearly all I know of it.", "I type nearly everything I want."]
        if len(made.dropped) == 1:
            thoughts += ["I leave out one word and type the rest.", "I type all of it but one word."]
    if made.added:
        thoughts += [
            "I say some of it in words of my own.",
            "I put it a little differently in the search.",
        ]
    return thoughts


def _whole(made: Change) -> Sequence[str]:
    if made.reordered:
        return (
            "I type everything I want, in another order.",
            "I search with all of it, the words turned round.",
            "I put all my words into the search, in my own order.",
        )
    return (
        "I type it just as I have it in mind.",
        "I search for exactly what I want.",
        "I put all of it into the search.",
        "Let me search with everything I know of it.",
        "I type the whole of it into the search.",
        "I leave nothing out and search for all of it.",
    )


def _dropped(made: Change) -> Iterator[str]:
    gone = left_out(made.dropped, (*made.kept, *made.added))
    if not gone:
        return
    said = _listed(gone)
    yield f"I leave out the {said} and search for the rest."
    yield f"I search without the {said} first."
    yield f"I can look for the {said} later, I type the rest."
    yield f"Let me search without the {said}."


def _kept(made: Change) -> Iterator[str]:
    told = kinds(made.kept)
    if not told:
        return
    said = _listed(told)
    yield f"I type the {said} too."
    yield f"I put the {said} into the search."
    yield f"I search with the {said}."
    yield f"I want the {said} right, so I type that too."


def _opening(text: str) -> Iterator[str]:
    said = telling(text)
    if len(said) < 3:
        return
    told = kinds(said[:1])
    if told:
        yield f"I type the {told[0]} first."
        yield f"I begin with the {told[0]}."


def _anew(text: str, earlier: Sequence[str]) -> Sequence[str]:
    """Another search, against the one before it."""
    made = change(earlier[-1], text)
    if not made.dropped and not made.added:
        exactly = words(text) == words(earlier[-1])
        return _TURNED_ROUND if made.reordered else _ONCE_MORE if exactly else _NEARLY_THE_SAME
    if spelled_anew(made.dropped, made.added):
        return _SPELLED_ANEW
    if not made.kept:
        return _OTHER_WORDS
    if any(set(telling(text)) == set(telling(query)) for query in earlier):
        return _BACK_TO_ONE
    if not made.added:
        return [*_narrowed(made), *_without(made)]
    changed = _swapped(made) if made.dropped else _widened(made)
    return [*changed, *_without(made), *_with(made)]


_TURNED_ROUND = (
    "I try the same words in another order.",
    "I turn the words round and search again.",
    "The same words, I just order them anew.",
)
_ONCE_MORE = (
    "I run the same search again.",
    "I search for the same once more.",
    "I try the very same words again.",
    "Let me search for that once more.",
)
_NEARLY_THE_SAME = (
    "I try nearly the same words again.",
    "I search for the same, said a bit differently.",
    "The same again, I only change small words.",
)
_SPELLED_ANEW = (
    "I spell one word differently.",
    "Let me try it with one word spelled another way.",
    "I change the spelling and search again.",
)
_OTHER_WORDS = (
    "I try quite other words.",
    "I search again with other words.",
    "Let me put it in other words altogether.",
    "None of those words, I try others.",
)
_BACK_TO_ONE = (
    "I go back to a search I had before.",
    "I try an earlier search of mine again.",
    "Let me return to words I tried before.",
)


def _narrowed(made: Change) -> Sequence[str]:
    thoughts = [
        "I try it with fewer words.",
        "I search again with less.",
        "Let me make the search shorter.",
        "I take some words out and search again.",
    ]
    if len(made.dropped) == 1:
        thoughts[-1] = "I take one word out and search again."
    return thoughts


def _widened(made: Change) -> Sequence[str]:
    few = "one more word" if len(made.added) == 1 else f"{in_words(len(made.added))} more words"
    return (
        "I say more this time.",
        f"I add {few} to the search.",
        f"Let me search again with {few}.",
        "I make the search more exact.",
    )


def _swapped(made: Change) -> Sequence[str]:
    thoughts = [
        "I change some of the words.",
        "I put it another way and search again.",
        "Let me try it with other words for a part of it.",
        "I keep some words and change the rest.",
    ]
    if len(made.dropped) == len(made.added) == 1 and not made.reordered:
        thoughts += ["I swap one word for another.", "I change just one word."]
    return thoughts


def _without(made: Change) -> Iterator[str]:
    gone = left_out(made.dropped, (*made.kept, *made.added))
    if gone:
        said = _listed(gone)
        yield f"I drop the {said} and search again."
        yield f"I try it without the {said}."
        yield f"Let me leave out the {said} this time."


def _with(made: Change) -> Iterator[str]:
    new = left_out(made.added, (*made.kept, *made.dropped))
    if new:
        said = _listed(new)
        yield f"I add the {said} this time."
        yield f"I try it with the {said}."
        yield f"Now I say the {said} as well."


def _listed(told: Sequence[str]) -> str:
    if len(told) == 1:
        return told[0]
    return f"{', the '.join(told[:-1])} and the {told[-1]}"
