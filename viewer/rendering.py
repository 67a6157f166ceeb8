"""The templates, and words and numbers as a reader wants them.

Everything that is put into a template is escaped, but for our own style and script in an exported film.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from viewer.film import WORDS
from viewer.journal import moment
from viewer.places import HERE, path_of, shown


def rendered(name: str, **values: Any) -> str:
    """A template's text."""
    return _ENVIRONMENT.get_template(name).render(**values)


def static(name: str) -> str:
    """A style sheet or a script, as text."""
    return (files("viewer") / "static" / name).read_text(encoding="utf-8")


def session_url(address: str) -> str:
    """Where the film of a recording is."""
    return f"/session/{'' if address == HERE else address}"


def study_url(address: str) -> str:
    """Where a study is."""
    return f"/study/{'' if address == HERE else address}"


def part_url(address: str, part: str) -> str:
    """Where a part of a recording is, such as `screenshots/0001.jpg`."""
    return f"/session/{part}" if address == HERE else f"/session/{address}/{part}"


def query(**values: object) -> str:
    """The query of an address; empty values are left out."""
    return urlencode({name: value for name, value in values.items() if value not in {"", None, 0}})


def clock(seconds: float | None) -> str:
    """A time in a session: `0:07`, `12:30`, `1:02:03`."""
    if seconds is None:
        return "\u2013"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def took(seconds: float) -> str:
    """A duration: `0.4 s`, `42 s`, `12 min 5 s`, `3 h 20 min`."""
    if seconds < 10:
        return f"{seconds:.1f}\u00a0s"
    total = round(seconds)
    if total < 60:
        return f"{total}\u00a0s"
    minutes, rest = divmod(total, 60)
    if minutes < 60:
        return f"{minutes}\u00a0min {rest}\u00a0s"
    return f"{minutes // 60:,}\u00a0h {minutes % 60}\u00a0min"


def day(value: str | datetime | None) -> str:
    """When something was, in UTC: `2 Jan 2026, 12:00`."""
    when = moment(value) if isinstance(value, str) else value
    return f"{when.day} {when:%b %Y, %H:%M}" if when else ""


def shortened(text: str, length: int) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def plural(count: int, one: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def in_words(ended: str) -> str:
    """An ending, or a state, in a word or two; one that somebody made up as it stands."""
    return WORDS.get(ended, shortened(ended, 40) or WORDS["damaged"])


def tone(ended: str) -> str:
    """The class of an ending's badge."""
    return ended if ended in WORDS else "damaged"


def _breakable(text: str) -> Markup:
    """A name or an address that may be broken where its parts end."""
    # Markup's join escapes what it joins.
    return Markup("<wbr>").join(re.split(r"(?<=[._/?&])", text[:2_000]))


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True, default=str)[:20_000]


def _percent(share: float | None) -> str:
    return "\u2013" if share is None else f"{100 * share:.0f}\u00a0%"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("viewer"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: Mapping[str, Callable[..., Any]] = {
        "breakable": _breakable,
        "clock": clock,
        "day": day,
        "ending": in_words,
        "percent": _percent,
        "plural": plural,
        "number": lambda value: f"{value:,}",
        "pretty": _pretty,
        "session_url": session_url,
        "short": shortened,
        "study_url": study_url,
        "tone": tone,
        "took": took,
    }
    environment.filters.update(filters)
    environment.globals.update(
        part_url=part_url, query=query, place=lambda address: shown(path_of(address)), words=WORDS
    )
    return environment


_ENVIRONMENT = _environment()
