"""A study with all that it names read in."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UserError
from study.resolved import Resolved, decisions_of
from tests.study.studies import resolved


def test_each_persona_comes_for_its_own_intent_unless_others_are_given() -> None:
    own = resolved()
    assert own.intents == tuple((persona.intent,) for persona in own.personas)
    all_of_both = resolved(intents=["A kettle.", "A toaster."])
    assert all_of_both.intents == (("A kettle.", "A toaster."),) * 2
    assert all_of_both.sessions == 8


def test_intents_are_dealt_out_evenly() -> None:
    dealt = resolved(
        personas=[{"sample": 12}], intents={"texts": ["a", "b", "c"], "per_persona": 2}, repetitions=2
    )
    counts = Counter(intent for each in dealt.intents for intent in each)
    assert set(counts.values()) == {8}
    assert all(len(set(each)) == 2 for each in dealt.intents)
    assert dealt.pairs == 12 * 2 * 2


def test_goals_of_people_are_intents() -> None:
    found = resolved(intents={"goals": 5, "contains": "shoes", "seed": 3})
    assert len(found.intents[0]) == 5
    assert all("shoes" in intent.lower() for intent in found.intents[0])
    assert found == resolved(intents={"goals": 5, "contains": "shoes", "seed": 3})


def test_intents_of_a_file_are_found_beside_the_study(tmp_path: Path) -> None:
    (tmp_path / "intents.txt").write_text("A kettle.\n\n  A   toaster. \n")
    assert resolved(tmp_path, intents={"file": "intents.txt"}).intents[0] == ("A kettle.", "A toaster.")


def test_personas_of_files_are_found_beside_the_study(tmp_path: Path) -> None:
    (tmp_path / "ann.yaml").write_text("name: Ann\nbackground: You knit.\nintent: Wool.\n")
    found = resolved(tmp_path, personas=["ann.yaml", "maya"])
    assert [persona.id for persona in found.personas] == ["ann", "maya"]


def test_it_needs_no_other_file(tmp_path: Path) -> None:
    whole = resolved(tmp_path, personas=[{"population": {"size": 3, "patience": ["low", "high"]}}])
    again = Resolved.model_validate_json(whole.model_dump_json())
    assert again == whole
    assert again.digest == whole.digest
    assert again.model_copy(update={"version": "9"}).digest == whole.digest


def test_recited_decisions_by_arm(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        "control:\n  - {rationale: No., action: {type: terminate}}\nother:\n"
        "  - {rationale: Yes., action: {type: click, name: cart}}\n"
        "  - {rationale: No., action: {type: terminate}}\n"
    )
    found = resolved(tmp_path, policy={"kind": "reciting", "decisions": "d.yaml"})
    assert len(decisions_of(found.decisions, "other")) == 2
    assert decisions_of(found.decisions, "control")[0].rationale == "No."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"personas": ["maya", "maya"]}, "`maya` comes twice"),
        ({"personas": [{"sample": 500}]}, "28 come along"),
        ({"personas": ["nobody"]}, "There is no persona `nobody`"),
        ({"intents": {"file": "none.txt"}}, "none.txt cannot be read"),
        ({"intents": {"texts": ["a"], "per_persona": 2}}, "there are 1"),
        ({"intents": {"goals": 3, "contains": "xyzzy"}}, "there are 0 with “xyzzy” in them"),
        ({"arms": {"a": {"set": {"revews": "on"}}}}, "arms.a: there is no design switch 'revews'"),
        ({"arms": {"a": {"shop": {"catalogue": "none.csv"}}}}, "arms.a: no catalogue 'none.csv'"),
        ({"repetitions": 1_000_000}, "more than 1,000,000"),
        ({"policy": {"kind": "reciting", "decisions": "none.yaml"}}, "There is no file"),
    ],
)
def test_what_cannot_be_read_is_told_before_anything_runs(said: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError) as raised:
        resolved(**said)
    assert told in str(raised.value)
