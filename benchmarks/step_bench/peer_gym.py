"""The worker for BrowserGym's environment; runs in BrowserGym's own environment (see `simplify_bench.wire`).

An action is Playwright code, as BrowserGym runs it, with the same locators as the hand-written script; what
is measured is `env.step` with its default observation: screenshot, DOM, accessibility tree.
"""

import time
from typing import Any

import browsergym.core  # type: ignore[import-not-found]  # noqa: F401 - lives in another environment; registers
import gymnasium  # type: ignore[import-not-found]  # lives in another environment
from playwright.sync_api import BrowserType

from benchmarks.simplify_bench.wire import serve

VISIT = "browsergym/openended"


class Worker:
    """One environment a visit."""

    def __init__(self) -> None:
        self._start: dict[str, Any] = {}

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Starts, or makes a visit."""
        if question["do"] == "start":
            self._start = question
            _launch_always(question["program"])
            return {}
        return self._visit(question["url"], question["actions"], question["delay"])

    def _visit(self, url: str, actions: list[str], delay: float) -> dict[str, Any]:
        environment = gymnasium.make(
            VISIT,
            task_kwargs={"start_url": url},
            headless=True,
            wait_for_user_message=False,
            pre_observation_delay=delay,
            slow_mo=0,  # its task would have a second pass before everything that Playwright does
            action_mapping=None,
            viewport={"width": self._start["width"], "height": self._start["height"]},
        )
        try:
            observation, _ = environment.reset()
            seconds = []
            for action in actions:
                started = time.perf_counter()
                observation, *_ = environment.step(action)
                seconds.append(time.perf_counter() - started)
                if observation["last_action_error"]:
                    raise RuntimeError(f"{action}: {observation['last_action_error']}")
            return {"seconds": seconds, "url": observation["url"]}
        finally:
            environment.close()


def _launch_always(program: str) -> None:
    """The same Chromium as everybody's, also for the chat window that BrowserGym opens beside the page."""
    launch = BrowserType.launch

    def with_program(self: BrowserType, **options: Any) -> Any:
        return launch(self, **{"executable_path": program, **options})

    BrowserType.launch = with_program  # type: ignore[method-assign] # it has no option for this


if __name__ == "__main__":
    serve(Worker().answer)
