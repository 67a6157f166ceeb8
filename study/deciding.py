"""What decides in a study's sessions: a model behind its gate, rules, or a recital; one policy a session."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from agent.actions import offered
from agent.language_model import LanguageModelPolicy, Thinning
from agent.model import ensure_server
from agent.persona import Persona
from agent.policy import Decided, Policy, RecitingPolicy
from agent.session import Step
from agent.visit import Model
from learn.calibration.calibrated import read_calibration
from learn.calibration.thinning import thinning_of
from simplify import Observation
from study.file import ModelPolicy, Thinking
from study.model_gate import ModelGate
from study.models import model_from
from study.plan import Planned
from study.resolved import Resolved, decisions_of
from study.rules import RulesPolicy

TEMPERATURE = 0.7
"""Of a model's sampling, where neither the study nor a calibration says another."""


@dataclass(frozen=True, slots=True)
class Minds:
    """What a study's policy comes to, found out once, and ready to be sent to other machines.

    Attributes:
        models: the models that share the sessions; empty where none decides.
        thinning: of their decisions.
        own: whether the one model is the local one, which is started again where it is gone.
    """

    models: tuple[Model, ...] = ()
    thinning: Thinning | None = None
    own: bool = False


def minds_of(resolved: Resolved, folder: Path, api_key: str | None, tell: Callable[[str], None]) -> Minds:
    """Finds the models that decide; starts the local one where none is named.

    Args:
        resolved: the study.
        folder: from where a calibration's path is read.
        api_key: for servers that want one.
        tell: told what takes a while.

    Raises:
        UserError: a server does not answer, or does not have that model.
    """
    policy = resolved.study.policy
    if not isinstance(policy, ModelPolicy):
        return Minds()
    calibration = read_calibration(folder / policy.calibration) if policy.calibration else None
    usual = calibration.temperature if calibration else TEMPERATURE
    temperature = usual if policy.temperature is None else policy.temperature
    found = (
        model_from(
            policy.model, url, api_key=api_key, temperature=temperature, prompt=policy.prompt, tell=tell
        )
        for url in policy.url or (None,)
    )
    models = tuple(replace(model, actions=offered(policy.actions)) for model in found)
    return Minds(models, thinning_of(calibration) if calibration else None, own=not policy.url)


class Deciding:
    """The policies of a study's sessions on one machine.

    Args:
        resolved: the study.
        minds: what its policy comes to.
        workers: sessions at once.
    """

    def __init__(self, resolved: Resolved, minds: Minds, workers: int) -> None:
        self._resolved = resolved
        self._minds = minds
        self._gates = [
            ModelGate(
                model.url, api_key=model.api_key, most=workers, revive=_start_again if minds.own else None
            )
            for model in minds.models
        ]

    async def __aenter__(self) -> Self:
        for gate in self._gates:
            await gate.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for gate in self._gates:
            await gate.__aexit__(kind, error, trace)

    @property
    def budget(self) -> int | None:
        """Tokens that an observation may have, so that every model can read it; None for no bound."""
        return min((model.observation_budget for model in self._minds.models), default=None)

    @property
    def count_tokens(self) -> Callable[[str], int] | None:
        """How they are counted; None for an estimate."""
        return self._minds.models[0].count if self._minds.models else None

    def policy(self, planned: Planned) -> Policy:
        """What decides in a session."""
        policy = self._deciding(planned)
        thinking = self._resolved.study.pace.thinking
        return policy if thinking is None else Unhurried(policy, thinking, planned.seed)

    def described(self, planned: Planned) -> dict[str, Any]:
        """The same, for the recording's header."""
        if self._minds.models:
            return self._model(planned).described(self._minds.thinning)
        return {"kind": self._resolved.study.policy.kind}

    def _deciding(self, planned: Planned) -> Policy:
        if self._minds.models:
            model = self._model(planned)
            return LanguageModelPolicy(
                self._gates[self._turn(planned)],
                model.name,
                model.reads,
                temperature=model.temperature,
                seed=planned.seed,
                thinning=self._minds.thinning,
            )
        if self._resolved.decisions:
            return RecitingPolicy(decisions_of(self._resolved.decisions, planned.arm))
        return RulesPolicy(planned.seed)

    def _model(self, planned: Planned) -> Model:
        model = self._minds.models[self._turn(planned)]
        return model if self._resolved.study.arms[planned.arm].site is None else model.among_others()

    def _turn(self, planned: Planned) -> int:
        """Twins are decided by the same server, and a server sees all of a session: its cache helps."""
        return planned.pair % len(self._minds.models)


class Unhurried:
    """A policy that takes its time before each action, as people do.

    Args:
        policy: what decides.
        thinking: how long it takes.
        seed: of the session.
    """

    def __init__(self, policy: Policy, thinking: Thinking, seed: int) -> None:
        self._policy = policy
        self._thinking = thinking
        self._seed = seed

    async def decide(
        self, persona: Persona, intent: str, steps: Sequence[Step], observation: Observation
    ) -> Decided:
        """The policy's decision, when its time has come.

        Raises:
            ModelFault: no decision is to be had.
        """
        chances = random.Random(f"pace {self._seed} {len(steps)}")  # noqa: S311 - no secret
        median = self._thinking.median
        seconds = chances.lognormvariate(log(median), self._thinking.spread) if median > 0 else 0.0
        decided, _ = await asyncio.gather(
            self._policy.decide(persona, intent, steps, observation), asyncio.sleep(seconds)
        )
        return decided


async def _start_again() -> str:
    """Our own server, which somebody ended."""
    server = await asyncio.to_thread(ensure_server, lambda _: None)
    return server.url
