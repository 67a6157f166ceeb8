"""Who takes part, in what, and under which conditions."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.browser import Device
from agent.errors import UserError
from agent.persona import Persona, load_persona
from agent.recording import PERSON, Header

INTENT = "I look around in the shop, and buy something if I like it."
"""What a visit is for where the participant was given no task."""


@dataclass(frozen=True, slots=True)
class Participation:
    """One participant's visit, before it begins.

    Attributes:
        participant: the code under which the researcher knows them: `P01`.
        persona: what is known of them.
        intent: what they were asked to do, in their words.
        site: the shop's start page.
        out: folder of the recording.
        every: the participant is asked why after every so many acts; 0 for never.
        consent: what they read and agree to.
        settings: what else was in force (the sandbox shop's catalogue and design, say).
        also: hosts of other sites that belong to the shop.
    """

    participant: str
    persona: Persona
    intent: str
    site: str
    out: Path
    every: int
    consent: str
    settings: dict[str, Any]
    also: tuple[str, ...] = ()

    def header(self, size: tuple[int, int]) -> Header:
        """The recording's first line.

        Args:
            size: of the window in the beginning, in CSS pixels.
        """
        now = datetime.now(UTC)
        text = hashlib.sha256(self.consent.encode()).hexdigest()
        return Header(
            version=version("simagent"),
            started=now,
            persona=self.persona,
            intent=self.intent,
            site=self.site,
            policy={"kind": PERSON, "participant": self.participant},
            seed=0,
            settings={
                "ask": self.every,
                "consent": {"text_sha256": text, "agreed": now.isoformat()},
                "device": Device(size).described,
                "terms": {"also": list(self.also)},
                **self.settings,
            },
        )


def persona_of(participant: str, persona: str | None, intent: str | None) -> Persona:
    """What is known of a participant.

    Args:
        participant: their code.
        persona: a file that describes them, or a bundled persona's name; None where nothing is known.
        intent: what they were asked to do; None to take the persona's.

    Raises:
        UserError: the code holds no letter or digit, or the file cannot be read.
    """
    if persona is not None:
        return load_persona(persona)
    code = re.sub(r"[^a-z0-9]+", "-", participant.lower()).strip("-")[:80].strip("-")
    if not code:
        raise UserError(f'--participant "{participant}" holds no letter or digit: give a code such as P01')
    return Persona(id=code, name=participant[:80], intent=intent or INTENT)
