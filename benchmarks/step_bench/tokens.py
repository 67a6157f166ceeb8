"""Prompt tokens that the model's server computed in a session, against those that were new in it.

New is what no earlier prompt or reply of the session begins with: each prompt but for the longest beginning
that it shares with the one before and its reply. What the server computed are the prompt tokens that it did
not find in its prefix cache, by its own counters (vLLM's `/metrics`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from agent.browser import AT_HOME, BrowserSettings
from agent.loop import Limits
from agent.messages import Message, said
from agent.persona import bundled_personas
from agent.prompts import PromptStyle, conversation
from agent.recording import Recording, read_recording
from agent.session import Step
from agent.visit import Model, Visit, make_visit
from sandbox_shop import ShopSettings, running_shop
from simplify import Observation
from study.models import model_from

COUNTERS = {
    "prompt": "vllm:prompt_tokens_total",
    "asked": "vllm:prefix_cache_queries_total",
    "found": "vllm:prefix_cache_hits_total",
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of one session.

    Attributes:
        prompt: how the model was talked to.
        steps: how many prompts.
        prompts: tokens of all of them.
        computed: of these, not found in the server's cache.
        new: of these, not to be found in any cache of this session.
    """

    prompt: str
    steps: int
    prompts: int
    computed: int
    new: int

    @property
    def ratio(self) -> float:
        """1 where nothing is computed twice."""
        return self.computed / self.new


def counters(url: str) -> dict[str, int]:
    """What the server has counted so far."""
    text = httpx.get(re.sub(r"/v1/?$", "", url) + "/metrics", timeout=30.0).raise_for_status().text
    return {
        name: round(sum(map(float, re.findall(rf"^{metric}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))))
        for name, metric in COUNTERS.items()
    }


def tokens_of(recording: Recording, model: Model, before: dict[str, int], after: dict[str, int]) -> Tokens:
    """A session's tokens, by its recording and the server's counters around it."""
    spent = {name: after[name] - before[name] for name in COUNTERS}
    return Tokens(
        prompt=model.prompt.value,
        steps=len(recording.steps),
        prompts=spent["prompt"],
        computed=spent["prompt"] - spent["found"],
        new=_new(recording, model),
    )


def _new(recording: Recording, model: Model) -> int:
    known: list[int] = []
    new = 0
    for place, step in enumerate(recording.steps):
        messages = _prompt(recording, recording.steps[:place], step, model)
        prompt = _ids(model, messages, begin_reply=True)
        new += len(prompt) - _shared(prompt, known)
        reply = Message(role="assistant", content=said(step.decision))
        known = _ids(model, [*messages, reply], begin_reply=False)
    return new


def _prompt(recording: Recording, steps: Sequence[Step], step: Step, model: Model) -> list[Message]:
    page = Observation(url=step.url, title=step.title, html=step.observation)
    header = recording.header
    return conversation(header.persona, header.intent, steps, page, model.reads)


def _ids(model: Model, messages: Sequence[Message], *, begin_reply: bool) -> list[int]:
    """Token ids as the server makes them of a chat."""
    asked = {
        "model": model.name,
        "messages": [message.model_dump() for message in messages],
        "add_generation_prompt": begin_reply,
    }
    answer = httpx.post(re.sub(r"/v1/?$", "", model.url) + "/tokenize", json=asked, timeout=60.0)
    return [int(token) for token in answer.raise_for_status().json()["tokens"]]


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the beginning that two sequences share."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


async def measured(sessions: int, folder: Path, tell: Callable[[str], None]) -> list[Tokens]:
    """Sessions with the local model in the sandbox shop, one after the other, in both ways to prompt.

    Raises:
        UserError: the model's server cannot be started.
    """
    own = model_from(None, None, api_key=None, temperature=0.7, prompt=None, tell=tell)
    instructed = replace(own, prompt=PromptStyle.INSTRUCTED, prompt_tokens=None)
    found = []
    with running_shop(ShopSettings()) as shop:
        for model, steps in ((own, 12), (instructed, 5)):
            for number in range(sessions):
                tell(f"{model.prompt.value}: session {number + 1} of {sessions}")
                found.append(await _session(model, steps, number, shop.url, folder))
    return found


async def _session(model: Model, steps: int, number: int, site: str, folder: Path) -> Tokens:
    persona = bundled_personas()[number]
    out = folder / f"{model.prompt.value}-{number}"
    visit = Visit(persona, persona.intent, site, out, number, Limits(steps=steps), {}, AT_HOME)
    browser = BrowserSettings(screenshots=False, budget=model.observation_budget, count_tokens=model.count)
    before = counters(model.url)
    await make_visit(visit, model, browser, lambda _: None)
    after = counters(model.url)
    return tokens_of(read_recording(out), model, before, after)
