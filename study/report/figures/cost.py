"""What a study cost: steps, tokens, seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.report.rows import VisitRow


@dataclass(frozen=True, slots=True)
class Cost:
    """What some sessions cost.

    Attributes:
        sessions: how many are done.
        bought: how many of them bought something.
        steps: of all.
        prompt_tokens: sent to the model, those in its cache included.
        cached_tokens: of these, found in the cache; None where the server does not say.
        completion_tokens: said by the model.
        browser_seconds: of looking at pages and acting on them.
        model_seconds: of deciding.
        seconds: of the sessions from start to end, added up.
    """

    sessions: int
    bought: int
    steps: int
    prompt_tokens: int
    cached_tokens: int | None
    completion_tokens: int
    browser_seconds: float
    model_seconds: float
    seconds: float

    @property
    def tokens(self) -> int:
        """Sent and said."""
        return self.prompt_tokens + self.completion_tokens

    def a_session(self, amount: float) -> float | None:
        """An amount for each session; None where there is none."""
        return amount / self.sessions if self.sessions else None

    def a_purchase(self, amount: float) -> float | None:
        """An amount for each session that bought; None where none did."""
        return amount / self.bought if self.bought else None


def costs(visits: Mapping[str, Sequence[VisitRow]]) -> Mapping[str, Cost]:
    """What each arm cost."""
    return {arm: cost(all_) for arm, all_ in visits.items()}


def cost(visits: Sequence[VisitRow]) -> Cost:
    """What some sessions cost together."""
    cached = [visit.cached_tokens for visit in visits if visit.cached_tokens is not None]
    return Cost(
        sessions=len(visits),
        bought=sum(visit.bought for visit in visits),
        steps=sum(visit.steps for visit in visits),
        prompt_tokens=sum(visit.prompt_tokens for visit in visits),
        cached_tokens=sum(cached) if cached else None,
        completion_tokens=sum(visit.completion_tokens for visit in visits),
        browser_seconds=sum(visit.browser_seconds for visit in visits),
        model_seconds=sum(visit.model_seconds for visit in visits),
        seconds=sum(visit.seconds for visit in visits),
    )
