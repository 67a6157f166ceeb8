"""A stand-in for a model server at the wire: real HTTP on loopback, replies by script."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from agent.actions import Action, Click, Decision, Terminate, TypeAndSubmit
from agent.prompts import said
from tests.loopback import LoopbackServer

Script = Callable[[dict[str, Any]], str | None]
"""The reply to a chat request; None breaks the connection off in the middle of one."""


@dataclass
class ScriptedModel:
    """A running stand-in: its address, and every chat request that it was sent."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def scripted_model(
    script: Script,
    usage: Mapping[str, int] | None = None,
    log_probabilities: Callable[[dict[str, Any]], list[float]] | None = None,
    port: int = 0,
) -> Iterator[ScriptedModel]:
    """Serves the script on loopback.

    Args:
        script: what is replied.
        usage: the tokens that each reply says it cost.
        log_probabilities: of the tokens of a reply to a request; None for a server that does not say.
        port: to listen at; 0 for any free one.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({"data": [{"id": "scripted", "max_model_len": 8192}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append(body)
            text = script(body)
            if text is None:
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"choices": [{"mess')
                self.close_connection = True
                return
            choice: dict[str, Any] = {
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
            if log_probabilities is not None:
                choice["logprobs"] = {"content": [{"logprob": each} for each in log_probabilities(body)]}
            self._answer({"choices": [choice], "usage": dict(usage or {})})

        def _answer(self, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Keeps quiet."""

    server = LoopbackServer(("127.0.0.1", port), Handler)
    model = ScriptedModel(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reciting(*actions: Action) -> Script:
    """Says these actions in turn, then leaves."""
    left = iter(actions)
    return lambda _: said(Decision(rationale="I go on.", action=next(left, Terminate())))


def legal(request: dict[str, Any], action_type: str) -> list[str]:
    """The names that a request confines an action to."""
    schema = request["response_format"]["json_schema"]["schema"]
    actions = {a["properties"]["type"]["const"]: a for a in schema["properties"]["action"]["anyOf"]}
    return list(actions[action_type]["properties"]["name"]["enum"]) if action_type in actions else []


def wandering(steps: int) -> Script:
    """Searches once, then clicks something legal, another place on the page each time, then leaves."""
    said_so_far = iter(range(steps))

    def script(request: dict[str, Any]) -> str:
        turn = next(said_so_far, None)
        action: Action
        names = legal(request, "click")
        if turn is None:
            action = Terminate()
        elif turn == 0:
            action = TypeAndSubmit(name=legal(request, "type_and_submit")[0], text="kettle")
        else:
            action = Click(name=names[(turn * 7) % len(names)])
        return said(Decision(rationale="I look around.", action=action))

    return script
