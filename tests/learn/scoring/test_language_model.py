"""The language model as a policy, with a stand-in for the model itself."""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from agent.actions import Action, Click, Terminate, TypeAndSubmit
from agent.errors import UserError
from agent.fence import OPENING
from learn.calibration.calibrated import Calibrated, calibrate
from learn.choices import LEAVE, page_by_page, same
from learn.clothing2008 import HOME, PATHS, listings
from learn.evaluation import evaluate
from learn.judging import judge
from learn.policies.choosing import (
    FILE,
    Choosing,
    Kind,
    merged,
    options,
    read_choosing,
    write_choosing,
)
from learn.policies.kept_words import KeptWords
from learn.policies.language_model import (
    WORDS_DRAWN,
    Hybrid,
    LanguageModelChoices,
    language_model_policies,
    pooled,
)
from learn.policies.model_shares import DRAFTS, ModelShares
from learn.policies.sequence import SequenceModel
from learn.readers.human_search import read_human_search
from learn.scoring import local_model
from learn.scoring.local_model import LocalModel
from learn.search_words import agreed
from learn.session import Session
from learn.so_far import session_so_far
from learn.sources import bundled
from learn.tune_model import Weighed, nearest_to_none, tuned, weighed
from learn.walks import side_by_side, simulate
from tests.learn.scoring.conftest import MakeModel, requests_of
from tests.learn.values import visits

TROUSERS = PATHS.index("/c/trousers")


def silent(_: str) -> None:
    pass


def alone(folder: Path, choosing: Choosing | None = None) -> LanguageModelChoices:
    shares = ModelShares(LocalModel(folder, silent))
    return LanguageModelChoices(shares, choosing or Choosing(), free_sessions=0)


def test_it_follows_the_persons_link_and_takes_what_it_likes_behind_it(
    make_model: MakeModel, tmp_path: Path
) -> None:
    [session] = visits(tmp_path, ["A2"])
    folder = make_model(choices=["departments.trousers", '"blue_trousers_a2"'])
    first, _ = alone(folder).predict(session)
    assert first.actions == (Click(name="departments.trousers"), Click(name="blue_trousers_a2"))
    assert same(next(session.moments()), first.actions)


def test_behind_another_link_it_takes_the_first_product_not_seen(
    make_model: MakeModel, tmp_path: Path
) -> None:
    [session] = visits(tmp_path, ["B1", "A5"])
    folder = make_model(choices=["departments.skirts", '"brown_skirt_b1"'])
    predictions = alone(folder, Choosing(leaving=-9.0)).predict(session)
    assert predictions[0].actions[-1] == Click(name="brown_skirt_b1")
    folder = make_model("other", choices=['"skirts"', '"departments.blouses"'])
    second = alone(folder, Choosing(category=9.0)).predict(session)[0].actions
    assert second[0] == Click(name="departments.blouses")
    assert listings().products["C1"].name == getattr(second[-1], "name", "")


def test_biases_weigh_links_and_leaving() -> None:
    page = listings().observations[TROUSERS]
    shares: dict[Action, float] = {Click(name=name): 0.01 for name in page.targets}
    shares |= {
        Click(name="next"): 0.3,
        Click(name="pages.2"): 0.1,
        Terminate(): 0.25,
        Click(name="skirts"): 0.2,
    }
    whole = merged(TROUSERS, shares)
    assert whole[Click(name="next")] == pytest.approx(0.4)  # both lead to the second page
    assert Click(name="pages.2") not in whole
    best = {one.kind: one for one in options(TROUSERS, shares)}
    assert best[Kind.PAGING].action == Click(name="next")
    assert best[Kind.CATEGORY].action == Click(name="skirts")
    assert best[Kind.LEAVING].log_share == pytest.approx(math.log(0.25))
    assert {one.kind for one in options(HOME, {Click(name="departments.skirts"): 1.0})} == {Kind.STAYING}


