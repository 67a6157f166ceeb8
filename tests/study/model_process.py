"""A stand-in for a model server as a process, to be killed: `python -m tests.study.model_process PORT`.

What it says depends on the request alone: a study that is killed comes to what one does that is not.
"""

import sys
import time
from typing import Any

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.prompts import DEMONSTRATION, said
from tests.scripted_model import legal, scripted_model

VISIT = 3
"""Actions before the shopper leaves."""


def script(request: dict[str, Any]) -> str:
    """A search, clicks that the seed chooses, and the end."""
    turn = sum(message["role"] == "assistant" for message in request["messages"]) - len(DEMONSTRATION)
    action: Action
    if turn == 0:
        action = TypeAndSubmit(name=legal(request, "type_and_submit")[0], text="kettle")
    elif turn < VISIT:
        names = legal(request, "click")
        action = Click(name=names[request["seed"] // 24 % len(names)])
    else:
        action = Terminate()
    return said(Decision(rationale="I look around.", action=action))


if __name__ == "__main__":
    with scripted_model(script, port=int(sys.argv[1])) as model:
        print(model.url, flush=True)
        while True:
            time.sleep(3600)
