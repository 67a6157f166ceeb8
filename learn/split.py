"""The fixed split: what is trained on, what is tuned on, and what neither ever saw.

A session belongs to a part by a hash of its user, or of itself where users are unknown, so that the split is
the same on every machine and for ever, does not depend on which other sessions there are, and no user stands
in two parts.
"""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from learn.session import Session


class Part(StrEnum):
    """The parts of the split, with their shares: 80, 10 and 10 of a hundred."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


VALIDATION_FROM = 80
TEST_FROM = 90


def part_of(session: Session) -> Part:
    """The part to which a session belongs."""
    return _part(f"{session.source}:{session.id if session.user is None else session.user}")


def sessions_in(part: Part, sessions: Iterable[Session]) -> list[Session]:
    """The sessions of one part, in their order."""
    return [session for session in sessions if part_of(session) is part]


def _part(unit: str) -> Part:
    place = int.from_bytes(hashlib.sha256(unit.encode()).digest()[:4], "big") % 100
    if place < VALIDATION_FROM:
        return Part.TRAIN
    return Part.VALIDATION if place < TEST_FROM else Part.TEST
