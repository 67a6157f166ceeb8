"""What is asked: open questions, and items that are answered on a scale.

A questionnaire has items in their order, and may have a total. The System Usability Scale is here as it was
published: Brooke, J. (1996), SUS: a "quick and dirty" usability scale, in Usability Evaluation in Industry,
Taylor and Francis, pages 189 to 194. `questionnaire_file` reads those of the user's own.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from agent.actions import Frozen

NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_ITEMS = 100
POINTS = 101
"""Most points of a scale: 0 to 100."""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("should not be empty")
    return line


def _refuse_scale(scale: tuple[int, int]) -> tuple[int, int]:
    low, high = scale
    if not 1 <= high - low < POINTS:
        raise ValueError(f"should be the lowest score and the highest, at most {POINTS} points, as in [1, 7]")
    return scale


Text = Annotated[str, Field(max_length=600), AfterValidator(_one_line)]
Label = Annotated[str, Field(max_length=80), AfterValidator(_one_line)]
Point = Annotated[int, Field(strict=True, ge=-1_000, le=1_000)]
Scale = Annotated[tuple[Point, Point], AfterValidator(_refuse_scale)]
Labels = Annotated[tuple[Label, ...], Field(min_length=2, max_length=POINTS)]


class Item(Frozen):
    """One question or statement.

    Attributes:
        question: as it is put.
        scale: lowest and highest score; None where it is answered in words alone.
        labels: what the lowest and the highest score mean, or what each of them does.
        reverse: whether a high score speaks against what the questionnaire is about.
    """

    question: Text
    scale: Scale | None = None
    labels: Labels | None = None
    reverse: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.scale is None and (self.labels or self.reverse):
            raise ValueError("`labels` and `reverse` are for items with a scale")
        if self.scale and self.labels and len(self.labels) not in {2, self.points}:
            raise ValueError(f"`labels` should be two, or {self.points}: one for each score")
        return self

    @property
    def points(self) -> int:
        """How many scores there are; 0 for open questions."""
        return self.scale[1] - self.scale[0] + 1 if self.scale else 0

    def credit(self, score: float) -> float:
        """What a score adds to a total: points above the lowest; of a reversed item, below the highest."""
        assert self.scale is not None
        low, high = self.scale
        return high - score if self.reverse else score - low


class Questionnaire(Frozen):
    """Items in the order in which they are put.

    Attributes:
        name: what its answers are known by; None for questions that belong to no questionnaire.
        instructions: what whoever answers is told of it.
        items: of which some may be open.
        total: of the items with a scale, reversed ones turned round: their `mean`, their `sum`, or what
            `percent` of the possible points they have; None for no total.
    """

    name: Annotated[str, Field(pattern=NAME, max_length=40)] | None = None
    instructions: Text | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    total: Literal["mean", "sum", "percent"] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.total in {"mean", "sum"} and len({item.scale for item in self.scored}) > 1:
            raise ValueError("`total` should be percent or none where items have different scales")
        if self.total and not self.scored:
            raise ValueError("`total` needs an item with a scale")
        return self

    @property
    def scored(self) -> tuple[Item, ...]:
        """The items with a scale."""
        return tuple(item for item in self.items if item.scale is not None)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest total that there can be."""
        worst = [item.scale[1] if item.reverse else item.scale[0] for item in self.scored if item.scale]
        best = [item.scale[0] if item.reverse else item.scale[1] for item in self.scored if item.scale]
        return self.total_of(worst), self.total_of(best)

    def total_of(self, scores: Sequence[float]) -> float:
        """The total of one person's answers.

        Args:
            scores: as they were given, one for each of the items with a scale, in their order.

        Raises:
            ValueError: they are too few or too many, or there is no total.
        """
        points = [item.credit(score) for item, score in zip(self.scored, scores, strict=True)]
        if self.total == "percent":
            return round(100 * sum(points) / sum(item.points - 1 for item in self.scored), 4)
        lowest = [item.scale[0] for item in self.scored if item.scale]
        if self.total == "sum":
            return round(sum(points) + sum(lowest), 4)
        if self.total == "mean":
            return round((sum(points) + sum(lowest)) / len(points), 4)
        raise ValueError("this questionnaire has no total")


_SUS_ITEMS = (
    "I think that I would like to use this system frequently",
    "I found the system unnecessarily complex",
    "I thought the system was easy to use",
    "I think that I would need the support of a technical person to be able to use this system",
    "I found the various functions in this system were well integrated",
    "I thought there was too much inconsistency in this system",
    "I would imagine that most people would learn to use this system very quickly",
    "I found the system very cumbersome to use",
    "I felt very confident using the system",
    "I needed to learn a lot of things before I could get going with this system",
)

SUS = Questionnaire(
    name="sus",
    instructions=(
        "The system is the online shop. If you feel that you cannot respond to a statement, "
        "mark the centre point of the scale."
    ),
    items=tuple(
        Item(
            question=question,
            scale=(1, 5),
            labels=("strongly disagree", "strongly agree"),
            reverse=place % 2 == 0,
        )
        for place, question in enumerate(_SUS_ITEMS, start=1)
    ),
    total="percent",
)
"""The System Usability Scale. Its total as published: odd items give their score less one, even ones five
less their score, and the sum (0 to 40) is multiplied by 2.5: the percentage of the possible points."""

BUILT_IN: Mapping[str, Questionnaire] = {"sus": SUS}
