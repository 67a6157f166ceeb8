"""What customers think of a generated product: its ratings, the reviews they wrote, and what they asked.

Ratings lean to the good side and their number is heavy tailed, as in real shops. The shown mean agrees with
the written reviews: those are a part of the ratings, and the others are taken at what the quality makes
likely.
"""

import datetime as dt
import math
import random
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
_PARTICULAR = 0.7  # share of sentences that speak of this kind of product
# After a turn ("Still, ...") these can be written small; names, abbreviations and `I` cannot.
_PLAIN_BEGINNINGS = frozenset(
    ("A", "After", "It", "Much", "My", "Not", "One", "Some", "The", "There", "They", "These", "Too")
)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What stands on a product page in its customers' words. `rating` is None where nobody has rated."""

    rating: float | None
    rating_count: int
    reviews: tuple[Review, ...]
    questions: tuple[Question, ...]


def opinions(
    rng: random.Random, leaf: Leaf, words: ReviewWords, slots: dict[str, str], quality: float
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
    slots: dict[str, str]
    # What is left to be said of each list of phrases, and what this one review has said.
    _left: dict[int, list[Phrase]] = field(default_factory=dict)
    _said: list[Phrase] = field(default_factory=list)

    def write(self, stars: int) -> Review:
        """One customer's review."""
        self._said.clear()
        rng, words, voice = self.rng, self.words, self.words.voices[self.leaf.voice]
        sentences = self._on_the_product(stars)
        if len(sentences) == 1 or rng.random() < 0.7:
            sentences.insert(0, self._say(voice.openings[stars]))
        if rng.random() < 0.25:
            sentences.append(self._say(voice.asides))
        if rng.random() < 0.45:
            sentences.append(self._say(words.closings[stars]))
        age = int(_REVIEWED_DAYS * rng.random() ** 1.6)
        return Review(
            author=f"{rng.choice(words.first_names)} {rng.choice('ABCDEFGHIJKLMNOPRSTVWZ')}.",
            date=(_LAST_DAY - dt.timedelta(days=age)).isoformat(),
            rating=stars,
            title=self._say(words.titles[stars]),
            text=" ".join(sentences),
            helpful=min(400, int(rng.paretovariate(1.1)) - 1) if rng.random() < 0.5 else 0,
            verified=rng.random() < _SHARE_VERIFIED,
        )

    def _say(self, phrases: tuple[Phrase, ...]) -> str:
        left = self._left.setdefault(id(phrases), [])
        if not left:
            left += [phrase for phrase in phrases if phrase not in self._said]
        phrase = left.pop(self.rng.randrange(len(left)))
        self._said.append(phrase)
        drawn = {"who": self.rng.choice(self.words.who), "time": self.rng.choice(self.words.time)}
        return capitalised(phrase.draw(self.rng, self.slots | drawn))

    def _on_the_product(self, stars: int) -> list[str]:
        """What the customer found good and bad about it; the stars decide how much of each."""
        rng, leaf, voice = self.rng, self.leaf, self.words.voices[self.leaf.voice]
        if stars == 5:
            return [self._say_of(leaf.good, voice.good) for _ in range(rng.randint(1, 2))]
        if stars <= 2:
            return [self._say_of(leaf.bad, voice.bad) for _ in range(rng.randint(1, 2))]
        # Praise and blame side by side must not contradict each other, so the general ones stay out.
        return [self._say(leaf.good), self._turned(self._say(voice.quibbles if stars == 4 else leaf.bad))]

    def _say_of(self, particular: tuple[Phrase, ...], general: tuple[Phrase, ...]) -> str:
        """Mostly something that only customers of this category would say."""
        return self._say(particular if self.rng.random() < _PARTICULAR else general)

    def _turned(self, sentence: str) -> str:
        """The sentence as the other side of the one before, where its first word can be written small."""
        if sentence.split(" ", 1)[0] not in _PLAIN_BEGINNINGS:
            return sentence
        return f"{self._say(self.words.turns)}, {sentence[0].lower()}{sentence[1:]}"


def _questions(rng: random.Random, leaf: Leaf, slots: Mapping[str, str]) -> tuple[Question, ...]:
    asked = rng.sample(leaf.asked, min(len(leaf.asked), rng.choices((0, 1, 2, 3), (35, 30, 20, 15))[0]))
    return tuple(Question(question.draw(rng, slots), answer.draw(rng, slots)) for question, answer in asked)
