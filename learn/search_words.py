"""What people leave out when they turn a goal into a search, and how alike two searches are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

_STOP_WORDS = (
    "a about also am an and any are as at be been but by buy can color colored could do find for from get "
    "give go have help hello hi i i'd i'm id if im in interested is it it's its like looking look lower "
    "me my need needs of on one ones or order please price priced purchase search searching should show "
    "so some something such than that the their them there these they this to under us want wanted was we "
    "which will with would you your dollars less more "
)
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English function words, and the words of asking and paying."""

_WORD = re.compile(r"[^\W_]+(?:[.'/-][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return _WORD.findall(text.lower())


def spans_of_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as they stand there, each with where it begins and ends."""
    return ((found.group(), found.start(), found.end()) for found in _WORD.finditer(text))


def keywords(goal: str) -> str:
    """A goal without stop words and without its price: what is left when one only leaves out.

    Where nothing is left, the goal itself.
    """
    bare = re.sub(r"\bprice[ds]?\b.*$", "", goal.lower(), flags=re.DOTALL)
    return " ".join(word for word in words(bare) if word not in STOP_WORDS) or goal


def token_f1(said: str, typed: str) -> float:
    """Harmonic mean of precision and recall of the words, counted as often as they stand there; 0 to 1."""
    return _f1(Counter(words(said)), Counter(words(typed)))


def agreed(texts: Sequence[str], others: Sequence[str] = ()) -> str:
    """The text that has most words in common with all of `texts` (`token_f1`); of several, the first.

    It is one of them or of `others`.

    Of many texts that are all unlikely, the likeliest is a poor guess at what someone would type; by words in
    common, the best guess is the one that is closest to all (minimum Bayes risk, Kumar and Byrne, 2004).
    """
    often = Counter(texts)
    counted = {text: Counter(words(text)) for text in (*often, *others)}

    def in_common(text: str) -> float:
        return sum(number * _f1(counted[text], counted[other]) for other, number in often.items())

    return max(counted, key=in_common, default="")


def _f1(ours: Counter[str], theirs: Counter[str]) -> float:
    shared = (ours & theirs).total()
    if not shared:
        return float(not ours and not theirs)
    return 2 * shared / (ours.total() + theirs.total())


def edit_similarity(said: str, typed: str) -> float:
    """1 less the edit distance by characters, as a share of the longer text; 0 to 1; case does not count."""
    return Levenshtein.normalized_similarity(" ".join(said.lower().split()), " ".join(typed.lower().split()))
