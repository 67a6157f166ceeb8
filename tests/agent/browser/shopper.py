"""A shopper for tests: finds things by what is written on them, as a person would."""

from agent.actions import Click, TypeAndSubmit
from agent.browser import Tab
from agent.session import Outcome
from simplify import Observation


def name_of(observation: Observation, label: str) -> str:
    """The name of the one target that says this."""
    names = [target.name for target in observation.targets.values() if target.label == label]
    assert len(names) == 1, f"{label}: {names} in\n{observation.html}"
    return names[0]


async def click(tab: Tab, label: str) -> Outcome:
    view = await tab.observe()
    return await tab.perform(Click(name=name_of(view.observation, label)), view.observation)


async def type_into(tab: Tab, label: str, text: str) -> Outcome:
    view = await tab.observe()
    return await tab.perform(
        TypeAndSubmit(name=name_of(view.observation, label), text=text), view.observation
    )


async def seen(tab: Tab) -> str:
    return (await tab.observe()).observation.html
