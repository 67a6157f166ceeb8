"""A study's folder on disk: begun once, found again, read while it runs."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from agent.errors import UserError
from study.layout import STUDY
from study.ledger import LEDGER, Entry, read_ledger
from study.plan import Planned, plan
from study.resolved import Resolved, read_resolved


def begin(folder: Path, resolved: Resolved, *, resume: bool) -> Resolved:
    """Makes a study's folder, or finds it as it was left.

    Args:
        folder: the study's.
        resolved: the study as it is now.
        resume: whether to go on with what is there.

    Returns:
        The study as it was begun.

    Raises:
        UserError: the folder holds something else, or the study was begun and nobody said that it goes on.
    """
    path = folder / STUDY
    if path.exists():
        begun = read_resolved(path)
        if not resume:
            raise UserError(f"{folder} holds this study already: go on with --resume, or name another --out")
        refuse_change(begun, resolved, folder)
        return begun
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strangers = [each.name for each in folder.iterdir() if not each.name.startswith(STUDY)]
        if strangers:
            raise UserError(
                f"{folder} is not empty (it holds {strangers[0]}) and holds no study: name another --out"
            )
        aside = folder / f"{STUDY}.part"
        with aside.open("w", encoding="utf-8") as file:
            file.write(resolved.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written to: {error.strerror or error}; name another --out"
        ) from error
    return resolved


def refuse_change(begun: Resolved, now: Resolved, folder: Path) -> None:
    """Says what is not as it was when the study was begun.

    Raises:
        UserError: something is.
    """
    if begun.digest == now.digest:
        return
    before, after = begun.study.model_dump(), now.study.model_dump()
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        changed = [
            name
            for name in ("personas", "intents", "decisions")
            if getattr(begun, name) != getattr(now, name)
        ]
    raise UserError(
        f"{folder} was begun with another study ({', '.join(changed)} differ): put the file back as it was, "
        f"resume from {folder / STUDY} itself, or name another --out"
    )


def read_folder(folder: Path) -> tuple[Resolved, Sequence[tuple[Planned, Entry]], dict[str, str]]:
    """A study and how far each of its sessions is, also while it runs.

    Returns:
        The study; its sessions in the order of running, with their lines in the ledger; notes of the ledger.

    Raises:
        UserError: it is no study's folder.
    """
    resolved = read_resolved(folder / STUDY)
    try:
        entries, notes = read_ledger(folder / LEDGER)
    except (sqlite3.Error, OSError) as error:
        raise UserError(f"{folder / LEDGER} cannot be read ({error}): was the study ever begun?") from error
    by_key = {planned.key: planned for planned in plan(resolved)}
    return resolved, [(by_key[entry.key], entry) for entry in entries], notes
