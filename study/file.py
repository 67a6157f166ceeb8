"""The study file: who shops, for what, in which designs, decided by what; checked before anything runs.

YAML or JSON. `schema()` is its JSON schema, for editors. What the file names (personas, lists of intents,
decisions) is read by `study.resolved`.
"""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, HttpUrl, Tag, ValidationError, model_validator
from pydantic_core import ErrorDetails

from agent.actions import Frozen
from agent.document import Document, read_document
from agent.errors import UserError
from study.population import Population

NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_SESSIONS = 1_000_000
MEASURES = ("bought", "checkout", "added", "viewed", "searched", "left", "stuck", "limit")
"""What of a session can be tested: the stages that it reached, and how it ended."""

Measure = Literal["bought", "checkout", "added", "viewed", "searched", "left", "stuck", "limit"]
Name = Annotated[str, Field(pattern=NAME, max_length=40)]
Count = Annotated[int, Field(strict=True, ge=1)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**31)]


class Sample(Frozen):
    """Some of the bundled personas, drawn without putting back."""

    sample: Annotated[int, Field(strict=True, ge=1, description="How many of the bundled personas.")]
    seed: Annotated[Seed, Field(description="Which of the possible samples.")] = 0


class Generated(Frozen):
    """Personas drawn from a population."""

    population: Population


def _kind_of_persona(value: Any) -> str:
    if isinstance(value, Generated) or (isinstance(value, Mapping) and "population" in value):
        return "population"
    return "sample" if isinstance(value, Sample | Mapping) else "named"


Who = Annotated[
    Annotated[str, Tag("named")] | Annotated[Sample, Tag("sample")] | Annotated[Generated, Tag("population")],
    Discriminator(_kind_of_persona),
]


