"""A teacher at the wire: what it is asked, what is kept of its answers, and what becomes of its failures."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.actions import Click, Terminate
from agent.errors import UserError
from agent.language_model import UnreadableReply
from agent.prompts import MESSAGE_OVERHEAD, RATIONALE_CHARACTERS, Context
from learn.rationales.journey import asks
from learn.rationales.think_aloud import THOUGHT_ALOUD, thought_aloud
from learn.session import RECORDED, Author, Session
from learn.sessions_file import write_sessions
from learn.sources import read_source
from simplify import estimate_tokens
from tests.learn.rationales.sites import KETTLES, ours, slug, visit
from tests.learn.test_commands import found_by, simagent
from tests.learn.values import clicks_file
from tests.scripted_model import ScriptedModel, scripted_model
from tests.test_bad_input import CHECKOUT, complaint

VISITS = {"1": ["A1", "A2", "B4"], "2": ["C5"], "3": ["P1", "P2"]}
LARGE = Context(100_000, estimate_tokens)


def keys(request: dict[str, Any]) -> list[str]:
    """The numbers of the actions that a request asks about."""
    return list(request["response_format"]["json_schema"]["schema"]["required"])


def thinking(request: dict[str, Any]) -> str:
    """An obedient teacher."""
    return json.dumps({key: f"I think {key}." for key in keys(request)})


def refusing(product: str) -> Callable[[dict[str, Any]], str]:
    """A teacher that talks nonsense of one product."""
    return lambda request: "Hm." if product in request["messages"][-1]["content"] else thinking(request)


def taught(source: Path, out: Path, model: ScriptedModel, *more: str | Path) -> dict[str, Any]:
    return found_by("data", "rationales", source, "--out", out, "--teacher", model.url, *more)


def test_the_journey_goes_in_and_a_rationale_an_action_comes_out(tmp_path: Path) -> None:
    clicks, out = clicks_file(tmp_path, VISITS), tmp_path / "out.jsonl"
    usage = {"prompt_tokens": 1000, "completion_tokens": 20}
    with scripted_model(thinking, usage) as model:
        prices = ("--price-in", "2", "--price-out", "10")
        said = taught(clicks, out, model, "--cache", tmp_path / "cache", *prices)
    assert (said["sessions"], said["rationales"], said["by"]) == (3, 13, "teacher scripted")
    asked = said["asked"]
    assert (asked["answers"], asked["requests"], asked["prompt_tokens"]) == (3, 3, 3000)
    assert asked["money"] == pytest.approx((3000 * 2 + 60 * 10) / 1e6)
    sessions = read_source(str(out)).sessions
    assert [session.id for session in sessions] == ["1", "2", "3"]
    assert [turn.decision.rationale for turn in sessions[1].turns] == [
        "I think 1.",
        "I think 2.",
        "I think 3.",
    ]
    assert {turn.rationale_by for session in sessions for turn in session.turns} == {"teacher scripted"}
    bare = [session.with_rationales(["?"] * len(session.turns), by=RECORDED) for session in sessions]
    plain = read_source(str(clicks)).sessions
    assert bare == [session.with_rationales(["?"] * len(session.turns)) for session in plain]
    request = next(each for each in model.requests if "blouse_c5" in each["messages"][-1]["content"])
    roles = [message["role"] for message in request["messages"]]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "closed the window" in request["messages"][0]["content"]
    journey = request["messages"][-1]["content"]
    assert "She wants: something to wear during my pregnancy" in journey
    assert 'She did: {"type": "click", "name": "pink_blouse_c5"}' in journey
    assert "on the page of action 2 again:" in journey


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    with scripted_model(thinking, {"prompt_tokens": 7}) as model:
        taught(clicks, tmp_path / "a.jsonl", model, "--cache", tmp_path / "cache")
        asked = len(model.requests)
        said = taught(clicks, tmp_path / "b.jsonl", model, "--cache", tmp_path / "cache")
        assert len(model.requests) == asked == 3
        assert (said["asked"]["requests"], said["known_before"]["requests"]) == (0, 3)
        assert said["known_before"]["prompt_tokens"] == 21
        assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
        taught(clicks, tmp_path / "c.jsonl", model, "--cache", tmp_path / "cache", "--seed", "1")
        assert len(model.requests) == 6


def test_journeys_that_are_the_same_are_asked_about_once(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, {str(number): ["A1"] for number in range(20)})
    with scripted_model(thinking) as model:
        said = taught(clicks, tmp_path / "a.jsonl", model, "--cache", tmp_path / "cache")
    assert len(model.requests) == 1
    assert said["sessions"] == 20


def test_a_failure_is_listed_left_out_and_asked_again_the_next_time(tmp_path: Path) -> None:
    clicks, out = clicks_file(tmp_path, VISITS), tmp_path / "out.jsonl"
    cache = ("--cache", tmp_path / "cache")
    with scripted_model(refusing("blouse_c5")) as model:
        said = complaint("data", "rationales", clicks, "--out", out, "--teacher", model.url, *cache)
        assert "asks for them again" in said
        assert len(model.requests) == 2 + 3
        asked = [request["messages"][-1]["content"] for request in model.requests]
        assert sum("could not be read: it contains no JSON object" in each for each in asked) == 2
    assert [session.id for session in read_source(str(out)).sessions] == ["1", "3"]
    with scripted_model(thinking) as model:
        found = taught(clicks, out, model, *cache)
        assert len(model.requests) == 1
    assert found["failures"] == []
    assert [session.id for session in read_source(str(out)).sessions] == ["1", "2", "3"]


def test_where_all_fail_there_is_no_file(tmp_path: Path) -> None:
    clicks, out = clicks_file(tmp_path, VISITS), tmp_path / "out.jsonl"
    with scripted_model(lambda _: "Hm.") as model:
        complaint(
            "data", "rationales", clicks, "--out", out, "--teacher", model.url, "--cache", tmp_path / "c"
        )
    assert not out.exists()


def test_a_server_that_is_gone_ends_the_run_and_what_was_answered_stays(tmp_path: Path) -> None:
    visits = {str(number): [f"A{number}"] for number in range(1, 21)}
    clicks, out = clicks_file(tmp_path, visits), tmp_path / "out.jsonl"
    arguments = ("--parallel", "1", "--cache", tmp_path / "cache")
    left = iter(range(4))
    with scripted_model(lambda request: thinking(request) if next(left, None) is not None else None) as model:
        said = complaint("data", "rationales", clicks, "--out", out, "--teacher", model.url, *arguments)
    assert "requests failed one after the other" in said
    assert "goes on from here" in said
    assert not out.exists()
    with scripted_model(thinking) as model:
        taught(clicks, out, model, *arguments)
        assert len(model.requests) == 16
    assert len(read_source(str(out)).sessions) == 20


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    visits = {str(number): [f"A{number}"] for number in range(1, 13)}
    clicks, out = clicks_file(tmp_path, visits), tmp_path / "out.jsonl"
    asked, hold = count(), threading.Event()

    def script(request: dict[str, Any]) -> str:
        if next(asked) >= 5:
            hold.wait(60)
        return thinking(request)

    command = [
        *(sys.executable, "-m", "cli", "data", "rationales", str(clicks), "--out", str(out)),
        *("--parallel", "2", "--cache", str(tmp_path / "cache")),
    ]
    with scripted_model(script) as model:
        running = subprocess.Popen(
            [*command, "--teacher", model.url],
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_answers(tmp_path / "cache", 5)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        hold.set()
    assert not out.exists()
    with scripted_model(thinking) as model:
        taught(clicks, out, model, "--cache", tmp_path / "cache")
        assert len(model.requests) == 12 - 5
    assert len(read_source(str(out)).sessions) == 12


def wait_for_answers(cache: Path, wanted: int) -> None:
    """Until so many are kept; the test's own time limit ends it otherwise."""
    while len(list(cache.glob("*/*.json"))) < wanted:
        time.sleep(0.05)


