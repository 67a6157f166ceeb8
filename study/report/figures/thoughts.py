"""What shoppers said to themselves: the themes of their rationales, with examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from study.report.figures.ranking import Met, Place, StepAt, ranked
from study.report.figures.sampling import evenly
from study.report.rows import StepRow, VisitRow
from study.themes import THEMES

EXAMPLES = 3
"""Of a theme in an arm."""


_TOLD = {theme.id: (theme.title, theme.description) for theme in THEMES}


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a shopper said.

    Attributes:
        text: in full.
        persona: the shopper's name.
        at: where it was said.
    """

    text: str
    persona: str
    at: StepAt


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: in how many sessions it was heard, and examples by arm.

    Attributes:
        heard: its title and what belongs to it, sessions and times.
        examples: an entry an arm.
    """

    heard: Place
    examples: tuple[tuple[Said, ...], ...]


def themes(visits: Mapping[str, Sequence[VisitRow]], steps: Sequence[StepRow]) -> tuple[Theme, ...]:
    """The themes, by how many sessions they were heard in.

    Args:
        visits: sessions that are done, by arm.
        steps: of these.
    """
    names = {visit.session: visit.persona_name for all_ in visits.values() for visit in all_}
    sizes = {arm: len(all_) for arm, all_ in visits.items()}
    met: list[Met] = []
    said: dict[tuple[str, str], list[StepRow]] = {}
    for step in steps:
        for theme in step.themes:
            title, description = _TOLD.get(theme, (theme, ""))
            met.append(Met(title, description, step.arm, StepAt(step.session, step.index)))
            said.setdefault((title, step.arm), []).append(step)
    return tuple(
        Theme(heard, tuple(_examples(said.get((heard.what, arm), []), names) for arm in sizes))
        for heard in ranked(met, sizes)
    )


def _examples(steps: Sequence[StepRow], names: Mapping[str, str]) -> tuple[Said, ...]:
    """Evenly spaced ones of what was said, each text once."""
    first: dict[str, StepRow] = {}
    for step in steps:
        first.setdefault(step.rationale, step)
    return tuple(
        Said(step.rationale, names[step.session], StepAt(step.session, step.index))
        for step in evenly(tuple(first.values()), EXAMPLES)
    )