class Intents(Frozen):
    """What visits are for. One of `texts`, `file` and `goals` says where the intents come from."""

    texts: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=2_000)], ...] | None,
        Field(min_length=1, description="In the shopper's own words."),
    ] = None
    file: Annotated[str | None, Field(description="A text file with an intent a line.")] = None
    goals: Annotated[Count | None, Field(description="So many of the goals that people wrote down.")] = None
    contains: Annotated[str | None, Field(description="Only goals in which this stands.")] = None
    seed: Annotated[Seed, Field(description="Of drawing the goals, and of dealing intents out.")] = 0
    per_persona: Annotated[
        Count | None,
        Field(description="So many for each persona, dealt out evenly; none: each persona has every intent."),
    ] = None

    @model_validator(mode="after")
    def _one_source(self) -> "Intents":
        given = [name for name in ("texts", "file", "goals") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("should have one of `texts`, `file` and `goals`")
        if self.contains is not None and self.goals is None:
            raise ValueError("`contains` is for `goals` alone")
        return self


class ShopChoice(Frozen):
    """Which sandbox shop."""

    catalogue: Annotated[str, Field(description="market, clothing2008, or a file of products.")] = "market"
    seed: Annotated[Seed, Field(description="Same seed, same shop.")] = 0
    size: Annotated[int, Field(strict=True, ge=50, le=100_000, description="Products of the market.")] = 2000


def _switch_value(value: object) -> object:
    """YAML reads `on` and `off` as truth values; the shop's switches are words."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) if isinstance(value, int) else value


class Arm(Frozen):
    """One of the designs that are compared: a site, or a variant of the sandbox shop."""

    site: Annotated[HttpUrl | None, Field(description="Start page of a shop; none: the sandbox shop.")] = None
    set: Annotated[
        dict[str, Annotated[str, BeforeValidator(_switch_value)]],
        Field(default_factory=dict, description="Design switches of the sandbox shop: `reviews: hidden`."),
    ]
    shop: Annotated[
        ShopChoice | None, Field(description="Another sandbox shop than the other arms' one.")
    ] = None
    also: Annotated[
        tuple[str, ...], Field(description="Hosts of other sites that belong to `site`: `pay.example`.")
    ] = ()
    allow_purchase: Annotated[
        str | None, Field(description="The site's host once more: real orders may be placed there.")
    ] = None
    robots: Annotated[
        Literal["obey", "ignore"], Field(description="What is done with the site's robots.txt.")
    ] = "obey"
    pause: Annotated[
        float | None, Field(ge=0, le=60, description="Seconds between two actions at the site.")
    ] = None
    login: Annotated[
        str | None, Field(pattern=NAME, description="The shopper's account at the site, by its name.")
    ] = None

    @model_validator(mode="after")
    def _either(self) -> "Arm":
        if self.site is not None and (self.set or self.shop):
            raise ValueError("has a `site`: `set` and `shop` are for the sandbox shop")
        for name in ("also", "allow_purchase", "robots", "pause", "login"):
            if self.site is None and getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(f"has no `site`: `{name}` is for one")
        return self


class ModelPolicy(Frozen):
    """A language model decides."""

    kind: Literal["model"] = "model"
    model: Annotated[str | None, Field(description="Its name on the server.")] = None
    url: Annotated[
        tuple[str, ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
        Field(description="OpenAI-compatible servers that share the sessions; none: the local one."),
    ] = ()
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    prompt: Annotated[
        Literal["instructed", "taught"] | None, Field(description="How a model at a url is talked to.")
    ] = None
    calibration: Annotated[str | None, Field(description="A file of `simagent calibrate`.")] = None
    actions: Annotated[
        tuple[Literal["back", "scroll", "select", "type", "hover"], ...],
        Field(description="What it is offered beside click, type_and_submit and terminate."),
    ] = ()

    @model_validator(mode="after")
    def _served(self) -> "ModelPolicy":
        if self.model is not None and not self.url:
            raise ValueError("`model` needs `url`: say on which server that model is")
        return self


class RulesPolicy(Frozen):
    """Simple rules decide, without a model: for traffic, and for trying a study out."""

    kind: Literal["rules"]


class RecitingChoice(Frozen):
    """Decisions that are known beforehand are recited."""

    kind: Literal["reciting"]
    decisions: Annotated[
        str, Field(description="A YAML or JSON file: a list of decisions, or one list an arm, by its name.")
    ]


class Limits(Frozen):
    """When a session ends without the shopper's doing."""

    steps: Annotated[Count, Field(description="Most actions.")] = 30
    seconds: Annotated[float, Field(gt=0, description="Longest duration.")] = 3600.0
    rejected: Annotated[Count, Field(description="Actions in a row that could not be done.")] = 4


class Thinking(Frozen):
    """Time between two actions: log-normal, as people's is."""

    median: Annotated[float, Field(ge=0, le=600, description="Seconds.")]
    spread: Annotated[float, Field(ge=0, le=3, description="Standard deviation of its logarithm.")] = 0.6


class Pace(Frozen):
    """How fast shoppers act and come; without it, as fast as the machine goes."""

    thinking: Annotated[Thinking | None, Field(description="Seconds before each action.")] = None
    arrivals_per_minute: Annotated[
        float | None, Field(gt=0, le=100_000, description="Shoppers come one by one, at random (Poisson).")
    ] = None


class BrowserChoice(Frozen):
    """What shoppers see with."""

    screenshots: Annotated[bool, Field(description="Keep a picture of every page.")] = True
    images: Annotated[bool, Field(description="Load images and web fonts; false saves time.")] = True
    device: Annotated[
        Literal["desktop", "phone", "tablet", "persona"],
        Field(description="Size and kind of the window; persona: what each one shops on, and how."),
    ] = "desktop"
    locale: str = "en-US"
    timezone: str | None = None
    colours: Annotated[Literal["light", "dark"], Field(description="That pages are asked for.")] = "light"


class Analysis(Frozen):
    """What is to be concluded, said before anything runs."""

    measures: Annotated[
        tuple[Measure, ...], Field(min_length=1, description="What is tested; the first one decides.")
    ] = ("bought", "checkout", "added", "viewed")
    alpha: Annotated[float, Field(gt=0, le=0.5, description="Chance of any false alarm.")] = 0.05
    power: Annotated[float, Field(ge=0.5, lt=1, description="For the smallest effect that can be seen.")] = (
        0.8
    )
    stop_early: Annotated[
        bool, Field(description="Stop as soon as the first measure differs; looks at every pair, validly.")
    ] = False

    @model_validator(mode="after")
    def _no_measure_twice(self) -> "Analysis":
        if len(set(self.measures)) != len(self.measures):
            raise ValueError("`measures` names one twice")
        return self


def _as_intents(value: object) -> object:
    if isinstance(value, str):
        return {"texts": [value]}
    return {"texts": value} if isinstance(value, list | tuple) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | Mapping) else value


