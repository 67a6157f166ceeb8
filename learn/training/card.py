"""The model card that a run writes: what was learned from, how, how well, and who may use it."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from learn.training.settings import Settings

LICENCES = {
    "human_clicks": "clickstream data for online shopping (M. Łapczyński, S. Białowąs, 2019, UCI), CC BY 4.0",
    "human_search": "data files of princeton-nlp/WebShop (Yao et al., 2022, arXiv 2207.01206), MIT",
}
_HIDDEN = {"base", "start", "sources"}
# Markdown is no HTML: nothing in it is to be escaped.
_CARDS = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701
_TEMPLATE = _CARDS.from_string((files("learn.training") / "card.md.j2").read_text(encoding="utf-8"))


def card(settings: Settings, counts: Mapping[str, int], scores: Mapping[str, Any]) -> str:
    """The card as Markdown, its header as model hubs read it.

    Args:
        settings: of the run.
        counts: `learn.training.run.Counts` by name.
        scores: as the training script writes them: `loss_before`, `loss_after` (nats a learned token of the
            validation examples), `steps`, `examples`, `tokens`, `seconds`.
    """
    return _TEMPLATE.render(
        base=Path(settings.base).name,
        kind="all weights" if settings.full else f"a LoRA adapter of rank {settings.rank}",
        settings=settings.model_dump(mode="json", exclude=_HIDDEN),
        prompt=settings.prompt.value,
        sources={name: LICENCES.get(name, "a file of your own") for name in settings.sources},
        counts=counts,
        scores=scores,
    )
