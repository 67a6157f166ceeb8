"""A study with all that it names read in: personas in full, intents, decisions. It needs no other file.

It lies beside the study's results (`study.json`), so that a study which goes on weeks later is the same one,
whatever has become of the files that it was written with.
"""

import random
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from agent.actions import Decision, Frozen
from agent.document import read_document
from agent.errors import UserError
from agent.persona import Persona, bundled_personas, load_persona
from study.file import MOST_SESSIONS, Generated, Intents, RecitingChoice, Sample, StudyFile, Who
from study.population import draw
from study.shops import refuse_unknown_shop

ALL = "*"
"""Stands for every arm."""

Decisions = tuple[Decision, ...]
_DECISIONS: TypeAdapter[tuple[Decision, ...]] = TypeAdapter(Decisions)


class Resolved(Frozen):
    """A study that needs no other file.

    Attributes:
        format: number of this format.
        version: of simagent, as it wrote this.
        study: as it was written down.
        personas: in full, none twice.
        intents: what each persona comes for, by the persona's place; an empty tuple never occurs.
        decisions: what is recited, by arm, or for all under `*`; empty where nothing is.
    """

    format: Literal[1] = 1
    version: str
    study: StudyFile
    personas: Annotated[tuple[Persona, ...], Field(min_length=1)]
    intents: tuple[tuple[str, ...], ...]
    decisions: Annotated[dict[str, Decisions], Field(default_factory=dict)]

    @property
    def pairs(self) -> int:
        """How many twins there are: sessions of one arm."""
        return sum(len(each) for each in self.intents) * self.study.repetitions

    @property
    def sessions(self) -> int:
        """How many sessions there are."""
        return self.pairs * len(self.study.arms)

    @property
    def digest(self) -> str:
        """The same for the same sessions, whichever version of simagent reads them."""
        return sha256(self.model_dump_json(exclude={"version"}).encode()).hexdigest()[:16]


def resolve(study: StudyFile, folder: Path, version: str) -> Resolved:
    """Reads what a study names.

    Args:
        study: as it was written down.
        folder: where the study's file lies: what it names is looked for from there.
        version: of simagent.

    Raises:
        UserError: something that it names cannot be read, a persona comes twice, or it has too many sessions.
    """
    personas = tuple(persona for who in study.personas for persona in _personas(who, folder))
    _refuse_twice(personas)
    for name, arm in study.arms.items():
        if arm.site is None:
            refuse_unknown_shop(name, arm.shop or study.shop, arm.set)
    resolved = Resolved(
        version=version,
        study=study,
        personas=personas,
        intents=_dealt(personas, study.intents, folder),
        decisions=_decisions(study, folder),
    )
    if resolved.sessions > MOST_SESSIONS:
        raise UserError(
            f"the study has {resolved.sessions:,} sessions, more than {MOST_SESSIONS:,}: "
            "take fewer personas, intents or repetitions"
        )
    return resolved


def read_resolved(path: Path) -> Resolved:
    """The study that lies beside its results.

    Raises:
        UserError: there is none, or it is of a later simagent.
    """
    try:
        return Resolved.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}): is {path.parent} a study's folder?"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(f"{path} is no study of this simagent: {where}: {first['msg']}") from error


def _personas(who: Who, folder: Path) -> tuple[Persona, ...]:
    if isinstance(who, Generated):
        return draw(who.population)
    if isinstance(who, Sample):
        everybody = bundled_personas()
        if who.sample > len(everybody):
            raise UserError(
                f"personas: a sample of {who.sample} was asked for, and {len(everybody)} come along; "
                "a `population` gives as many as you like"
            )
        chosen = random.Random(who.seed).sample(range(len(everybody)), who.sample)  # noqa: S311 - no secret
        return tuple(everybody[place] for place in sorted(chosen))
    return (load_persona(_from(who, folder)),)


