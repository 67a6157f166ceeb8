"""Recorded visits to ask about, and what a scripted model answers."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from agent.recording import Recorder
from agent.session import Ending, EndingKind, Step
from agent.visit import UNKNOWN_CONTEXT, Model
from simplify import estimate_tokens
from tests.agent.test_recording import header
from tests.agent.values import NOON, page, step, view


def left() -> Ending:
    return Ending(kind=EndingKind.LEFT, message="The shopper left without buying.", at=NOON)


def a_visit(
    folder: Path, *, steps: Sequence[Step] | None = None, ending: Ending | str | None = "left"
) -> Path:
    """A recording; `ending` None for one that was cut off."""
    recorder = Recorder(folder, header())
    for each in steps if steps is not None else [step(1), step(2, title="Kettles")]:
        recorder.append(each, view(page(html=each.observation)))
    if ending is not None:
        recorder.end(left() if isinstance(ending, str) else ending, 2, None)
    recorder.close()
    return folder


def a_study(place: Path, pairs: int, *arms: str) -> Path:
    """Sessions as a study leaves them, in every arm the same."""
    for pair in range(1, pairs + 1):
        for arm in arms:
            a_visit(place / "sessions" / f"{pair:05}-{arm}")
    return place


def model_at(url: str, *, room: int | None = None) -> Model:
    """The scripted model, as the command would find it."""
    return Model(url=url, name="scripted", context=UNKNOWN_CONTEXT, count=estimate_tokens, prompt_tokens=room)


def scale_of(request: dict[str, Any]) -> list[int]:
    """The scores that a request allows; none for open questions."""
    schema = request["response_format"]["json_schema"]["schema"]
    return list(schema["properties"]["score"]["enum"]) if "score" in schema["properties"] else []


def asked(request: dict[str, Any]) -> str:
    """The message that is to be answered."""
    return str(request["messages"][-1]["content"])


def answering(
    words: str = "It was too dear.", score: Callable[[dict[str, Any]], int] | None = None
) -> Callable[[dict[str, Any]], str]:
    """Says these words to everything, and the lowest score where none other is chosen."""

    def script(request: dict[str, Any]) -> str:
        scores = scale_of(request)
        said: dict[str, Any] = {"answer": words}
        if scores:
            said = {"score": score(request) if score else scores[0], **said}
        return json.dumps(said)

    return script


def lines_of(folder: Path) -> list[dict[str, Any]]:
    """What stands in a recording's interviews."""
    return [json.loads(line) for line in (folder / "interviews.jsonl").read_text().splitlines()]
