"""What came of something that a person did, in the words in which a model is told of its own actions."""

from dataclasses import dataclass

from agent.actions import Action
from agent.browser import wording
from agent.browser.deed import READABLE
from agent.browser.pages import ERROR_PAGE
from agent.browser.settling import Rest
from agent.browser.watching import Journal
from agent.browser.wording import Facts, Look
from simplify import Target


@dataclass(frozen=True, slots=True)
class Consequence:
    """What is known of an act before its consequences are.

    Attributes:
        action: what was done.
        target: with what.
        facts: what the element was like before.
        before: what could be read before: on the page, and in the element's frame where it stands in one.
        earlier: what happened before the act and was not told yet.
    """

    action: Action
    target: Target
    facts: Facts | None
    before: list[Look | None]
    earlier: list[str]

    def told(
        self,
        rest: Rest | None,
        last: Facts | None,
        looks: list[Look | None],
        journal: Journal,
        status: int | None,
        *,
        other: bool,
    ) -> tuple[bool, str]:
        """Whether it was done, and what came of it.

        Args:
            rest: how waiting for the page ended; None where nobody waited.
            last: what the element is like at last.
            looks: what can be read at last.
            journal: what happened meanwhile; it is told here.
            status: HTTP status of the last document.
            other: whether another window is in front.
        """
        accepted, parts = self._parts(rest, last, looks, journal, status, other=other)
        return accepted, " ".join([*self.earlier, *parts, *journal.take()])

    def _parts(
        self,
        rest: Rest | None,
        last: Facts | None,
        looks: list[Look | None],
        journal: Journal,
        status: int | None,
        *,
        other: bool,
    ) -> tuple[bool, list[str]]:
        if not self.target.enabled:
            return False, [wording.disabled(self.target)]
        if rest is Rest.UNANSWERED:
            return False, ["The shop did not answer."]
        before, after = self.before[0], looks[0]
        if other:
            return True, [f"A new window opened: the page {wording.quoted(after.title if after else '')}."]
        if before is None or after is None:
            state = wording.of_element(self.action, self.target, self.facts, last)
            return True, [state or "The page is changing."]
        if before.document != after.document:
            return _new_document(before, after, status)
        return self._same_document(looks, last, journal)

    def _same_document(
        self, looks: list[Look | None], last: Facts | None, journal: Journal
    ) -> tuple[bool, list[str]]:
        change = wording.first_change(self.before, looks)
        if change is None and journal.stopped:
            return False, [wording.not_followed(journal.stopped.pop(0))]
        state = wording.of_element(self.action, self.target, self.facts, last)
        told = wording.in_place(state, change, last) or wording.refilled(self.before, looks)
        if not told and not journal.told and not journal.downloads:
            told = ["Nothing on the page changed."]
        return True, told


def _new_document(before: Look, after: Look, status: int | None) -> tuple[bool, list[str]]:
    if after.url.startswith(ERROR_PAGE):
        return False, ["That led to a page that did not load."]
    if after.content_type not in READABLE:
        return False, [f"That led to a file ({after.content_type}), no page."]
    return True, [wording.opened(before, after, status)]
