"""Studies in which everything that others write attacks the page: its script, its layout, its direction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.persona import Persona, bundled_personas
from study.report import Results, figures_of, read_results, write_report
from tests.study.report.demo_study import TWO_ARMS, Demo, write_study

SCRIPT = "<script>window.hacked = 1</script>"
ATTACKS = (
    SCRIPT,
    "\"><img src=x onerror='window.hacked = 2'>",
    "' onmouseover='window.hacked = 3' x='",
    "javascript:window.hacked=4//",
    "</style></title></textarea><svg onload=window.hacked=5>",
    "{{ 7 * 7 }}{% raw %} hacked",
    "&lt;b&gt; &amp; hacked &#x202e;",
    "\u202edekcah \u2067 hacked \u200f",
    "hacked" * 500,
    "hacked\x00\x07\x1b[31m\ud7ff\ufffe \n\r\t" + "\u0301" * 50,
)


SOME = bundled_personas()[:10]


def _texts(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row with an attack in each of these columns, another one from row to row."""
    start = sum(map(ord, str(row["session"]))) + row.get("index", 0)
    return row | {name: ATTACKS[(start + place) % len(ATTACKS)] for place, name in enumerate(names)}


def _step(row: dict[str, Any]) -> dict[str, Any]:
    attacked = _texts(row, "title", "url", "name", "text", "rationale", "outcome", "page")
    return attacked | {"themes": [attacked["title"]], "repeat": True, "zero_results": True, "accepted": False}


def _session(row: dict[str, Any]) -> dict[str, Any]:
    attacked = _texts(row, "last_title", "last_url", "last_target", "last_page", "ending", "message")
    return attacked | {"bought": False}


def pages(folder: Path) -> None:
    """What is recorded of pages and said by models attacks."""
    demo = Demo(arms=TWO_ARMS, personas=SOME, repetitions=1, session=_session, step=_step)
    _write(folder, read_results(write_study(folder, demo)))


def people(folder: Path) -> None:
    """What users wrote attacks: personas, their traits and intents, the question."""
    base = bundled_personas()[0]
    personas = [_persona(base, place, attack) for place, attack in enumerate(ATTACKS)]
    demo = Demo(arms=TWO_ARMS, personas=personas, repetitions=1, question=f"{SCRIPT} hacked {'W' * 400}")
    _write(folder, read_results(write_study(folder, demo)))


def _persona(base: Persona, place: int, attack: str) -> Persona:
    text = attack[:80]
    changes = {
        "id": f"attacker-{place}",
        "name": text,
        "gender": text,
        "device": text,
        "intent": attack[:1900],
    }
    return base.model_copy(update=changes)


def arms(folder: Path) -> None:
    """Names of arms and of recordings attack, though a study file would not let them through."""
    results = read_results(write_study(folder, Demo(arms=TWO_ARMS, personas=SOME, repetitions=1)))
    names = dict(zip(TWO_ARMS, (f"{SCRIPT} hacked", "javascript:hacked" + "W" * 200), strict=True))
    study = results.resolved.study
    designs = {names[name]: arm for name, arm in study.arms.items()}
    resolved = results.resolved.model_copy(update={"study": study.model_copy(update={"arms": designs})})
    _write(
        folder,
        replace(
            results,
            resolved=resolved,
            planned=tuple(replace(row, arm=names[row.arm]) for row in results.planned),
            visits=tuple(
                replace(row, arm=names[row.arm], recording="sessions/../../../../etc/" + row.session)
                for row in results.visits
            ),
            steps=tuple(replace(row, arm=names[row.arm]) for row in results.steps),
            answers=tuple(replace(row, arm=names[row.arm]) for row in results.answers),
            totals=tuple(replace(row, arm=names[row.arm]) for row in results.totals),
            findings=None,
        ),
    )


def _write(folder: Path, results: Results) -> None:
    write_report(folder, results, figures_of(results))


HOSTILE: Mapping[str, Callable[[Path], None]] = {"pages": pages, "people": people, "arms": arms}
