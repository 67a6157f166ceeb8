"""A causal language model that reads chats, and reads on behind them in several directions at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

# These live in the model environment, which the type checker does not see.
import torch  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    AutoModelForCausalLM,
    AutoTokenizer,
    DynamicCache,
)

if TYPE_CHECKING:
    from learn.scoring import attention
else:  # A script sees its own folder.
    import attention

Message = dict[str, str]


class Span(NamedTuple):
    """A message in the tokens of a chat.

    Attributes:
        start: of its first token.
        end: behind its last.
        head: text that its template sets before it.
    """

    start: int
    end: int
    head: str


class Branch(NamedTuple):
    """Tokens to be read behind a chat.

    Attributes:
        seen: tokens of the chat that they see.
        slots: what they see besides, in the cache.
        tokens: themselves; each also sees those before it.
    """

    seen: int
    slots: tuple[int, ...]
    tokens: list[int]


class Reader:
    """A model and what it has read last.

    Args:
        model: of transformers, causal; its logits are a linear function of its last hidden states.
        tokenizer: with a chat template.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._trunk = model.base_model
        self._head = model.get_output_embeddings().weight.float()
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._cache = DynamicCache()
        self.tokens = 0

    def spans(self, messages: Sequence[Message]) -> tuple[list[int], list[Span]]:
        """The tokens of a chat as its template renders it, and where each message stands in them.

        Raises:
            ValueError: the template changes what the messages say.
        """
        text = self._tokenizer.apply_chat_template(messages, tokenize=False)
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ends = [end for _, end in encoded["offset_mapping"]]
        found, at = [], 0
        for message in messages:
            start = text.index(message["content"], at)
            stop = start + len(message["content"])
            found.append(Span(bisect_right(ends, start), bisect_left(ends, stop) + 1, text[at:start]))
            at = stop
        return list(encoded["input_ids"]), found

    def encode(self, span: Span, content: str) -> list[int]:
        """The tokens of another content of a message, as they are behind what stands before it."""
        head = self._tokenizer.encode(span.head, add_special_tokens=False)
        whole = self._tokenizer.encode(span.head + content, add_special_tokens=False)
        if whole[: len(head)] != head:
            raise ValueError(f"{content!r} does not begin with a token of its own")
        return list(whole[len(head) :])

    def decode(self, tokens: list[int]) -> str:
        """Their text."""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=False))

    @property
    def end(self) -> int:
        """The token that ends a message."""
        return int(self._tokenizer.eos_token_id)

    @cached_property
    def ends(self) -> Any:
        """Tokens with which a text may come to its end: all with a quote, and the end of the message."""
        quoting = [number for token, number in self._tokenizer.get_vocab().items() if '"' in token]
        return torch.tensor([*quoting, self.end])

    def read_chat(self, ids: list[int], places: list[int]) -> dict[int, Any]:
        """Reads a chat; gives the hidden states of these places."""
        shared = 0
        limit = min(*places, len(self._ids), len(ids) - 1)
        while shared < limit and self._ids[shared] == ids[shared]:
            shared += 1
        self._forget(shared)
        self._ids = ids
        hidden = self._forward(ids[shared:], list(range(shared, len(ids))), None)
        return {place: hidden[place - shared] for place in places}

    def read_branches(self, branches: list[Branch]) -> tuple[list[list[int]], Any]:
        """Reads on behind the chat; gives each branch's new slots, and the hidden states of all tokens."""
        start = self._cache.get_seq_length()
        count = sum(len(branch.tokens) for branch in branches)
        mask = torch.full((count, start + count), -torch.inf, dtype=self._trunk.dtype)
        tokens: list[int] = []
        positions: list[int] = []
        slots: list[list[int]] = []
        for branch in branches:
            first = len(tokens)
            mask[first : first + len(branch.tokens), : branch.seen] = 0
            mask[first : first + len(branch.tokens), list(branch.slots)] = 0
            for place, token in enumerate(branch.tokens):
                mask[first + place, start + first : start + first + place + 1] = 0
                tokens.append(token)
                positions.append(branch.seen + len(branch.slots) + place)
            slots.append(list(range(start + first, start + len(tokens))))
        return slots, self._forward(tokens, positions, mask[None, None])

    def forget_branches(self) -> None:
        """Leaves the chat alone in the cache."""
        self._forget(len(self._ids))

    def logits(self, hidden: Any, tokens: list[int]) -> list[float]:
        """Of some tokens after a hidden state, in float32."""
        found: list[float] = (self._head[tokens] @ hidden.float()).tolist()
        return found

    def log_whole(self, hidden: Any) -> float:
        """The logarithm of the sum over all tokens, which makes logits log-probabilities."""
        return float(torch.logsumexp(self._head @ hidden.float(), dim=0))

    def all_logits(self, hidden: Any) -> Any:
        """Of all tokens after each of several hidden states: the vocabulary is gone through once for all."""
        return hidden.float() @ self._head.T

    def _forward(self, tokens: list[int], positions: list[int], mask: Any) -> Any:
        self.tokens += len(tokens)
        return self._trunk(
            input_ids=torch.tensor([tokens]),
            position_ids=torch.tensor([positions]),
            attention_mask=mask,
            past_key_values=self._cache,
            use_cache=True,
        ).last_hidden_state[0]

    def _forget(self, length: int) -> None:
        if length == 0:
            self._cache = DynamicCache()
        elif self._cache.get_seq_length() > length:
            self._cache.crop(length - self._cache.get_seq_length())


def drawn(logits: Any, dice: Any, temperature: float) -> int:
    """A token that comes next, each as likely as the model holds it at this temperature."""
    return int(torch.multinomial(torch.softmax(logits / temperature, dim=0), 1, generator=dice))


def load(folder: Path, adapter: Path | None) -> Reader:
    """A model folder in bfloat16, with an adapter added to its weights where there is one."""
    model = AutoModelForCausalLM.from_pretrained(
        str(folder), dtype=torch.bfloat16, attn_implementation=attention.NAME
    )
    if adapter is not None:
        from peft import PeftModel  # type: ignore[import-not-found] # noqa: PLC0415 - heavy

        model = PeftModel.from_pretrained(model.float(), str(adapter)).merge_and_unload().to(torch.bfloat16)
    return Reader(model.eval(), AutoTokenizer.from_pretrained(str(folder)))
