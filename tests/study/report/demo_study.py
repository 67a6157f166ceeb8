"""A made-up study in a folder of its own, as the report finds a real one.

    python -m tests.study.report.demo_study FOLDER

writes one of two arms, 28 personas and 5 repetitions, with its report.
"""

import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from agent.persona import Persona, bundled_personas
from study.columns import SESSION_COLUMNS, STEP_COLUMNS
from study.file import Measure, StudyFile
from study.outcomes import Outcome, findings
from study.plan import Planned, plan
from study.report import figures_of, read_results, write_report
from study.resolved import Resolved
from tests.study.report.demo_visits import row_of, visit

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SITE = "http://127.0.0.1:46111"
SUS = (
    "I think that I would like to use this shop frequently.",
    "I found the shop unnecessarily complex.",
    "I thought the shop was easy to use.",
    "I think that I would need the support of a technical person to be able to use this shop.",
)
LIFTS = (1.0, 0.93, 1.05, 0.9, 1.0, 0.97)
Change = Callable[[dict[str, Any]], dict[str, Any]]


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    return row


@dataclass(frozen=True)
class Demo:
    """What a made-up study is like.

    Attributes:
        arms: by name, as a study file has them.
        personas: who shops; None: all that come along.
        repetitions: visits of each.
        question: of the study.
        seed: of the drawing.
        faults: share of the sessions that failed.
        waiting: share of the sessions, the last ones, that have not run.
        interviews: whether shoppers were asked.
        files: whether recordings have files to link to.
        session, step: change the rows that are written.
    """

    arms: Mapping[str, Mapping[str, Any]]
    personas: Sequence[Persona] | None = None
    repetitions: int = 5
    question: str | None = "Do shoppers buy less when reviews are hidden?"
    seed: int = 7
    faults: float = 0.02
    waiting: float = 0.0
    interviews: bool = True
    files: bool = True
    session: Change = _as_it_is
    step: Change = _as_it_is


TWO_ARMS = {"control": {}, "reviews-hidden": {"set": {"reviews": "hidden", "ratings": "off"}}}
REALISTIC = Demo(arms=TWO_ARMS)


def write_study(folder: Path, demo: Demo) -> Path:
    """Writes the study; returns the folder."""
    resolved = _resolved(demo)
    sessions, steps = _rows(folder, demo, plan(resolved))
    (folder / "results").mkdir(parents=True, exist_ok=True)
    (folder / "study.json").write_text(resolved.model_dump_json(indent=1), encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(sessions, SESSION_COLUMNS), folder / "results" / "sessions.parquet")
    pq.write_table(pa.Table.from_pylist(steps, STEP_COLUMNS), folder / "results" / "steps.parquet")
    if len(demo.arms) > 1:
        found = findings(plan(resolved), tuple(demo.arms), _outcomes(sessions), resolved.study.analysis)
        (folder / "results" / "statistics.json").write_text(found.model_dump_json(indent=1), encoding="utf-8")
    return folder


def _resolved(demo: Demo) -> Resolved:
    personas = tuple(demo.personas if demo.personas is not None else bundled_personas())
    study = StudyFile.model_validate(
        {
            "study": "reviews-hidden",
            "question": demo.question,
            "personas": [persona.id for persona in personas],
            "arms": demo.arms,
            "repetitions": demo.repetitions,
            "seed": demo.seed,
        }
    )
    return Resolved(
        version="0.1.0",
        study=study,
        personas=personas,
        intents=tuple((persona.intent,) for persona in personas),
        decisions={},
    )


