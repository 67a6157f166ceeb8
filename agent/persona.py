"""Who shops: a persona, and where one comes from.

A persona is a bundled one, named by its id (`maya`), or a file. Files are YAML or JSON of the fields of
`Persona`, or JSON as UXAgent (arXiv 2504.09407) writes its personas: free text in sections, with an intent.

What the model reads of it is `describe()`: a few sentences in the second person, in a fixed order, bounded in
length, since the default model is small and every word of the system prompt is paid for at each session.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from agent.actions import Frozen
from agent.document import Document, parse_document, read_document
from agent.errors import UserError
from agent.uxagent import cut, excerpt, is_uxagent, persona_fields, sentences

DESCRIPTION_WORDS = 90
"""The most words that `Persona.describe` returns."""

Level = Literal["low", "medium", "high"]

_PROFILE_WORDS = 68
"""Of these, for the excerpt of a free text."""

_PATIENCE = {
    "low": "You lose patience quickly.",
    "medium": "You are reasonably patient.",
    "high": "You are very patient.",
}
_PRICE_SENSITIVITY = {
    "low": "Price hardly matters to you.",
    "medium": "You weigh price against quality.",
    "high": "You watch every dollar.",
}
_WEB_EXPERIENCE = {
    "low": "Websites often confuse you.",
    "medium": "You get by on most websites.",
    "high": "You know online shops well.",
}


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ValueError("should not be empty")
    return line


def _income_band(value: object) -> object:
    band = [value, value] if isinstance(value, int) else value
    if value is None:
        return None
    if (
        isinstance(band, list | tuple)
        and len(band) == 2
        and all(isinstance(bound, int) and not isinstance(bound, bool) for bound in band)
        and 0 <= band[0] <= band[1]
    ):
        return tuple(band)
    raise ValueError("should be dollars a year, as one number (62000) or a band of two ([40000, 60000])")


def _known_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("should be a time zone such as Europe/Berlin")
    return value


Short = Annotated[str, Field(max_length=80), AfterValidator(_one_line)]
Sentences = Annotated[str, Field(max_length=600), AfterValidator(_one_line)]


class Persona(Frozen):
    """A shopper. Texts are written in the second person, as they are said to the model.

    Attributes:
        id: lower-case letters, digits and hyphens; what `--persona` takes.
        name: what the shopper is called.
        age: years.
        gender: in the shopper's own word.
        occupation: with its article, as it follows the name: "a night-shift nurse".
        household: what follows "You live": "alone", "with your two sons".
        location: where that is: "Columbus, Ohio".
        income: US dollars a year, lowest and highest; the same twice where it is known exactly.
        background: two or three short sentences about this person's life.
        shopping_habits: one short sentence about how this person shops.
        needs: one sentence on what makes a page usable for this person (eyesight, hands, reading).
        patience: how much waiting, searching and confusion this person puts up with.
        price_sensitivity: how much the price decides.
        web_experience: how used this person is to the web.
        device: what this person shops on: "an older Android phone".
        locale: language and region of its browser: `de-DE`.
        timezone: where its clock stands: `Europe/Berlin`.
        colours: whether it asks pages for their light or dark colours.
        intent: what a visit is for unless something else is asked for, in the shopper's own words.
        profile: free text about this person that came from another format; its line breaks matter.
    """

    id: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    name: Short
    age: Annotated[int, Field(strict=True, ge=13, le=120)] | None = None
    gender: Short | None = None
    occupation: Short | None = None
    household: Short | None = None
    location: Short | None = None
    income: Annotated[tuple[int, int] | None, BeforeValidator(_income_band)] = None
    background: Sentences | None = None
    shopping_habits: Sentences | None = None
    needs: Sentences | None = None
    patience: Level | None = None
    price_sensitivity: Level | None = None
    web_experience: Level | None = None
    device: Short | None = None
    locale: Annotated[str, Field(pattern="^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")] | None = None
    timezone: Annotated[str, AfterValidator(_known_timezone)] | None = None
    colours: Literal["light", "dark"] | None = None
    intent: Annotated[str, Field(max_length=2_000), AfterValidator(_one_line)]
    profile: Annotated[str, Field(max_length=50_000)] | None = None

    def describe(self) -> str:
        """The persona as the model reads it.

        Returns:
            One line in the second person, of at most `DESCRIPTION_WORDS` words. Where the fields say more,
            the sentences that do not fit are left out; of a `profile`, each section is heard in turn.
        """
        told = excerpt(self.profile, _PROFILE_WORDS) if self.profile else []
        return _fit((self._who(), *told, *self._statements()), DESCRIPTION_WORDS)

    def _who(self) -> str:
        known = ", ".join(str(part) for part in (self.gender, self.age) if part is not None)
        person = f"{self.name} ({known})" if known else self.name
        return f"You are {person}, {self.occupation}." if self.occupation else f"You are {person}."

    def _statements(self) -> Iterable[str]:
        if self.household or self.location:
            place = f"in {self.location}" if self.location else ""
            yield " ".join(filter(None, ["You live", self.household, place])) + "."
        yield from sentences(self.background or "")
        yield from sentences(self.needs or "")
        yield from sentences(self.shopping_habits or "")
        if self.patience:
            yield _PATIENCE[self.patience]
        if self.price_sensitivity:
            yield _PRICE_SENSITIVITY[self.price_sensitivity]
        if self.income:
            yield f"Your income is {_dollars(self.income)} a year."
        if self.web_experience:
            yield _WEB_EXPERIENCE[self.web_experience]
        if self.device:
            yield f"You shop on {self.device}."


def bundled_personas() -> tuple[Persona, ...]:
    """All personas that come with simagent, in the order of their ids."""
    return tuple(_load_bundled(name) for name in sorted(_bundled_files()))


def load_persona(name_or_path: str) -> Persona:
    """A bundled persona by its name, or the persona in a file.

    Args:
        name_or_path: an id such as `maya`, or a path: what holds a `/` or ends in .yaml, .yml or .json. Of a
            file with several personas, `#2` after the path takes the second.

    Raises:
        UserError: there is no such persona or file, or the file cannot be read as a persona.
    """
    wanted = name_or_path.strip()
    if wanted.lower() in _bundled_files():
        return _load_bundled(wanted.lower())
    match = re.fullmatch(r"(.+)#([0-9]{1,9})", wanted)
    path, number = (match[1], int(match[2])) if match else (wanted, None)
    if "/" in path or Path(path).suffix.lower() in {".yaml", ".yml", ".json"}:
        return _persona_of(read_document(Path(path)), Path(path).stem, number)
    raise UserError(_no_such_persona(wanted))


def _bundled_files() -> dict[str, Traversable]:
    files = resources.files("agent").joinpath("personas").iterdir()
    return {file.name.removesuffix(".yaml"): file for file in files if file.name.endswith(".yaml")}


def _load_bundled(name: str) -> Persona:
    file = _bundled_files()[name]
    return _persona_of(parse_document(file.read_bytes(), file.name), name, None)


def _no_such_persona(wanted: str) -> str:
    near = difflib.get_close_matches(wanted.lower(), _bundled_files(), n=3, cutoff=0.5)
    hint = f" Did you mean {_listed(near)}?" if near else ""
    return (
        f"There is no persona `{_shown(wanted)}`.{hint} `simagent personas` lists them; "
        "a YAML or JSON file of your own is named by its path."
    )


def _persona_of(document: Document, stem: str, number: int | None) -> Persona:
    chosen, place = _chosen(document, number)
    if not isinstance(chosen, dict):
        raise UserError(
            f"{document.where} holds no persona: it should be keys with values, as in `name: Maya`."
        )
    values = persona_fields(chosen) if is_uxagent(chosen) else chosen
    _refuse_missing(values, document.where)
    own_id = _slug(stem) if place is None else f"{_slug(stem)}-{place}"
    try:
        return Persona.model_validate({"id": own_id} | values)
    except ValidationError as error:
        raise UserError(_first_mistake(error, document)) from error


def _chosen(document: Document, number: int | None) -> tuple[object, int | None]:
    """The one persona that is asked for, and its place where the file holds a list of several."""
    value = document.value
    if not isinstance(value, list):
        if number not in {None, 1}:
            raise UserError(f"{document.where} holds one persona; leave `#{number}` away.")
        return value, None
    if number is None and len(value) != 1:
        raise UserError(
            f"{document.where} holds {len(value)} personas; "
            f"name one by its place, as in `{document.where}#1`."
        )
    place = number or 1
    if not 1 <= place <= len(value) or number == 0:
        raise UserError(f"{document.where} holds {len(value)} personas; there is no `#{number}`.")
    return value[place - 1], place if len(value) > 1 else None


def _refuse_missing(values: Mapping[str, object], where: str) -> None:
    """Says of all missing keys at once, unless a misspelt one explains what is missing."""
    required = ("name", "intent") if "profile" in values else ("name", "background", "intent")
    missing = [key for key in required if values.get(key) is None]
    if missing and all(key in Persona.model_fields for key in values):
        raise UserError(f"{where}: {_listed(missing, 'and')} {'is' if len(missing) == 1 else 'are'} missing.")


def _first_mistake(error: ValidationError, document: Document) -> str:
    """An unknown key before all else, since it explains the rest."""
    detail = min(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")
    key = str(detail["loc"][0])
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key.lower(), Persona.model_fields, n=1, cutoff=0.5)
        known = f"did you mean `{near[0]}`?" if near else f"known are {_listed(Persona.model_fields, 'and')}."
        return f"{document.at(key)}: unknown key `{_shown(key)}`; {known}"
    return f"{document.at(key)}: `{key}` {_complaint(detail)} (it is {_shown(ascii(detail['input']))})."


def _complaint(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] == "string_pattern_mismatch":
        return "should be lower-case letters and digits, with hyphens between them"
    return detail["msg"].removeprefix("Input ").removeprefix("String ")


def _fit(statements: Iterable[str], limit: int) -> str:
    """The statements in order but for those that find no room; the first one always, cut if need be."""
    first, *others = statements
    fitted = [cut(first, limit)]
    room = limit - len(fitted[0].split())
    for statement in others:
        words = len(statement.split())
        if words <= room:
            fitted.append(statement)
            room -= words
    return " ".join(fitted)


def _dollars(band: tuple[int, int]) -> str:
    low, high = band
    return f"about ${low:,}" if low == high else f"${low:,} to ${high:,}"


def _listed(names: Iterable[str], word: str = "or") -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} {word} {last}" if others else last


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "persona"
