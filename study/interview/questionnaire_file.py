"""Questionnaires by name, and as users write them down: YAML or JSON, mistakes told with their line."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from agent.actions import Frozen
from agent.document import Document, read_document
from agent.errors import UserError
from study.interview.questionnaire import (
    BUILT_IN,
    MOST_ITEMS,
    NAME,
    Item,
    Labels,
    Questionnaire,
    Scale,
    Text,
)


def _question_alone(value: object) -> object:
    return {"question": value} if isinstance(value, str) else value


class _ItemInFile(Frozen):
    question: Text
    open: bool = False
    scale: Scale | None = None
    labels: Labels | None = None
    reverse: bool = False


class _File(Frozen):
    """A questionnaire as it is written down: a scale at the top is that of all items that are not `open`."""

    name: Annotated[str, Field(pattern=NAME, max_length=40)]
    instructions: Text | None = None
    scale: Scale | None = None
    labels: Labels | None = None
    total: Literal["mean", "sum", "percent", "none"] | None = None
    items: Annotated[
        tuple[Annotated[_ItemInFile, BeforeValidator(_question_alone)], ...],
        Field(min_length=1, max_length=MOST_ITEMS),
    ]


def questionnaire_named(name: str) -> Questionnaire:
    """A questionnaire that comes along, by its name, or the one in a YAML or JSON file.

    Raises:
        UserError: there is none of that name, or the file cannot be read as one.
    """
    if name.lower() in BUILT_IN:
        return BUILT_IN[name.lower()]
    if "/" not in name and Path(name).suffix.lower() not in {".yaml", ".yml", ".json"}:
        raise UserError(
            f"there is no questionnaire {name}: known are {', '.join(BUILT_IN)}; "
            "one of your own is named by its YAML file"
        )
    return _questionnaire_of(read_document(Path(name)), Path(name).stem)


def questions_alone(questions: Sequence[str]) -> Questionnaire | None:
    """Open questions that belong to no questionnaire; None where there are none.

    Raises:
        UserError: one of them is empty or too long.
    """
    if not questions:
        return None
    try:
        items = tuple(Item(question=question) for question in dict.fromkeys(questions))
        return Questionnaire(items=items)
    except ValidationError as error:
        detail = error.errors()[0]
        raise UserError(f"the question {_shown(ascii(detail['input']))} {_complaint(detail)}") from error


def _questionnaire_of(document: Document, stem: str) -> Questionnaire:
    value = document.value
    if not isinstance(value, dict):
        raise UserError(
            f"{document.where} holds no questionnaire: it should be keys with values, `items` among them."
        )
    try:
        file = _File.model_validate({"name": stem.lower().replace("_", "-").replace(" ", "-")} | value)
    except ValidationError as error:
        raise UserError(_first_mistake(error, document)) from error
    if file.name in BUILT_IN:
        raise UserError(f"{document.at('name')}: `{file.name}` comes along already: choose another `name`.")
    items = tuple(_item(document, place, file) for place in range(len(file.items)))
    try:
        return Questionnaire(
            name=file.name, instructions=file.instructions, items=items, total=_total(file, items)
        )
    except ValidationError as error:
        raise UserError(f"{document.at('total')}: {_complaint(error.errors()[0])}.") from error


def _item(document: Document, place: int, file: _File) -> Item:
    """An item, with what the file says of all of them."""
    found = file.items[place]
    if found.open and (found.scale or found.labels or found.reverse):
        raise UserError(
            f"{document.at(f'items.{place}')}: `items.{place}` is open: it has no scale, labels or reverse."
        )
    own_scale = found.scale is not None and found.scale != file.scale
    labels = found.labels or (None if own_scale else file.labels)
    try:
        return Item(
            question=found.question,
            scale=None if found.open else found.scale or file.scale,
            labels=None if found.open else labels,
            reverse=found.reverse,
        )
    except ValidationError as error:
        raise UserError(
            f"{document.at(f'items.{place}')}: `items.{place}`: {_complaint(error.errors()[0])}."
        ) from error


def _total(file: _File, items: Sequence[Item]) -> Literal["mean", "sum", "percent"] | None:
    """What the file says; else the mean, where all scores are on one scale."""
    if file.total == "none":
        return None
    one_scale = len({item.scale for item in items if item.scale}) == 1
    return file.total or ("mean" if one_scale else None)


def _first_mistake(error: ValidationError, document: Document) -> str:
    """An unknown key before all else, since it explains the rest."""
    detail = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    path = ".".join(str(part) for part in detail["loc"])
    place = document.at(path)
    if detail["type"] == "extra_forbidden":
        return f"{place}: unknown key `{_shown(path)}`{_nearest(path)}"
    if detail["type"] == "missing":
        return f"{place}: `{path}` is missing."
    return f"{place}: `{path}` {_complaint(detail)} (it is {_shown(ascii(detail['input']))})."


def _nearest(path: str) -> str:
    fields = _ItemInFile.model_fields if "." in path else _File.model_fields
    near = difflib.get_close_matches(path.rpartition(".")[2].lower(), fields, n=1, cutoff=0.5)
    known = ", ".join(f"`{name}`" for name in fields)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {known}."


def _complaint(detail: Mapping[str, Any] | ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if detail["type"] == "string_pattern_mismatch":
        return "should be lower-case letters and digits, with hyphens between them"
    return str(detail["msg"]).removeprefix("Input ").removeprefix("String ").removeprefix("Tuple ")


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
