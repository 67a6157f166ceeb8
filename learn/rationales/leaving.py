"""The thought before the window is closed.

Why somebody leaves, the record does not say. So the thought holds what can be seen: how many things were
looked at, where in the list the shopper stands, which way the prices went, that nothing was bought.
"""

from collections.abc import Iterator

from learn.rationales.past import Dice, Past, in_words
from learn.rationales.shelf import Shelf


def before_leaving(shelf: Shelf, past: Past, dice: Dice) -> str:
    """The thought before the window is closed."""
    if past.ordered:
        return dice.pick(
            "I have ordered, so I close the window.",
            "My order is placed, I leave.",
            "I have bought something and leave.",
            "I have placed my order, that is all.",
        )
    if past.refused:
        return dice.pick(
            "That did not work, so I leave.",
            "I could not do that, so I close the window.",
            "It did not work and I leave.",
        )
    if not past.looked:
        return _without_looking(past, dice)
    return dice.pick(*_seen(past), *_place(shelf, past), *_prices(past))


def _without_looking(past: Past, dice: Dice) -> str:
    searches = len(past.queries)
    if searches > 1:
        return dice.pick(
            f"I have searched {_times(searches)} and opened nothing, I leave.",
            f"After {in_words(searches)} searches I close the window.",
            "I have searched more than once, so I leave it at that.",
        )
    if searches == 1:
        return dice.pick(
            "I have searched once and opened nothing, I leave.",
            "After one search I close the window.",
            "I leave it at one search.",
        )
    return dice.pick(
        "I have opened nothing here and leave.",
        "I leave without opening anything.",
        "I close the window without looking at anything.",
    )


def _seen(past: Past) -> Iterator[str]:
    """How many were looked at."""
    count = len(past.times)
    cart = past.added > 0
    if count == 1:
        yield "I have looked at one and leave it at that."
        yield "I have seen that one and leave."
        yield "I looked at just the one, now I close the window."
        yield "I have seen one thing here and go."
        if not cart:
            yield "I leave with nothing after just one look."
            yield "I looked at one, bought nothing and leave."
        return
    number = in_words(count)
    yield f"I have looked at {number} and leave."
    yield f"I have seen {number} of them, that is it for me."
    yield f"With {number} looked at, I close the window now."
    yield f"After looking at {number} I leave."
    yield f"I have opened {number} by now, so I stop here."
    if not cart:
        yield f"I have looked at {number} and bought nothing, I leave."
        yield f"I looked at {number} and take none of them."
        yield f"With {number} seen and none bought, I close the window."
        yield f"I leave without buying any of the {number} that I saw."
    else:
        yield f"I saw {number} and put something in the cart, but I leave."
        yield "I leave with my cart not paid."


def _place(shelf: Shelf, past: Past) -> Iterator[str]:
    """Where on the page the shopper stands."""
    last = past.last
    here = shelf.by_label.get(last.label) if last is not None else None
    if last is not None and past.times[last.label] > 1:
        yield f"I have seen this one {_times(past.times[last.label])} and leave."
        yield f"I looked at the same one {_times(past.times[last.label])}, now I go."
    if here is None or len(shelf.items) < 3:
        return
    if here.place == len(shelf.items) - 1:
        yield "I am at the end of this page and leave."
        yield "That was the last one here, so I close the window."
        yield "I have come to the bottom of the page, so I go."
        yield "I reached the end of this list and leave."
    elif here.place == 0:
        yield "I looked at the first one here and leave it at that."
        yield "I leave, the first one on this page was my last look."


def _prices(past: Past) -> Iterator[str]:
    """Which way the prices went."""
    prices = [item.cents for item in past.looked[-3:] if item.cents is not None]
    currencies = {item.currency for item in past.looked[-3:]}
    if len(currencies) != 1 or len(prices) < 2 or len(prices) != len(past.looked[-3:]):
        return
    if len(prices) == 3 and prices[0] < prices[1] < prices[2]:
        yield "I see the prices only going up, so I leave."
        yield "Each of the last ones cost more, so I stop."
        yield "I leave, the last three got dearer and dearer."
    elif len(prices) == 3 and prices[0] > prices[1] > prices[2]:
        yield "I leave, though the last three got cheaper each time."
        yield "I went down in price twice in a row, now I leave."
    elif prices[-1] > prices[-2]:
        yield "I find the last one dearer than the one before, and leave."
        yield "The last one cost more than the one before, so I leave."
    elif prices[-1] < prices[-2]:
        yield "The last one was cheaper than the one before, yet I leave."
        yield "I leave, even though the last one cost less."


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{in_words(number)} times"
