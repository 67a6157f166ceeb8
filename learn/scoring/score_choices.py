"""Says how likely a causal language model holds choices; a script for the model environment's Python.

    python score_choices.py MODEL [ADAPTER]

Reads requests from standard input and answers each on standard output, one JSON object a line. A request is a
chat with what is asked about it, each ask at one of its assistant messages and blind to all from there on:

    {"messages": [{"role": …, "content": …}, …], "tail": 0.02, "confined": true, "asks": [
        {"at": 2, "choices": ["{"rationale":"",…}", …]},
        {"at": 2, "prefix": "{"rationale":"", "until": "quote", "most": 48}]}

    {"answers": [{"log_probabilities": [-0.3, …]}, {"text": "I want …"}], "tokens": 1432}

`choices` gives the log-probability of each as that message's content (`choice_tree.Search`); `prefix` what
the model says after it, each token the likeliest, up to a closing quote or (`"until": "end"`) the message's
end; `"least": 1` makes it say a token first, `"draws": 16` gives as many texts whose tokens are drawn.

The chat is read once. What it shares at its beginning with the chat before it is not read again, so chats
should come sorted. Then all asks are followed at once in waves: tokens that differ from the chat are put
behind it in the cache of keys and values, and see the chat as far as their ask, and their own way (tree
attention, as in Miao et al., arXiv 2305.09781).
"""

import json
import math
import os
import sys
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch  # type: ignore[import-not-found] # lives in the model environment

if TYPE_CHECKING:
    from learn.scoring.chat_reader import Branch, Reader, Span, drawn, load
    from learn.scoring.choice_tree import Node, Search
else:  # A script sees its own folder.
    from chat_reader import Branch, drawn, load
    from choice_tree import Search

Told = list[list[float]]


