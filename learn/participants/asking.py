"""When the participant is asked why they did something, and in which words."""

from dataclasses import dataclass

from agent.browser.attended import Act, Question
from agent.session import EndingKind


@dataclass(frozen=True, slots=True)
class Asking:
    """How often the question comes.

    Attributes:
        every: after every so many acts; 0 for never.
    """

    every: int

    def is_due(self, unasked: int) -> bool:
        """Whether to ask after so many acts without a question."""
        return 0 < self.every <= unasked

    def question(self, act: Act) -> Question:
        """Why the act was done."""
        return Question(f"Why did you {act.words}?", answer="Answer", skip="Skip")


def ending_told(kind: EndingKind, unnamed: int) -> str:
    """How a visit ended, for people.

    Args:
        kind: the ending.
        unnamed: presses on what is nothing to act on.
    """
    what = "The shopper left without buying." if kind is EndingKind.LEFT else "The recording was stopped."
    presses = "One press" if unnamed == 1 else f"{unnamed} presses"
    verb = "was" if unnamed == 1 else "were"
    return f"{what} {presses} {verb} on nothing that can be acted on." if unnamed else what
