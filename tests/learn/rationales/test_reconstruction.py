"""Rationales scored by picking actions again: those that say something of their action help."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from agent.actions import Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from learn.metrics import mean_by_session
from learn.rationales import verbalised
from learn.rationales.matcher import Matcher, terms
from learn.rationales.questions import FEATURES, LEAVE, Question, questions, shuffled
from learn.rationales.reconstruction import Given, Pick, by_matching, report
from learn.session import Session
from learn.sessions_file import write_sessions
from learn.sources import bundled
from tests.learn.rationales.sites import KETTLES, ours, papers, slug, visit
from tests.learn.test_commands import simagent
from tests.scripted_model import scripted_model

PAGE = ours(KETTLES)


def clicks(count: int, start: int = 0) -> list[Session]:
    return [verbalised(session) for session in bundled("human_clicks").sessions[start : start + count]]


def told(session: Session, *rationales: str) -> list[Question]:
    return list(questions([session.with_rationales(rationales)]))


def test_a_question_offers_all_that_can_be_done_on_the_page() -> None:
    session = visit(
        (PAGE, Click(name=slug("Arlen Kettle, Blue"))),
        (PAGE, Click(name=slug("Brindle Cordless Kettle"))),
        (PAGE, TypeAndSubmit(name="search_the_shop", text="mug")),
        (PAGE, Click(name="next")),
        (PAGE, Terminate()),
    )
    found = told(session, "Blue.", "Cheaper.", "A mug.", "On.", "Off.")
    assert [question.kind for question in found] == ["look", "look", "type", "move", "leave"]
    for question, turn in zip(found, session.turns, strict=True):
        assert question.names == (*PAGE.targets, LEAVE)
        assert question.features.shape == (len(PAGE.targets) + 1, len(FEATURES))
        assert question.names[question.truth] == getattr(turn.decision.action, "name", LEAVE)
    features = {
        name for name, is_so in zip(FEATURES, found[1].features[found[1].truth], strict=True) if is_so
    }
    assert features == {"thing", "upper", "after", "cheaper", "other_colour"} - {"other_colour"}
    leaving = {name for name, is_so in zip(FEATURES, found[4].features[-1], strict=True) if is_so}
    assert leaving == {"leave", "leave_after_few"}


def test_turns_without_a_rationale_or_with_an_impossible_action_are_no_questions() -> None:
    session = visit((PAGE, Click(name="nowhere")), (PAGE, Click(name="next")), (PAGE, Terminate()))
    found = told(session, "I go nowhere.", "", "I leave.")
    assert [question.kind for question in found] == ["leave"]


@pytest.mark.parametrize(
    ("rationale", "given_away"),
    [
        ("I like the Ember Kettle.", True),
        ("ember kettle, then", True),
        ("I like embers.", False),
        ("This kettle is of ember.", False),
    ],
)
def test_who_says_the_targets_name_gives_it_away(rationale: str, given_away: bool) -> None:
    for page, name in ((PAGE, "ember_kettle"), (papers(KETTLES), "search_results.ember_kettle.view_product")):
        [question] = told(visit((page, Click(name=name))), rationale)
        assert question.gives_itself_away is given_away
    [leaving] = told(visit((PAGE, Terminate())), rationale)
    assert not leaving.gives_itself_away


def test_shuffled_rationales_are_of_the_same_kind_and_of_other_sessions() -> None:
    asked = list(questions(clicks(60)))
    others = shuffled(asked)
    assert others == shuffled(asked)
    kinds = {question.rationale: question.kind for question in asked}
    own = [question.rationale for question in asked]
    assert [kinds[said] for said in others] == [question.kind for question in asked]
    assert sum(one != other for one, other in zip(own, others, strict=True)) > len(own) / 2


def test_rationales_that_say_something_of_their_action_help_and_others_do_not() -> None:
    training, asked = list(questions(clicks(250))), list(questions(clicks(80, start=1000)))
    found = report("matcher", asked, by_matching(asked, training))
    own, other = found.whole.by_given[Given.OWN], found.whole.by_given[Given.SHUFFLED]
    assert own.gain.low is not None
    assert own.gain.low > 0.5
    assert own.more_right.low is not None
    assert own.more_right.low > 0.1
    assert other.gain.high is not None
    assert other.gain.high < own.gain.low
    assert found.whole.questions == len(asked)
    assert found.hidden.questions == len(asked) - found.given_away
    assert sum(each.questions for each in found.by_kind.values()) == len(asked)


def test_rationales_that_say_nothing_do_not_help() -> None:
    def empty(sessions: Sequence[Session]) -> list[Question]:
        random = Random(1)
        phrases = ("I go on.", "Let me see.", "Well, why not.", "I wonder.")
        return list(
            questions([s.with_rationales([random.choice(phrases) for _ in s.turns]) for s in sessions])
        )

    training, asked = empty(clicks(250)), empty(clicks(80, start=1000))
    found = report("matcher", asked, by_matching(asked, training))
    gain = found.whole.by_given[Given.OWN].gain
    assert gain.value is not None
    assert gain.value < 0.05


def test_a_matcher_says_probabilities() -> None:
    training = list(questions(clicks(50)))
    matcher = Matcher.learned(training, heeding=True)
    for question in training[:30]:
        found = matcher.log_probabilities(question, question.rationale)
        assert np.exp(found).sum() == pytest.approx(1)
    assert Matcher.learned(training, heeding=True).by_word.tolist() == matcher.by_word.tolist()


def test_words_are_counted_alone_and_in_pairs() -> None:
    assert terms("It costs $28.50, I'd go to page 3.") == [
        "it", "costs", "$", "i", "d", "go", "to", "page", "3",
        "it costs", "costs $", "$ i", "i d", "d go", "go to", "to page", "page 3",
    ]  # fmt: skip


def test_intervals_take_a_session_as_a_whole() -> None:
    values, session = np.array([1.0, 1, 1, 1, 0, 0, 0, 0]), np.array([3, 3, 3, 3, 9, 9, 9, 9])
    found = mean_by_session(values, session)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)
    apart = mean_by_session(values, np.arange(8))
    assert apart.low is not None
    assert apart.low > 0


def test_scores_are_counted_by_hand() -> None:
    session = visit((PAGE, Click(name="ember_kettle")), (PAGE, Click(name="next")))
    asked = told(session, "The Ember Kettle.", "I go on.")
    picks = {
        Given.NOTHING: [Pick(False, -3.0), Pick(True, -1.0)],
        Given.SHUFFLED: [Pick(False, -4.0), Pick(False, -2.0)],
        Given.OWN: [Pick(True, -1.0), Pick(True, -0.5)],
    }
    found = report("hand", asked, picks)
    own = found.whole.by_given[Given.OWN]
    assert (own.top1.value, own.more_right.value) == (1.0, 0.5)
    assert (own.log_probability.value, own.gain.value) == (-0.75, 1.25)
    assert found.given_away == 1
    assert found.hidden.by_given[Given.OWN].gain.value == 0.5
    assert found.by_kind["move"].by_given[Given.SHUFFLED].gain.value == -1.0
    assert found.authors == {"recorded": 2}
    assert json.loads(json.dumps(found.as_json()))["whole"]["by_given"]["own"]["gain"]["value"] == 1.25


def sessions_file(tmp_path: Path) -> Path:
    write_sessions(clicks(120), tmp_path / "thought.jsonl.gz")
    return tmp_path / "thought.jsonl.gz"


def test_the_command_tells_the_scores_in_a_table_and_in_a_file(tmp_path: Path) -> None:
    file = sessions_file(tmp_path)
    said = simagent("data", "rationales-score", file, "--part", "test", "--json", tmp_path / "scores.json")
    assert "picked by matcher; rationales by verbaliser" in said
    assert "say the name of their target word for word" in said
    found = json.loads((tmp_path / "scores.json").read_text())
    assert found["whole"]["by_given"]["own"]["gain"]["value"] > 0
    assert set(found["by_kind"]) <= {"look", "move", "leave"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("human_search",), "holds no rationales"), (("human_search", "--part", "x"), "--part cannot be 'x'")],
)
def test_what_cannot_be_scored_is_told(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=said):
        simagent("data", "rationales-score", *arguments)


def of_the_request(request: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = request["response_format"]["json_schema"]["schema"]["properties"]["action"]
    return schema


def picking(request: dict[str, Any]) -> str:
    """Clicks next where that is thought of, and leaves otherwise; says what it is confined to."""
    action = of_the_request(request)
    if "anyOf" not in action:
        return json.dumps({"action": {key: value["const"] for key, value in action["properties"].items()}})
    thought = request["messages"][-1]["content"].rpartition("She thinks:")[2]
    chosen = {"type": "click", "name": "next"} if "next page" in thought else {"type": "terminate"}
    return json.dumps({"action": chosen})


def likelihood(request: dict[str, Any]) -> list[float]:
    return [-0.5, -0.25] if "She thinks" in request["messages"][-1]["content"] else [-1.0, -2.0]


def test_a_model_picks_by_its_probabilities(tmp_path: Path) -> None:
    session = visit((PAGE, Click(name="next")), (PAGE, Terminate()))
    session = session.with_rationales(["I see the next page.", "Enough."])
    write_sessions([session], tmp_path / "in.jsonl")
    with scripted_model(picking, log_probabilities=likelihood) as model:
        arguments = ("--model-url", model.url, "--part", "all", "--json", tmp_path / "scores.json")
        said = simagent("data", "rationales-score", tmp_path / "in.jsonl", *arguments)
    assert "picked by scripted" in said
    assert len(model.requests) == 2 * 3 * 2
    assert all(request["logprobs"] for request in model.requests)
    found = json.loads((tmp_path / "scores.json").read_text())["whole"]["by_given"]
    assert (found["none"]["top1"]["value"], found["own"]["top1"]["value"]) == (0.5, 1.0)
    assert found["own"]["gain"]["value"] == pytest.approx(2.25)
    free = [request for request in model.requests if "anyOf" in of_the_request(request)]
    assert len(free) == 6
    prompt = free[-1]["messages"][-1]["content"]
    assert "Before this she did:" in "".join(request["messages"][-1]["content"] for request in free)
    assert prompt.index("<title>") < prompt.index("What does she do next?")


def test_a_server_that_tells_no_probabilities_is_told_of(tmp_path: Path) -> None:
    write_sessions([visit((PAGE, Terminate())).with_rationales(["Enough."])], tmp_path / "in.jsonl")
    with scripted_model(picking) as model, pytest.raises(UserError, match="does not say how likely"):
        simagent("data", "rationales-score", tmp_path / "in.jsonl", "--part", "all", "--model-url", model.url)


def test_log_probabilities_are_finite() -> None:
    asked = list(questions(clicks(20)))
    picks = by_matching(asked, asked)
    assert all(math.isfinite(pick.log_probability) for each in picks.values() for pick in each)
