"""How a model is fine-tuned: the settings of a run, and where they come from."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from agent.actions import Frozen
from agent.document import read_document
from agent.errors import UserError
from agent.prompts import PromptStyle

CONFIGS = files("learn.training") / "configs"


class Settings(Frozen):
    """The settings of a training run; the training script reads them as JSON.

    Attributes:
        base: folder of the model to begin with.
        start: folder of a LoRA adapter to go on from; None begins anew.
        sources: where the sessions come from (`learn.sources`).
        sessions: at most so many sessions of each source; None for all of the training part.
        goals: beside these, so many goals of the training part of human_search of which no query is known;
            what is typed for each is drawn from the model of kept words (`learn.policies.kept_words`).
        prompt: how the model will be talked to.
        context: tokens that a prompt may have: a visit that grows beyond it goes on in another example, its
            oldest turns left out, as it does for the agent, which keeps to the same number.
        rationales: the share of sessions in which a thought stands before each action.
        softness: how much of the target at each token is what the sequence model or, for searches, the model
            of kept words holds likely, where it knows, in place of what this one person did (0 to 1).
        pages: the share of visits to the clothing listings in which the pages are shown; of the others' pages
            only the titles are, which takes a third of the tokens.
        other_pages: tokens to which pages off the clothing listings are mostly folded; None: all are whole.
        longest: tokens of an example; what is longer is cut after the last turn that fits.
        pack: tokens of examples that are read side by side in one pass.
        full: train all weights; else a LoRA adapter.
        rank, alpha: of the adapter.
        rate: the highest learning rate.
        batch: decisions a step, at least: examples are added until they hold so many.
        epochs: how often each example is seen.
        minutes: the run ends after so many, its learning rate falling to then; None: after the epochs.
        checkpoint_seconds: time between two checkpoints.
        bf16: weights and arithmetic in bfloat16, and what is learned in float32; else all in float32.
        compile: let torch compile the layers, where there is a C++ compiler: half as fast again, once it is
            warm.
        checkpointing: recompute activations in place of keeping them: less memory, half as fast again.
        processes: how many work together, one a GPU.
        sharded: spread the weights over the processes (FSDP).
        seed: of the order of the examples and of the thoughts' wording.
    """

    base: str = ""
    start: str | None = None
    sources: tuple[str, ...] = Field(min_length=1)
    sessions: int | None = Field(default=None, ge=1)
    goals: int = Field(default=0, ge=0)
    prompt: PromptStyle = PromptStyle.TAUGHT
    context: int = Field(default=1984, ge=512)
    rationales: float = Field(default=0.5, ge=0, le=1)
    softness: float = Field(default=0.9, ge=0, le=1)
    pages: float = Field(default=0.4, ge=0, le=1)
    other_pages: int | None = Field(default=120, ge=50)
    longest: int = Field(default=2112, ge=128)
    pack: int = Field(default=2112, ge=128)
    full: bool = False
    rank: int = Field(default=16, ge=1)
    alpha: int = Field(default=32, ge=1)
    rate: float = Field(default=1e-3, gt=0)
    batch: int = Field(default=8, ge=1)
    epochs: float = Field(default=1.0, gt=0)
    minutes: float | None = Field(default=None, gt=0)
    checkpoint_seconds: float = Field(default=180.0, ge=1)
    bf16: bool = True
    compile: bool = True
    checkpointing: bool = False
    processes: int = Field(default=1, ge=1)
    sharded: bool = False
    seed: int = 0


def settings_from(config: str | None, given: Mapping[str, Any]) -> Settings:
    """The settings of a new run.

    Args:
        config: name of a bundled configuration, or a YAML or JSON file; None for the defaults.
        given: what was asked for beside it; None values are not.

    Raises:
        UserError: a value is impossible, or there is no such configuration.
    """
    chosen = {**_configured(config), **{name: value for name, value in given.items() if value is not None}}
    try:
        return Settings.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        known = ", ".join(Settings.model_fields)
        hint = f"; known are {known}" if first["type"] == "extra_forbidden" else ""
        raise UserError(f"training setting {where}: {first['msg']}{hint}") from error


def _configured(config: str | None) -> Mapping[str, Any]:
    if config is None:
        return {}
    bundled = CONFIGS / f"{config}.yaml"
    path = Path(str(bundled)) if bundled.is_file() else Path(config)
    if not path.is_file():
        names = ", ".join(sorted(each.name.removesuffix(".yaml") for each in CONFIGS.iterdir()))
        raise UserError(f"there is no configuration '{config}': name a file, or one of {names}")
    found = read_document(path).value
    if not isinstance(found, dict):
        raise UserError(f"{path} should hold settings by name")
    return found
