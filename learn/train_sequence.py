"""Train the sequence baseline on the training part of `human_clicks`.

    python -m learn.train_sequence OUT.npz [--seeds 8] [--epochs 12]

Needs torch, which is no dependency of simagent: install it beside it. Sessions are cut at 60 clicks in
training. The validation part is only looked at, so that the log says how training went.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found]
from torch import nn

from learn.choices import LEAVE, symbol_of
from learn.policies.sequence_features import (
    FRONTIERS,
    LIKENESSES,
    NO_RELATION,
    NOT_ON_THE_PAGE,
    NUMBERS,
    RELATIONS,
    SEEN_CLASSES,
    Shelf,
    Visit,
    shelf,
    visit_of,
)
from learn.readers.human_clicks import COUNTRIES, country_of
from learn.session import Session
from learn.sources import bundled
from learn.split import Part, sessions_in

LONGEST = 60
HIDDEN, WIDTH, COUNTRY_WIDTH, LEAVE_WIDTH = 128, 24, 4, 48
BATCH, RATE, DECAY, DROPOUT, GRADIENT = 256, 4e-3, 1e-2, 0.35, 1.0
"""The batch in decisions."""
WATCHED = 32
"""Sessions at once where nothing is learned."""
IGNORED = -100

Example = tuple[Visit, int, list[int]]
"""A visit, the visitor's country, and what was done after each click: a product's column, or one more
to leave."""


def examples(sessions: Sequence[Session], on: Shelf) -> list[Example]:
    """What is learned from sessions."""
    found = []
    for session in sessions:
        symbols = [symbol_of(moment) for moment in session.moments()]
        done = [len(on.codes) if symbol == LEAVE else on.index[symbol] for symbol in symbols]
        found.append((visit_of(done[:-1], on), country_of(session), done))
    return found


def network(on: Shelf) -> nn.ModuleDict:
    """The layers, by the names under which `learn.policies.sequence.Network` finds their weights."""
    features = on.features.shape[1]
    reads = 4 * WIDTH + COUNTRY_WIDTH
    layers = nn.ModuleDict(
        {
            "clicked": nn.Embedding(len(on.codes) + 1, WIDTH),
            "move": nn.Embedding(RELATIONS, WIDTH),
            "clicked_features": nn.Linear(features, WIDTH),
            "numbers": nn.Linear(NUMBERS, WIDTH),
            "country": nn.Embedding(COUNTRIES + 1, COUNTRY_WIDTH),
            "reader": nn.GRU(reads, HIDDEN, batch_first=True),
            "taste": nn.Linear(HIDDEN, WIDTH),
            "product": nn.Embedding(len(on.codes), WIDTH),
            "product_features": nn.Linear(features, WIDTH),
            "popularity": nn.Embedding(1, len(on.codes)),
            "relation": nn.Linear(HIDDEN, RELATIONS),
            "relation_before": nn.Linear(HIDDEN, RELATIONS),
            "relation_third": nn.Linear(HIDDEN, RELATIONS),
            "likeness": nn.Linear(HIDDEN, LIKENESSES),
            "colour": nn.Linear(HIDDEN, 1),
            "seen": nn.Linear(HIDDEN, SEEN_CLASSES),
            "frontier": nn.Linear(HIDDEN, FRONTIERS),
            "leave_hidden": nn.Linear(HIDDEN + NUMBERS, LEAVE_WIDTH),
            "leave": nn.Linear(LEAVE_WIDTH, 1),
        }
    )
    nn.init.normal_(layers["clicked"].weight, 0, 0.1)
    nn.init.normal_(layers["product"].weight, 0, 0.05)
    nn.init.zeros_(layers["popularity"].weight)
    return layers


def logits(layers: Any, batch: dict[str, torch.Tensor], on: Shelf, drop: nn.Dropout) -> torch.Tensor:
    """Scores of each product and of leaving, shape (sessions, T, products + 1)."""
    last = batch["last"]
    features = torch.tensor(on.features, dtype=torch.float32)
    relations, likeness = torch.tensor(on.relations), torch.tensor(on.likeness)
    clicked = torch.cat([features, torch.zeros(1, features.shape[1])])[last]
    inputs = torch.cat(
        [
            layers["clicked"](last),
            layers["move"](batch["move"]),
            layers["clicked_features"](clicked),
            layers["numbers"](batch["numbers"]),
            layers["country"](batch["country"])[:, None].expand(-1, last.shape[1], -1),
        ],
        -1,
    )
    told = drop(layers["reader"](drop(inputs))[0])
    own = layers["product"].weight + layers["product_features"](features)
    products = (
        layers["taste"](told) @ own.T
        + layers["popularity"].weight[0]
        + layers["relation"](told).gather(2, relations[last])
        + layers["relation_before"](told).gather(2, relations[batch["before_last"]])
        + layers["relation_third"](told).gather(2, relations[batch["third"]])
        + layers["likeness"](told).gather(2, likeness[last])
        + layers["colour"](told) * batch["colour_share"]
        + layers["seen"](told).gather(2, batch["seen"])
        + layers["frontier"](told).gather(2, batch["frontier"])
    )
    leaving = layers["leave"](torch.relu(layers["leave_hidden"](torch.cat([told, batch["numbers"]], -1))))
    return torch.cat([products, leaving], -1)


def batch_of(chosen: Sequence[Example], on: Shelf, cut: int | None) -> dict[str, torch.Tensor]:
    """Examples side by side, filled up to the longest, or cut."""
    length = min(max(len(done) for _, _, done in chosen), cut or sys.maxsize)
    fills = {
        "last": len(on.codes),
        "before_last": len(on.codes),
        "third": len(on.codes),
        "move": NO_RELATION,
        "numbers": 0.0,
        "colour_share": 0.0,
        "seen": 0,
        "frontier": NOT_ON_THE_PAGE,
    }
    batch = {
        name: _side_by_side([getattr(visit, name) for visit, _, _ in chosen], length, fill)
        for name, fill in fills.items()
    }
    batch["done"] = _side_by_side([np.array(done) for _, _, done in chosen], length, IGNORED)
    batch["country"] = torch.tensor([country for _, country, _ in chosen])
    return batch


def train(seed: int, epochs: int, learned: Sequence[Example], watched: Sequence[Example], on: Shelf) -> Any:
    """One network, trained from this seed."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    layers, drop = network(on), nn.Dropout(DROPOUT)
    optimiser = torch.optim.AdamW(layers.parameters(), RATE, weight_decay=DECAY)
    steps = epochs * (1 + sum(min(len(done), LONGEST) for _, _, done in learned) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.2)
    started = time.monotonic()
    for epoch in range(1, epochs + 1):
        layers.train()
        drop.train()
        for chosen in _batches(learned, rng):
            batch = batch_of(chosen, on, LONGEST)
            loss = _loss(logits(layers, batch, on, drop), batch["done"])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(layers.parameters(), GRADIENT)
            optimiser.step()
            schedule.step()
        drop.eval()
        loss, exact = _watch(layers, watched, on, drop)
        took = time.monotonic() - started
        sys.stderr.write(
            f"seed {seed} epoch {epoch}: validation loss {loss:.4f}, exact {exact:.2%}, {took:.0f} s\n"
        )
    return layers


