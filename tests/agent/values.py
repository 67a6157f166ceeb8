"""Small values that many tests need: a persona, a page, a step."""

from datetime import UTC, datetime

from agent.actions import Action, Click, Decision
from agent.page_view import PageView
from agent.persona import Persona, load_persona
from agent.session import Outcome, Step, Timing
from simplify import Observation, Target, TargetKind

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def maya() -> Persona:
    return load_persona("maya")


def page(
    *,
    links: tuple[str, ...] = ("tea_kettle",),
    fields: tuple[str, ...] = ("search",),
    disabled: tuple[str, ...] = (),
    html: str | None = None,
    title: str = "Shop",
    url: str = "http://shop.test/",
) -> Observation:
    kinds = dict.fromkeys(links, TargetKind.LINK) | dict.fromkeys(fields, TargetKind.TEXT)
    targets = {
        name: Target(name=name, kind=kind, label=name, ref=str(place), enabled=name not in disabled)
        for place, (name, kind) in enumerate(kinds.items())
    }
    if html is None:
        html = "\n".join(
            [f"<title>{title}</title>"]
            + [f'<a name="{name}">{name}</a>' for name in links]
            + [f'<input name="{name}" type="text"/>' for name in fields]
        )
    return Observation(url=url, title=title, html=html, targets=targets)


def view(observation: Observation | None = None) -> PageView:
    observation = observation or page()
    return PageView(
        observation=observation, html=f"<html>{observation.html}</html>", screenshot=b"\xff\xd8jpeg"
    )


def step(
    index: int = 1,
    *,
    action: Action | None = None,
    observation: str = "<title>Shop</title>",
    title: str = "Shop",
    url: str = "http://shop.test/",
    accepted: bool = True,
    message: str = 'The page "Shop" opened.',
) -> Step:
    return Step(
        index=index,
        at=NOON,
        url=url,
        title=title,
        observation=observation,
        decision=Decision(rationale="I want to look closer.", action=action or Click(name="tea_kettle")),
        outcome=Outcome(accepted=accepted, message=message, url=url),
        timing=Timing(observe=0.1, decide=0.2, perform=0.3),
    )