def test_leaving_is_weighed_and_staying_is_told_beside_it(make_model: MakeModel, tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1"])
    folder = make_model(choices=["terminate", '"blue_trousers_a2"', '"terminate"}'])
    leaves = alone(folder).predict(session)[1]
    assert leaves.actions == (Terminate(),)
    assert leaves.staying == (Click(name="blue_trousers_a2"),)
    stays = alone(folder, Choosing(leaving=-5.0)).predict(session)[1]
    assert stays.actions == (Click(name="blue_trousers_a2"),)


def test_its_scores_are_shares_of_all_choices(make_model: MakeModel, tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1"])
    folder = make_model(choices=["terminate"])
    for prediction in alone(folder).predict(session):
        assert prediction.scores is not None
        logs = prediction.scores.log_probabilities
        assert 0.5 < np.exp(logs).sum() <= 1.0001  # the rest is what leads to no product, as sorting
        assert logs.argmax() == prediction.scores.menu.index[LEAVE]


def test_a_hybrid_without_weight_is_the_sequence_model_and_with_all_of_it_follows_the_other(
    make_model: MakeModel, tmp_path: Path
) -> None:
    [session] = visits(tmp_path, ["A1", "A2"])
    folder = make_model(choices=["terminate", "terminate", "type_and"])
    shares = ModelShares(LocalModel(folder, silent))
    sequence = SequenceModel.shipped()

    def hybrid(weight: float) -> Hybrid:
        choosing = Choosing(hybrid_weight=weight, hybrid_leaving=0.0)
        return Hybrid(shares, sequence, KeptWords.shipped(), choosing)

    for one, other in zip(hybrid(0.0).predict(session), sequence.predict(session), strict=True):
        assert one.scores is not None
        assert other.scores is not None
        assert one.scores.log_probabilities == pytest.approx(other.scores.log_probabilities, abs=1e-6)
    assert all(one.actions == (Terminate(),) for one in hybrid(1.0).predict(session)[1:])


def test_a_pool_is_a_distribution_and_lies_between() -> None:
    one, other = np.log([0.7, 0.2, 0.1]), np.log([0.1, 0.2, 0.7])
    found = np.exp(pooled(one, other, 0.5))
    assert found.sum() == pytest.approx(1.0)
    assert found[0] == pytest.approx(found[2])
    assert np.exp(pooled(one, other, 0.0)) == pytest.approx([0.7, 0.2, 0.1])


def test_on_other_pages_it_types_what_it_says(make_model: MakeModel, tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"goal": "i want red shoes", "queries": ["red shoes", "shoes"]}\n')
    sessions = read_human_search(path).sessions
    folder = make_model(choices=["type_and_submit"], text="red \\u0073hoes")
    policy = alone(folder)
    policy.read_ahead(sessions)
    [first, second] = policy.predict(sessions[0])
    assert isinstance(first.actions[0], TypeAndSubmit)
    assert first.actions[0].text == "red shoes"
    [result] = evaluate(sessions, [policy]).results
    assert result.scores["query_exact"].value == 1.0
    assert result.scores["exact"].value == 0.5
    assert second.actions == first.actions


def test_a_hybrid_s_first_search_weighs_kept_words_beside_the_model_s_drafts(
    make_model: MakeModel, tmp_path: Path
) -> None:
    path = tmp_path / "queries.jsonl"
    goal = "i want red velvet shoes with a buckle"
    path.write_text(json.dumps({"goal": goal, "queries": ["red shoes", "shoes"]}))
    sessions = read_human_search(path).sessions
    folder = make_model(choices=["type_and_submit"], text="red shoes")
    words = KeptWords.shipped()
    shares = ModelShares(LocalModel(folder, silent))
    policy = Hybrid(shares, SequenceModel.shipped(), words, Choosing())
    policy.read_ahead(sessions)
    first, second = (prediction.actions[0] for prediction in policy.predict(sessions[0]))
    assert isinstance(first, TypeAndSubmit)
    assert isinstance(second, TypeAndSubmit)
    assert first.text == agreed(["red shoes"] * DRAFTS + words.draws(goal, WORDS_DRAWN))
    assert second.text == "red shoes"


def test_of_drafts_the_one_closest_to_all_is_typed() -> None:
    drafts = ["red shoes", "shoes", "red running shoes men", "blue hat", "red shoes men"]
    assert agreed(drafts) == "red shoes men"
    assert agreed(["a", "b"]) == "a"
    assert agreed([]) == ""


def test_what_it_says_unconfined_is_held_against_the_page(make_model: MakeModel, tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1"])
    replies: Mapping[str, float] = {
        "Hello!": 1.0,
        '{"rationale":"","action":{"type":"click","name":"nowhere"}}': 1.0,
        '{"rationale":"","action":{"type":"terminate"}}': 0.0,
    }
    for number, (reply, illegal) in enumerate(replies.items()):
        folder = make_model(f"model{number}", reply=reply)
        policy = LanguageModelChoices(ModelShares(LocalModel(folder, silent)), Choosing())
        policy.read_ahead(sessions)
        judged = judge(policy, sessions)
        assert judged.illegal_unconstrained.tolist() == [illegal] * 2
        assert judged.illegal.tolist() == [0.0] * 2


def test_thinking_puts_the_models_own_words_before_the_choices(make_model: MakeModel, tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1"])
    folder = make_model(text='I like \\"blue\\".')
    shares = ModelShares(LocalModel(folder, silent)).thinking()
    shares.of(sessions)
    said, weighed_ = requests_of(folder)
    assert said["asks"][0] == {"at": 2, "prefix": '{"rationale":"', "until": "quote", "most": 48, "least": 1}
    assert all('"rationale":"I like \\"blue\\"."' in one for one in weighed_["asks"][0]["choices"])


def test_model_and_hybrid_share_what_was_asked(make_model: MakeModel, tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1"])
    folder = make_model()
    made = language_model_policies(folder, silent)
    found = evaluate(sessions, [made["model"], made["hybrid"]])
    assert [result.policy for result in found.results] == ["model", "hybrid"]
    assert len(requests_of(folder)) == 2  # choices, and what it says freely


def test_the_model_is_also_asked_with_pages_between_marks(make_model: MakeModel, tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1"])
    folder = make_model()
    made = language_model_policies(folder, silent, free_sessions=0)
    evaluate(sessions, [made["model"], made["model-fenced"]])
    plain, fenced = (json.dumps(request) for request in requests_of(folder))
    assert json.dumps(OPENING)[1:-1] not in plain
    assert json.dumps(OPENING)[1:-1] in fenced


def test_without_a_model_there_is_one_clear_line(make_model: MakeModel) -> None:
    make_model()
    with pytest.raises(UserError, match="simagent model prepare"):
        language_model_policies(None, silent)


def test_biases_are_kept_beside_the_model(tmp_path: Path) -> None:
    assert read_choosing(tmp_path) == Choosing()
    kept = Choosing(leaving=-0.3, paging=-2.0, tuned_on="some visits")
    write_choosing(tmp_path, kept)
    assert read_choosing(tmp_path) == kept
    (tmp_path / FILE).write_text('{"leaving": "much"}')
    with pytest.raises(UserError, match="damaged"):
        read_choosing(tmp_path)


def test_tuning_finds_what_makes_the_model_right(make_model: MakeModel, tmp_path: Path) -> None:
    sessions = visits(tmp_path, ["A1", "A2", "A3"], ["A1", "A2"])
    folder = make_model(choices=["terminate", "blue_trousers_a2", "blue_trousers_a3"])
    shares = ModelShares(LocalModel(folder, silent))
    decisions: list[Weighed] = weighed(sessions, shares, SequenceModel.shipped())
    assert len(decisions) == sum(len(list(one.moments())) for one in sessions)
    found = tuned(decisions, 0.1)
    assert found.leaving < 0
    assert 0 <= found.hybrid_weight <= 1
    assert nearest_to_none({-1.0: 0.5, -0.25: 0.5, 0.5: 0.4}) == -0.25


def test_the_search_data_that_come_along_can_be_asked_about(make_model: MakeModel) -> None:
    session: Session = bundled("human_search").sessions[0]
    folder = make_model(choices=["type_and_submit"])
    assert isinstance(alone(folder).predict(session)[0].actions[0], TypeAndSubmit)


def hybrid(folder: Path) -> Hybrid:
    made = language_model_policies(folder, silent)["hybrid"]
    assert isinstance(made, Hybrid)
    return made


def test_a_visit_under_way_is_weighed_as_a_recorded_one(make_model: MakeModel, tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1", "A2", "B3"])
    policy = hybrid(make_model(choices=["blue_trousers_a2", "skirts"]))
    turns = 0
    for moment, recorded in zip(session.moments(), policy.predict(session), strict=True):
        so_far = session_so_far(
            session.persona, session.intent, session.steps()[: moment.start], moment.observation
        )
        assert recorded.scores is not None
        live = policy.at_last(so_far).log_probabilities
        assert live == pytest.approx(recorded.scores.log_probabilities)
        turns += 1
    assert turns == 4


def test_visits_are_drawn_from_the_hybrid_and_calibrated(make_model: MakeModel, tmp_path: Path) -> None:
    people = visits(tmp_path, ["A1", "A2"], ["B1"])
    policy = hybrid(make_model(choices=["blue_trousers_a2"]))
    told: list[str] = []
    drawn = simulate(policy, [one.persona for one in people], seed=1, most=4, tell=told.append)
    assert len(drawn) == 2
    assert told[-1] == "hybrid: 2 of 2 visits"
    made = calibrate(policy, people, data="visits", part="all")
    assert made.policy == "hybrid"
    calibrated = Calibrated(policy, made)
    assert not side_by_side(calibrated)
    assert len(simulate(calibrated, [people[0].persona], seed=1, most=4)) == 1


def test_the_model_alone_is_drawn_from_page_by_page(make_model: MakeModel, tmp_path: Path) -> None:
    [session] = visits(tmp_path, ["A1"])
    policy = alone(make_model(choices=["departments.trousers"]))
    so_far = session_so_far(session.persona, session.intent, [], session.turns[0].observation)
    scores = policy.at_last(so_far)
    assert scores.best == (Click(name="departments.trousers"),)
    assert scores.menu.index.keys() >= {"click cart", "leave"}
    calibrated = Calibrated(policy, calibrate(policy, [session], data="visits", part="all"))
    assert page_by_page(calibrated)
    assert len(calibrated.at_last(so_far).log_probabilities) == len(scores.log_probabilities)
    with pytest.raises(UserError, match="in the browser, without --offline"):
        simulate(policy, [session.persona], seed=1)


def test_no_more_processes_are_started_than_there_is_memory_for(
    make_model: MakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = visits(tmp_path, *([f"A{number}", "A2"] for number in range(1, 13)))
    monkeypatch.setattr(local_model, "usable_cpus", lambda: tuple(range(8)))
    monkeypatch.setattr(local_model, "available_memory", lambda: 2 * local_model.PROCESS_BYTES)
    made: list[int] = []
    start = LocalModel._start

    def noted(self: LocalModel, count: int) -> None:
        made.append(count)
        start(self, count)

    monkeypatch.setattr(LocalModel, "_start", noted)
    alone(make_model()).read_ahead(sessions)
    assert made[0] == 2


def test_many_chats_are_shared_out_and_answered_in_order(
    make_model: MakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = visits(tmp_path, *([f"A{number}", "A2"] for number in range(1, 13)))
    plain = alone(make_model("plain", choices=['"blue_trousers_a2"']))
    monkeypatch.setattr(local_model, "usable_cpus", lambda: (0,))
    plain.read_ahead(sessions)
    shared = alone(make_model("shared", choices=['"blue_trousers_a2"']))
    monkeypatch.setattr(local_model, "usable_cpus", lambda: (0, 1, 2))
    shared.read_ahead(sessions)
    for session in sessions:
        for one, other in zip(plain.predict(session), shared.predict(session), strict=True):
            assert one.actions == other.actions
