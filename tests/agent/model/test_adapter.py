"""What the default model learned from people, as it comes along."""

import json
from importlib.resources import files
from pathlib import Path

from agent.messages import PromptStyle
from agent.model.weights import ADAPTER_FILES, BASE, talk_of

ADAPTER = Path(str(files("agent.model"))) / "adapter"


def test_it_is_small_and_whole() -> None:
    assert all((ADAPTER / name).is_file() for name in ADAPTER_FILES)
    assert sum(path.stat().st_size for path in ADAPTER.iterdir()) <= 12_000_000


def test_it_names_its_base_and_no_machine() -> None:
    settings = (ADAPTER / "adapter_config.json").read_text()
    assert json.loads(settings)["base_model_name_or_path"] == BASE.name
    assert "/" not in settings


def test_it_is_talked_to_as_it_was_taught() -> None:
    talk = talk_of(ADAPTER)
    assert talk.style is PromptStyle.TAUGHT
    assert talk.tokens is not None
    assert talk.tokens <= 4096


def test_its_card_names_the_data_with_their_licences() -> None:
    card = " ".join((ADAPTER / "README.md").read_text().split())
    for told in ("human_clicks", "CC BY 4.0", "human_search", "MIT", "Apache-2.0", "validation"):
        assert told in card
