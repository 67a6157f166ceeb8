"""The thought before anything that is neither for sale, nor a search, nor leaving.

What a thing is for is told by its own words: pages of a list, sorting, filters, the cart, ways to other parts
of the shop. Of what stays unclear, only its label is said.
"""

import re
from collections.abc import Sequence

from learn.rationales.past import Dice, Past, in_words
from learn.rationales.shelf import Shelf
from simplify import Target, TargetKind

_NEXT = re.compile(r"^(?:next|next page|more|show more|load more|›|»|→)$", re.IGNORECASE)  # noqa: RUF001 - an arrow
_PREVIOUS = re.compile(r"^(?:previous|previous page|prev|‹|«|←)$", re.IGNORECASE)  # noqa: RUF001 - an arrow
_ORDER = re.compile(
    r"\b(?:place (?:your |my |the )?order|buy now|pay now|order now|confirm order)\b", re.IGNORECASE
)
_CHECKOUT = re.compile(r"\b(?:check ?out|proceed to checkout)\b", re.IGNORECASE)
_ADD = re.compile(r"\badd(?:ed)? to (?:your |my |the )?(?:cart|basket|bag|trolley)\b", re.IGNORECASE)
_WISH = re.compile(r"\b(?:add|save) to (?:your |my |the )?(?:wish ?list|list|favou?rites)\b", re.IGNORECASE)
_CART = re.compile(r"^(?:(?:view |my |your |go to )?(?:cart|basket|bag))\b[^a-z]*$", re.IGNORECASE)
_REMOVE = re.compile(r"^(?:remove|delete)\b", re.IGNORECASE)
_HOME = re.compile(r"^home(?:page)?$", re.IGNORECASE)
_RANGE = re.compile(r"[$£€]\s?\d", re.IGNORECASE)
_COUNT = re.compile(r"\s*\(\d[\d,]*\)$")
_LABEL = 40
"""Characters of a label that are repeated in a thought."""


def before_moving(target: Target | None, name: str, shelf: Shelf, past: Past, dice: Dice) -> str:
    """The thought before a click on something that is not for sale.

    Args:
        target: what is clicked; None where the page has nothing of that name.
        name: how the action calls it.
        shelf: of the page.
        past: what happened before.
        dice: chance.
    """
    label = " ".join((target.label if target else "").split()) or name.rpartition(".")[2].replace("_", " ")
    thoughts = _thoughts(target, name, label, shelf, past)
    if past.refused and dice.chance(0.5):
        thoughts = _after_refusal(_short(label))
    return dice.pick(*thoughts)


def places_an_order(label: str) -> bool:
    """Whether a button of that label buys."""
    return _ORDER.search(label) is not None


def fills_the_cart(label: str) -> bool:
    """Whether a button of that label puts something into the cart."""
    return _ADD.search(label) is not None


def _thoughts(target: Target | None, name: str, label: str, shelf: Shelf, past: Past) -> Sequence[str]:
    if _NEXT.match(label):
        return _next_page(shelf, past)
    if _PREVIOUS.match(label):
        return _PREVIOUS_PAGE
    if label.isdecimal() and "page" in name:
        return _to_page(label)
    told = next((thoughts for pattern, thoughts in _BY_LABEL if pattern.search(label)), None)
    return told or _by_kind(target.kind if target else TargetKind.OTHER, name, label, shelf, past)


def _by_kind(kind: TargetKind, name: str, label: str, shelf: Shelf, past: Past) -> Sequence[str]:
    """What can be said of a thing whose words do not tell what it is for."""
    if kind in {TargetKind.OPTION, TargetKind.RADIO, TargetKind.CHECKBOX}:
        return _choices(name, label)
    short = _short(label)
    if _RANGE.search(label):
        return _price_range(short)
    if kind is TargetKind.BUTTON:
        return _button(short)
    if kind is TargetKind.LINK and name in shelf.navigation:
        return _category(short, past)
    return _link(short)


def _next_page(shelf: Shelf, past: Past) -> Sequence[str]:
    here = sum(item.label in past.times for item in shelf.items.values())
    thoughts = [
        "I go on to the next page.",
        "Let me see what is on the next page.",
        "I want to see more of these.",
        "I turn to the next page.",
        "Let me see more.",
        "I have a look at the next page too.",
        "On to the next page, I want to see more.",
    ]
    if not shelf.items:
        return thoughts
    if here == 0:
        thoughts += [
            "I open nothing here and go on to the next page.",
            "I have opened none of these, let me see the next page.",
            "I skip this page and look at the next.",
        ]
    else:
        number = in_words(here)
        thoughts += [
            f"I have looked at {number} here, on to the next page.",
            f"After {number} on this page I go on to the next.",
            f"I have opened {number} of these, let me see more.",
        ]
    last = past.last
    at = shelf.by_label.get(last.label) if last is not None else None
    if at is not None and at.place == len(shelf.items) - 1:
        thoughts += [
            "I have come to the end of this page, on to the next.",
            "That was the last one here, so I go to the next page.",
        ]
    return thoughts


