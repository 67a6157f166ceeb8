"""What a shopper can do on a page: the action space of arXiv 2503.20749, section 3.1.

Three raw browser actions and no shop semantics: click a name, type a text into a name and press Enter, or
close the window. The prompt's list of actions, the schema that confines a model's reply, the parser and the
executor all read the classes below, so none of them can know an action that another does not.

People do more: they go back, scroll, rest the mouse on a menu, fill in a field and go on to the next.
Recordings of people tell so, and a model may be offered these extended actions, too, where somebody wants it.
"""

import inspect
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A value: never changed once made, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Click(Frozen):
    """Click the element of that name: follow a link, press a button, choose an option, tick a box."""

    type: Literal["click"] = "click"
    name: str


class TypeAndSubmit(Frozen):
    """Type the text into the field of that name, in place of what stands there, and press Enter."""

    type: Literal["type_and_submit"] = "type_and_submit"
    name: str
    text: str


class Type(Frozen):
    """Type the text into the field of that name, in place of what stands there, and leave it at that."""

    type: Literal["type"] = "type"
    name: str
    text: str


class Terminate(Frozen):
    """Close the window without buying: nothing suitable was found, or interest is lost."""

    type: Literal["terminate"] = "terminate"


class Back(Frozen):
    """Go back to the page before, as with the browser's own button."""

    type: Literal["back"] = "back"


class Scroll(Frozen):
    """Scroll the page up or down by most of a window: some pages show more only then."""

    type: Literal["scroll"] = "scroll"
    direction: Literal["down", "up"] = "down"


class Select(Frozen):
    """Choose the option of that name in the list that it stands in."""

    type: Literal["select"] = "select"
    name: str


class Hover(Frozen):
    """Rest the mouse on the element of that name: a menu may open."""

    type: Literal["hover"] = "hover"
    name: str


OnTarget = Click | TypeAndSubmit | Type | Select | Hover
"""What is done with something on the page that has a name."""

Action = Annotated[
    Click | TypeAndSubmit | Type | Terminate | Back | Scroll | Select | Hover, Field(discriminator="type")
]
ACTION_TYPES: tuple[type[Click], type[TypeAndSubmit], type[Terminate]] = (Click, TypeAndSubmit, Terminate)
"""What a model is offered: the paper's three."""

EXTENDED_TYPES: tuple[type[Back], type[Scroll], type[Select], type[Type], type[Hover]] = (
    Back,
    Scroll,
    Select,
    Type,
    Hover,
)
"""What it may be offered besides."""


def type_of(action: type[Action]) -> str:
    """The word by which an action is called in JSON: `click`."""
    return str(action.model_fields["type"].default)


def meaning(action: type[Action]) -> str:
    """What an action is, in a line for a model."""
    return " ".join(inspect.cleandoc(action.__doc__ or "").split())


def offered(extended: Iterable[str] = ()) -> tuple[type[Action], ...]:
    """What a model is offered.

    Args:
        extended: the words of the extended actions that it is offered besides the paper's three.

    Raises:
        ValueError: there is no such extended action; the text says which there are.
    """
    known = {type_of(action): action for action in EXTENDED_TYPES}
    wanted = set(extended)
    if not wanted <= known.keys():
        unknown = ", ".join(sorted(wanted - known.keys()))
        raise ValueError(f"no extended action is called {unknown}: there are {', '.join(known)}")
    return (*ACTION_TYPES, *(action for word, action in known.items() if word in wanted))


def name_in(action: Action) -> str | None:
    """The name of what an action is done with; None where it is done with nothing on the page."""
    return None if isinstance(action, Terminate | Back | Scroll) else action.name


def text_in(action: Action) -> str | None:
    """What an action types; None where it types nothing."""
    return action.text if isinstance(action, TypeAndSubmit | Type) else None


def in_words(action: Action) -> str:
    """An action on one line: `click add_to_cart`, `type search “kettle”`, `terminate`."""
    if isinstance(action, Scroll):
        return f"{action.type} {action.direction}"
    text = text_in(action)
    typed = None if text is None else f"“{text}”"
    return " ".join(part for part in (action.type, name_in(action), typed) if part is not None)


class Decision(Frozen):
    """What a policy says: the thought first, so that it is thought before the action is chosen."""

    rationale: str
    action: Action
