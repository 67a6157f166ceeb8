from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from agent.errors import UserError
from agent.model import model_dir, token_counter, tokenizer_path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model folder with a tokenizer that knows two words."""
    tokenizer = Tokenizer(WordLevel({"a": 0, "kettle": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tokenizer_path(tmp_path)))
    return tmp_path


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a kettle", 2), ("a  very red kettle", 4)])
def test_tokens_are_counted_as_the_model_counts_them(model: Path, text: str, tokens: int) -> None:
    assert token_counter(model)(text) == tokens


def test_a_folder_without_a_tokenizer_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="simagent model prepare"):
        token_counter(tmp_path)


def test_no_model_is_found_where_none_was_prepared(cache: Path) -> None:
    assert model_dir() is None