def _rows(
    folder: Path, demo: Demo, planned: Sequence[Planned]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of both tables, pair by pair."""
    sessions: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    arms = list(demo.arms)
    for each in sorted(planned, key=lambda one: (one.pair, arms.index(one.arm))):
        who = each.persona
        row: dict[str, Any] = dict.fromkeys(SESSION_COLUMNS.names) | {
            "session": each.key, "pair": each.pair, "arm": each.arm, "order": each.number, "persona": who.id,
            "persona_name": who.name, "age": who.age, "gender": who.gender, "patience": who.patience,
            "price_sensitivity": who.price_sensitivity, "web_experience": who.web_experience,
            "device": who.device, "intent": each.intent, "seed": each.seed, "state": "waiting", "attempts": 0,
        }  # fmt: skip
        chances = random.Random(f"{demo.seed} {each.key}")
        if each.number > len(planned) * (1 - demo.waiting):
            pass
        elif chances.random() < demo.faults:
            row |= {"state": "fault", "attempts": 3, "message": chances.choice(FAULTS)}
        else:
            own, ending = visit(each, SITE, LIFTS[arms.index(each.arm) % len(LIFTS)], chances)
            own = [_step(each, index, step) for index, step in enumerate(own, start=1)]
            row |= row_of(each, own, ending, START + timedelta(seconds=40 * each.number))
            own = [demo.step(step) for step in own]
            steps.extend(own)
            row = demo.session(row)
            if demo.files:
                _keep(folder, demo, row, own, chances)
        sessions.append(row)
    return sessions, steps


FAULTS = (
    "The model server did not answer within 60 seconds.",
    "The shop answered with HTTP 502 five times in a row.",
)


def _step(planned: Planned, index: int, step: Mapping[str, Any]) -> dict[str, Any]:
    own = {"session": planned.key, "pair": planned.pair, "arm": planned.arm, "persona": planned.persona.id}
    return {**own, "index": index, "at": START + timedelta(seconds=40 * planned.number + 3 * index), **step}


def _keep(
    folder: Path,
    demo: Demo,
    row: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    chances: random.Random,
) -> None:
    """The files of a recording that a report links to, and the interview beside it."""
    recording = folder / row["recording"]
    for part in ("observations", "screenshots"):
        (recording / part).mkdir(parents=True, exist_ok=True)
    for step in steps:
        (recording / "observations" / f"{step['index']:04}.html").write_text("<title>A page</title>\n")
        (recording / "screenshots" / f"{step['index']:04}.jpg").write_bytes(b"")
    if demo.interviews:
        lines = "".join(json.dumps(line) + "\n" for line in _interview(row, chances))
        (recording / "interviews.jsonl").write_text(lines, encoding="utf-8")


def _interview(row: Mapping[str, Any], chances: random.Random) -> list[dict[str, Any]]:
    common = {"at": START.isoformat(), "model": "simagent-smollm2-135m"}
    found = "I found what I was looking for" if row["bought"] else "I gave up before I had found anything"
    ending = chances.choice((", and it did not take long.", ", though the delivery cost annoyed me.", "."))
    missed = chances.choice(
        ("Nothing really.", "Reviews that I can trust.", "A filter for the price.", "A quieter page.")
    )
    asked = {"questionnaire": None, "item": None, "score": None, "scale": None}
    lines: list[dict[str, Any]] = [
        {**common, **asked, "question": "How did your visit go?", "answer": found + ending},
        {**common, **asked, "question": "What did you miss?", "answer": missed},
    ]
    for item, statement in enumerate(SUS, start=1):
        score = min(5, max(1, round(chances.gauss(3.6 if row["bought"] else 2.9, 0.9))))
        sus = {"questionnaire": "sus", "item": item, "score": score, "scale": [1, 5]}
        lines.append(
            {**common, **sus, "question": statement, "answer": f"{score}, that is how I feel about it."}
        )
    total = min(100.0, max(0.0, 2.5 * round(chances.gauss(27 if row["bought"] else 22, 6))))
    return [*lines, {**common, "questionnaire": "sus", "total": total}]


def _outcomes(sessions: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """What is compared of the sessions that are done."""
    done = [row for row in sessions if row["state"] == "done"]
    return [
        Outcome(
            row["pair"],
            row["arm"],
            frozenset(each for each in get_args(Measure) if _is_so(row, each)),
            row["steps"],
        )
        for row in done
    ]


def _is_so(row: Mapping[str, Any], measure: str) -> bool:
    return bool(row[measure]) if measure in row else row["ending"] == measure


def main() -> None:
    folder = write_study(Path(sys.argv[1]), REALISTIC)
    results = read_results(folder)
    sys.stdout.write(f"{write_report(folder, results, figures_of(results))}\n")


if __name__ == "__main__":
    main()