class StudyFile(Frozen):
    """A study as somebody writes it down.

    Attributes:
        study: its name: lower-case letters, digits and hyphens; also its folder's.
        question: what is to be found out, for the report.
        personas: who shops: bundled personas by name, files, samples, populations.
        intents: what visits are for; None: each persona's own intent.
        arms: the designs by name; the first one is the control.
        shop: the sandbox shop of all arms that are no site.
        repetitions: visits of each persona with each intent, each with a seed of its own.
        seed: of the study: order, seeds of the sessions.
        policy: what decides.
        limits: when a session ends without the shopper's doing.
        pace: how fast shoppers act and come.
        browser: what they see with.
        analysis: what is to be concluded.
    """

    study: Name
    question: Annotated[str | None, Field(max_length=500)] = None
    personas: Annotated[tuple[Who, ...], BeforeValidator(_as_list), Field(min_length=1)]
    intents: Annotated[Intents | None, BeforeValidator(_as_intents)] = None
    arms: Annotated[dict[Name, Arm], Field(min_length=1, max_length=12)]
    shop: ShopChoice = ShopChoice()
    repetitions: Count = 1
    seed: Seed = 0
    policy: Annotated[ModelPolicy | RulesPolicy | RecitingChoice, Field(discriminator="kind")] = ModelPolicy()
    limits: Limits = Limits()
    pace: Pace = Pace()
    browser: BrowserChoice = BrowserChoice()
    analysis: Analysis = Analysis()


def read_study(path: Path) -> StudyFile:
    """The study in a YAML or JSON file.

    Raises:
        UserError: it cannot be read, or is no study; the text names the line, the key and what to write.
    """
    return study_of(read_document(path))


def study_of(document: Document) -> StudyFile:
    """The study in a document.

    Raises:
        UserError: it is no study.
    """
    value = document.value
    if not isinstance(value, dict):
        raise UserError(
            f"{document.where} holds no study: it should be keys with values, as in `study: NAME`."
        )
    if isinstance(value.get("policy"), dict):
        value = value | {"policy": {"kind": "model"} | value["policy"]}
    if isinstance(value.get("arms"), dict):
        value = value | {"arms": {name: arm or {} for name, arm in value["arms"].items()}}
    try:
        return StudyFile.model_validate(value)
    except ValidationError as error:
        raise UserError(_first_mistake(error, document)) from error


def schema() -> dict[str, Any]:
    """The JSON schema of study files, for editors that complete and check YAML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **StudyFile.model_json_schema()}


def _first_mistake(error: ValidationError, document: Document) -> str:
    """An unknown key before all else, since it explains the rest."""
    details = error.errors()
    detail = min(details, key=lambda each: each["type"] != "extra_forbidden")
    path = _written_path(detail, document)
    place = document.at(path)
    if detail["type"] == "extra_forbidden":
        key = path.rpartition(".")[2]
        return f"{place}: unknown key `{_shown(path)}`{_nearest(key, path)}"
    if detail["type"] == "missing":
        return f"{place}: `{path}` is missing."
    return f"{place}: `{path}` {_complaint(detail)} (it is {_shown(ascii(detail['input']))})."


def _written_path(detail: ErrorDetails, document: Document) -> str:
    """The place of a mistake as the file has it: without pydantic's names of the alternatives."""
    tags = {"named", "sample", "population", "model", "rules", "reciting", "function-before"}
    parts = [str(part) for part in detail["loc"]]
    kept: list[str] = []
    value: object = document.value
    for place, part in enumerate(parts):
        below = parts[place + 1] if place + 1 < len(parts) else None
        if part in tags and below is not None and _inside(value, below) is not _NOTHING:
            continue
        kept.append(part)
        value = _inside(value, part)
    if kept[:2] == ["intents", "texts"] and not isinstance(_inside(document.value, "intents"), dict):
        kept.pop(1)
    return ".".join(kept)


_NOTHING = object()


def _inside(value: object, part: str) -> object:
    if isinstance(value, dict):
        return value.get(part, _NOTHING)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return _NOTHING


def _nearest(key: str, path: str) -> str:
    known = StudyFile.model_fields if "." not in path else _ALL_KEYS
    near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; known are {', '.join(f'`{name}`' for name in known)}." if "." not in path else "."


_ALL_KEYS = sorted(
    {
        name
        for part in (
            Sample, Intents, ShopChoice, Arm, ModelPolicy, RecitingChoice, Limits, Thinking, Pace,
            BrowserChoice, Analysis, Population,
        )
        for name in part.model_fields
    }
)  # fmt: skip


def _complaint(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] == "string_pattern_mismatch":
        return "should be lower-case letters and digits, with hyphens between them"
    if detail["type"] == "too_short":
        return f"should have at least {detail['ctx']['min_length']}"
    if detail["type"].startswith("union_tag"):
        return f"should be one of {detail['ctx']['expected_tags']}"
    message = detail["msg"].removeprefix("Input ")
    return message[0].lower() + message[1:]


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
