"""The study file: what it may say, and how mistakes in it are told."""

import json
from pathlib import Path

import pytest

from agent.document import parse_document
from agent.errors import UserError
from study.file import Generated, RulesPolicy, Sample, StudyFile, read_study, schema, study_of

LEAST = "study: s\npersonas: maya\narms: {a: {}}\n"


def read(text: str) -> StudyFile:
    return study_of(parse_document(text.encode(), "s.yaml"))


def complaint(text: str) -> str:
    with pytest.raises(UserError) as raised:
        read(text)
    said = str(raised.value)
    assert "\n" not in said
    return said


def test_the_least_study_has_the_defaults() -> None:
    study = read(LEAST)
    assert study.personas == ("maya",)
    assert study.repetitions == 1
    assert study.policy.kind == "model"
    assert study.analysis.measures[0] == "bought"


def test_a_study_with_everything() -> None:
    study = read(
        """
study: everything
question: Which one sells?
personas:
  - maya
  - {sample: 5, seed: 2}
  - population: {size: 3, age: {mean: 40, sd: 10}, patience: {low: 1, high: 3}, device: [a phone, a laptop]}
intents: {texts: [A kettle., A toaster.], per_persona: 1}
arms:
  control: {set: {reviews: on, page_size: 24}}
  other: {site: "https://shop.example/"}
repetitions: 2
policy: {kind: rules}
pace: {thinking: {median: 3}, arrivals_per_minute: 10}
browser: {screenshots: off, device: persona}
analysis: {measures: [added, bought], alpha: 0.1, stop_early: yes}
"""
    )
    assert isinstance(study.personas[1], Sample)
    assert isinstance(study.personas[2], Generated)
    assert study.arms["control"].set == {"reviews": "on", "page_size": "24"}
    assert isinstance(study.policy, RulesPolicy)
    assert study.analysis.stop_early


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "study: s\npersonas: maya\narms:\n  a: {colour: red}\n",
            "s.yaml, line 4: unknown key `arms.a.colour`",
        ),
        (
            "study: s\npersona: maya\narms: {a: {}}\n",
            "line 2: unknown key `persona`; did you mean `personas`?",
        ),
        ("study: s\narms: {a: {}}\n", "`personas` is missing"),
        ("study: S p\npersonas: maya\narms: {a: {}}\n", "line 1: `study` should be lower-case letters"),
        (LEAST + "repetitions: 0\n", "line 4: `repetitions` "),
        (LEAST + "repetitions: many\n", "`repetitions`"),
        (LEAST + "policy: {kind: oracle}\n", "`policy` should be one of 'model', 'rules', 'reciting'"),
        (LEAST + "policy: {model: m}\n", "needs `url`"),
        (LEAST + "intents: {texts: [a], goals: 3}\n", "one of `texts`, `file` and `goals`"),
        (LEAST + "intents: []\n", "line 4: `intents` should have at least 1 (it is [])"),
        (LEAST + "analysis:\n  measures: [joy]\n", "line 5: `analysis.measures.0`"),
        (LEAST + "analysis: {measures: [bought, bought]}\n", "names one twice"),
        ("study: s\npersonas: maya\narms: {a: {site: ftp://x/}}\n", "`arms.a.site`"),
        ("study: s\npersonas: maya\narms: {a: {site: 'http://x/', set: {reviews: on}}}\n", "has a `site`"),
        ("study: s\npersonas: [{sample: 0}]\narms: {a: {}}\n", "`personas.0.sample`"),
        (
            "study: s\npersonas: [{population: {size: 2, hight: {mean: 2}}}]\narms: {a: {}}\n",
            "`personas.0.population.hight`",
        ),
        ("- a\n- b\n", "holds no study"),
        ("study: s\npersonas: maya\narms: {}\n", "`arms`"),
    ],
)
def test_mistakes_are_one_line_with_place_and_key(text: str, told: str) -> None:
    assert told in complaint(text)


def test_an_arm_of_nothing_is_the_shop_as_it_is() -> None:
    assert read("study: s\npersonas: maya\narms:\n  a:\n  b:\n").arms["b"].set == {}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_study(tmp_path / "none.yaml")


def test_the_schema_is_json_and_knows_every_key() -> None:
    told = json.loads(json.dumps(schema()))
    assert set(told["properties"]) == set(StudyFile.model_fields)
    assert told["additionalProperties"] is False
