"""One question over the wire: what is read as an answer, and what is asked again."""

from typing import Any

import pytest

from agent.chat import ChatServer
from agent.errors import ModelFault
from agent.messages import MESSAGE_OVERHEAD
from agent.recording import Recording, read_recording
from simplify import estimate_tokens
from study.interview.asking import Asker, UnreadableAnswer, parse_answer
from study.interview.memory import Exchange
from study.interview.questionnaire import SUS, Item, Questionnaire
from tests.agent.values import step
from tests.scripted_model import Script, ScriptedModel, scripted_model
from tests.study.interview.visits import a_visit, answering, asked, model_at

WHY = Item(question="Why did you leave?")
EASY = Item(question="It was easy", scale=(1, 7))


async def ask(
    recording: Recording, script: Script, item: Item = WHY, *, seed: int = 0, room: int | None = None
) -> tuple[Exchange, ScriptedModel]:
    with scripted_model(script) as model:
        async with ChatServer(model.url) as server:
            asker = Asker(server, model_at(model.url, room=room), seed)
            return await asker.ask(recording, Questionnaire(items=(item,)), item, []), model


def in_turn(*replies: str) -> Script:
    left = iter(replies)
    return lambda _: next(left)


@pytest.fixture
def recording(tmp_path: Any) -> Recording:
    return read_recording(a_visit(tmp_path / "r"))


async def test_an_answer_is_what_the_model_says(recording: Recording) -> None:
    exchange, model = await ask(recording, answering("It was too dear."))
    assert exchange == Exchange(WHY, "It was too dear.")
    [request] = model.requests
    schema = request["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["answer"]
    assert asked(request).endswith('with the key "answer".')


async def test_a_score_is_confined_to_its_scale_and_comes_before_the_reason(recording: Recording) -> None:
    exchange, model = await ask(recording, answering("Quite.", lambda _: 6), EASY)
    assert (exchange.score, exchange.answer) == (6, "Quite.")
    schema = model.requests[0]["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["score", "answer"]
    assert schema["properties"]["score"] == {"enum": [1, 2, 3, 4, 5, 6, 7]}


async def test_what_cannot_be_read_is_asked_again_with_the_complaint(recording: Recording) -> None:
    exchange, model = await ask(
        recording, in_turn("No.", '{"score": 9, "answer": "x"}', '{"score": 2, "answer": "y"}'), EASY
    )
    assert (exchange.score, exchange.answer) == (2, "y")
    assert len(model.requests) == 3
    assert "it contains no JSON object" in asked(model.requests[1])
    assert "it should be a whole number from 1 to 7" in asked(model.requests[2])
    assert "it contains no JSON object" not in asked(model.requests[2])
    assert len({request["seed"] for request in model.requests}) == 3


async def test_after_three_tries_it_is_given_up_in_one_line(recording: Recording) -> None:
    with scripted_model(lambda _: "No.") as model:
        async with ChatServer(model.url) as server:
            asker = Asker(server, model_at(model.url), 0)
            with pytest.raises(ModelFault) as told:
                await asker.ask(recording, Questionnaire(items=(WHY,)), WHY, [])
    assert len(model.requests) == 3
    assert "gave no answer to “Why did you leave?” in 3 tries: it contains no JSON object" in str(told.value)
    assert "\n" not in str(told.value)


async def test_the_seed_is_of_the_interview_the_shopper_and_the_question(recording: Recording) -> None:
    def seed_of(model: ScriptedModel) -> int:
        return int(model.requests[0]["seed"])

    first = seed_of((await ask(recording, answering()))[1])
    assert seed_of((await ask(recording, answering()))[1]) == first
    assert seed_of((await ask(recording, answering(), seed=1))[1]) != first
    assert seed_of((await ask(recording, answering(), EASY))[1]) != first
    twin = recording.model_copy(update={"steps": (), "folder": recording.folder / "other-arm"})
    assert seed_of((await ask(twin, answering()))[1]) == first
    other = recording.model_copy(update={"header": recording.header.model_copy(update={"seed": 8})})
    assert seed_of((await ask(other, answering()))[1]) != first


async def test_prompts_stay_within_what_the_model_was_tuned_on_complaints_included(tmp_path: Any) -> None:
    page = "\n".join(f"<p>{number} words and another.</p>" for number in range(3_000))
    recording = read_recording(
        a_visit(tmp_path / "r", steps=[step(n, observation=page) for n in range(1, 9)])
    )
    _, model = await ask(
        recording,
        in_turn("No.", "No.", '{"answer": "y"}'),
        SUS.items[0].model_copy(update={"scale": None, "labels": None, "reverse": False}),
        room=1_984,
    )
    lengths = [
        sum(estimate_tokens(each["content"]) + MESSAGE_OVERHEAD for each in request["messages"])
        for request in model.requests
    ]
    assert 1_300 < lengths[0] < lengths[1] <= 1_984


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ('{"answer":"So."}', "So."),
        ('Sure!\n```json\n{"answer": "So."}\n```', "So."),
        ('{"thought": {"answer": ""}} {"answer": "  So. ", "more": 1}', "So."),
    ],
)
def test_answers_are_found_whatever_stands_around_them(reply: str, answer: str) -> None:
    assert parse_answer(reply, WHY).answer == answer


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ("", "it contains no JSON object"),
        ("[1]", "it contains no JSON object"),
        ('{"reply": "So."}', "answer: Field required"),
        ('{"answer": " "}', "answer: String should have at least 1 character"),
        ('{"answer": 3}', "answer: Input should be a valid string"),
        ('{"answer": "\\ud83d"}', "answer: Input should be a valid string"),
        ('{"answer": "broken', "it contains no JSON object"),
    ],
)
def test_replies_without_an_answer_are_told_what_is_wrong(reply: str, complaint: str) -> None:
    with pytest.raises(UnreadableAnswer, match=complaint):
        parse_answer(reply, WHY)


@pytest.mark.parametrize(
    ("score", "complaint"),
    [
        ("0", "whole number from 1 to 7"),
        ("8", "whole number"),
        ("2.5", "score: "),
        ('"good"', "score: "),
        ("null", "score: "),
    ],
)
def test_scores_off_the_scale_are_told(score: str, complaint: str) -> None:
    with pytest.raises(UnreadableAnswer, match=complaint):
        parse_answer(f'{{"score": {score}, "answer": "So."}}', EASY)
    assert parse_answer('{"score": "4", "answer": "So."}', EASY).score == 4
