import json
from pathlib import Path

import pytest

from agent.errors import UserError
from agent.messages import Message
from learn.scoring.local_model import Chat, KeptAnswers, LocalModel, Say, Weigh, Weights
from tests.learn.scoring.conftest import MakeModel, requests_of

CHOICES = ("buy a mug", "leave", "look")


def chat(*pages: str) -> Chat:
    messages = [Message(role="system", content="You are a visitor.")]
    for page in pages:
        messages += [Message(role="user", content=page), Message(role="assistant", content="look")]
    asks = tuple(Weigh(at, CHOICES) for at in range(2, len(messages), 2))
    return Chat(tuple(messages), asks, 10)


def silent(_: str) -> None:
    pass


def test_answers_come_in_the_order_asked_and_chats_are_read_sorted(make_model: MakeModel) -> None:
    folder = make_model(choices=["mug"])
    model = LocalModel(folder, silent)
    told = model.answers([chat("z", "a"), chat("b"), chat("a")], "weighing")
    assert [len(answers) for answers in told] == [2, 1, 1]
    assert told[0][0] == told[1][0] == pytest.approx([-0.0360, -4.0360, -4.0360], abs=1e-4)
    assert [one["messages"][1]["content"] for one in requests_of(folder)] == ["a", "b", "z"]


def test_what_was_answered_is_never_asked_again(make_model: MakeModel) -> None:
    folder = make_model()
    LocalModel(folder, silent).answers([chat("a", "b")], "weighing")
    LocalModel(folder, silent).answers([chat("a", "b"), chat("a", "c"), chat("a")], "weighing")
    asked = [[ask["at"] for ask in one["asks"]] for one in requests_of(folder)]
    assert asked == [[2, 4], [4]]  # the first moment of the second chat is that of the first


def test_an_ask_is_its_own_by_what_stands_before_it_and_by_what_is_asked(make_model: MakeModel) -> None:
    folder = make_model(text="I want it")
    model = LocalModel(folder, silent)
    one = chat("a")
    say = Chat(one.messages, (Say(2, '{"rationale":"', "quote", 8), Say(2, "", "end", 8)), 10)
    assert model.answers([one, say], "asking")[1] == ["I want it", "Hello!"]


def test_what_a_model_that_dies_had_answered_is_kept(make_model: MakeModel) -> None:
    folder = make_model(lives=2)
    chats = [chat("a"), chat("b"), chat("c")]
    with pytest.raises(UserError, match=r"could not be run\n.*out of breath"):
        LocalModel(folder, silent).answers(chats, "weighing")
    assert len(requests_of(folder)) == 2
    LocalModel(folder, silent).answers(chats, "weighing")
    assert len(requests_of(folder)) == 3


def test_a_line_that_was_broken_off_costs_that_answer_alone(tmp_path: Path) -> None:
    path = tmp_path / "scores" / "kept.jsonl"
    KeptAnswers(path).keep(iter([("a", [-1.0]), ("b", "text")]))
    path.write_bytes(path.read_bytes().rstrip()[:-3])
    assert KeptAnswers(path).answers == {"a": [-1.0]}
    KeptAnswers(path).keep(iter([("c", [-2.0])]))
    assert KeptAnswers(path).answers == {"a": [-1.0], "c": [-2.0]}


def test_other_weights_are_another_model(make_model: MakeModel) -> None:
    one, other = make_model("one"), make_model("other")
    assert Weights.of(one).digest() != Weights.of(other).digest()
    before = Weights.of(one).digest()
    (one / "model.safetensors").write_bytes(b"weights")
    assert Weights.of(one).digest() != before


def test_an_adapter_is_read_with_the_model_that_it_names(make_model: MakeModel, tmp_path: Path) -> None:
    base = make_model("base")
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    settings = adapter / "adapter_config.json"
    settings.write_text(json.dumps({"base_model_name_or_path": str(base)}))
    assert Weights.of(adapter) == Weights(base, adapter, adapter)
    settings.write_text(json.dumps({"base_model_name_or_path": str(tmp_path / "gone")}))
    with pytest.raises(UserError, match="is an adapter of"):
        Weights.of(adapter)
    settings.write_text("{}")
    with pytest.raises(UserError, match="does not name the model"):
        Weights.of(adapter)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no model"):
        LocalModel(tmp_path, silent)