def answered(reader: "Reader", request: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to a request's asks."""
    ids, spans = reader.spans(request["messages"])
    asks = request["asks"]
    confined = bool(request.get("confined", True))
    searches: list[tuple[int, Search]] = []
    for ask in asks:
        if "choices" in ask:
            span = spans[ask["at"]]
            before = ids[span.start - 1]
            tokens = [[before, *reader.encode(span, choice)] for choice in ask["choices"]]
            searches.append(
                (span.start - 1, Search(tokens, float(request.get("tail", 0.0)), confined=confined))
            )
    wanted = {spans[ask["at"]].start - 1 for ask in asks}
    known = [(start, search, search.along(ids[start:])) for start, search in searches]
    for start, search, nodes in known:
        for node in nodes:
            first = start + node.before
            wanted |= {first + place for place, each in enumerate(search.asked(node)) if each}
    hidden = reader.read_chat(ids[: max(spans[ask["at"]].end for ask in asks)], sorted(wanted))
    for start, search, nodes in known:
        _begin(reader, start, search, nodes, hidden)
    _follow(reader, [search for _, search in searches])
    reader.forget_branches()
    told = iter(search.log_probabilities() for _, search in searches)
    said = iter(_said(reader, ids, [(spans[ask["at"]], ask) for ask in asks if "prefix" in ask]))
    reader.forget_branches()
    return [
        {"log_probabilities": [round(log, 4) for log in next(told)]} if "choices" in ask else next(said)
        for ask in asks
    ]


def _begin(
    reader: "Reader", start: int, search: "Search", nodes: "list[Node]", hidden: dict[int, Any]
) -> None:
    """Starts a search, and tells it what stands in the chat itself."""
    search.root.seen = start
    for node in nodes:
        asked = search.asked(node)
        rows = [hidden.get(start + node.before + place) for place in range(len(asked))]
        search.learn(node, _told(reader, search, asked, rows))
        for child in node.children:
            child.seen = start + child.before


def _follow(reader: "Reader", searches: "list[Search]") -> None:
    """Reads waves until each search is at its end."""
    while True:
        batch = [(search, node) for search in searches for node in search.wave()]
        if not batch:
            return
        branches = [Branch(node.seen, node.slots, search.to_read(node)) for search, node in batch]
        slots, hidden = reader.read_branches(branches)
        row = 0
        for (search, node), own in zip(batch, slots, strict=True):
            asked = search.asked(node)
            search.learn(node, _told(reader, search, asked, hidden[row : row + len(own)]))
            row += len(own)
            for child in node.children:
                child.seen, child.slots = node.seen, (*node.slots, *own)


def _told(reader: "Reader", search: "Search", asked: list[list[int]], rows: Any) -> Told:
    """What a search asked of tokens that were read."""
    told: Told = []
    for tokens, hidden in zip(asked, rows, strict=True):
        logits = reader.logits(hidden, tokens) if tokens else []
        whole = 0.0 if search.confined or not tokens else reader.log_whole(hidden)
        told.append([logit - whole for logit in logits])
    return told


class Speech:
    """A text in the making.

    Attributes:
        ask: what it answers.
        branch: what is read next of it.
        dice: what its tokens are drawn with; None where each is the likeliest.
        said: its tokens so far.
        text: itself, once it is at its end.
    """

    def __init__(self, ask: dict[str, Any], branch: Branch, dice: Any) -> None:
        self.ask, self.branch, self.dice = ask, branch, dice
        self.said: list[int] = []
        self.text: str | None = None

    def go_on(self, reader: "Reader", own: list[int], logits: Any) -> None:
        """By a token, after what was read of it, which now has these slots."""
        if len(self.said) < self.ask.get("least", 0):
            logits = logits.index_fill(0, reader.ends, -math.inf)
        if self.dice is None:
            token = int(logits.argmax())
        else:
            token = drawn(logits, self.dice, self.ask.get("temperature", 1.0))
        self.said.append(token)
        self.branch = Branch(self.branch.seen, (*self.branch.slots, *own), [token])
        self.text = _ended(reader, self.said, self.ask)


def _said(
    reader: "Reader", ids: list[int], asks: "list[tuple[Span, dict[str, Any]]]"
) -> list[dict[str, Any]]:
    """What the model says at each ask, all a token at a time."""
    speeches = [
        [
            Speech(ask, _prompted(reader, ids, span, ask["prefix"]), dice)
            for dice in _dice(ask.get("draws", 0))
        ]
        for span, ask in asks
    ]
    going = [one for each in speeches for one in each]
    while going:
        slots, hidden = reader.read_branches([one.branch for one in going])
        ends = [read - 1 for read in accumulate(map(len, slots))]
        for one, own, logits in zip(going, slots, reader.all_logits(hidden[ends]), strict=True):
            one.go_on(reader, own, logits)
        going = [one for one in going if one.text is None]
    return [
        {"texts": [one.text for one in each]} if "draws" in ask else {"text": each[0].text}
        for each, (_, ask) in zip(speeches, asks, strict=True)
    ]


def _dice(draws: int) -> list[Any]:
    """One for each text that is drawn; of a text that is not drawn, none."""
    return [torch.Generator().manual_seed(number) for number in range(draws)] or [None]


def _prompted(reader: "Reader", ids: list[int], span: "Span", prefix: str) -> Branch:
    """A forced beginning: as far as it stands in the chat it is not read again, but for one token."""
    tokens = reader.encode(span, prefix) if prefix else []
    if not tokens:
        return Branch(span.start - 1, (), [ids[span.start - 1]])
    same = 0
    while same < len(tokens) - 1 and ids[span.start + same] == tokens[same]:
        same += 1
    return Branch(span.start + same, (), tokens[same:])


def _ended(reader: "Reader", said: list[int], ask: dict[str, Any]) -> str | None:
    """The text, where it has come to its end."""
    if said[-1] == reader.end:
        return reader.decode(said[:-1])
    text = reader.decode(said)
    if ask["until"] == "quote":
        escaped = False
        for place, character in enumerate(text):
            if character == '"' and not escaped:
                return text[:place]
            escaped = character == "" and not escaped
    return text if len(said) >= ask["most"] else None


def serve(reader: "Reader") -> None:
    """Answers requests until there are no more."""
    _say({"ready": True})
    for line in sys.stdin:
        before = reader.tokens
        try:
            with torch.inference_mode():
                answers = answered(reader, json.loads(line))
        except (ValueError, LookupError) as error:
            _say({"error": f"{type(error).__name__}: {error}"})
        else:
            _say({"answers": answers, "tokens": reader.tokens - before})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(len(os.sched_getaffinity(0)))
    serve(load(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
