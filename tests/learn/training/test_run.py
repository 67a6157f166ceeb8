"""A run's folder: begun whole or not at all, gone on with as it was begun, refused where it is not one."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from typer.testing import CliRunner

from agent.errors import UserError
from agent.model import Talk, talk_of
from agent.prompts import PromptStyle
from cli import app
from learn.sources import bundled
from learn.split import Part, part_of
from learn.training.card import card
from learn.training.run import TrainingRun
from learn.training.settings import Settings, settings_from

SOURCES = {"sources": ("human_search",), "base": "somewhere"}


def test_the_paper_s_setting_comes_along() -> None:
    settings = settings_from("qwen2.5-7b-40k", SOURCES)
    assert (settings.full, settings.longest, settings.processes, settings.sharded) == (True, 40960, 8, True)


@pytest.mark.parametrize(
    ("config", "given", "message"),
    [
        (None, {"rank": 0}, "rank"),
        (None, {"colour": "red"}, "colour"),
        ("nowhere.yaml", {}, "no configuration 'nowhere.yaml'"),
        (None, {"rationales": 2}, "rationales"),
    ],
)
def test_impossible_settings_are_one_line(config: str | None, given: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message):
        settings_from(config, {**SOURCES, **given})


def test_a_run_cannot_be_changed_on_the_way(tmp_path: Path) -> None:
    settings = Settings(base="somewhere", sources=("human_search",), minutes=60)
    (tmp_path / "settings.json").write_text(settings.model_dump_json())
    result = CliRunner().invoke(app, ["train", "--out", str(tmp_path), "--minutes", "5"])
    assert isinstance(result.exception, UserError)
    assert "begun with minutes = 60" in str(result.exception)


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("\\documentclass{article}")
    with pytest.raises(UserError, match="holds something else"):
        TrainingRun(tmp_path).begin(Settings(base="x", sources=("human_search",)), print)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_settings_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(UserError, match=r"settings\.json cannot be read"):
        TrainingRun(tmp_path).settings()


def test_the_card_tells_data_counts_scores_and_licences() -> None:
    settings = Settings(base="/models/SmolLM2-135M-Instruct", sources=("human_clicks", "mine.jsonl"))
    text = card(
        settings,
        {
            "sessions": 1200,
            "decisions": 9000,
            "with_rationales": 600,
            "validation_sessions": 32,
            "drawn": 250,
        },
        {
            "loss_before": 1.5,
            "loss_after": 0.125,
            "steps": 10,
            "examples": 40,
            "tokens": 40_000,
            "seconds": 300,
        },
    )
    assert text.startswith("---\nlibrary_name: transformers\n")
    for told in (
        "1,200 sessions",
        "CC BY 4.0",
        "a file of your own",
        "1.500 before",
        "0.125 after",
        "250 goals",
    ):
        assert told in text.replace("\n", " ")
    assert "| rank | 16 |" in text


@pytest.mark.parametrize(
    ("notes", "talk"),
    [
        (None, Talk(PromptStyle.INSTRUCTED, None)),
        ({"prompt": "taught"}, Talk(PromptStyle.TAUGHT, None)),
        ({"prompt": "taught", "tokens": 1984}, Talk(PromptStyle.TAUGHT, 1984)),
    ],
)
def test_a_model_folder_says_how_the_model_is_talked_to(
    tmp_path: Path, notes: dict[str, object] | None, talk: Talk
) -> None:
    if notes is not None:
        (tmp_path / "simagent.json").write_text(json.dumps(notes))
    assert talk_of(tmp_path) == talk


def test_no_prompt_is_longer_than_what_was_learned_or_than_there_is_room() -> None:
    assert Talk(PromptStyle.TAUGHT, 1984).within(7744) == 1984
    assert Talk(PromptStyle.TAUGHT, 1984).within(500) == 500
    assert Talk().within(7744) == 7744


def test_broken_notes_in_a_model_folder_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "simagent.json").write_text('{"prompt": "shouted"}')
    with pytest.raises(UserError, match=r"simagent\.json should be"):
        talk_of(tmp_path)


def test_goals_without_a_query_are_learned_from_beside_those_with_one(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    tokenizer = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(base / "tokenizer.json"))
    settings = Settings(base=str(base), sources=("human_search",), sessions=3, goals=5, other_pages=80)
    run = TrainingRun(tmp_path / "run")
    run.begin(settings, lambda _: None)
    examples = [json.loads(line) for line in (run.folder / "examples.jsonl").read_bytes().splitlines()]
    told = ["\n".join(message["content"] for message in example["messages"]) for example in examples]
    assert len(told) == len(set(told)) == 8
    counts = json.loads((run.folder / "counts.json").read_bytes())
    assert (counts["sessions"], counts["drawn"], counts["decisions"]) == (3, 5, 8)
    asked = {session.intent: part_of(session) for session in bundled("human_search").sessions}
    goals = [text.partition("You want: ")[2].partition("\n")[0] for text in told]
    assert [asked.get(goal) for goal in goals] == [Part.TRAIN] * 3 + [None] * 5
