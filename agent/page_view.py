"""What the browser hands to the loop when it looks at a page."""

from dataclasses import dataclass

from simplify import Observation


@dataclass(frozen=True, slots=True)
class PageView:
    """One look at a page.

    Attributes:
        observation: what the model is shown.
        html: the captured HTML that the observation was made from; simplifying it again gives the same.
        screenshot: the viewport as a JPEG; None where none was wanted or could be taken in time.
        bot_check: what asks there whether a person is there; None where nothing does.
    """

    observation: Observation
    html: str
    screenshot: bytes | None = None
    bot_check: str | None = None
