import pytest

from agent.actions import Action, Click, Decision, Terminate
from agent.awaiting import UNHURRIED, AwaitingWindow, awaiting_names
from agent.page_view import PageView
from agent.session import Outcome
from simplify import Observation, simplify

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Changing:
    """A window that shows one page after the other, the last one for ever."""

    def __init__(self, *pages: str) -> None:
        self.pages = list(pages)
        self.looks = 0

    async def observe(self) -> PageView:
        self.looks += 1
        html = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        return PageView(simplify(html), html)

    async def perform(self, action: Action, observation: Observation) -> Outcome:
        return Outcome(accepted=True, message=f"{action.type} on {observation.title}", url="")


def saying(*actions: Action) -> tuple[Decision, ...]:
    return tuple(Decision(rationale="", action=action) for action in actions)


async def test_a_name_that_comes_a_little_later_is_awaited() -> None:
    behind = Changing("<p>Wait</p>", "<p>Wait</p>", "<button>Standard delivery</button>")
    window = AwaitingWindow(behind, awaiting_names(saying(Click(name="standard_delivery"), Terminate())))
    assert "standard_delivery" in (await window.observe()).observation.targets
    assert behind.looks == 3
    await window.observe()  # a departure needs nothing on the page
    await window.observe()  # nor does what comes after the last decision
    assert behind.looks == 5


async def test_a_name_that_never_comes_is_given_up() -> None:
    behind = Changing("<button>Standard delivery</button>")
    window = AwaitingWindow(behind, awaiting_names(saying(Click(name="express"))))
    assert "express" not in (await window.observe()).observation.targets
    assert behind.looks > 1
    assert awaiting_names(saying(Click(name="express")))(0, await behind.observe()) == UNHURRIED
