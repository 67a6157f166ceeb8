"""A session: the frozen record of one shopper's visit, and the only memory there is.

Steps are appended and never changed. The prompt, a replay, the training data and every metric are functions
of these values.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from agent.actions import Decision, Frozen


class Box(Frozen):
    """Where something stands in the browser's window, in CSS pixels from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Touch(Frozen):
    """Where in the window something was done, for those who watch it later. Lengths are CSS pixels.

    Attributes:
        x: of the point that was pressed, or the middle of what was filled in or chosen without the mouse.
        y: likewise.
        box: of the element, at that moment.
        window: width and height of the window.
        scrolled: whether the page had to be scrolled to the element first, so that the picture of the look
            before does not show it there.
        picture: the window at that moment as a JPEG, where it was scrolled and pictures are taken. It goes
            into a file of its own.
    """

    x: float
    y: float
    box: Box
    window: tuple[int, int]
    scrolled: bool = False
    picture: Annotated[bytes | None, Field(exclude=True, repr=False)] = None


class Outcome(Frozen):
    """What the browser did with an action, in words that the model can read.

    Attributes:
        accepted: False where nothing could be done (unknown name, disabled, gone, off the site).
        message: one sentence, such as `The page "Cart" opened.`
        url: address of the page afterwards.
        touch: where in the window it was done; None where nothing was touched, or nobody knows.
        held: what was not done because it may not be: placing an order at a shop where none may be placed.
    """

    accepted: bool
    message: str
    url: str
    touch: Touch | None = None
    held: Literal["order"] | None = None


class Usage(Frozen):
    """What a decision cost at the model server.

    Attributes:
        prompt_tokens: tokens of the prompt, those found in the prefix cache included.
        cached_tokens: of these, found in the prefix cache; None where the server does not say.
        completion_tokens: tokens said.
        attempts: requests that were needed; above 1 where a reply had to be repaired.
    """

    prompt_tokens: int = 0
    cached_tokens: int | None = None
    completion_tokens: int = 0
    attempts: int = 1


class Timing(Frozen):
    """Seconds that the parts of a step took."""

    observe: float
    decide: float
    perform: float


class Step(Frozen):
    """One turn of the loop.

    Attributes:
        index: place in the session, from 1.
        at: when the page was looked at (UTC).
        url: address of the page that was looked at.
        title: its title.
        observation: what the model was shown of it.
        decision: what the policy said.
        outcome: what came of it.
        usage: what the decision cost.
        timing: how long the parts took.
    """

    index: int
    at: datetime
    url: str
    title: str
    observation: str
    decision: Decision
    outcome: Outcome
    usage: Usage = Usage()
    timing: Timing


class Purchase(Frozen):
    """What was bought, as the confirmation page says it; each part only where it is said."""

    order_number: str | None = None
    items: tuple[str, ...] = ()
    total: str | None = None


class EndingKind(StrEnum):
    """How a session can end."""

    PURCHASED = "purchased"
    LEFT = "left"
    PURCHASE_INTENT = "purchase_intent"
    """The shopper was about to place an order, and none may be placed at this shop: nothing was sent."""
    BOT_CHECK = "bot_check"
    """The shop asked whether a person is there; nobody goes round that."""
    STUCK = "stuck"
    """Several actions in a row could not be done."""
    LIMIT = "limit"
    """The steps or the time ran out."""
    FAULT = "fault"
    """The browser, the site or the model server failed."""
    INTERRUPTED = "interrupted"
    """The user stopped it."""


class Ending(Frozen):
    """How a session ended, with a sentence for people, and the traceback where it was a fault."""

    kind: EndingKind
    message: str
    at: datetime
    purchase: Purchase | None = None
    traceback: str | None = None


class Totals(Frozen):
    """What a session cost: tokens as in `Usage`, and seconds of the browser and of the policy."""

    steps: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    browser_seconds: float
    model_seconds: float

    @classmethod
    def of(cls, steps: Sequence[Step]) -> "Totals":
        """The sums over the steps."""
        return cls(
            steps=len(steps),
            prompt_tokens=sum(step.usage.prompt_tokens for step in steps),
            cached_tokens=sum(step.usage.cached_tokens or 0 for step in steps),
            completion_tokens=sum(step.usage.completion_tokens for step in steps),
            browser_seconds=round(sum(step.timing.observe + step.timing.perform for step in steps), 3),
            model_seconds=round(sum(step.timing.decide for step in steps), 3),
        )
