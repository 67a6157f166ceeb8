"""What customers think of a generated product: its ratings, the reviews they wrote, and what they asked.

Ratings lean to the good side and their number is heavy tailed, as in real shops. The shown mean agrees with
the written reviews: those are a part of the ratings, and the others are taken at what the quality makes
likely.
"""

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox_shop.catalogue.phrases import Phrase, capitalised
from sandbox_shop.catalogue.product import Question, Review
from sandbox_shop.catalogue.vocabulary import Leaf, ReviewWords

_STARS = (1, 2, 3, 4, 5)
_LAST_DAY = dt.date(2026, 3, 31)
_REVIEWED_DAYS = 900
_MOST_REVIEWS = 14
_SHARE_RATED = 0.96
_SHARE_VERIFIED = 0.85
# After a turn ("Still, ...") these can be written small; names, abbreviations and `I` cannot.
_PLAIN_BEGINNINGS = frozenset(
    ("A", "After", "It", "Much", "My", "Not", "One", "Some", "The", "There", "They", "Too")
)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What stands on a product page in its customers' words. `rating` is None where nobody has rated."""

    rating: float | None
    rating_count: int
    reviews: tuple[Review, ...]
    questions: tuple[Question, ...]


def opinions(
    rng: random.Random, leaf: Leaf, words: ReviewWords, slots: Mapping[str, str], quality: float
) -> Opinions:
    """Draw the ratings, reviews and questions of one product.

    Args:
        rng: the product's own stream.
        leaf: its category, with what its customers say.
        words: what customers of all categories say.
        slots: what is known of the product, for the phrases.
        quality: how much better the maker is than others, about -0.5 to 0.5.
    """
    count = _rating_count(rng)
    shares = _star_shares(quality + rng.gauss(0.0, 0.35))
    written = min(_MOST_REVIEWS, count, round(rng.expovariate(1.0) * math.log1p(count)))
    stars = rng.choices(_STARS, shares, k=written)
    reviewers = _Reviewers(rng, leaf, words, slots)
    reviews = [reviewers.write(star) for star in stars]
    reviews.sort(key=lambda review: (review.date, review.author), reverse=True)
    return Opinions(_mean(stars, count, shares), count, tuple(reviews), _questions(rng, leaf, slots))


def _rating_count(rng: random.Random) -> int:
    if rng.random() >= _SHARE_RATED:
        return 0
    return min(60_000, math.ceil(rng.lognormvariate(4.2, 1.7)))


def _star_shares(quality: float) -> list[float]:
    """How the ratings spread over 1 to 5 stars: J-shaped, tilted by the quality."""
    usual = (0.07, 0.05, 0.09, 0.22, 0.57)
    tilted = [
        share * math.exp(0.75 * quality * (star - 3)) for star, share in zip(_STARS, usual, strict=True)
    ]
    return [share / sum(tilted) for share in tilted]


def _mean(stars: list[int], count: int, shares: list[float]) -> float | None:
    if count == 0:
        return None
    expected = sum(star * share for star, share in zip(_STARS, shares, strict=True))
    return round((sum(stars) + (count - len(stars)) * expected) / count, 1)


@dataclass(slots=True)
class _Reviewers:
    """The customers of one product: they do not repeat one another's sentences while there are others."""

    rng: random.Random
    leaf: Leaf
    words: ReviewWords
    slots: Mapping[str, str]
    said: Counter[str] = field(default_factory=Counter)
    said_now: set[str] = field(default_factory=set)

    def write(self, stars: int) -> Review:
        """One customer's review."""
        self.said_now.clear()
        rng, words, voice = self.rng, self.words, self.words.voices[self.leaf.voice]
        slots = {**self.slots, "who": rng.choice(words.who), "time": rng.choice(words.time)}
        sentences = self._on_the_product(stars, slots)
        if len(sentences) == 1 or rng.random() < 0.7:
            sentences.insert(0, self._say(voice.openings[stars], slots))
        if rng.random() < 0.25:
            sentences.append(self._say(voice.asides, slots))
        if rng.random() < 0.45:
            sentences.append(self._say(words.closings[stars], slots))
        age = int(_REVIEWED_DAYS * rng.random() ** 1.6)
        return Review(
            author=f"{rng.choice(words.first_names)} {rng.choice('ABCDEFGHIJKLMNOPRSTVWZ')}.",
            date=(_LAST_DAY - dt.timedelta(days=age)).isoformat(),
            rating=stars,
            title=self._say(words.titles[stars], slots),
            text=" ".join(sentences),
            helpful=min(400, int(rng.paretovariate(1.1)) - 1) if rng.random() < 0.5 else 0,
            verified=rng.random() < _SHARE_VERIFIED,
        )

    def _say(self, phrases: tuple[Phrase, ...], slots: Mapping[str, str]) -> str:
        fresh = [phrase for phrase in phrases if phrase.source not in self.said_now]
        least = min(self.said[phrase.source] for phrase in fresh)
        phrase = self.rng.choice([phrase for phrase in fresh if self.said[phrase.source] == least])
        self.said[phrase.source] += 1
        self.said_now.add(phrase.source)
        return capitalised(phrase.draw(self.rng, slots))

    def _on_the_product(self, stars: int, slots: Mapping[str, str]) -> list[str]:
        """What the customer found good and bad about it; how much of each, the stars decide."""
        rng = self.rng
        praise, blame = {5: (2, 0), 4: (1, 1), 3: (1, 1), 2: (0, 2), 1: (0, 2)}[stars]
        voice = self.words.voices[self.leaf.voice]
        liked, disliked = self.leaf.good + voice.good, self.leaf.bad + voice.bad
        good = [self._say(liked, slots) for _ in range(rng.randint(1, praise) if praise else 0)]
        bad = [self._say(disliked, slots) for _ in range(rng.randint(1, blame) if blame else 0)]
        if good and bad and bad[0].split(" ", 1)[0] in _PLAIN_BEGINNINGS:
            bad[0] = f"{rng.choice(self.words.turns).draw(rng, slots)}, {bad[0][0].lower()}{bad[0][1:]}"
        return good + bad


def _questions(rng: random.Random, leaf: Leaf, slots: Mapping[str, str]) -> tuple[Question, ...]:
    asked = rng.sample(leaf.asked, min(len(leaf.asked), rng.choices((0, 1, 2, 3), (35, 30, 20, 15))[0]))
    return tuple(Question(question.draw(rng, slots), answer.draw(rng, slots)) for question, answer in asked)
