"""The training script, run for real in the model environment on a tiny model."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agent.model import model_dir, prepare
from agent.model.environment import server_python
from agent.model.weights import OFFLINE
from learn.training.run import TrainingRun

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

SCRIPT = Path(__file__).parents[3] / "learn" / "training" / "train_lora.py"
MAKE_TINY = """
import sys
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
import torch
torch.manual_seed(0)
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
config = LlamaConfig(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
                     num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True)
LlamaForCausalLM(config).save_pretrained(sys.argv[2])
tokenizer.save_pretrained(sys.argv[2])
"""
PACKED = """
import sys, torch
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from train_lora import Run, loss_of, pack
run = Run(Path(sys.argv[2]))
run.model.eval()
sequences = [run.examples.sequence(number) for number in range(3)]
with torch.no_grad():
    apart = [float(loss_of(run.model, [one], "cpu")) for one in sequences]
    together = float(loss_of(run.model, sequences, "cpu"))
texts = [[run.tokenizer.decode([one.ids[place]]) for place in one.places] for one in sequences]
groups = [len(group) for group in pack(sequences, 10**6)]
print(repr((apart, together, ["".join(text) for text in texts], groups)))
print(repr(sequences[0].targets))
"""
KINDS = """
import sys
from safetensors.torch import load_file
print(*{str(value.dtype) for value in load_file(sys.argv[1]).values()})
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prepare(print)
    folder = tmp_path_factory.mktemp("tiny")
    run_python("-c", MAKE_TINY, str(model_dir()), str(folder))
    return folder


def python() -> str:
    found = server_python()
    assert found is not None
    return str(found)


def environment() -> dict[str, str]:
    return {**os.environ, **OFFLINE, "OMP_NUM_THREADS": "1"}


