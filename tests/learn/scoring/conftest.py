"""A model folder whose model is a stand-in, at the wire."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

MakeModel = Callable[..., Path]


@pytest.fixture
def make_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeModel:
    """Makes a folder of a model that likes some words; see `stand_in_scorer.py`."""
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("stand_in_scorer.py")} "$@"\n'
    )
    python.chmod(0o755)
    monkeypatch.setenv("SIMAGENT_SERVER_PYTHON", str(python))
    monkeypatch.setenv("SIMAGENT_CACHE", str(tmp_path / "cache"))

    def make(name: str = "model", **likes: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        tokenizer = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = WhitespaceSplit()
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "config.json").write_text(json.dumps({"name": name}))
        (folder / "simagent.json").write_text('{"prompt": "taught"}')
        told = {"choices": [], "text": "red shoes", "reply": "Hello!", **likes}
        (folder / "likes.json").write_text(json.dumps(told))
        return folder

    return make


def requests_of(folder: Path) -> list[dict[str, Any]]:
    """What the model was asked."""
    path = folder / "requests.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
