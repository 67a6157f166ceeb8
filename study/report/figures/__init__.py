"""Every number of a report, from the tables and the findings: pure functions of what was read.

shares       counts and means with intervals
ranking      what was met most often, and in how many sessions
standing     what is done, and what is missing
funnel       how far shoppers got, and how visits ended
lost         where shoppers got lost
personas     who bought, by persona and trait
thoughts     themes of the rationales, with examples
interviews   answers and totals
comparisons  what the statistics found
cost         steps, tokens, seconds
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from study.report.figures.comparisons import Comparison, comparisons
from study.report.figures.cost import Cost, cost, costs
from study.report.figures.funnel import Line, Stage, endings, funnel
from study.report.figures.interviews import Questionnaire, questionnaires
from study.report.figures.lost import Lost, lost
from study.report.figures.personas import PersonaLine, Trait, by_persona, by_trait
from study.report.figures.ranking import Top
from study.report.figures.standing import Gaps, Standing, gaps, standings
from study.report.figures.thoughts import Theme, themes
from study.report.results import Results
from study.report.rows import VisitRow


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a report. What is a tuple of shares or means has an entry an arm, in `arms`' order.

    Attributes:
        arms: names, the control first.
        standings: sessions by state, by arm.
        gaps: what is missing.
        first: when the first session that is done started (UTC); None where none is.
        last: when the last one ended.
        funnel: how far shoppers got.
        comparisons: each arm against the control.
        endings: how visits ended.
        lost: where shoppers got lost.
        personas: who bought, by persona.
        traits: who bought, by what personas have in common.
        themes: of the rationales.
        questionnaires: of the interviews.
        costs: by arm.
        cost: of all arms.
    """

    arms: tuple[str, ...]
    standings: Mapping[str, Standing]
    gaps: Gaps
    first: datetime | None
    last: datetime | None
    funnel: tuple[Stage, ...]
    comparisons: tuple[Comparison, ...]
    endings: tuple[Line, ...]
    lost: Lost
    personas: Top[PersonaLine]
    traits: tuple[Trait, ...]
    themes: tuple[Theme, ...]
    questionnaires: tuple[Questionnaire, ...]
    costs: Mapping[str, Cost]
    cost: Cost


def figures_of(results: Results) -> Figures:
    """The figures of what a study came to; of a study of which nothing is done, empty ones."""
    arms = tuple(results.resolved.study.arms)
    visits = by_arm(arms, results.visits)
    return Figures(
        arms=arms,
        standings=standings(arms, results.planned),
        gaps=gaps(results.planned),
        first=min((visit.started for visit in results.visits), default=None),
        last=max((visit.ended for visit in results.visits), default=None),
        funnel=funnel(visits),
        comparisons=comparisons(results.findings),
        endings=endings(visits),
        lost=lost(visits, results.steps),
        personas=by_persona(visits),
        traits=by_trait(visits),
        themes=themes(visits, results.steps),
        questionnaires=questionnaires(arms, results.answers, results.totals),
        costs=costs(visits),
        cost=cost(results.visits),
    )


def by_arm(arms: Sequence[str], visits: Sequence[VisitRow]) -> Mapping[str, Sequence[VisitRow]]:
    """The sessions by arm, in the order of the arms; an arm without any has an empty list."""
    groups: dict[str, list[VisitRow]] = {arm: [] for arm in arms}
    for visit in visits:
        groups[visit.arm].append(visit)
    return groups
