import shutil
from pathlib import Path

import pytest

from agent.model import Server
from study.interview.commands import interview
from tests.study.interview.visits import lines_of

RECORDING = Path(__file__).parents[2] / "agent" / "recordings" / "format-1"


@pytest.mark.model
def test_the_default_model_answers_in_words_and_on_the_scale(
    real_server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(RECORDING, tmp_path / "r")
    scale = tmp_path / "one.yaml"
    scale.write_text("scale: [1, 5]\nitems: [The shop was easy to use]\n")
    interview(folder, ["What did you buy?"], [str(scale)])
    words, score, total = lines_of(folder)
    assert words["answer"].strip()
    assert words["model"] == real_server.model
    assert 1 <= score["score"] <= 5
    assert total["total"] == score["score"]
    assert "does not understand questions" in capsys.readouterr().err
