"""The same answers as `score_choices.py`, each the plain and slow way; run by the model environment's Python.

python plain_scoring.py MODEL          requests on standard input, answers on standard output
python plain_scoring.py MODEL --tiny FOLDER     makes a tiny random model with MODEL's tokenizer
"""

import json
import math
import sys
from typing import Any

import torch  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
)

NEAR = 0.3
"""Logits that are no further apart may change places by the rounding of bfloat16."""


def make_tiny(source: str, folder: str) -> None:
    torch.manual_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(source)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        initializer_range=0.6,  # so that it has opinions
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class Plain:
    def __init__(self, folder: str) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()

    def answers(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        return [self.answer(request, ask) for ask in request["asks"]]

    def answer(self, request: dict[str, Any], ask: dict[str, Any]) -> dict[str, Any]:
        chat = self.tokenizer.apply_chat_template(request["messages"][: ask["at"]], tokenize=False)
        before = self.encode(f"{chat}<|im_start|>assistant\n")
        if "draws" in ask:
            return {"shares": self.shares(before + self.encode(ask["prefix"]))}
        if "prefix" in ask:
            text, sure = self.said(before + self.encode(ask["prefix"]), ask)
            return {"text": text, "sure": sure}
        choices = [self.encode(choice) for choice in ask["choices"]]
        return {"log_probabilities": [self.score(before, one, choices, request) for one in choices]}

    def score(
        self, before: list[int], one: list[int], choices: list[list[int]], request: dict[str, Any]
    ) -> float:
        logits = self.logits(before + one)[len(before) - 1 :]
        total = 0.0
        for place, token in enumerate(one):
            row = logits[place]
            if request["confined"]:
                nexts = sorted({other[place] for other in choices if other[:place] == one[:place]})
                total += float(row[token] - torch.logsumexp(row[nexts], 0))
            else:
                total += float(torch.log_softmax(row, 0)[token])
        return total

    def said(self, tokens: list[int], ask: dict[str, Any]) -> tuple[str, str]:
        """The text, and as much of it as is said before two tokens are about as likely."""
        said: list[int] = []
        sure: str | None = None
        while len(said) < ask["most"]:
            logits = self.logits(tokens + said)[-1]
            (first, second), _ = logits.topk(2)
            if sure is None and float(first - second) < NEAR:
                sure = self.text(said, ask)
            token = int(logits.argmax())
            if token == self.tokenizer.eos_token_id:
                break
            said.append(token)
            if ask["until"] == "quote" and '"' in self.tokenizer.decode(said):
                break
        whole = self.text(said, ask)
        return whole, whole if sure is None else sure

    def shares(self, tokens: list[int]) -> dict[str, float]:
        """How likely each text is of one token, up to a quote; the unlikely ones are left out."""
        shares: dict[str, float] = {}
        for token, share in enumerate(self.logits(tokens)[-1].softmax(-1).tolist()):
            if share > 0.001:
                text = str(self.tokenizer.decode([token])).split('"', maxsplit=1)[0]
                shares[text] = shares.get(text, 0.0) + share
        return shares

    def text(self, said: list[int], ask: dict[str, Any]) -> str:
        text = str(self.tokenizer.decode(said))
        return text.split('"', maxsplit=1)[0] if ask["until"] == "quote" else text

    def logits(self, tokens: list[int]) -> Any:
        hidden = self.model.base_model(torch.tensor([tokens])).last_hidden_state[0]
        return hidden.float() @ self.model.get_output_embeddings().weight.float().T

    def encode(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        make_tiny(sys.argv[1], sys.argv[3])
        sys.exit()
    plain = Plain(sys.argv[1])
    for line in sys.stdin:
        with torch.inference_mode():
            told = plain.answers(json.loads(line))
        assert all(math.isfinite(log) for each in told for log in each.get("log_probabilities", []))
        print(json.dumps({"answers": told}), flush=True)
