"""Studies for the tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.session import EndingKind
from study.file import StudyFile
from study.ledger import Ran
from study.resolved import Resolved, resolve


def study(**said: Any) -> StudyFile:
    """A study file with these keys; the others as small as can be."""
    least: Mapping[str, Any] = {
        "study": "tried",
        "personas": ["maya", "ben"],
        "arms": {"control": {}, "other": {"set": {"reviews": "hidden"}}},
        "policy": {"kind": "rules"},
        "shop": {"size": 50},
        "browser": {"screenshots": False},
    }
    return StudyFile.model_validate({**least, **said})


def resolved(folder: Path = Path(), **said: Any) -> Resolved:
    """The same, with all that it names."""
    return resolve(study(**said), folder, "0")


def ran(ending: EndingKind = EndingKind.LEFT, message: str = "The shopper left.") -> Ran:
    """What came of a session."""
    now = datetime.now(UTC)
    return Ran(now, now, ending, message, steps=3, prompt_tokens=10, completion_tokens=2, seconds=1.5)