def _from(name: str, folder: Path) -> str:
    """A file's path from the study's folder; other names as they are."""
    is_path = "/" in name or name.partition("#")[0].lower().endswith((".yaml", ".yml", ".json"))
    return str(folder / name) if is_path else name


def _refuse_twice(personas: tuple[Persona, ...]) -> None:
    seen: set[str] = set()
    for persona in personas:
        if persona.id in seen:
            raise UserError(
                f"personas: `{persona.id}` comes twice: give files `id`s of their own, populations a "
                "`prefix`, and raise `repetitions` for more visits of one persona"
            )
        seen.add(persona.id)


def _dealt(
    personas: tuple[Persona, ...], intents: Intents | None, folder: Path
) -> tuple[tuple[str, ...], ...]:
    """What each persona comes for."""
    if intents is None:
        return tuple((persona.intent,) for persona in personas)
    texts = _texts(intents, folder)
    if intents.per_persona is None:
        return (texts,) * len(personas)
    if intents.per_persona > len(texts):
        raise UserError(
            f"intents: {intents.per_persona} for each persona were asked for, and there are {len(texts)}"
        )
    cards = _shuffled_forever(texts, intents.seed)
    return tuple(_different(cards, intents.per_persona) for _ in personas)


def _shuffled_forever(texts: tuple[str, ...], seed: int) -> Iterator[str]:
    """All of them in a random order, then all again: each is dealt as often as any other."""
    chances = random.Random(seed)  # noqa: S311 - no secret
    while True:
        yield from chances.sample(texts, len(texts))


def _different(cards: Iterator[str], count: int) -> tuple[str, ...]:
    """The next cards, none twice; one that the hand has already is passed over."""
    hand: dict[str, None] = {}
    while len(hand) < count:
        hand[next(cards)] = None
    return tuple(hand)


def _texts(intents: Intents, folder: Path) -> tuple[str, ...]:
    if intents.goals is not None:
        return _goals(intents, intents.goals)
    texts = intents.texts if intents.file is None else _lines(folder / intents.file)
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts or ()))


def _lines(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"intents: {path} cannot be read as text: {error}") from error
    texts = tuple(line.strip() for line in lines if line.strip())
    if not texts:
        raise UserError(f"intents: {path} holds no line with an intent")
    return texts


def _goals(intents: Intents, count: int) -> tuple[str, ...]:
    """Goals of the part that no model was taught with."""
    from learn.readers.human_search import goals  # noqa: PLC0415 - heavy, and needed by few studies
    from learn.split import Part  # noqa: PLC0415

    known = [goal for goal in goals(Part.TEST) if (intents.contains or "").lower() in goal.lower()]
    known = list(dict.fromkeys(" ".join(goal.split()) for goal in known))
    if len(known) < count:
        which = f" with “{intents.contains}” in them" if intents.contains else ""
        raise UserError(f"intents: {count} goals were asked for, and there are {len(known)}{which}")
    return tuple(random.Random(intents.seed).sample(known, count))  # noqa: S311 - no secret


def _decisions(study: StudyFile, folder: Path) -> dict[str, Decisions]:
    if not isinstance(study.policy, RecitingChoice):
        return {}
    document = read_document(folder / study.policy.decisions)
    value = document.value if isinstance(document.value, dict) else {ALL: document.value}
    missing = [name for name in study.arms if name not in value and ALL not in value]
    unknown = [name for name in value if name not in study.arms and name != ALL]
    if missing or unknown:
        raise UserError(
            f"{document.where} should hold a list of decisions, or one for each of the arms "
            f"{', '.join(study.arms)}"
        )
    try:
        return {name: _DECISIONS.validate_python(decisions) for name, decisions in value.items()}
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(f"{document.where}: decision {where}: {first['msg']}") from error


def decisions_of(decisions: Mapping[str, Decisions], arm: str) -> Decisions:
    """What is recited in an arm."""
    return decisions.get(arm, decisions.get(ALL, ()))
