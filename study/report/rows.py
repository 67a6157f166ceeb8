"""The rows of a study's tables, as far as a report reads them: a field is a column of the same name."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A session of the plan, whatever came of it."""

    session: str
    pair: int
    arm: str
    persona: str
    state: str
    ending: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A session that is done: who shopped, how far it got, how it ended, what it cost."""

    session: str
    pair: int
    arm: str
    persona: str
    persona_name: str
    age: int | None
    gender: str | None
    patience: str | None
    price_sensitivity: str | None
    web_experience: str | None
    device: str | None
    intent: str
    started: datetime
    ended: datetime
    ending: str
    steps: int
    rejected: int
    landed: bool
    searched: bool
    viewed: bool
    added: bool
    checkout: bool
    bought: bool
    searches: int
    zero_result_searches: int
    repeats: int
    last_page: str | None
    last_url: str | None
    last_title: str | None
    last_target: str | None
    order_amount: float | None
    prompt_tokens: int
    cached_tokens: int | None
    completion_tokens: int
    browser_seconds: float
    model_seconds: float
    seconds: float
    recording: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a session that is done."""

    session: str
    arm: str
    index: int
    page: str
    url: str
    title: str
    action: str
    name: str | None
    text: str | None
    rationale: str
    themes: list[str]
    accepted: bool
    outcome: str
    repeat: bool
    zero_results: bool


Row = TypeVar("Row", PlannedRow, VisitRow, StepRow)


def rows(table: pa.Table, kind: type[Row]) -> Iterator[Row]:
    """The rows of a table, in its order; columns that the kind of row does not name are passed over."""
    columns: list[list[Any]] = [table.column(field.name).to_pylist() for field in fields(kind)]
    return (kind(*values) for values in zip(*columns, strict=True))