_PREVIOUS_PAGE = (
    "I go back a page.",
    "Let me see the page before this one again.",
    "I turn back one page.",
    "Back to the page before, I want another look.",
    "I go back to the previous page.",
    "Let me look at the previous page.",
)


def _to_page(number: str) -> Sequence[str]:
    return (
        f"I go straight to page {number}.",
        f"Let me see page {number}.",
        f"I jump to page {number}.",
        f"I turn to page {number}.",
        f"I want to look at page {number}.",
    )


_BY_LABEL = (
    (
        _ORDER,
        ("I order it.", "I buy it.", "I take it and order.", "Now I place my order."),
    ),
    (
        _ADD,
        (
            "I put it in my cart.",
            "This one goes into my cart.",
            "I'll take this one.",
            "I add it to my cart.",
        ),
    ),
    (_CHECKOUT, ("I go to the checkout.", "Now I want to pay.", "I am ready to check out.")),
    (_WISH, ("I save it for later.", "I put it on my list.")),
    (_CART, ("Let me see what is in my cart.", "I look at my cart.", "I go to my cart.")),
    (_REMOVE, ("I take it out again.", "I remove it.", "I do not want it after all, I remove it.")),
    (
        _HOME,
        ("I go back to the start page.", "Let me begin again from the start page.", "I go to the home page."),
    ),
)


def _choices(name: str, label: str) -> Sequence[str]:
    short = _short(label)
    if re.search(r"\bsort", name, re.IGNORECASE):
        return (
            f"I sort them by “{short}”.",
            f"Let me have them in another order: {short}.",
            f"I want them sorted: {short}.",
        )
    if _RANGE.search(label):
        return _price_range(short)
    return (f"I choose “{short}”.", f"I pick {short}.", f"Let me choose {short}.", f"I want {short}.")


def _price_range(label: str) -> Sequence[str]:
    return (
        f"I only want to see those at {label}.",
        f"I narrow it down by price: {label}.",
        f"Let me see just what costs {label}.",
    )


def _button(label: str) -> Sequence[str]:
    return (f"I press “{label}”.", f"Now I press “{label}”.", f"Let me press “{label}”.")


def _link(label: str) -> Sequence[str]:
    return (f"I open “{label}”.", f"Let me see “{label}”.", f"I look at “{label}”.", f"I click “{label}”.")


def _category(label: str, past: Past) -> Sequence[str]:
    the = f"the {label.lower()}" if label.isalpha() and label.endswith("s") else label
    sale = label.lower() == "sale"
    the = "the sale" if sale else the
    count = len(past.times)
    thoughts = [
        f"I want to look at {the}.",
        f"Let me look at {the}.",
        f"I have a look at {the}.",
        f"I'd like to see {the}.",
        f"Let me see {the}.",
    ]
    if sale:
        thoughts += ["Let me see what is on sale.", "I want to see what is reduced."]
    title = any(_heading(each) == label.lower() for each in past.titles[:-1])
    if title:
        thoughts += [
            f"I go back to {the}.",
            f"Back to {the}, I want another look.",
            f"I return to {the}.",
            f"I have another look at {the}.",
        ]
    elif count:
        looks = f"{in_words(count)} so far" if count > 1 else "one so far"
        thoughts += [
            f"I have looked at {looks}, now {the}.",
            f"Now I look at {the}.",
            f"Next I try {the}.",
            f"After {in_words(count)} I turn to {the}.",
            f"I leave this page for {the}.",
        ]
    elif not count:
        thoughts += [f"I start with {the}.", f"First I look at {the}.", f"I begin with {the}."]
    return thoughts


def _heading(title: str) -> str:
    """The part of a page's title that is the page's own."""
    return re.split(r" [-|–·:] ", title)[0].strip().lower()  # noqa: RUF001 - a dash


def _after_refusal(label: str) -> Sequence[str]:
    return (
        f"That did not work, so I try “{label}”.",
        f"I could not do that, let me try “{label}”.",
        f"It did not work, I click “{label}” instead.",
    )


def _short(label: str) -> str:
    bare = _COUNT.sub("", label).replace("“", "").replace("”", "")
    if len(bare) <= _LABEL:
        return bare
    return bare[:_LABEL].rpartition(" ")[0] or bare[:_LABEL]
