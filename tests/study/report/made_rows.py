"""Rows for tests that say what matters in them and leave the rest as it mostly is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from study.report.rows import PlannedRow, StepRow, VisitRow

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

_VISIT = VisitRow(
    session="00001-control",
    pair=1,
    arm="control",
    persona="maya",
    persona_name="Maya",
    age=34,
    gender="woman",
    patience="medium",
    price_sensitivity="medium",
    web_experience="high",
    device="your phone",
    intent="A kettle.",
    started=START,
    ended=START + timedelta(seconds=30),
    ending="left",
    steps=3,
    rejected=0,
    landed=True,
    searched=False,
    viewed=False,
    added=False,
    checkout=False,
    bought=False,
    searches=0,
    zero_result_searches=0,
    repeats=0,
    last_page="listing",
    last_url="http://shop.example/search?q=kettle",
    last_title="Results",
    last_target="search_the_shop",
    order_amount=None,
    prompt_tokens=1000,
    cached_tokens=400,
    completion_tokens=50,
    browser_seconds=4.0,
    model_seconds=6.0,
    seconds=12.0,
    recording="sessions/00001-control",
)
_STEP = StepRow(
    session="00001-control",
    arm="control",
    index=1,
    page="listing",
    url="http://shop.example/search?q=kettle",
    title="Results",
    action="click",
    name="pagination.next",
    text=None,
    rationale="I will look on.",
    themes=[],
    accepted=True,
    outcome='The page "Results" opened.',
    repeat=False,
    zero_results=False,
)


def a_visit(number: int = 1, arm: str = "control", **changes: Any) -> VisitRow:
    """A session that is done; its key is made of number and arm."""
    key = f"{number:05}-{arm}"
    own: dict[str, Any] = {"session": key, "pair": number, "arm": arm, "recording": f"sessions/{key}"}
    if changes.get("bought"):
        own |= {"ending": "purchased"}
    return replace(_VISIT, **(own | changes))


def a_step(number: int = 1, arm: str = "control", index: int = 1, **changes: Any) -> StepRow:
    """A step of the session of that number and arm."""
    return replace(_STEP, session=f"{number:05}-{arm}", arm=arm, index=index, **changes)


def a_plan(number: int = 1, arm: str = "control", state: str = "done", **changes: Any) -> PlannedRow:
    """A session of the plan."""
    row = PlannedRow(f"{number:05}-{arm}", number, arm, "maya", state, ending=None, message=None)
    return replace(row, **changes)