def test_a_damaged_answer_is_asked_for_again(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, {"1": ["A1"]})
    with scripted_model(thinking) as model:
        taught(clicks, tmp_path / "a.jsonl", model, "--cache", tmp_path / "cache")
        [kept] = (tmp_path / "cache").glob("*/*.json")
        kept.write_text(kept.read_text()[:40])
        taught(clicks, tmp_path / "a.jsonl", model, "--cache", tmp_path / "cache")
        assert len(model.requests) == 2


def test_what_people_said_stays_and_can_be_the_example(tmp_path: Path) -> None:
    page = ours(KETTLES)
    spoken = replace(visit((page, Click(name=slug("Ember Kettle"))), (page, Terminate())), id="aloud")
    spoken = spoken.with_rationales(["Embers, how nice.", "Not for me after all."])
    silent = replace(visit((page, Click(name="next")), (page, Terminate())), id="silent")
    half = silent.with_rationales(["I go on.", ""])
    simulated = replace(spoken, id="simulated", author=Author.SIMULATED)
    write_sessions([spoken, replace(half, id="half"), simulated], tmp_path / "in.jsonl")
    assert [session.id for session in thought_aloud([spoken, silent, half, simulated])] == ["aloud"]
    with scripted_model(thinking) as model:
        source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        said = taught(source, out, model, "--think-aloud", source, "--cache", tmp_path / "cache")
    [request] = model.requests
    assert json.loads(request["messages"][2]["content"]) == {
        "1": "Embers, how nice.",
        "2": "Not for me after all.",
    }
    assert (said["rationales"], said["kept"]) == (1, 5)
    told = {session.id: session for session in read_source(str(out)).sessions}
    assert [turn.rationale_by for turn in told["half"].turns] == [RECORDED, "teacher scripted"]
    assert [turn.decision.rationale for turn in told["half"].turns] == ["I go on.", "I think 2."]


