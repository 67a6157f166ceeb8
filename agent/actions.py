"""What a shopper can do on a page: the action space of arXiv 2503.20749, section 3.1.

Three raw browser actions and no shop semantics: click a name, type a text into a name and press Enter, or
close the window. The prompt's list of actions, the schema that confines a model's reply, the parser and the
executor all read the classes below, so none of them can know an action that another does not. People do one
thing more, which their recordings tell and no model is offered: they fill in a field and go on to the next.
"""

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


Action = Annotated[Click | TypeAndSubmit | Type | Terminate, Field(discriminator="type")]
ACTION_TYPES: tuple[type[Click], type[TypeAndSubmit], type[Terminate]] = (Click, TypeAndSubmit, Terminate)
"""What a model is offered."""


def in_words(action: Action) -> str:
    """An action on one line: `click add_to_cart`, `type search “kettle”`, `terminate`."""
    if isinstance(action, Terminate):
        return action.type
    typed = "" if isinstance(action, Click) else f" “{action.text}”"
    return f"{action.type} {action.name}{typed}"


class Decision(Frozen):
    """What a policy says: the thought first, so that it is thought before the action is chosen."""

    rationale: str
    action: Action