def weights_of(layers: Any) -> dict[str, np.ndarray[Any, np.dtype[np.float16]]]:
    """The weights as they are kept: half precision, embeddings by their bare name."""
    kept = {}
    for key, value in layers.state_dict().items():
        name = key.removesuffix(".weight") if isinstance(layers[key.partition(".")[0]], nn.Embedding) else key
        kept[name] = (value[0] if name == "popularity" else value).numpy().astype(np.float16)
    return kept


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="python -m learn.train_sequence")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=12)
    options = parser.parse_args()
    torch.set_num_threads(1)
    on, sessions = shelf(), bundled("human_clicks").sessions
    learned, watched = (examples(sessions_in(part, sessions), on) for part in (Part.TRAIN, Part.VALIDATION))
    kept: dict[str, np.ndarray[Any, np.dtype[np.float16]]] = {}
    for seed in range(1, options.seeds + 1):
        layers = train(seed, options.epochs, learned, watched, on)
        kept |= {f"{seed}/{name}": value for name, value in weights_of(layers).items()}
        np.savez_compressed(options.out, allow_pickle=False, **kept)
    return 0


def _side_by_side(rows: Sequence[Any], length: int, fill: float) -> torch.Tensor:
    kind = np.float32 if rows[0].dtype.kind == "f" else np.int64
    table = np.full((len(rows), length, *rows[0].shape[1:]), fill, kind)
    for place, row in enumerate(rows):
        table[place, : min(len(row), length)] = row[:length]
    return torch.tensor(table)


def _batches(learned: Sequence[Example], rng: np.random.Generator) -> list[list[Example]]:
    """Sessions of about the same length together, in an order that changes each time.

    A batch holds as many decisions as the next: its loss is their mean, and the decisions of short visits, of
    which more are to leave, would else count more than those of long ones.
    """
    order = sorted(range(len(learned)), key=lambda place: len(learned[place][2]) + 2 * rng.normal())
    batches: list[list[Example]] = []
    room = 0
    for place in order:
        if room <= 0:
            batches.append([])
            room = BATCH
        batches[-1].append(learned[place])
        room -= min(len(learned[place][2]), LONGEST)
    return [batches[place] for place in rng.permutation(len(batches))]


def _loss(scores: torch.Tensor, done: torch.Tensor) -> torch.Tensor:
    return nn.functional.cross_entropy(scores.flatten(0, 1), done.flatten(), ignore_index=IGNORED)


def _watch(layers: Any, watched: Sequence[Example], on: Shelf, drop: nn.Dropout) -> tuple[float, float]:
    """Nats a decision, and the share that is exactly right."""
    layers.eval()
    loss = right = count = 0.0
    with torch.no_grad():
        for start in range(0, len(watched), WATCHED):
            batch = batch_of(watched[start : start + WATCHED], on, None)
            scores = logits(layers, batch, on, drop)
            known = batch["done"] != IGNORED
            loss += float(_loss(scores, batch["done"])) * int(known.sum())
            right += int((scores.argmax(-1) == batch["done"])[known].sum())
            count += int(known.sum())
    return loss / count, right / count


if __name__ == "__main__":
    sys.exit(main())
