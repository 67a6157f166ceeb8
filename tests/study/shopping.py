"""Sessions made for a test: a script decides, Chromium shops, and a recording stays behind."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit, name_in
from agent.browser import AT_HOME, BrowserSettings, open_browser
from agent.loop import Limits, run_session
from agent.persona import Persona
from agent.policy import Decided
from agent.prompts import decision_schema
from agent.recording import Recorder, Recording, read_recording
from agent.session import Step, Usage
from simplify import Observation, TargetKind
from study.journey.reading import Journey, read_journey
from study.journey.recorded import last_page
from tests.agent.test_recording import header
from tests.agent.values import maya
from tests.buying import buying

Script = Callable[[Sequence[Step], Observation], Action]
"""The next action, from the steps so far and the page."""


class Scripted:
    """A policy that does what a script says."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        action = self._script(steps, observation)
        return Decided(Decision(rationale="I go on.", action=action), Usage())


async def shop(
    url: str, folder: Path, *scripts: Script, steps: int = 30, budget: int | None = None
) -> list[Recording]:
    """Sends a shopper for each script, one after the other, and reads the recordings."""
    settings = BrowserSettings(screenshots=False, budget=budget)
    recordings = []
    async with open_browser(settings) as browser:
        for number, script in enumerate(scripts):
            recorder = Recorder(folder / str(number), header())
            try:
                async with browser.visit(url, terms=AT_HOME) as window:
                    await run_session(
                        maya(),
                        "a kettle",
                        Scripted(script),
                        window,
                        recorder,
                        Limits(steps=steps),
                        lambda _: None,
                    )
            finally:
                recorder.close()
            recordings.append(read_recording(folder / str(number)))
    return recordings


def journey(recording: Recording) -> Journey:
    """The session read as a journey, with the page that was seen last."""
    return read_journey(recording, last_page(recording))


def reciting(*actions: Action) -> Script:
    """These actions in turn, then leaving; dialogs that come between are answered as they come.

    A name is a pattern: the first thing on the page whose name or label it matches is meant.
    """

    def script(steps: Sequence[Step], observation: Observation) -> Action:
        dismissal = _dismissal(observation)
        if dismissal:
            return Click(name=dismissal)
        done = sum(not re.search("no_thanks|only_necessary", _name(step)) for step in steps)
        if done >= len(actions):
            return Terminate()
        action = actions[done]
        name = name_in(action)
        if name is None:
            return action
        meant = (
            target.name
            for target in observation.targets.values()
            if re.search(name, target.name) or re.search(name, target.label)
        )
        return action.model_copy(update={"name": next(meant, name)})

    return script


def click(name: str) -> Click:
    return Click(name=name)


def type_in(name: str, text: str) -> TypeAndSubmit:
    return TypeAndSubmit(name=name, text=text)


def buys(wish: str) -> Script:
    """Searches for the wish, takes the first product that can be had, and goes through the checkout."""
    wire = buying(wish)

    def script(_: Sequence[Step], observation: Observation) -> Action:
        said = wire(
            {
                "messages": [{"content": observation.html}],
                "response_format": {"json_schema": {"schema": decision_schema(observation)}},
            }
        )
        assert said is not None
        return Decision.model_validate_json(said).action

    return script


def wandering(seed: int, steps: int) -> Script:
    """Searches once, then does this and that: mostly clicks, now and then a number in a field."""
    chances = random.Random(seed)

    def script(done: Sequence[Step], observation: Observation) -> Action:
        targets = [each for each in observation.targets.values() if each.enabled]
        typed = [each for each in targets if each.kind is TargetKind.TEXT and "search" not in each.name]
        searches = [each.name for each in targets if "search" in each.name and each.kind is TargetKind.TEXT]
        if len(done) >= steps:
            return Terminate()
        if not done and searches:
            return TypeAndSubmit(name=searches[0], text="kettle")
        if typed and chances.random() < 0.2:
            return TypeAndSubmit(name=chances.choice(typed).name, text="2")
        wanted = [each for each in targets if "add_to_cart" in each.name or "buy_now" in each.name]
        pool = wanted if wanted and chances.random() < 0.4 else targets
        return Click(name=chances.choice(pool).name)

    return script


def _dismissal(observation: Observation) -> str | None:
    return next((name for name in observation.targets if name in {"no_thanks", "only_necessary"}), None)


def _name(step: Step) -> str:
    return name_in(step.decision.action) or ""
