"""Fine-tunes a causal language model with a LoRA adapter; a script for the model environment's Python.

    python train_lora.py RUN_FOLDER          (or: accelerate launch … train_lora.py RUN_FOLDER)

The folder holds `settings.json` and `examples.jsonl`; what comes of it is written beside them: checkpoints
while it goes, `adapter/` at the end, and a line of progress a step in `progress.jsonl`. Started again, it
goes on from its newest whole checkpoint, with the same order of examples.

The loss is on the decisions alone (arXiv 2503.20749, section 3.3), and logits are made for them alone: the
vocabulary is a fifth of a small model. Where an example says how likely other decisions were, the target at
each token is a mixture of what the person did and of those, as far as they share what was said so far.
"""

import json
import math
import os
import random
import re
import shutil
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# These live in the model environment, which the type checker does not see.
import torch  # type: ignore[import-not-found]
from accelerate import Accelerator  # type: ignore[import-not-found]
from accelerate.utils import set_seed  # type: ignore[import-not-found]
from peft import LoraConfig, PeftModel, get_peft_model  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    AttentionInterface,
    AutoModelForCausalLM,
    AutoTokenizer,
)

BEFORE, SCORES = "before.json", "scores.json"
WHOLE = "whole.json"
"""Stands in a checkpoint once all of it is written."""
KEPT = 2
"""Checkpoints that are kept: the newest may be half written."""
ANSWERS = "assistant"
FRAME = re.compile(r'^\{"rationale":"|"action":\{"type":"|"name":"|,"text":"|\}\}$')
"""What stands in every reply, and nothing follows from."""
FRAMED = 8
"""Of so many examples, one learns the frame of its replies, too: it is half of their tokens."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """One tokenised example.

    Attributes:
        ids: tokens.
        places: of the tokens that are learned.
        targets: for each of these, tokens with their shares, which sum to 1.
    """

    ids: list[int]
    places: list[int]
    targets: list[dict[int, float]]


class Examples:
    """The examples of a run, in the order of an epoch, tokenised when they are asked for.

    Args:
        path: JSON Lines of `messages`, `learned`, and optionally `choices`.
        tokenizer: with a chat template.
        longest: tokens; an example is cut before the first turn that does not fit whole.
        softness: the share of `choices` in the targets.
    """

    def __init__(self, path: Path, tokenizer: Any, longest: int, softness: float) -> None:
        self._path = path
        self._tokenizer = tokenizer
        self._longest = longest
        self._softness = softness
        self._shuffled: tuple[str, list[int]] = ("", [])
        self._starts: list[int] = []
        self.decisions: list[int] = []
        with path.open("rb") as file:
            at = 0
            for line in file:
                self._starts.append(at)
                self.decisions.append(sum(json.loads(line)["learned"]))
                at += len(line)

    def __len__(self) -> int:
        return len(self._starts)

    def order(self, epoch: int, seed: int) -> list[int]:
        """The examples of an epoch, shuffled once an epoch."""
        which = f"{seed} {epoch}"
        if self._shuffled[0] != which:
            numbers = list(range(len(self)))
            random.Random(which).shuffle(numbers)  # noqa: S311 - not for secrets
            self._shuffled = (which, numbers)
        return self._shuffled[1]

    def sequence(self, which: int) -> Sequence:
        """One example."""
        with self._path.open("rb") as file:
            file.seek(self._starts[which])
            example = json.loads(file.readline())
        messages = example["messages"]
        text = self._tokenizer.apply_chat_template(messages, tokenize=False)
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids, spans = encoded["input_ids"], encoded["offset_mapping"]
        ends = [end for _, end in spans]
        places: list[int] = []
        targets: list[dict[int, float]] = []
        at = room = 0
        for number, (message, learned) in enumerate(zip(messages, example["learned"], strict=True)):
            start = text.index(message["content"], at)
            at = start + len(message["content"])
            # The token after the message closes it, and is learned with it.
            first, last = bisect_right(ends, start), bisect_left(ends, at) + 1
            if last >= self._longest:
                break
            if message["role"] == ANSWERS:
                room = last + 1
            if learned:
                choices = (example.get("choices") or {}).get(str(number), [])
                told = self._targets(ids[first : last + 1], choices, ids[last : last + 1])
                frame = [] if which % FRAMED == 0 else _frame(message["content"], start)
                for place, target in zip(range(first, last + 1), told, strict=True):
                    if not any(a <= spans[place][0] and spans[place][1] <= b for a, b in frame):
                        places.append(place)
                        targets.append(target)
        return Sequence(ids[:room], places, targets)

    def _targets(
        self, said: list[int], choices: list[tuple[str, float]], end: list[int]
    ) -> list[dict[int, float]]:
        """What is to be said at each token: mostly what was said, and what else might have been."""
        others = [
            (self._tokenizer.encode(text, add_special_tokens=False) + end, share) for text, share in choices
        ]
        targets = []
        for place, token in enumerate(said):
            others = [
                (ids, share) for ids, share in others if ids[:place] == said[:place] and len(ids) > place
            ]
            whole = sum(share for _, share in others)
            target = {token: 1.0}
            if whole > 0 and self._softness > 0:
                target = {token: 1.0 - self._softness}
                for ids, share in others:
                    target[ids[place]] = target.get(ids[place], 0.0) + self._softness * share / whole
            targets.append(target)
        return targets


def _frame(reply: str, at: int) -> list[tuple[int, int]]:
    """Where in the text of a chat the frame of a reply stands, which begins there at a character."""
    return [(at + found.start(), at + found.end()) for found in FRAME.finditer(reply)]


def pack(sequences: list[Sequence], longest: int) -> Iterator[list[Sequence]]:
    """Sequences side by side, as many as fit: each reads itself alone, by its positions."""
    group: list[Sequence] = []
    for sequence in sequences:
        if group and sum(len(one.ids) for one in group) + len(sequence.ids) > longest:
            yield group
            group = []
        group.append(sequence)
    if group:
        yield group


def shared_out(sequences: list[Sequence], processes: int) -> list[list[Sequence]]:
    """Sequences for each process, of about as many tokens: the longest first, each to who has least."""
    shares: list[list[Sequence]] = [[] for _ in range(processes)]
    for sequence in sorted(sequences, key=lambda one: -len(one.ids)):
        min(shares, key=lambda share: sum(len(one.ids) for one in share)).append(sequence)
    return shares


def in_step(shares: list[list[Sequence]], longest: int) -> list[list[list[Sequence]]]:
    """Each process's packs, as many for one as for the other: who would wait reads, and learns nothing.

    Processes that share gradients or weights wait for one another in each pass.
    """
    packs = [list(pack(share, longest)) for share in shares]
    idle = [Sequence(one.ids[:2], [], []) for one in shares[0][:1]]
    most = max(map(len, packs))
    return [[*each, *[idle] * (most - len(each))] for each in packs]


class PackedAttention:
    """Attention within each sequence of a pack, by itself.

    One masked attention over the whole pack computes what it then masks: with four sequences side by side
    seven eighths of it, and two thirds of all the time of a training step on a CPU.
    """

    NAME = "packed"

    def __init__(self) -> None:
        self.lengths: list[int] = []
        """Tokens of each sequence in the pack at hand."""

    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def __call__(
        self,
        module: Any,  # noqa: ARG002 - as transformers calls it
        query: Any,
        key: Any,
        value: Any,
        attention_mask: Any,  # noqa: ARG002 - none is needed
        scaling: float,
        dropout: float = 0.0,
        **_: Any,
    ) -> tuple[Any, None]:
        """Attention as transformers calls it.

        Args:
            module: its layer.
            query: shape (1, heads, tokens, width).
            key: shape (1, key heads, tokens, width).
            value: the same.
            attention_mask: not heeded.
            scaling: of the products.
            dropout: of the shares.

        Returns:
            Shape (1, tokens, heads, width).
        """
        shared = query.shape[1] // key.shape[1]
        sides = (query, key.repeat_interleave(shared, dim=1), value.repeat_interleave(shared, dim=1))
        parts = zip(*(side.split(self.lengths, dim=2) for side in sides), strict=True)
        out = [
            torch.nn.functional.scaled_dot_product_attention(
                *part, is_causal=True, scale=scaling, dropout_p=dropout
            )
            for part in parts
        ]
        return torch.cat(out, dim=2).transpose(1, 2), None


PACKED = PackedAttention()
AttentionInterface.register(PACKED.NAME, PACKED)


def loss_of(model: Any, group: list[Sequence], device: Any) -> Any:
    """The summed cross-entropy of the learned tokens of a pack, in nats."""
    ids = [token for sequence in group for token in sequence.ids]
    positions = [place for sequence in group for place in range(len(sequence.ids))]
    keep: list[int] = []
    rows: list[int] = []
    tokens: list[int] = []
    shares: list[float] = []
    offset = 0
    for sequence in group:
        for place, target in zip(sequence.places, sequence.targets, strict=True):
            for token, share in target.items():
                rows.append(len(keep))
                tokens.append(token)
                shares.append(share)
            keep.append(offset + place - 1)
        offset += len(sequence.ids)
    PACKED.lengths = [len(sequence.ids) for sequence in group]
    logits = model(
        input_ids=torch.tensor([ids], device=device),
        position_ids=torch.tensor([positions], device=device),
        logits_to_keep=torch.tensor(keep, dtype=torch.long, device=device),
        use_cache=False,
    ).logits[0]
    log_probabilities = torch.log_softmax(logits.float(), dim=-1)
    places = (torch.tensor(which, dtype=torch.long, device=device) for which in (rows, tokens))
    picked = log_probabilities[tuple(places)]
    return -(picked * torch.tensor(shares, device=device)).sum()


def compile_layers(model: Any) -> None:
    """Has each layer compiled when it is first used; without a compiler all stays as it is."""
    if shutil.which(os.environ.get("CXX", "g++")) is None:
        return
    # A layer that cannot be compiled is run as it is.
    torch._dynamo.config.suppress_errors = True  # noqa: SLF001 - documented under this name
    for module in model.modules():
        if isinstance(module, torch.nn.ModuleList):
            for layer in module:
                layer.compile(dynamic=True)


def _uncast(model: Any) -> Any:
    """An adapter that leaves the kind of its numbers to autocast: casting cost an eighth of the time."""
    for module in model.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False
    return model


class Run:
    """A training run in its folder.

    Args:
        folder: with `settings.json` and `examples.jsonl`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        self.accelerator = Accelerator()
        set_seed(self.settings["seed"])
        base = self.settings["base"]
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.examples = Examples(
            folder / "examples.jsonl", self.tokenizer, self.settings["longest"], self.settings["softness"]
        )
        self.step = 0
        self.seen = 0
        self.tokens = 0
        self.seconds = 0.0
        resumed = self._newest()
        self.model = self._model(base, resumed)
        if self.settings["compile"]:
            compile_layers(self.model)
        learned = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            learned, lr=self.settings["rate"], weight_decay=0.0, betas=(0.9, 0.98)
        )
        self.model, self.optimizer = self.accelerator.prepare(self.model, self.optimizer)
        if resumed is not None:
            self._resume(resumed)

    def go(self) -> None:
        """Trains until the examples or the minutes are spent, and writes the adapter."""
        if not (self.folder / BEFORE).is_file():
            self._note(BEFORE, {"loss_before": self._validation_loss()})
        started = time.monotonic() - self.seconds
        last_saved = time.monotonic()
        total = max(1, int(len(self.examples) * self.settings["epochs"]))
        while self.seen < total:
            self.seconds = time.monotonic() - started
            share = self._share(total)
            if share >= 1:
                break
            batch = self._batch(total)
            loss, tokens = self._update(batch, share)
            self.seconds = time.monotonic() - started
            self._tell(loss, tokens, total)
            if time.monotonic() - last_saved > self.settings["checkpoint_seconds"]:
                self._save()
                last_saved = time.monotonic()
        self._save()
        after = self._validation_loss()
        # What was learned is worth no more digits than the weights that it is added to.
        kind = torch.bfloat16 if self.settings["bf16"] else torch.float32
        self._write_adapter(self.folder / "adapter", kind)
        before = json.loads((self.folder / BEFORE).read_text(encoding="utf-8"))
        spent = {"steps": self.step, "examples": self.seen, "tokens": self.tokens, "seconds": self.seconds}
        together = {"processes": self.accelerator.num_processes}
        self._note(SCORES, {**before, "loss_after": after, **spent, **together})
        if self.accelerator.is_main_process:
            shutil.rmtree(self.folder / "checkpoints", ignore_errors=True)

    def _validation_loss(self) -> float:
        """The mean loss of a learned token of the validation examples, in nats."""
        path = self.folder / "validation.jsonl"
        examples = Examples(path, self.tokenizer, self.settings["longest"], 0.0)
        told = [one for one in map(examples.sequence, range(len(examples))) if one.places]
        passes = in_step(shared_out(told, self.accelerator.num_processes), 1)
        self.model.eval()
        sums = torch.zeros(2, device=self.accelerator.device)
        with torch.no_grad(), self._arithmetic():
            for group in passes[self.accelerator.process_index]:
                sums[0] += loss_of(self.model, group, self.accelerator.device)
                sums[1] += sum(len(one.places) for one in group)
        self.model.train()
        spent, learned = self.accelerator.reduce(sums, reduction="sum").tolist()
        return float(spent / max(1.0, learned))

    def _arithmetic(self) -> Any:
        """Products in bfloat16 where the weights are, whatever is learned; the loss stays in float32."""
        return torch.autocast(
            self.accelerator.device.type, dtype=torch.bfloat16, enabled=self.settings["bf16"]
        )

    def _note(self, name: str, value: dict[str, float]) -> None:
        if self.accelerator.is_main_process:
            written = self.folder / f"{name}.new"
            written.write_text(json.dumps(value), encoding="utf-8")
            written.replace(self.folder / name)
        self.accelerator.wait_for_everyone()

    def _share(self, total: int) -> float:
        """How much of the run is over, by examples or by minutes, whichever is further."""
        minutes = self.settings["minutes"]
        by_time = self.seconds / (60 * minutes) if minutes else 0.0
        return max(self.seen / total, by_time)

    def _batch(self, total: int) -> list[int]:
        """The next examples, as many as hold the decisions of a step.

        So a decision counts for as much in a short visit as in a long one.
        """
        size = len(self.examples)
        numbers: list[int] = []
        decisions = 0
        while decisions < self.settings["batch"] and self.seen < total:
            epoch, within = divmod(self.seen, size)
            numbers.append(self.examples.order(epoch, self.settings["seed"])[within])
            decisions += self.examples.decisions[numbers[-1]]
            self.seen += 1
        return numbers

    def _update(self, batch: list[int], share: float) -> tuple[float, int]:
        """One step of the optimizer; gives the mean loss of a learned token, and tokens read."""
        accelerator = self.accelerator
        sequences = [one for one in map(self.examples.sequence, batch) if one.places]
        learned = max(1, sum(len(one.places) for one in sequences))
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings["rate"] * _schedule(share, self.step)
        spent = torch.tensor(0.0, device=accelerator.device)
        passes = in_step(shared_out(sequences, accelerator.num_processes), self.settings["pack"])
        for number, group in enumerate(passes[accelerator.process_index], 1):
            with self._gathering(last=number == len(passes[0])), self._arithmetic():
                loss = loss_of(self.model, group, accelerator.device)
                # Gradients are averaged over processes; the loss is a mean over everyone's tokens.
                accelerator.backward(loss * accelerator.num_processes / learned)
            spent += loss.detach()
        accelerator.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        whole = accelerator.reduce(spent, reduction="sum")
        tokens = sum(len(one.ids) for one in sequences)
        self.tokens += tokens
        return float(whole / learned), tokens

    def _gathering(self, *, last: bool) -> Any:
        """Gradients are gathered from all processes in the last pass of a step alone."""
        if last or self.settings["sharded"]:
            return nullcontext()
        return self.accelerator.no_sync(self.model)

    def _tell(self, loss: float, tokens: int, total: int) -> None:
        if not self.accelerator.is_main_process:
            return
        share = self._share(total)
        left = self.seconds * (1 - share) / share if share > 0 else 0.0
        line = {
            "step": self.step,
            "share": round(share, 5),
            "examples": self.seen,
            "of": total,
            "loss": round(loss, 4),
            "tokens": self.tokens,
            "step_tokens": tokens,
            "seconds": round(self.seconds, 1),
            "seconds_left": round(left, 1),
        }
        with (self.folder / "progress.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)

    def _model(self, base: str, resumed: Path | None) -> Any:
        kind = torch.bfloat16 if self.settings["bf16"] else torch.float32
        whole = resumed / "adapter" if resumed and self.settings["full"] else base
        model = AutoModelForCausalLM.from_pretrained(str(whole), dtype=kind, attn_implementation=PACKED.NAME)
        if self.settings["checkpointing"]:
            model.gradient_checkpointing_enable()
            model.enable_input_require_grads()
        if self.settings["full"]:
            return model
        if start := resumed / "adapter" if resumed else self.settings["start"]:
            return _uncast(PeftModel.from_pretrained(model, str(start), is_trainable=True))
        lora = LoraConfig(
            r=self.settings["rank"],
            lora_alpha=self.settings["alpha"],
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        return _uncast(get_peft_model(model, lora))

    def _newest(self) -> Path | None:
        """The newest whole checkpoint."""
        whole = sorted(
            (path.parent for path in (self.folder / "checkpoints").glob(f"*/{WHOLE}")),
            key=lambda path: int(path.name),
        )
        return whole[-1] if whole else None

    def _resume(self, checkpoint: Path) -> None:
        state = json.loads((checkpoint / WHOLE).read_text(encoding="utf-8"))
        self.step, self.seen, self.tokens = state["step"], state["seen"], state["tokens"]
        self.seconds = state["seconds"]
        if self.settings["sharded"]:
            self.accelerator.load_state(str(checkpoint / "state"))
        else:
            self.optimizer.load_state_dict(torch.load(checkpoint / "optimizer.pt", weights_only=True))

    def _save(self) -> None:
        """Writes a checkpoint: all files, then the mark that it is whole."""
        folder = self.folder / "checkpoints" / str(self.step)
        if self.accelerator.is_main_process:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        self._write_adapter(folder / "adapter", torch.float32)
        if self.settings["sharded"]:
            self.accelerator.save_state(str(folder / "state"))
        elif self.accelerator.is_main_process:
            torch.save(self.optimizer.state_dict(), folder / "optimizer.pt")
        self.accelerator.wait_for_everyone()
        if not self.accelerator.is_main_process:
            return
        state = {"step": self.step, "seen": self.seen, "tokens": self.tokens, "seconds": self.seconds}
        written = folder / f"{WHOLE}.new"
        written.write_text(json.dumps(state), encoding="utf-8")
        os.sync()
        written.replace(folder / WHOLE)
        older = sorted(folder.parent.iterdir(), key=lambda path: int(path.name))[:-KEPT]
        for path in older:
            shutil.rmtree(path)

    def _write_adapter(self, folder: Path, kind: Any) -> None:
        weights = self.accelerator.get_state_dict(self.model)
        if not self.settings["full"]:
            weights = {name: value.to(kind) for name, value in weights.items()}
        self.accelerator.unwrap_model(self.model).save_pretrained(
            str(folder), state_dict=weights, is_main_process=self.accelerator.is_main_process
        )
        if self.settings["full"] and self.accelerator.is_main_process:
            self.tokenizer.save_pretrained(str(folder))


def _schedule(share: float, step: int) -> float:
    """The factor of the learning rate: warm-up over 10 steps, then half a cosine down to a twentieth."""
    return min(1.0, (step + 1) / 10) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))


if __name__ == "__main__":
    Run(Path(sys.argv[1])).go()
