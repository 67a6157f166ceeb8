"""A recording without some of its steps, or gone.

The steps that stay keep their numbers, so that the gap can be seen; the header says which were deleted. What
lies beside the recording and may tell of the deleted steps goes with them.
"""

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.checksums import CHECKSUMS, checksums_of
from agent.errors import UserError
from agent.recording import JOURNAL

PARTS = ("observations", "pages", "screenshots")


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is deleted.

    Attributes:
        steps: by their numbers.
        last_page: whether the page is, too, on which the visit ended.
        order: whether what was ordered is.
    """

    steps: frozenset[int] = frozenset()
    last_page: bool = False
    order: bool = False

    @classmethod
    def of(cls, ticked: Collection[str]) -> "Deletion":
        """What was ticked in the review."""
        steps = frozenset(int(word) for word in ticked if word.isdecimal())
        return cls(steps, last_page="last" in ticked, order="order" in ticked)

    @property
    def empty(self) -> bool:
        """Whether everything stays."""
        return not self.steps and not self.last_page and not self.order


def delete_all(folder: Path) -> None:
    """Deletes a recording.

    Raises:
        UserError: something of it cannot be deleted.
    """
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise UserError(f"{folder} cannot be deleted: {error}; delete it by hand") from error


def delete(folder: Path, what: Deletion) -> None:
    """Writes a recording anew without what is deleted, and puts it in the place of the old one.

    Raises:
        UserError: the disk is full, or the folder cannot be written; the old one is there as it was.
    """
    if what.empty:
        return
    fresh, old = folder.with_name(f".{folder.name}.kept"), folder.with_name(f".{folder.name}.old")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        _write(folder, fresh, what)
        folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(fresh, ignore_errors=True)
        raise UserError(f"nothing was deleted: {folder} cannot be written anew ({error})") from error


def _write(folder: Path, fresh: Path, what: Deletion) -> None:
    lines = [json.loads(line) for line in (folder / JOURNAL).read_text(encoding="utf-8").splitlines()]
    kept = [_kept(line, what) for line in lines if line.get("index") not in what.steps]
    journal = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept)
    (fresh / JOURNAL).write_text(journal, encoding="utf-8")
    numbers = {line["index"] for line in lines if line["kind"] == "step"}
    gone = set(what.steps) | ({max(numbers, default=0) + 1} if what.last_page else set())
    for part in PARTS:
        (fresh / part).mkdir()
        for file in sorted((folder / part).iterdir()):
            if int(file.name[:4]) not in gone:
                shutil.copy2(file, fresh / part / file.name)
    if (folder / CHECKSUMS).exists():
        (fresh / CHECKSUMS).write_text(checksums_of(fresh), encoding="utf-8")


def _kept(line: dict[str, Any], what: Deletion) -> dict[str, Any]:
    if line["kind"] == "header":
        before = line["settings"].get("deleted", {"steps": []})
        deleted = {
            "steps": sorted({*before["steps"], *what.steps}),
            "last_page": what.last_page or before.get("last_page", False),
            "order": what.order or before.get("order", False),
            "at": datetime.now(UTC).isoformat(),
        }
        return line | {"settings": line["settings"] | {"deleted": deleted}}
    if line["kind"] == "ending" and what.order:
        return line | {"purchase": None, "message": "The shopper placed an order."}
    return line