def run_python(*arguments: str) -> str:
    done = subprocess.run(
        [python(), *arguments], capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def decision(name: str) -> str:
    return json.dumps({"rationale": "", "action": {"type": "click", "name": name}}, separators=(",", ":"))


def example(*names: str, choices: dict[str, Any] | None = None) -> dict[str, Any]:
    messages = [{"role": "system", "content": "You shop."}]
    for name in names:
        messages.append({"role": "user", "content": f'<a name="{name}"/>'})
        messages.append({"role": "assistant", "content": decision(name)})
    learned = [message["role"] == "assistant" for message in messages]
    return {"messages": messages, "learned": learned, "choices": choices or {}}


def begun(folder: Path, base: Path, examples: Sequence[dict[str, Any]], **changed: Any) -> Path:
    folder.mkdir(exist_ok=True)
    lines = "".join(json.dumps(one) + "\n" for one in examples)
    (folder / "examples.jsonl").write_text(lines)
    (folder / "validation.jsonl").write_text(lines)
    settings = {
        "base": str(base), "start": None, "longest": 400, "softness": 0.5, "seed": 0, "rate": 0.01,
        "epochs": 6, "minutes": None, "batch": 2, "pack": 400, "checkpoint_seconds": 0.0, "rank": 4,
        "alpha": 8,
        "bf16": False, "checkpointing": False, "full": False, "sharded": False, "compile": False,
    }  # fmt: skip
    (folder / "settings.json").write_text(json.dumps({**settings, **changed}))
    return folder


def progress(folder: Path) -> list[dict[str, Any]]:
    path = folder / "progress.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_what_is_learned_are_the_decisions_and_packing_changes_nothing(tiny: Path, tmp_path: Path) -> None:
    other = decision("pot")
    soft = example("mug", choices={"2": [[decision("mug"), 0.25], [other, 0.75]]})
    folder = begun(tmp_path / "run", tiny, [soft, example("tea", "pot"), example("cup")])
    first, targets = run_python("-c", PACKED, str(SCRIPT.parent), str(folder)).strip().splitlines()[-2:]
    apart, together, texts, groups = eval(first)
    assert together == pytest.approx(sum(apart), rel=1e-3)
    assert groups == [3]
    end = "<|im_end|>"
    # The first of eight examples learns whole replies, the others what is decided in them.
    assert texts[0] == decision("mug") + end
    for text, names in zip(texts[1:], (["tea", "pot"], ["cup"]), strict=True):
        assert re.findall("[a-z]{3,}", text.replace("im_end", "").replace("click", "")) == names
        assert text.count("click") == text.count(end) == len(names)
    shares = eval(targets)
    assert all(sum(each.values()) == pytest.approx(1.0) for each in shares)
    split = [each for each in shares if len(each) > 1]
    # "mug" was said: half of the target is that, half what else was likely, three quarters of it "pot".
    assert [sorted(each.values()) for each in split] == [[pytest.approx(0.375), pytest.approx(0.625)]]


def test_a_run_that_is_killed_goes_on_where_it_was_and_learns(tiny: Path, tmp_path: Path) -> None:
    examples = [example(name) for name in ("mug", "tea", "pot", "cup", "jar", "pan", "lid", "urn")]
    folder = begun(tmp_path / "run", tiny, examples)
    process = subprocess.Popen(
        [python(), str(SCRIPT), str(folder)], env=environment(), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not list(folder.glob("checkpoints/*/whole.json")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    killed_at = progress(folder)[-1]["step"]
    assert not (folder / "scores.json").exists()
    kept = max(int(path.parent.name) for path in folder.glob("checkpoints/*/whole.json"))
    run_python(str(SCRIPT), str(folder))
    steps = [line["step"] for line in progress(folder)]
    after = steps[len(steps) - steps[::-1].index(max(steps)) - 1]
    assert after == max(steps) == 24
    assert kept + 1 in steps
    assert steps.count(1) == 1
    assert kept <= killed_at
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["loss_after"] < scores["loss_before"] - 0.1
    assert (scores["steps"], scores["examples"]) == (24, 48)
    assert (folder / "adapter" / "adapter_model.safetensors").is_file()
    assert not (folder / "checkpoints").exists()


def test_a_half_written_checkpoint_is_passed_over(tiny: Path, tmp_path: Path) -> None:
    folder = begun(tmp_path / "run", tiny, [example("mug"), example("tea")], epochs=1)
    (folder / "checkpoints" / "99").mkdir(parents=True)
    run_python(str(SCRIPT), str(folder))
    assert [line["step"] for line in progress(folder)] == [1]


def test_a_step_holds_as_many_decisions_whatever_the_length_of_the_visits(tiny: Path, tmp_path: Path) -> None:
    examples = [example("mug", "tea", "pot"), *(example(name) for name in ("cup", "jar", "pan"))]
    folder = begun(tmp_path / "run", tiny, examples, epochs=2, batch=3)
    run_python(str(SCRIPT), str(folder))
    seen = [line["examples"] for line in progress(folder)]
    order = [len(example["messages"]) // 2 for example in examples]
    assert seen[-1] == 2 * len(examples)
    assert len(seen) < sum(order) * 2 / 3 + 2
    assert 1 in {after - before for before, after in pairwise([0, *seen])}


def test_two_processes_learn_what_one_does(tiny: Path, tmp_path: Path) -> None:
    names = ("mug", "tea", "pot", "cup", "jar")
    # Steps of one visit or several, of one pack or two for each process.
    examples = [*(example(name) for name in names), example(*names), example(*names, *names)]
    settings = {
        "epochs": 3, "batch": 4, "pack": 128, "checkpoint_seconds": 60, "sources": ["human_search"],
    }  # fmt: skip
    alone, shared = (
        begun(tmp_path / str(number), tiny, examples, processes=number, **settings) for number in (1, 2)
    )
    for folder in (alone, shared):
        TrainingRun(folder).train(Path(python()), lambda _: None)
    losses = [[line["loss"] for line in progress(folder)] for folder in (alone, shared)]
    assert losses[1] == pytest.approx(losses[0], abs=2e-3)
    assert losses[0][-1] < losses[0][0] - 0.01
    scores = [json.loads((folder / "scores.json").read_text()) for folder in (alone, shared)]
    assert scores[1]["loss_after"] == pytest.approx(scores[0]["loss_after"], abs=2e-3)
    assert [each["processes"] for each in scores] == [1, 2]
    assert scores[0]["tokens"] == scores[1]["tokens"]


def test_compiled_layers_in_half_precision_learn_as_well(tiny: Path, tmp_path: Path) -> None:
    examples = [example(name) for name in ("mug", "tea", "pot", "cup")]
    folder = begun(tmp_path / "run", tiny, examples, epochs=12, bf16=True, compile=True)
    run_python(str(SCRIPT), str(folder))
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["loss_after"] < scores["loss_before"] - 0.1
    kinds = run_python("-c", KINDS, str(folder / "adapter" / "adapter_model.safetensors"))
    assert kinds.split() == ["torch.bfloat16"]
