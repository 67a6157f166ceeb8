"""One shopper sent to one site: the parts put together, and the session run."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.actions import ACTION_TYPES, Action, type_of
from agent.browser import BrowserSettings, Device, Terms, open_browser
from agent.chat import ChatServer
from agent.errors import ModelFault, UserError
from agent.language_model import REPLY_TOKENS, LanguageModelPolicy, Thinning
from agent.login import asked_for
from agent.loop import Limits, run_session
from agent.persona import Persona
from agent.prompts import Context, PromptStyle, TokenCounter
from agent.recording import Header, Recorder
from agent.session import Ending, Step
from agent.trace import drop_trace, keep_trace

TEMPLATE_MARGIN = 64
"""Tokens kept free for what a chat template adds around a prompt."""

UNKNOWN_CONTEXT = 8192
"""Assumed where a server does not say how much its model can read."""

OBSERVATION_SHARE = 3
"""An observation gets at most this part of the context."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that answers: where it is served, its name there, and what it can read.

    Attributes:
        url: base address of an OpenAI-compatible server.
        name: the model's name on that server.
        context: tokens that prompt and reply may have together.
        count: tokens of a text.
        temperature: of sampling.
        api_key: for servers that want one.
        prompt: how the model is talked to.
        prompt_tokens: most that a prompt may have, where the model was fine-tuned on shorter ones than its
            context has room for.
        actions: what it is offered.
        fenced: whether pages are shown to it between marks; None: as its style does. Pages of others' shops
            always are (`among_others`).
    """

    url: str
    name: str
    context: int
    count: TokenCounter
    temperature: float = 0.7
    api_key: str | None = None
    prompt: PromptStyle = PromptStyle.INSTRUCTED
    prompt_tokens: int | None = None
    actions: tuple[type[Action], ...] = ACTION_TYPES
    fenced: bool | None = None

    def among_others(self) -> "Model":
        """The same model on pages that others wrote: they are fenced, whatever it was taught."""
        return replace(self, fenced=True) if self.fenced is None else self

    @property
    def room(self) -> int:
        """Tokens that a prompt may have."""
        room = self.context - REPLY_TOKENS - TEMPLATE_MARGIN
        return room if self.prompt_tokens is None else min(room, self.prompt_tokens)

    @property
    def observation_budget(self) -> int:
        """Tokens that one observation may have.

        A third of the context, so that some of the past stays in sight; of the short prompts of a fine-tuned
        model, which tell the past in a line, two thirds.
        """
        third = self.context // OBSERVATION_SHARE
        return third if self.prompt_tokens is None else min(third, self.room * 2 // 3)

    @property
    def reads(self) -> Context:
        """What its prompts are made for."""
        return Context(self.room, self.count, self.prompt, self.actions, self.fenced)

    def described(self, thinning: Thinning | None) -> dict[str, Any]:
        """What decides, for a recording's header: all that would be needed to ask the same again."""
        return {
            "kind": "language model",
            "model": self.name,
            "url": self.url,
            "temperature": self.temperature,
            "context": self.context,
            "prompt_tokens": self.room,
            "prompt": self.prompt.value,
            "actions": [type_of(action) for action in self.actions],
            "fenced": self.reads.fences,
            **(thinning.described if thinning else {}),
        }


@dataclass(frozen=True, slots=True)
class Visit:
    """What is asked for: who shops, for what, where, and within which limits.

    Attributes:
        persona: who shops.
        intent: what the visit is for.
        site: address of the shop's start page.
        out: folder of the recording.
        seed: of the model's sampling.
        limits: when to stop.
        settings: what else was in force, for the record (the shop's catalogue and design, say).
        terms: what may be done at the site.
        device: what the window is like; None: as the browser's settings say.
    """

    persona: Persona
    intent: str
    site: str
    out: Path
    seed: int
    limits: Limits
    settings: dict[str, Any]
    terms: Terms
    device: Device | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of a visit."""

    steps: tuple[Step, ...]
    ending: Ending


async def served_model(
    url: str,
    name: str | None,
    *,
    count: TokenCounter,
    temperature: float,
    api_key: str | None,
    prompt: PromptStyle = PromptStyle.INSTRUCTED,
) -> Model:
    """The model to use on a server that somebody else runs.

    Args:
        url: the server's address.
        name: the model's name there; None for the only one.
        count: how to count tokens.
        temperature: of sampling.
        api_key: for servers that want one.
        prompt: how the model is to be talked to.

    Raises:
        UserError: the server cannot be reached, does not have that model, or has several to choose from.
    """
    async with ChatServer(url, api_key=api_key) as server:
        try:
            models = await server.models()
        except ModelFault as fault:
            raise UserError(f"{fault} (asked for its list of models; mend --model-url)") from fault
    names = ", ".join(model.name for model in models) or "none"
    chosen = [model for model in models if name in (None, model.name)]
    if len(chosen) != 1:
        wanted = f"no model {name}" if name and not chosen else "several models"
        raise UserError(f"the model server at {url} has {wanted}: choose with --model, it offers {names}")
    return Model(
        url=url,
        name=chosen[0].name,
        context=chosen[0].context or UNKNOWN_CONTEXT,
        count=count,
        temperature=temperature,
        api_key=api_key,
        prompt=prompt,
    )


async def make_visit(
    visit: Visit,
    model: Model,
    browser_settings: BrowserSettings,
    on_step: Callable[[Step], None],
    thinning: Thinning | None = None,
) -> Visited:
    """Sends the shopper, and comes back with the whole session, which is also on disk.

    Args:
        visit: what is asked for.
        model: what decides.
        browser_settings: of the browser.
        on_step: told each step.
        thinning: of kinds of decisions; None lets all of the model's stand.

    Raises:
        UserError: the site cannot be visited, there is no browser, or the recording cannot be written.
        asyncio.CancelledError: the run was stopped; the recording says so.
    """
    recorder: Recorder | None = None
    try:
        async with (
            open_browser(browser_settings) as browser,
            browser.visit(visit.site, visit.device, visit.terms) as window,
            ChatServer(model.url, api_key=model.api_key) as server,
        ):
            policy = LanguageModelPolicy(
                server,
                model.name,
                model.reads,
                temperature=model.temperature,
                seed=visit.seed,
                thinning=thinning,
            )
            device = visit.device or Device(browser_settings.viewport)
            recorder = Recorder(visit.out, _header(visit, model, thinning, device))
            if visit.terms.login is not None:
                recorder.secrets.know(visit.terms.login.typed)
            intent = asked_for(visit.intent, visit.terms.login)
            try:
                steps, ending = await run_session(
                    visit.persona, intent, policy, window, recorder, visit.limits, on_step
                )
            finally:
                recorder.close()
    finally:  # what Playwright wrote holds secrets as they were typed, also where the visit was stopped
        if recorder is None:
            drop_trace(visit.out)
        else:
            keep_trace(visit.out, recorder.secrets)
    return Visited(steps, ending)


def _header(visit: Visit, model: Model, thinning: Thinning | None, device: Device) -> Header:
    return Header(
        version=version("simagent"),
        started=datetime.now(UTC),
        persona=visit.persona,
        intent=visit.intent,
        site=visit.site,
        policy=model.described(thinning),
        seed=visit.seed,
        settings={
            "steps": visit.limits.steps,
            "seconds": visit.limits.seconds,
            "rejected": visit.limits.rejected,
            "observation_budget": model.observation_budget,
            "device": device.described,
            "terms": visit.terms.described,
            **visit.settings,
        },
    )
