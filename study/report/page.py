"""The report as one HTML file: no network, no script, nothing that is not in it.

What was recorded from pages, said by models or written by users is untrusted: the environment escapes all of
it, the policy in the page's head forbids every load and every script, and all links are relative ones, built
here.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from study.report import wording
from study.report.answer import answer_of
from study.report.figures import Figures
from study.report.figures.ranking import StepAt
from study.report.results import Results
from study.report.told import costs_told, facts, warnings

MOST_LISTED = 60
"""Personas and intents that are listed by name."""


TITLES: Mapping[str, str] = {
    "run": "What was run",
    "funnel": "Funnel",
    "comparisons": "Comparisons",
    "endings": "Endings",
    "lost": "Where shoppers got lost",
    "personas": "Who bought",
    "thoughts": "What they thought",
    "interviews": "What they said when asked",
    "cost": "What it cost",
}
"""The page's sections in their order; each is drawn by a template of its name."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links from the report to the recordings.

    Attributes:
        recordings: paths from the study's folder, by session.
        exists: whether there is a file at such a path.
    """

    recordings: Mapping[str, str]
    exists: Callable[[PurePosixPath], bool]

    def page(self, at: StepAt) -> str | None:
        """To what the model saw at a step; None where it was not kept."""
        return self._link(at, "observations", "html")

    def picture(self, at: StepAt) -> str | None:
        """To the screenshot of a step; None where none was taken."""
        return self._link(at, "screenshots", "jpg")

    def _link(self, at: StepAt, part: str, ending: str) -> str | None:
        recording = PurePosixPath(self.recordings.get(at.session, ""))
        inside = recording.parts and not recording.is_absolute() and ".." not in recording.parts
        path = recording / part / f"{at.index:04}.{ending}"
        if not inside or not self.exists(path):
            return None
        return "../" + quote(str(path))


def page(results: Results, figures: Figures, exists: Callable[[PurePosixPath], bool]) -> str:
    """The report's HTML.

    Args:
        results: that it is about.
        figures: of these.
        exists: whether there is a file at a path from the study's folder.
    """
    style = (files("study.report") / "page.css").read_text(encoding="utf-8")
    links = Links({visit.session: visit.recording for visit in results.visits}, exists)
    resolved = results.resolved
    return _ENVIRONMENT.get_template("page.html.jinja").render(
        resolved=resolved,
        study=resolved.study,
        f=figures,
        link=links,
        # Both are our own text; the hash is of the very characters between the tags.
        style=Markup(style),  # noqa: S704
        style_hash=Markup(f"sha256-{_digest(style)}"),  # noqa: S704
        sections=_sections(figures),
        answer=answer_of(resolved, figures),
        policy=wording.policy_named(resolved.study),
        warnings=warnings(resolved.study, figures),
        designs={name: wording.arm_told(resolved.study, arm) for name, arm in resolved.study.arms.items()},
        facts=facts(resolved, figures),
        intents=tuple(dict.fromkeys(intent for own in resolved.intents for intent in own)),
        costs=costs_told(figures),
        findings=results.findings,
        most_listed=MOST_LISTED,
    )


def _sections(figures: Figures) -> Mapping[str, str]:
    """Titles of the sections that there is something to say in."""
    if not figures.cost.sessions:
        return {"run": TITLES["run"]}
    silent = {
        "comparisons": not figures.comparisons,
        "interviews": not figures.questionnaires,
    }
    return {name: title for name, title in TITLES.items() if not silent.get(name)}


def _digest(style: str) -> str:
    return base64.b64encode(sha256(style.encode()).digest()).decode()


def _along(share: float) -> str:
    """A place on an axis from 0 to 1, as SVG has it."""
    return f"{100 * share:.4g}%"


def _breakable(text: str) -> Markup:
    """A name or an address that may be broken where its parts end."""
    # Markup's join escapes what it joins.
    return Markup("<wbr>").join(re.split(r"(?<=[._/?&])", text))


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("study.report", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "along": _along,
        "breakable": _breakable,
        "chance": wording.chance,
        "counted": wording.counted,
        "interval": wording.interval,
        "mean_of": wording.mean_of,
        "number": wording.number,
        "of_hundred": wording.of_hundred,
        "percent": wording.percent,
        "plural": wording.plural,
        "short": wording.shortened,
        "signed": wording.signed,
    }
    environment.filters.update(filters)
    return environment


_ENVIRONMENT = _environment()
