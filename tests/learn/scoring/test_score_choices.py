"""The scoring script beside the plain way to the same numbers, in the model environment."""

import json
import math
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.actions import Action, Click, Decision, Terminate
from agent.messages import said
from agent.model import prepare_base
from agent.model.environment import prepare_environment
from agent.model.weights import script_environment
from learn.scoring import local_model

pytestmark = [pytest.mark.model, pytest.mark.timeout(1800)]

SCRIPT = Path(local_model.__file__).with_name("score_choices.py")
PLAIN = Path(__file__).with_name("plain_scoring.py")
NAMES = ("trousers", "skirts", "black_trousers_a1", "black_trousers_a12", "blue_trousers_a2", "next")


def run(script: Path, *arguments: object, requests: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    done = subprocess.run(
        [prepare_environment(print), script, *map(str, arguments)],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        env=script_environment(with_siblings=True),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def base() -> Path:
    return prepare_base(print)


@pytest.fixture(scope="module")
def tiny(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    run(PLAIN, base, "--tiny", folder)
    return folder


def decisions(rationale: str = "") -> list[str]:
    actions: list[Action] = [*(Click(name=name) for name in NAMES), Terminate()]
    typed = (
        f'{{"rationale":{json.dumps(rationale)},"action":{{"type":"type_and_submit","name":"search","text":"'
    )
    return [*(said(Decision(rationale=rationale, action=action)) for action in actions), typed]


def request(*, confined: bool, turns: int = 3, tail: float = 0.0) -> dict[str, Any]:
    done = [decisions()[place] for place in (0, 3, 6)]
    messages = [{"role": "system", "content": "You are a visitor.\nYou want: trousers"}]
    for page, reply in zip(
        ['<a name="trousers"/>', '<a name="black_trousers_a1"/> $3', "5 done"], done, strict=True
    ):
        messages += [{"role": "user", "content": page}, {"role": "assistant", "content": reply}]
    asks = [{"at": at, "choices": decisions()} for at in range(2, 2 * turns + 1, 2)]
    thought = {"at": 2, "choices": decisions("I like blue.")}
    thinks = {"at": 2, "prefix": '{"rationale":"', "until": "quote", "most": 8}
    speaks = {"at": 4, "prefix": "", "until": "end", "most": 6}
    return {
        "messages": messages[: 2 * turns + 1],
        "tail": tail,
        "confined": confined,
        "asks": [*asks, thought, thinks, speaks],
    }


def assert_alike(found: dict[str, Any], plain: dict[str, Any], *, within: float) -> None:
    """Log-probabilities to within the rounding of bfloat16, texts as far as they are sure."""
    sure = 0
    for one, other in zip(found["answers"], plain["answers"], strict=True):
        if "text" in other:
            assert one["text"].startswith(other["sure"])
            sure += len(other["sure"])
            continue
        for log, wanted in zip(one["log_probabilities"], other["log_probabilities"], strict=True):
            assert log == pytest.approx(wanted, abs=within, rel=0.01)
    assert sure > 0


@pytest.mark.parametrize("confined", [True, False])
def test_a_small_random_model_says_the_same_as_plainly(tiny: Path, confined: bool) -> None:
    # The second request begins as the first, so most of it is not read again.
    requests = [request(confined=confined), request(confined=confined, turns=2)]
    ready, *found = run(SCRIPT, tiny, requests=requests)
    assert ready == {"ready": True}
    for one, other in zip(found, run(PLAIN, tiny, requests=requests), strict=True):
        assert_alike(one, other, within=0.1)
    assert found[1]["tokens"] < found[0]["tokens"]


def test_the_real_model_says_the_same_as_plainly(base: Path) -> None:
    requests = [request(confined=True, turns=2)]
    _, found = run(SCRIPT, base, requests=requests)
    [plain] = run(PLAIN, base, requests=requests)
    assert_alike(found, plain, within=0.25)
    likeliest = [one["log_probabilities"] for one in (*found["answers"][:2], *plain["answers"][:2])]
    places = [logs.index(max(logs)) for logs in likeliest]
    assert places[:2] == places[2:]


def test_who_has_to_think_says_something(base: Path) -> None:
    # What it read of this shopper has no thoughts, so that it is likeliest to have none either.
    ask = {"at": 6, "prefix": '{"rationale":"', "until": "quote", "most": 8}
    asked = {**request(confined=True), "asks": [ask, {**ask, "least": 1}]}
    _, found = run(SCRIPT, base, requests=[asked])
    silent, thought = (one["text"] for one in found["answers"])
    assert silent == ""
    assert thought.strip()
    assert '"' not in thought


def test_drafts_are_drawn_as_often_as_the_model_would_say_them_and_are_the_same_again(tiny: Path) -> None:
    ask = {"at": 4, "prefix": '{"rationale":"', "until": "quote", "most": 1, "draws": 400}
    asked = {**request(confined=True, turns=2), "asks": [ask]}
    _, first, second = run(SCRIPT, tiny, requests=[asked, asked])
    [texts] = [one["texts"] for one in first["answers"]]
    assert second["answers"] == first["answers"]
    assert len(texts) == 400
    [plain] = run(PLAIN, tiny, requests=[asked])
    likely = {text: share for text, share in plain["answers"][0]["shares"].items() if share > 0.02}
    assert len(likely) > 1
    for text, share in likely.items():
        noise = math.sqrt(share * (1 - share) / len(texts))
        assert texts.count(text) / len(texts) == pytest.approx(share, abs=4 * noise + 0.02)


def test_what_cannot_be_asked_is_answered_with_the_reason(tiny: Path) -> None:
    bad = {**request(confined=True), "asks": [{"at": 2, "choices": ["a", "a b"]}]}
    _, refused, answered = run(SCRIPT, tiny, requests=[bad, request(confined=True, turns=2)])
    assert "beginning of another" in refused["error"]
    assert len(answered["answers"]) == 5