def test_replies_are_read_with_care() -> None:
    session = visit((ours(KETTLES), Click(name="next")), (ours(KETTLES), Terminate()))
    [ask] = asks(session, LARGE)
    fenced = 'Sure!\n```json\n{"1": " I go\\n on. ", "2": "' + "I leave. " * 40 + '"}\n```'
    said = ask.rationales(fenced)
    assert said[0] == "I go on."
    assert said[1].endswith("I leave.")
    assert len(said[1]) <= RATIONALE_CHARACTERS
    with pytest.raises(UnreadableReply, match="no rationale for action 2"):
        ask.rationales('{"1": "I go on."}')
    with pytest.raises(UnreadableReply, match="no JSON object"):
        ask.rationales("I go on.")


@given(length=st.integers(1, 70), tokens=st.integers(2048, 9000), goods=st.integers(1, 60))
@settings(max_examples=60)
def test_every_turn_is_asked_about_once_and_every_request_fits(length: int, tokens: int, goods: int) -> None:
    pages = [
        ours([(f"Kettle {number}, model {place}", "$20.00") for number in range(goods)], number=place)
        for place in range(4)
    ]
    steps = [(pages[place % 4], Click(name="next")) for place in range(length)]
    found = list(asks(visit(*steps), Context(tokens, estimate_tokens)))
    assert [place for ask in found for place in ask.turns] == list(range(length))
    for ask in found:
        prompt = sum(estimate_tokens(message.content) + MESSAGE_OVERHEAD for message in ask.messages)
        assert prompt + ask.reply_tokens <= tokens
        assert len(ask.messages) == 2 + 2 * len(THOUGHT_ALOUD)
        numbers = re.findall(r"^Action (\d+), on", ask.messages[-1].content, flags=re.MULTILINE)
        assert [int(number) - 1 for number in numbers] == list(ask.told)


def test_a_page_that_is_too_long_is_shown_around_what_was_acted_on() -> None:
    goods = [(f"Kettle number {number}", "$20.00") for number in range(2000)]
    session: Session = visit((ours(goods), Click(name=slug("Kettle number 1500"))))
    [ask] = asks(session, Context(4000, estimate_tokens))
    journey = ask.messages[-1].content
    assert '<a name="kettle_number_1500">' in journey
    assert '<a name="kettle_number_1"' not in journey


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--out", "x.txt"), "should end in .jsonl"),
        (("--out", "x.jsonl", "--model", "m"), "name its server with --teacher URL"),
        (("--out", "x.jsonl", "--part", "some"), "--part cannot be 'some'"),
        (("--out", "/proc/nowhere/x.jsonl"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=re.escape(said)):
        simagent("data", "rationales", "human_search", *arguments)


def test_without_a_teacher_the_verbaliser_writes(tmp_path: Path) -> None:
    clicks = clicks_file(tmp_path, VISITS)
    said = simagent("data", "rationales", clicks, "--out", tmp_path / "out.jsonl.gz")
    assert "13 rationales by verbaliser in 3 sessions" in said
    sessions = read_source(str(tmp_path / "out.jsonl.gz")).sessions
    assert all(turn.decision.rationale for session in sessions for turn in session.turns)
    again = found_by("data", "rationales", tmp_path / "out.jsonl.gz", "--out", tmp_path / "b.jsonl")
    assert again["rationales"] == 13
