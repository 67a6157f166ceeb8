"""Sessions as tables for other tools: one row a step, as JSON Lines or Parquet; and what a source holds."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from agent.actions import name_in, text_in
from agent.errors import UserError
from learn.session import Evidence, Session
from learn.sessions_file import whole_file
from learn.split import part_of

SCHEMA = pa.schema(
    [
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("session", pa.string()),
        ("user", pa.string()),
        ("author", pa.dictionary(pa.int32(), pa.string())),
        ("part", pa.dictionary(pa.int32(), pa.string())),
        ("intent", pa.dictionary(pa.int32(), pa.string())),
        ("index", pa.int32()),
        ("at", pa.timestamp("ms", tz="UTC")),
        ("evidence", pa.dictionary(pa.int32(), pa.string())),
        ("url", pa.dictionary(pa.int32(), pa.string())),
        ("title", pa.dictionary(pa.int32(), pa.string())),
        ("observation", pa.dictionary(pa.int32(), pa.string())),
        ("rationale", pa.string()),
        ("action", pa.dictionary(pa.int32(), pa.string())),
        ("name", pa.string()),
        ("text", pa.string()),
        ("outcome", pa.string()),
        ("ending", pa.dictionary(pa.int32(), pa.string())),
    ]
)
"""The columns, one row a step; `index` counts from 1 within the session, `name` and `text` are null where the
action has none, `ending` stands on every row of its session."""

_ROWS = 20_000
"""Rows of a group in the Parquet file."""


def export(sessions: Iterable[Session], out: Path) -> int:
    """Writes one row a step.

    Args:
        sessions: what to write.
        out: a name that ends in `.parquet`, `.jsonl` or `.jsonl.gz`.

    Returns:
        How many rows.

    Raises:
        UserError: the name ends in something else, or it cannot be written there.
    """
    name = out.name.lower()
    if name.endswith(".parquet"):
        return _export_parquet(sessions, out)
    if name.removesuffix(".gz").endswith(".jsonl"):
        return _export_lines(sessions, out)
    raise UserError(f"{out} should end in .parquet, .jsonl or .jsonl.gz")


def statistics(sessions: Sequence[Session]) -> dict[str, Any]:
    """What a source holds, in plain values.

    Returns:
        Counts of sessions, users, decisions, inferred steps and different pages; decisions a session (mean,
        median, 90 % quantile, most); counts by source, author, part of the split, action type and ending; and
        how many decisions come with a rationale.
    """
    sizes = [sum(1 for _ in session.moments()) for session in sessions]
    turns = [turn for session in sessions for turn in session.turns]
    recorded = [turn for turn in turns if turn.evidence is Evidence.RECORDED]
    return {
        "sessions": len(sessions),
        "users": len({(session.source, session.user) for session in sessions if session.user is not None}),
        "decisions": len(recorded),
        "inferred_steps": len(turns) - len(recorded),
        "with_rationale": sum(bool(turn.decision.rationale) for turn in recorded),
        "pages": len({(turn.observation.url, turn.observation.html) for turn in turns}),
        "decisions_a_session": _spread(sizes),
        "sources": _counted(session.source for session in sessions),
        "authors": _counted(session.author.value for session in sessions),
        "parts": _counted(part_of(session).value for session in sessions),
        "actions": _counted(turn.decision.action.type for turn in recorded),
        "endings": _counted(session.ending.value if session.ending else "unknown" for session in sessions),
    }


def _spread(sizes: Sequence[int]) -> dict[str, float]:
    if not sizes:
        return {}
    return {
        "mean": round(float(np.mean(sizes)), 2),
        "median": float(np.median(sizes)),
        "p90": float(np.quantile(sizes, 0.9)),
        "most": max(sizes),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _rows(sessions: Iterable[Session]) -> Iterator[dict[str, Any]]:
    for session in sessions:
        whole = {
            "source": session.source,
            "session": session.id,
            "user": session.user,
            "author": session.author.value,
            "part": part_of(session).value,
            "intent": session.intent,
            "ending": session.ending.value if session.ending else None,
        }
        for index, turn in enumerate(session.turns, start=1):
            action = turn.decision.action
            yield {
                **whole,
                "index": index,
                "at": turn.at,
                "evidence": turn.evidence.value,
                "url": turn.observation.url,
                "title": turn.observation.title,
                "observation": turn.observation.html,
                "rationale": turn.decision.rationale,
                "action": action.type,
                "name": name_in(action),
                "text": text_in(action),
                "outcome": turn.outcome.message,
            }


def _export_parquet(sessions: Iterable[Session], out: Path) -> int:
    rows, count = _rows(sessions), 0
    with whole_file(out) as file, pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS)):
            writer.write_table(pa.Table.from_pylist(group, schema=SCHEMA))
            count += len(group)
    return count


def _export_lines(sessions: Iterable[Session], out: Path) -> int:
    count = 0
    with whole_file(out) as file:
        for row in _rows(sessions):
            at = row["at"].isoformat() if row["at"] else None
            file.write(json.dumps({**row, "at": at}, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count
