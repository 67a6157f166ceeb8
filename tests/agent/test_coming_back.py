"""A window that comes back: told what it did, and only where it has to."""

from agent.actions import Action, Click, Terminate
from agent.coming_back import ComingBack
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation
from tests.agent.values import page, view


class PaperWindow:
    """A window whose clicks lead to fixed addresses, and that counts how often it went back."""

    def __init__(self, leads_to: str, *, accepted: bool = True, history: bool = True) -> None:
        self.went_back = 0
        self._leads_to = leads_to
        self._accepted = accepted
        self._history = history

    async def observe(self) -> PageView:
        return view()

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        return Outcome(accepted=self._accepted, message="It opened.", url=self._leads_to)

    async def go_back(self) -> Outcome:
        self.went_back += 1
        said = "You went back." if self._history else "There is no page to go back to."
        return Outcome(accepted=self._history, message=said, url="http://shop.test/list")


def belongs(url: str) -> bool:
    return url.endswith("/list")


async def did(window: PaperWindow, action: Action) -> Outcome:
    back = ComingBack(window, belongs)
    assert (await back.observe()).observation == view().observation
    return await back.perform(action, page())


async def test_it_stays_where_something_is_decided() -> None:
    window = PaperWindow("http://shop.test/list")
    assert (await did(window, Click(name="next"))).message == "It opened."
    assert (await did(window, Terminate())).accepted
    assert window.went_back == 0


async def test_it_comes_back_from_elsewhere_and_says_so() -> None:
    window = PaperWindow("http://shop.test/product/A1")
    outcome = await did(window, Click(name="a1"))
    assert outcome == Outcome(accepted=True, message="It opened. You went back.", url="http://shop.test/list")
    assert window.went_back == 1


async def test_what_could_not_be_done_leads_nowhere() -> None:
    window = PaperWindow("http://shop.test/product/A1", accepted=False)
    assert not (await did(window, Click(name="a1"))).accepted
    assert window.went_back == 0


async def test_where_there_is_no_way_back_the_action_was_not_done() -> None:
    window = PaperWindow("http://shop.test/product/A1", history=False)
    outcome = await did(window, Click(name="a1"))
    assert not outcome.accepted
    assert outcome.message.endswith("There is no page to go back to.")
